//! The table of mounts (proc_pid_mounts(5)) and `fstab(5)`: one syntax. Pure functions over text.

use parity_core::redact::{self, REDACTED};

use crate::reading::statements;

/// A line of either table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) source: String,
    /// Without a leading slash is only what has no place, such as swap.
    pub(super) place: String,
    pub(super) kind: String,
    pub(super) options: Vec<String>,
    /// Line, counted from 1.
    pub(super) line: u32,
}

/// The lines of a table, and the numbers of those that have too few fields.
pub(super) fn table(text: &str) -> (Vec<Mount>, Vec<u32>) {
    let mut mounts = Vec::new();
    let mut wrong = Vec::new();
    for (line, statement) in statements(text, &['#']) {
        let mut fields = statement.split_ascii_whitespace().map(unescape);
        let (Some(source), Some(place), Some(kind)) = (fields.next(), fields.next(), fields.next()) else {
            wrong.push(line);
            continue;
        };
        let options = fields.next().unwrap_or_default();
        let options = options.split(',').filter(|option| !option.is_empty());
        mounts.push(Mount {
            source,
            place,
            kind,
            options: options.map(str::to_owned).collect(),
            line,
        });
    }
    (mounts, wrong)
}

/// `\040` and its kin stand for white space and the backslash.
fn unescape(field: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let octal = |byte: &u8| (b'0'..=b'7').contains(byte).then(|| u32::from(byte - b'0'));
        let code = match (first, tail) {
            (b'\\', [a, b, c, ..]) => octal(a)
                .zip(octal(b))
                .zip(octal(c))
                .and_then(|((a, b), c)| u8::try_from(a * 64 + b * 8 + c).ok()),
            _ => None,
        };
        match code {
            Some(byte) => {
                out.push(byte);
                rest = tail.get(3..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// File systems that show the kernel's own state: every Linux has the same.
const PSEUDO: [&str; 19] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fusectl",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "rpc_pipefs",
    "securityfs",
    "sysfs",
    "tracefs",
];

/// Where sessions, containers and packages mount by themselves.
const PASSING: [&str; 16] = [
    "/proc/",
    "/sys/",
    "/dev/",
    "/snap/",
    "/var/lib/snapd/",
    "/run/user/",
    "/run/credentials/",
    "/run/docker/",
    "/run/containerd/",
    "/run/containers/",
    "/run/netns/",
    "/run/host/",
    "/run/snapd/",
    "/var/lib/docker/",
    "/var/lib/containers/",
    "/var/lib/kubelet/",
];

/// Whether a mount is one that somebody set up and that stays.
pub(super) fn is_lasting(mount: &Mount) -> bool {
    let passes = PASSING.iter().any(|prefix| mount.place.starts_with(prefix)) && mount.place != "/dev/shm";
    !PSEUDO.contains(&mount.kind.as_str())
        && !passes
        && !matches!(mount.place.as_str(), "/dev" | "/run/host" | "/run/netns")
        && mount.place.starts_with('/')
        // A single file bound over another by a container runtime.
        && !matches!(mount.place.as_str(), "/etc/hosts" | "/etc/hostname" | "/etc/resolv.conf")
}

/// What is mounted, without its name.
pub(super) fn source_kind(mount: &Mount) -> &'static str {
    const NETWORK: [&str; 11] = [
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
    ];
    let source = mount.source.as_str();
    let kind = mount.kind.as_str();
    let tagged = |tags: [&str; 2]| tags.iter().any(|tag| source.starts_with(tag));
    if NETWORK.contains(&kind) {
        "network"
    } else if kind == "overlay" {
        "overlay"
    } else if tagged(["UUID=", "PARTUUID="]) || source.starts_with("/dev/disk/by-uuid/") {
        "uuid"
    } else if tagged(["LABEL=", "PARTLABEL="]) {
        "label"
    } else if source.starts_with('/') {
        "device"
    } else {
        "none"
    }
}

/// Options whose value comes from the machine: memory, container layers, sessions, discovered addresses.
const OWN_VALUES: [&str; 13] = [
    "lowerdir",
    "upperdir",
    "workdir",
    "size",
    "nr_inodes",
    "nr_blocks",
    "uuid",
    "addr",
    "clientaddr",
    "mountaddr",
    "fd",
    "pgrp",
    "pipe_ino",
];

/// The options that compare, those the mount was given its own values for left out.
pub(super) fn lasting_options(options: &[String]) -> Vec<String> {
    let name = |option: &str| option.split('=').next().unwrap_or_default().to_owned();
    options
        .iter()
        .filter(|option| {
            let name = name(option);
            // Later kernels write `lowerdir+=`.
            !OWN_VALUES.contains(&name.trim_end_matches('+'))
        })
        .map(|option| hide(option))
        .collect()
}

/// An option as it may be shown: `password=…` of cifs and its kin loses its value.
pub(super) fn hide(option: &str) -> String {
    match option.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={REDACTED}"),
        _ => option.to_owned(),
    }
}

fn is_secret(name: &str) -> bool {
    redact::is_secret_name(name) || matches!(name, "pass" | "user" | "username" | "cred" | "key")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_are_unescaped() {
        let (mounts, wrong) = table("/dev/sda1 /mnt/a\\040b ext4 rw,noatime 0 0\n# c\nbad line\n");
        assert_eq!(mounts[0].place, "/mnt/a b");
        assert_eq!(mounts[0].options, ["rw", "noatime"]);
        assert_eq!(wrong, [3]);
        assert_eq!(unescape("a\\9x\\04"), "a\\9x\\04");
    }

    #[test]
    fn what_is_mounted_is_told_by_kind() {
        for (line, kind) in [
            ("/dev/sda1 / ext4 rw", "device"),
            ("UUID=1-2 / ext4 rw", "uuid"),
            ("nas:/x /y nfs4 rw", "network"),
            ("//nas/x /y cifs rw", "network"),
            ("tmpfs /tmp tmpfs rw", "none"),
            ("overlay / overlay rw", "overlay"),
        ] {
            assert_eq!(source_kind(&table(line).0[0]), kind, "{line}");
        }
    }

    #[test]
    fn passing_mounts_and_own_values_go() {
        let of = |line: &str| table(line).0.remove(0);
        assert!(is_lasting(&of("/dev/sdb /data xfs rw")));
        assert!(is_lasting(&of("tmpfs /dev/shm tmpfs rw")));
        assert!(!is_lasting(&of("tmpfs /run/user/1000 tmpfs rw")));
        assert!(!is_lasting(&of("proc /proc proc rw")));
        assert!(!is_lasting(&of("nsfs /run/netns/x nsfs rw")));
        let options = ["rw", "lowerdir=/a", "size=12k", "password=x", "mode=755"].map(str::to_owned);
        assert_eq!(
            lasting_options(&options),
            ["rw", "password=[redacted]", "mode=755"]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = table(&text);
        }
    }
}
