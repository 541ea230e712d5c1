//! Compiled modules of Python in the release, bound to one version of CPython by their names (PEP 3149).

use std::collections::{BTreeMap, BTreeSet};

/// Packages that go on without their compiled modules, more slowly.
const OPTIONAL: [&str; 19] = [
    "_yaml",
    "aiohttp",
    "charset_normalizer",
    "coverage",
    "frozenlist",
    "google",
    "httptools",
    "kiwisolver",
    "markupsafe",
    "msgpack",
    "multidict",
    "propcache",
    "psutil",
    "simplejson",
    "sqlalchemy",
    "tornado",
    "wrapt",
    "yaml",
    "yarl",
];

/// Modules by path without the ending, each with the versions of CPython, as a range of npm, that one of its files is built for. Left
/// out: modules with a file that every version loads, or that Python can do without.
#[must_use]
pub fn modules<'a>(paths: &BTreeSet<&'a str>) -> BTreeMap<&'a str, String> {
    let mut versions: BTreeMap<&str, BTreeSet<(u32, u32)>> = BTreeMap::new();
    for path in paths {
        if let Some((module, version)) = bound(path) {
            versions.entry(module).or_default().insert(version);
        }
    }
    let is_bound = |module: &str| {
        let others = [".py", ".so", ".abi3.so"].map(|ending| format!("{module}{ending}"));
        let is_optional = module.split('/').any(|part| OPTIONAL.contains(&part));
        !is_optional && !others.iter().any(|other| paths.contains(other.as_str()))
    };
    let bound = versions.into_iter().filter(|(module, _)| is_bound(module));
    bound
        .map(|(module, versions)| {
            let ranges: Vec<String> = versions
                .iter()
                .map(|(major, minor)| format!("{major}.{minor}.x"))
                .collect();
            (module, ranges.join(" || "))
        })
        .collect()
}

/// The module and version of `x/_y.cpython-310-x86_64-linux-gnu.so`.
fn bound(path: &str) -> Option<(&str, (u32, u32))> {
    let (module, rest) = path.strip_suffix(".so")?.split_once(".cpython-")?;
    let (digits, platform) = rest.split_once('-')?;
    let (major, minor) = digits.trim_end_matches(['d', 'm', 't']).split_at_checked(1)?;
    let version = (major.parse().ok()?, minor.parse().ok()?);
    (platform.contains("linux") && !digits.ends_with('t')).then_some((module, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_modules() {
        let paths = [
            "pydantic_core/_pydantic_core.cpython-310-x86_64-linux-gnu.so",
            "numpy/core/_multi.cpython-39-x86_64-linux-gnu.so",
            "numpy/core/_multi.cpython-310-x86_64-linux-gnu.so",
            "cryptography/_rust.abi3.so",
            "fast/md.cpython-310-x86_64-linux-gnu.so",
            "fast/md.py",
            "yaml/_yaml.cpython-310-x86_64-linux-gnu.so",
            "x/_x.cpython-310-darwin.so",
        ];
        let found = modules(&BTreeSet::from(paths));
        let expected = [
            ("numpy/core/_multi", "3.9.x || 3.10.x".to_owned()),
            ("pydantic_core/_pydantic_core", "3.10.x".to_owned()),
        ];
        assert_eq!(found, BTreeMap::from(expected));
    }
}
