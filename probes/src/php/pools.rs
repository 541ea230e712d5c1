//! What the pools of FPM listen on, and who may connect to them.
//!
//! Source: <https://www.php.net/manual/en/install.fpm.configuration.php>.

use std::collections::{BTreeMap, BTreeSet};

use crate::nginx::places::socket;
use crate::reading::statements;

/// Stands for every account.
pub(crate) const EVERYBODY: &str = "everybody";

/// One pool of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pool {
    pub(crate) name: String,
    settings: BTreeMap<String, (String, u32)>,
}

impl Pool {
    pub(crate) fn get(&self, key: &str) -> Option<(&str, u32)> {
        let (value, line) = self.settings.get(key)?;
        Some((value.as_str(), *line))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.settings.keys().map(String::as_str)
    }

    /// The address as nginx would name it, and the line.
    pub(crate) fn listen(&self) -> Option<(String, u32)> {
        let (value, line) = self.get("listen")?;
        Some((address(&value.replace("$pool", &self.name))?, line))
    }

    /// Accounts that may connect to the socket: those of the owner and the group that its mode lets write, or of the list.
    /// `members` tells the accounts of a group.
    pub(crate) fn may_connect(&self, members: impl Fn(&str) -> Vec<String>) -> BTreeSet<String> {
        if !self.listen().is_some_and(|(address, _)| address.starts_with('/')) {
            return BTreeSet::from([EVERYBODY.to_owned()]);
        }
        let list = |key| self.get(key).map(|(value, _)| value).unwrap_or_default();
        let names = |key| {
            list(key)
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
        };
        let listed: Vec<&str> = names("listen.acl_users").collect();
        let groups: Vec<&str> = names("listen.acl_groups").collect();
        let mut found = BTreeSet::from(["root".to_owned()]);
        if !listed.is_empty() || !groups.is_empty() {
            found.extend(listed.into_iter().map(str::to_owned));
            found.extend(groups.into_iter().flat_map(members));
            return found;
        }
        let mode = self.get("listen.mode").map_or("0660", |(mode, _)| mode);
        let mode = u32::from_str_radix(mode, 8).unwrap_or(0o666);
        if mode & 0o002 != 0 {
            found.insert(EVERYBODY.to_owned());
        }
        if mode & 0o200 != 0 {
            found.extend(self.get("listen.owner").map(|(owner, _)| owner.to_owned()));
        }
        if mode & 0o020 != 0 {
            found.extend(
                self.get("listen.group")
                    .map(|(group, _)| members(group))
                    .unwrap_or_default(),
            );
        }
        found
    }
}

/// `9000`, `127.0.0.1:9000`, `[::]:9000` and sockets, as a client on the same machine names them.
fn address(text: &str) -> Option<String> {
    if text.starts_with('/') {
        return Some(socket(text));
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let port: u16 = port.parse().ok()?;
    let is_here = matches!(
        host,
        "" | "*" | "0.0.0.0" | "[::]" | "localhost" | "127.0.0.1" | "[::1]"
    );
    Some(if is_here {
        format!("127.0.0.1:{port}")
    } else {
        format!("{host}:{port}")
    })
}

/// The pools of a file.
pub(crate) fn pools(text: &str) -> Vec<Pool> {
    let mut found: Vec<Pool> = Vec::new();
    for (line, statement) in statements(text, &[';', '#']) {
        if let Some(name) = statement
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let name = name.trim().to_owned();
            found.push(Pool {
                name,
                settings: BTreeMap::new(),
            });
        } else if let (Some(pool), Some((key, value))) = (found.last_mut(), statement.split_once('=')) {
            let value = value
                .split(" ;")
                .next()
                .unwrap_or("")
                .trim()
                .trim_matches(['"', '\'']);
            pool.settings
                .insert(key.trim().to_owned(), (value.to_owned(), line));
        }
    }
    found.retain(|pool| pool.name != "global");
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn connects(text: &str) -> String {
        let pools = pools(text);
        let members = |group: &str| vec![format!("of-{group}")];
        let of = |pool: &Pool| {
            pool.may_connect(members)
                .into_iter()
                .collect::<Vec<_>>()
                .join(" ")
        };
        pools.iter().map(of).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn addresses_as_clients_name_them() {
        let text = "[global]\nlisten = x\n[www]\nlisten = /var/run/php/$pool.sock\n[b]\nlisten=9001\n[c]\nlisten = 10.0.0.2:9000\n";
        let listens: Vec<_> = pools(text)
            .iter()
            .filter_map(Pool::listen)
            .map(|(address, _)| address)
            .collect();
        assert_eq!(listens, ["/run/php/www.sock", "127.0.0.1:9001", "10.0.0.2:9000"]);
    }

    #[test]
    fn who_may_connect() {
        assert_eq!(
            connects("[a]\nlisten = /a\nlisten.owner = www-data\nlisten.group = web\n"),
            "of-web root www-data"
        );
        assert_eq!(
            connects("[a]\nlisten = /a\nlisten.owner = o\nlisten.group = g\nlisten.mode = 0600\n"),
            "o root"
        );
        assert_eq!(
            connects("[a]\nlisten = /a\nlisten.mode = 0666\n"),
            "everybody root"
        );
        assert_eq!(
            connects("[a]\nlisten = /a\nlisten.owner = o\nlisten.acl_users = apache,nginx\n"),
            "apache nginx root"
        );
        assert_eq!(connects("[a]\nlisten = 9000\nlisten.mode = 0600\n"), "everybody");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = pools(&text);
        }
    }
}
