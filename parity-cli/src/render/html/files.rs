//! Configuration files that are not the same everywhere, side by side.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use parity_core::snapshot::Snapshot;
use similar::{ChangeTag, DiffOp, TextDiff};

use super::super::number::count;
use super::super::{configuration, fold};
use super::section;
use super::write::Html;

/// Text from hosts is compared for at most this long; what is left is shown as replaced.
const PATIENCE: Duration = Duration::from_millis(20);

/// Unchanged directives shown around a change.
const CONTEXT: usize = 3;

/// As many files are shown, and of each as many other contents and as many lines.
const FILES: usize = 60;
const OTHERS: usize = 6;
const LINES: usize = 400;

/// One content of a file, and the machines that have it.
struct Variant<'a> {
    text: String,
    who: Vec<&'a str>,
}

/// The developer's machine or the baseline comes first.
pub(super) fn write<'a>(page: &mut Html, machines: impl Iterator<Item = (&'a str, &'a Snapshot)>) {
    let files = differing(machines);
    if files.is_empty() {
        return;
    }
    section(
        page,
        "files",
        "Configuration files that differ",
        &count(files.len(), "file"),
    );
    for (file, variants) in files.iter().take(FILES) {
        let Some((first, others)) = variants.split_first() else {
            continue;
        };
        page.open("details", &[("class", "file")])
            .open("summary", &[])
            .put("span", "mono", file);
        page.raw(" ")
            .put("span", "dim", &format!("{} contents", variants.len()))
            .close("summary");
        for other in others.iter().take(OTHERS) {
            side_by_side(page, first, other);
        }
        if let more @ 1.. = others.len().saturating_sub(OTHERS) {
            page.put(
                "p",
                "dim",
                &format!("and {more} more contents, which parity diff tells"),
            );
        }
        page.close("details");
    }
    if let more @ 1.. = files.len().saturating_sub(FILES) {
        page.put(
            "p",
            "dim",
            &format!("and {} more, which parity diff tells", count(more, "file")),
        );
    }
    page.close("section");
}

/// Files of which there is more than one content: that of the first machine comes first, then the most common.
fn differing<'a>(
    machines: impl Iterator<Item = (&'a str, &'a Snapshot)>,
) -> BTreeMap<String, Vec<Variant<'a>>> {
    let mut files: BTreeMap<String, Vec<Variant<'_>>> = BTreeMap::new();
    let mut first = None;
    for (who, machine) in machines {
        first.get_or_insert(who);
        for (file, text) in configuration::directives(machine) {
            let variants = files.entry(file.to_owned()).or_default();
            match variants.iter_mut().find(|variant| variant.text == text) {
                Some(variant) => variant.who.push(who),
                None => variants.push(Variant { text, who: vec![who] }),
            }
        }
    }
    files.retain(|_, variants| variants.len() > 1);
    for variants in files.values_mut() {
        variants.sort_by_key(|variant| (variant.who.first().copied() != first, Reverse(variant.who.len())));
    }
    files
}

fn side_by_side(page: &mut Html, left: &Variant<'_>, right: &Variant<'_>) {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(&left.text, &right.text);
    page.raw("<div class=\"scroll\"><table class=\"diff\"><thead><tr><th>");
    page.say(&fold::listed(left.who.iter().copied())).raw("</th><th>");
    page.say(&fold::listed(right.who.iter().copied()))
        .raw("</th></tr></thead><tbody>");
    let mut rows = 0;
    for (at, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if at > 0 {
            page.raw("<tr class=\"gap\"><td colspan=\"2\">⋯</td></tr>");
        }
        for op in group {
            if rows < LINES {
                rows += lines(page, &diff, op);
            }
        }
    }
    if rows >= LINES {
        page.raw("<tr class=\"gap\"><td colspan=\"2\">and more, which parity diff tells</td></tr>");
    }
    page.raw("</tbody>").close("table").close("div");
}

/// One stretch of lines: what was replaced stands beside what replaced it.
fn lines(page: &mut Html, diff: &TextDiff<'_, '_, str>, op: &DiffOp) -> usize {
    let changes: Vec<_> = diff.iter_changes(op).collect();
    let of = |tag: ChangeTag| {
        changes
            .iter()
            .filter(move |change| change.tag() == tag)
            .map(|change| change.value())
    };
    let (old, new): (Vec<&str>, Vec<&str>) = match op {
        DiffOp::Equal { .. } => (of(ChangeTag::Equal).collect(), of(ChangeTag::Equal).collect()),
        _ => (of(ChangeTag::Delete).collect(), of(ChangeTag::Insert).collect()),
    };
    let is_equal = matches!(op, DiffOp::Equal { .. });
    let length = old.len().max(new.len()).min(LINES);
    for at in 0..length {
        page.raw("<tr>");
        for (side, class) in [(&old, "went"), (&new, "came")] {
            match side.get(at) {
                Some(line) => page.put(
                    "td",
                    if is_equal { "" } else { class },
                    line.trim_end_matches('\n'),
                ),
                None => page.put("td", "nothing", ""),
            };
        }
        page.close("tr");
    }
    length
}
