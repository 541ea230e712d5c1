//! The security level of OpenSSL on a host.
//!
//! Sources: SSL_CTX_set_security_level(3), <https://www.openssl.org/news/changelog.html> (levels since 1.1.0, 2 by default since 3.2),
//! <https://wiki.debian.org/ContinuousIntegration/TriagingTips/openssl-1.1.1> (Debian 10 and 11 in openssl.cnf),
//! <https://discourse.ubuntu.com/t/default-to-tls-v1-2-in-all-tls-libraries-in-20-04-lts/12464>, crypto-policies(7).

use std::collections::BTreeSet;

use crate::os_release::OsIdentity;
use crate::reading::statements;

/// What a configuration of OpenSSL sets, the last one counting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Configured {
    pub(super) level: Option<i64>,
    pub(super) minimum_protocol: Option<String>,
    /// Whether a section of the name that `legacy` has among the providers says `activate = 1` (config(5)).
    pub(crate) activates_legacy: bool,
}

pub(crate) fn configured(text: &str) -> Configured {
    let mut found = Configured::default();
    let mut section = "";
    let mut legacy = BTreeSet::new();
    let mut activated = BTreeSet::new();
    for (_, statement) in statements(text, &['#']) {
        if let Some(name) = statement.strip_prefix('[') {
            section = name.split(']').next().unwrap_or_default().trim();
        }
        let Some((name, value)) = statement.split_once('=') else {
            continue;
        };
        match name.trim() {
            "legacy" => _ = legacy.insert(value.trim()),
            "activate" if ["1", "on", "true", "yes"].contains(&value.trim()) => _ = activated.insert(section),
            "CipherString" => found.level = level_in(value).or(found.level),
            "MinProtocol" => found.minimum_protocol = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    found.activates_legacy = legacy.intersection(&activated).next().is_some();
    found
}

/// `@SECLEVEL=N` in a list of ciphers.
pub(crate) fn level_in(ciphers: &str) -> Option<i64> {
    let (_, rest) = ciphers.split_once("@SECLEVEL=")?;
    rest.chars().next()?.to_digit(10).map(i64::from)
}

/// The level of a policy of the system.
pub(super) fn of_policy(policy: &str) -> Option<i64> {
    match policy.trim().split(':').next()? {
        "LEGACY" => Some(1),
        "DEFAULT" | "FIPS" => Some(2),
        "FUTURE" => Some(3),
        _ => None,
    }
}

/// First version of a distribution, and the level that its OpenSSL is built with; 0 where there are no levels yet.
type Row = (&'static str, &'static [((u32, u32), i64)]);

const BUILT: [Row; 5] = [
    ("alpine", &[((3, 9), 1), ((3, 20), 2)]),
    ("amzn", &[((1, 0), 0)]),
    ("debian", &[((1, 0), 0), ((9, 0), 1), ((12, 0), 2)]),
    ("ubuntu", &[((1, 0), 0), ((18, 4), 1), ((20, 4), 2)]),
    ("arch", &[((0, 0), 2)]),
];

pub(super) fn built(os: &OsIdentity) -> Option<i64> {
    let family = std::iter::once(&os.id).chain(&os.id_like).map(String::as_str);
    let is_own = |name: &str| os.id == name;
    let is_old_red_hat = ["rhel", "centos"].iter().any(|name| is_own(name));
    let version = os.version_id.as_deref().and_then(numbers);
    if is_old_red_hat && version.is_some_and(|version| version < (8, 0)) {
        return Some(0);
    }
    let (name, rows) = family
        .into_iter()
        .find_map(|id| BUILT.iter().find(|(name, _)| *name == id))?;
    // Versions of derived distributions are their own.
    if !is_own(name) {
        return None;
    }
    let version = if *name == "arch" { (0, 0) } else { version? };
    rows.iter()
        .rev()
        .find(|(since, _)| *since <= version)
        .map(|(_, level)| *level)
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next().flatten().unwrap_or(0)))
}

/// Bits that a level demands of an RSA key.
pub(super) fn required_bits(level: i64) -> i64 {
    match level {
        ..=0 => 0,
        1 => 1024,
        2 => 2048,
        3 => 3072,
        4 => 7680,
        _ => 15360,
    }
}
