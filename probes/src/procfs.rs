//! Processes as `/proc` shows them (proc(5)): names, programs, control groups and open sockets. Never their arguments
//! or their environment.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entries, Outcome};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{base_name, is_refusal, text};

/// More processes or open files than this are a problem.
const MAX_ENTRIES: u32 = 500_000;

fn glob(pattern: &str, take: Take) -> Need {
    Need::Glob {
        pattern: pattern.to_owned(),
        take,
        max_entries: MAX_ENTRIES,
    }
}

fn names() -> Need {
    glob("proc/*/comm", Take::Content(4096))
}

pub(crate) fn programs() -> Need {
    glob("proc/*/exe", Take::Stat)
}

fn groups() -> Need {
    glob("proc/*/cgroup", Take::Content(64 << 10))
}

fn files() -> Need {
    glob("proc/*/fd/*", Take::Stat)
}

/// What tells the processes and their open sockets.
pub(crate) fn needs() -> Vec<Need> {
    vec![names(), programs(), groups(), files()]
}

/// Files that are several programs, told apart by the name they are started under.
const MANY_IN_ONE: [&str; 5] = [
    "busybox",
    "redis-check-aof",
    "redis-check-rdb",
    "toybox",
    "valkey-check-rdb",
];

/// The program of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Program {
    /// A process of the kernel itself, or one that just ended.
    #[default]
    None,
    /// This user may not see it.
    Hidden,
    /// Its file.
    File {
        /// Absolute path.
        path: String,
        /// Whether the file was replaced or removed since the process started.
        replaced: bool,
    },
}

/// One process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Process {
    /// The name it gives itself, at most 15 bytes.
    pub(crate) name: String,
    pub(crate) program: Program,
    /// Its path in the control group hierarchy of systemd.
    pub(crate) group: String,
    /// Inodes of the sockets it has open, as far as this user may see.
    pub(crate) sockets: BTreeSet<u64>,
    /// Whether its open files are hidden from this user.
    pub(crate) files_hidden: bool,
}

impl Process {
    /// The name of its program; the one it gives itself where the program is hidden, or is many in one file.
    pub(crate) fn program_name(&self) -> &str {
        match self.program_file() {
            Some(name) if !MANY_IN_ONE.contains(&name) => name,
            _ => &self.name,
        }
    }

    /// Whether the name of its program may have been cut: the kernel keeps 15 bytes of what a process calls itself.
    pub(crate) fn is_name_cut(&self) -> bool {
        self.program_file().is_none() && self.name.len() == 15
    }

    fn program_file(&self) -> Option<&str> {
        match &self.program {
            Program::File { path, .. } => Some(base_name(path)),
            Program::None | Program::Hidden => None,
        }
    }

    /// The systemd service it belongs to; nothing inside a session or a container.
    pub(crate) fn unit(&self) -> Option<&str> {
        let parts = || self.group.split('/').filter(|part| !part.is_empty());
        if parts().next() == Some("user.slice") || self.is_contained() {
            return None;
        }
        parts().find(|part| part.ends_with(".service"))
    }

    /// Whether it belongs to a container that runs on the target.
    pub(crate) fn is_contained(&self) -> bool {
        const CONTAINERS: [&str; 4] = ["kubepods", "libpod", "lxc.payload", "machine.slice"];
        self.group.split('/').any(|part| {
            CONTAINERS.iter().any(|begin| part.starts_with(begin))
                || part
                    .split(['-', '.', ':'])
                    .any(|id| id.len() == 64 && id.chars().all(|c| c.is_ascii_hexdigit()))
        })
    }
}

/// All processes of a target.
#[derive(Debug, Default)]
pub(crate) struct Processes {
    /// By process id.
    pub(crate) by_id: BTreeMap<u32, Process>,
}

impl Processes {
    /// Whether other users' processes are visible at all (mount option `hidepid`).
    pub(crate) fn shows_others(&self) -> bool {
        self.by_id.contains_key(&1)
    }

    /// The processes that have a socket open.
    pub(crate) fn holders(&self, inode: u64) -> impl Iterator<Item = &Process> {
        self.by_id
            .values()
            .filter(move |process| process.sockets.contains(&inode))
    }

    /// Whether a process may have sockets open that this user cannot see.
    pub(crate) fn hides_sockets(&self) -> bool {
        !self.shows_others() || self.by_id.values().any(|process| process.files_hidden)
    }
}

/// The processes, or nothing where the target has no `/proc` or does not show it.
pub(crate) fn processes(answers: &Answers, out: &mut Observation<'_>) -> Option<Processes> {
    let named = out.optional(answers.entries(&names()), "/proc/*/comm")?;
    let mut processes = Processes::default();
    for (id, bytes) in contents(named) {
        let process = processes.by_id.entry(id).or_default();
        process.name = text(bytes).trim_end_matches('\n').to_owned();
    }
    if processes.by_id.is_empty() {
        return None;
    }
    if let Some(found) = out.optional(answers.entries(&programs()), "/proc/*/exe") {
        for (id, program) in known_programs(found) {
            if let Some(process) = processes.by_id.get_mut(&id) {
                process.program = program;
            }
        }
    }
    if let Some(found) = out.optional(answers.entries(&groups()), "/proc/*/cgroup") {
        for (id, bytes) in contents(found) {
            if let Some(process) = processes.by_id.get_mut(&id) {
                process.group = group(&text(bytes)).to_owned();
            }
        }
    }
    match out.optional(answers.entries(&files()), "/proc/*/fd") {
        Some(found) => open_sockets(found, &mut processes),
        None => processes
            .by_id
            .values_mut()
            .for_each(|process| process.files_hidden = true),
    }
    Some(processes)
}

/// The process id in `proc/PID/…`.
fn id_of(path: &str) -> Option<u32> {
    path.strip_prefix("proc/")?.split('/').next()?.parse().ok()
}

fn contents(found: &Entries) -> impl Iterator<Item = (u32, &[u8])> {
    found
        .entries
        .iter()
        .filter_map(|entry| match entry.content.as_ref()?.as_ref() {
            Outcome::Got(blob) => Some((id_of(&entry.path)?, blob.0.as_slice())),
            _ => None,
        })
}

/// The programs of all processes that show one or hide it.
fn known_programs(found: &Entries) -> BTreeMap<u32, Program> {
    let shown = found.entries.iter().filter_map(|entry| {
        let link = entry.link.as_deref()?;
        let program = Program::File {
            path: link.trim_end_matches(" (deleted)").to_owned(),
            replaced: link.ends_with(" (deleted)"),
        };
        Some((id_of(&entry.path)?, program))
    });
    let refused = found.skipped.iter().filter(|skipped| is_refusal(&skipped.reason));
    let hidden = refused.filter_map(|skipped| Some((id_of(&skipped.path)?, Program::Hidden)));
    hidden.chain(shown).collect()
}

/// The path of a process in the hierarchy that systemd keeps: version 2, or the named one of version 1 (cgroups(7)).
fn group(text: &str) -> &str {
    let path = |wanted: &str| {
        text.lines().find_map(|line| {
            let (_, rest) = line.split_once(':')?;
            let (controllers, path) = rest.split_once(':')?;
            (controllers == wanted && path.len() > 1).then_some(path)
        })
    };
    path("").or_else(|| path("name=systemd")).unwrap_or("/")
}

fn open_sockets(found: &Entries, processes: &mut Processes) {
    for entry in &found.entries {
        let inode = entry
            .link
            .as_deref()
            .and_then(|link| link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok());
        if let (Some(inode), Some(id)) = (inode, id_of(&entry.path))
            && let Some(process) = processes.by_id.get_mut(&id)
        {
            process.sockets.insert(inode);
        }
    }
    for skipped in &found.skipped {
        if let Some(process) = id_of(&skipped.path).and_then(|id| processes.by_id.get_mut(&id)) {
            // Kernel threads have no files, whoever asks.
            process.files_hidden = process.program != Program::None && is_refusal(&skipped.reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_is_that_of_systemd() {
        assert_eq!(
            group("0::/system.slice/nginx.service\n"),
            "/system.slice/nginx.service"
        );
        let mixed = "9:name=systemd:/system.slice/a.service\n1:cpu:/x\n0::/\n";
        assert_eq!(group(mixed), "/system.slice/a.service");
        assert_eq!(group("nonsense"), "/");
    }

    #[test]
    fn units_are_those_of_the_system() {
        let unit = |group: &str| {
            let process = Process {
                group: group.to_owned(),
                ..Process::default()
            };
            process.unit().map(str::to_owned)
        };
        assert_eq!(unit("/system.slice/ssh.service").as_deref(), Some("ssh.service"));
        assert_eq!(
            unit("/system.slice/docker.service/init").as_deref(),
            Some("docker.service")
        );
        assert_eq!(
            unit("/user.slice/user-0.slice/user@0.service/app.slice/x.service"),
            None
        );
        assert_eq!(unit("/init.scope"), None);
        let id = "0123456789abcdef".repeat(4);
        assert_eq!(
            unit(&format!(
                "/system.slice/docker-{id}.scope/system.slice/nginx.service"
            )),
            None
        );
        assert_eq!(unit(&format!("/docker/{id}")), None);
    }
}
