use super::*;

fn waived(fingerprint: &str, expires: &str) -> Acceptance {
    Acceptance {
        line: 9,
        fingerprint: fingerprint.into(),
        rule: None,
        target: None,
        subject: None,
        expires: day(expires),
        waiver: Waiver {
            reason: "until the move".into(),
            owner: "ops".into(),
            expires: expires.into(),
        },
    }
}

/// The verdict and the problems with one finding, or one open question, and these waivers.
fn verdict(judgement: Judgement, waivers: Vec<Acceptance>) -> (Verdict, Vec<String>) {
    let case = case(&[], vec![web("web1", &[(OPENSSL, "1")])]);
    let policy = Policy {
        waivers,
        ..Policy::default()
    };
    let judgement = applied_to(&policy, &case, judgement);
    let codes = codes(&judgement).iter().map(|code| (*code).to_owned()).collect();
    (
        Report::new(&case, judgement, Threshold::default(), false).verdict,
        codes,
    )
}

#[test]
fn a_waiver_holds_until_its_last_day() {
    let judged = || found(vec![finding("libc-symbols", "web1", OPENSSL)]);
    let id = judged().findings[0].fingerprint.clone();
    let none: Vec<String> = Vec::new();
    for (expires, expected) in [
        ("2026-01-02", (Verdict::Clear, none.clone())),
        ("2026-01-01", (Verdict::Clear, none.clone())),
        ("9999-12-31", (Verdict::Clear, none.clone())),
        (
            "2025-12-31",
            (Verdict::Blocked, vec!["waiver-expired".to_owned()]),
        ),
    ] {
        assert_eq!(
            verdict(judged(), vec![waived(&id, expires)]),
            expected,
            "{expires}"
        );
    }
}

#[test]
fn a_question_can_be_accepted_too() {
    let judged = || Judgement {
        unknowns: vec![unknown("libc-symbols", OPENSSL)],
        ..found(Vec::new())
    };
    let id = judged().unknowns[0].fingerprint();
    let none: Vec<String> = Vec::new();
    assert_eq!(
        verdict(judged(), Vec::new()),
        (Verdict::Inconclusive, none.clone())
    );
    assert_eq!(
        verdict(judged(), vec![waived(&id, "2026-01-01")]),
        (Verdict::Clear, none)
    );
}

#[test]
fn a_waiver_that_says_what_is_not_true_accepts_nothing() {
    let judged = || found(vec![finding("libc-symbols", "web1", OPENSSL)]);
    let id = judged().findings[0].fingerprint.clone();
    let with = |rule: &str, target: &str, subject: &str| {
        let one = Acceptance {
            rule: Some(rule.into()),
            target: Some(target.into()),
            subject: Some(subject.into()),
            ..waived(&id, "2026-12-31")
        };
        verdict(judged(), vec![one])
    };
    assert_eq!(with("libc-symbols", "web1", "app").0, Verdict::Clear);
    assert_eq!(with("libc-symbols", "web1", "worker").0, Verdict::Clear);
    for (rule, target, subject) in [
        ("cpu-level", "web1", "app"),
        ("libc-symbols", "web2", "app"),
        ("libc-symbols", "web1", "other"),
    ] {
        let expected = (Verdict::Blocked, vec!["waiver-mismatch".to_owned()]);
        assert_eq!(with(rule, target, subject), expected, "{rule} {target} {subject}");
    }
}

#[test]
fn a_waiver_with_nothing_to_do_is_told_where_its_host_was_asked() {
    let of = |target: Option<&str>, expires: &str| Acceptance {
        target: target.map(str::to_owned),
        ..waived("0123456789abcdef", expires)
    };
    let codes = |one: Acceptance| verdict(found(Vec::new()), vec![one]).1;
    assert_eq!(codes(of(None, "2026-12-31")), ["waiver-unused"]);
    assert_eq!(codes(of(Some("web1"), "2026-12-31")), ["waiver-unused"]);
    assert!(codes(of(Some("db1"), "2026-12-31")).is_empty());
    assert_eq!(codes(of(Some("db1"), "2025-12-31")), ["waiver-expired"]);
    // What could not be decided may be there all the same.
    let undecided = Judgement {
        unknowns: vec![unknown("libc-symbols", OPENSSL)],
        ..found(Vec::new())
    };
    assert!(
        verdict(undecided, vec![of(Some("web1"), "2026-12-31")])
            .1
            .is_empty()
    );
    let case = case(&[], vec![partly(web("web1", &[(OPENSSL, "1")]))]);
    let policy = Policy {
        waivers: vec![of(None, "2026-12-31")],
        ..Policy::default()
    };
    assert!(applied(&policy, &case).problems.is_empty());
}

#[test]
fn what_is_ignored_needs_no_waiver() {
    let case = case(&[], vec![web("web1", &[(OPENSSL, "1")])]);
    let judged = found(vec![finding("libc-symbols", "web1", OPENSSL)]);
    let policy = Policy {
        waivers: vec![waived(&judged.findings[0].fingerprint, "2026-12-31")],
        ..ignore(None, Some("libc-symbols"))
    };
    let judgement = applied_to(&policy, &case, judged);
    assert_eq!(codes(&judgement), ["waiver-unused"]);
    assert!(judgement.problems[0].message.contains("ignored anyway"));
}
