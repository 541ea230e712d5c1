use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::evidence::{self, Told, printed_version};
use super::known::{RUNTIMES, Runtime};
use super::managers::Kept;
use super::paths::{self, Listed, SEARCH};
use super::{SCHEMAS, bundler, managers, sdks};
use crate::installed::{self, Installed, upstream};
use crate::known_services::fits;
use crate::text::lossy;

static MANIFEST: Manifest = Manifest::new(
    "runtimes",
    Subject::Host,
    "Runtimes of languages on the host, and their versions: from files and packages, and by asking the program where neither tells.",
    SCHEMAS,
);

/// Finds runtimes.
pub const PROBE: &dyn Probe = &Runtimes;

struct Runtimes;

impl Probe for Runtimes {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let parts = [
            installed::needs(),
            paths::needs(),
            evidence::needs(),
            managers::needs(),
            bundler::needs(),
            sdks::needs(),
        ];
        parts.into_iter().flatten().collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        for need in paths::needs()
            .iter()
            .chain(&evidence::needs())
            .chain(&bundler::needs())
            .chain(&sdks::needs())
        {
            out.optional(answers.entries(need), &need.to_string());
        }
        let packages = installed::installed(answers, out);
        let kept = managers::kept(answers);
        let host = Host {
            answers,
            listed: Listed::of(answers),
            told: evidence::told(answers),
            packages: &packages,
            kept: &kept,
        };
        RUNTIMES.iter().for_each(|runtime| host.tell(runtime, out));
        let bundlers = bundler::versions(answers).into_iter().map(Ok);
        give(out, FactId::keyed("runtime.version", "bundler"), bundlers);
        let sdks: Vec<Version> = sdks::versions(answers).into_iter().map(Ok).collect();
        let sdks = or_else(sdks, || kept.of("dotnet-sdk"));
        give(out, FactId::keyed("runtime.version", "dotnet-sdk"), sdks);
        kept.tell(out);
    }
}

/// What is known of a host.
struct Host<'a> {
    answers: &'a Answers,
    listed: Listed<'a>,
    told: Vec<Told>,
    packages: &'a [Installed],
    kept: &'a Kept,
}

/// A version and what says so, or why it is not known.
pub(super) type Version = Result<(String, Origin), String>;

impl Host<'_> {
    fn tell(&self, runtime: &Runtime, out: &mut Observation<'_>) {
        let programs = self.programs(runtime);
        let versions: BTreeMap<&String, Version> = programs
            .iter()
            .map(|program| (program, self.version(runtime, program, out)))
            .collect();
        if let Some(first) = programs.first() {
            let paths = programs.iter().map(|path| format!("/{path}"));
            let origin = Origin::file(first.as_str());
            out.keyed("runtime.path", runtime.name, Value::set(paths), origin);
            if let Some(version) = versions.get(first) {
                give(
                    out,
                    FactId::keyed("runtime.default", runtime.name),
                    [version.clone()],
                );
            }
        }
        let proofs = self
            .told
            .iter()
            .filter(|told| told.is_proof && told.runtime == runtime.name);
        let proofs = proofs.map(|told| Ok((told.version.clone(), told.origin.clone())));
        let packages = self.packages_of(runtime).filter_map(of_package).map(Ok);
        let all = versions.into_values().chain(proofs).chain(packages).collect();
        let all = or_else(all, || self.kept.of(runtime.name));
        give(out, FactId::keyed("runtime.version", runtime.name), all);
    }

    /// The programs of a runtime on the search path, links followed, each once: the one its usual name leads to comes first.
    fn programs(&self, runtime: &Runtime) -> Vec<String> {
        let mut programs = Vec::new();
        for command in runtime.commands() {
            for directory in SEARCH {
                for name in self.listed.names(directory).filter(|name| fits(command, name)) {
                    let real = self.listed.real(&format!("{directory}/{name}"));
                    if !programs.contains(&real) {
                        programs.push(real);
                    }
                }
            }
        }
        programs
    }

    /// The package tells, or a file, or the program itself.
    fn version(&self, runtime: &Runtime, program: &str, out: &mut Observation<'_>) -> Version {
        if program.starts_with("usr/")
            && !program.starts_with("usr/local/")
            && let Some(found) = self.packaged(runtime, program)
        {
            return Ok(found);
        }
        let mut told = self.told.iter().filter(|told| told.runtime == runtime.name);
        if let Some(told) = told.find(|told| told.covers(program)) {
            return Ok((told.version.clone(), told.origin.clone()));
        }
        let need = Need::Command {
            argv: vec![format!("/{program}"), runtime.flag.to_owned()],
            cap: 64 << 10,
        };
        if !self.answers.has(&need) {
            out.ask(need);
            return Err(format!("/{program} was not asked for its version"));
        }
        let unclear = |why: &str| Err(format!("/{program}: {why}"));
        match self.answers.output(&need) {
            Outcome::Got(output) => {
                let printed = [&output.stdout, &output.stderr].map(|bytes| lossy(bytes));
                match printed.iter().find_map(|text| printed_version(text)) {
                    Some(version) => Ok((version, need.origin())),
                    None => unclear("prints no version"),
                }
            }
            Outcome::NotApplicable => unclear("only the program itself tells its version"),
            Outcome::Absent => unclear("leads nowhere"),
            Outcome::NotPermitted => unclear("this user may not run it"),
            Outcome::Failed(failure) => unclear(&failure.reason),
        }
    }

    /// The version of the package that holds a program: the one of its own version where its name tells one, else the only one.
    fn packaged(&self, runtime: &Runtime, program: &str) -> Option<(String, Origin)> {
        let name = program.rsplit('/').next().unwrap_or(program);
        let mut found: Vec<_> = self.packages_of(runtime).filter_map(of_package).collect();
        if let Some(named) = runtime.version_in(name) {
            let begins = |version: &str| {
                let rest = version.strip_prefix(named);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            found.retain(|(version, _)| begins(version));
        }
        let distinct: BTreeSet<&String> = found.iter().map(|(version, _)| version).collect();
        if distinct.len() == 1 { found.pop() } else { None }
    }

    fn packages_of(&self, runtime: &Runtime) -> impl Iterator<Item = &Installed> {
        self.packages
            .iter()
            .filter(|package| runtime.has_package(package))
    }
}

fn of_package(package: &Installed) -> Option<(String, Origin)> {
    Some((upstream(&package.version)?, package.origin.clone()))
}

fn or_else(versions: Vec<Version>, others: impl FnOnce() -> Vec<Version>) -> Vec<Version> {
    if versions.is_empty() { others() } else { versions }
}

/// All versions; unknown as soon as one of them is, since a list of some would say that there are no others.
fn give(out: &mut Observation<'_>, id: FactId, versions: impl IntoIterator<Item = Version>) {
    let mut known = BTreeMap::new();
    for version in versions {
        match version {
            Ok((version, origin)) => {
                known.entry(version).or_insert(origin);
            }
            Err(reason) => {
                return out.state(
                    id,
                    State::Unknown(reason),
                    Origin::Derived("the programs on the search path".into()),
                );
            }
        }
    }
    let Some(origin) = known.values().next().cloned() else {
        return;
    };
    let versions: Vec<String> = known.into_keys().collect();
    match versions.as_slice() {
        [one] => out.version(id, one.as_str(), Scheme::Generic, origin),
        _ => out.version(id, Value::set(versions), Scheme::Generic, origin),
    }
}
