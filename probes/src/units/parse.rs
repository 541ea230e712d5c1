//! What a unit file asks for. A pure function over its text.

use std::collections::{BTreeMap, BTreeSet};

use super::features::{Effect, FEATURES, MARKS, RELATIVE};
use crate::systemd::parse::{Assignment, assignments, words};

/// What a unit file asks for; each with the line that says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitFile {
    /// What decides what is run, and the first version of systemd that has it.
    pub needs: BTreeMap<String, (u32, u32)>,
    /// What confines or accounts, likewise.
    pub hardening: BTreeMap<String, (u32, u32)>,
    /// The programs without which it does not start, most with an absolute path.
    pub programs: BTreeMap<String, u32>,
    /// The account it runs as; none where the system makes one for it.
    pub user: Option<(String, u32)>,
    /// The groups it runs in, beside one of the name of the account: how each is written, and its line.
    pub groups: BTreeMap<String, (String, u32)>,
}

/// Directives with command lines.
const COMMANDS: [&str; 7] = [
    "ExecCondition",
    "ExecReload",
    "ExecStart",
    "ExecStartPost",
    "ExecStartPre",
    "ExecStop",
    "ExecStopPost",
];

/// Command lines whose failure keeps the unit from starting.
const STARTING: [&str; 3] = ["ExecStart", "ExecStartPost", "ExecStartPre"];

/// Reads a unit file or a drop-in (systemd.syntax(7)).
pub fn unit_file(text: &str) -> UnitFile {
    let mut unit = UnitFile::default();
    let mut is_dynamic = false;
    for assignment in assignments(text) {
        unit.features(&assignment);
        let Assignment {
            name, value, line, ..
        } = &assignment;
        match name.as_str() {
            "User" => unit.user = Some((value.clone(), *line)),
            "Group" | "SupplementaryGroups" => {
                for group in words(value) {
                    let written = format!("{name}={group}");
                    unit.groups.entry(group).or_insert((written, *line));
                }
            }
            "DynamicUser" => is_dynamic = matches!(value.as_str(), "1" | "yes" | "y" | "true" | "t" | "on"),
            name if COMMANDS.contains(&name) => unit.command(name, value, *line),
            _ => {}
        }
    }
    unit.repeated(&assignments(text));
    let is_named = |user: &str| !user.is_empty() && !user.contains('%') && user.parse::<u32>().is_err();
    let own = unit.user.as_ref().map(|(user, _)| user.clone());
    unit.groups
        .retain(|group, _| !is_dynamic && is_named(group) && own.as_ref() != Some(group));
    unit.user = unit.user.filter(|(user, _)| !is_dynamic && is_named(user));
    unit
}

/// Since when a service of one run may be started again: <https://github.com/systemd/systemd/pull/13754>.
const REPEATED: u32 = 244;

impl UnitFile {
    /// An older systemd refuses a unit with both.
    fn repeated(&mut self, assignments: &[Assignment]) {
        let last = |name: &str| {
            assignments
                .iter()
                .rev()
                .find(|it| it.section == "Service" && it.name == name)
        };
        let is_once = last("Type").is_some_and(|kind| kind.value == "oneshot");
        if let Some(restart) = last("Restart").filter(|it| is_once && it.value != "no") {
            let what = format!("Restart={} with Type=oneshot", restart.value);
            self.needs.insert(what, (REPEATED, restart.line));
        }
    }

    fn features(&mut self, assignment: &Assignment) {
        let Assignment {
            name, value, line, ..
        } = assignment;
        // An assertion is a condition that is told.
        let directive = match name.strip_prefix("Assert") {
            Some(rest) => format!("Condition{rest}"),
            None => name.clone(),
        };
        for feature in FEATURES
            .iter()
            .filter(|feature| feature.is_used(&directive, value))
        {
            let list = match feature.effect {
                Effect::Runs => &mut self.needs,
                Effect::Confines => &mut self.hardening,
            };
            let name = feature.name().replacen(&directive, name, 1);
            list.entry(name).or_insert((feature.since, *line));
        }
    }

    fn command(&mut self, name: &str, value: &str, line: u32) {
        let Some(first) = words(value).into_iter().next() else {
            return;
        };
        let path = first.trim_start_matches(['@', '-', ':', '+', '!', '|']);
        let marks = first.strip_suffix(path).unwrap_or_default();
        for (mark, since) in MARKS.into_iter().filter(|(mark, _)| marks.contains(*mark)) {
            self.needs
                .entry(format!("{name}={mark}"))
                .or_insert((since, line));
        }
        if path.contains(['%', '$']) || path.is_empty() {
            return;
        }
        if !path.starts_with('/') {
            self.needs
                .entry(format!("{name}={path}"))
                .or_insert((RELATIVE, line));
        }
        if STARTING.contains(&name) && !marks.contains('-') {
            self.programs.entry(path.to_owned()).or_insert(line);
        }
    }
}

/// What a file for sysusers.d(5) creates.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Created {
    pub(super) users: BTreeSet<String>,
    pub(super) groups: BTreeSet<String>,
}

impl Created {
    /// Adds what a file says. An account has a group of its name.
    pub(super) fn add(&mut self, text: &str) {
        for line in text.lines().map(words) {
            let [kind, name, ..] = line.as_slice() else {
                continue;
            };
            let kind = kind.trim_end_matches('!');
            if kind == "u" {
                self.users.insert(name.clone());
            }
            if matches!(kind, "u" | "g") {
                self.groups.insert(name.clone());
            }
        }
    }
}
