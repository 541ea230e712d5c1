//! Scripts that read files of control groups.
//!
//! Source: [Control Group v2](https://docs.kernel.org/admin-guide/cgroup-v2.html), cgroups(7).

use crate::reading::numbered;
use crate::said::Said;

/// Where the files are.
pub(super) const ROOT: &str = "/sys/fs/cgroup/";

/// A file that knows both versions.
pub(super) const EITHER: &str = "1 or 2";

/// Hierarchies of version 1, each a directory.
const CONTROLLERS: [&str; 14] = [
    "blkio",
    "cpu",
    "cpu,cpuacct",
    "cpuacct",
    "cpuset",
    "devices",
    "freezer",
    "hugetlb",
    "memory",
    "net_cls",
    "net_cls,net_prio",
    "perf_event",
    "pids",
    "systemd",
];

/// What begins the names of files of version 2 at the root of what is seen.
const UNIFIED: [&str; 7] = [
    "cgroup.", "cpu.", "cpuset.", "hugetlb.", "io.", "memory.", "pids.",
];

const SOURCES: [&str; 8] = [".bash", ".js", ".mjs", ".php", ".pl", ".py", ".rb", ".sh"];

/// What asks first whether a file is there, or goes on without it.
const ASKS: [&str; 14] = [
    " -d ",
    " -e ",
    " -f ",
    " -r ",
    "/dev/null",
    "catch",
    "except",
    "exist",
    "is_file",
    "is_readable",
    "isfile",
    "rescue",
    "try",
    "||",
];

/// How many lines before the use may ask.
const NEAR: usize = 4;

pub(super) fn concerns(path: &str, head: &[u8]) -> bool {
    SOURCES.iter().any(|ending| path.ends_with(ending)) || head.starts_with(b"#!")
}

/// The version whose file a path below the root of control groups is.
pub(super) fn version(path: &str) -> Option<&'static str> {
    let rest = path.strip_prefix(ROOT)?;
    let first = rest.split('/').next().unwrap_or(rest);
    match first {
        first if CONTROLLERS.contains(&first) => Some("1"),
        first if UNIFIED.iter().any(|begin| first.starts_with(begin)) => Some("2"),
        _ => None,
    }
}

pub(super) fn read(text: &str, found: &mut Said) {
    if !text.contains(ROOT) {
        return;
    }
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in numbered(text) {
        let trimmed = line.trim_start();
        if ["#", "//", "*"].iter().any(|mark| trimmed.starts_with(mark)) {
            continue;
        }
        for path in paths(line) {
            let Some(version) = version(path) else { continue };
            let at = usize::try_from(number).unwrap_or(usize::MAX);
            let before = lines.iter().take(at).skip(at.saturating_sub(NEAR));
            let is_asked = before
                .copied()
                .any(|line| ASKS.iter().any(|word| line.contains(word)));
            let version = if is_asked { EITHER } else { version };
            found.add("demand.cgroup", path, version, number);
        }
    }
}

/// The paths below the root of control groups in a line.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(ROOT).filter_map(|(at, _)| {
        let rest = line.get(at..)?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"/._,-".contains(c));
        rest.get(..end.unwrap_or(rest.len()))
    })
}
