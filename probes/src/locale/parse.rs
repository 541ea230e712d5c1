//! Assignments, time zones, `hosts(5)`, `resolv.conf(5)`, `nsswitch.conf(5)`. Pure functions over text.

use std::collections::{BTreeMap, BTreeSet};

use crate::reading::statements;

/// A variable set by a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Line, counted from 1.
    pub(crate) line: u32,
}

/// `NAME=value` with optional quotes and `export` (environment(5), locale.conf(5), pam_env(8)).
pub(crate) fn variables(text: &str) -> Vec<Variable> {
    statements(text, &['#'])
        .filter_map(|(line, statement)| {
            let statement = statement.strip_prefix("export ").unwrap_or(statement);
            let (name, value) = statement.split_once('=')?;
            let name = name.trim();
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(plain) {
                return None;
            }
            let value = value.trim().trim_matches(['"', '\'']);
            Some(Variable {
                name: name.to_owned(),
                value: value.to_owned(),
                line,
            })
        })
        .collect()
}

/// Whether a variable of this name tells the locale, and so may be shown.
pub(super) fn is_locale(name: &str) -> bool {
    matches!(name, "LANG" | "LANGUAGE") || name.starts_with("LC_")
}

/// The zone that a link to the tz database names; the many names of UTC are one.
pub(super) fn zone_of_link(link: &str) -> Option<String> {
    let (_, name) = link.rsplit_once("zoneinfo/")?;
    let name = name.strip_prefix("posix/").unwrap_or(name);
    zone(name)
}

/// A zone by its name, as it may stand in `/etc/timezone`.
pub(crate) fn zone(name: &str) -> Option<String> {
    const UTC: [&str; 8] = [
        "Etc/UTC",
        "Etc/UCT",
        "Etc/Universal",
        "Etc/Zulu",
        "UCT",
        "Universal",
        "Zulu",
        "UTC",
    ];
    let name = name.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    if UTC.contains(&name) {
        return Some("UTC".to_owned());
    }
    (!name.is_empty() && name.len() < 64 && name.chars().all(plain)).then(|| name.to_owned())
}

/// The rule at the end of a compiled zone, in the syntax of `TZ` (tzfile(5), RFC 9636 section 3.3).
pub(super) fn tz_rule(bytes: &[u8]) -> Option<String> {
    let body = bytes.strip_prefix(b"TZif")?.strip_suffix(b"\n")?;
    let start = body.iter().rposition(|byte| *byte == b'\n')?;
    let rule = std::str::from_utf8(body.get(start + 1..)?).ok()?;
    let plain = |c: char| c.is_ascii_graphic();
    (!rule.is_empty() && rule.len() < 128 && rule.chars().all(plain)).then(|| rule.to_owned())
}

/// Names and their addresses, with the line of the first.
pub(crate) fn hosts(text: &str) -> BTreeMap<String, (BTreeSet<String>, u32)> {
    let mut hosts: BTreeMap<String, (BTreeSet<String>, u32)> = BTreeMap::new();
    for (line, statement) in statements(text, &['#']) {
        let mut words = statement.split('#').next().unwrap_or_default().split_whitespace();
        let Some(address) = words
            .next()
            .and_then(|word| word.parse::<core::net::IpAddr>().ok())
        else {
            continue;
        };
        for name in words {
            let entry = hosts
                .entry(name.to_owned())
                .or_insert_with(|| (BTreeSet::new(), line));
            entry.0.insert(address.to_string());
        }
    }
    hosts
}

/// What the resolver was told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Resolver {
    pub(super) nameservers: Vec<String>,
    pub(super) search: Vec<String>,
    pub(super) options: Vec<String>,
}

/// `resolv.conf(5)`: of several `search` and `domain` lines the last counts.
pub(super) fn resolver(text: &str) -> Resolver {
    let mut resolver = Resolver::default();
    for (_, statement) in statements(text, &['#', ';']) {
        let mut words = statement.split_whitespace().map(str::to_owned);
        match words.next().as_deref() {
            Some("nameserver") => resolver.nameservers.extend(words.next()),
            Some("search") => resolver.search = words.collect(),
            Some("domain") => resolver.search = words.take(1).collect(),
            Some("options") => resolver.options.extend(words),
            _ => {}
        }
    }
    resolver
}

/// The sources of one database of `nsswitch.conf(5)`, with their actions.
pub(crate) fn sources(text: &str, database: &str) -> Option<(Vec<String>, u32)> {
    statements(text, &['#']).find_map(|(line, statement)| {
        let statement = statement.split('#').next().unwrap_or_default();
        let (name, sources) = statement.split_once(':')?;
        (name.trim() == database).then(|| (sources.split_whitespace().map(str::to_owned).collect(), line))
    })
}

/// The names in a `locale-archive` of glibc (`locale/locarchive.h`: fourteen numbers of four bytes, then a table of twelve bytes a
/// name, of which the second four are the place of the name). `None` where it is another file.
#[cfg(feature = "collect")]
pub(super) fn locale_archive(bytes: &[u8]) -> Option<Vec<String>> {
    const MAGIC: u32 = 0xde02_0109;
    let number = |at: usize| {
        let four = bytes.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes(four.try_into().ok()?))
    };
    if number(0)? != MAGIC {
        return None;
    }
    let (table, size) = (
        usize::try_from(number(8)?).ok()?,
        usize::try_from(number(16)?).ok()?,
    );
    let mut names = Vec::new();
    for row in 0..size {
        let at = table.checked_add(row.checked_mul(12)?)?;
        let place = usize::try_from(number(at.checked_add(4)?)?).ok()?;
        if place > 0 {
            let rest = bytes.get(place..)?;
            let end = rest.iter().position(|byte| *byte == 0)?;
            names.push(String::from_utf8_lossy(rest.get(..end)?).into_owned());
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zones_are_named() {
        assert_eq!(
            zone_of_link("/usr/share/zoneinfo/Europe/Berlin").as_deref(),
            Some("Europe/Berlin")
        );
        assert_eq!(
            zone_of_link("../usr/share/zoneinfo/Etc/UTC").as_deref(),
            Some("UTC")
        );
        assert_eq!(zone_of_link("/somewhere/else"), None);
        assert_eq!(zone("Europe/Berlin\n").as_deref(), Some("Europe/Berlin"));
        assert_eq!(zone("no zone"), None);
        assert_eq!(
            tz_rule(b"TZif2....\nCET-1CEST,M3.5.0,M10.5.0/3\n").as_deref(),
            Some("CET-1CEST,M3.5.0,M10.5.0/3")
        );
        assert_eq!(tz_rule(b"other\nUTC0\n"), None);
    }

    #[test]
    fn variables_are_read_in_both_syntaxes() {
        let found = variables("# c\nLANG=\"de_DE.UTF-8\"\nexport HTTP_PROXY=http://x\nbad-name=1\n");
        let shown: Vec<_> = found
            .iter()
            .map(|v| (v.line, v.name.as_str(), v.value.as_str()))
            .collect();
        assert_eq!(shown, [(2, "LANG", "de_DE.UTF-8"), (3, "HTTP_PROXY", "http://x")]);
    }

    #[test]
    fn names_gather_addresses() {
        let found = hosts("127.0.0.1 localhost # x\n::1 localhost ip6-localhost\nnot an address\n");
        assert_eq!(
            found["localhost"].0.iter().collect::<Vec<_>>(),
            ["127.0.0.1", "::1"]
        );
        assert_eq!(found["ip6-localhost"].1, 2);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn the_resolver_is_read() {
        let found = resolver(
            "; c\ndomain a\nsearch b c\nnameserver 10.0.0.1\nnameserver ::1\noptions ndots:2 rotate\n",
        );
        assert_eq!(found.nameservers, ["10.0.0.1", "::1"]);
        assert_eq!(found.search, ["b", "c"]);
        assert_eq!(found.options, ["ndots:2", "rotate"]);
        let (order, line) = sources(
            "passwd: files\nhosts:  files [!UNAVAIL=return] dns # x\n",
            "hosts",
        )
        .unwrap();
        assert_eq!(
            (order.join(" ").as_str(), line),
            ("files [!UNAVAIL=return] dns", 2)
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = (variables(&text), hosts(&text), resolver(&text), sources(&text, "hosts"));
            let _ = (zone(&text), zone_of_link(&text), tz_rule(text.as_bytes()));
        }
    }
}
