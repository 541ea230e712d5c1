//! Rules from TOML: what is read, and that all mistakes are told at once.
#![allow(clippy::unwrap_used)]

use parity_core::finding::Severity;
use parity_core::rule::{ForEach, Rule};
use parity_core::view::Side;
use proptest::prelude::*;

const GOOD: &str = r#"
title = "A title"
severity = "warning"
severity-reason = "It may fail."
sees = "What it sees."
breaks = "Why it breaks."
example = "An example."
remedy = "What to do."
sources = ["https://example.org"]

[for-each]
fact = "release:requires.range"
key = "{manifest}:{runtime}"

[[where]]
fact = "host:runtime.version[{runtime}]"
below = "{value}"
scheme = "generic"

[report]
subject = "{runtime} {value}"
message = "{manifest} asks for {value}, {target} has {host:runtime.version[{runtime}]|none}"
needs = "{value}"
provides = "{host:runtime.version[{runtime}]}"
help = "install it"
evidence = ["host:runtime.version[{runtime}]"]
"#;

fn mistakes(text: &str) -> Vec<String> {
    Rule::parse("sample", text).unwrap_err().mistakes
}

#[test]
fn a_rule_is_read() {
    let rule = Rule::parse("sample", GOOD).unwrap();
    assert_eq!((rule.id.as_str(), rule.severity), ("sample", Severity::Warning));
    let ForEach::Fact {
        side,
        name,
        key,
        member,
    } = rule.for_each
    else {
        panic!("another kind");
    };
    assert_eq!((side, name.as_str()), (Side::Release, "requires.range"));
    let bound = key.unwrap().bind("package.json:node").unwrap();
    assert_eq!(bound["runtime"], "node");
    assert!(member.is_none());
    assert_eq!(rule.conditions.len(), 1);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let broken = GOOD
        .replace("severity = \"warning\"", "severity = \"fatal\"\ncolour = \"red\"")
        .replace("title = \"A title\"", "title = \"\"")
        .replace("sources = [\"https://example.org\"]", "sources = []")
        .replace("below = \"{value}\"", "below = \"{valeu}\"")
        .replace("scheme = \"generic\"", "scheme = \"semantic\"")
        .replace("needs = \"{value}\"", "needs = \"{value\"")
        .replace("help = \"install it\"", "halp = \"install it\"")
        .replace("evidence = [\"host:", "evidence = [\"server:");
    let told = mistakes(&broken);
    for part in [
        "`severity` is error, warning or info",
        "a rule has no `colour`",
        "`title` is missing",
        "`sources` names at least one source",
        "not a version scheme",
        "is not closed",
        "`help` is missing",
        "`report` has no `halp`",
        "`server` is not a side",
    ] {
        assert!(
            told.iter().any(|mistake| mistake.contains(part)),
            "{part}\n{told:#?}"
        );
    }
    let error = Rule::parse("sample", &broken).unwrap_err().to_string();
    assert!(error.starts_with("rule `sample`: "), "{error}");
}

#[test]
fn each_mistake_has_its_words() {
    for (before, after, told) in [
        (
            "below = \"{value}\"",
            "below = \"{valeu}\"",
            "nothing binds the variable `valeu`",
        ),
        (
            "below = \"{value}\"",
            "below = \"{value}\"\nis = \"1\"",
            "has one test, this one has 2",
        ),
        ("below = \"{value}\"", "", "has one test, this one has 0"),
        (
            "below = \"{value}\"",
            "smaller = \"{value}\"",
            "`smaller` is not a test",
        ),
        (
            "below = \"{value}\"",
            "exists = \"yes\"",
            "`exists` is not a test, or its value is of the wrong kind",
        ),
        (
            "below = \"{value}\"",
            "outside-range = \"{value}\"",
            "needs a `syntax`",
        ),
        (
            "below = \"{value}\"",
            "below = \"{host:os.id|none}\"",
            "a condition takes facts as they are",
        ),
        (
            "below = \"{value}\"",
            "below = \"{a:{b:{c:{d:{e:{f:{g:{h:{i}}}}}}}}}\"",
            "too deep",
        ),
        (
            "[[where]]\nfact = \"host:runtime",
            "[[where]]\nvalue = \"x\"\nfact = \"host:runtime",
            "one `fact` or one `value`",
        ),
        (
            "\"release:requires.range\"",
            "\"requires.range\"",
            "write the side first, as `host:requires.range`",
        ),
        (
            "key = \"{manifest}:{runtime}\"",
            "key = \"{host:os.id}\"",
            "a pattern has plain variables only",
        ),
        ("[report]", "[repport]", "`[report]` is missing"),
        ("[for-each]", "[foreach]", "`[for-each]` is missing"),
        ("title = \"A title\"", "title = ", "TOML parse error"),
    ] {
        let broken = GOOD.replacen(before, after, 1);
        assert_ne!(broken, GOOD, "{before}");
        let all = mistakes(&broken);
        assert!(
            all.iter().any(|mistake| mistake.contains(told)),
            "{told}\n{all:#?}"
        );
    }
}

proptest! {
    #[test]
    fn no_template_panics(text in "[{}|:a-z.\\[\\]é]{0,40}") {
        let text = text.replace('"', "");
        let _ = Rule::parse("sample", &GOOD.replace("{runtime} {value}", &text));
        let _ = Rule::parse("sample", &GOOD.replace("{manifest}:{runtime}", &text));
    }
}
