//! Files that are put where cron of Debian passes over them because of their names: letters, digits, `_` and `-` are all that it takes
//! (cron(8) and run-parts(8) there). cronie, which others have, takes them.

use super::said::Said;
use crate::reading::{base_name, numbered};

/// Where such a file is put, by file and name.
pub(super) const SKIPPED: &str = "cron-file.skipped";

/// Directories that cron looks into.
const DIRECTORIES: [&str; 5] = [
    "cron.d",
    "cron.daily",
    "cron.hourly",
    "cron.monthly",
    "cron.weekly",
];

/// Programs that put a file somewhere.
const PUTTING: [&str; 6] = ["cp", "install", "ln", "mv", "rsync", "tee"];

/// What packages and editors leave behind is to be passed over.
const LEFT: [&str; 6] = [".bak", ".disabled", ".old", ".orig", ".placeholder", ".swp"];

/// Scripts, and files that lie in the tree as on the host.
pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    placed(path).is_some() || name.ends_with(".sh") || matches!(name, "Makefile" | "postinst" | "install")
}

/// A file of the release that lies in such a directory of `etc`.
fn placed(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let (name, directory) = (parts.next()?, parts.next()?);
    (parts.next() == Some("etc") && DIRECTORIES.contains(&directory) && is_skipped(name)).then_some(name)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if let Some(name) = placed(path) {
        let directory = path.rsplit('/').nth(1).unwrap_or_default();
        said.add(SKIPPED, name, format!("/etc/{directory}/{name}"), 1);
        return;
    }
    for (number, line) in numbered(text) {
        let words: Vec<&str> = line
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '\'']))
            .collect();
        let pairs = || words.iter().zip(words.iter().skip(1));
        let first = words.iter().find(|word| !matches!(**word, "sudo" | "@" | "-"));
        let puts = first.is_some_and(|word| PUTTING.contains(&word.trim_start_matches('@')));
        let last = words.last().filter(|_| puts);
        let written = pairs()
            .filter(|(before, _)| matches!(**before, ">" | ">>" | "tee"))
            .map(|(_, path)| path);
        for place in last.into_iter().chain(written) {
            if let Some(name) = in_cron(place) {
                said.add(SKIPPED, name, *place, number);
            }
        }
    }
}

/// The name of a file right below such a directory.
fn in_cron(path: &str) -> Option<&str> {
    let (directory, name) = path.strip_prefix("/etc/")?.split_once('/')?;
    (DIRECTORIES.contains(&directory) && is_skipped(name)).then_some(name)
}

/// Whether cron passes over a file of this name, which nobody meant.
fn is_skipped(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_left =
        LEFT.iter().any(|ending| name.ends_with(ending)) || name.contains(".dpkg-") || name.contains(".rpm");
    name.contains('.') && !name.starts_with('.') && name.chars().all(is_plain) && !is_left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn skipped(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .iter()
            .map(|((_, name), (place, line))| format!("{name} {place} {line}"))
            .collect()
    }

    #[test]
    fn names_with_dots() {
        for (path, text, found) in [
            (
                "install.sh",
                "#!/bin/sh\ncp a.cron /etc/cron.d/a.cron\n",
                "a.cron /etc/cron.d/a.cron 2",
            ),
            (
                "install.sh",
                "sudo install -m 755 prune.sh /etc/cron.daily/prune.sh\n",
                "prune.sh /etc/cron.daily/prune.sh 1",
            ),
            (
                "a.sh",
                "echo \"$LINE\" > /etc/cron.d/example.com\n",
                "example.com /etc/cron.d/example.com 1",
            ),
            (
                "a.sh",
                "echo x | sudo tee /etc/cron.d/a.b > /dev/null\n",
                "a.b /etc/cron.d/a.b 1",
            ),
            (
                "root/etc/cron.d/app.cron",
                "* * * * * root true\n",
                "app.cron /etc/cron.d/app.cron 1",
            ),
        ] {
            assert!(concerns(path), "{path}");
            assert_eq!(skipped(path, text), [found], "{text}");
        }
    }

    #[test]
    fn names_that_are_read() {
        for (path, text) in [
            ("a.sh", "cp a.cron /etc/cron.d/a\n"),
            ("a.sh", "cp a.cron /etc/cron.d/\n"),
            ("a.sh", "rm -f /etc/cron.d/a.cron\n"),
            ("a.sh", "cp /etc/cron.d/a /etc/cron.d/a.bak\n"),
            ("a.sh", "cp a.cron \"/etc/cron.d/$NAME.cron\"\n"),
            ("a.sh", "# cp a.cron /etc/cron.d/a.cron\n"),
        ] {
            assert_eq!(skipped(path, text), Vec::<String>::new(), "{text}");
        }
        assert!(!concerns("etc/cron.d/app") && !concerns("etc/cron.d/.placeholder"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(cp|tee|>|/etc/cron.d/|[a.é ]|\n){0,30}") {
            let _ = skipped("a.sh", &text);
        }
    }
}
