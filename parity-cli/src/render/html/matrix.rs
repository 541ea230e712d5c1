//! Components × hosts: the developer's machine first, then each role, hosts that are alike in one column.

use std::collections::BTreeSet;

use parity_core::matrix::{Component, Consequence, Reading, Standing};
use parity_core::report::Report;

use super::super::fold;
use super::columns::{Column, Names, columns};
use super::findings::anchor;
use super::section;
use super::write::Html;

/// As many values are told of one cell.
const VALUES: usize = 40;

pub(super) fn write(page: &mut Html, report: &Report) {
    let columns = columns(report);
    if report.components.is_empty() || columns.is_empty() {
        return;
    }
    let has_dev = report.components.iter().any(|component| component.dev.is_some());
    let told = match has_dev {
        true => "each host against the machine where it worked",
        false => "what each host has",
    };
    section(page, "matrix", "Components and hosts", told);
    legend(page, report);
    page.raw("<div class=\"scroll matrix\"><table><thead>");
    roles(page, &columns, has_dev);
    names(page, &columns, has_dev);
    page.raw("</thead><tbody>");
    for (at, component) in report.components.iter().enumerate() {
        row(page, component, at, &columns, has_dev);
    }
    page.raw("</tbody>").close("table").close("div");
    let alike = report
        .components
        .iter()
        .filter(|component| is_alike(component))
        .count();
    if alike > 0 {
        page.open(
            "button",
            &[("id", "alike"), ("class", "quiet"), ("aria-pressed", "false")],
        );
        page.say(&format!("show {alike} more that are alike everywhere"))
            .close("button");
    }
    page.close("section");
}

fn is_alike(component: &Component) -> bool {
    component.worst() >= Consequence::Unseen
}

fn legend(page: &mut Html, report: &Report) {
    page.raw("<p class=\"legend\">");
    let kinds = [
        (Consequence::Error, "breaks"),
        (Consequence::Warning, "may break"),
        (Consequence::Unknown, "needed, not known"),
        (Consequence::Accepted, "accepted"),
        (Consequence::Info, "good to know"),
        (Consequence::Differs, "differs without consequence"),
        (Consequence::Unseen, "not seen, not needed"),
        (Consequence::Same, "as on the dev machine"),
    ];
    let standings = report.components.iter().flat_map(|component| &component.hosts);
    let shown: BTreeSet<Consequence> = standings.map(|standing| standing.consequence).collect();
    for (kind, meaning) in kinds.into_iter().filter(|(kind, _)| shown.contains(kind)) {
        page.open("span", &[("class", &format!("key {}", kind.word()))])
            .put("i", "", sign(kind))
            .say(meaning)
            .close("span");
    }
    page.close("p");
}

/// Colours are not for everyone, nor for every printer.
fn sign(consequence: Consequence) -> &'static str {
    match consequence {
        Consequence::Error => "✕",
        Consequence::Warning => "!",
        Consequence::Unknown => "?",
        Consequence::Accepted => "✓",
        Consequence::Info => "i",
        Consequence::Differs => "≠",
        Consequence::Unseen => "·",
        Consequence::Same => "",
    }
}

fn roles(page: &mut Html, columns: &[Column<'_>], has_dev: bool) {
    page.raw("<tr class=\"roles\"><th class=\"name\"></th>");
    if has_dev {
        page.raw("<th class=\"dev\"></th>");
    }
    let mut rest = columns;
    while let Some(first) = rest.first() {
        let width = rest.iter().take_while(|column| column.role == first.role).count();
        let role = if first.role.is_empty() {
            "hosts"
        } else {
            first.role
        };
        page.open(
            "th",
            &[
                ("colspan", &width.to_string()),
                ("scope", "colgroup"),
                ("data-role", first.role),
            ],
        );
        page.say(role).close("th");
        rest = rest.get(width..).unwrap_or_default();
    }
    page.close("tr");
}

fn names(page: &mut Html, columns: &[Column<'_>], has_dev: bool) {
    page.raw("<tr><th class=\"name\" scope=\"col\">component</th>");
    if has_dev {
        page.raw("<th class=\"dev\" scope=\"col\">dev</th>");
    }
    let names = Names::of(columns);
    for column in columns {
        let class = if column.starts_role { "start" } else { "" };
        page.open(
            "th",
            &[("scope", "col"), ("class", class), ("data-role", column.role)],
        );
        match column.hosts.as_slice() {
            [host] => page
                .open("span", &[("class", "host"), ("title", host)])
                .say(names.short(host))
                .close("span"),
            hosts => {
                page.raw("<button class=\"hosts\">")
                    .say(&format!("{} hosts", hosts.len()));
                page.lines("data", &hosts.join("\n")).close("button")
            }
        };
        page.close("th");
    }
    page.close("tr");
}

fn row(page: &mut Html, component: &Component, at: usize, columns: &[Column<'_>], has_dev: bool) {
    let class = if is_alike(component) { "alike" } else { "" };
    let (name, key) = (component.fact.name(), component.fact.key());
    page.open("tr", &[("class", class)])
        .raw("<th class=\"name\" scope=\"row\">")
        .say(name);
    if let Some(key) = key {
        page.raw(" ").put("b", "", key);
    }
    page.raw("</th>");
    let dev = component.dev.as_ref();
    if has_dev {
        let (text, title) = (
            dev.map(brief).unwrap_or_default(),
            dev.map(shown).unwrap_or_default(),
        );
        page.open("td", &[("class", "dev"), ("title", &title)])
            .put("span", reading_class(dev), &text)
            .raw("</td>");
    }
    for column in columns {
        let start = if column.starts_role { " start" } else { "" };
        let standings = column.cells.get(at).map(Vec::as_slice).unwrap_or_default();
        cell(page, component, standings, column, start);
    }
    page.close("tr");
}

fn cell(page: &mut Html, component: &Component, standings: &[&Standing], column: &Column<'_>, start: &str) {
    let worst = standings.iter().min_by_key(|standing| standing.consequence);
    let kind = worst.map_or("", |standing| standing.consequence.word());
    page.open(
        "td",
        &[("class", &format!("{kind}{start}")), ("data-role", column.role)],
    );
    let (Some(worst), [first, others @ ..]) = (worst, standings) else {
        page.raw("</td>");
        return;
    };
    let text = match others.len() {
        0 => brief(&first.reading),
        more => format!("{} values", more + 1),
    };
    let here = |standing: &&Standing| {
        let hosts = standing.targets.iter().map(String::as_str);
        let hosts = fold::listed(hosts.filter(|host| column.hosts.contains(host)));
        format!("{}\n{hosts}", shown(&standing.reading))
    };
    let values: Vec<String> = standings.iter().take(VALUES).map(here).collect();
    let dev = component.dev.as_ref().map(shown).unwrap_or_default();
    let link = worst
        .findings
        .first()
        .map(|fingerprint| format!("#{}", anchor(fingerprint)));
    page.open(
        "a",
        &[
            ("class", "cell"),
            ("href", link.as_deref().unwrap_or("#matrix")),
            ("data-fact", &component.fact.to_string()),
            ("data-dev", &dev),
            ("data-kind", kind),
        ],
    );
    let sign = sign(worst.consequence);
    if !sign.is_empty() {
        page.put("i", "", sign);
    }
    page.put("span", reading_class(Some(&first.reading)), &text);
    for value in &values {
        page.lines("data", value);
    }
    page.close("a").raw("</td>");
}

fn reading_class(reading: Option<&Reading>) -> &'static str {
    match reading {
        Some(Reading { value: Some(_), .. }) => "",
        _ => "none",
    }
}

/// In a cell there is no room for a reason.
fn brief(reading: &Reading) -> String {
    match (&reading.value, reading.reason.as_deref()) {
        (None, Some(reason)) if reason != "absent" => "not known".to_owned(),
        _ => shown(reading),
    }
}

/// The value, or in a word why there is none.
fn shown(reading: &Reading) -> String {
    match (&reading.value, reading.reason.as_deref()) {
        (Some(value), _) => match value.to_string() {
            text if text.is_empty() => "none".to_owned(),
            text => text,
        },
        (None, Some("absent")) => "–".to_owned(),
        (None, reason) => format!("not known: {}", reason.unwrap_or("no reason given")),
    }
}
