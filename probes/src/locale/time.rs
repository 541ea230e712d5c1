//! The time zone (localtime(5)).

use parity_core::answer::{Answers, Blob, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use super::parse;
use crate::reading::{known, text};

const CAP: u32 = 256 << 10;

/// A pattern, because an entry tells its link and a file does not.
fn local_time() -> Need {
    Need::glob("etc/localtim?", Take::Content(CAP))
}

fn zone_name() -> Need {
    Need::file_up_to("etc/timezone", 4096)
}

fn utc() -> Need {
    Need::range("usr/share/zoneinfo/Etc/UTC", 0, 4)
}

/// A name that is kept for compatibility alone: where it is, all of them are.
fn kept() -> Need {
    Need::range("usr/share/zoneinfo/US/Pacific", 0, 4)
}

/// Zones that are asked for by name: one that every tz database has, one of the names kept for compatibility, and those that came in
/// the last years.
const ASKED: [&str; 11] = [
    "America/Ciudad_Juarez",
    "America/Coyhaique",
    "America/Nuuk",
    "America/Punta_Arenas",
    "Asia/Famagusta",
    "Asia/Qostanay",
    "Asia/Yangon",
    "Etc/UTC",
    "Europe/Kyiv",
    "Pacific/Kanton",
    "US/Pacific",
];

fn asked(zone: &str) -> Need {
    Need::range(format!("usr/share/zoneinfo/{zone}"), 0, 4)
}

/// All zones of the tz database: asked for only where `/etc/localtime` is a copy without a name.
fn zones() -> [Need; 3] {
    ["*", "*/*", "*/*/*"]
        .map(|pattern| Need::glob(format!("usr/share/zoneinfo/{pattern}"), Take::Content(CAP)))
}

pub(super) fn needs() -> Vec<Need> {
    let asked = ASKED
        .into_iter()
        .map(asked)
        .filter(|need| *need != utc() && *need != kept());
    [local_time(), zone_name(), utc(), kept()]
        .into_iter()
        .chain(asked)
        .collect()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let installed = match answers.bytes(&utc()) {
        Outcome::Absent => Outcome::Got(false),
        other => other.map(|head| head == b"TZif"),
    };
    if let Some(state) = known(installed) {
        out.state(FactId::single("time.zoneinfo"), state, utc().origin());
    }
    let kept_names = match answers.bytes(&kept()) {
        Outcome::Absent => Outcome::Got(false),
        other => other.map(|head| head == b"TZif"),
    };
    if let Some(state) = known(kept_names) {
        out.state(FactId::single("time.zones-kept"), state, kept().origin());
    }
    for zone in ASKED {
        let is_there = match answers.bytes(&asked(zone)) {
            Outcome::Absent => Outcome::Got(false),
            other => other.map(|head| head == b"TZif"),
        };
        if let Some(state) = known(is_there) {
            out.state(
                FactId::keyed("time.zone-known", zone),
                state,
                asked(zone).origin(),
            );
        }
    }
    let Some(found) = out.optional(answers.entries(&local_time()), "/etc/localtime") else {
        return;
    };
    let entry = found.entries.first();
    let (zone, said_by) = zone(answers, entry, out);
    out.state(FactId::single("time.zone"), zone, said_by);
    out.state(
        FactId::single("time.rules"),
        rules(entry),
        Origin::file("etc/localtime"),
    );
}

fn content(entry: &Entry) -> Outcome<&Blob> {
    match &entry.content {
        Some(content) => content.as_ref(),
        None => Outcome::failed("not-a-file", "/etc/localtime is not a file"),
    }
}

/// The rule in effect. Without a zone, or with one that is not installed, the C library counts in UTC.
fn rules(entry: Option<&Entry>) -> State {
    let rule = match entry.map_or(Outcome::Absent, content) {
        Outcome::Got(blob) => match parse::tz_rule(&blob.0) {
            Some(rule) => Outcome::Got(rule),
            None => Outcome::failed("malformed", "/etc/localtime has no rule at its end"),
        },
        Outcome::Absent => Outcome::Got("UTC0".to_owned()),
        other => other.map(|_| String::new()),
    };
    known(rule).unwrap_or_else(|| State::Unknown("this target cannot tell".into()))
}

/// The zone by name, and who said so.
fn zone(answers: &Answers, entry: Option<&Entry>, out: &mut Observation<'_>) -> (State, Origin) {
    let origin = Origin::file("etc/localtime");
    let Some(entry) = entry else {
        let unset = "no /etc/localtime: UTC, as localtime(5) says";
        return (State::Value("UTC".into()), Origin::Derived(unset.into()));
    };
    if let Some(zone) = entry.link.as_deref().and_then(parse::zone_of_link) {
        return (State::Value(zone.into()), origin);
    }
    if let Outcome::Got(bytes) = answers.bytes(&zone_name())
        && let Some(zone) = parse::zone(&text(bytes))
    {
        return (State::Value(zone.into()), zone_name().origin());
    }
    match content(entry) {
        Outcome::Got(blob) => match same_content(answers, blob, out) {
            Some(path) => {
                let zone = parse::zone_of_link(&path).map(|zone| State::Value(zone.into()));
                let derived = Origin::Derived(format!("etc/localtime is a copy of {path}"));
                (zone.unwrap_or_else(nameless), derived)
            }
            None => (nameless(), origin),
        },
        Outcome::NotPermitted => (State::NotPermitted, origin),
        _ => (nameless(), origin),
    }
}

fn nameless() -> State {
    State::Unknown("/etc/localtime is a copy and does not tell its name".into())
}

/// The first zone with this content, links last: they are other names of it.
fn same_content(answers: &Answers, wanted: &Blob, out: &mut Observation<'_>) -> Option<String> {
    let mut found: Vec<(bool, &str)> = Vec::new();
    for need in zones() {
        if !answers.has(&need) {
            out.ask(need);
            continue;
        }
        let entries = answers.entries(&need);
        let entries = entries
            .got()
            .map(|found| found.entries.as_slice())
            .unwrap_or_default();
        let same = entries
            .iter()
            .filter(|entry| matches!(&entry.content, Some(Outcome::Got(blob)) if blob == wanted));
        let named = same.filter(|entry| {
            !["/posix/", "/right/", "/localtime", "/posixrules"]
                .iter()
                .any(|part| entry.path.contains(part))
        });
        found.extend(named.map(|entry| (entry.kind == EntryKind::Link, entry.path.as_str())));
    }
    found.into_iter().min().map(|(_, path)| path.to_owned())
}
