//! The loader's own files of this machine, compared with what `ldconfig` and the loader say.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

mod machine;

use machine::skipped;
use parity_probes::cpu;
use parity_probes::loader::{ConfLine, LdCache, parse_conf};
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

#[test]
fn ldconfig_lists_the_same_entries() {
    let (Ok(bytes), Ok(output)) = (
        std::fs::read("/etc/ld.so.cache"),
        Command::new("ldconfig").arg("-p").output(),
    ) else {
        return skipped("no ld.so.cache or no ldconfig on this machine");
    };
    let listed = String::from_utf8(output.stdout).unwrap();
    let listed = listed
        .lines()
        .filter_map(|line| line.strip_prefix('\t'))
        .collect::<Vec<_>>();
    let entries = LdCache::parse(&bytes).unwrap().entries;
    assert_eq!(
        entries.iter().map(ToString::to_string).collect::<Vec<_>>(),
        listed
    );
    eprintln!("{} entries", entries.len());
}

#[test]
fn ldconfig_writes_hwcaps_subdirectories_that_are_read_back() {
    let libc = "/lib/x86_64-linux-gnu/libz.so.1";
    let root = tempfile::tempdir().unwrap();
    let library = root.path().join("lib/glibc-hwcaps/x86-64-v3/libz.so.1");
    std::fs::create_dir_all(library.parent().unwrap()).unwrap();
    std::fs::create_dir_all(root.path().join("etc")).unwrap();
    if std::fs::copy(libc, &library).is_err() {
        return skipped("no x86-64 library to copy");
    }
    std::fs::copy(libc, root.path().join("lib/libz.so.1")).unwrap();
    for format in ["new", "compat"] {
        let cache = root.path().join(format);
        let mut ldconfig = Command::new("ldconfig");
        ldconfig
            .arg("-r")
            .arg(root.path())
            .args(["-c", format, "-C"])
            .arg(format!("/{format}"));
        let Ok(true) = ldconfig.status().map(|status| status.success()) else {
            return skipped("ldconfig cannot write a cache here");
        };
        let entries = LdCache::parse(&std::fs::read(cache).unwrap()).unwrap().entries;
        let mut list = Command::new("ldconfig");
        list.arg("-r")
            .arg(root.path())
            .args(["-p", "-C"])
            .arg(format!("/{format}"));
        let listed = String::from_utf8(list.output().unwrap().stdout).unwrap();
        let listed = listed
            .lines()
            .filter_map(|line| line.strip_prefix('\t'))
            .collect::<Vec<_>>();
        assert_eq!(
            entries.iter().map(ToString::to_string).collect::<Vec<_>>(),
            listed,
            "{format}"
        );
        assert!(
            format == "compat"
                || entries
                    .iter()
                    .any(|entry| entry.hwcaps.as_deref() == Some("x86-64-v3"))
        );
    }
}

#[test]
fn the_loader_supports_the_levels_of_this_processor() {
    let help = Command::new("/lib64/ld-linux-x86-64.so.2").arg("--help").output();
    let (Ok(help), Ok(text)) = (help, std::fs::read_to_string("/proc/cpuinfo")) else {
        return skipped("no glibc loader for x86-64 or no /proc/cpuinfo on this machine");
    };
    let help = String::from_utf8(help.stdout).unwrap();
    let supported = help
        .lines()
        .filter_map(|line| line.trim().strip_suffix(" (supported, searched)"))
        .filter(|name| name.starts_with("x86-64-v"))
        .collect::<Vec<_>>();
    let cpu = cpu::parse(&text).unwrap();
    assert_eq!(cpu.x86_level.unwrap().hwcaps(), supported);
    eprintln!("{:?}: {:?}", cpu.model, cpu.x86_level);
}

#[test]
fn recorded_cpuinfo_of_other_architectures() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/cpuinfo");
    let read = |name: &str| std::fs::read_to_string(format!("{data}/cpuinfo-{name}.output"));
    if read("aarch64").is_err() {
        return skipped("no recorded cpuinfo");
    }
    for (name, vendor, model, flag) in [
        ("aarch64", Some("APM"), "0x000", "crc32"),
        ("aarch64-graviton2", Some("ARM"), "0xd0c", "atomics"),
        ("ppc64le-p9-host", None, "POWER9", "altivec"),
        ("ppc64le-p8-guest-kvm", None, "POWER8 (architected)", "altivec"),
        ("x86-guest-xen", Some("GenuineIntel"), "Intel", "sse2"),
    ] {
        let text = read(name).unwrap();
        let cpu = cpu::parse(&text).unwrap();
        assert_eq!(cpu.vendor.as_deref(), vendor, "{name}");
        assert!(cpu.flags.contains(flag), "{name}");
        assert!(
            cpu.model.as_deref().unwrap().starts_with(model),
            "{name}: {:?}",
            cpu.model
        );
        assert_eq!(
            cpu.processors,
            text.lines().filter(|line| line.starts_with("processor")).count(),
            "{name}"
        );
    }
}

/// Directories that `ld.so.conf` names, files in the place where they are included.
fn configured(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut directories = Vec::new();
    for line in parse_conf(&text, file.parent().unwrap().to_str().unwrap()) {
        match line {
            ConfLine::Directory(directory) => directories.push(directory),
            ConfLine::Include(pattern) => {
                let list = Command::new("sh")
                    .arg("-c")
                    .arg(format!("ls -d {pattern}"))
                    .output()
                    .unwrap();
                let list = String::from_utf8(list.stdout).unwrap();
                directories.extend(list.lines().flat_map(|file| configured(Path::new(file))));
            }
        }
    }
    directories
}

#[test]
fn ldconfig_reads_the_same_configuration() {
    let Ok(output) = Command::new("ldconfig").arg("-vNX").output() else {
        return skipped("ldconfig is not installed");
    };
    let said = String::from_utf8(output.stdout).unwrap();
    let from_files = said
        .lines()
        .filter_map(|line| line.split_once(": (from /etc/ld.so.conf"));
    let said = from_files
        .map(|(directory, _)| directory.to_owned())
        .collect::<Vec<_>>();
    if said.is_empty() {
        return skipped("this ldconfig does not say where its directories come from");
    }
    let mut ours = configured(Path::new("/etc/ld.so.conf"));
    ours.retain(|directory| Path::new(directory).is_dir());
    let mut seen = HashSet::new();
    ours.retain(|directory| seen.insert(std::fs::canonicalize(directory).unwrap()));
    assert_eq!(ours, said);
}
