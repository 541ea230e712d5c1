//! Versions of resources by the versions of Kubernetes that serve them.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/> and the release notes for what became stable.

use super::said::{Said, range};
use crate::reading::numbered;

/// apiVersion, kinds (`*` for all), first and last version.
#[rustfmt::skip]
const SERVED: &[(&str, &str, &str, &str)] = &[
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", "1.16", ""),
    ("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", "", "1.22"),
    ("apiextensions.k8s.io/v1", "*", "1.16", ""),
    ("apiextensions.k8s.io/v1beta1", "*", "", "1.22"),
    ("apiregistration.k8s.io/v1beta1", "*", "", "1.22"),
    ("apps/v1beta1", "*", "", "1.16"),
    ("apps/v1beta2", "*", "", "1.16"),
    ("autoscaling/v2", "*", "1.23", ""),
    ("autoscaling/v2beta1", "*", "", "1.25"),
    ("autoscaling/v2beta2", "*", "1.12", "1.26"),
    ("batch/v1", "CronJob", "1.21", ""),
    ("batch/v1beta1", "*", "", "1.25"),
    ("certificates.k8s.io/v1", "*", "1.19", ""),
    ("certificates.k8s.io/v1beta1", "*", "", "1.22"),
    ("coordination.k8s.io/v1beta1", "*", "", "1.22"),
    ("discovery.k8s.io/v1", "*", "1.21", ""),
    ("discovery.k8s.io/v1beta1", "*", "", "1.25"),
    ("events.k8s.io/v1beta1", "*", "", "1.25"),
    ("extensions/v1beta1", "DaemonSet Deployment NetworkPolicy PodSecurityPolicy ReplicaSet", "", "1.16"),
    ("extensions/v1beta1", "Ingress", "", "1.22"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "*", "", "1.26"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", "*", "1.23", "1.29"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", "*", "1.26", "1.32"),
    ("networking.k8s.io/v1", "Ingress IngressClass", "1.19", ""),
    ("networking.k8s.io/v1beta1", "Ingress IngressClass", "1.14", "1.22"),
    ("node.k8s.io/v1", "*", "1.20", ""),
    ("node.k8s.io/v1beta1", "*", "", "1.25"),
    ("policy/v1", "PodDisruptionBudget", "1.21", ""),
    ("policy/v1beta1", "PodDisruptionBudget PodSecurityPolicy", "", "1.25"),
    ("rbac.authorization.k8s.io/v1beta1", "*", "", "1.22"),
    ("scheduling.k8s.io/v1beta1", "*", "", "1.22"),
    ("storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", "", "1.22"),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", "", "1.27"),
];

pub(super) fn concerns(path: &str, head: &[u8]) -> bool {
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    is_yaml && head.windows(11).any(|word| word == b"apiVersion:")
}

/// Documents are parted by `---`; a chart that asks for what is served (`.Capabilities`) is not judged.
pub(super) fn read(text: &str, said: &mut Said) {
    if text.contains(".Capabilities") {
        return;
    }
    let (mut version, mut kind): (Option<(String, u32)>, Option<String>) = (None, None);
    for (number, line) in numbered(text).chain([(u32::MAX, "---")]) {
        let value = |name: &str| {
            let rest = line.strip_prefix(name)?.split(" #").next()?;
            Some(rest.trim().trim_matches(['"', '\'']).to_owned())
        };
        if line.starts_with("---") {
            if let (Some((version, at)), Some(kind)) = (version.take(), kind.take()) {
                tell(&version, &kind, at, said);
            }
            (version, kind) = (None, None);
        } else if let Some(found) = value("apiVersion:") {
            version = Some((found, number));
        } else if let Some(found) = value("kind:") {
            kind = Some(found);
        }
    }
}

fn tell(version: &str, kind: &str, line: u32, said: &mut Said) {
    let fits = |kinds: &str| kinds == "*" || kinds.split_whitespace().any(|it| it == kind);
    let served = SERVED
        .iter()
        .find(|(name, kinds, ..)| *name == version && fits(kinds));
    if let Some((_, _, since, until)) = served {
        let key = format!("{kind} {version}");
        said.add("kubernetes-file.versions", key, range(since, until), line);
    }
}
