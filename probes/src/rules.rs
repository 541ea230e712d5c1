//! The rules that ship with `parity`, and what they need worked out.

use parity_core::judge::Knowledge;
use parity_core::rule::{InvalidRule, Rule};

use crate::databases::Databases;
use crate::extraction::Noexec;
use crate::images::ImageNeeds;
use crate::loader::Loading;
use crate::node_modules::NodeModules;
use crate::wheels::Wheels;

macro_rules! rules {
    ($($id:literal),+ $(,)?) => {
        /// Id and text of each rule, sorted: one file a rule, named after it.
        pub const RULES: &[(&str, &str)] = &[$(($id, include_str!(concat!("../rules/", $id, ".toml")))),+];
    };
}

rules![
    "architecture",
    "bashism",
    "certificate-key-small",
    "cgroup-java",
    "cgroup-java-listed",
    "collation-changed",
    "cpu-level",
    "crypto-legacy",
    "database-login",
    "database-schema-public",
    "database-setting",
    "database-tls",
    "forwarding-off",
    "forwarding-off-at-boot",
    "gnu-option",
    "icu-missing",
    "image-architecture",
    "image-clone3",
    "image-cpu-feature",
    "image-cpu-level",
    "image-time64",
    "image-vsyscall",
    "interpreter-missing",
    "interpreter-not-found",
    "io-uring-disabled",
    "io-uring-seccomp",
    "jvm-class",
    "jvm-removed-api",
    "layers-without-ftype",
    "libc-family",
    "libc-symbols",
    "library-symbols",
    "libstdcxx-symbols",
    "link-loopback-only",
    "link-not-listening",
    "loader-missing",
    "nginx-directive",
    "node-abi",
    "node-addon-system",
    "node-dependency",
    "noexec-extraction",
    "noexec-program",
    "noexec-tmpfs",
    "page-size",
    "platform-package",
    "prisma-engine",
    "program-missing",
    "runtime-missing",
    "runtime-range",
    "selinux-boolean",
    "selinux-proxy",
    "selinux-web-database",
    "service-cpu-feature",
    "service-major",
    "servlet-namespace",
    "shebang-carriage-return",
    "soname-missing",
    "sql-dump-setting",
    "sql-extension",
    "sql-feature",
    "systemd-directive",
    "tls-key-small",
    "unit-program-missing",
    "unit-user-missing",
    "wheel-newer-libc",
    "wheel-tag",
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
        derivations: vec![
            Box::new(Databases),
            Box::new(ImageNeeds),
            Box::new(Loading),
            Box::new(NodeModules),
            Box::new(Noexec),
            Box::new(Wheels),
        ],
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
