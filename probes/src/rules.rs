//! The rules that ship with `parity`, and what they need worked out.

use parity_core::derive::Derivation;
use parity_core::judge::Knowledge;
use parity_core::rule::{InvalidRule, Rule};

use crate::databases::Databases;
use crate::dependencies::Undeclared;
use crate::elf::Kernels;
use crate::extraction::Noexec;
use crate::hosting::{NamedFiles, TakenPorts};
use crate::images::{Housing, ImageNeeds};
use crate::loader::Loading;
use crate::node_modules::NodeModules;
use crate::package_files::PackageFiles;
use crate::php::WebServers;
use crate::ports::HeldPorts;
use crate::sandbox::Userns;
use crate::scripts::Interpreters;
use crate::settings::BuiltFor;
use crate::tls::TlsEnds;
use crate::wheels::Wheels;

macro_rules! rules {
    ($($id:literal),+ $(,)?) => {
        /// Id and text of each rule, sorted: one file a rule, named after it.
        pub const RULES: &[(&str, &str)] = &[$(($id, include_str!(concat!("../rules/", $id, ".toml")))),+];
    };
}

rules![
    "ansible-python",
    "apache-directive",
    "apache-htaccess",
    "apache-module",
    "apache-php-setting",
    "architecture",
    "awk-feature",
    "bashism",
    "build-cpu",
    "build-tool-java",
    "buildkit-missing",
    "bundler-older",
    "ca-bundle-missing",
    "called-program-missing",
    "certificate-expired",
    "certificate-expires",
    "certificate-key-small",
    "certificate-root-expired",
    "certificates-missing",
    "cgroup-controller-missing",
    "cgroup-java",
    "cgroup-java-listed",
    "client-refuses-server",
    "collation-changed",
    "compose-device-missing",
    "compose-files-limit",
    "compose-host-alias",
    "compose-part-missing",
    "compose-processors",
    "compose-too-old",
    "compose-volume-selinux",
    "container-foreign-addon",
    "container-library-missing",
    "container-newer-libc",
    "container-other-libc",
    "container-without-musl",
    "cpu-level",
    "cron-path",
    "cron-percent",
    "cron-user-missing",
    "crypto-legacy",
    "cuda-driver",
    "daemon-directive",
    "daemon-directive-removed",
    "daemon-module-missing",
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
    "dotnet-openssl",
    "env-split",
    "environment-missing",
    "environment-of-logins",
    "fastcgi-port-closed",
    "fastcgi-socket-denied",
    "fastcgi-socket-missing",
    "file-name-case",
    "fonts-missing",
    "fonts-of-jar",
    "foreign-binary",
    "forwarding-off",
    "forwarding-off-at-boot",
    "framework-database",
    "gem-platform",
    "gnu-option",
    "icu-missing",
    "image-architecture",
    "image-clone3",
    "image-cpu-feature",
    "image-cpu-level",
    "image-faccessat2",
    "image-only-for",
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
    "java-option-ignored",
    "java-store-newer",
    "jvm-class",
    "jvm-internal",
    "jvm-preview",
    "jvm-removed-api",
    "kernel-module-missing",
    "kernel-setting-advised",
    "kernel-setting-low",
    "kernel-setting-refused",
    "kernel-too-old",
    "kubernetes-api",
    "language-feature",
    "layers-without-ftype",
    "legacy-algorithm",
    "legacy-algorithm-node",
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
    "listen-address-missing",
    "listen-without-ipv6",
    "loader-missing",
    "locale-missing",
    "loopback-service-absent",
    "memory-declared",
    "memory-of-build",
    "mongodb-standalone",
    "named-file-missing",
    "nginx-default-twice",
    "nginx-directive",
    "nginx-directive-twice",
    "nginx-host-unknown",
    "nginx-module",
    "nginx-site-unread",
    "nginx-upstream-twice",
    "nginx-user-missing",
    "node-abi",
    "node-addon-system",
    "node-dependency",
    "node-option",
    "noexec-extraction",
    "noexec-program",
    "noexec-tmpfs",
    "own-name-of-jar",
    "own-name-unknown",
    "package-dependency",
    "package-dependency-missing",
    "package-foreign",
    "package-without-musl",
    "page-size",
    "perl-module-missing",
    "pgbouncer-prepared",
    "php-extension",
    "php-extension-called",
    "php-function-disabled",
    "php-least",
    "php-short-tags",
    "php-web-extension",
    "php-web-feature",
    "php-web-range",
    "pip-externally-managed",
    "platform-package",
    "pool-group-missing",
    "pool-socket-taken",
    "pool-user-missing",
    "port-privileged",
    "port-taken",
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
    "rabbitmq-plugin-missing",
    "redis-command",
    "redis-directive",
    "redis-evicts-jobs",
    "resolver-search-dot",
    "runtime-absent",
    "runtime-behind",
    "runtime-missing",
    "runtime-range",
    "search-plugin-missing",
    "selinux-boolean",
    "selinux-home-program",
    "selinux-proxy",
    "selinux-web-database",
    "server-directive",
    "server-older-than-client",
    "server-option",
    "server-use",
    "service-cpu-arm",
    "service-cpu-feature",
    "service-major",
    "servlet-level",
    "servlet-namespace",
    "settings-host-unknown",
    "shebang-carriage-return",
    "shebang-words",
    "site-port-taken",
    "soname-missing",
    "sql-account-plugin",
    "sql-dump-setting",
    "sql-event-idle",
    "sql-extension",
    "sql-extension-old",
    "sql-feature",
    "sql-function-logged",
    "sql-key-too-long",
    "sql-local-file",
    "sql-preload",
    "sql-refused",
    "sql-server-file",
    "sql-table-spelling",
    "sql-trigger-privilege",
    "sql-zero-date",
    "sqlite-feature",
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
    "unit-group-missing",
    "unit-not-executable",
    "unit-path-missing",
    "unit-port-low",
    "unit-program-missing",
    "unit-shell-syntax",
    "unit-subids-missing",
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
        Box::new(BuiltFor),
        Box::new(Databases),
        Box::new(HeldPorts),
        Box::new(Housing),
        Box::new(ImageNeeds),
        Box::new(Interpreters),
        Box::new(Kernels),
        Box::new(Loading),
        Box::new(NamedFiles),
        Box::new(NodeModules),
        Box::new(Noexec),
        Box::new(PackageFiles),
        Box::new(TakenPorts),
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
