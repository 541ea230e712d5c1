//! Compiled files for other systems than Linux, told by their first bytes.
//!
//! Sources: Mach-O (`mach-o/loader.h`, `mach-o/fat.h`), the Portable Executable format.

use std::collections::BTreeSet;

use parity_core::answer::{Entry, EntryKind, Outcome};

/// Files that Linux would have to run or load, and the system they are made for: the only file of a release; modules of Python in a
/// directory without one for Linux; modules of Ruby of which there is none for Linux; executable files of a release in which nothing is for Linux.
pub(super) fn foreign(entries: &[Entry]) -> Vec<(&str, &'static str)> {
    let files: Vec<(&Entry, &[u8])> = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .filter_map(|entry| match &entry.content {
            Some(Outcome::Got(head)) => Some((entry, head.0.as_slice())),
            _ => None,
        })
        .collect();
    let of_linux = files.iter().filter(|(_, head)| head.starts_with(b"\x7fELF"));
    let with_elf: BTreeSet<&str> = of_linux
        .clone()
        .map(|(entry, _)| directory(&entry.path))
        .collect();
    let modules: BTreeSet<&str> = of_linux.map(|(entry, _)| stem(&entry.path)).collect();
    let is_alone = entries.len() == 1;
    let counts = |entry: &Entry, system: &str| {
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        let is_module = name.ends_with(".so") || name.ends_with(".pyd");
        let is_ruby_module = name.ends_with(".bundle") && !modules.contains(stem(name));
        let is_program = system == "macOS" && entry.mode & 0o111 != 0 && !name.contains('.');
        let is_node = entry.path.contains("node_modules/");
        !is_node
            && (is_alone && system == "macOS"
                || is_module && !with_elf.contains(directory(&entry.path))
                || is_ruby_module
                || is_program && with_elf.is_empty())
    };
    let foreign = files
        .iter()
        .filter_map(|(entry, head)| Some((entry.path.as_str(), *entry, system(head)?)));
    foreign
        .filter(|(_, entry, system)| counts(entry, system))
        .map(|(path, _, system)| (path, system))
        .collect()
}

/// The name of a file without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The system that a compiled file is made for, where it is not Linux.
fn system(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] => Some("macOS"),
        // Class files of Java begin alike: what is a number of machines here is a version there, 45 and above.
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, machines, ..] if *machines < 45 => Some("macOS"),
        [b'M', b'Z', ..] => Some("Windows"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use parity_core::answer::Blob;

    use super::*;

    fn entry(path: &str, mode: u32, head: &[u8]) -> Entry {
        Entry {
            path: path.to_owned(),
            kind: EntryKind::File,
            mode,
            size: head.len() as u64,
            link: None,
            content: Some(Outcome::Got(Blob(head.to_vec()))),
        }
    }

    const MAC: &[u8] = &[0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1];
    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\x00";

    #[test]
    fn files_for_other_systems() {
        let one = [entry("app", 0o755, MAC)];
        assert_eq!(foreign(&one), [("app", "macOS")]);
        let several = [
            entry("bin/app", 0o755, MAC),
            entry("README", 0o644, b"text"),
            entry("lib/a.so", 0o644, &[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]),
            entry("lib/A.class", 0o644, &[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]),
            entry("node_modules/x/a.so", 0o644, MAC),
            entry("win/x.pyd", 0o644, b"MZ\x90\x00"),
            entry("tool.exe", 0o755, b"MZ\x90\x00"),
            entry("gems/n/n.bundle", 0o644, MAC),
        ];
        assert_eq!(
            foreign(&several),
            [
                ("bin/app", "macOS"),
                ("lib/a.so", "macOS"),
                ("win/x.pyd", "Windows"),
                ("gems/n/n.bundle", "macOS")
            ]
        );
    }

    #[test]
    fn files_for_several_systems() {
        let several = [
            entry("darwin/app", 0o755, MAC),
            entry("linux/app", 0o755, ELF),
            entry("gems/n-arm64-darwin/lib/n.bundle", 0o644, MAC),
            entry("gems/n-x86_64-linux/lib/n.so", 0o644, ELF),
            entry("p/a.cpython-311-darwin.so", 0o644, MAC),
            entry("p/a.cpython-311-x86_64-linux-gnu.so", 0o644, ELF),
        ];
        assert_eq!(foreign(&several), []);
    }
}
