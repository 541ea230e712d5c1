//! Which units there are, and whether they start at boot (systemd.unit(5), systemctl(1) `list-unit-files`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{EntryKind, Outcome};

use super::parse::{self, Assignment};
use crate::reading::{base_name, text};

/// The kinds of units that files define.
const SUFFIXES: [&str; 10] = [
    "automount",
    "device",
    "mount",
    "path",
    "service",
    "slice",
    "socket",
    "swap",
    "target",
    "timer",
];

/// What stands under the name of a unit in the first directory that has it.
#[derive(Debug, Clone)]
pub(super) enum Unit<'a> {
    /// A link to `/dev/null`, or an empty file.
    Masked,
    /// A link to a unit of another name.
    Alias(String),
    /// A unit, and whether its file is a link to one elsewhere.
    File { text: Cow<'a, str>, linked: bool },
    /// There is something, and it could not be read.
    Unreadable,
}

/// A unit and its place.
#[derive(Debug, Clone)]
pub(super) struct Placed<'a> {
    pub(super) path: &'a str,
    pub(super) unit: Unit<'a>,
}

/// A link that makes one unit pull in another, or gives one a second name.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// Its own name.
    pub(super) name: String,
    /// The file name of what it points to.
    pub(super) target: String,
    /// Whether it stands in a directory such as `multi-user.target.wants`.
    pub(super) pulls: bool,
    /// Whether it lasts until the next boot only.
    pub(super) runtime: bool,
}

/// The kind of a unit by its name; nothing for names that are none.
pub(super) fn suffix(name: &str) -> Option<&str> {
    let (stem, suffix) = name.rsplit_once('.')?;
    (!stem.is_empty() && SUFFIXES.contains(&suffix)).then_some(suffix)
}

/// `getty@tty1.service` is an instance of `getty@.service`.
pub(super) fn template(name: &str) -> Option<String> {
    let (prefix, rest) = name.split_once('@')?;
    let (instance, suffix) = rest.rsplit_once('.')?;
    (!instance.is_empty()).then(|| format!("{prefix}@.{suffix}"))
}

/// The units of directories given by falling priority: the first of a name counts.
pub(super) fn units<'a>(
    directories: impl IntoIterator<Item = &'a parity_core::answer::Entry>,
) -> BTreeMap<&'a str, Placed<'a>> {
    let mut units = BTreeMap::new();
    for entry in directories {
        let name = base_name(&entry.path);
        if suffix(name).is_none() || matches!(entry.kind, EntryKind::Directory | EntryKind::Other) {
            continue;
        }
        units.entry(name).or_insert_with(|| Placed {
            path: &entry.path,
            unit: unit(name, entry),
        });
    }
    units
}

fn unit<'a>(name: &str, entry: &'a parity_core::answer::Entry) -> Unit<'a> {
    let link = entry.link.as_deref();
    if link == Some("/dev/null") {
        return Unit::Masked;
    }
    if let Some(target) = link.map(base_name).filter(|target| *target != name) {
        return Unit::Alias(target.to_owned());
    }
    match entry.content.as_ref().map(Outcome::as_ref) {
        Some(Outcome::Got(blob)) if blob.0.is_empty() => Unit::Masked,
        Some(Outcome::Got(blob)) => Unit::File {
            text: text(&blob.0),
            linked: link.is_some(),
        },
        _ => Unit::Unreadable,
    }
}

/// The words of `systemctl list-unit-files` for a unit.
pub(super) fn state(name: &str, placed: &Placed<'_>, links: &[Link]) -> Option<&'static str> {
    let (text, linked) = match &placed.unit {
        Unit::Masked if placed.path.starts_with("run/") => return Some("masked-runtime"),
        Unit::Masked => return Some("masked"),
        Unit::Alias(_) => return Some("alias"),
        Unit::Unreadable => return None,
        Unit::File { text, linked } => (text, *linked),
    };
    let install = Install::of(&parse::assignments(text));
    let own_names = install.names(name);
    let enabling = links.iter().filter(|link| {
        own_names.contains(&link.name) && (link.pulls || (link.name != name && link.target == name))
    });
    let runtime: Vec<bool> = enabling.map(|link| link.runtime).collect();
    Some(if runtime.contains(&false) {
        "enabled"
    } else if !runtime.is_empty() {
        "enabled-runtime"
    } else if linked {
        "linked"
    } else if links.iter().any(|link| link.target == name && link.name != name) {
        "indirect"
    } else if install.is_installable {
        "disabled"
    } else if install.has_also {
        "indirect"
    } else {
        "static"
    })
}

/// What a unit file says of its installation.
#[derive(Debug, Default)]
struct Install {
    aliases: BTreeSet<String>,
    default_instance: Option<String>,
    is_installable: bool,
    has_also: bool,
}

impl Install {
    fn of(assignments: &[Assignment]) -> Install {
        let mut install = Install::default();
        for assignment in assignments
            .iter()
            .filter(|a| a.section == "Install" && !a.value.is_empty())
        {
            match assignment.name.as_str() {
                "Alias" => {
                    install.aliases.extend(parse::words(&assignment.value));
                    install.is_installable = true;
                }
                "WantedBy" | "RequiredBy" | "UpheldBy" => install.is_installable = true,
                "Also" => install.has_also = true,
                "DefaultInstance" => install.default_instance = Some(assignment.value.clone()),
                _ => {}
            }
        }
        install
    }

    /// The names under which `systemctl enable` would link the unit.
    fn names(&self, name: &str) -> BTreeSet<String> {
        let mut names = self.aliases.clone();
        names.insert(name.to_owned());
        if let (Some(instance), Some((prefix, suffix))) = (&self.default_instance, name.split_once("@.")) {
            names.insert(format!("{prefix}@{instance}.{suffix}"));
        }
        names
    }
}
