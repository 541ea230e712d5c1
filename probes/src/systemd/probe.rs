//! What the probe asks, and what it makes of the answers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::SCHEMAS;
use super::settings::{Said, Settings, drop_in_directories};
use super::units::{self, Link, Placed, Unit};
use super::version;
use crate::reading::{Document, base_name, by_precedence, documents, readable, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Systemd;

struct Systemd;

static MANIFEST: Manifest = Manifest::new(
    "systemd",
    Subject::Host,
    "Which units there are, whether they start at boot, and what the services among them run as.",
    SCHEMAS,
);

/// Where units are, the strongest first. What generators and jobs make at run time is left out: it follows from other
/// files.
const DIRECTORIES: [&str; 4] = [
    "etc/systemd/system",
    "run/systemd/system",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
];

/// Before `/lib` became a link to `/usr/lib`.
const OLD_DIRECTORY: &str = "lib/systemd/system";

/// Directories that an administrator's `systemctl enable` writes to.
const ENABLING: [&str; 2] = ["etc/systemd/system", "run/systemd/system"];

/// What unit files tell.
const FROM_FILES: [&str; 7] = [
    "unit.state",
    "unit.user",
    "unit.limit-memlock",
    "unit.limit-nofile",
    "unit.environment-names",
    "unit.environment-files",
    "unit.exec-start",
];

const FILE_CAP: u32 = 1 << 20;

fn files(directory: &str) -> Need {
    Need::glob(format!("{directory}/*"), Take::Content(FILE_CAP))
}

fn drop_ins(directory: &str) -> Need {
    Need::glob(format!("{directory}/*.d/*.conf"), Take::Content(FILE_CAP))
}

fn names(directory: &str) -> Need {
    Need::glob(format!("{directory}/*"), Take::Stat)
}

fn pulled(directory: &str) -> Need {
    Need::glob(format!("{directory}/*/*"), Take::Stat)
}

fn list_units() -> Need {
    Need::command([
        "systemctl",
        "list-units",
        "--all",
        "--plain",
        "--no-legend",
        "--no-pager",
        "--full",
    ])
}

impl Probe for Systemd {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs: Vec<Need> = DIRECTORIES.iter().flat_map(|d| [files(d), drop_ins(d)]).collect();
        needs.extend(ENABLING.map(pulled));
        needs.extend([names(OLD_DIRECTORY), list_units()]);
        needs.extend(version::needs());
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        version::observe(answers, out);
        let mut directories = DIRECTORIES.to_vec();
        if has_old_directory(answers) {
            out.ask(files(OLD_DIRECTORY));
            out.ask(drop_ins(OLD_DIRECTORY));
            if !answers.has(&files(OLD_DIRECTORY)) {
                return;
            }
            directories.push(OLD_DIRECTORY);
        }
        let mut entries: Vec<&Entry> = Vec::new();
        for directory in &directories {
            if let Some(found) = readable(answers.entries(&files(directory)), directory, &FROM_FILES, out) {
                entries.extend(&found.entries);
            }
        }
        let units = units::units(entries);
        if units.is_empty() {
            out.covered(CoverageState::Absent, "no systemd units");
            return;
        }
        let links = links(answers, &units, out);
        let drop_ins = DropIns::read(answers, &directories, out);
        for (name, placed) in &units {
            tell(name, placed, &links, &drop_ins, out);
        }
        for (instance, template) in instances(&units, &links) {
            if let Some(placed) = units.get(template.as_str()) {
                let origin = Origin::file(placed.path);
                out.keyed("unit.state", &instance, "enabled", origin);
                settings(&instance, placed, &drop_ins, out);
            }
        }
        active(answers, out);
    }
}

/// Whether `/lib/systemd/system` has anything that `/usr/lib/systemd/system` has not.
fn has_old_directory(answers: &Answers) -> bool {
    let listed = |need: &Need| -> BTreeSet<&str> {
        let found = answers.entries(need);
        let entries = found
            .got()
            .map(|found| found.entries.as_slice())
            .unwrap_or_default();
        entries.iter().map(|entry| base_name(&entry.path)).collect()
    };
    let new = listed(&files("usr/lib/systemd/system"));
    !listed(&names(OLD_DIRECTORY)).is_subset(&new)
}

/// The links that enable units.
fn links(answers: &Answers, units: &BTreeMap<&str, Placed<'_>>, out: &mut Observation<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    for directory in ENABLING {
        let Some(found) = readable(answers.entries(&pulled(directory)), directory, &FROM_FILES, out) else {
            continue;
        };
        for entry in &found.entries {
            let pulls = entry.path.rsplit('/').nth(1).is_some_and(|parent| {
                [".wants", ".requires", ".upholds"]
                    .iter()
                    .any(|end| parent.ends_with(end))
            });
            if let (true, Some(target)) = (pulls, &entry.link) {
                links.push(Link {
                    name: base_name(&entry.path).to_owned(),
                    target: base_name(target).to_owned(),
                    pulls,
                    runtime: directory.starts_with("run/"),
                });
            }
        }
    }
    for (name, placed) in units {
        let runtime = placed.path.starts_with("run/");
        if let (true, Unit::Alias(target)) = (runtime || placed.path.starts_with("etc/"), &placed.unit) {
            links.push(Link {
                name: (*name).to_owned(),
                target: target.clone(),
                pulls: false,
                runtime,
            });
        }
    }
    links
}

/// Instances of templates that are enabled, and their templates.
fn instances(units: &BTreeMap<&str, Placed<'_>>, links: &[Link]) -> BTreeMap<String, String> {
    links
        .iter()
        .filter(|link| link.pulls && !units.contains_key(link.name.as_str()))
        .filter_map(|link| Some((link.name.clone(), units::template(&link.name)?)))
        .collect()
}

/// All drop-ins by the name of their directory, by falling priority.
struct DropIns<'a> {
    by_directory: BTreeMap<String, Vec<Document<'a>>>,
}

impl<'a> DropIns<'a> {
    fn read(answers: &'a Answers, directories: &[&str], out: &mut Observation<'_>) -> DropIns<'a> {
        let mut by_directory: BTreeMap<String, Vec<Document<'a>>> = BTreeMap::new();
        for directory in directories {
            for file in documents(answers, &drop_ins(directory), &FROM_FILES, out) {
                let parent = file.path.rsplit('/').nth(1).unwrap_or_default().to_owned();
                by_directory.entry(parent).or_default().push(file);
            }
        }
        DropIns { by_directory }
    }

    fn of(&self, unit: &str) -> Vec<Document<'a>> {
        let found = drop_in_directories(unit)
            .into_iter()
            .filter_map(|name| self.by_directory.get(&name).cloned());
        by_precedence(found.collect())
    }
}

fn tell(name: &str, placed: &Placed<'_>, links: &[Link], drop_ins: &DropIns<'_>, out: &mut Observation<'_>) {
    let origin = Origin::file(placed.path);
    match units::state(name, placed, links) {
        Some(state) => out.keyed("unit.state", name, state, origin),
        None => out.state(
            FactId::keyed("unit.state", name),
            State::Unknown("the unit file cannot be read".into()),
            origin,
        ),
    }
    settings(name, placed, drop_ins, out);
}

fn settings(name: &str, placed: &Placed<'_>, drop_ins: &DropIns<'_>, out: &mut Observation<'_>) {
    let (Unit::File { text, .. }, Some("service")) = (&placed.unit, units::suffix(name)) else {
        return;
    };
    let main = Document {
        path: Cow::Borrowed(placed.path),
        text: Cow::Borrowed(text),
    };
    let mut settings = Settings::default();
    settings.apply(&main);
    for file in drop_ins.of(name) {
        settings.apply(&file);
    }
    let (user, origin) = settings.effective_user(placed.path);
    out.keyed("unit.user", name, user, origin);
    let mut give = |fact, said: Said<Value>| {
        if let Some((value, origin)) = said {
            out.keyed(fact, name, value, origin);
        }
    };
    give(
        "unit.limit-memlock",
        settings.limit_memlock.map(|(limit, by)| (limit.into(), by)),
    );
    give(
        "unit.limit-nofile",
        settings.limit_nofile.map(|(limit, by)| (limit.into(), by)),
    );
    give(
        "unit.environment-names",
        settings.environment.map(|(set, by)| (Value::set(set), by)),
    );
    give(
        "unit.environment-files",
        settings.environment_files.map(|(set, by)| (Value::set(set), by)),
    );
    give(
        "unit.exec-start",
        settings.exec_start.map(|(list, by)| (Value::List(list), by)),
    );
}

/// What the running manager says. A root file system has none.
fn active(answers: &Answers, out: &mut Observation<'_>) {
    let origin = list_units().origin();
    let unknown = match answers.output(&list_units()) {
        Outcome::Got(output) if output.status == 0 => {
            for line in text(&output.stdout).lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                if let [name, _, active, ..] = words.as_slice()
                    && units::suffix(name).is_some_and(|suffix| suffix != "device")
                {
                    out.keyed("unit.active", *name, *active, origin.clone());
                }
            }
            return;
        }
        Outcome::Got(output) => text(&output.stderr).trim().to_owned(),
        Outcome::NotPermitted => {
            out.state(FactId::rest("unit.active"), State::NotPermitted, origin);
            return;
        }
        Outcome::Absent | Outcome::NotApplicable => "no running manager to ask".to_owned(),
        Outcome::Failed(failure) => failure.reason,
    };
    out.state(FactId::rest("unit.active"), State::Unknown(unknown), origin);
}
