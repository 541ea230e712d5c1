//! What images need of the kernel and the memory of a host, by name and tag.
//!
//! Sources stand with the rows.

use std::cmp::Ordering;

use parity_core::version::Scheme;

use super::distributions::Userland;
use super::software::numbers;
use crate::compose::image_name;

/// What needs at least this kernel.
struct Kernel {
    /// Names of images, without a registry.
    images: &'static [&'static str],
    /// First tag, numbers compared as numbers; nothing for all.
    since: &'static [u64],
    /// The oldest kernel that it runs on.
    least: &'static str,
    /// The oldest of Red Hat's, which has parts of newer ones; nothing where that counts as any.
    of_red_hat: &'static str,
}

/// Of one program the newest row first.
const KERNELS: [Kernel; 8] = [
    // glibc of Arch Linux is built with --enable-kernel=4.4: https://gitlab.archlinux.org/archlinux/packaging/packages/glibc
    Kernel {
        images: &["archlinux", "archlinux/archlinux"],
        since: &[],
        least: "4.4",
        of_red_hat: "",
    },
    // https://docs.cilium.io/en/stable/operations/system_requirements/
    Kernel {
        images: &["cilium/cilium"],
        since: &[1, 18],
        least: "5.10",
        of_red_hat: "4.18",
    },
    // https://docs.cilium.io/en/v1.16/operations/system_requirements/
    Kernel {
        images: &["cilium/cilium"],
        since: &[1, 16],
        least: "5.4",
        of_red_hat: "4.18",
    },
    // https://docs.cilium.io/en/v1.14/operations/system_requirements/
    Kernel {
        images: &["cilium/cilium"],
        since: &[1, 14],
        least: "4.19.57",
        of_red_hat: "4.18",
    },
    // https://docs.cilium.io/en/v1.9/operations/system_requirements/
    Kernel {
        images: &["cilium/cilium"],
        since: &[1, 0],
        least: "4.9.17",
        of_red_hat: "4.18",
    },
    // https://tetragon.io/docs/installation/faq/
    Kernel {
        images: &["cilium/tetragon"],
        since: &[],
        least: "4.19",
        of_red_hat: "4.18",
    },
    // It looks for what io_uring has since 5.11: `init` of https://github.com/tigerbeetle/tigerbeetle/blob/main/src/io/linux.zig
    Kernel {
        images: &["tigerbeetle/tigerbeetle"],
        since: &[0, 17, 5],
        least: "5.11",
        of_red_hat: "",
    },
    // The same file before.
    Kernel {
        images: &["tigerbeetle/tigerbeetle"],
        since: &[],
        least: "5.5",
        of_red_hat: "",
    },
];

/// The oldest kernel of glibc since 2.26 on x86 (NEWS of glibc 2.26).
const GLIBC_SINCE: (u32, u32) = (2, 26);
const OF_GLIBC: &str = "3.2";

/// The least kernel of the program that an image is named after.
pub(super) fn least_kernel(image: &str, is_red_hat: bool) -> Option<&'static str> {
    let name = image_name(image);
    let tag = name.tag.and_then(numbers).unwrap_or_default();
    let fits = |row: &&Kernel| {
        row.images.contains(&name.path) && (row.since.is_empty() || tag.as_slice() >= row.since)
    };
    KERNELS.iter().find(fits).map(|row| match row.of_red_hat {
        "" => row.least,
        other if is_red_hat => other,
        _ => row.least,
    })
}

/// The least kernel of an image, where a release of a kernel, as `uname -r` prints it, is older.
pub(super) fn newer_kernel(image: &str, userland: Option<&Userland>, release: &str) -> Option<&'static str> {
    let is_red_hat = release.contains(".el");
    let number = release.split(['-', '+']).next().unwrap_or(release);
    let is_below = |least: &str| Scheme::Generic.compare(number, least) == Ok(Ordering::Less);
    let of_program = least_kernel(image, is_red_hat);
    let of_libc = userland
        .filter(|userland| matches!(userland.libc, super::Libc::Glibc(version) if version >= GLIBC_SINCE));
    let of_libc = of_libc.map(|_| OF_GLIBC);
    [of_program, of_libc]
        .into_iter()
        .flatten()
        .find(|least| is_below(least))
}

/// Programs that look how much memory there is, and end where it is less, in bytes.
///
/// <https://learn.microsoft.com/en-us/sql/linux/sql-server-linux-setup#system>, and the message of the program itself: 2000 megabytes.
const MEMORY: [(&str, i64); 2] = [
    ("mssql/server", 2_000 * MEGABYTE),
    ("mssql-server-linux", 2_000 * MEGABYTE),
];

const MEGABYTE: i64 = 1_000_000;

/// The least memory of an image in bytes.
pub(super) fn memory(image: &str) -> Option<i64> {
    let name = image_name(image);
    let fits = |(path, _): &&(&str, i64)| name.path == *path || name.path.ends_with(&format!("/{path}"));
    MEMORY.iter().find(fits).map(|(_, bytes)| *bytes)
}

/// The systemd of releases that know control groups of version 1 only, by how their names begin: before 230 (its NEWS). Newer ones follow
/// what their container is given, 256 and 257 too: `cg_is_legacy_force_enabled` of
/// <https://github.com/systemd/systemd/blob/v256/src/shared/cgroup-setup.c>.
const SYSTEMD: [(&str, &str, i64); 6] = [
    ("Amazon Linux 2", "systemd 219", 1),
    ("CentOS 7", "systemd 219", 1),
    ("Debian 8", "systemd 215", 1),
    ("Oracle Linux 7", "systemd 219", 1),
    ("Red Hat Enterprise Linux 7", "systemd 219", 1),
    ("Ubuntu 16.04", "systemd 229", 1),
];

/// What an image runs as its first program, where that is systemd, and the only version of control groups it starts on.
pub(super) fn systemd(userland: &Userland) -> Option<(&'static str, i64)> {
    let is_it = |begin: &str| {
        let rest = userland.name.strip_prefix(begin);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let found = SYSTEMD.iter().find(|(begin, ..)| is_it(begin));
    found.map(|(_, shown, version)| (*shown, *version))
}

/// The kubelet of an image of k3s, whose tags begin with the version of Kubernetes, where it is one that refuses control groups of
/// version 1 (since 1.35: `failCgroupV1`, <https://kubernetes.io/docs/concepts/architecture/cgroups/>).
pub(super) fn kubelet(image: &str) -> Option<(String, i64)> {
    let name = image_name(image);
    let is_k3s = name.path == "rancher/k3s";
    let tag = name.tag.filter(|_| is_k3s).and_then(numbers)?;
    let [major, minor, ..] = tag.as_slice() else {
        return None;
    };
    ((*major, *minor) >= (1, 35)).then(|| (format!("kubelet {major}.{minor}"), 2))
}

/// The .NET of an image, where it is one before 5: those read control groups of version 1 only,
/// <https://github.com/dotnet/runtime/pull/34334>.
pub(super) fn dotnet(image: &str) -> Option<String> {
    let name = image_name(image);
    let last = name.path.rsplit('/').next()?;
    let is_dotnet =
        name.path.starts_with("dotnet/") && matches!(last, "aspnet" | "runtime" | "runtime-deps" | "sdk");
    let tag = numbers(name.tag?)?;
    let major = tag.first().filter(|major| is_dotnet && **major < 5)?;
    Some(format!(
        ".NET Core {major}.{}",
        tag.get(1).copied().unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::userland;

    #[test]
    fn kernels() {
        let of = |image: &str, release: &str| newer_kernel(image, userland(image).as_ref(), release);
        for (image, release, expected) in [
            (
                "quay.io/cilium/cilium:v1.15.1",
                "4.15.0-213-generic",
                Some("4.19.57"),
            ),
            ("quay.io/cilium/cilium:v1.15.1", "5.4.0-150-generic", None),
            ("quay.io/cilium/cilium:v1.16.0", "4.18.0-553.el8_10.x86_64", None),
            (
                "quay.io/cilium/cilium:v1.9.0",
                "4.4.0-210-generic",
                Some("4.9.17"),
            ),
            ("archlinux:latest", "3.10.0-1160.el7.x86_64", Some("4.4")),
            ("ubuntu:20.04", "2.6.32-754.el6.x86_64", Some("3.2")),
            ("ubuntu:20.04", "3.10.0-1160.el7.x86_64", None),
            ("alpine:3.19", "2.6.32", None),
        ] {
            assert_eq!(of(image, release), expected, "{image} on {release}");
        }
    }

    #[test]
    fn memory_that_is_looked_for() {
        assert_eq!(
            memory("mcr.microsoft.com/mssql/server:2022-latest"),
            Some(2_000_000_000)
        );
        assert_eq!(memory("postgres:16"), None);
    }

    #[test]
    fn dotnet_before_5() {
        let shown = dotnet("mcr.microsoft.com/dotnet/core/aspnet:3.1");
        assert_eq!(shown.as_deref(), Some(".NET Core 3.1"));
        assert_eq!(dotnet("mcr.microsoft.com/dotnet/aspnet:8.0"), None);
    }

    #[test]
    fn kubelets() {
        let told = kubelet("rancher/k3s:v1.35.2-k3s1");
        assert_eq!(told, Some(("kubelet 1.35".to_owned(), 2)));
        for image in [
            "rancher/k3s:v1.34.1-k3s1",
            "rancher/k3s:latest",
            "rancher/k3s",
            "k3d/k3s:v1.35.2",
        ] {
            assert_eq!(kubelet(image), None, "{image}");
        }
    }

    #[test]
    fn first_programs() {
        let of = |image: &str| systemd(&userland(image)?);
        assert_eq!(of("centos:7"), Some(("systemd 219", 1)));
        assert_eq!(of("fedora:41"), None);
        assert_eq!(of("ubuntu:22.04"), None);
    }
}
