//! Which paths that a release gives to a server of a host AppArmor keeps from it.

use std::collections::BTreeMap;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{FactId, Value};
use parity_core::schema::{Kind, Schema};

/// What the derivation gives.
pub const DERIVED: &[Schema] = &[Schema::family(
    "apparmor.path-refused",
    "file=server=path=program",
    Kind::Text,
    "Setting with a path that the profile of a server's program does not let it write to.",
)];

/// Servers and the programs that profiles are attached to; MariaDB of Debian and Ubuntu ships an empty one.
const PROGRAMS: [(&str, &str); 2] = [("mysql", "/usr/sbin/mysqld"), ("named", "/usr/sbin/named")];

/// Works out what AppArmor keeps servers from.
#[derive(Debug, Clone, Copy)]
pub struct Profiles;

impl Derivation for Profiles {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let Some(release) = sides.release else {
            return Derived::default();
        };
        let aliases = sides.host.state(&FactId::single("apparmor.aliases"));
        let aliases = aliases.value().map(Value::members).unwrap_or_default();
        let mut found = BTreeMap::new();
        for fact in release.family("demand.path") {
            let parts = fact.id.key().map(|key| key.splitn(3, ':').collect::<Vec<_>>());
            let (Some([file, server, path]), Some(setting)) = (parts.as_deref(), fact.state.value()) else {
                continue;
            };
            let Some((_, program)) = PROGRAMS.iter().find(|(name, _)| name == server) else {
                continue;
            };
            let rules = sides.host.state(&FactId::keyed("apparmor.files", *program));
            let Some(rules) = rules.value() else { continue };
            let spellings = spellings(path, &aliases);
            let is_allowed = rules
                .members()
                .iter()
                .filter_map(|rule| rule.split_once(' '))
                .any(|(pattern, access)| {
                    access.contains(['w', 'a']) && spellings.iter().any(|path| reaches(pattern, path))
                });
            if !is_allowed {
                let id = FactId::keyed(
                    "apparmor.path-refused",
                    format!("{file}={server}={path}={program}"),
                );
                found.insert(id, setting.clone());
            }
        }
        Derived::certain(found, "profiles of AppArmor")
    }
}

/// A path as it is written, and as profiles mean it: `FROM -> TO` has what is said of the first count for the second.
fn spellings<'a>(path: &'a str, aliases: &[impl AsRef<str>]) -> Vec<std::borrow::Cow<'a, str>> {
    let slashed = format!("{path}/");
    let meant = aliases.iter().filter_map(|alias| {
        let (from, to) = alias.as_ref().split_once(" -> ")?;
        let rest = slashed.strip_prefix(to)?;
        Some(format!("{from}{rest}").trim_end_matches('/').to_owned().into())
    });
    std::iter::once(path.into()).chain(meant).collect()
}

/// Whether a pattern reaches what lies in a directory, or the file of this name. What stands before its first sign of a pattern
/// decides; one that begins with a variable may be anything.
fn reaches(pattern: &str, path: &str) -> bool {
    let end = pattern.find(['*', '?', '[', '{', '@']);
    let Some(end) = end else {
        return pattern.trim_end_matches('/') == path;
    };
    let plain = pattern.get(..end).unwrap_or_default();
    format!("{path}/").starts_with(plain) || plain.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_reach_what_they_begin() {
        assert!(reaches("/var/lib/mysql/**", "/var/lib/mysql"));
        assert!(reaches("/data/mysql*/**", "/data/mysql-8"));
        assert!(reaches("/var/log/mysql.log", "/var/log/mysql.log"));
        assert!(reaches("@{HOME}/x", "/data"));
        assert!(!reaches("/var/lib/mysql/**", "/data/mysql"));
        assert!(!reaches("/data/mysql/ib*", "/data/mysql"));
    }

    #[test]
    fn aliases_count() {
        let found = spellings("/data/mysql", &["/var/lib/mysql/ -> /data/mysql/"]);
        assert_eq!(found, ["/data/mysql", "/var/lib/mysql"]);
    }
}
