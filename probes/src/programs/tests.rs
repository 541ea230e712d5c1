use parity_core::answer::{Entry, EntryKind};

use super::path::Listing;

fn entry(path: &str, size: u64, link: Option<&str>) -> Entry {
    Entry {
        path: path.to_owned(),
        kind: if link.is_some() {
            EntryKind::Link
        } else {
            EntryKind::File
        },
        mode: 0o755,
        size,
        link: link.map(str::to_owned),
        content: None,
    }
}

#[test]
fn alpine() {
    let entries = [
        entry("bin/busybox", 800_000, None),
        entry("bin/sh", 0, Some("/bin/busybox")),
        entry("bin/grep", 0, Some("/bin/busybox")),
        entry("usr/bin/find", 0, Some("../../bin/busybox")),
        entry("usr/bin/node", 90_000_000, None),
    ];
    let listing = Listing::new(&entries);
    assert_eq!(listing.shell("bin/sh").as_deref(), Some("busybox"));
    assert_eq!(listing.flavour("usr/bin/find"), Some("busybox"));
    assert_eq!(listing.flavour("usr/bin/node"), None);
    assert_eq!(listing.programs()["grep"], ["bin/grep"]);
}

#[test]
fn debian_with_a_merged_usr() {
    let mut data = entry("usr/bin/data", 10, None);
    data.mode = 0o644;
    let entries = [
        entry("usr/bin/dash", 125_000, None),
        entry("bin/dash", 125_000, None),
        entry("usr/bin/sh", 0, Some("dash")),
        entry("bin/sh", 0, Some("dash")),
        entry("usr/bin/awk", 0, Some("/etc/alternatives/awk")),
        entry("etc/alternatives/awk", 0, Some("/usr/bin/mawk")),
        entry("usr/bin/mawk", 150_000, None),
        entry("usr/bin/gone", 0, Some("not-there")),
        entry("usr/bin/far", 0, Some("/opt/far/bin/far")),
        entry("usr/bin/loop", 0, Some("loop")),
        data,
    ];
    let listing = Listing::new(&entries);
    assert_eq!(listing.shell("bin/sh").as_deref(), Some("dash"));
    let programs = listing.programs();
    assert_eq!(programs["sh"], ["usr/bin/sh", "bin/sh"]);
    assert_eq!(
        programs.keys().copied().collect::<Vec<_>>(),
        ["awk", "dash", "far", "mawk", "sh"]
    );
    assert_eq!(listing.end("usr/bin/awk").as_deref(), Some("usr/bin/mawk"));
}

#[test]
fn an_image_of_hard_links() {
    let entries = [
        entry("bin/busybox", 1_100_000, None),
        entry("bin/sh", 1_100_000, None),
        entry("bin/tool", 5, None),
    ];
    let listing = Listing::new(&entries);
    assert_eq!(listing.shell("bin/sh").as_deref(), Some("busybox"));
    assert_eq!(listing.flavour("bin/sh"), Some("busybox"));
    assert_eq!(listing.flavour("bin/tool"), None);
    let lone = [entry("bin/sh", 900_000, None)];
    assert_eq!(Listing::new(&lone).shell("bin/sh"), None);
}
