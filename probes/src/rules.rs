//! The rules that ship with `parity`, and what they need worked out.

use parity_core::judge::Knowledge;
use parity_core::rule::{InvalidRule, Rule};

use crate::loader::Loading;

macro_rules! rules {
    ($($id:literal),+ $(,)?) => {
        /// Id and text of each rule, sorted: one file a rule, named after it.
        pub const RULES: &[(&str, &str)] = &[$(($id, include_str!(concat!("../rules/", $id, ".toml")))),+];
    };
}

rules![
    "architecture",
    "bashism",
    "certificate-root-expired",
    "certificates-missing",
    "cpu-level",
    "environment-missing",
    "environment-of-logins",
    "fonts-missing",
    "gnu-option",
    "imagemagick-policy",
    "imagemagick-policy-differs",
    "interpreter-missing",
    "interpreter-not-found",
    "jvm-class",
    "jvm-removed-api",
    "kernel-setting-advised",
    "kernel-setting-low",
    "kernel-setting-refused",
    "libc-family",
    "libc-symbols",
    "library-symbols",
    "libstdcxx-symbols",
    "limit-of-logins",
    "link-loopback-only",
    "link-not-listening",
    "loader-missing",
    "memory-declared",
    "memory-of-build",
    "nginx-directive",
    "own-name-of-jar",
    "own-name-unknown",
    "page-size",
    "program-missing",
    "proxy-without-exceptions",
    "rabbitmq-guest",
    "redis-command",
    "resolver-search-dot",
    "runtime-missing",
    "runtime-range",
    "service-major",
    "servlet-namespace",
    "shebang-carriage-return",
    "soname-missing",
    "sql-extension",
    "sql-feature",
    "systemd-directive",
    "time-zone-differs",
    "time-zones-missing",
    "unit-program-missing",
    "unit-user-missing",
];

/// All rules and derivations.
///
/// # Errors
/// A rule that cannot be read: a mistake in this crate, which its tests find.
pub fn knowledge() -> Result<Knowledge, InvalidRule> {
    let rules = RULES
        .iter()
        .map(|(id, text)| Rule::parse(id, text))
        .collect::<Result<_, _>>()?;
    Ok(Knowledge {
        rules,
        derivations: vec![Box::new(Loading)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_read() {
        for (id, text) in RULES {
            if let Err(error) = Rule::parse(id, text) {
                panic!("{error}");
            }
        }
    }
}
