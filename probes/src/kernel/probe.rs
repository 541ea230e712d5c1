//! What the probe asks, and what it makes of the answers.

use parity_core::answer::{Answer, Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Native, Need};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::{SCHEMAS, parse};
use crate::reading::{known, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Kernel;

struct Kernel;

static MANIFEST: Manifest = Manifest::new(
    "kernel",
    Subject::Host,
    "The running kernel, the names of the machine, its memory and its control groups.",
    SCHEMAS,
);

const SMALL: u64 = 64 << 10;

/// Only there while the module is loaded.
const NVIDIA: &str = "sys/module/nvidia/version";

fn small(path: &str) -> Need {
    Need::file_up_to(path, SMALL)
}

/// What tells the architecture. Other probes that need it state the same need.
pub(crate) fn machine_need() -> Need {
    Need::FirstOf(vec![
        small("proc/sys/kernel/arch"),
        Need::command(["uname", "-m"]),
        Need::Offline(Box::new(Need::range("bin/sh", 0, 20))),
    ])
}

/// The architecture as `uname -m` names it, and who said so.
pub(crate) fn machine(answers: &Answers) -> Outcome<(String, Origin)> {
    let need = machine_need();
    answers.first_of(&need).and_then(|(which, answer)| {
        let origin = match &need {
            Need::FirstOf(needs) => needs.get(which).map(Need::origin),
            _ => None,
        };
        let name = match answer {
            Answer::Output(output) => Some(text(&output.stdout).trim().to_owned()),
            Answer::Bytes(bytes) if bytes.starts_with(b"\x7fELF") => {
                parse::elf_machine(bytes).map(str::to_owned)
            }
            Answer::Bytes(bytes) => Some(text(bytes).trim().to_owned()),
            _ => None,
        };
        match (name.filter(|name| is_machine(name)), origin) {
            (Some(name), Some(origin)) => Outcome::Got((name, origin)),
            _ => Outcome::failed("malformed", "no name of an architecture"),
        }
    })
}

/// Whether the words of this architecture have their highest byte first.
pub(crate) fn is_big_endian(machine: &str) -> bool {
    const BIG: [&str; 9] = [
        "s390", "s390x", "ppc", "ppc64", "mips", "mips64", "sparc", "sparc64", "m68k",
    ];
    BIG.contains(&machine)
}

fn is_machine(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !name.is_empty() && name.len() < 32 && name.chars().all(plain)
}

/// The memory of whichever process reads it: the last line is the same in all.
fn maps() -> Need {
    Need::file_up_to("proc/self/maps", 4 << 20)
}

fn page_size_need() -> Need {
    Need::FirstOf(vec![
        small("proc/self/auxv"),
        Need::command(["getconf", "PAGESIZE"]),
    ])
}

impl Probe for Kernel {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let files = [
            "proc/sys/kernel/osrelease",
            "proc/sys/kernel/hostname",
            "proc/cmdline",
            "proc/meminfo",
            "proc/filesystems",
            "proc/cgroups",
            "proc/self/mounts",
            "sys/fs/cgroup/cgroup.controllers",
            "sys/fs/cgroup/memory.max",
            NVIDIA,
            "etc/hostname",
            "etc/machine-id",
        ];
        let mut needs: Vec<Need> = files.into_iter().map(small).collect();
        needs.extend([
            machine_need(),
            page_size_need(),
            maps(),
            Need::Native(Native::System),
        ]);
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        running(answers, out);
        nvidia(answers, out);
        names(answers, out);
        memory(answers, out);
        control_groups(answers, out);
        memory_controller(answers, out);
    }
}

fn nvidia(answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("kernel.nvidia-driver");
    match line(answers, NVIDIA) {
        Outcome::Got((version, origin)) => out.version(id, version, Scheme::Generic, origin),
        other => {
            if let Some(state) =
                known(other.map(|(version, _)| version)).filter(|state| *state != State::Absent)
            {
                out.state(id, state, Origin::file(NVIDIA));
            }
        }
    }
}

/// The first of these that tells, or what came of the last.
fn either<T>(first: Outcome<T>, second: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    match first {
        Outcome::Got(_) => first,
        Outcome::Absent | Outcome::NotApplicable => second(),
        other => other,
    }
}

fn line(answers: &Answers, path: &str) -> Outcome<(Value, Origin)> {
    answers
        .bytes(&small(path))
        .and_then(|bytes| match text(bytes).trim() {
            "" => Outcome::Absent,
            value => Outcome::Got((value.into(), Origin::file(path))),
        })
}

fn native<T: Into<Value>>(
    answers: &Answers,
    pick: impl FnOnce(&parity_core::answer::SystemReading) -> Option<T>,
) -> Outcome<(Value, Origin)> {
    let origin = Need::Native(Native::System).origin();
    answers.system().and_then(|reading| match pick(reading) {
        Some(value) => Outcome::Got((value.into(), origin)),
        None => Outcome::NotApplicable,
    })
}

/// Gives the fact, or says that this target has no running kernel to ask.
fn give(out: &mut Observation<'_>, name: &'static str, outcome: Outcome<(Value, Origin)>) {
    let origin = match &outcome {
        Outcome::Got((_, origin)) => origin.clone(),
        _ => Origin::Native("kernel".into()),
    };
    match outcome.map(|(value, _)| value) {
        Outcome::Absent | Outcome::NotApplicable => {
            out.covered(CoverageState::NotApplicable, "no running kernel to ask");
        }
        outcome => {
            if let Some(state) = known(outcome) {
                out.state(FactId::single(name), state, origin);
            }
        }
    }
}

fn running(answers: &Answers, out: &mut Observation<'_>) {
    let release = either(line(answers, "proc/sys/kernel/osrelease"), || {
        native(answers, |reading| reading.kernel.clone())
    });
    give(out, "kernel.release", release);
    let told = machine(answers).map(|(name, origin)| (Value::from(name), origin));
    give(
        out,
        "kernel.machine",
        either(told, || native(answers, |reading| reading.machine.clone())),
    );
    give(out, "kernel.page-size", page_size(answers));
    let names = answers.bytes(&small("proc/cmdline")).map(|bytes| {
        (
            Value::set(parse::cmdline_names(bytes)),
            Origin::file("proc/cmdline"),
        )
    });
    give(out, "kernel.cmdline-names", names);
    match machine(answers) {
        Outcome::Got((machine, _)) if machine != "x86_64" => {}
        _ => {
            let told = either(vsyscall(answers), || vsyscall_as_built(answers, out));
            give(out, "kernel.vsyscall", told);
        }
    }
    let registered = answers.bytes(&small("proc/filesystems")).map(|bytes| {
        (
            Value::set(parse::filesystems(bytes)),
            Origin::file("proc/filesystems"),
        )
    });
    give(out, "kernel.filesystems", registered);
}

/// The command line decides; where it is silent, what the kernel was built with shows in the memory of any process.
fn vsyscall(answers: &Answers) -> Outcome<(Value, Origin)> {
    let told = answers.bytes(&small("proc/cmdline")).and_then(|bytes| {
        parse::vsyscall_parameter(bytes).map_or(Outcome::Absent, |mode| {
            Outcome::Got((Value::from(mode), Origin::file("proc/cmdline")))
        })
    });
    either(told, || {
        answers.bytes(&maps()).map(|bytes| {
            let mode = parse::vsyscall_page(bytes);
            (Value::from(mode), Origin::file("proc/self/maps"))
        })
    })
}

/// Where neither is there to read: the configuration of the kernel that runs.
fn vsyscall_as_built(answers: &Answers, out: &mut Observation<'_>) -> Outcome<(Value, Origin)> {
    line(answers, "proc/sys/kernel/osrelease").and_then(|(release, _)| {
        let release = release.to_string();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+~".contains(c);
        if !release.chars().all(is_plain) {
            return Outcome::Absent;
        }
        let path = format!("boot/config-{release}");
        let need = Need::file_up_to(path.as_str(), 1 << 20);
        if !answers.has(&need) {
            out.ask(need);
            return Outcome::Absent;
        }
        answers.bytes(&need).and_then(|config| {
            let mode = parse::vsyscall_built(config);
            mode.map_or(Outcome::Absent, |mode| {
                Outcome::Got((mode.into(), Origin::file(path)))
            })
        })
    })
}

fn page_size(answers: &Answers) -> Outcome<(Value, Origin)> {
    let told = answers.first_of(&page_size_need()).and_then(|(_, answer)| {
        let (size, origin) = match answer {
            Answer::Bytes(bytes) => (parse::page_size(bytes), Origin::file("proc/self/auxv")),
            Answer::Output(output) => (
                text(&output.stdout).trim().parse().ok(),
                Origin::Command("getconf PAGESIZE".into()),
            ),
            _ => return Outcome::NotApplicable,
        };
        match size {
            Some(size) => Outcome::Got((Value::Int(size), origin)),
            None => Outcome::failed("malformed", "no page size in the answer"),
        }
    });
    let told = either(told, || {
        native(answers, |reading| {
            i64::try_from(reading.page_size).ok().filter(|size| *size > 0)
        })
    });
    either(told, || {
        let release = line(answers, "proc/sys/kernel/osrelease");
        match release.map(|(release, origin)| (parse::page_size_of(&release.to_string()), origin)) {
            Outcome::Got((Some(size), origin)) => Outcome::Got((Value::Int(size), origin)),
            _ => Outcome::NotApplicable,
        }
    })
}

fn names(answers: &Answers, out: &mut Observation<'_>) {
    let host = either(line(answers, "proc/sys/kernel/hostname"), || {
        either(native(answers, |reading| reading.host_name.clone()), || {
            line(answers, "etc/hostname")
        })
    });
    for (name, path, outcome) in [
        ("host.name", "etc/hostname", host),
        (
            "host.machine-id",
            "etc/machine-id",
            line(answers, "etc/machine-id"),
        ),
    ] {
        let origin = match &outcome {
            Outcome::Got((_, origin)) => origin.clone(),
            _ => Origin::file(path),
        };
        if let Some(state) = known(outcome.map(|(value, _)| value)) {
            out.state(FactId::single(name), state, origin);
        }
    }
}

fn memory(answers: &Answers, out: &mut Observation<'_>) {
    let read = |name: &str| {
        answers
            .bytes(&small("proc/meminfo"))
            .and_then(|bytes| match parse::meminfo(bytes, name) {
                Some(bytes) => Outcome::Got((Value::Int(bytes), Origin::file("proc/meminfo"))),
                None => Outcome::failed("malformed", format!("/proc/meminfo has no {name}")),
            })
    };
    let total = either(read("MemTotal"), || {
        native(answers, |reading| {
            i64::try_from(reading.memory).ok().filter(|bytes| *bytes > 0)
        })
    });
    give(out, "memory.total", total);
    give(out, "memory.swap", read("SwapTotal"));
}

const CONTROL_GROUPS: [&str; 4] = [
    "cgroup.version",
    "cgroup.controllers",
    "cgroup.listed-controllers",
    "cgroup.memory-max",
];

/// Whether the kernel has the controller for memory switched off (`cgroup_disable=memory`, or the default of small boards). Where no kernel
/// runs, nothing says so.
fn memory_controller(answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("cgroup.memory-off");
    let listed = answers.bytes(&small("proc/cgroups")).map(parse::memory_cgroup);
    let unified = answers
        .bytes(&small("sys/fs/cgroup/cgroup.controllers"))
        .map(|bytes| text(bytes).split_whitespace().any(|name| name == "memory"));
    let (path, is_on) = match (listed, unified) {
        (Outcome::Got(Some(is_on)), _) => ("proc/cgroups", Outcome::Got(is_on)),
        (Outcome::NotPermitted, _) => ("proc/cgroups", Outcome::NotPermitted),
        (Outcome::Failed(failure), _) => ("proc/cgroups", Outcome::Failed(failure)),
        (_, unified) => ("sys/fs/cgroup/cgroup.controllers", unified),
    };
    let state = known(is_on.map(|is_on| !is_on)).unwrap_or(parity_core::fact::State::Absent);
    out.state(id, state, Origin::file(path));
}

fn control_groups(answers: &Answers, out: &mut Observation<'_>) {
    let need = small("proc/self/mounts");
    let version = match answers.bytes(&need) {
        Outcome::Got(mounts) => parse::cgroup_version(mounts),
        other => {
            for name in CONTROL_GROUPS {
                give(out, name, other.clone().map(|_| (Value::Int(0), need.origin())));
            }
            return;
        }
    };
    let Some(version) = version else {
        for name in CONTROL_GROUPS {
            out.state(
                FactId::single(name),
                parity_core::fact::State::Absent,
                need.origin(),
            );
        }
        return;
    };
    out.value("cgroup.version", version, need.origin());
    let (path, controllers): (_, fn(&[u8]) -> Value) = if version == 2 {
        ("sys/fs/cgroup/cgroup.controllers", |bytes| {
            Value::set(text(bytes).split_whitespace())
        })
    } else {
        ("proc/cgroups", |bytes| Value::set(parse::enabled_cgroups(bytes)))
    };
    if let Some(state) = known(answers.bytes(&small(path)).map(controllers)) {
        out.state(FactId::single("cgroup.controllers"), state, Origin::file(path));
    }
    let listed = answers.bytes(&small("proc/cgroups")).map(parse::enabled_cgroups);
    if let Some(state) = known(listed.map(Value::set)) {
        let id = FactId::single("cgroup.listed-controllers");
        out.state(id, state, Origin::file("proc/cgroups"));
    }
    let limit = "sys/fs/cgroup/memory.max";
    let max = answers
        .bytes(&small(limit))
        .map(|bytes| text(bytes).trim().to_owned());
    if let Some(state) = known(max) {
        out.state(FactId::single("cgroup.memory-max"), state, Origin::file(limit));
    }
}
