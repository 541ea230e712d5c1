//! The syntax of `limits.conf(5)`. Pure functions over text.

use crate::reading::statements;

/// A limit set by a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    /// `DOMAIN/TYPE/ITEM`.
    pub(crate) key: String,
    pub(crate) value: String,
    /// Line, counted from 1.
    pub(crate) line: u32,
}

/// The limits of a file. The type `-` stands for both. Lines that are none are passed over, as pam_limits(8) does.
pub(crate) fn limits(text: &str) -> Vec<Limit> {
    let mut limits = Vec::new();
    for (line, statement) in statements(text, &['#']) {
        let statement = statement.split('#').next().unwrap_or_default();
        let words: Vec<&str> = statement.split_whitespace().collect();
        let (domain, types, item, value): (_, &[&str], _, _) = match words.as_slice() {
            [domain, "-", item, value] => (domain, &["soft", "hard"], item, value),
            [domain, "soft", item, value] => (domain, &["soft"], item, value),
            [domain, "hard", item, value] => (domain, &["hard"], item, value),
            // `DOMAIN -` takes a domain out of all limits.
            [domain, "-"] => (domain, &["soft", "hard"], &"*", &"none"),
            _ => continue,
        };
        let value = match *value {
            "-1" | "infinity" => "unlimited",
            value => value,
        };
        limits.extend(types.iter().map(|kind| Limit {
            key: format!("{domain}/{kind}/{item}"),
            value: value.to_owned(),
            line,
        }));
    }
    limits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_dash_sets_both() {
        let found = limits("# x\n* - nofile 256 # y\n@dev soft core -1\nbad line\n");
        let shown: Vec<_> = found
            .iter()
            .map(|l| (l.line, l.key.as_str(), l.value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (2, "*/soft/nofile", "256"),
                (2, "*/hard/nofile", "256"),
                (3, "@dev/soft/core", "unlimited")
            ]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = limits(&text);
        }
    }
}
