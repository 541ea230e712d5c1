use std::collections::BTreeSet;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::Problem;

use super::building;
use super::{Declaration, Kind, SCHEMAS, What, kind, parse_containerfile};
use crate::release::{all_files, at_most, is_for_its_makers};

static MANIFEST: Manifest = Manifest::new(
    "manifests",
    Subject::Release,
    "What the manifests and container files of a release ask for: versions of runtimes, extensions, base images.",
    SCHEMAS,
);

/// Directories that hold what others wrote, or what was built.
const FOREIGN: [&str; 5] = ["bower_components", "node_modules", "target", "vendor", "venv"];

/// More manifests than this are no manifests of one release.
const MAX_FILES: usize = 500;

/// Larger files are not manifests that people or tools write.
const CAP: u64 = 4 << 20;

/// Reads the manifests of a release.
pub const PROBE: &dyn Probe = &Manifests;

struct Manifests;

/// The names at the top, one directory below, and where the metadata of Python distributions lies in such a directory.
fn listings() -> [Need; 3] {
    ["*", "*/*", "*/*.dist-info/METADATA"].map(|pattern| Need::Glob {
        pattern: pattern.to_owned(),
        take: Take::Stat,
        max_entries: 200_000,
    })
}

fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

fn is_containerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let begins = name.starts_with("Dockerfile") || name.starts_with("Containerfile");
    let stands = |rest: &str| rest.is_empty() || rest.starts_with('.');
    let rest = name
        .trim_start_matches("Dockerfile")
        .trim_start_matches("Containerfile");
    begins && stands(rest) && !name.ends_with("ignore")
}

fn is_own(path: &str) -> bool {
    !is_for_its_makers(path) && !path.split('/').any(|part| FOREIGN.contains(&part))
}

/// Container files wherever they lie: what lies beside them is for an image, not for the host.
fn deep_container_files<'a>(answers: &'a Answers, out: &mut Observation<'_>) -> BTreeSet<&'a str> {
    let files = out.optional(answers.entries(&all_files()), "files of the release");
    let files = files.map(|files| files.entries.as_slice()).unwrap_or_default();
    files
        .iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .map(|entry| entry.path.as_str())
        .filter(|path| is_containerfile(path) && is_own(path))
        .collect()
}

impl Probe for Manifests {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        listings().into_iter().chain([all_files()]).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut paths = deep_container_files(answers, out);
        let mut listed = BTreeSet::new();
        for need in listings() {
            let Some(found) = out.optional(answers.entries(&need), "files of the release") else {
                continue;
            };
            listed.extend(found.entries.iter().map(|entry| entry.path.as_str()));
            let files = found
                .entries
                .iter()
                .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Link))
                .map(|entry| entry.path.as_str())
                .filter(|path| kind(path).is_some() || is_containerfile(path))
                .filter(|path| is_own(path));
            paths.extend(files);
        }
        let paths: Vec<&str> = at_most(paths.into_iter().collect(), MAX_FILES, "manifests", out);
        let ruby: BTreeSet<&str> = paths
            .iter()
            .filter_map(|path| directory_of(path, "Gemfile"))
            .collect();
        for path in paths.iter().copied() {
            let need = content(path);
            if !answers.has(&need) {
                out.ask(need);
                continue;
            }
            let bytes = match answers.bytes(&need) {
                Outcome::Absent => continue,
                other => other,
            };
            match kind(path) {
                Some(kind) if kind.runtimes == ["node"] && only_builds(answers, path, &listed) => {}
                Some(kind) => {
                    let Some(bytes) = readable(out, path, kind.runtimes, bytes) else {
                        continue;
                    };
                    let is_record = directory_of(path, "Gemfile.lock").is_some_and(|at| ruby.contains(at));
                    manifest(out, path, kind, bytes, is_record);
                }
                None => {
                    if let Some(bytes) = out.optional(bytes, path) {
                        containerfile(out, path, bytes);
                    }
                }
            }
        }
    }
}

/// Whether the `package.json` beside a manifest of Node.js, or the manifest itself, serves to build alone.
fn only_builds(answers: &Answers, path: &str, listed: &BTreeSet<&str>) -> bool {
    let directory = path
        .rfind('/')
        .map_or("", |end| path.get(..=end).unwrap_or_default());
    let beside = |name: &str| format!("{directory}{name}");
    let package_json = content(&beside("package.json"));
    match answers.has(&package_json).then(|| answers.bytes(&package_json)) {
        Some(Outcome::Got(bytes)) => {
            building::only_builds(bytes, |name| listed.contains(beside(name).as_str()))
        }
        _ => false,
    }
}

/// The directory of a path, where its file has this name.
fn directory_of<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
    (file == name).then_some(directory)
}

/// The bytes, or an unknown fact for each runtime that the manifest may speak of.
fn readable<'a>(
    out: &mut Observation<'_>,
    path: &str,
    runtimes: &[&str],
    bytes: Outcome<&'a [u8]>,
) -> Option<&'a [u8]> {
    let state = match &bytes {
        Outcome::Got(bytes) => return Some(bytes),
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason.clone()),
        Outcome::Absent | Outcome::NotApplicable => return None,
    };
    unknown(out, path, runtimes, &state);
    out.optional(bytes, path)
}

fn unknown(out: &mut Observation<'_>, path: &str, runtimes: &[&str], state: &State) {
    for runtime in runtimes {
        let id = FactId::keyed("requires.range", format!("{path}:{runtime}"));
        out.state(id, state.clone(), Origin::file(path));
    }
}

/// `is_record`: the lock file of a Gemfile records which ruby made it; what is required stands in the Gemfile.
fn manifest(out: &mut Observation<'_>, path: &str, kind: &Kind, bytes: &[u8], is_record: bool) {
    match kind.parse(bytes) {
        Ok(declarations) => declarations
            .into_iter()
            .filter(|declaration| !(is_record && declaration.runtime == "ruby"))
            .for_each(|declaration| tell(out, path, declaration)),
        Err(error) if kind.runtimes.is_empty() => out.malformed(path, error),
        Err(error) => {
            unknown(
                out,
                path,
                kind.runtimes,
                &State::Unknown(format!("{path}: {error}")),
            );
            out.problem(Problem::new("malformed", format!("{path}: {error}")).at(path));
        }
    }
}

fn tell(out: &mut Observation<'_>, path: &str, declaration: Declaration) {
    let Declaration {
        runtime,
        part,
        what,
        line,
    } = declaration;
    let origin = Origin::line(path, line);
    let key = match part {
        Some(part) => format!("{path} ({part}):{runtime}"),
        None => format!("{path}:{runtime}"),
    };
    match what {
        What::Range(syntax, range) => {
            out.keyed("requires.range", key.clone(), range, origin.clone());
            out.keyed("requires.syntax", key, syntax.name(), origin);
        }
        What::Extension(extension, range) => {
            out.keyed(
                "requires.extension",
                format!("{runtime}:{extension}"),
                range,
                origin,
            );
        }
        What::Unclear(reason) => {
            out.state(
                FactId::keyed("requires.range", key),
                State::Unknown(reason),
                origin,
            );
        }
    }
}

fn containerfile(out: &mut Observation<'_>, path: &str, bytes: &[u8]) {
    let stages = match parse_containerfile(bytes) {
        Ok(stages) => stages,
        Err(error) => {
            let state = State::Unknown(format!("{path}: {error}"));
            out.state(FactId::keyed("container.final", path), state, Origin::file(path));
            out.problem(Problem::new("malformed", format!("{path}: {error}")).at(path));
            return;
        }
    };
    for stage in &stages {
        let state = match &stage.base {
            Ok(image) => State::Value(image.as_str().into()),
            Err(reason) => State::Unknown(reason.clone()),
        };
        let id = FactId::keyed("container.base", format!("{path}:{}", stage.name));
        out.state(id, state, Origin::line(path, stage.line));
        if let Some(platform) = &stage.platform {
            let key = format!("{path}:{}", stage.name);
            let origin = Origin::line(path, stage.line);
            out.keyed("container.platform", key, platform.as_str(), origin);
        }
    }
    if let Some(last) = stages.last() {
        out.keyed(
            "container.final",
            path,
            last.name.as_str(),
            Origin::line(path, last.line),
        );
    }
}
