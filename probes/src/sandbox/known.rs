//! Programs that make user namespaces, and how sources of a release turn that off.

use serde::Deserialize;
use std::collections::BTreeMap;

/// File names of programs, sorted. Sources: <https://github.com/containers/bubblewrap>, <https://github.com/google/nsjail>,
/// <https://github.com/rootless-containers/rootlesskit>,
/// <https://chromium.googlesource.com/chromium/src/+/main/docs/security/apparmor-userns-restrictions.md>.
const PROGRAMS: [(&str, &str); 8] = [
    ("bwrap", "bubblewrap"),
    ("chrome", "the sandbox of Chromium"),
    ("chromium", "the sandbox of Chromium"),
    ("dockerd-rootless.sh", "RootlessKit"),
    ("electron", "the sandbox of Electron"),
    ("google-chrome", "the sandbox of Chromium"),
    ("nsjail", "nsjail"),
    ("rootlesskit", "RootlessKit"),
];

/// What a program of this file name makes user namespaces for.
pub(super) fn program(name: &str) -> Option<&'static str> {
    let found = PROGRAMS.iter().find(|(program, _)| *program == name);
    found.map(|(_, what)| *what)
}

#[derive(Default, Deserialize)]
struct Package {
    #[serde(default)]
    dependencies: BTreeMap<String, serde_json::Value>,
}

/// Whether a package.json depends on Puppeteer, which starts Chromium with its sandbox.
pub(super) fn is_puppeteer(bytes: &[u8]) -> bool {
    let package: Package = serde_json::from_slice(bytes).unwrap_or_default();
    ["puppeteer", "puppeteer-core"]
        .iter()
        .any(|name| package.dependencies.contains_key(*name))
}

/// Whether a source starts Chromium without its sandbox.
pub(super) fn is_without_sandbox(bytes: &[u8]) -> bool {
    let mark = b"no-sandbox";
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_packages() {
        assert!(PROGRAMS.is_sorted());
        assert_eq!((program("nsjail"), program("ls")), (Some("nsjail"), None));
        assert!(is_puppeteer(br#"{"dependencies": {"puppeteer": "^22"}}"#));
        assert!(!is_puppeteer(br#"{"devDependencies": {"puppeteer": "^22"}}"#) && !is_puppeteer(b"{"));
        assert!(is_without_sandbox(b"args: ['--no-sandbox']"));
    }
}
