use super::*;
use proptest::prelude::*;

fn number(value: u32, big: bool) -> [u8; 4] {
    if big {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    }
}

/// A new-format cache: plain entries, and one for each hwcaps subdirectory.
fn new_cache(
    entries: &[(&str, &str, u32, Option<u32>)],
    hwcaps: &[&str],
    big: bool,
    says_order: bool,
) -> Vec<u8> {
    let strings_at = NEW_HEADER + entries.len() * NEW_ENTRY;
    let mut strings = Vec::new();
    let mut intern = |text: &str| {
        let at = strings_at + strings.len();
        strings.extend(text.bytes().chain([0]));
        u32::try_from(at).unwrap()
    };
    let mut table = Vec::new();
    for (soname, path, flags, index) in entries {
        let hwcap = index.map_or((0, 0), |index| (index, HWCAP_EXTENSION | 3));
        let (first, second) = if big { (hwcap.1, hwcap.0) } else { hwcap };
        for value in [*flags, intern(soname), intern(path), 0, first, second] {
            table.extend(number(value, big));
        }
    }
    let names = hwcaps.iter().map(|name| intern(name)).collect::<Vec<_>>();
    strings.resize(strings.len().next_multiple_of(4), 0);
    let extension = u32::try_from(strings_at + strings.len()).unwrap();
    let mut file = NEW_MAGIC.to_vec();
    file.extend(number(u32::try_from(entries.len()).unwrap(), big));
    file.extend(number(u32::try_from(strings.len()).unwrap(), big));
    file.extend([if says_order { 2 + u8::from(big) } else { 0 }, 0, 0, 0]);
    file.extend(number(if hwcaps.is_empty() { 0 } else { extension }, big));
    file.resize(NEW_HEADER, 0);
    file.extend(table);
    file.extend(strings);
    if !hwcaps.is_empty() {
        let size = u32::try_from(4 * names.len()).unwrap();
        for value in [EXTENSION_MAGIC, 1, EXTENSION_HWCAPS, 0, extension + 24, size]
            .into_iter()
            .chain(names)
        {
            file.extend(number(value, big));
        }
    }
    file
}

fn old_cache(entries: &[(&str, &str, u32)]) -> Vec<u8> {
    let mut file = OLD_MAGIC.to_vec();
    file.push(0);
    file.extend(number(u32::try_from(entries.len()).unwrap(), false));
    let mut strings = Vec::new();
    for (soname, path, flags) in entries {
        let soname_at = u32::try_from(strings.len()).unwrap();
        strings.extend(soname.bytes().chain([0]));
        let path_at = u32::try_from(strings.len()).unwrap();
        strings.extend(path.bytes().chain([0]));
        for value in [*flags, soname_at, path_at] {
            file.extend(number(value, false));
        }
    }
    file.extend(strings);
    file
}

const ENTRIES: [(&str, &str, u32, Option<u32>); 3] = [
    (
        "libz.so.1",
        "/lib64/glibc-hwcaps/x86-64-v3/libz.so.1",
        0x303,
        Some(1),
    ),
    ("libz.so.1", "/lib64/libz.so.1", 0x303, None),
    ("libz.so.1", "/lib/libz.so.1", 3, None),
];

fn lines(cache: &LdCache) -> Vec<String> {
    cache.entries.iter().map(ToString::to_string).collect()
}

#[test]
fn both_byte_orders_read_the_same_whether_stated_or_not() {
    for (big, says_order) in [(false, true), (true, true), (false, false), (true, false)] {
        let file = new_cache(&ENTRIES, &["x86-64-v2", "x86-64-v3"], big, says_order);
        assert_eq!(
            lines(&LdCache::parse(&file).unwrap()),
            [
                "libz.so.1 (libc6,x86-64, hwcap: \"x86-64-v3\") => /lib64/glibc-hwcaps/x86-64-v3/libz.so.1",
                "libz.so.1 (libc6,x86-64) => /lib64/libz.so.1",
                "libz.so.1 (libc6) => /lib/libz.so.1",
            ]
        );
    }
}

#[test]
fn the_old_format_is_read_alone_and_with_the_new_one_behind_it() {
    let old = old_cache(&[("libm.so.6", "/lib/libm.so.6", 3)]);
    assert_eq!(
        lines(&LdCache::parse(&old).unwrap()),
        ["libm.so.6 (libc6) => /lib/libm.so.6"]
    );
    let mut both = OLD_MAGIC.to_vec();
    both.extend([0, 0, 0, 0, 0]);
    both.extend(new_cache(&ENTRIES[1..], &[], false, true));
    assert_eq!(LdCache::parse(&both).unwrap().entries.len(), 2);
}

#[test]
fn an_unlisted_subdirectory_is_an_error() {
    let file = new_cache(&ENTRIES, &["x86-64-v2"], false, true);
    assert_eq!(
        LdCache::parse(&file),
        Err(CacheError::Hwcaps { entry: 0, index: 1 })
    );
}

#[test]
fn every_cut_is_an_error() {
    let file = new_cache(&ENTRIES, &["x86-64-v2", "x86-64-v3"], false, true);
    for len in 0..file.len() {
        assert!(LdCache::parse(&file[..len]).is_err(), "{len} bytes");
    }
    let old = old_cache(&[("libm.so.6", "/lib/libm.so.6", 3)]);
    for len in 0..old.len() {
        assert!(LdCache::parse(&old[..len]).is_err(), "{len} bytes");
    }
}

proptest! {
    #[test]
    fn mutations_never_panic(
        old in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut file = if old {
            old_cache(&[("libm.so.6", "/lib/libm.so.6", 3)])
        } else {
            new_cache(&ENTRIES, &["x86-64-v2", "x86-64-v3"], false, true)
        };
        for (at, value) in edits {
            let at = at.index(file.len());
            file[at] = value;
        }
        let _ = LdCache::parse(&file);
    }
}
