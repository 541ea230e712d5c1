//! The rules that a policy makes, as they are explained.

use super::own::{DIFFER, EQUAL, INTEREST, VERSION};
use crate::finding::Severity;
use crate::lock::AGE_RULE;
use crate::rule::About;

/// What there is to know of each rule that a policy makes, by id.
///
/// ```
/// let ids: Vec<String> = parity_core::policy::rules().into_iter().map(|rule| rule.id).collect();
/// assert_eq!(ids, ["lock-age", "policy-interest", "policy-must-differ", "policy-must-equal", "policy-version"]);
/// ```
pub fn rules() -> Vec<About> {
    let about = |id: &str, severity: Severity, texts: [&str; 6]| {
        let [title, severity_reason, sees, breaks, example, remedy] = texts.map(str::to_owned);
        About {
            id: id.to_owned(),
            title,
            severity,
            severity_reason,
            sees,
            breaks,
            example,
            remedy,
            sources: Vec::new(),
        }
    };
    vec![
        about(
            AGE_RULE,
            Severity::Warning,
            [
                "parity.lock is older than it may become",
                "Production need not have changed since. [[policy.severity]] makes it an error where it must not go on so.",
                "The time of parity.lock, or of its newest observation: it may be 30 days old, or what `lock-max-age` below [policy] says.",
                "What is compared is production as it was then. A host that was upgraded, or a service that was moved, is not seen.",
                "The lock was taken in spring; in summer db1 was upgraded to PostgreSQL 17, and the check still sees 15.",
                "parity lock, and commit what it wrote. `lock-max-age = \"14d\"` says how long that holds.",
            ],
        ),
        about(
            INTEREST,
            Severity::Info,
            [
                "A fact that somebody wants to hear of changed",
                "It was asked for, and says nothing about what breaks.",
                "The facts that [[policy.interest]] of parity.toml names, on the hosts of its role: whether they differ from the developer's machine where it has any, and in a check of live hosts whether they changed since parity.lock was written.",
                "It need not break anything: somebody asked to be told.",
                "[[policy.interest]] with fact = \"package.deb[openssl*]\" and role = \"web\": openssl is 3.0.15 on dev and 3.0.13 on web1.",
                "Look at it. Remove the entry where nobody wants to hear of it any more.",
            ],
        ),
        about(
            DIFFER,
            Severity::Error,
            [
                "Hosts have the same of what must differ",
                "parity.toml says that it must; `level` of the entry says how bad it is.",
                "The facts that [[policy.must-differ]] of parity.toml names, on the hosts of its role, and on the developer's machine where it says dev = true.",
                "What tells machines apart must not be copied from one to the next: two hosts of one machine id get the same address, and their logs are mixed up.",
                "[[policy.must-differ]] with fact = \"host.machine-id\": web2 was cloned from web1.",
                "Give the host a value of its own, or remove the entry.",
            ],
        ),
        about(
            EQUAL,
            Severity::Error,
            [
                "Hosts differ in what must be equal",
                "parity.toml says that it must; `level` of the entry says how bad it is.",
                "The facts that [[policy.must-equal]] of parity.toml names, on the hosts of its role. Where it says dev = true, hosts have to have what the developer's machine has, and else what most of them have.",
                "A request then gets another answer on one host than on the others.",
                "[[policy.must-equal]] with fact = \"timezone\": web3 has UTC, web1 and web2 have Europe/Zurich.",
                "Bring the host to what the others have, or remove the entry.",
            ],
        ),
        about(
            VERSION,
            Severity::Error,
            [
                "A version that is not allowed",
                "parity.toml allows other versions; `level` of the entry says how bad it is.",
                "The facts that [[policy.allow]] of parity.toml names, on the hosts of its role, compared in the order of their own packages. What is not installed is no matter.",
                "The team decided which versions it runs: because of a fault that was mended, or of support that ended.",
                "[[policy.allow]] with fact = \"package.deb[openssl:amd64]\" and versions = \">= 3.0.13\": web1 has 3.0.11-1.",
                "Bring the host to a version that is allowed, or allow this one too.",
            ],
        ),
    ]
}
