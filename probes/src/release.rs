//! The files of a release: one question that all probes of a release share, so that it is read once.

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;
use parity_core::snapshot::CoverageState;

/// Program headers lie in the first KiB of what linkers write.
pub(crate) const HEAD: u32 = 1024;

/// Every file, with its first bytes.
pub(crate) fn all_files() -> Need {
    Need::Glob {
        pattern: "**".to_owned(),
        take: Take::Head(HEAD),
        max_entries: 200_000,
    }
}

/// The bytes of a file: those that all files came with, where they are all, else what was asked for. Nothing while they are asked for.
pub(crate) fn whole<'a>(
    answers: &'a Answers,
    entry: &'a Entry,
    cap: u64,
    out: &mut Observation<'_>,
) -> Option<Outcome<&'a [u8]>> {
    let head = entry.content.as_ref().and_then(Outcome::got);
    let head = head.map(|blob| blob.0.as_slice());
    let all = head.filter(|head| u64::try_from(head.len()).is_ok_and(|read| read >= entry.size));
    if let Some(all) = all {
        return Some(Outcome::Got(all));
    }
    let need = Need::file_up_to(entry.path.as_str(), cap);
    if answers.has(&need) {
        return Some(answers.bytes(&need));
    }
    out.ask(need);
    None
}

/// The first of these, as many as are read. That there are more is said: what was not read may ask for something.
pub(crate) fn at_most<T>(mut found: Vec<T>, most: usize, what: &str, out: &mut Observation<'_>) -> Vec<T> {
    if found.len() > most {
        let reason = format!("{} {what}: the first {most} are read", found.len());
        out.covered(CoverageState::Partial, reason);
        found.truncate(most);
    }
    found
}

/// Directories that are for those who make a release: with what is in them they build, test, try and explain it.
const OF_ITS_MAKERS: [&str; 32] = [
    "__mocks__",
    "__tests__",
    "bench",
    "benchmark",
    "benchmarks",
    "ci",
    "contrib",
    "cypress",
    "demo",
    "demos",
    "dev",
    "devtools",
    "doc",
    "docs",
    "e2e",
    "example",
    "examples",
    "extra",
    "extras",
    "fixtures",
    "hack",
    "playground",
    "sample",
    "samples",
    "spec",
    "specs",
    "test",
    "testdata",
    "testing",
    "tests",
    "tools",
    "vagrant",
];

/// Hidden directories that are deployed: what a build made, and hooks that platforms run on their hosts.
const HIDDEN_AND_DEPLOYED: [&str; 7] = [
    ".ebextensions",
    ".heroku",
    ".next",
    ".nuxt",
    ".output",
    ".platform",
    ".profile.d",
];

/// Whether a file lies where nothing is run, read or served in production. The other hidden directories hold the settings of
/// editors, of services that build, and of the developers' tools.
pub(crate) fn is_for_its_makers(path: &str) -> bool {
    let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_example = name.contains('.')
        && name
            .split('.')
            .any(|part| matches!(part, "example" | "sample" | "test" | "testing" | "tests"));
    is_example
        || directories.split('/').any(|name| {
            let is_hidden = name.len() > 1 && name.starts_with('.') && name != "..";
            let lower = name.to_ascii_lowercase();
            let is_test = lower
                .split(['-', '_'])
                .any(|word| matches!(word, "test" | "tests"));
            let is_theirs = is_test || OF_ITS_MAKERS.contains(&lower.as_str());
            is_theirs || (is_hidden && !HIDDEN_AND_DEPLOYED.contains(&name))
        })
}

/// Words in names of scripts with which a release is made, before it is anywhere.
const MAKES: [&str; 9] = [
    "build",
    "bump",
    "changelog",
    "lint",
    "mac",
    "macos",
    "publish",
    "release",
    "test",
];

/// Whether a script is called after something that is done to make a release.
pub(crate) fn makes_a_release(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.split(['.', '-', '_']).any(|word| MAKES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::{is_for_its_makers, makes_a_release};

    #[test]
    fn what_is_done_before_a_release_is_there() {
        for path in [
            "build.sh",
            "scripts/post-release.sh",
            "create_certificates_mac.sh",
        ] {
            assert!(makes_a_release(path), "{path}");
        }
        for path in ["builder.sh", "release/start.sh", "entrypoint.sh", "deploy.sh"] {
            assert!(!makes_a_release(path), "{path}");
        }
    }

    #[test]
    fn what_developers_keep_beside_a_release() {
        for path in [
            ".devcontainer/postCreateCommand.sh",
            ".claude/hooks/check.sh",
            "dev/build/esbuild.js",
            "server/Tests/run.sh",
            "packages/api/examples/start.sh",
            "extra/release/beta.mjs",
            "_unit-test/bootstrap.sh",
            "config/enhance-image.example.sh",
            "tests.py",
            ".env.testing",
        ] {
            assert!(is_for_its_makers(path), "{path}");
        }
        for path in [
            "bin/www",
            "scripts/start.sh",
            ".ebextensions/01.sh",
            ".platform/hooks/predeploy/migrate.sh",
            ".next/server/a.js",
            "./start.sh",
            "test",
            "developer.sh",
            ".profile",
        ] {
            assert!(!is_for_its_makers(path), "{path}");
        }
    }
}
