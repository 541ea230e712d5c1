//! What versions of Apache have, and what 2.4 took out.
//!
//! Sources: the line "Compatibility" of each directive (<https://httpd.apache.org/docs/2.4/mod/directives.html>), and
//! <https://httpd.apache.org/docs/2.4/upgrading.html>.

use std::collections::BTreeMap;

use super::directives::{Statement, unconditional};

/// Directive or block in small letters, first argument where it is that which counts, and versions as a range of npm; sorted.
const VERSIONS: [(&str, &str, &str); 35] = [
    ("<else", "", ">=2.4"),
    ("<elseif", "", ">=2.4"),
    ("<if", "", ">=2.4"),
    ("<requireall", "", ">=2.4"),
    ("<requireany", "", ">=2.4"),
    ("<requirenone", "", ">=2.4"),
    ("acceptmutex", "", "<2.4"),
    ("allowoverridelist", "", ">=2.4"),
    ("authmerging", "", ">=2.4"),
    ("authzdefaultauthoritative", "", "<2.4"),
    ("authzgroupfileauthoritative", "", "<2.4"),
    ("authzuserauthoritative", "", "<2.4"),
    ("cgipassauth", "", ">=2.4.13"),
    ("cookielog", "", "<2.4"),
    ("define", "", ">=2.4"),
    ("errorlogformat", "", ">=2.4"),
    ("httpprotocoloptions", "", ">=2.4.25"),
    ("includeoptional", "", ">=2.4"),
    ("lockfile", "", "<2.4"),
    ("mergeslashes", "", ">=2.4.39"),
    ("mutex", "", ">=2.4"),
    ("protocols", "", ">=2.4.17"),
    ("protocolshonororder", "", ">=2.4.17"),
    ("proxyaddheaders", "", ">=2.4"),
    ("proxypassinherit", "", ">=2.4.5"),
    ("registerhttpmethod", "", ">=2.4.24"),
    ("rewritelock", "", "<2.4"),
    ("rewritelog", "", "<2.4"),
    ("rewriteloglevel", "", "<2.4"),
    ("sethandler", "proxy:unix", ">=2.4.10"),
    ("sslmutex", "", "<2.4"),
    ("sslopensslconfcmd", "", ">=2.4.8"),
    ("sslprotocol", "tlsv1.3", ">=2.4.36"),
    ("stricthostcheck", "", ">=2.4.49"),
    ("undefine", "", ">=2.4"),
];

/// Words after `Require` that 2.2 takes: <https://httpd.apache.org/docs/2.2/mod/core.html#require>.
const REQUIRED_BEFORE: [&str; 7] = [
    "file-group",
    "file-owner",
    "group",
    "ldap-group",
    "ldap-user",
    "user",
    "valid-user",
];

/// Directives that not every version has: as they are written, with the versions and the line.
pub(super) fn versions(text: &str) -> BTreeMap<String, (&'static str, u32)> {
    let mut found = BTreeMap::new();
    for statement in unconditional(text) {
        if let Some((name, range)) = version(&statement) {
            found.entry(name).or_insert((range, statement.line));
        }
    }
    found
}

fn version(statement: &Statement<'_>) -> Option<(String, &'static str)> {
    let name = statement.name.to_ascii_lowercase();
    let first = statement
        .arguments
        .first()
        .map(|word| word.to_ascii_lowercase())
        .unwrap_or_default();
    if name == "require" {
        let is_new = !REQUIRED_BEFORE.contains(&first.as_str()) && !first.is_empty();
        return is_new.then(|| (format!("Require {first}"), ">=2.4"));
    }
    let row = VERSIONS.iter().find(|(directive, argument, _)| {
        *directive == name
            && (argument.is_empty()
                || statement.arguments.iter().any(|word| {
                    word.trim_matches(['"', '+'])
                        .to_ascii_lowercase()
                        .starts_with(argument)
                }))
    })?;
    let (_, argument, range) = *row;
    let written = if argument.is_empty() {
        statement.name.trim_start_matches('<').to_owned()
    } else {
        format!("{} {argument}", statement.name)
    };
    Some((written, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_went() {
        let text = "RewriteLog /x\nRequire valid-user\nRequire all granted\n<IfModule mod_http2.c>\nProtocols h2\n</IfModule>\n\
            SSLProtocol all -SSLv3 +TLSv1.3\n<RequireAll>\n</RequireAll>\nSetHandler \"proxy:unix:/run/a|fcgi://b\"\n";
        let found: Vec<String> = versions(text)
            .into_iter()
            .map(|(name, (range, line))| format!("{name} {range} {line}"))
            .collect();
        assert_eq!(
            found,
            [
                "Require all >=2.4 3",
                "RequireAll >=2.4 8",
                "RewriteLog <2.4 1",
                "SSLProtocol tlsv1.3 >=2.4.36 7",
                "SetHandler proxy:unix >=2.4.10 10"
            ]
        );
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(VERSIONS.is_sorted());
    }
}
