//! The rules that ship with `parity`, and what they need worked out.

use parity_core::derive::Derivation;
use parity_core::judge::Knowledge;
use parity_core::rule::{InvalidRule, Rule};

use crate::databases::Databases;
use crate::dependencies::Undeclared;
use crate::elf::Kernels;
use crate::extraction::Noexec;
use crate::images::{Housing, ImageNeeds};
use crate::loader::Loading;
use crate::node_modules::NodeModules;
use crate::php::WebServers;
use crate::sandbox::Userns;
use crate::scripts::Interpreters;
use crate::tls::TlsEnds;
use crate::wheels::Wheels;

macro_rules! rules {
    ($($id:literal),+ $(,)?) => {
        /// Id and text of each rule, sorted: one file a rule, named after it.
        pub const RULES: &[(&str, &str)] = &[$(($id, include_str!(concat!("../rules/", $id, ".toml")))),+];
    };
}

rules![
    "apache-htaccess",
    "apache-module",
    "architecture",
    "awk-feature",
    "bashism",
    "buildkit-missing",
    "bundler-older",
    "called-program-missing",
    "certificate-expired",
    "certificate-expires",
    "certificate-key-small",
    "certificate-root-expired",
    "certificates-missing",
    "cgroup-java",
    "cgroup-java-listed",
    "collation-changed",
    "compose-host-alias",
    "compose-too-old",
    "compose-volume-selinux",
    "cpu-level",
    "cron-path",
    "cron-percent",
    "cron-user-missing",
    "crypto-legacy",
    "database-login",
    "database-schema-public",
    "database-setting",
    "database-tls",
    "dependency-cpu-feature",
    "dependency-range",
    "docker-plugin-missing",
    "dotnet-framework",
    "dotnet-icu",
    "dotnet-missing",
    "env-split",
    "environment-missing",
    "environment-of-logins",
    "file-name-case",
    "fonts-missing",
    "fonts-of-jar",
    "foreign-binary",
    "forwarding-off",
    "forwarding-off-at-boot",
    "framework-database",
    "gnu-option",
    "icu-missing",
    "image-architecture",
    "image-clone3",
    "image-cpu-feature",
    "image-cpu-level",
    "image-time64",
    "image-vsyscall",
    "imagemagick-policy",
    "imagemagick-policy-differs",
    "interpreter-chosen",
    "interpreter-missing",
    "interpreter-not-found",
    "interpreter-other-name",
    "io-uring-disabled",
    "io-uring-seccomp",
    "java-option",
    "jvm-class",
    "jvm-removed-api",
    "kernel-setting-advised",
    "kernel-setting-low",
    "kernel-setting-refused",
    "kernel-too-old",
    "kubernetes-api",
    "language-feature",
    "layers-without-ftype",
    "libc-family",
    "libc-symbols",
    "library-opened-missing",
    "library-rejected",
    "library-symbols",
    "library-unversioned",
    "libstdcxx-symbols",
    "limit-of-logins",
    "link-firewalled",
    "link-from-containers",
    "link-loopback-only",
    "link-not-listening",
    "link-tls-old-server",
    "listen-without-ipv6",
    "loader-missing",
    "locale-missing",
    "loopback-service-absent",
    "memory-declared",
    "memory-of-build",
    "nginx-directive",
    "nginx-module",
    "node-abi",
    "node-addon-system",
    "node-dependency",
    "noexec-extraction",
    "noexec-program",
    "noexec-tmpfs",
    "own-name-of-jar",
    "own-name-unknown",
    "page-size",
    "perl-module-missing",
    "php-extension",
    "php-extension-called",
    "php-function-disabled",
    "php-short-tags",
    "php-web-range",
    "pip-externally-managed",
    "platform-package",
    "port-privileged",
    "prisma-engine",
    "program-missing",
    "program-other-name",
    "program-variant",
    "proxy-without-exceptions",
    "python-abi",
    "python-encoding",
    "python-module-missing",
    "python-venv-missing",
    "rabbitmq-guest",
    "redis-command",
    "redis-directive",
    "redis-evicts-jobs",
    "resolver-search-dot",
    "runtime-absent",
    "runtime-behind",
    "runtime-missing",
    "runtime-range",
    "selinux-boolean",
    "selinux-home-program",
    "selinux-proxy",
    "selinux-web-database",
    "server-older-than-client",
    "service-cpu-feature",
    "service-major",
    "servlet-namespace",
    "shebang-carriage-return",
    "shebang-words",
    "soname-missing",
    "sql-dump-setting",
    "sql-extension",
    "sql-feature",
    "sql-preload",
    "sql-refused",
    "sqlite-too-old",
    "systemd-directive",
    "time-zone-differs",
    "time-zone-given-up",
    "time-zones-missing",
    "tls-certificate-expires",
    "tls-key-small",
    "tool-older",
    "unit-environment-missing",
    "unit-forbids",
    "unit-not-executable",
    "unit-path-missing",
    "unit-port-low",
    "unit-program-missing",
    "unit-user-missing",
    "userns-denied",
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
        derivations: derivations(),
    })
}

/// What rules need worked out.
pub fn derivations() -> Vec<Box<dyn Derivation>> {
    vec![
        Box::new(Databases),
        Box::new(Housing),
        Box::new(ImageNeeds),
        Box::new(Interpreters),
        Box::new(Kernels),
        Box::new(Loading),
        Box::new(NodeModules),
        Box::new(Noexec),
        Box::new(TlsEnds),
        Box::new(Undeclared),
        Box::new(Userns),
        Box::new(WebServers),
        Box::new(Wheels),
    ]
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
