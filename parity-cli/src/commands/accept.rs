//! `parity accept`: writes a waiver for one finding, or one open question, into parity.toml.

use std::path::Path;

use parity_core::config::{Config, FILE_NAME, MAX_BYTES, with_waiver};
use parity_core::finding::{Finding, Severity, Unknown, Waiver};
use parity_core::mistake::closest;
use parity_core::policy::{Acceptance, Date};
use serde::Deserialize;

use super::check::{Judged, judged};
use crate::args::{Accept, Check};
use crate::error::{CliError, Exit};
use crate::files::read_capped;
use crate::render::output;
use crate::session::{Project, Session};

/// The largest report that is read, in bytes.
const MAX_REPORT: u64 = 256 << 20;

/// As many characters name a finding.
const LEAST: usize = 4;

/// As many findings are listed where none is meant.
const LISTED: usize = 8;

/// What can be accepted.
#[derive(Debug, Deserialize)]
struct Candidate {
    fingerprint: String,
    rule: String,
    target: String,
    subject: String,
    /// Nothing for a question.
    severity: Option<Severity>,
}

pub(crate) fn run(session: &Session, arguments: &Accept) -> Result<Exit, CliError> {
    let Some(project) = session.project()? else {
        let message = format!("there is no {FILE_NAME} here to write a waiver into");
        return Err(CliError::usage_help(message, "parity init writes one"));
    };
    let expires = day(&arguments.expires, session.today())?;
    let owner = owner(arguments)?;
    if arguments.reason.trim().is_empty() {
        return Err(CliError::usage_help(
            "--reason is empty",
            "say why it is accepted: others will ask",
        ));
    }
    let candidates = match &arguments.report {
        Some(path) => reported(path)?,
        None => found(session, &project, arguments)?,
    };
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let candidate = chosen(&candidates, &arguments.fingerprint)?;
    let waiver = Acceptance {
        line: 0,
        fingerprint: candidate.fingerprint.clone(),
        rule: Some(candidate.rule.clone()),
        target: Some(candidate.target.clone()),
        subject: Some(candidate.subject.clone()),
        expires,
        waiver: Waiver {
            reason: arguments.reason.clone(),
            owner,
            expires: expires.to_string(),
        },
    };
    write(&project, &waiver)?;
    session.tell(&format!(
        "{}: {} is waived until {expires} by {}",
        project.file.display(),
        candidate.told(),
        waiver.waiver.owner
    ));
    Ok(Exit::Clear)
}

/// What the same check finds.
fn found(session: &Session, project: &Project, arguments: &Accept) -> Result<Vec<Candidate>, CliError> {
    let check = Check {
        env: arguments.env.clone(),
        against: arguments.against.clone(),
        dev: arguments.dev.clone(),
        artifact: arguments.artifact.clone(),
        link: arguments.link.clone(),
        ..Check::default()
    };
    let Judged { judgement, .. } = judged(session, Some(project), &check)?;
    let ignored = judgement.ignored.iter();
    if let Some(one) = ignored
        .into_iter()
        .find(|one| names(&arguments.fingerprint, &one.fingerprint))
    {
        return Err(CliError::usage_help(
            format!(
                "{}[{}] is ignored anyway, by line {} of {FILE_NAME}",
                one.subject, one.rule, one.line
            ),
            "nothing to accept",
        ));
    }
    let findings = judgement.findings.iter().map(Candidate::of);
    let questions = judgement.unknowns.iter().map(Candidate::of_question);
    Ok(findings.chain(questions).collect())
}

/// What a report found that was written as JSON.
fn reported(path: &Path) -> Result<Vec<Candidate>, CliError> {
    #[derive(Deserialize)]
    struct Document {
        findings: Vec<Candidate>,
        unknowns: Vec<Candidate>,
    }
    let text = read_capped(path, MAX_REPORT)?;
    let document: Document = serde_json::from_str(&text).map_err(|error| {
        CliError::usage_help(
            format!("{}: this is no report of a check: {error}", path.display()),
            "write one: parity check --format json=report.json",
        )
    })?;
    Ok(document.findings.into_iter().chain(document.unknowns).collect())
}

/// Whether a beginning names this fingerprint.
fn names(beginning: &str, fingerprint: &str) -> bool {
    beginning.len() >= LEAST && fingerprint.starts_with(&beginning.to_ascii_lowercase())
}

/// The one candidate that is meant.
fn chosen<'a>(candidates: &'a [Candidate], beginning: &str) -> Result<&'a Candidate, CliError> {
    let mut meant: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| names(beginning, &candidate.fingerprint))
        .collect();
    meant.dedup_by(|a, b| a.fingerprint == b.fingerprint);
    match meant.as_slice() {
        [one] => Ok(one),
        [] => Err(CliError::usage_help(
            format!("this check found nothing with the fingerprint `{beginning}`"),
            match (candidates, nearest(candidates, beginning)) {
                ([], _) => "it found nothing at all".to_owned(),
                (_, Some(one)) => format!("did you mean {} {}?", one.fingerprint, one.told()),
                (found, None) => format!("it found {}", listed(found.iter())),
            },
        )),
        many => Err(CliError::usage_help(
            format!("`{beginning}` is the beginning of several fingerprints"),
            format!("write one of {}", listed(many.iter().copied())),
        )),
    }
}

/// The one whose fingerprint begins most like it.
fn nearest<'a>(candidates: &'a [Candidate], beginning: &str) -> Option<&'a Candidate> {
    let length = beginning.len();
    let of = |one: &'a Candidate| one.fingerprint.get(..length);
    let meant = closest(beginning, candidates.iter().filter_map(of))?;
    candidates.iter().find(|one| of(one) == Some(meant))
}

fn listed<'a>(candidates: impl ExactSizeIterator<Item = &'a Candidate>) -> String {
    let more = candidates.len().saturating_sub(LISTED);
    let shown = candidates
        .take(LISTED)
        .map(|one| format!("{} {}", one.fingerprint, one.told()));
    let shown = shown.collect::<Vec<String>>().join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

impl Candidate {
    fn of(finding: &Finding) -> Candidate {
        Candidate {
            fingerprint: finding.fingerprint.clone(),
            rule: finding.rule.clone(),
            target: finding.target.clone(),
            subject: finding.subject.clone(),
            severity: Some(finding.severity),
        }
    }

    fn of_question(unknown: &Unknown) -> Candidate {
        Candidate {
            fingerprint: unknown.fingerprint(),
            rule: unknown.rule.clone(),
            target: unknown.target.clone(),
            subject: unknown.subject.clone(),
            severity: None,
        }
    }

    /// `error[libc-symbols] bin/api → be2`.
    fn told(&self) -> String {
        let what = self.severity.map_or("question", Severity::word);
        format!("{what}[{}] {} → {}", self.rule, self.subject, self.target)
    }
}

/// `2026-12-31`, or `30d` and `4w` from today.
fn day(text: &str, today: Date) -> Result<Date, CliError> {
    let wrong = || {
        CliError::usage_help(
            format!("--expires {text} is no day"),
            "write the last day it holds, as 2026-12-31, or how long from today: 30d, 4w",
        )
    };
    let number = |digits: &str| digits.parse::<u32>().ok();
    let days = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(days), _) => number(days),
        (_, Some(weeks)) => number(weeks).and_then(|weeks| weeks.checked_mul(7)),
        _ => None,
    };
    let day = match days {
        Some(days) => today.checked_add(jiff::Span::new().try_days(days).map_err(|_| wrong())?),
        None if text.len() == "2026-12-31".len() => text.parse::<Date>(),
        None => return Err(wrong()),
    };
    let day = day.map_err(|_| wrong())?;
    if day < today {
        return Err(CliError::usage_help(
            format!("--expires {day} is over: today is {today} (UTC)"),
            "write a day to come",
        ));
    }
    Ok(day)
}

/// Who answers for it: whom the user names, or else the user.
fn owner(arguments: &Accept) -> Result<String, CliError> {
    let said = |name: &str| std::env::var(name).ok();
    let known = ["GIT_AUTHOR_EMAIL", "EMAIL", "USER", "LOGNAME"]
        .into_iter()
        .find_map(said);
    let owner = arguments
        .owner
        .clone()
        .or(known)
        .filter(|owner| !owner.trim().is_empty());
    owner.ok_or_else(|| {
        CliError::usage_help("nobody knows who you are", "--owner NAME says who answers for it")
    })
}

/// Whole, or as it was.
fn write(project: &Project, waiver: &Acceptance) -> Result<(), CliError> {
    let path = &project.file;
    if read_capped(path, MAX_BYTES)? != project.text {
        return Err(CliError::usage_help(
            format!("{} was changed meanwhile", path.display()),
            "run the command again",
        ));
    }
    let edited = with_waiver(&project.text, waiver).filter(|edited| holds(edited, waiver));
    let edited = edited.ok_or_else(|| {
        CliError::Internal(format!("a waiver could not be written into {}", path.display()))
    })?;
    output::write_whole(path, edited.as_bytes())
}

/// Whether the waiver can be read again as it was meant.
fn holds(text: &str, waiver: &Acceptance) -> bool {
    let config = Config::parse(text).unwrap_or_default();
    let mut waivers = config.policy.waivers.iter();
    waivers.any(|one| one.fingerprint == waiver.fingerprint && one.waiver == waiver.waiver)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_as_days_or_from_today() {
        let today = "2026-01-31".parse().unwrap();
        let told = |text: &str| day(text, today).map(|day| day.to_string()).ok();
        for (text, expected) in [
            ("2026-01-31", Some("2026-01-31")),
            ("9999-12-31", Some("9999-12-31")),
            ("30d", Some("2026-03-02")),
            ("0d", Some("2026-01-31")),
            ("4w", Some("2026-02-28")),
            ("2026-01-30", None),
            ("2026-02-29", None),
            ("4294967295w", None),
            ("4294967295d", None),
            ("-1d", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(told(text).as_deref(), expected, "{text}");
        }
    }
}
