//! Which files of a release are meant for a host, where it carries the same ones for several machines and C libraries.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::fact::FactId;
use parity_core::view::View;

use super::derive::{Fit, fits_machine, has_libc};
use super::release::{ReleaseFile, list};
use crate::node_modules::variant;
use crate::wheels::passed_over;

/// The files that are meant for this host: of those that belong together, where some fit, the others are not what runs here. A
/// package for Node.js belongs to itself; one of those that exist for each platform is for the platform in its name. A Java
/// archive asks at run time what there is for its machine, and an installer passes over wheels that do not fit.
pub(super) fn suited<'a>(
    files: &'a [ReleaseFile],
    release: &View<'_>,
    host: &View<'_>,
) -> Vec<&'a ReleaseFile> {
    let passed_over = passed_over(release, host);
    let is_passed_over = |path: &str| {
        path.split_once("!/")
            .is_some_and(|(wheel, _)| passed_over.contains(wheel))
    };
    let fits = |file: &ReleaseFile| fits_machine(&file.architecture, host) != Fit::No;
    let suits =
        |file: &ReleaseFile| fits(file) && file.libc.is_none_or(|libc| has_libc(host, libc) != Fit::No);
    let is_readable = |file: &ReleaseFile| !file.architecture.is_empty();
    let mut groups: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for file in files.iter().filter(|file| is_readable(file)) {
        let (any_fits, any_suits) = groups.entry(package(&file.path)).or_default();
        *any_fits |= fits(file);
        *any_suits |= suits(file);
    }
    let served: BTreeSet<&str> = files
        .iter()
        .filter(|file| fits(file))
        .filter_map(|file| archive(&file.path))
        .collect();
    let keep = |file: &&ReleaseFile| {
        if is_passed_over(&file.path) {
            return false;
        }
        let (any_fits, any_suits) = groups.get(package(&file.path)).copied().unwrap_or_default();
        let archive = archive(&file.path);
        let needs_its_own =
            archive.is_some_and(|archive| is_native_only(archive) && !served.contains(archive));
        let is_chosen_late = archive.is_some() && !fits(file) && !needs_its_own;
        !is_readable(file)
            || (!any_fits || fits(file))
                && (!any_suits || suits(file))
                && !is_chosen_late
                && is_for(&file.path, host)
    };
    files.iter().filter(keep).collect()
}

/// Java archives that do nothing without the native library they bring, by what their names begin with; others have an answer in Java, or
/// are asked for it only where there is one. Sources: the README of each, `UnsatisfiedLinkError` in the issues of each.
const NATIVE_ONLY: [&str; 8] = [
    "duckdb_jdbc-",
    "leveldbjni-",
    "onnxruntime-",
    "rocksdbjni-",
    "snappy-java-",
    "sqlite-jdbc-",
    "sqlite4java-",
    "zstd-jni-",
];

/// The innermost Java archive that a file is in.
fn archive(path: &str) -> Option<&str> {
    let at = path.rfind(".jar!/")?;
    path.get(..at + ".jar".len())
}

fn is_native_only(archive: &str) -> bool {
    let name = archive.rsplit('/').next().unwrap_or(archive);
    NATIVE_ONLY.iter().any(|prefix| name.starts_with(prefix))
}

/// The directory of the package for Node.js that a file is in; nothing for all others together.
fn package(path: &str) -> &str {
    let Some((before, rest)) = path.rsplit_once("node_modules/") else {
        return "";
    };
    let parts = if rest.starts_with('@') { 2 } else { 1 };
    let name: usize = rest.split('/').take(parts).map(|part| part.len() + 1).sum();
    path.get(..before.len() + "node_modules/".len() + name)
        .unwrap_or_default()
}

/// Whether the name of its package tells no platform, or one that may be the host's.
fn is_for(path: &str, host: &View<'_>) -> bool {
    let package = package(path).trim_end_matches('/');
    let name = package.rsplit_once("node_modules/").map(|(_, name)| name);
    let Some(variant) = name.and_then(variant) else {
        return true;
    };
    let machine = host.state(&FactId::single("kernel.machine"));
    let libcs = host.state(&FactId::single("libc.family"));
    match (machine.value(), libcs.value()) {
        (Some(machine), Some(libcs)) => variant.fits(&machine.to_string(), &list(libcs)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_files() {
        for (path, expected) in [
            ("bin/app", ""),
            ("node_modules/bcrypt/build/Release/b.node", "node_modules/bcrypt/"),
            ("a/node_modules/@x/y/lib/b.so", "a/node_modules/@x/y/"),
            (
                "node_modules/a/node_modules/b/c.node",
                "node_modules/a/node_modules/b/",
            ),
            ("node_modules/c.node", ""),
        ] {
            assert_eq!(package(path), expected, "{path}");
        }
    }
}
