//! Home directories that accounts of web servers may not enter. Ubuntu makes them with mode 750 since 21.04
//! (<https://discourse.ubuntu.com/t/private-home-directories-for-ubuntu-21-04-onwards/19533>), Red Hat with 700.
//!
//! Whose a directory is, is not asked: it is taken to be of the account whose home it is, and of the main group of that.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{document, readable};

const FAMILY: &[&str] = &["home.closed"];

/// Accounts that workers of nginx and Apache run as.
const SERVERS: [&str; 5] = ["apache", "http", "nginx", "www", "www-data"];

fn homes() -> Need {
    Need::glob("home/*", Take::Stat)
}

fn file(path: &str) -> Need {
    Need::file_up_to(path, 4 << 20)
}

pub(super) fn needs() -> Vec<Need> {
    vec![homes(), file("etc/passwd"), file("etc/group")]
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let Some(listed) = readable(answers.entries(&homes()), "home", FAMILY, out) else {
        return;
    };
    let passwd = document(answers, &file("etc/passwd"), FAMILY, out);
    let group = document(answers, &file("etc/group"), FAMILY, out);
    let (Some(passwd), Some(group)) = (passwd, group) else {
        return;
    };
    let accounts = accounts(&passwd.text, &group.text);
    for entry in listed
        .entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Directory)
    {
        let path = format!("/{}", entry.path);
        let Some(owner) = accounts.values().find(|account| account.home == path) else {
            continue;
        };
        let is_kept_out = |name: &&&str| {
            accounts.get(**name).is_some_and(|account| {
                let bit = if account.groups.contains(&owner.main) {
                    0o010
                } else {
                    0o001
                };
                account.home != path && entry.mode & bit == 0
            })
        };
        let names: BTreeSet<&str> = SERVERS.iter().filter(is_kept_out).copied().collect();
        if !names.is_empty() {
            out.keyed(
                "home.closed",
                path.as_str(),
                Value::set(names),
                Origin::file(entry.path.clone()),
            );
        }
    }
}

struct Account<'a> {
    home: &'a str,
    main: u32,
    groups: BTreeSet<u32>,
}

/// All accounts, each with all of its groups.
fn accounts<'a>(passwd: &'a str, group: &str) -> BTreeMap<&'a str, Account<'a>> {
    let mut found = BTreeMap::new();
    for line in passwd.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, _, main, _, home, ..] = fields.as_slice() else {
            continue;
        };
        if let Ok(main) = main.parse::<u32>() {
            let groups = BTreeSet::from([main]);
            found.insert(*name, Account { home, main, groups });
        }
    }
    for line in group.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [_, _, id, members] = fields.as_slice() else {
            continue;
        };
        if let Ok(id) = id.parse::<u32>() {
            for member in members.split(',') {
                if let Some(account) = found.get_mut(member) {
                    account.groups.insert(id);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::accounts;

    #[test]
    fn accounts_with_their_groups() {
        let passwd = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nbroken\nnginx:x:1:a:::\n";
        let group = "www-data:x:33:\nmastodon:x:1001:www-data,deploy\nshop:x:1002:deploy\nbroken:x\n";
        let found = accounts(passwd, group);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["root", "www-data"]);
        let groups: Vec<u32> = found["www-data"].groups.iter().copied().collect();
        assert_eq!((found["www-data"].home, groups), ("/var/www", vec![33, 1001]));
    }
}
