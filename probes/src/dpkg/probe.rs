use std::collections::BTreeMap;

use parity_core::answer::{Answer, Answers, Outcome};
use parity_core::fact::{FactId, Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::{DpkgPackage, Flag, QUERY_FORMAT, SCHEMAS, State, Want, parse_query, parse_status};

static MANIFEST: Manifest = Manifest::new(
    "dpkg",
    Subject::Host,
    "Packages that dpkg knows, with version, architecture and state.",
    SCHEMAS,
);

const STATUS: &str = "var/lib/dpkg/status";
const COMMAND: &str = "dpkg-query -W";

/// Lists the packages of dpkg.
pub const PROBE: &dyn Probe = &Dpkg;

struct Dpkg;

/// The status file, or where bytes cost more than a process, the query.
pub(crate) fn packages_need() -> Need {
    let status = Need::file_up_to(STATUS, 256 << 20);
    let mut query = Need::command(["dpkg-query", "-W", "-f", QUERY_FORMAT]);
    if let Need::Command { cap, .. } = &mut query {
        *cap = 64 << 20;
    }
    Need::FirstOf(vec![status, query])
}

pub(crate) fn distroless_need() -> Need {
    Need::glob("var/lib/dpkg/status.d/*", Take::Content(1 << 20))
}

/// The packages, where there are any, and where they were read.
pub(crate) fn packages(answers: &Answers) -> Outcome<Result<(Vec<DpkgPackage>, &'static str), String>> {
    answers.first_of(&packages_need()).map(|answer| match answer {
        (_, Answer::Bytes(bytes)) => Ok((parse_status(bytes).map_err(|error| error.to_string())?, STATUS)),
        (_, Answer::Output(output)) => Ok((
            parse_query(&output.stdout).map_err(|error| error.to_string())?,
            COMMAND,
        )),
        _ => Err("an answer of another kind".to_owned()),
    })
}

impl Probe for Dpkg {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![packages_need(), distroless_need()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut all: BTreeMap<String, Vec<(DpkgPackage, Origin)>> = BTreeMap::new();
        let distroless = out.optional(answers.entries(&distroless_need()), "var/lib/dpkg/status.d");
        let mut found = false;
        for entry in distroless.iter().flat_map(|entries| &entries.entries) {
            if entry.path.ends_with(".md5sums") {
                continue;
            }
            let Some(blob) = entry.content.as_ref().and_then(Outcome::got) else {
                continue;
            };
            match parse_status(&blob.0) {
                Ok(packages) => {
                    found = true;
                    for package in packages {
                        let origin = Origin::line(entry.path.clone(), package.line as u32);
                        all.entry(key(&package)).or_default().push((package, origin));
                    }
                }
                Err(error) => out.malformed(&entry.path, error),
            }
        }
        let listed = packages(answers);
        let listed = if found {
            out.optional(listed, STATUS)
        } else {
            out.require(listed, "dpkg database")
        };
        match listed {
            None => {}
            Some(Err(error)) => out.malformed(STATUS, error),
            Some(Ok((packages, source))) => {
                for package in packages {
                    let origin = match source {
                        COMMAND => Origin::Command(COMMAND.to_owned()),
                        path => Origin::line(path, package.line as u32),
                    };
                    all.entry(key(&package)).or_default().push((package, origin));
                }
            }
        }
        for (key, packages) in all {
            tell(out, &key, packages);
        }
    }
}

fn key(package: &DpkgPackage) -> String {
    match &package.architecture {
        Some(architecture) => format!("{}:{architecture}", package.name),
        None => package.name.clone(),
    }
}

fn tell(out: &mut Observation<'_>, key: &str, packages: Vec<(DpkgPackage, Origin)>) {
    let Some((first, origin)) = packages.first() else {
        return;
    };
    let version = match packages.len() {
        1 => Value::from(first.version.as_str()),
        _ => Value::set(packages.iter().map(|(package, _)| package.version.as_str())),
    };
    // What was removed and left its configuration behind is no installed package.
    let is_there = |package: &DpkgPackage| {
        package
            .status
            .is_none_or(|status| status.state != State::ConfigFiles)
    };
    if packages.iter().any(|(package, _)| is_there(package)) {
        out.version(
            FactId::keyed("package.deb", key),
            version,
            Scheme::Deb,
            origin.clone(),
        );
    }
    if let Some(status) = first.status
        && (status.want, status.flag, status.state) != (Want::Install, Flag::Ok, State::Installed)
    {
        let state = format!(
            "{} {} {}",
            status.want.as_str(),
            status.flag.as_str(),
            status.state.as_str()
        );
        out.keyed("package.deb-state", key, state, origin.clone());
    }
}
