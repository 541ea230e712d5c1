//! Annotations of a GitHub workflow, as commands on standard output.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use parity_core::finding::{Finding, Severity};

use super::outcome::Outcome;
use super::page::{cut, visible};
use super::places::Spot;
use super::{fold, since, suppressed};

/// Of each kind a step shows as many annotations.
const SHOWN: usize = 10;

/// As many characters of a line are shown.
const LENGTH: usize = 2_000;

/// One command a finding and a question, and a last one that tells the verdict.
pub(crate) fn render(outcome: &Outcome<'_>) -> String {
    let mut commands: [(&str, Vec<String>); 3] = [("error", vec![]), ("warning", vec![]), ("notice", vec![])];
    let [errors, warnings, notices] = &mut commands;
    for block in outcome.blocks() {
        let Some(first) = block.first().filter(|finding| finding.is_open()) else {
            continue;
        };
        let kind = match first.severity {
            Severity::Error => &mut *errors,
            Severity::Warning => &mut *warnings,
            Severity::Info => &mut *notices,
        };
        kind.1.push(finding(kind.0, outcome, &block));
    }
    for group in fold::unknowns(&outcome.report.open_unknowns()) {
        let Some(first) = group.first() else { continue };
        let hosts = fold::listed(group.iter().map(|unknown| unknown.target.as_str()));
        let lines = [
            format!("{} → {hosts}: whether this breaks is not known", first.subject),
            format!("needs {}: {}", first.fact, first.reason),
        ];
        let title = format!("not decided: {}", first.rule);
        warnings.1.push(command(
            warnings.0,
            outcome.places.of_unknown(first).first(),
            &title,
            &lines,
        ));
    }
    for problem in &outcome.report.problems {
        let spot = outcome.places.of_policy(problem);
        let lines = [problem.message.clone()];
        warnings
            .1
            .push(command(warnings.0, spot.as_ref(), &problem.code, &lines));
    }
    let known = since::known(outcome.report).filter(|known| !outcome.headline().contains(known));
    let parts = [suppressed::counted(outcome.report), known];
    let parts = parts.into_iter().flatten().map(|text| format!(", {text}"));
    let verdict = format!(
        "{}: {}{}",
        outcome.word(),
        outcome.headline(),
        parts.collect::<String>()
    );
    notices
        .1
        .insert(0, command("notice", None, "parity check", &[verdict]));
    commands
        .into_iter()
        .flat_map(|(kind, commands)| capped(kind, commands))
        .collect()
}

fn finding(kind: &str, outcome: &Outcome<'_>, block: &[&Finding]) -> String {
    let Some(first) = block.first() else {
        return String::new();
    };
    let mut lines = fold::told(block, |finding| finding.message.clone());
    lines.push(format!("needs {}", first.needs));
    let provides = fold::told(block, |finding| finding.provides.clone());
    lines.extend(provides.iter().map(|text| format!("provides {text}")));
    let help = fold::told(block, |finding| finding.help.clone());
    lines.extend(help.iter().map(|text| format!("help: {text}")));
    command(
        kind,
        outcome.places.of_finding(first).first(),
        &first.rule,
        &lines,
    )
}

/// The last place tells how many more there are.
fn capped(kind: &str, mut commands: Vec<String>) -> Vec<String> {
    if commands.len() > SHOWN {
        let more = commands.len() - (SHOWN - 1);
        commands.truncate(SHOWN - 1);
        commands.push(command(
            kind,
            None,
            "parity check",
            &[format!("and {more} more, see the report")],
        ));
    }
    commands
}

fn command(kind: &str, spot: Option<&Spot>, title: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| cut(line, LENGTH)).collect();
    let place = spot
        .map(|spot| format!("file={},line={},", property(&spot.path), spot.line))
        .unwrap_or_default();
    format!(
        "::{kind} {place}title={}::{}\n",
        property(title),
        data(&lines.join("\n"))
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stays_one_command() {
        let spot = Spot {
            path: "a,b:c".into(),
            line: 3,
        };
        assert_eq!(
            command(
                "error",
                Some(&spot),
                "x::y",
                &["100%\n::stop-commands::x".into(), "second".into()]
            ),
            "::error file=a%2Cb%3Ac,line=3,title=x%3A%3Ay::100%25\\x0a::stop-commands::x%0Asecond\n"
        );
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let commands = capped("error", (0..12).map(|n| n.to_string()).collect());
        assert_eq!(commands.len(), SHOWN);
        assert!(commands[9].contains("and 3 more"), "{}", commands[9]);
    }
}
