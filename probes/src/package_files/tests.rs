use std::path::Path;
use std::process::{Command, Stdio};

use parity_core::version::Scheme;
use proptest::prelude::*;

use super::*;

const CONTROL: &str = "Package: app\nVersion: 1.2\nArchitecture: amd64\nMaintainer: A <a@example.org>\n\
Pre-Depends: init-system-helpers\nDepends: libssl1.1 (>= 1.1.0), libc6 (>= 2.34)\n , adduser\nDescription: an app\n more\n";

#[test]
fn fields_go_on_over_lines() {
    assert_eq!(
        ar::field(CONTROL, "depends").unwrap(),
        "libssl1.1 (>= 1.1.0), libc6 (>= 2.34) , adduser"
    );
    assert_eq!(ar::field(CONTROL, "Description").unwrap(), "an app more");
    assert_eq!(ar::field(CONTROL, "Conflicts"), None);
}

#[test]
fn relations_are_read_as_they_are_written() {
    for (text, expected) in [
        ("a", &[&["a"][..]][..]),
        ("a:any (>= 1:2.3~rc1-4)", &[&["a (>= 1:2.3~rc1-4)"]]),
        (
            "a(<<2)|b [amd64] <!nocheck>,, c ( = 1 )",
            &[&["a (<< 2)", "b"], &["c (= 1)"]],
        ),
        ("", &[]),
        (" , | ", &[]),
        ("${shlibs:Depends}", &[]),
    ] {
        let found = relations(text);
        let found: Vec<Vec<String>> = found
            .iter()
            .map(|group| group.iter().map(ToString::to_string).collect())
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn versions_are_accepted_as_by_the_package_manager() {
    let accepts =
        |relation: &str, version: &str, scheme| Relation::parse(relation).unwrap().accepts(version, scheme);
    assert_eq!(accepts("a (>= 2.34)", "2.36-9+deb12u4", Scheme::Deb), Some(true));
    assert_eq!(accepts("a (>= 2.38)", "2.36-9+deb12u4", Scheme::Deb), Some(false));
    assert_eq!(accepts("a (<< 2)", "2~rc1", Scheme::Deb), Some(true));
    assert_eq!(accepts("a (= 1:1-1)", "1-1", Scheme::Deb), Some(false));
    // The release is not compared where it is not asked for.
    assert_eq!(accepts("a (= 2.34)", "2.34-100.el9", Scheme::Rpm), Some(true));
    assert_eq!(
        accepts("a (>= 2.34-101)", "2.34-100.el9", Scheme::Rpm),
        Some(false)
    );
}

#[test]
fn names_of_one_library_have_one_stem() {
    for (names, stem) in [
        (
            &["libssl1.1", "libssl3", "libssl3t64", "libssl1.0.0"][..],
            Some("libssl#"),
        ),
        (&["libicu66", "libicu72"], Some("libicu#")),
        (
            &["libboost-system1.74.0", "libboost-system1.83.0"],
            Some("libboost-system#"),
        ),
        (&["libssl.so.10", "libssl.so.3"], Some("libssl.so.#")),
        (&["bash", "x11-common", "7zip"], None),
    ] {
        for name in names {
            assert_eq!(virtuals::stem(name).as_deref(), stem, "{name}");
        }
    }
}

/// A package as the tool of Debian makes it.
fn built(directory: &Path, compression: &str) -> Option<Vec<u8>> {
    let tree = directory.join("tree");
    std::fs::create_dir_all(tree.join("DEBIAN")).unwrap();
    std::fs::create_dir_all(tree.join("usr/bin")).unwrap();
    std::fs::write(tree.join("DEBIAN/control"), CONTROL).unwrap();
    std::fs::write(tree.join("usr/bin/app"), "#!/bin/sh\n").unwrap();
    let package = directory.join("app.deb");
    let status = Command::new("dpkg-deb")
        .args(["--root-owner-group", compression, "-b"])
        .args([&tree, &package])
        .stdout(Stdio::null())
        .status();
    if !status.is_ok_and(|status| status.success()) {
        eprintln!("skipped: dpkg-deb {compression} is not there");
        return None;
    }
    Some(std::fs::read(package).unwrap())
}

#[test]
fn packages_of_every_compression_are_read() {
    let directory = tempfile::tempdir().unwrap();
    for compression in ["-Zgzip", "-Zxz", "-Zzstd", "-Znone"] {
        let Some(package) = built(directory.path(), compression) else {
            continue;
        };
        let control = ar::control(&package).unwrap();
        assert_eq!(ar::field(&control, "Package").unwrap(), "app", "{compression}");
        assert!(asks_for_libc(&package));
        let (ending, data) = member(&package, DATA).unwrap();
        let mut tree = parity_core::tar::Reader::new(unpacked(ending, data).unwrap());
        let mut paths = Vec::new();
        while let Some(entry) = tree.next_entry().unwrap() {
            paths.push(String::from_utf8(entry.path).unwrap());
        }
        assert!(
            paths.contains(&"./usr/bin/app".to_owned()),
            "{compression}: {paths:?}"
        );
        // The member that describes a package comes before its files.
        let cut = package.len() - data.len() - 61;
        for end in [0, 7, 8, 40, 100, 180, cut / 2 + 60] {
            assert!(member(&package[..end], DATA).is_err(), "cut at {end}");
        }
    }
}

/// A header of one of two parts of a package file.
fn header(tags: &[(u32, u32, u32, &[u8])]) -> Vec<u8> {
    let data: Vec<u8> = tags.iter().flat_map(|tag| tag.3.iter().copied()).collect();
    let mut out = vec![0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];
    out.extend((tags.len() as u32).to_be_bytes());
    out.extend((data.len() as u32).to_be_bytes());
    let mut at = 0_u32;
    for (tag, kind, count, bytes) in tags {
        for number in [*tag, *kind, at, *count] {
            out.extend(number.to_be_bytes());
        }
        at += bytes.len() as u32;
    }
    out.extend(data);
    out
}

fn rpm() -> Vec<u8> {
    let mut package = vec![0xed, 0xab, 0xee, 0xdb];
    package.resize(96, 0);
    package.extend(header(&[(1000, 6, 1, b"x\0")]));
    package.resize(package.len().next_multiple_of(8), 0);
    package.extend(header(&[
        (1022, 6, 1, b"x86_64\0\0"),
        (
            1048,
            4,
            4,
            &[[0, 0, 0, 0], [0, 0, 0, 12], [1, 0, 0, 8], [0, 0, 64, 0]].concat(),
        ),
        (1049, 8, 4, b"/bin/sh\0glibc\0rpmlib(X)\0libssl.so.10()(64bit)\0"),
        (1050, 8, 4, b"\x002.34\x001.0\0\0"),
    ]));
    package
}

#[test]
fn requirements_of_rpm_are_read() {
    let described = rpm_file::described(&rpm()).unwrap();
    assert_eq!(described.architecture.as_deref(), Some("x86_64"));
    let asks: Vec<String> = described.asks.iter().flatten().map(ToString::to_string).collect();
    assert_eq!(asks, ["glibc (>= 2.34)", "libssl.so.10"]);
    for end in 0..rpm().len() {
        assert!(rpm_file::described(&rpm()[..end]).is_err(), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn mutated_packages_never_panic(changes in prop::collection::vec((0..rpm().len(), any::<u8>()), 1..6), text in "\\PC{0,40}") {
        let mut package = rpm();
        for (at, byte) in changes {
            package[at] = byte;
        }
        let _ = rpm_file::described(&package);
        let _ = member(&package, DATA);
        let _ = ar::control(&[b"!<arch>\n", package.as_slice()].concat());
        let _ = relations(&text);
        let _ = virtuals::stem(&text);
    }
}
