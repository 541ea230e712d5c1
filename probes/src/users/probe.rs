//! What the probe asks, and what it makes of the answers.

use std::collections::BTreeSet;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::redact::REDACTED;

use super::SCHEMAS;
use super::parse::{self, User, Wrong};
use crate::reading::{document, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Users;

struct Users;

static MANIFEST: Manifest = Manifest::new(
    "users",
    Subject::Host,
    "Accounts, and who is in groups that give power. Never passwords.",
    SCHEMAS,
);

/// Groups whose members can become root, read what root reads, or reach devices. Sorted.
const POWERFUL: [&str; 15] = [
    "adm",
    "admin",
    "disk",
    "docker",
    "incus-admin",
    "kvm",
    "libvirt",
    "lxd",
    "podman",
    "root",
    "shadow",
    "ssl-cert",
    "sudo",
    "systemd-journal",
    "wheel",
];

fn passwd() -> Need {
    Need::file("etc/passwd")
}

fn group() -> Need {
    Need::file("etc/group")
}

impl Probe for Users {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![passwd(), group(), Need::file(SUBIDS[0]), Need::file(SUBIDS[1])]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let users = accounts(answers, out);
        groups(answers, users.as_deref(), out);
        subids(answers, users.as_deref().unwrap_or_default(), out);
    }
}

/// Ranges of ids that rootless containers use (subuid(5)).
const SUBIDS: [&str; 2] = ["etc/subuid", "etc/subgid"];

/// Who has ranges in both; a file that is not there gives none.
fn subids(answers: &Answers, users: &[User], out: &mut Observation<'_>) {
    let id = FactId::single("user.subids");
    let mut found: [BTreeSet<String>; 2] = Default::default();
    for (path, names) in SUBIDS.into_iter().zip(&mut found) {
        match answers.bytes(&Need::file(path)) {
            Outcome::Got(bytes) => names.extend(parse::with_ranges(&text(bytes))),
            Outcome::NotPermitted => return out.state(id, State::NotPermitted, Origin::file(path)),
            Outcome::Failed(failure) => {
                return out.state(id, State::Unknown(failure.reason), Origin::file(path));
            }
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    let [subusers, groups] = found;
    let name = |id: &String| {
        let user = users.iter().find(|user| user.uid.to_string() == *id);
        user.map_or_else(|| id.clone(), |user| user.name.clone())
    };
    let both = subusers.intersection(&groups).map(name);
    out.state(id, State::Value(Value::set(both)), Origin::file(SUBIDS[0]));
}

fn accounts(answers: &Answers, out: &mut Observation<'_>) -> Option<Vec<User>> {
    let file = document(answers, &passwd(), &["user"], out)?;
    let (users, wrong) = parse::users(&file.text);
    tell("user", "etc/passwd", wrong, out);
    for user in &users {
        let value = format!("{} {} {}", user.uid, user.gid, user.shell);
        out.keyed("user", &user.name, value, file.line(user.line));
    }
    Some(users)
}

fn groups(answers: &Answers, users: Option<&[User]>, out: &mut Observation<'_>) {
    let Some(file) = document(answers, &group(), &["group", "group.names"], out) else {
        return;
    };
    let (groups, wrong) = parse::groups(&file.text);
    tell("group", "etc/group", wrong, out);
    let names = groups.iter().map(|group| group.name.as_str());
    out.value("group.names", Value::set(names), group().origin());
    for group in groups {
        if !POWERFUL.contains(&group.name.as_str()) {
            continue;
        }
        let by_main_group = users
            .unwrap_or_default()
            .iter()
            .filter(|user| user.gid == group.gid);
        let members = group.members.iter().chain(by_main_group.map(|user| &user.name));
        out.keyed("group", &group.name, Value::set(members), file.line(group.line));
    }
}

/// What is not known because of lines that could not be read. A name that sounds like a secret has its line redacted.
fn tell(family: &'static str, path: &str, wrong: Vec<Wrong>, out: &mut Observation<'_>) {
    for (name, line) in wrong {
        let origin = Origin::line(path, line);
        let state = State::Unknown("the line does not follow the format, or was redacted".into());
        let is_name =
            !name.is_empty() && !name.contains(REDACTED) && name.chars().all(|c| c.is_ascii_graphic());
        let id = if is_name {
            FactId::keyed(family, name)
        } else {
            FactId::rest(family)
        };
        out.state(id, state, origin);
    }
}
