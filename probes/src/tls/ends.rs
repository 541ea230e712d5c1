//! Which protocols of TLS the two ends of a connection speak.
//!
//! Sources: <https://dev.mysql.com/doc/refman/8.4/en/faqs-security.html> and
//! <https://dev.mysql.com/blog-archive/mysql-is-openssl-only-now> (community builds of MySQL have TLS 1.2 since they left yaSSL, 5.6.46
//! and 5.7.28), <https://dev.mysql.com/blog-archive/ssltls-improvements-in-mysql-5-7-10/> (TLS 1.1 since 5.7.10),
//! <https://discourse.ubuntu.com/t/default-to-tls-v1-2-in-all-tls-libraries-in-20-04-lts/12464>, SSL_CTX_set_security_level(3) of OpenSSL
//! 3 (nothing before TLS 1.2 at level 1 and above), crypto-policies(7) (DEFAULT of Red Hat 8 begins with TLS 1.2).
//!
//! Servers that a client reaches without TLS after a refusal (PostgreSQL with `sslmode=prefer`) are left out: nothing breaks.

use std::collections::BTreeMap;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::view::{Side, View};

/// Works out which protocols a host speaks as a client, and its database servers as servers.
#[derive(Debug, Clone, Copy, Default)]
pub struct TlsEnds;

const SCHEMAS: &[Schema] = &[
    Schema::single(
        "tls.client-oldest",
        Kind::Text,
        "Oldest protocol that programs with OpenSSL agree to here: 1.0, 1.1, 1.2 or 1.3.",
    ),
    Schema::family(
        "tls.server-newest",
        "tcp/PORT",
        Kind::Text,
        "Newest protocol that the MySQL or MariaDB on this port offers, where it is older than 1.2.",
    ),
];

const MYSQL_PORT: &str = "tcp/3306";

impl Derivation for TlsEnds {
    fn schemas(&self) -> &[Schema] {
        &[]
    }

    fn derive(&self, _: Sides<'_>) -> Derived {
        Derived::default()
    }

    fn schemas_of_host(&self) -> &[Schema] {
        SCHEMAS
    }

    fn derive_of_host(&self, host: &View<'_>) -> Derived {
        let mut out = Derived::default();
        let id = FactId::single("tls.client-oldest");
        match client_oldest(host) {
            Ok(oldest) => out
                .facts
                .push(fact(id, State::Value(oldest.into()), "what OpenSSL is told")),
            Err((lack, reason)) => {
                out.lacks.insert(id.clone(), (Side::Host, lack));
                out.facts
                    .push(fact(id, State::Unknown(reason), "what OpenSSL is told"));
            }
        }
        for (port, newest) in servers(host) {
            let id = FactId::keyed("tls.server-newest", port);
            out.facts.push(fact(
                id,
                State::Value(newest.into()),
                "the version and settings of the server",
            ));
        }
        out
    }
}

fn fact(id: FactId, state: State, origin: &str) -> Fact {
    Fact {
        id,
        state,
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived(origin.to_owned()),
    }
}

type Lack = (FactId, String);

/// What a configuration names counts before what the level of OpenSSL means.
fn client_oldest(host: &View<'_>) -> Result<&'static str, Lack> {
    let known = |id: FactId| {
        let state = host.state(&id);
        match state.doubt() {
            Some(reason) => Err((id, reason.to_owned())),
            None => Ok(state.value().cloned()),
        }
    };
    if let Some(named) = known(FactId::single("tls.minimum-protocol"))? {
        return Ok(protocol(&named.to_string()).unwrap_or("1.0"));
    }
    let level = known(FactId::single("tls.security-level"))?;
    let level = level.and_then(|level| level.as_int()).unwrap_or(0);
    if level >= 2 && ends_old_protocols_with_level_2(host) {
        return Ok("1.2");
    }
    let machine = known(FactId::single("kernel.machine"))?;
    let machine = machine.map(|machine| machine.to_string()).unwrap_or_default();
    let openssl_3 = FactId::keyed("library", format!("{machine}/libssl.so.3"));
    Ok(match level >= 1 && known(openssl_3)?.is_some() {
        true => "1.2",
        false => "1.0",
    })
}

/// Ubuntu since 20.04 ties the protocols to level 2; Red Hat since 8 has one policy for both.
fn ends_old_protocols_with_level_2(host: &View<'_>) -> bool {
    let text = |name: &'static str| host.value(&FactId::single(name)).map(Value::to_string);
    let os = text("os.id").unwrap_or_default();
    let version = text("os.version-id").unwrap_or_default();
    let major = numbers(&version).0;
    match os.as_str() {
        "ubuntu" => major >= 20,
        "rhel" | "centos" | "rocky" | "almalinux" | "ol" => major >= 8,
        "fedora" => major >= 33,
        _ => false,
    }
}

/// `TLSv1.2`, as configurations of OpenSSL and of servers name it.
fn protocol(name: &str) -> Option<&'static str> {
    match name.trim() {
        "TLSv1" | "TLSv1.0" | "SSLv3" | "None" => Some("1.0"),
        "TLSv1.1" => Some("1.1"),
        "TLSv1.2" => Some("1.2"),
        "TLSv1.3" => Some("1.3"),
        _ => None,
    }
}

/// Ports with a server that does not speak TLS 1.2.
fn servers(host: &View<'_>) -> BTreeMap<String, &'static str> {
    let Some((service, newest)) = ["mysql", "mariadb"].into_iter().find_map(|service| {
        let version = host.value(&FactId::keyed("service.version", service))?;
        Some((service, newest(service, &version.to_string(), host)?))
    }) else {
        return BTreeMap::new();
    };
    let programs: &[&str] = match service {
        "mysql" => &["mysqld"],
        _ => &["mysqld", "mariadbd"],
    };
    let own = host.family("listen.process").filter_map(|fact| {
        let members = fact.state.value()?.members();
        let is_own = members.iter().any(|member| programs.contains(&member.as_ref()));
        is_own.then(|| fact.id.key().map(str::to_owned))?
    });
    own.chain([MYSQL_PORT.to_owned()])
        .map(|port| (port, newest))
        .collect()
}

/// The newest protocol of a server, where that is before 1.2.
fn newest(service: &str, version: &str, host: &View<'_>) -> Option<&'static str> {
    let setting = |name| {
        let value = host.value(&FactId::keyed("mysql.setting", name));
        value.map(Value::to_string)
    };
    if setting("skip_ssl")
        .is_some_and(|value| !matches!(value.to_ascii_lowercase().as_str(), "0" | "off" | "false"))
    {
        return None;
    }
    let told = setting("tls_version").unwrap_or_default();
    let told = told.split(',').filter_map(protocol).max();
    let built = match (service, numbers(version)) {
        ("mysql", version) if version < (5, 6, 46) => Some("1.0"),
        ("mysql", version) if ((5, 7, 0)..(5, 7, 10)).contains(&version) => Some("1.0"),
        ("mysql", version) if ((5, 7, 10)..(5, 7, 28)).contains(&version) => Some("1.1"),
        _ => None,
    };
    // Enterprise builds have what their settings name, whatever the version says.
    told.or(built).filter(|newest| *newest < "1.2")
}

/// The first three numbers of a version.
fn numbers(version: &str) -> (u32, u32, u32) {
    let mut parts = version
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_names() {
        assert_eq!(numbers("5.6.40-log"), (5, 6, 40));
        assert_eq!(numbers(""), (0, 0, 0));
        assert_eq!(protocol(" TLSv1.2"), Some("1.2"));
    }
}
