//! The names of kernel settings and the syntax of `sysctl.d(5)`. Pure functions over text.

use crate::reading::{squeeze, statements};

/// A setting made by a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The key as sysctl(8) prints it.
    pub(crate) key: String,
    /// The value, runs of white space as one space; `None` where the line only takes a key out of the patterns
    /// before it (`-key` without `=`).
    pub(crate) value: Option<String>,
    /// Line, counted from 1.
    pub(crate) line: u32,
}

/// The key of a file below `/proc/sys`, as sysctl(8) prints it: a dot inside a component becomes a slash.
pub(crate) fn key_of_path(path: &str) -> Option<String> {
    path.strip_prefix("proc/sys/").map(swap_separators)
}

/// The key as sysctl(8) prints it. Where the first separator is a slash, dots are part of names.
pub(crate) fn normal_key(written: &str) -> String {
    match written.find(['.', '/']).map(|at| written.as_bytes().get(at)) {
        Some(Some(b'/')) => swap_separators(written),
        _ => written.to_owned(),
    }
}

fn swap_separators(path: &str) -> String {
    let swap = |c| match c {
        '/' => '.',
        '.' => '/',
        c => c,
    };
    path.chars().map(swap).collect()
}

/// The settings of one file. Lines that are none are passed over, as systemd-sysctl(8) does.
pub(crate) fn settings(text: &str) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (line, statement) in statements(text, &['#', ';']) {
        let tolerated = statement.strip_prefix('-');
        let (key, value) = match (tolerated.unwrap_or(statement).split_once('='), tolerated) {
            (Some((key, value)), _) => (key.trim(), Some(squeeze(value))),
            (None, Some(key)) => (key.trim(), None),
            (None, None) => continue,
        };
        if key.is_empty() || key.contains(char::is_whitespace) {
            continue;
        }
        settings.push(Setting {
            key: normal_key(key),
            value,
            line,
        });
    }
    settings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_named_as_sysctl_prints_them() {
        assert_eq!(
            key_of_path("proc/sys/net/ipv4/conf/eth0.100/forwarding").unwrap(),
            "net.ipv4.conf.eth0/100.forwarding"
        );
        assert_eq!(normal_key("net/ipv4/conf/eth0.100/x"), "net.ipv4.conf.eth0/100.x");
        assert_eq!(normal_key("net.ipv4.conf.eth0/100.x"), "net.ipv4.conf.eth0/100.x");
        assert_eq!(key_of_path("etc/x"), None);
    }

    #[test]
    fn lines_are_settings() {
        let settings =
            settings("# x\n; y\nvm.swappiness = 10\n-net.ipv4.tcp_rmem=1\t2  3\n-a.b\nnonsense\n = 3\n");
        let shown: Vec<_> = settings
            .iter()
            .map(|s| (s.line, s.key.as_str(), s.value.as_deref()))
            .collect();
        assert_eq!(
            shown,
            [
                (3, "vm.swappiness", Some("10")),
                (4, "net.ipv4.tcp_rmem", Some("1 2 3")),
                (5, "a.b", None)
            ]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = (settings(&text), key_of_path(&text), normal_key(&text));
        }
    }
}
