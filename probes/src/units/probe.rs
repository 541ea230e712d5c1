use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::executable;
use super::forbids::{Confined, confined};
use super::parse::Created;
use super::{SCHEMAS, UnitFile, interfaces, unit_file, variables};
use crate::elf::HEAD_BYTES;
use crate::reading::{base_name, text};
use crate::release::{at_most, whole};

static MANIFEST: Manifest = Manifest::new(
    "units",
    Subject::Release,
    "What the systemd units of a release need: a version of systemd, programs, an account.",
    SCHEMAS,
);

/// Reads the unit files of a release.
pub const PROBE: &dyn Probe = &Units;

struct Units;

/// Larger files are no unit files, in bytes.
pub(super) const CAP: u64 = 1 << 20;

/// Larger programs are not looked into, in bytes.
const PROGRAM_CAP: u64 = 32 << 20;

/// Units that are told of; the others start nothing.
const SUFFIXES: [&str; 6] = [".mount", ".path", ".service", ".socket", ".swap", ".timer"];

/// What a service finds its programs by, and the probe `programs` lists.
const SYSTEM_PATH: [&str; 6] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

/// The same question as that of the probe `elf`: a release is read once.
fn all_files() -> Need {
    Need::Glob {
        pattern: "**".to_owned(),
        take: Take::Head(HEAD_BYTES),
        max_entries: 200_000,
    }
}

fn is_unit(path: &str) -> bool {
    let is_named = |name: &str| {
        SUFFIXES
            .iter()
            .any(|suffix| name.ends_with(suffix) && name.len() > suffix.len())
    };
    let mut parts = path.rsplit('/');
    match (
        parts.next(),
        parts.next().and_then(|parent| parent.strip_suffix(".d")),
    ) {
        (Some(name), Some(unit)) if name.ends_with(".conf") => is_named(unit),
        (Some(name), _) => is_named(name),
        (None, _) => false,
    }
}

fn creates_users(path: &str) -> bool {
    let directory = path.rsplit('/').nth(1);
    path.ends_with(".conf") && directory.is_some_and(|directory| directory.ends_with("sysusers.d"))
}

impl Probe for Units {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let files: Vec<&Entry> = files
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File)
            .collect();
        let shipped: BTreeSet<&str> = files.iter().map(|entry| base_name(&entry.path)).collect();
        let mut created = Created::default();
        for entry in files.iter().filter(|entry| creates_users(&entry.path)) {
            if let Some(bytes) =
                whole(answers, entry, CAP, out).and_then(|bytes| out.optional(bytes, &entry.path))
            {
                created.add(&text(bytes));
            }
        }
        for entry in files.iter().filter(|entry| is_unit(&entry.path)) {
            match whole(answers, entry, CAP, out) {
                Some(Outcome::Got(bytes)) => {
                    let text = text(bytes);
                    let script = |name: &str| head(files.iter().find(|file| base_name(&file.path) == name)?);
                    let speaks_of = |path: &str| others_speak(&files, path);
                    let listing = listing(&text, &files, answers, out);
                    let asks = |command: &[String]| asking(&listing, command);
                    tell_confined(out, &entry.path, confined(&text, script, speaks_of, asks));
                    environment(out, &entry.path, &text, &shipped);
                    variables::tell(&entry.path, &text, &files, answers, out);
                    let unit = unit_file(&text);
                    executable::tell(out, &entry.path, &unit, &files);
                    tell(out, &entry.path, unit, &shipped, &created);
                }
                Some(Outcome::NotPermitted) => unknown(out, &entry.path, &State::NotPermitted),
                Some(Outcome::Failed(failure)) => unknown(out, &entry.path, &State::Unknown(failure.reason)),
                Some(Outcome::Absent | Outcome::NotApplicable) | None => {}
            }
        }
    }
}

/// The beginning of a file, where it is text.
pub(super) fn head(entry: &Entry) -> Option<&str> {
    let blob = entry.content.as_ref().and_then(Outcome::got)?;
    std::str::from_utf8(&blob.0).ok()
}

/// More sources than these are not read.
const MAX_SOURCES: usize = 300;

/// Files of the release that list network interfaces: sources, and programs that a unit starts. Only where the unit restricts families of
/// addresses.
fn listing<'a>(
    unit: &str,
    files: &[&'a Entry],
    answers: &'a Answers,
    out: &mut Observation<'_>,
) -> Vec<&'a str> {
    if !unit.contains("RestrictAddressFamilies") {
        return Vec::new();
    }
    let is_program = |entry: &&&Entry| {
        let head = entry.content.as_ref().and_then(Outcome::got);
        head.is_some_and(|blob| blob.0.starts_with(b"\x7fELF"))
            && unit.contains(&format!("/{}", base_name(&entry.path)))
    };
    let sources = files
        .iter()
        .filter(|entry| interfaces::is_source(&entry.path) && entry.size <= CAP)
        .collect();
    let mut found = Vec::new();
    for entry in at_most(sources, MAX_SOURCES, "sources", out) {
        if let Some(Outcome::Got(bytes)) = whole(answers, entry, CAP, out)
            && interfaces::lists(&entry.path, &text(bytes))
        {
            found.push(entry.path.as_str());
        }
    }
    for entry in files.iter().filter(is_program) {
        let need = Need::file_up_to(entry.path.as_str(), PROGRAM_CAP);
        if !answers.has(&need) {
            out.ask(need);
        } else if answers
            .bytes(&need)
            .got()
            .is_some_and(|bytes| interfaces::imports(bytes))
        {
            found.push(entry.path.as_str());
        }
    }
    found
}

/// The file among these that a command runs.
fn asking(listing: &[&str], command: &[String]) -> Option<String> {
    let program = command
        .first()
        .map(|word| base_name(word.trim_start_matches(['@', '-', ':', '+', '!', '|'])));
    let mut files = listing.iter();
    let runs = |path: &str| {
        Some(base_name(path)) == program
            || (interfaces::is_source(path) && interfaces::may_run(command, path))
    };
    files.find(|path| runs(path)).map(|path| (*path).to_owned())
}

/// Whether a file that is no unit brings a path, or names it near its beginning.
fn others_speak(files: &[&Entry], path: &str) -> bool {
    let inner = path.trim_start_matches('/');
    let names = |entry: &&Entry| head(entry).is_some_and(|text| text.contains(path));
    let others = files.iter().filter(|entry| !is_unit(&entry.path));
    let mut others = others.filter(|entry| {
        entry.path.ends_with(inner) || entry.path.contains(&format!("{inner}/")) || names(entry)
    });
    others.next().is_some()
}

fn tell_confined(out: &mut Observation<'_>, path: &str, confined: Confined) {
    for ((directive, since), (what, line)) in confined.forbids {
        let key = format!("{path}:{directive}:{since}");
        out.keyed("unit-file.forbids", key, what, Origin::line(path, line));
    }
    for (program, line) in confined.home_programs {
        let key = format!("{path}:{}", base_name(&program));
        out.keyed(
            "unit-file.home-program",
            key,
            program.as_str(),
            Origin::line(path, line),
        );
    }
    for (port, line) in confined.low_ports {
        let least = Value::Int(i64::from(port).saturating_add(1));
        out.keyed(
            "unit-file.low-port",
            format!("{path}:{port}"),
            least,
            Origin::line(path, line),
        );
    }
    if let Some((user, line)) = confined.rootless {
        out.keyed("unit-file.rootless", path, user, Origin::line(path, line));
    }
    for (directive, (what, line)) in confined.shell {
        let key = format!("{path}:{directive}");
        out.keyed("unit-file.shell", key, what, Origin::line(path, line));
    }
    for ((directory, name), (assignment, line)) in confined.paths {
        let key = format!("{path}:{directory}:{name}");
        out.keyed("unit-file.path", key, assignment, Origin::line(path, line));
    }
}

/// `EnvironmentFile=/etc/default/NAME` without `-`: the unit does not start without it (systemd.exec(5)).
fn environment(out: &mut Observation<'_>, path: &str, text: &str, shipped: &BTreeSet<&str>) {
    for (line, statement) in crate::reading::statements(text, &['#', ';']) {
        let Some((key, file)) = statement.split_once('=') else {
            continue;
        };
        let (directory, name) = file.trim().rsplit_once('/').unwrap_or_default();
        let is_known = matches!(directory, "/etc" | "/etc/default" | "/etc/sysconfig");
        let is_plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if key.trim() == "EnvironmentFile"
            && is_known
            && is_plain
            && !name.is_empty()
            && !shipped.contains(name)
        {
            out.keyed(
                "unit-file.environment",
                format!("{path}:{directory}"),
                name,
                Origin::line(path, line),
            );
        }
    }
}

fn tell(out: &mut Observation<'_>, path: &str, unit: UnitFile, shipped: &BTreeSet<&str>, created: &Created) {
    for (family, features) in [
        ("unit-file.needs", unit.needs),
        ("unit-file.hardening", unit.hardening),
    ] {
        for (name, (since, line)) in features {
            let key = format!("{path}:{name}");
            out.keyed(family, key, Value::Int(since.into()), Origin::line(path, line));
        }
    }
    for (program, line) in unit.programs {
        let Some((directory, name)) = program.rsplit_once('/') else {
            if !shipped.contains(program.as_str()) && super::shell::is_plain(&program) {
                let key = format!("{path}:{program}");
                out.keyed(
                    "unit-file.searched",
                    key,
                    "a program by its name alone",
                    Origin::line(path, line),
                );
            }
            continue;
        };
        if SYSTEM_PATH.contains(&directory) && !shipped.contains(name) {
            let key = format!("{path}:{name}");
            out.keyed(
                "unit-file.program",
                key,
                program.as_str(),
                Origin::line(path, line),
            );
        } else if !SYSTEM_PATH.contains(&directory) {
            let key = format!("{path}:{name}");
            out.keyed("unit-file.place", key, program.as_str(), Origin::line(path, line));
        }
    }
    for (group, (written, line)) in unit.groups {
        if !created.groups.contains(&group) {
            let key = format!("{path}:{group}");
            out.keyed("unit-file.group", key, written, Origin::line(path, line));
        }
    }
    // What a template has in its place is no name yet.
    let is_open = |user: &str| user.contains(['$', '{']);
    if let Some((user, line)) = unit
        .user
        .filter(|(user, _)| !created.users.contains(user) && !is_open(user))
    {
        out.keyed("unit-file.user", path, user, Origin::line(path, line));
    }
}

fn unknown(out: &mut Observation<'_>, path: &str, state: &State) {
    for family in ["unit-file.needs", "unit-file.program", "unit-file.user"] {
        out.state(FactId::keyed(family, path), state.clone(), Origin::file(path));
    }
}
