//! Configuration files that are not the same everywhere, side by side.

use std::collections::BTreeMap;
use std::time::Duration;

use parity_core::judge::Case;
use similar::{ChangeTag, DiffOp, TextDiff};

use super::super::check::count;
use super::super::{configuration, fold};
use super::section;
use super::write::Html;

/// Text from hosts is compared for at most this long; what is left is shown as replaced.
const PATIENCE: Duration = Duration::from_millis(200);

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

pub(super) fn write(page: &mut Html, case: &Case) {
    let files = differing(case);
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

/// Files of which there is more than one content: that of the developer's machine first, or else the most common.
fn differing(case: &Case) -> BTreeMap<String, Vec<Variant<'_>>> {
    let mut files: BTreeMap<String, Vec<Variant<'_>>> = BTreeMap::new();
    let dev = case.dev.iter().map(|dev| ("dev machine", dev));
    let hosts = case
        .hosts
        .iter()
        .map(|host| (host.snapshot.target.as_str(), &host.snapshot));
    for (who, machine) in dev.chain(hosts) {
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
        let has_dev = variants
            .first()
            .is_some_and(|first| first.who.contains(&"dev machine"));
        variants.sort_by_key(|variant| {
            let is_dev = has_dev && variant.who.contains(&"dev machine");
            (!is_dev, std::cmp::Reverse(variant.who.len()))
        });
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
