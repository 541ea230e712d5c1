//! Parsers for what the kernel says of itself. Pure functions over bytes.

use std::collections::BTreeSet;

use crate::reading::text;

/// The value of a line `Name:  123 kB` of `/proc/meminfo`, in bytes (proc_meminfo(5)).
pub(super) fn meminfo(bytes: &[u8], name: &str) -> Option<i64> {
    let text = text(bytes);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let mut words = line.split_whitespace();
    let number: i64 = words.next()?.parse().ok()?;
    match words.next() {
        Some("kB") => number.checked_mul(1024),
        None => Some(number),
        Some(_) => None,
    }
}

/// Names of kernel parameters; what stands after `--` belongs to init. Quotes may hide spaces in values.
pub(super) fn cmdline_names(bytes: &[u8]) -> BTreeSet<String> {
    let text = text(bytes);
    let mut names = BTreeSet::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in text.trim_end_matches(['\n', '\0']).chars().chain([' ']) {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if word == "--" {
                    break;
                }
                if let Some(name) = word.split('=').next().filter(|name| !name.is_empty()) {
                    names.insert(name.to_owned());
                }
                word.clear();
            }
            c => word.push(c),
        }
    }
    names
}

/// The value of `vsyscall=`, the last one counts (Documentation/admin-guide/kernel-parameters.txt).
pub(super) fn vsyscall_parameter(cmdline: &[u8]) -> Option<&'static str> {
    let text = text(cmdline);
    let words = text.split_whitespace().take_while(|word| *word != "--");
    let values = words.filter_map(|word| word.strip_prefix("vsyscall="));
    values
        .filter_map(|value| {
            ["none", "xonly", "emulate", "native"]
                .into_iter()
                .find(|mode| *mode == value)
        })
        .last()
}

/// What the memory map of a process says of the vsyscall page (proc_pid_maps(5)): it is not there, may be called only, or may be
/// read too.
pub(super) fn vsyscall_page(maps: &[u8]) -> &'static str {
    let text = text(maps);
    let page = text.lines().find(|line| line.ends_with("[vsyscall]"));
    match page.and_then(|line| line.split_whitespace().nth(1)) {
        None => "none",
        Some(rights) if rights.starts_with('r') => "emulate",
        Some(_) => "xonly",
    }
}

/// What a kernel does that was built with this configuration and is told nothing (arch/x86/Kconfig of Linux).
pub(super) fn vsyscall_built(config: &[u8]) -> Option<&'static str> {
    let text = text(config);
    let modes = [
        ("NONE", "none"),
        ("XONLY", "xonly"),
        ("EMULATE", "emulate"),
        ("NATIVE", "native"),
    ];
    modes.into_iter().find_map(|(name, mode)| {
        let line = format!("CONFIG_LEGACY_VSYSCALL_{name}=y");
        text.lines().any(|found| found.trim() == line).then_some(mode)
    })
}

/// The page size that the release of a kernel tells on ARM of 64 bits, where distributions build them with others than 4 KiB:
/// <https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/managing_monitoring_and_updating_the_kernel/what-is-kernel-64k_managing-monitoring-and-updating-the-kernel>
/// (RHEL 7 and 8 had 64 KiB alone), <https://github.com/raspberrypi/bookworm-feedback/issues/107>, <https://asahilinux.org/docs/sw/broken-software/>.
pub(super) fn page_size_of(release: &str) -> Option<i64> {
    let has = |words: &[&str]| words.iter().any(|word| release.contains(word));
    match () {
        () if has(&["-64k", "+64k", ".64k"]) => Some(65_536),
        () if has(&[".el7", ".el8"]) && release.ends_with("aarch64") => Some(65_536),
        () if has(&["rpi-2712", "-16k", "+16k", "asahi"]) => Some(16_384),
        () => None,
    }
}

/// The value of `AT_PAGESZ` (6) in an auxiliary vector (getauxval(3)): pairs of words of the machine.
///
/// Word size and byte order are not told; a page size is a power of two between 1 KiB and 1 MiB, and only one reading
/// of the bytes gives one.
pub(super) fn page_size(auxv: &[u8]) -> Option<i64> {
    const AT_PAGESZ: u64 = 6;
    let word = |bytes: &[u8], big: bool| -> u64 {
        let fold = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
        if big {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        }
    };
    for (width, big) in [(8, false), (8, true), (4, false), (4, true)] {
        let found = auxv.chunks_exact(2 * width).find_map(|pair| {
            let (kind, value) = pair.split_at(width);
            (word(kind, big) == AT_PAGESZ).then(|| word(value, big))
        });
        if let Some(size) = found
            && size.is_power_of_two()
            && (1 << 10..=1 << 20).contains(&size)
        {
            return i64::try_from(size).ok();
        }
    }
    None
}

/// File systems of `/proc/filesystems`: `nodev<TAB>proc` or `<TAB>ext4`.
pub(super) fn filesystems(bytes: &[u8]) -> BTreeSet<String> {
    text(bytes)
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .map(str::to_owned)
        .collect()
}

/// The version of control groups by what is mounted (cgroups(7)); `None` where nothing of the kind is.
pub(super) fn cgroup_version(mounts: &[u8]) -> Option<i64> {
    let text = text(mounts);
    let fields = |line: &'_ str| -> Option<(String, String)> {
        let mut words = line.split(' ');
        let place = words.nth(1)?.to_owned();
        Some((place, words.next()?.to_owned()))
    };
    let mounts: Vec<(String, String)> = text.lines().filter_map(fields).collect();
    if mounts.iter().any(|(_, kind)| kind == "cgroup") {
        return Some(1);
    }
    mounts
        .iter()
        .any(|(place, kind)| kind == "cgroup2" && place == "/sys/fs/cgroup")
        .then_some(2)
}

/// Whether `/proc/cgroups` lists the controller for memory as enabled; nothing where it does not list it.
pub(super) fn memory_cgroup(bytes: &[u8]) -> Option<bool> {
    let text = text(bytes);
    let mut lines = text.lines().map(|line| line.split_whitespace());
    lines.find_map(|mut words| {
        (words.next() == Some("memory")).then(|| words.nth(2).map(|enabled| enabled == "1"))?
    })
}

/// The enabled controllers of `/proc/cgroups`: `name hierarchy groups enabled`.
pub(super) fn enabled_cgroups(bytes: &[u8]) -> BTreeSet<String> {
    let text = text(bytes);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                [name, _, _, "1"] => Some((*name).to_owned()),
                _ => None,
            }
        })
        .collect()
}

/// The machine an ELF file is for, as `uname -m` names it (elf(5), `e_machine`).
pub(super) fn elf_machine(head: &[u8]) -> Option<&'static str> {
    let [0x7f, b'E', b'L', b'F', class, data, ..] = *head else {
        return None;
    };
    let (low, high) = (*head.get(18)?, *head.get(19)?);
    let (big, machine) = match data {
        1 => (false, u16::from_le_bytes([low, high])),
        2 => (true, u16::from_be_bytes([low, high])),
        _ => return None,
    };
    Some(match (machine, class, big) {
        (3, _, false) => "i686",
        (62, 2, false) => "x86_64",
        (40, _, false) => "armv7l",
        (183, 2, false) => "aarch64",
        (21, 2, false) => "ppc64le",
        (21, 2, true) => "ppc64",
        (22, 2, true) => "s390x",
        (243, 2, false) => "riscv64",
        (258, 2, false) => "loongarch64",
        (8, _, false) => "mips64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_controller_for_memory() {
        let table = b"#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t0\t39\t1\nmemory\t0\t39\t0\n";
        assert_eq!(memory_cgroup(table), Some(false));
        assert_eq!(memory_cgroup(b"memory\t0\t39\t1\n"), Some(true));
        assert_eq!(memory_cgroup(b"cpu\t0\t39\t1\n"), None);
    }

    #[test]
    fn meminfo_is_in_bytes() {
        let sample =
            b"MemTotal:       16 kB\nMemFree: 3 kB\nHugePages_Total:       2\nSwapTotal: 0 kB\nBad: x kB\n";
        assert_eq!(meminfo(sample, "MemTotal"), Some(16_384));
        assert_eq!(meminfo(sample, "SwapTotal"), Some(0));
        assert_eq!(meminfo(sample, "HugePages_Total"), Some(2));
        assert_eq!(meminfo(sample, "Bad"), None);
        assert_eq!(meminfo(sample, "Mem"), None);
    }

    #[test]
    fn parameters_lose_their_values() {
        let names = cmdline_names(b"root=/dev/sda1 quiet dyndbg=\"file a +p\" -- secret\n");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["dyndbg", "quiet", "root"]);
    }

    #[test]
    fn the_page_size_is_found_in_words_of_any_kind() {
        let mut wide = Vec::new();
        for word in [33_u64, 0x7fff_0000, 6, 4096, 0, 0] {
            wide.extend(word.to_le_bytes());
        }
        assert_eq!(page_size(&wide), Some(4096));
        let narrow: Vec<u8> = [16_u32, 9, 6, 65_536, 0, 0]
            .iter()
            .flat_map(|w| w.to_be_bytes())
            .collect();
        assert_eq!(page_size(&narrow), Some(65_536));
        assert_eq!(page_size(b""), None);
    }

    #[test]
    fn control_groups_are_told_by_their_mounts() {
        assert_eq!(cgroup_version(b"c /sys/fs/cgroup cgroup2 rw 0 0\n"), Some(2));
        assert_eq!(
            cgroup_version(b"c /sys/fs/cgroup/unified cgroup2 rw 0 0\nc /sys/fs/cgroup/cpu cgroup rw 0 0\n"),
            Some(1)
        );
        assert_eq!(cgroup_version(b"proc /proc proc rw 0 0\n"), None);
        let enabled =
            enabled_cgroups(b"#subsys_name hierarchy num_cgroups enabled\ncpu\t1\t1\t1\npids 2 1 0\n");
        assert_eq!(enabled.into_iter().collect::<Vec<_>>(), ["cpu"]);
    }

    #[test]
    fn releases_tell_their_page_size() {
        for (release, expected) in [
            ("4.18.0-477.13.1.el8_8.aarch64", Some(65_536)),
            ("5.14.0-427.el9.aarch64+64k", Some(65_536)),
            ("6.8.0-1010-nvidia-64k", Some(65_536)),
            ("6.6.20+rpt-rpi-2712", Some(16_384)),
            ("6.6.20+rpt-rpi-v8", None),
            ("4.18.0-477.el8.x86_64", None),
        ] {
            assert_eq!(page_size_of(release), expected, "{release}");
        }
    }

    #[test]
    fn the_vsyscall_page_is_told_by_the_command_line_or_by_memory() {
        assert_eq!(vsyscall_parameter(b"quiet vsyscall=emulate\n"), Some("emulate"));
        assert_eq!(vsyscall_parameter(b"vsyscall=none vsyscall=xonly"), Some("xonly"));
        assert_eq!(vsyscall_parameter(b"quiet -- vsyscall=none"), None);
        assert_eq!(vsyscall_parameter(b"vsyscall=$(x)"), None);
        let page = |rights: &str| {
            format!(
                "7ffd0-7ffd1 r-xp 0 00:00 0 [vdso]\nffffffffff600000-ffffffffff601000 {rights} 0 00:00 0 [vsyscall]\n"
            )
        };
        assert_eq!(vsyscall_page(page("r-xp").as_bytes()), "emulate");
        assert_eq!(vsyscall_page(page("--xp").as_bytes()), "xonly");
        let config =
            b"CONFIG_X86_64=y\n# CONFIG_LEGACY_VSYSCALL_EMULATE is not set\nCONFIG_LEGACY_VSYSCALL_NONE=y\n";
        assert_eq!(
            (vsyscall_built(config), vsyscall_built(b"x")),
            (Some("none"), None)
        );
        assert_eq!(vsyscall_page(b"7ffd0-7ffd1 r-xp 0 00:00 0 [vdso]\n"), "none");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (meminfo(&bytes, "M"), cmdline_names(&bytes), page_size(&bytes), elf_machine(&bytes));
            let _ = (cgroup_version(&bytes), enabled_cgroups(&bytes), filesystems(&bytes));
            let _ = (vsyscall_parameter(&bytes), vsyscall_page(&bytes), vsyscall_built(&bytes));
        }
    }
}
