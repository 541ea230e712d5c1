//! What the images of a release need of one host.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{FactId, Value};
use parity_core::schema::Schema;
use parity_core::view::View;

use super::architectures::is_x86_only;
use super::beneath;
use super::distributions::{Libc, userland};
use super::java::{Java, java, of_version};
use super::schema::DERIVED;
use super::software::needs;
use crate::compose::{image_name, tagged};

/// Works out what images need of a host.
#[derive(Debug, Clone, Copy)]
pub struct ImageNeeds;

/// First version of glibc whose programs do without the vsyscall page: <https://github.com/clearcontainers/runtime/issues/368>.
const WITHOUT_VSYSCALL: (u32, u32) = (2, 15);

/// First version of glibc that starts threads with clone3: <https://github.com/moby/moby/pull/42681>.
const WITH_CLONE3: (u32, u32) = (2, 34);

/// First versions that use the 64-bit time calls on 32-bit machines: <https://musl.libc.org/time64.html>, NEWS of glibc 2.31.
const MUSL_TIME64: (u32, u32) = (1, 2);
const GLIBC_TIME64: (u32, u32) = (2, 31);

/// What lets those calls through: <https://wiki.alpinelinux.org/wiki/Release_Notes_for_Alpine_3.13.0>.
const LETS_TIME64: [(&str, &str); 2] = [("docker", "19.03.9"), ("libseccomp", "2.4.2")];

/// First versions of glibc's distributions whose ls and stat ask with statx (coreutils 8.32), and what lets that call through:
/// <https://github.com/moby/moby/pull/36417>, <https://github.com/seccomp/libseccomp/releases/tag/v2.3.3>.
const STATX: [(&str, u32); 3] = [("Debian", 11), ("Fedora", 33), ("Ubuntu", 21)];
const LETS_STATX: [(&str, &str); 2] = [("docker", "18.04.0"), ("libseccomp", "2.3.3")];

/// What fails with every thread is told by that alone.
fn uses_clone3(libc: Libc) -> bool {
    matches!(libc, Libc::Glibc(version) if version >= WITH_CLONE3)
}

fn asks_statx(userland: &str) -> bool {
    STATX.iter().any(|(family, since)| {
        let release = userland.strip_prefix(family).map(str::trim);
        let major = release.and_then(|release| release.split('.').next()?.parse::<u32>().ok());
        major.is_some_and(|major| major >= *since)
    })
}

/// First versions whose default profile leaves io_uring out: <https://github.com/moby/moby/pull/46762>,
/// <https://github.com/containerd/containerd/pull/9320>.
const DOCKER_WITHOUT_IO_URING: (&str, &str) = ("docker", "25.0");
const CONTAINERD_WITHOUT_IO_URING: (&str, &str) = ("containerd", "2.0");

/// First Alpine whose C library asks with faccessat2 whether a file may be used:
/// <https://wiki.alpinelinux.org/wiki/Release_Notes_for_Alpine_3.14.0>.
const ALPINE_FACCESSAT2: (u32, u32) = (3, 14);

fn asks_faccessat2(userland: &str) -> bool {
    let release = userland
        .strip_prefix("Alpine ")
        .and_then(|text| text.split_once('.'));
    let numbers = release.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    numbers.is_some_and(|numbers: (u32, u32)| numbers >= ALPINE_FACCESSAT2)
}

/// An image that a file of the release runs.
struct Run<'a> {
    file: &'a str,
    /// Whether it is started by Docker, not by Kubernetes.
    is_compose: bool,
    image: String,
    traits: BTreeSet<String>,
}

impl Derivation for ImageNeeds {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let Some(release) = sides.release else {
            return Derived::default();
        };
        let runs = runs(release);
        let has_archives = release.family("jar.needs-java").next().is_some();
        if runs.is_empty() && !has_archives {
            return Derived::default();
        }
        let host = HostSide::of(sides.host, sides.dev);
        let mut out = BTreeMap::new();
        for run in runs {
            host.judge(&run, &mut out);
        }
        host.judge_own_java(release, &mut out);
        Derived::certain(out, "what the image is known to need")
    }
}

type Out = BTreeMap<FactId, Value>;

/// What files of the release start, and what its container files are built upon.
fn runs<'a>(release: &'a View<'_>) -> Vec<Run<'a>> {
    let texts = |name: &'static str| {
        release.family(name).filter_map(|fact| {
            let (key, value) = (fact.id.key()?, fact.state.value()?);
            Some((key, value))
        })
    };
    let traits_of = |key: &str| -> BTreeSet<String> {
        let found = texts("started.traits").find(|(of, _)| *of == key);
        found
            .map(|(_, value)| value.members().iter().map(ToString::to_string).collect())
            .unwrap_or_default()
    };
    let mut runs = Vec::new();
    // `=` joins the parts of keys, and no image has one in its name.
    let is_image = |image: &Value| !image.to_string().contains('=');
    for (key, image) in texts("started.image").filter(|(_, image)| is_image(image)) {
        runs.push(Run {
            file: key.split(':').next().unwrap_or(key),
            is_compose: key.contains("compose"),
            image: image.to_string(),
            traits: traits_of(key),
        });
    }
    for (file, stage) in texts("container.final") {
        let base = format!("{file}:{stage}");
        let Some((_, image)) = texts("container.base").find(|(key, _)| *key == base) else {
            continue;
        };
        if !is_image(image) {
            continue;
        }
        let built = texts("started.build").filter(|(_, of)| of.to_string() == file);
        let platform = texts("container.platform").find(|(key, _)| *key == base);
        let platform = platform.map(|(_, platform)| format!("platform {platform}"));
        runs.push(Run {
            file,
            is_compose: true,
            image: image.to_string(),
            traits: built
                .flat_map(|(key, _)| traits_of(key))
                .chain(platform)
                .chain(first_program(release, file))
                .chain([BUILT_UPON.to_owned()])
                .collect(),
        });
    }
    runs
}

/// That a container file begins with the image, which may start it in a way of its own.
const BUILT_UPON: &str = "built upon";

/// `init`, where a container file has systemd run first.
fn first_program(release: &View<'_>, file: &str) -> Option<String> {
    let said = release.state(&FactId::keyed("demand.first-program", file));
    said.value().map(|_| "init".to_owned())
}

/// What is known of the host.
struct HostSide<'a> {
    view: &'a View<'a>,
    has_engine: bool,
    limits_memory: bool,
}

fn text(view: &View<'_>, name: &'static str) -> Option<String> {
    Some(view.state(&FactId::single(name)).value()?.to_string())
}

fn number(view: &View<'_>, name: &'static str) -> Option<i64> {
    view.state(&FactId::single(name)).value()?.as_int()
}

impl<'a> HostSide<'a> {
    fn of(view: &'a View<'a>, dev: Option<&View<'_>>) -> HostSide<'a> {
        let engines = view.state(&FactId::single("container.engines"));
        let engines = engines.value().map(Value::to_string).unwrap_or_default();
        let schedules = ["cri-o", "k3s", "kubelet"]
            .iter()
            .any(|engine| engines.split(", ").any(|found| found == *engine));
        let limit = view.state(&FactId::single("cgroup.memory-max"));
        let is_limited = limit
            .value()
            .is_some_and(|limit| limit.to_string().parse::<u64>().is_ok());
        // Where it worked there was the old hierarchy, or nobody knows.
        let is_change = dev.and_then(|dev| number(dev, "cgroup.version")) != Some(2);
        HostSide {
            view,
            has_engine: !engines.is_empty(),
            limits_memory: schedules || is_limited || is_change,
        }
    }

    /// Whether the host can tell a fact, or must be asked for it because it runs containers.
    fn can_tell(&self, name: &'static str) -> bool {
        self.has_engine || self.view.state(&FactId::single(name)).is_certain()
    }

    fn judge(&self, run: &Run<'_>, out: &mut Out) {
        let key = format!("{}={}", run.file, run.image);
        let keyed = |name: &'static str| FactId::keyed(name, key.as_str());
        let (user, program) = (userland(&run.image), needs(&run.image));
        let level = user.as_ref().map_or(1, |user| user.x86_level);
        let level = level.max(program.map_or(1, |needs| needs.x86_level));
        if level > 1 && self.can_tell("cpu.x86-level") {
            out.insert(keyed("image.x86-level"), level.into());
        }
        if let Some(needs) = program.filter(|_| self.can_tell("cpu.flags")) {
            let flags = match text(self.view, "kernel.machine").as_deref() {
                Some("aarch64") => needs.arm_flags,
                _ => needs.flags,
            };
            for flag in flags {
                let id = FactId::keyed("image.cpu-flag", format!("{key}={flag}"));
                out.insert(id, needs.software.into());
            }
        }
        if let Some(architecture) = architecture(run) {
            out.insert(keyed("image.architecture"), architecture.into());
        } else if is_x86_only(&run.image) {
            out.insert(keyed("image.only-for"), "x86_64".into());
        }
        let is_confined = !run.traits.contains("privileged") && !run.traits.contains("seccomp-unconfined");
        if let Some(user) = user
            .as_ref()
            .filter(|user| is_confined && asks_faccessat2(&user.name))
        {
            out.insert(keyed("image.faccessat2"), user.name.as_str().into());
        }
        if user
            .as_ref()
            .is_some_and(|user| is_confined && asks_statx(&user.name) && !uses_clone3(user.libc))
        {
            for (part, since) in LETS_STATX {
                let id = FactId::keyed("image.statx", format!("{key}={part}"));
                out.insert(id, since.into());
            }
        }
        let release = self.view.state(&FactId::single("kernel.release"));
        let least = match release.value().map(Value::to_string) {
            Some(release) => beneath::newer_kernel(&run.image, user.as_ref(), &release),
            None => beneath::least_kernel(&run.image, false).filter(|_| self.has_engine),
        };
        if let Some(least) = least {
            out.insert(keyed("image.kernel"), least.into());
        }
        if let Some(bytes) = beneath::memory(&run.image).filter(|_| self.can_tell("memory.total")) {
            out.insert(keyed("image.memory"), bytes.into());
        }
        if let Some((shown, version)) = user.as_ref().and_then(beneath::systemd)
            && run.traits.contains("init")
            && self.can_tell("cgroup.version")
        {
            let id = FactId::keyed("image.systemd", format!("{key}={shown}"));
            out.insert(id, version.into());
        }
        if let Some((shown, version)) = beneath::kubelet(&run.image)
            && !["takes-cgroup-v1", BUILT_UPON]
                .iter()
                .any(|word| run.traits.contains(*word))
            && self.can_tell("cgroup.version")
        {
            let id = FactId::keyed("image.systemd", format!("{key}={shown}"));
            out.insert(id, version.into());
        }
        if run.image.contains("tigerbeetle/tigerbeetle") {
            self.judge_io_uring("io_uring alone", run, is_confined, &key, out);
        }
        if let Some(libc) = user.map(|user| user.libc) {
            self.judge_libc(libc, is_confined, &key, out);
        }
        if let Some(java) = java(&run.image).filter(|_| self.can_tell("cgroup.version")) {
            self.judge_java(java, run.traits.contains("memory-limit"), &key, out);
        }
        if let Some(shown) = beneath::dotnet(&run.image)
            && self.can_tell("cgroup.version")
            && (self.limits_memory || run.traits.contains("memory-limit"))
        {
            out.insert(keyed("image.cgroup2-dotnet"), shown.into());
        }
        let is_postgresql = tagged(&run.image).is_some_and(|tagged| tagged.service == "postgresql")
            || run.image.contains("cloudnative-pg/postgresql");
        if is_postgresql && run.traits.contains("setting io_method=io_uring") {
            self.judge_io_uring("io_method=io_uring", run, is_confined, &key, out);
        }
    }

    fn judge_io_uring(&self, why: &str, run: &Run<'_>, is_confined: bool, key: &str, out: &mut Out) {
        out.insert(FactId::keyed("image.io-uring", key), why.into());
        let (engine, since) = match run.is_compose {
            true => DOCKER_WITHOUT_IO_URING,
            false => CONTAINERD_WITHOUT_IO_URING,
        };
        if is_confined {
            let id = FactId::keyed("image.io-uring-blocked", format!("{key}={engine}"));
            out.insert(id, since.into());
        }
    }

    fn judge_libc(&self, libc: Libc, is_confined: bool, key: &str, out: &mut Out) {
        let shown = |(major, minor): (u32, u32)| format!("{major}.{minor}");
        let keyed = |name: &'static str| FactId::keyed(name, key);
        if let Libc::Glibc(version) = libc {
            if version < WITHOUT_VSYSCALL && self.can_tell("kernel.vsyscall") {
                out.insert(
                    keyed("image.vsyscall"),
                    format!("glibc {}", shown(version)).into(),
                );
            }
            if version >= WITH_CLONE3 && is_confined {
                let since = format!("glibc {} or newer", shown(WITH_CLONE3));
                out.insert(keyed("image.clone3"), since.into());
            }
        }
        let uses_time64 = match libc {
            Libc::Glibc(version) => version >= GLIBC_TIME64,
            Libc::Musl(version) => version >= MUSL_TIME64,
        };
        if uses_time64 && is_confined {
            for (part, since) in LETS_TIME64 {
                let id = FactId::keyed("image.time64", format!("{key}={part}"));
                out.insert(id, since.into());
            }
        }
    }

    fn judge_java(&self, java: Java, has_limit: bool, key: &str, out: &mut Out) {
        if !self.limits_memory && !has_limit {
            return;
        }
        if let Some(since) = java.lacks_unified() {
            out.insert(FactId::keyed("image.cgroup2-java", key), since.into());
        } else if java.reads_proc_cgroups() {
            out.insert(FactId::keyed("image.proc-cgroups-java", key), java.shown().into());
        }
    }

    /// Where the host is itself a container with a limit: its own Java, for archives of the release.
    fn judge_own_java(&self, release: &View<'_>, out: &mut Out) {
        let limit = self.view.state(&FactId::single("cgroup.memory-max"));
        let is_limited = limit
            .value()
            .is_some_and(|limit| limit.to_string().parse::<u64>().is_ok());
        let versions = self.view.state(&FactId::keyed("runtime.version", "java"));
        let Some(versions) = versions.value().filter(|_| is_limited) else {
            return;
        };
        let members = versions.members();
        let all: Option<Vec<Java>> = members.iter().map(|version| of_version(version)).collect();
        // The best of several may be the one that runs.
        let Some(best) = all.and_then(|all| all.into_iter().max()) else {
            return;
        };
        for jar in release.family("jar.needs-java").filter_map(|fact| fact.id.key()) {
            let key = format!("{jar}=Java {}", best.shown());
            self.judge_java(best, true, &key, out);
        }
    }
}

/// The architecture that a name or a platform asks for, as `uname -m` names it.
fn architecture(run: &Run<'_>) -> Option<&'static str> {
    let platform = run.traits.iter().find_map(|text| text.strip_prefix("platform "));
    let path = image_name(&run.image).path;
    let repository = path.split('/').next().unwrap_or_default();
    let named = match repository {
        "amd64" => Some("x86_64"),
        "i386" => Some("i386"),
        "arm64v8" => Some("aarch64"),
        "arm32v5" | "arm32v6" | "arm32v7" => Some("arm"),
        "ppc64le" => Some("ppc64le"),
        "riscv64" => Some("riscv64"),
        "s390x" => Some("s390x"),
        _ => None,
    };
    named.or_else(|| of_platform(platform?))
}

fn of_platform(platform: &str) -> Option<&'static str> {
    match platform.strip_prefix("linux/").unwrap_or(platform) {
        "amd64" | "x86_64" => Some("x86_64"),
        "386" => Some("i386"),
        "arm64" | "arm64/v8" | "aarch64" => Some("aarch64"),
        "arm" | "arm/v5" | "arm/v6" | "arm/v7" => Some("arm"),
        "ppc64le" => Some("ppc64le"),
        "riscv64" => Some("riscv64"),
        "s390x" => Some("s390x"),
        _ => None,
    }
}
