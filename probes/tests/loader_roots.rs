//! Root file systems made for one question each, and what the probe says about them.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

mod machine;

use machine::case::root;
use parity_core::fact::{FactId, State};
use parity_core::snapshot::Snapshot;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

const X86_64: (u8, u16) = (2, 62);
const I386: (u8, u16) = (1, 3);

/// The smallest library: a header, one loadable segment, and a dynamic section that names what it needs.
fn library((class, machine): (u8, u16), soname: &str, needed: &[&str]) -> Vec<u8> {
    let wide = class == 2;
    let word = |value: u64| -> Vec<u8> {
        if wide {
            value.to_le_bytes().to_vec()
        } else {
            u32::try_from(value).unwrap().to_le_bytes().to_vec()
        }
    };
    let mut strings = vec![0];
    let mut intern = |text: &str| {
        let at = strings.len() as u64;
        strings.extend(text.bytes().chain([0]));
        at
    };
    let mut tags: Vec<(u64, u64)> = needed.iter().map(|name| (1, intern(name))).collect();
    if !soname.is_empty() {
        tags.push((14, intern(soname)));
    }
    let (header, entry, tag) = if wide { (64, 56, 16) } else { (52, 32, 8) };
    let strings_at = header + 2 * entry;
    let dynamic_at = (strings_at + strings.len() as u64).next_multiple_of(8);
    tags.extend([(5, strings_at), (10, strings.len() as u64), (0, 0)]);
    let dynamic_len = tag * tags.len() as u64;
    let size = dynamic_at + dynamic_len;

    let mut file = vec![0x7f, b'E', b'L', b'F', class, 1, 1, 0];
    file.resize(16, 0);
    file.extend(3u16.to_le_bytes());
    file.extend(machine.to_le_bytes());
    file.extend(1u32.to_le_bytes());
    for value in [0, header, 0] {
        file.extend(word(value));
    }
    file.extend(0u32.to_le_bytes());
    for value in [header, entry, 2, 0, 0, 0] {
        file.extend(u16::try_from(value).unwrap().to_le_bytes());
    }
    for (kind, at, len) in [(1u32, 0, size), (2, dynamic_at, dynamic_len)] {
        file.extend(kind.to_le_bytes());
        if wide {
            file.extend(4u32.to_le_bytes());
        }
        for value in [at, at, at, len, len] {
            file.extend(word(value));
        }
        if !wide {
            file.extend(4u32.to_le_bytes());
        }
        file.extend(word(if kind == 1 { 4096 } else { 8 }));
    }
    file.extend(strings);
    file.resize(usize::try_from(dynamic_at).unwrap(), 0);
    for (tag, value) in tags {
        file.extend(word(tag));
        file.extend(word(value));
    }
    file
}

/// A cache of plain entries: name, path, flags.
fn cache(entries: &[(&str, &str, u32)]) -> Vec<u8> {
    let mut file = b"glibc-ld.so.cache1.1".to_vec();
    let strings_at = 48 + 24 * entries.len();
    let mut strings = Vec::new();
    let mut intern = |text: &str| {
        let at = u32::try_from(strings_at + strings.len()).unwrap();
        strings.extend(text.bytes().chain([0]));
        at
    };
    let mut table = Vec::new();
    for (soname, path, flags) in entries {
        for value in [*flags, intern(soname), intern(path), 0, 0, 0] {
            table.extend(value.to_le_bytes());
        }
    }
    file.extend(u32::try_from(entries.len()).unwrap().to_le_bytes());
    file.extend(u32::try_from(strings.len()).unwrap().to_le_bytes());
    file.push(2);
    file.resize(48, 0);
    file.extend(table);
    file.extend(strings);
    file
}

struct Root(tempfile::TempDir);

impl Root {
    fn new() -> Root {
        Root(tempfile::tempdir().unwrap())
    }

    fn at(&self, path: &str) -> PathBuf {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn write(self, path: &str, bytes: &[u8]) -> Root {
        fs::write(self.at(path), bytes).unwrap();
        self
    }

    fn link(self, path: &str, target: &str) -> Root {
        symlink(target, self.at(path)).unwrap();
        self
    }

    /// As distributions with a merged `/usr` have it.
    fn merged(self) -> Root {
        fs::create_dir_all(self.at("usr/lib64/.").parent().unwrap()).unwrap();
        fs::create_dir_all(self.at("usr/lib/.").parent().unwrap()).unwrap();
        self.link("lib", "usr/lib").link("lib64", "usr/lib64")
    }

    fn observe(&self) -> Snapshot {
        let snapshot = root(self.0.path());
        assert_eq!(snapshot.problems, [], "{:?}", snapshot.coverage);
        snapshot
    }
}

fn glibc(root: Root, directory: &str, loader: &str) -> Root {
    root.write(
        &format!("{directory}/libc.so.6"),
        &library(X86_64, "libc.so.6", &[]),
    )
    .write(loader, &library(X86_64, "ld-linux-x86-64.so.2", &[]))
}

fn value(snapshot: &Snapshot, name: &'static str, key: &str) -> Option<String> {
    let state = snapshot.state(&FactId::keyed(name, key));
    assert!(state.is_certain(), "{name}[{key}]: {state}");
    state.value().map(ToString::to_string)
}

fn path(snapshot: &Snapshot, name: &str) -> Option<String> {
    value(snapshot, "library", &format!("x86_64/{name}"))
}

const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";

#[test]
fn a_merged_usr_without_a_cache_is_searched_by_its_links() {
    let root = glibc(
        Root::new().merged(),
        "usr/lib/x86_64-linux-gnu",
        "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    )
    .link(
        "usr/lib64/ld-linux-x86-64.so.2",
        "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    );
    let host = root
        .write("usr/lib/libold.so.1", &library(X86_64, "libold.so.1", &[]))
        .write("usr/lib64/libelse.so.1", &library(X86_64, "", &[]))
        .observe();
    assert_eq!(
        path(&host, "libc.so.6").unwrap(),
        "/lib/x86_64-linux-gnu/libc.so.6"
    );
    assert_eq!(path(&host, "libold.so.1").unwrap(), "/lib/libold.so.1");
    assert_eq!(
        path(&host, "libelse.so.1"),
        None,
        "Debian's glibc does not search /lib64"
    );
    assert_eq!(value(&host, "loader.interpreter", LOADER).unwrap(), "x86_64");
    assert_eq!(
        value(&host, "loader.interpreter", "/lib/ld-linux-x86-64.so.2"),
        None
    );
}

#[test]
fn both_names_of_one_directory_lead_to_the_loader() {
    // Arch Linux: one directory under four names.
    let root = Root::new()
        .link("lib", "usr/lib")
        .link("lib64", "usr/lib")
        .link("usr/lib64", "lib");
    let host = glibc(root, "usr/lib", "usr/lib/ld-linux-x86-64.so.2").observe();
    for place in ["/lib64", "/lib", "/usr/lib", "/usr/lib64"] {
        let place = format!("{place}/ld-linux-x86-64.so.2");
        assert_eq!(
            value(&host, "loader.interpreter", &place).unwrap(),
            "x86_64",
            "{place}"
        );
    }
    assert_eq!(path(&host, "libc.so.6").unwrap(), "/lib64/libc.so.6");
}

#[test]
fn an_unmerged_usr_has_both_directories() {
    let root = glibc(Root::new(), "lib64", "lib64/ld-2.28.so").link(&LOADER[1..], "ld-2.28.so");
    let host = root
        .write("usr/lib64/liba.so.1.2", &library(X86_64, "liba.so.1", &[]))
        .link("usr/lib64/liba.so.1", "liba.so.1.2")
        .write("lib64/liba.so.1.1", &library(X86_64, "liba.so.1", &[]))
        .link("lib64/liba.so.1", "liba.so.1.1")
        .observe();
    assert_eq!(path(&host, "liba.so.1").unwrap(), "/lib64/liba.so.1");
    assert_eq!(path(&host, "liba.so.1.2").unwrap(), "/usr/lib64/liba.so.1.2");
    assert_eq!(value(&host, "loader.interpreter", LOADER).unwrap(), "x86_64");
}

#[test]
fn what_the_cache_says_comes_first_and_what_is_gone_is_looked_for() {
    let root = glibc(Root::new(), "lib64", &LOADER[1..]);
    let root = root
        .write("opt/x/libone.so.1", &library(X86_64, "libone.so.1", &[]))
        .write("usr/lib64/libone.so.1", &library(X86_64, "libone.so.1", &[]))
        .write("usr/lib64/libtwo.so.1", &library(X86_64, "libtwo.so.1", &[]))
        .write("opt/second/libtwo.so.1", &library(X86_64, "libtwo.so.1", &[]))
        .write("usr/lib64/libuncached.so.1", &library(X86_64, "", &[]));
    let entries = [
        ("libone.so.1", "/opt/x/libone.so.1", 0x303),
        ("libtwo.so.1", "/opt/gone/libtwo.so.1", 0x303),
        ("libtwo.so.1", "/opt/second/libtwo.so.1", 0x303),
        ("libnone.so.1", "/opt/gone/libnone.so.1", 0x303),
        ("libc.so.6", "/lib64/libc.so.6", 0x303),
    ];
    let host = root.write("etc/ld.so.cache", &cache(&entries)).observe();
    assert_eq!(path(&host, "libone.so.1").unwrap(), "/opt/x/libone.so.1");
    assert_eq!(
        path(&host, "libtwo.so.1").unwrap(),
        "/usr/lib64/libtwo.so.1",
        "one entry of a name counts"
    );
    assert_eq!(
        path(&host, "libuncached.so.1").unwrap(),
        "/usr/lib64/libuncached.so.1"
    );
    assert_eq!(path(&host, "libnone.so.1"), None);
}

#[test]
fn each_architecture_has_its_own_file() {
    let root = glibc(Root::new(), "lib64", &LOADER[1..]);
    let root = root
        .write("lib/libc.so.6", &library(I386, "libc.so.6", &[]))
        .write("lib/ld-linux.so.2", &library(I386, "ld-linux.so.2", &[]))
        .write("usr/lib/liba.so.1", &library(I386, "liba.so.1", &[]))
        .write("usr/lib64/liba.so.1", &library(X86_64, "liba.so.1", &[]))
        .write("usr/lib/libonly32.so.1", &library(I386, "libonly32.so.1", &[]));
    let entries = [
        ("liba.so.1", "/usr/lib64/liba.so.1", 0x303),
        ("liba.so.1", "/usr/lib/liba.so.1", 3),
    ];
    let without = root.observe();
    let with = root.write("etc/ld.so.cache", &cache(&entries)).observe();
    for host in [without, with] {
        assert_eq!(path(&host, "liba.so.1").unwrap(), "/usr/lib64/liba.so.1");
        assert_eq!(
            value(&host, "library", "i386/liba.so.1").unwrap(),
            "/usr/lib/liba.so.1"
        );
        assert_eq!(path(&host, "libonly32.so.1"), None);
        assert_eq!(
            value(&host, "loader.interpreter", "/lib/ld-linux.so.2").unwrap(),
            "i386"
        );
    }
}

#[test]
fn links_are_followed_wherever_they_lead() {
    let root = glibc(Root::new(), "usr/lib/x86_64-linux-gnu", &LOADER[1..]);
    let host = root
        .link(
            "usr/lib/x86_64-linux-gnu/libblas.so.3",
            "/etc/alternatives/libblas.so.3-x86_64-linux-gnu",
        )
        .link(
            "etc/alternatives/libblas.so.3-x86_64-linux-gnu",
            "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3",
        )
        .link("usr/lib/x86_64-linux-gnu/blas/libblas.so.3", "libblas.so.3.11")
        .write(
            "usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11",
            &library(X86_64, "libblas.so.3", &["libfortran.so.1"]),
        )
        .link("usr/lib/x86_64-linux-gnu/libgone.so.1", "../nowhere/libgone.so.1")
        .link("usr/lib/x86_64-linux-gnu/libloop.so.1", "libloop.so.1")
        .write(
            "usr/lib/x86_64-linux-gnu/libscript.so",
            b"/* GNU ld script */ GROUP ( libc.so.6 )",
        )
        .observe();
    let blas = path(&host, "libblas.so.3").unwrap();
    assert_eq!(blas, "/usr/lib/x86_64-linux-gnu/libblas.so.3");
    let missing = value(&host, "library.missing", "x86_64/libblas.so.3").unwrap();
    assert_eq!(missing, "libfortran.so.1");
    assert_eq!(value(&host, "library.missing", "x86_64/libc.so.6"), None);
    for name in ["libgone.so.1", "libscript.so"] {
        assert_eq!(path(&host, name), None, "{name}");
    }
}

#[test]
fn musl_searches_its_own_path() {
    let musl = "lib/ld-musl-x86_64.so.1";
    let root = Root::new()
        .write(musl, &library(X86_64, "libc.musl-x86_64.so.1", &[]))
        .link("lib/libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1")
        .write(
            "usr/lib/libz.so.1",
            &library(X86_64, "libz.so.1", &["libc.musl-x86_64.so.1"]),
        )
        .write("usr/local/lib/libz.so.1", &library(X86_64, "libz.so.1", &[]));
    let host = root.observe();
    assert_eq!(
        host.state(&FactId::single("libc.family"))
            .value()
            .unwrap()
            .to_string(),
        "musl"
    );
    assert_eq!(path(&host, "libz.so.1").unwrap(), "/usr/local/lib/libz.so.1");
    assert_eq!(
        path(&host, "libc.musl-x86_64.so.1").unwrap(),
        "/lib/libc.musl-x86_64.so.1"
    );
    assert_eq!(
        value(&host, "loader.interpreter", "/lib/ld-musl-x86_64.so.1").unwrap(),
        "x86_64"
    );
    assert_eq!(host.family("library.missing").count(), 0);
    let host = root
        .write("etc/ld-musl-x86_64.path", b"/lib\n/usr/lib\n")
        .observe();
    assert_eq!(path(&host, "libz.so.1").unwrap(), "/usr/lib/libz.so.1");
}

#[test]
fn what_cannot_be_read_is_unknown_and_never_absent() {
    let cut = &library(X86_64, "libcut.so.1", &[])[..100];
    let tree = glibc(Root::new(), "lib64", &LOADER[1..]).write("lib64/libcut.so.1", cut);
    let large = tree.at("opt/cuda/libhuge.so.1");
    fs::File::create(large).unwrap().set_len(100 << 20).unwrap();
    let entries = [
        ("libhuge.so.1", "/opt/cuda/libhuge.so.1", 0x303),
        ("libc.so.6", "/lib64/libc.so.6", 0x303),
    ];
    let host = tree.write("etc/ld.so.cache", &cache(&entries)).observe();
    let state = host.state(&FactId::keyed("library", "x86_64/libcut.so.1"));
    assert!(matches!(state, State::Unknown(_)), "{state}");
    assert_eq!(path(&host, "libhuge.so.1").unwrap(), "/opt/cuda/libhuge.so.1");
    let state = host.state(&FactId::keyed("library.nodes", "x86_64/libhuge.so.1"));
    assert!(matches!(state, State::Unknown(_)), "{state}");

    let broken = Root::new().write("etc/ld.so.cache", b"glibc-ld.so.cache1.1\xff\xff");
    let broken = glibc(broken, "lib64", &LOADER[1..]);
    let snapshot = root(broken.0.path());
    let state = snapshot.state(&FactId::keyed("library", "x86_64/libc.so.6"));
    assert!(matches!(state, State::Unknown(_)), "{state}");
}

#[test]
fn an_empty_root_has_no_libraries() {
    let host = Root::new().write("etc/hostname", b"x").observe();
    assert!(host.facts.is_empty());
    assert_eq!(path(&host, "libc.so.6"), None);
}
