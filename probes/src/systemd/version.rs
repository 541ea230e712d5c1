//! The version of systemd: it stands in the name of its private library; before 230 there was none, and its package tells.

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::installed;
use crate::reading::base_name;

/// Where distributions keep it: by itself, by width, by architecture.
const LIBRARIES: [&str; 4] = [
    "usr/lib/systemd/libsystemd-shared-*.so",
    "usr/lib64/systemd/libsystemd-shared-*.so",
    "usr/lib/*/systemd/libsystemd-shared-*.so",
    "lib/systemd/libsystemd-shared-*.so",
];

fn library(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

pub(super) fn needs() -> Vec<Need> {
    let mut needs = installed::needs();
    needs.extend(LIBRARIES.map(library));
    needs
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let found = LIBRARIES
        .iter()
        .find_map(|pattern| match answers.entries(&library(pattern)) {
            Outcome::Got(found) => found.entries.iter().find_map(|entry| {
                let name = base_name(&entry.path).strip_prefix("libsystemd-shared-")?;
                Some((major(name)?, Origin::file(entry.path.clone())))
            }),
            _ => None,
        });
    if let Some((version, origin)) = found {
        return out.value("systemd.version", Value::Int(version), origin);
    }
    let packages = installed::installed(answers, out);
    if let Some(package) = packages.into_iter().find(|package| package.name == "systemd") {
        let version = package
            .version
            .split_once(':')
            .map_or(package.version.as_str(), |(_, rest)| rest);
        let state = match major(version) {
            Some(version) => State::Value(Value::Int(version)),
            None => State::Unknown(format!("{} is not a version of systemd", package.version)),
        };
        out.state(FactId::single("systemd.version"), state, package.origin);
    }
}

/// The number at the beginning: `247` of `247.so`, `252` of `252-27.el9.so`, `219` of `219-78.el7`.
fn major(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_at_the_beginning() {
        for (text, expected) in [
            ("247.so", Some(247)),
            ("252-27.el9.so", Some(252)),
            ("219-78.el7_9.9", Some(219)),
            ("256.1-1.so", Some(256)),
            ("x", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(major(text), expected, "{text}");
        }
    }
}
