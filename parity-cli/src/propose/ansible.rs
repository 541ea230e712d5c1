//! Hosts of Ansible inventories, INI and YAML: groups are roles. Nothing is started, and no template is evaluated.
//! Source: <https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html>

mod inventory;

use std::collections::BTreeSet;

use inventory::Inventory;

use super::files::{Files, join};
use super::{Host, PRODUCTION, Said, names};

/// Where inventories lie, below each of these places.
const PLACES: [&str; 4] = ["", "ansible", "deploy", "provisioning"];
const FILES: [&str; 8] = [
    "inventory",
    "inventory.ini",
    "inventory.yml",
    "inventory.yaml",
    "hosts",
    "hosts.ini",
    "hosts.yml",
    "hosts.yaml",
];
const DIRECTORIES: [&str; 3] = ["inventory", "inventories", "environments"];

/// As many hosts are proposed.
const MAX_HOSTS: usize = 500;

/// Hosts of every inventory, and what was left out.
pub(super) fn hosts(files: &Files) -> (Vec<Said<Host>>, Vec<String>) {
    let (mut hosts, mut hints) = (Vec::new(), Vec::new());
    for file in inventories(files) {
        let Some(inventory) = files.text(&file).and_then(|text| Inventory::read(&file, &text)) else {
            continue;
        };
        if names::is_elsewhere(&file) {
            hints.push(format!(
                "{file}: left out, for its name says that it is not for production"
            ));
            continue;
        }
        of_inventory(&file, &inventory, &mut hosts, &mut hints);
    }
    hosts.truncate(MAX_HOSTS);
    (hosts, hints)
}

/// Files that may be inventories: those that `ansible.cfg` names, and those of the usual names.
fn inventories(files: &Files) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut directories = Vec::new();
    for place in PLACES {
        for named in configured(files, place) {
            found.insert(named.clone());
            directories.push(named);
        }
        found.extend(FILES.map(|name| join(place, name)));
        directories.extend(DIRECTORIES.map(|name| join(place, name)));
    }
    for directory in directories {
        for entry in files.list(&directory) {
            let name = entry.rsplit('/').next().unwrap_or_default();
            if !["group_vars", "host_vars"].contains(&name) {
                found.extend(FILES.map(|name| join(&entry, name)));
                found.insert(entry);
            }
        }
    }
    found.retain(|file| files.has(file));
    found
}

fn configured(files: &Files, place: &str) -> Vec<String> {
    let text = files.text(&join(place, "ansible.cfg")).unwrap_or_default();
    let settings = text.lines().filter_map(|line| line.split_once('='));
    let named = settings.filter(|(key, _)| key.trim() == "inventory");
    let named = named.flat_map(|(_, value)| value.split(','));
    named
        .map(|name| join(place, name.trim().trim_start_matches("./").trim_end_matches('/')))
        .collect()
}

fn of_inventory(file: &str, inventory: &Inventory, hosts: &mut Vec<Said<Host>>, hints: &mut Vec<String>) {
    for name in inventory.hosts() {
        let target = match inventory.target(name) {
            Ok(Some(target)) => target,
            Ok(None) => continue,
            Err(reason) => {
                hints.push(format!("{name}: {reason} ({file})"));
                continue;
            }
        };
        let groups = inventory.groups_of(name);
        let environment = groups.iter().find_map(|group| exactly_environment(group));
        let environment = environment
            .or_else(|| names::environment(file))
            .unwrap_or(PRODUCTION);
        let own = inventory.own_groups_of(name);
        let roles = own.iter().filter(|group| exactly_environment(group).is_none());
        let mut roles: Vec<(String, String)> = roles
            .map(|group| ((*group).to_owned(), format!("{file}, the group `{group}`")))
            .collect();
        if let (true, Some(role)) = (roles.is_empty(), names::role(name)) {
            roles.push((role.to_owned(), format!("{file}, by the name of the host")));
        }
        if roles.is_empty() {
            hints.push(format!("{target}: from {file}, which gives it no group"));
        }
        hosts.extend(roles.into_iter().map(|(role, why)| Said {
            value: Host {
                environment: environment.to_owned(),
                role,
                target: target.clone(),
            },
            why,
        }));
    }
}

/// Whether a group is an environment and not a role: all of its name says so.
fn exactly_environment(group: &str) -> Option<&'static str> {
    names::environment(group).filter(|_| names::role(group).is_none() && !group.contains(['-', '_']))
}
