//! On which mount of a host the files lie that a release runs or loads.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{FactId, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::spelling::spelled;
use parity_core::view::View;

use crate::images::userland;

/// What the derivation gives; the value is the name of the fact that has the options of the mount.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "noexec.extraction",
        "file=what=mount point",
        Kind::Text,
        "Where a host has told of it: the fact with the options of the mount that native code is unpacked on.",
    ),
    Schema::family(
        "noexec.program",
        "file=path=mount point",
        Kind::Text,
        "Where a host has told of it: the fact with the options of the mount that a unit starts a program from.",
    ),
    Schema::family(
        "noexec.tmpfs",
        "file=what=directory",
        Kind::Text,
        "The file of the release that puts a directory in memory, without leave to run files, where native code is unpacked.",
    ),
    Schema::family(
        "temporary.mount",
        "file=mount point",
        Kind::Text,
        "Where a host has told of it: the fact with the options of the mount that /tmp is, where a source renames files from there.",
    ),
];

/// Works out where what a release runs lies on a host.
#[derive(Debug, Clone, Copy)]
pub struct Noexec;

impl Derivation for Noexec {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let Some(release) = sides.release else {
            return Derived::default();
        };
        let mut out = BTreeMap::new();
        let keyed = |name: &'static str| {
            release.family(name).filter_map(|fact| {
                let (file, what) = fact.id.key()?.split_once(':')?;
                Some((file, what, fact.state.value()?.to_string()))
            })
        };
        let tmpfs = tmpfs(release);
        for (file, what, directory) in keyed("extraction.directory") {
            if let Some((place, fact)) = place(sides.host, &directory) {
                let id = FactId::keyed("noexec.extraction", format!("{file}={what}={place}"));
                out.insert(id, Value::from(fact));
            }
            for (compose, place) in tmpfs.iter().filter(|(_, place)| covers(place, &directory)) {
                let id = FactId::keyed("noexec.tmpfs", format!("{file}={what}={place}"));
                out.insert(id, Value::from(compose.as_str()));
            }
        }
        for (file, _, path) in keyed("unit-file.place") {
            if let Some((place, fact)) = place(sides.host, &path) {
                let id = FactId::keyed("noexec.program", format!("{file}={}={place}", spelled(&path)));
                out.insert(id, Value::from(fact));
            }
        }
        for fact in release.family("temporary-move.call") {
            if let (Some(file), Some((place, of))) = (fact.id.key(), place(sides.host, TEMPORARY))
                && place == TEMPORARY
            {
                let id = FactId::keyed("temporary.mount", format!("{file}={place}"));
                out.insert(id, Value::from(of));
            }
        }
        Derived::certain(out, "the mounts of the host")
    }
}

/// The directory for temporary files, unless TMPDIR says otherwise.
const TEMPORARY: &str = "/tmp";

fn covers(place: &str, path: &str) -> bool {
    let rest = path.strip_prefix(place.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The mount that a path lies on, and which fact has its options. A host at rest has only those of its boot; of one that tells of
/// neither nothing is known.
fn place(host: &View<'_>, path: &str) -> Option<(String, &'static str)> {
    let longest = |name: &'static str| {
        let places = host
            .family(name)
            .filter_map(|fact| fact.id.key().map(str::to_owned));
        places
            .filter(|place| place != "*" && covers(place, path))
            .max_by_key(String::len)
    };
    // Refused, not at rest: it was asked.
    if host.fact(&FactId::rest("mount.options")).is_some() {
        return Some((path.to_owned(), "mount.options"));
    }
    let now = longest("mount.options").map(|place| (place, "mount.options"));
    now.or_else(|| longest("fstab.options").map(|place| (place, "fstab.options")))
}

/// Directories in memory of services that run what this release builds, and the files that say so. Images that are known by name
/// are somebody else's.
fn tmpfs(release: &View<'_>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for fact in release.family("started.traits") {
        let (Some(key), Some(traits)) = (fact.id.key(), fact.state.value()) else {
            continue;
        };
        let image = release.state(&FactId::keyed("started.image", key));
        let is_known = image
            .value()
            .map(Value::to_string)
            .is_some_and(|image| userland(&image).is_some() || crate::compose::tagged(&image).is_some());
        let is_built = release
            .state(&FactId::keyed("started.build", key))
            .value()
            .is_some();
        if is_known && !is_built {
            continue;
        }
        let file = key.split(':').next().unwrap_or(key).to_owned();
        for member in traits.members() {
            if let Some(place) = member.strip_prefix("noexec ") {
                found.insert((file.clone(), place.to_owned()));
            }
        }
    }
    found
}
