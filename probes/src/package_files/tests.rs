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

/// A tree with the file `control` alone, as GNU tar and xz made it.
#[rustfmt::skip]
const XZ: &[u8] = &[
    253, 55, 122, 88, 90, 0, 0, 1, 105, 34, 222, 54, 2, 0, 33, 1, 28, 0, 0, 0, 16, 207, 88, 204, 224, 39, 255, 0,
    129, 93, 0, 23, 11, 200, 231, 217, 229, 209, 195, 213, 149, 125, 66, 219, 220, 14, 92, 108, 212, 89, 18, 242, 21, 150, 133, 28,
    251, 176, 189, 219, 180, 199, 20, 63, 148, 67, 4, 1, 160, 153, 97, 22, 90, 30, 128, 85, 127, 240, 14, 224, 1, 166, 241, 143,
    98, 85, 69, 112, 33, 189, 80, 214, 3, 8, 199, 63, 19, 105, 43, 150, 246, 34, 16, 218, 218, 76, 162, 147, 52, 203, 194, 102,
    24, 237, 106, 138, 102, 3, 63, 177, 94, 78, 229, 250, 25, 131, 91, 43, 146, 56, 153, 205, 61, 213, 5, 37, 242, 81, 26, 53,
    181, 150, 130, 203, 20, 18, 132, 167, 179, 110, 35, 81, 207, 166, 111, 126, 114, 241, 172, 0, 0, 0, 0, 0, 205, 109, 69, 21,
    0, 1, 153, 1, 128, 80, 0, 0, 109, 34, 185, 69, 62, 48, 13, 139, 2, 0, 0, 0, 0, 1, 89, 90,
];

fn package(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, content) in members {
        out.extend(
            format!(
                "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
                0,
                0,
                0,
                100_644,
                content.len()
            )
            .into_bytes(),
        );
        out.extend(*content);
        out.resize(out.len().next_multiple_of(2), b'\n');
    }
    out
}

fn tree() -> Vec<u8> {
    let mut tree = Vec::new();
    std::io::Read::read_to_end(&mut unpacked(".xz", XZ).unwrap(), &mut tree).unwrap();
    tree
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn packages_of_every_compression_are_read() {
    let tree = tree();
    for (ending, bytes) in [
        ("", tree.clone()),
        (".gz", gzip(&tree)),
        (".xz", XZ.to_vec()),
        (".zst", zstd::encode_all(tree.as_slice(), 1).unwrap()),
    ] {
        let name = format!("control.tar{ending}");
        let package = package(&[("debian-binary", b"2.0\n"), (&name, &bytes), ("data.tar", &tree)]);
        let control = ar::control(&package).unwrap();
        assert_eq!(ar::field(&control, "Package").unwrap(), "app", "{ending}");
        assert!(asks_for_libc(&package));
        assert_eq!(member(&package, DATA).unwrap(), ("", tree.as_slice()));
        let cut = package.len() - tree.len() - 1;
        for end in [0, 7, 8, 40, 75, 100, cut] {
            assert!(member(&package[..end], DATA).is_err(), "cut at {end}");
        }
    }
    assert!(ar::control(&package(&[("control.tar.lzma", b"x")])).is_err());
    assert!(ar::control(&package(&[("control.tar.xz", &XZ[..XZ.len() / 2])])).is_err());
}

#[test]
fn what_unpacks_to_more_than_anybody_waits_for_is_refused() {
    let mut header = vec![0_u8; 512];
    header[..8].copy_from_slice(b"postinst");
    header[124..135].copy_from_slice(format!("{:011o}", 1_u64 << 30).as_bytes());
    header[148..156].fill(b' ');
    header[156] = b'0';
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    let error = ar::control(&package(&[("control.tar", &header)])).unwrap_err();
    assert!(error.contains("too large"), "{error}");
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
