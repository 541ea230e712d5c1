//! What engines need of the host itself, and what keeps them from it.

use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;
use parity_core::version::Scheme;

/// Engines that know one version of control groups only: below the release, or from it on.
///
/// <https://docs.docker.com/engine/release-notes/20.10/>, <https://github.com/containerd/containerd/releases/tag/v1.4.0>,
/// <https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/5573-remove-cgroup-v1>.
const OF_ONE_VERSION: [(&str, Bound, i64); 3] = [
    ("containerd", Bound::Below("1.4.0"), 1),
    ("docker", Bound::Below("20.10.0"), 1),
    ("kubelet", Bound::From("1.35.0"), 2),
];

#[derive(Clone, Copy)]
enum Bound {
    Below(&'static str),
    From(&'static str),
}

/// The only version of control groups that an engine runs with.
pub(super) fn control_groups(engine: &str, version: &str) -> Option<i64> {
    let (_, bound, only) = OF_ONE_VERSION.into_iter().find(|(name, ..)| *name == engine)?;
    let is_below = |least: &str| {
        Scheme::Generic
            .compare(version, least)
            .is_ok_and(std::cmp::Ordering::is_lt)
    };
    let is_bound = match bound {
        Bound::Below(least) => is_below(least),
        Bound::From(least) => !is_below(least),
    };
    is_bound.then_some(only)
}

/// Packages of snapd that are engines, where they are mounted.
const SNAPS: [(&str, &str); 1] = [("docker", "snap/docker/current")];

pub(super) fn needs() -> Vec<Need> {
    let snaps = SNAPS.iter().map(|(_, path)| Need::glob(*path, Take::Stat));
    snaps.chain([kubelet()]).collect()
}

/// The configuration of the kubelet: <https://kubernetes.io/docs/concepts/architecture/cgroups/#deprecation-of-cgroup-v1>.
fn kubelet() -> Need {
    Need::file_up_to("var/lib/kubelet/config.yaml", 256 << 10)
}

/// Whether an engine is told to run with the other version all the same; nothing where what tells it is closed.
fn is_lenient(engine: &str, answers: &Answers) -> Option<bool> {
    if engine != "kubelet" {
        return Some(false);
    }
    match answers.bytes(&kubelet()) {
        Outcome::Got(bytes) => {
            let text = crate::reading::text(bytes);
            let mut lines = text.lines().map(str::trim);
            Some(lines.any(|line| line.starts_with("failCgroupV1:") && line.ends_with("false")))
        }
        Outcome::Absent | Outcome::NotApplicable => Some(false),
        Outcome::NotPermitted | Outcome::Failed(_) => None,
    }
}

/// Engines that snapd confines.
pub(super) fn snaps(answers: &Answers) -> Vec<&'static str> {
    let is_there = |path: &str| {
        let found = answers.entries(&Need::glob(path, Take::Stat));
        found.got().is_some_and(|found| !found.entries.is_empty())
    };
    let found = SNAPS.iter().filter(|(_, path)| is_there(path));
    found.map(|(engine, _)| *engine).collect()
}

pub(super) fn tell(answers: &Answers, versions: &BTreeMap<&'static str, String>, out: &mut Observation<'_>) {
    // The containerd beside Docker is Docker's.
    let is_part = |engine: &str| engine == "containerd" && versions.contains_key("docker");
    for (engine, version) in versions.iter().filter(|(engine, _)| !is_part(engine)) {
        if let Some(only) = control_groups(engine, version) {
            let origin = Origin::Derived(format!("{engine} {version}"));
            let id = FactId::keyed("container.control-groups", *engine);
            match is_lenient(engine, answers) {
                Some(true) => {}
                Some(false) => out.state(id, State::Value(only.into()), origin),
                None => out.state(
                    id,
                    State::Unknown(format!("{} cannot be read", kubelet().origin())),
                    origin,
                ),
            }
        }
    }
    let snaps = snaps(answers);
    if !snaps.is_empty() {
        let origin = Origin::file("snap");
        out.state(
            FactId::single("container.snaps"),
            State::Value(Value::set(snaps)),
            origin,
        );
    }
}

/// Whether containers of Docker are labelled: only where a setting says so (dockerd(8)). That of Fedora and of RHEL 7 stands in a file.
pub(super) fn labels(daemon: Option<&[u8]>, sysconfig: Outcome<&[u8]>) -> State {
    let daemon: Option<serde_json::Value> = daemon.and_then(|bytes| serde_json::from_slice(bytes).ok());
    let said = daemon.and_then(|daemon| daemon.get("selinux-enabled")?.as_bool());
    match (said, sysconfig) {
        (Some(said), _) => State::Value(said.into()),
        (None, Outcome::Got(bytes)) => {
            let text = crate::reading::text(bytes);
            let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            State::Value(lines.any(|line| line.contains("--selinux-enabled")).into())
        }
        (None, Outcome::NotPermitted) => State::NotPermitted,
        (None, Outcome::Failed(failure)) => State::Unknown(failure.reason),
        (None, Outcome::Absent | Outcome::NotApplicable) => State::Value(false.into()),
    }
}

/// Options under which XFS keeps quotas of projects (xfs(5)), without which Docker limits no layers.
pub(super) fn has_project_quota(mounts: &str, place: &str) -> bool {
    let mut options = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        (words.next()? == place).then(|| words.nth(1)).flatten()
    });
    let last = options.next_back().unwrap_or_default();
    last.split(',')
        .any(|option| matches!(option, "pquota" | "prjquota"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_of_one_version() {
        for (engine, version, expected) in [
            ("docker", "19.03.8", Some(1)),
            ("docker", "20.10.0", None),
            ("kubelet", "1.34.2", None),
            ("kubelet", "1.35.0", Some(2)),
            ("podman", "1.0", None),
        ] {
            assert_eq!(control_groups(engine, version), expected, "{engine} {version}");
        }
    }

    #[test]
    fn quotas() {
        let mounts = "/dev/a / xfs rw,noquota 0 0\n/dev/b /var/lib/docker xfs rw,prjquota 0 0\n";
        assert!(has_project_quota(mounts, "/var/lib/docker"));
        assert!(!has_project_quota(mounts, "/"));
    }

    #[test]
    fn labels_are_asked_for() {
        let state = |daemon: &str, file: Option<&'static str>| {
            let file = file.map_or(Outcome::Absent, |text| Outcome::Got(text.as_bytes()));
            labels(Some(daemon.as_bytes()), file)
        };
        assert_eq!(
            state(r#"{"selinux-enabled": true}"#, None),
            State::Value(true.into())
        );
        assert_eq!(state("{}", None), State::Value(false.into()));
        assert_eq!(
            state("{}", Some("OPTIONS='--selinux-enabled'")),
            State::Value(true.into())
        );
    }
}
