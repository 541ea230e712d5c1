//! The rules that ship with `parity`, and what they need worked out.

use parity_core::judge::Knowledge;
use parity_core::rule::{InvalidRule, Rule};

use crate::dependencies::Undeclared;
use crate::loader::Loading;
use crate::node_modules::NodeModules;
use crate::php::WebServers;
use crate::scripts::Interpreters;
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
    "bundler-older",
    "called-program-missing",
    "cpu-level",
    "crypto-legacy",
    "dependency-range",
    "dotnet-framework",
    "dotnet-missing",
    "file-name-case",
    "foreign-binary",
    "framework-database",
    "gnu-option",
    "interpreter-chosen",
    "interpreter-missing",
    "interpreter-not-found",
    "jvm-class",
    "jvm-removed-api",
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
    "page-size",
    "php-extension",
    "php-web-range",
    "platform-package",
    "prisma-engine",
    "program-missing",
    "python-abi",
    "runtime-absent",
    "runtime-behind",
    "runtime-missing",
    "runtime-range",
    "service-major",
    "servlet-namespace",
    "shebang-carriage-return",
    "soname-missing",
    "sql-extension",
    "sql-feature",
    "sqlite-too-old",
    "systemd-directive",
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
            Box::new(Interpreters),
            Box::new(Loading),
            Box::new(NodeModules),
            Box::new(Undeclared),
            Box::new(WebServers),
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
