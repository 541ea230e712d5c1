//! What a check of one file against a server tells.

use std::fs;

use serde_json::Value;

use super::{parity, said};

/// A release of one file, a developer's machine, and a server.
pub(crate) struct Case<'a> {
    pub(crate) file: (&'a str, &'a str),
    pub(crate) dev: &'a str,
    pub(crate) target: &'a str,
}

impl Case<'_> {
    /// Findings of a check as `rule: message`, and what was not decided as `rule for want of fact`.
    pub(crate) fn check(&self) -> (Vec<String>, Vec<String>) {
        let place = tempfile::tempdir().unwrap();
        let release = place.path().join("release");
        fs::create_dir(&release).unwrap();
        fs::write(release.join(self.file.0), self.file.1).unwrap();
        // A program of the release concerns no server.
        fs::copy("/bin/true", release.join("program")).unwrap();
        fs::write(
            place.path().join("dev.toml"),
            format!("complete = ['service.version']\n[facts]\n{}", self.dev),
        )
        .unwrap();
        let against = format!("db={}", self.target);
        let arguments = [
            "check",
            "--format",
            "json",
            "--dev",
            "facts:dev.toml",
            "--artifact",
            "release",
            "--against",
            &against,
        ];
        let output = parity(place.path(), &[], &arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let report: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{}", said(&output)));
        assert!(!text.contains("CANARY"));
        let list = |name: &str, second: &str| {
            let entries = report[name].as_array().unwrap().iter();
            let of = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
            entries
                .map(|entry| format!("{}: {}", of(entry, "rule"), of(entry, second)))
                .collect::<Vec<_>>()
        };
        (list("findings", "message"), list("unknowns", "fact"))
    }

    /// One finding of this rule and nothing else.
    pub(crate) fn finds(&self, rule: &str, words: &str) {
        let (findings, unknowns) = self.check();
        let is_it = findings.len() == 1 && findings[0].starts_with(rule) && findings[0].contains(words);
        assert!(is_it && unknowns.is_empty(), "{findings:#?} {unknowns:#?}");
    }

    pub(crate) fn finds_nothing(&self) {
        assert_eq!(self.check(), (Vec::new(), Vec::new()));
    }
}
