use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{Relation, SCHEMAS, ar, relations, rpm_file};
use crate::archive::{self, CAP_OF_ALL};
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "package-files",
    Subject::Release,
    "What packages of Debian and rpm in a release ask of the packages of a host.",
    SCHEMAS,
);

/// Reads the packages of a release.
pub const PROBE: &dyn Probe = &Files;

struct Files;

/// What rpm keeps of a package stands before its files; longer descriptions are refused, in bytes.
const MAX_HEADER: u64 = 32 << 20;

/// What a package says of itself.
pub(super) struct Described {
    pub(super) format: &'static str,
    pub(super) architecture: Option<String>,
    pub(super) asks: Vec<Vec<Relation>>,
    /// Whether it is compressed in a way that older package managers do not read.
    pub(super) is_zstd: bool,
}

impl Probe for Files {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let mut all = 0_u64;
        for entry in files.entries.iter().filter(|entry| format(entry).is_some()) {
            all = all.saturating_add(entry.size);
            if all > CAP_OF_ALL {
                unknown(out, entry, "the packages of the release are too large together");
                continue;
            }
            let need = match format(entry) {
                Some("rpm") => Need::Range {
                    path: entry.path.clone(),
                    offset: 0,
                    len: MAX_HEADER.min(entry.size),
                },
                _ => archive::content(&entry.path),
            };
            if !answers.has(&need) {
                out.ask(need);
                continue;
            }
            match answers.bytes(&need) {
                Outcome::Got(bytes) => match described(entry, bytes) {
                    Ok(described) => tell(out, &entry.path, &described),
                    Err(reason) => unknown(out, entry, &reason),
                },
                Outcome::NotPermitted => unknown(out, entry, "permission denied"),
                Outcome::Failed(failure) => unknown(out, entry, &failure.reason),
                Outcome::Absent | Outcome::NotApplicable => {}
            }
        }
    }
}

/// The format of a package, by its name; those of sources are not installed.
fn format(entry: &Entry) -> Option<&'static str> {
    let name = entry.path.as_str();
    let found = [".deb", ".rpm"]
        .into_iter()
        .find(|ending| name.ends_with(ending))?;
    let is_source = name.ends_with(".src.rpm") || name.ends_with(".nosrc.rpm");
    (entry.kind == EntryKind::File && !is_source).then(|| found.trim_start_matches('.'))
}

fn described(entry: &Entry, bytes: &[u8]) -> Result<Described, String> {
    if format(entry) == Some("rpm") {
        return rpm_file::described(bytes);
    }
    let control = ar::control(bytes)?;
    let fields = ["Pre-Depends", "Depends"].map(|name| ar::field(&control, name));
    Ok(Described {
        format: "deb",
        architecture: ar::field(&control, "Architecture"),
        asks: fields
            .iter()
            .flatten()
            .flat_map(|field| relations(field))
            .collect(),
        is_zstd: ar::is_zstd(bytes),
    })
}

fn tell(out: &mut Observation<'_>, path: &str, described: &Described) {
    let origin = || Origin::file(path);
    out.keyed("package-file.format", path, described.format, origin());
    if let Some(architecture) = &described.architecture {
        out.keyed("package-file.architecture", path, architecture.as_str(), origin());
    }
    if described.is_zstd {
        out.keyed("package-file.compression", path, "zstd", origin());
    }
    for alternatives in &described.asks {
        if let Some(first) = alternatives.first() {
            let all: Vec<String> = alternatives.iter().map(ToString::to_string).collect();
            out.keyed(
                "package-file.asks",
                format!("{path}:{}", first.name),
                all.join(" | "),
                origin(),
            );
        }
    }
}

fn unknown(out: &mut Observation<'_>, entry: &Entry, reason: &str) {
    for family in [
        "package-file.format",
        "package-file.asks",
        "package-file.compression",
    ] {
        let state = State::Unknown(format!("{}: {reason}", entry.path));
        out.state(
            FactId::keyed(family, entry.path.clone()),
            state,
            Origin::file(entry.path.clone()),
        );
    }
}
