//! Who may connect to a server, and how.
//!
//! Sources: <https://www.postgresql.org/docs/current/auth-pg-hba-conf.html>, <https://www.postgresql.org/docs/14/release-14.html>
//! (password_encryption), <https://dev.mysql.com/doc/refman/8.0/en/caching-sha2-pluggable-authentication.html>,
//! <https://dev.mysql.com/doc/refman/8.4/en/native-pluggable-authentication.html>.

use super::version::numbers;

/// Rules for the machine itself say nothing of others.
const OF_THE_MACHINE: [&str; 6] = [
    "127.0.0.1",
    "::1",
    "localhost",
    "samehost",
    "127.0.0.0",
    "ip6-localhost",
];

/// The rules of `pg_hba.conf` for connections of other machines: kind, databases, address, method.
fn remote(rules: &[String]) -> impl Iterator<Item = (&str, &str, &str, &str)> {
    rules.iter().filter_map(|rule| {
        let mut fields = rule.split(' ');
        let (kind, database, _user, address) =
            (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let mut method = fields.next()?;
        // A mask of its own.
        if method.starts_with(|c: char| c.is_ascii_digit()) {
            method = fields.next()?;
        }
        let is_local = OF_THE_MACHINE.contains(&address.split('/').next().unwrap_or(address));
        let counts = kind.starts_with("host") && !is_local && database != "replication";
        counts.then_some((kind, database, address, method))
    })
}

/// The rule for which a server takes connections of other machines with TLS only; nothing where one without may pass, or none at all.
pub(super) fn demands_tls(rules: &[String]) -> Option<String> {
    let mut encrypted = None;
    for (kind, database, address, method) in remote(rules) {
        let is_everybody = database == "all" && matches!(address, "all" | "0.0.0.0/0");
        match (kind, method) {
            ("hostnossl", "reject") if is_everybody => {
                return Some(format!("{kind} {database} {address} {method}"));
            }
            (_, "reject") => {}
            ("host" | "hostnossl" | "hostnogssenc", _) => return None,
            ("hostssl", _) => encrypted = encrypted.or(Some(format!("{kind} {database} {address}"))),
            _ => {}
        }
    }
    encrypted.map(|rule| format!("{rule}, and no rule without TLS"))
}

/// Whether passwords are asked for as scram-sha-256: by a rule, or by `md5` where they are stored for it.
pub(super) fn asks_scram(rules: &[String], encryption: Option<&str>, version: &str) -> Option<String> {
    let is_stored = match encryption {
        Some(value) => value == "scram-sha-256",
        None => numbers(version)? >= [14, 0, 0],
    };
    let mut why = None;
    for (_, _, _, method) in remote(rules) {
        match method {
            "scram-sha-256" => why = why.or(Some("pg_hba.conf asks for it".to_owned())),
            "md5" if is_stored => why = why.or(Some("passwords are stored for it".to_owned())),
            "md5" | "password" | "trust" | "cert" | "ldap" => return None,
            _ => {}
        }
    }
    why
}

/// How accounts of a MySQL server log in that nobody gave another way.
pub(super) fn default_plugin(version: &str, plugin: Option<&str>, policy: Option<&str>) -> Option<String> {
    let policy = policy.and_then(|policy| policy.split(',').next()).map(str::trim);
    if let Some(named) = policy
        .filter(|first| !first.is_empty() && !first.starts_with('*'))
        .or(plugin)
    {
        return Some(named.to_ascii_lowercase());
    }
    let is_new = numbers(version)? >= [8, 0, 4];
    Some(
        if is_new {
            "caching_sha2_password"
        } else {
            "mysql_native_password"
        }
        .to_owned(),
    )
}

/// Whether no account can have the old way to log in, unless somebody turned it on.
pub(super) fn has_no_native(version: &str) -> bool {
    numbers(version).is_some_and(|numbers| numbers >= [8, 4, 0])
}
