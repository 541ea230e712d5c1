//! What the user land of an image is, by its name and tag.
//!
//! Sources: glibc by release, <https://sourceware.org/glibc/wiki/Release> and the package pages of each distribution; x86-64 levels:
//! RHEL 9 and 10 (<https://developers.redhat.com/blog/2021/01/05/building-red-hat-enterprise-linux-9-for-the-x86-64-v2-microarchitecture-level>,
//! <https://developers.redhat.com/articles/2024/01/02/exploring-x86-64-v3-red-hat-enterprise-linux-10>), AlmaLinux 10, which has
//! images for v2 too (<https://wiki.almalinux.org/release-notes/10.0.html>), Leap 16 (<https://doc.opensuse.org/release-notes/>),
//! Amazon Linux 2023 (<https://docs.aws.amazon.com/linux/al2023/ug/performance-optimizations.html>); musl 1.2 since Alpine 3.13
//! (<https://wiki.alpinelinux.org/wiki/Release_Notes_for_Alpine_3.13.0>).

use crate::compose::image_name;

/// Major and minor version of a C library.
pub(super) type LibcVersion = (u32, u32);

/// The C library of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Libc {
    /// GNU C library.
    Glibc(LibcVersion),
    /// musl.
    Musl(LibcVersion),
}

/// What an image brings that the host must bear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Userland {
    /// Its distribution, for people.
    pub name: String,
    /// Its C library.
    pub libc: Libc,
    /// The x86-64 level it is built for.
    pub x86_level: i64,
}

/// A release of a distribution: up to the next row of the same distribution.
struct Row {
    family: &'static str,
    since: (u32, u32),
    libc: Libc,
    x86_level: i64,
}

const fn glibc(family: &'static str, since: (u32, u32), minor: u32, x86_level: i64) -> Row {
    Row {
        family,
        since,
        libc: Libc::Glibc((2, minor)),
        x86_level,
    }
}

const fn musl(since: (u32, u32), version: LibcVersion) -> Row {
    Row {
        family: "Alpine",
        since,
        libc: Libc::Musl(version),
        x86_level: 1,
    }
}

/// By distribution, each sorted by release.
const ROWS: [Row; 68] = [
    glibc("AlmaLinux", (8, 0), 28, 1),
    glibc("AlmaLinux", (9, 0), 34, 2),
    glibc("AlmaLinux", (10, 0), 39, 2),
    musl((3, 0), (1, 1)),
    musl((3, 13), (1, 2)),
    glibc("Amazon Linux", (1, 0), 17, 1),
    glibc("Amazon Linux", (2, 0), 26, 1),
    glibc("Amazon Linux", (2017, 0), 17, 1),
    glibc("Amazon Linux", (2022, 0), 34, 2),
    glibc("CentOS", (5, 0), 5, 1),
    glibc("CentOS", (6, 0), 12, 1),
    glibc("CentOS", (7, 0), 17, 1),
    glibc("CentOS", (8, 0), 28, 1),
    glibc("CentOS", (9, 0), 34, 2),
    glibc("CentOS", (10, 0), 39, 3),
    glibc("Debian", (6, 0), 11, 1),
    glibc("Debian", (7, 0), 13, 1),
    glibc("Debian", (8, 0), 19, 1),
    glibc("Debian", (9, 0), 24, 1),
    glibc("Debian", (10, 0), 28, 1),
    glibc("Debian", (11, 0), 31, 1),
    glibc("Debian", (12, 0), 36, 1),
    glibc("Debian", (13, 0), 41, 1),
    glibc("Fedora", (27, 0), 26, 1),
    glibc("Fedora", (28, 0), 27, 1),
    glibc("Fedora", (29, 0), 28, 1),
    glibc("Fedora", (30, 0), 29, 1),
    glibc("Fedora", (31, 0), 30, 1),
    glibc("Fedora", (32, 0), 31, 1),
    glibc("Fedora", (33, 0), 32, 1),
    glibc("Fedora", (34, 0), 33, 1),
    glibc("Fedora", (35, 0), 34, 1),
    glibc("Fedora", (36, 0), 35, 1),
    glibc("Fedora", (37, 0), 36, 1),
    glibc("Fedora", (38, 0), 37, 1),
    glibc("Fedora", (39, 0), 38, 1),
    glibc("Fedora", (40, 0), 39, 1),
    glibc("Fedora", (41, 0), 40, 1),
    glibc("Fedora", (42, 0), 41, 1),
    glibc("Oracle Linux", (6, 0), 12, 1),
    glibc("Oracle Linux", (7, 0), 17, 1),
    glibc("Oracle Linux", (8, 0), 28, 1),
    glibc("Oracle Linux", (9, 0), 34, 2),
    glibc("Oracle Linux", (10, 0), 39, 3),
    glibc("Red Hat Enterprise Linux", (6, 0), 12, 1),
    glibc("Red Hat Enterprise Linux", (7, 0), 17, 1),
    glibc("Red Hat Enterprise Linux", (8, 0), 28, 1),
    glibc("Red Hat Enterprise Linux", (9, 0), 34, 2),
    glibc("Red Hat Enterprise Linux", (10, 0), 39, 3),
    glibc("Rocky Linux", (8, 0), 28, 1),
    glibc("Rocky Linux", (9, 0), 34, 2),
    glibc("Rocky Linux", (10, 0), 39, 3),
    glibc("Ubuntu", (10, 0), 11, 1),
    glibc("Ubuntu", (12, 0), 15, 1),
    glibc("Ubuntu", (14, 0), 19, 1),
    glibc("Ubuntu", (16, 4), 23, 1),
    glibc("Ubuntu", (18, 0), 27, 1),
    glibc("Ubuntu", (20, 0), 31, 1),
    glibc("Ubuntu", (21, 4), 33, 1),
    glibc("Ubuntu", (21, 10), 34, 1),
    glibc("Ubuntu", (22, 4), 35, 1),
    glibc("Ubuntu", (22, 10), 36, 1),
    glibc("Ubuntu", (23, 4), 37, 1),
    glibc("Ubuntu", (23, 10), 38, 1),
    glibc("Ubuntu", (24, 4), 39, 1),
    glibc("Ubuntu", (24, 10), 40, 1),
    glibc("Ubuntu", (25, 4), 41, 1),
    glibc("openSUSE Leap", (16, 0), 40, 2),
];

/// Names of releases as they stand in tags, of base images and of others (`python:3.11-bookworm`).
const CODE_NAMES: [(&str, &str, (u32, u32)); 25] = [
    ("Debian", "squeeze", (6, 0)),
    ("Debian", "wheezy", (7, 0)),
    ("Debian", "jessie", (8, 0)),
    ("Debian", "stretch", (9, 0)),
    ("Debian", "buster", (10, 0)),
    ("Debian", "bullseye", (11, 0)),
    ("Debian", "bookworm", (12, 0)),
    ("Debian", "trixie", (13, 0)),
    ("Ubuntu", "lucid", (10, 4)),
    ("Ubuntu", "precise", (12, 4)),
    ("Ubuntu", "trusty", (14, 4)),
    ("Ubuntu", "xenial", (16, 4)),
    ("Ubuntu", "bionic", (18, 4)),
    ("Ubuntu", "focal", (20, 4)),
    ("Ubuntu", "hirsute", (21, 4)),
    ("Ubuntu", "impish", (21, 10)),
    ("Ubuntu", "jammy", (22, 4)),
    ("Ubuntu", "kinetic", (22, 10)),
    ("Ubuntu", "lunar", (23, 4)),
    ("Ubuntu", "mantic", (23, 10)),
    ("Ubuntu", "noble", (24, 4)),
    ("Ubuntu", "oracular", (24, 10)),
    ("Ubuntu", "plucky", (25, 4)),
    ("CentOS", "stream9", (9, 0)),
    ("CentOS", "stream10", (10, 0)),
];

/// Words in tags that a number follows: `alpine3.18`, `ubi9`, `al2023`.
const NUMBERED: [(&str, &str); 9] = [
    ("Alpine", "alpine"),
    ("Amazon Linux", "al"),
    ("Amazon Linux", "amazonlinux"),
    ("CentOS", "centos"),
    ("Fedora", "fedora"),
    ("Oracle Linux", "oraclelinux"),
    ("Oracle Linux", "ol"),
    ("Red Hat Enterprise Linux", "ubi"),
    ("Ubuntu", "ubuntu"),
];

/// Base images whose tags begin with the release.
const BASES: [(&str, &str); 11] = [
    ("AlmaLinux", "almalinux"),
    ("Alpine", "alpine"),
    ("Amazon Linux", "amazonlinux"),
    ("CentOS", "centos"),
    ("Debian", "debian"),
    ("Fedora", "fedora"),
    ("Oracle Linux", "oraclelinux"),
    ("Rocky Linux", "rockylinux"),
    ("Ubuntu", "ubuntu"),
    ("openSUSE Leap", "leap"),
    ("Alpine", "alpine-base"),
];

/// The user land of an image; none where name and tag do not tell.
///
/// ```
/// use parity_probes::images::{Libc, userland};
/// let base = userland("registry.access.redhat.com/ubi10/ubi-minimal:10.0").unwrap();
/// assert_eq!((base.libc, base.x86_level), (Libc::Glibc((2, 39)), 3));
/// assert_eq!(userland("python:3.11-bookworm").unwrap().name, "Debian 12");
/// assert_eq!(userland("node:14-alpine3.13").unwrap().libc, Libc::Musl((1, 2)));
/// assert_eq!(userland("example/shop:1.2"), None);
/// ```
#[must_use]
pub fn userland(image: &str) -> Option<Userland> {
    let (family, release) = release_of(image)?;
    let row = ROWS
        .iter()
        .rfind(|row| row.family == family && row.since <= release)?;
    Some(Userland {
        name: shown((family, release)),
        libc: row.libc,
        x86_level: row.x86_level,
    })
}

/// A distribution, and its major and minor release.
pub(crate) type Release = (&'static str, (u32, u32));

/// The distribution of an image; none where name and tag do not tell.
pub(crate) fn release_of(image: &str) -> Option<Release> {
    let name = image_name(image);
    of_path(name.path)
        .or_else(|| of_base(name.path, name.tag?))
        .or_else(|| of_tag(name.tag?))
}

/// A release for people: Debian 12, Ubuntu 22.04, Alpine 3.20.
pub(crate) fn shown((family, release): Release) -> String {
    match release {
        (major, 0) => format!("{family} {major}"),
        (major, minor) if family == "Ubuntu" => format!("{family} {major}.{minor:02}"),
        (major, minor) => format!("{family} {major}.{minor}"),
    }
}

/// `ubi9/openjdk-17`, `redhat/ubi10-minimal`, `almalinux/9-base`, `rhel7/rhel`.
fn of_path(path: &str) -> Option<Release> {
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let number = part.strip_prefix("ubi").or_else(|| part.strip_prefix("rhel"));
        if let Some(release) = number.and_then(leading_release) {
            return Some(("Red Hat Enterprise Linux", (release.0, 0)));
        }
        let release = parts.peek().and_then(|next| leading_release(next));
        if let (Some((family, _)), Some(release)) = (base(part), release) {
            return Some((family, release));
        }
    }
    None
}

fn base(name: &str) -> Option<(&'static str, &'static str)> {
    BASES.into_iter().find(|(_, base)| *base == name)
}

/// `debian:12-slim`, `debian:bookworm`, `centos:centos6.9`, `quay.io/centos/centos:stream9`.
fn of_base(path: &str, tag: &str) -> Option<Release> {
    let (family, word) = base(path.rsplit('/').next().unwrap_or(path))?;
    let release = leading_release(tag.strip_prefix(word).unwrap_or(tag))?;
    Some((family, release))
}

/// The word of a tag that names a release.
fn of_tag(tag: &str) -> Option<Release> {
    let words = || tag.split(['-', '_']);
    let named = words().find_map(|word| CODE_NAMES.into_iter().find(|(_, name, _)| *name == word));
    if let Some((family, _, release)) = named {
        return Some((family, release));
    }
    words().find_map(|word| {
        NUMBERED.into_iter().find_map(|(family, name)| {
            let number = word.strip_prefix(name)?;
            let release = leading_release(number)?;
            let is_whole = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            is_whole.then_some((family, release))
        })
    })
}

/// The number that a text begins with: `22.04` is 22 and 4, `9-minimal` is 9 and 0.
fn leading_release(text: &str) -> Option<(u32, u32)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let is_end = text
        .get(end..)?
        .chars()
        .next()
        .is_none_or(|c| matches!(c, '-' | '_'));
    let mut numbers = text.get(..end)?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next().map_or(Some(0), |minor| minor.parse().ok())?;
    is_end.then_some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted() {
        assert!(ROWS.is_sorted_by_key(|row| (row.family, row.since)));
    }

    #[test]
    fn names_and_tags_tell_the_release() {
        for (image, expected) in [
            ("ubuntu:22.04", "Ubuntu 22.04"),
            ("ubuntu:jammy-20240111", "Ubuntu 22.04"),
            ("arm32v7/alpine:3.13.1", "Alpine 3.13"),
            ("debian:bookworm-slim", "Debian 12"),
            ("debian:7.11", "Debian 7.11"),
            ("centos:6", "CentOS 6"),
            ("centos:centos6.9", "CentOS 6.9"),
            ("quay.io/centos/centos:stream10", "CentOS 10"),
            ("redhat/ubi9-minimal:latest", "Red Hat Enterprise Linux 9"),
            ("registry.access.redhat.com/ubi10", "Red Hat Enterprise Linux 10"),
            (
                "registry.redhat.io/ubi8/openjdk-17:1.18",
                "Red Hat Enterprise Linux 8",
            ),
            ("rockylinux/rockylinux:10.0-minimal", "Rocky Linux 10"),
            ("mongo:5.0.13-focal", "Ubuntu 20.04"),
            ("eclipse-temurin:17-jre-jammy", "Ubuntu 22.04"),
            ("amazoncorretto:21-al2023-headless", "Amazon Linux 2023"),
            ("golang:1.16-alpine3.13", "Alpine 3.13"),
            ("fedora:35", "Fedora 35"),
            ("eclipse-temurin:21-ubi9-minimal", "Red Hat Enterprise Linux 9"),
        ] {
            let found = userland(image).map(|userland| userland.name);
            assert_eq!(found.as_deref(), Some(expected), "{image}");
        }
        for image in [
            "ubuntu",
            "ubuntu:latest",
            "node:20-alpine",
            "alpine:edge",
            "debian@sha256:00",
            "example/shop:2.0",
            "archlinux:latest",
            "",
        ] {
            assert_eq!(userland(image), None, "{image}");
        }
    }
}
