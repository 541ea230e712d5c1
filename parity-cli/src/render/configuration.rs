//! Configuration files that differ, as differences of their directives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use parity_core::fact::{Fact, Origin};
use parity_core::report::DiffReport;
use parity_core::snapshot::Snapshot;
use similar::{ChangeTag, TextDiff};

use super::page::{Look, Page};

/// Text from hosts is compared for at most this long; what is left is shown as replaced.
const PATIENCE: Duration = Duration::from_secs(1);

/// Unchanged directives shown around a change.
const CONTEXT: usize = 2;

/// Whether a fact is a directive of a configuration file.
pub(crate) fn is_directive(name: &str) -> bool {
    name.starts_with("config.") && name != "config.mode"
}

/// Each configuration file of which a directive changed, with the directives of both sides.
pub(crate) fn render(page: &mut Page, report: &DiffReport, baseline: &Snapshot, current: &Snapshot) {
    let changed = report.changes.iter().map(|entry| &entry.change.fact);
    let files: BTreeSet<&str> = changed
        .filter(|fact| is_directive(fact.name()))
        .filter_map(|fact| file_of(fact.key()?))
        .collect();
    let (before, after) = (directives(baseline), directives(current));
    let text = |side: &BTreeMap<&str, String>, file: &str| side.get(file).cloned().unwrap_or_default();
    for file in files {
        let (old, new) = (text(&before, file), text(&after, file));
        page.put(Look::Strong, file).end();
        let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(&old, &new);
        for group in diff.grouped_ops(CONTEXT) {
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let (look, sign) = match change.tag() {
                    ChangeTag::Delete => (Look::Bad, "-"),
                    ChangeTag::Insert => (Look::Good, "+"),
                    ChangeTag::Equal => (Look::Dim, " "),
                };
                page.put(
                    look,
                    &format!("  {sign} {}", change.value().trim_end_matches('\n')),
                )
                .end();
            }
        }
        page.end();
    }
}

/// The directives of each file, one a line, in the order of the file.
pub(crate) fn directives(snapshot: &Snapshot) -> BTreeMap<&str, String> {
    let mut files: BTreeMap<&str, Vec<(u32, &Fact)>> = BTreeMap::new();
    for fact in snapshot.facts.iter().filter(|fact| is_directive(fact.id.name())) {
        let Some(file) = fact.id.key().and_then(file_of) else {
            continue;
        };
        let line = match &fact.origin {
            Origin::File { line: Some(line), .. } => *line,
            _ => u32::MAX,
        };
        files.entry(file).or_default().push((line, fact));
    }
    let text = |mut facts: Vec<(u32, &Fact)>| {
        facts.sort_by_key(|(line, fact)| (*line, &fact.id));
        let line = |fact: &Fact| {
            let directive = fact
                .id
                .key()
                .and_then(|key| key.split_once(':'))
                .map_or("", |(_, directive)| directive);
            format!("{directive} {}\n", fact.state)
        };
        facts.into_iter().map(|(_, fact)| line(fact)).collect()
    };
    files
        .into_iter()
        .map(|(file, facts)| (file, text(facts)))
        .collect()
}

/// `etc/nginx/nginx.conf` of `etc/nginx/nginx.conf:events/worker_connections`.
fn file_of(key: &str) -> Option<&str> {
    key.split_once(':').map(|(file, _)| file)
}

#[cfg(test)]
mod tests {
    use parity_core::fact::{FactId, Stability, State, Value};

    use super::*;

    fn host(values: &[(&str, &str)]) -> Snapshot {
        let fact = |(line, (directive, value)): (usize, &(&str, &str))| Fact {
            id: FactId::keyed("config.nginx", format!("etc/nginx/nginx.conf:{directive}")),
            state: State::Value(Value::from(*value)),
            scheme: None,
            stability: Stability::Stable,
            origin: Origin::line("etc/nginx/nginx.conf", line as u32 + 1),
        };
        Snapshot::new(
            "web",
            "2026-01-01T00:00:00Z",
            values.iter().enumerate().map(fact).collect(),
        )
    }

    #[test]
    fn a_changed_directive_stands_between_its_neighbours() {
        let old = host(&[
            ("user", "www-data"),
            ("events/worker_connections", "768"),
            ("http/gzip", "on"),
        ]);
        let new = host(&[
            ("user", "www-data"),
            ("events/worker_connections", "128"),
            ("http/gzip", "on"),
        ]);
        let report = DiffReport::new(&old, std::slice::from_ref(&new));
        let mut page = Page::default();
        render(&mut page, &report, &old, &new);
        let text = anstream::adapter::strip_str(&page.finish()).to_string();
        assert_eq!(
            text,
            "etc/nginx/nginx.conf\n    user www-data\n  - events/worker_connections 768\n  + events/worker_connections 128\n    http/gzip on\n\n"
        );
    }
}
