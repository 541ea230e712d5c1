//! Pythons that modules of Ansible run with on the hosts that it manages.
//!
//! Source: <https://docs.ansible.com/ansible/latest/reference_appendices/release_and_maintenance.html#ansible-core-support-matrix>.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use parity_core::version::Scheme;

/// First ansible-core, and what it takes on a managed host, as a range of npm.
const MANAGED: [(&str, &str); 7] = [
    ("2.20", ">=3.9"),
    ("2.18", ">=3.8"),
    ("2.17", ">=3.7"),
    ("2.16", "2.7 || >=3.6"),
    ("2.13", "2.7 || >=3.5"),
    ("2.12", "2.6 - 2.7 || >=3.5"),
    ("2.0", "2.6 - 2.7 || >=3.5"),
];

/// First release of the collection `ansible`, and the ansible-core that it brings.
const COLLECTIONS: [(&str, &str); 7] = [
    ("13", "2.20"),
    ("11", "2.18"),
    ("10", "2.17"),
    ("9", "2.16"),
    ("6", "2.13"),
    ("5", "2.12"),
    ("2.0", "2.0"),
];

/// What pins of a release ask of Python on the hosts: the package with its version, and the range.
pub(super) fn managed(pins: &BTreeMap<String, String>) -> Option<(String, &'static str)> {
    let core = pins
        .get("ansible-core")
        .map(|version| (format!("ansible-core {version}"), version.clone()));
    let whole = || {
        let version = pins.get("ansible")?;
        Some((
            format!("ansible {version}"),
            of(&COLLECTIONS, version)?.to_owned(),
        ))
    };
    let (package, version) = core.or_else(whole)?;
    Some((package, of(&MANAGED, &version)?))
}

fn of(rows: &[(&str, &'static str)], version: &str) -> Option<&'static str> {
    let is_from = |first: &str| {
        Scheme::Pep440
            .compare(version, first)
            .is_ok_and(|order| order != Ordering::Less)
    };
    rows.iter()
        .find(|(first, _)| is_from(first))
        .map(|(_, what)| *what)
}

/// Whether a path is that of a playbook or of the tasks of a role.
pub(super) fn is_playbook(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_named = name.starts_with("site.") || name.starts_with("playbook") || name.contains("-playbook.");
    let is_placed =
        path.contains("tasks/main.") || path.starts_with("playbooks/") || path.contains("/playbooks/");
    is_yaml && (is_named || is_placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_pin(name: &str, version: &str) -> Option<(String, &'static str)> {
        managed(&BTreeMap::from([(name.to_owned(), version.to_owned())]))
    }

    #[test]
    fn pythons_of_managed_hosts() {
        assert_eq!(of_pin("ansible-core", "2.17.1").unwrap().1, ">=3.7");
        assert_eq!(of_pin("ansible-core", "2.16.14").unwrap().1, "2.7 || >=3.6");
        assert_eq!(of_pin("ansible", "11.2.0").unwrap().1, ">=3.8");
        assert_eq!(of_pin("ansible", "10.0.0").unwrap().0, "ansible 10.0.0");
        assert_eq!(of_pin("ansible-lint", "6.0"), None);
        assert!(is_playbook("site.yml") && is_playbook("roles/web/tasks/main.yaml"));
        assert!(!is_playbook("docker-compose.yml"));
    }
}
