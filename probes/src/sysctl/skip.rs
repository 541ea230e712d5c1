//! What is left out of the run-time settings: what changes by itself, what names a machine, and what is secret.

use parity_core::redact;

/// Counters and states, not settings, and what the probe `kernel` tells. Sorted.
///
/// Source: the files of Documentation/admin-guide/sysctl and Documentation/networking of Linux.
const VOLATILE: [&str; 20] = [
    "fs.aio-nr",
    "fs.dentry-state",
    "fs.file-nr",
    "fs.inode-nr",
    "fs.inode-state",
    "fs.mqueue.queues_count",
    "kernel.arch",
    "kernel.cad_pid",
    "kernel.hostname",
    "kernel.hung_task_detect_count",
    "kernel.ns_last_pid",
    "kernel.osrelease",
    // Lowered by the kernel where sampling takes too long.
    "kernel.perf_event_max_sample_rate",
    "kernel.pty.nr",
    "kernel.tainted",
    "kernel.version",
    // Drawn anew at every boot.
    "net.core.netdev_rss_key",
    "net.netfilter.nf_conntrack_count",
    "net.nf_conntrack_count",
    "vm.stat_refresh",
];

/// Trees of which nothing is a setting.
const VOLATILE_TREES: [&str; 3] = ["kernel.random.", "kernel.sched_domain.", "fs.quota."];

/// Beginnings of names that programs give to interfaces by the dozen.
const PASSING_INTERFACES: [&str; 10] = [
    "veth", "vnet", "tap", "cali", "lxc", "lxdbr", "nic", "vif", "fwbr", "fwpr",
];

/// Whether a key is no setting that could be compared.
pub(super) fn is_skipped(key: &str) -> bool {
    VOLATILE.contains(&key)
        || VOLATILE_TREES.iter().any(|tree| key.starts_with(tree))
        || is_secret(key)
        || interface(key).is_some_and(is_passing)
}

/// Keys of the kernel's own cryptography: `net.ipv4.tcp_fastopen_key`, `net.ipv6.conf.all.stable_secret`.
fn is_secret(key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key);
    let is_interval = name.ends_with("_interval");
    (redact::is_secret_name(name) && !is_interval) || name.ends_with("_key")
}

/// The interface in `net.ipv4.conf.IF.…` and `net.ipv6.neigh.IF.…`.
fn interface(key: &str) -> Option<&str> {
    let mut parts = key.strip_prefix("net.")?.split('.').skip(1);
    matches!(parts.next(), Some("conf" | "neigh"))
        .then(|| parts.next())
        .flatten()
}

/// An interface that comes and goes with a container or a virtual machine.
fn is_passing(name: &str) -> bool {
    let hex = |text: &str| text.len() == 12 && text.chars().all(|c| c.is_ascii_hexdigit());
    let begun_by = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() > 4 || rest.contains(|c: char| c.is_ascii_digit()))
    };
    name.strip_prefix("br-").is_some_and(hex) || PASSING_INTERFACES.into_iter().any(begun_by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_stay_and_states_go() {
        for key in [
            "fs.file-nr",
            "kernel.random.uuid",
            "net.ipv4.tcp_fastopen_key",
            "net.ipv6.conf.eth0.stable_secret",
            "net.ipv4.conf.veth12ab34c.forwarding",
            "net.ipv4.neigh.br-0123456789ab.gc_stale_time",
        ] {
            assert!(is_skipped(key), "{key}");
        }
        for key in [
            "fs.file-max",
            "net.core.somaxconn",
            "net.ipv4.conf.eth0.forwarding",
            "net.ipv4.conf.docker0.rp_filter",
            "net.ipv4.conf.eth0/100.rp_filter",
            "net.ipv4.ipfrag_secret_interval",
        ] {
            assert!(!is_skipped(key), "{key}");
        }
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(VOLATILE.is_sorted());
    }
}
