//! What configuration of Postfix and Dovecot has to be loaded from a package of its own.
//!
//! Sources: DATABASE_README of Postfix, postfix-wrapper(5), the packages `postfix-*` and `dovecot-*` of Debian.

use std::collections::BTreeMap;

use crate::reading::statements;

/// Something to load, as Debian packages it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Module {
    /// What asks for it.
    pub(super) by: String,
    pub(super) package: String,
    pub(super) line: u32,
}

/// Types of tables that Postfix of distributions loads.
const TABLES: [&str; 8] = [
    "cdb", "ldap", "lmdb", "mongodb", "mysql", "pcre", "pgsql", "sqlite",
];

/// Words of `protocols`, the program each needs, and its package.
const PROTOCOLS: [(&str, &str, &str); 5] = [
    ("imap", "imap", "dovecot-imapd"),
    ("lmtp", "lmtp", "dovecot-lmtpd"),
    ("pop3", "pop3", "dovecot-pop3d"),
    ("sieve", "managesieve", "dovecot-managesieved"),
    ("submission", "submission", "dovecot-submissiond"),
];

/// Plug-ins in packages of their own.
const PLUGINS: [(&str, &str); 3] = [
    ("fts_solr", "dovecot-solr"),
    ("imap_sieve", "dovecot-sieve"),
    ("sieve", "dovecot-sieve"),
];

/// `main.cf`, in a directory of Postfix or at the top.
pub(super) fn is_postfix(path: &str) -> bool {
    path == "main.cf" || (path.ends_with("/main.cf") && path.contains("postfix"))
}

/// Tables of `main.cf` by their type: `virtual_alias_maps = mysql:/etc/postfix/aliases.cf`.
pub(super) fn of_postfix(text: &str) -> BTreeMap<String, Module> {
    let mut found = BTreeMap::new();
    for (line, statement) in statements(text, &['#']) {
        let words = statement.split(|c: char| c.is_whitespace() || ",={}".contains(c));
        for word in words {
            let table = word.trim_start_matches("proxy:").split_once(':');
            let Some((kind, _)) =
                table.filter(|(kind, rest)| TABLES.contains(kind) && rest.starts_with(['/', '$']))
            else {
                continue;
            };
            found.entry(kind.to_owned()).or_insert_with(|| Module {
                by: word.to_owned(),
                package: format!("postfix-{kind}"),
                line,
            });
        }
    }
    found
}

/// Protocols and plug-ins of Dovecot.
pub(super) fn of_dovecot(text: &str) -> BTreeMap<String, Module> {
    let mut found = BTreeMap::new();
    for (line, statement) in statements(text, &['#']) {
        let Some((name, value)) = statement.split_once('=') else {
            continue;
        };
        let mut add = |module: &str, word: &str, package: &str| {
            found.entry(module.to_owned()).or_insert_with(|| Module {
                by: format!("{} = {word}", name.trim()),
                package: package.to_owned(),
                line,
            });
        };
        for word in value.split_whitespace() {
            match name.trim() {
                "protocols" => {
                    let known = PROTOCOLS.iter().find(|(protocol, ..)| *protocol == word);
                    known
                        .into_iter()
                        .for_each(|(_, module, package)| add(module, word, package));
                }
                "mail_plugins" => {
                    let known = PLUGINS.iter().find(|(plugin, _)| *plugin == word);
                    known
                        .into_iter()
                        .for_each(|(plugin, package)| add(plugin, word, package));
                }
                _ => {}
            }
        }
    }
    found
}
