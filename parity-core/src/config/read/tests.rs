use crate::config::{Config, Vocabulary};
use crate::finding::Severity;
use crate::mistake::Mistake;
use crate::policy::Likeness;

const FULL: &str = r#"
[environments.production]
web = ["ssh://web1"]
[environments.staging]
web = ["ssh://stage1"]

[policy]
fail-on = "warning"

[[policy.severity]]
rule = "libc-*"
role = "web"
env = "staging"
level = "info"

[[policy.ignore]]
fact = "kernel.setting[net.*]"
reason = "set by the platform"

[[policy.allow]]
fact = "package.deb[openssl:*]"
versions = [">= 3.0.13, < 3.1", "3.2.*"]
level = "warning"

[[policy.must-equal]]
fact = "package.deb[nginx:*]"
role = "web"
dev = true

[[policy.must-differ]]
fact = "kernel.release"

[[policy.interest]]
fact = "package.*[openssl*]"
target = "ssh://web*"
reason = "CVE watch"

[[waivers]]
fingerprint = "0123456789abcdef"
rule = "libc-symbols"
target = "ssh://web1"
subject = "app"
reason = "until the move"
owner = "ops"
expires = 2026-12-31

[[waivers]]
fingerprint = "fedcba9876543210"
reason = "known"
owner = "ops"
expires = "2027-02-28"
"#;

fn known() -> Vocabulary {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Vocabulary {
        rules: owned(&["cpu-level", "libc-symbols", "link-not-listening"]),
        facts: owned(&["kernel.release", "kernel.setting", "package.deb", "package.rpm"]),
    }
}

fn mistakes(text: &str) -> Vec<Mistake> {
    Config::parse_with(text, &known()).unwrap_err()
}

#[test]
fn everything_that_a_policy_can_say_is_read() {
    let config = Config::parse_with(FULL, &known()).unwrap();
    let policy = &config.policy;
    assert_eq!(policy.severity[0].level, Severity::Info);
    assert_eq!(
        policy.severity[0].entry.scope.environment.as_deref(),
        Some("staging")
    );
    assert_eq!(policy.severity[0].entry.line, 10);
    assert_eq!(
        policy.ignore[0].entry.reason.as_deref(),
        Some("set by the platform")
    );
    assert_eq!(policy.allow[0].versions.as_str(), ">= 3.0.13, < 3.1 or 3.2.*");
    assert_eq!(policy.allow[0].level, Severity::Warning);
    let likeness = |one: Likeness| policy.alike.iter().find(|alike| alike.likeness == one).unwrap();
    assert!(likeness(Likeness::Equal).dev && !likeness(Likeness::Different).dev);
    assert_eq!(policy.interest[0].entry.reason.as_deref(), Some("CVE watch"));
    let days: Vec<String> = policy
        .waivers
        .iter()
        .map(|waiver| waiver.expires.to_string())
        .collect();
    assert_eq!(days, ["2026-12-31", "2027-02-28"]);
}

/// What is wrong with one line in the place of another, and the help.
fn wrong(from: &str, to: &str) -> (String, String) {
    assert!(FULL.contains(from), "{from}");
    let told = mistakes(&FULL.replacen(from, to, 1));
    assert_eq!(told.len(), 1, "{to}: {told:?}");
    (told[0].message.clone(), told[0].help.clone().unwrap_or_default())
}

#[test]
fn what_is_misspelled_is_told_with_what_was_meant() {
    for (from, to, message, help) in [
        (
            "rule = \"libc-*\"",
            "rule = \"libc-symbol\"",
            "no rule `libc-symbol`",
            "`libc-symbols`",
        ),
        (
            "rule = \"libc-*\"",
            "rule = \"x*\"",
            "no rule `x*`",
            "parity rules",
        ),
        (
            "rule = \"libc-symbols\"",
            "rule = \"libc-simbols\"",
            "no rule",
            "`libc-symbols`",
        ),
        (
            "role = \"web\"",
            "role = \"wep\"",
            "no environment has the role `wep`",
            "`web`",
        ),
        (
            "env = \"staging\"",
            "env = \"stagin\"",
            "no environment `stagin`",
            "`staging`",
        ),
        (
            "kernel.setting[net.*]",
            "kernel.settings[net.*]",
            "no fact `kernel.settings`",
            "`kernel.setting`",
        ),
        ("kernel.setting[net.*]", "Kernel", "is no pattern of facts", ""),
        (
            "level = \"info\"",
            "level = \"inof\"",
            "error, warning or info",
            "`info`",
        ),
        (
            "level = \"info\"",
            "level = \"off\"",
            "error, warning or info",
            "[[policy.ignore]]",
        ),
        (
            "[[policy.ignore]]",
            "[[policy.ignores]]",
            "unknown key `ignores`",
            "`ignore`",
        ),
        ("reason = \"set by the platform\"", "", "has no `reason`", ""),
        (
            "fact = \"kernel.setting[net.*]\"",
            "",
            "neither `fact` nor `rule`",
            "",
        ),
        ("dev = true", "dev = \"yes\"", "true or false", ""),
        ("\"3.2.*\"", "\"^3.2\"", "is no condition", ""),
        (
            "expires = 2026-12-31",
            "expires = \"2026-02-30\"",
            "a day of the calendar",
            "2026-12-31",
        ),
        (
            "expires = 2026-12-31",
            "expires = \"soon\"",
            "a day of the calendar",
            "2026-12-31",
        ),
        (
            "expires = 2026-12-31",
            "expires = \"2026-12-31T00:00:00\"",
            "a day of the calendar",
            "",
        ),
        (
            "expires = 2026-12-31",
            "expires = 2026-12-31T00:00:00Z",
            "a day of the calendar",
            "",
        ),
        (
            "expires = 2026-12-31",
            "expires = 20261231",
            "a day of the calendar",
            "",
        ),
        (
            "fingerprint = \"0123",
            "fingerprint = \"X123",
            "16 hexadecimal digits",
            "parity accept",
        ),
        (
            "fingerprint = \"fedcba9876543210\"",
            "fingerprint = \"0123456789abcdef\"",
            "waived twice",
            "remove one",
        ),
        (
            "reason = \"known\"\nowner = \"ops\"",
            "",
            "has no `reason` and no `owner`",
            "",
        ),
        ("reason = \"known\"", "reason = \" \"", "this is empty", ""),
    ] {
        let told = wrong(from, to);
        assert!(
            told.0.contains(message) && told.1.contains(help),
            "{to}: {told:?}"
        );
    }
    assert_eq!(
        Config::parse_with(&FULL.replace("2026-12-31", "9999-12-31"), &known())
            .unwrap()
            .policy
            .waivers
            .len(),
        2
    );
}

#[test]
fn all_mistakes_of_a_policy_are_told_at_once_in_their_order() {
    let told = mistakes(
        "[policy]\nseverity = 1\n[[policy.allow]]\nversions = 3\n[[waivers]]\nowner = 7\nexpirs = 1\n",
    );
    let places: Vec<usize> = told.iter().map(|mistake| mistake.span.start).collect();
    assert!(places.is_sorted());
    assert_eq!(told.len(), 6, "{told:?}");
}
