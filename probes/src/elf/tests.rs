//! Files built here byte by byte, in both classes and byte orders.

use super::*;
use crate::cpu::X86Level;
use proptest::prelude::*;

const STRINGS: &[u8] = b"\0libc.so.6\0libme.so.1\0$ORIGIN/../lib\0GLIBC_2.34\0ME_1\0GLIBC_2.99\0";
const INTERPRETER: &[u8] = b"/lib64/ld-linux-x86-64.so.2\0";

/// Writes numbers in the byte order and width of a file.
struct Builder {
    class: Class,
    endian: Endian,
    bytes: Vec<u8>,
}

impl Builder {
    fn put(&mut self, size: usize, value: u64) {
        match self.endian {
            Endian::Little => self.bytes.extend(&value.to_le_bytes()[..size]),
            Endian::Big => self.bytes.extend(&value.to_be_bytes()[8 - size..]),
        }
    }
    fn halves(&mut self, values: &[u64]) {
        values.iter().for_each(|value| self.put(2, *value));
    }
    fn numbers(&mut self, values: &[u64]) {
        values.iter().for_each(|value| self.put(4, *value));
    }
    fn words(&mut self, values: &[u64]) {
        let size = if self.class == Class::Elf64 { 8 } else { 4 };
        values.iter().for_each(|value| self.put(size, *value));
    }
    fn segment(&mut self, kind: u64, file: Range<u64>, align: u64) {
        let (start, size, address) = (file.start, file.end - file.start, file.start + 0x1_0000);
        if self.class == Class::Elf64 {
            self.numbers(&[kind, 4]);
            self.words(&[start, address, address, size, size, align]);
        } else {
            self.numbers(&[kind, start, address, address, size, size, 4, align]);
        }
    }
    fn skip_to(&mut self, at: u64) {
        assert!(self.bytes.len() as u64 <= at);
        self.bytes.resize(at as usize, 0);
    }
}

/// A library that needs `GLIBC_2.34`, weakly `GLIBC_2.99`, and defines `ME_1`; the tables begin at `tables`.
fn library(class: Class, endian: Endian, machine: u64, tables: u64) -> Vec<u8> {
    let mut b = Builder {
        class,
        endian,
        bytes: b"\x7fELF".to_vec(),
    };
    let (dynamic, interpreter, notes) = (
        1024..1024 + 16 * 12,
        2048..2048 + INTERPRETER.len() as u64,
        3072..3072 + 64,
    );
    b.bytes.extend([
        1 + u8::from(class == Class::Elf64),
        1 + u8::from(endian == Endian::Big),
        1,
        0,
    ]);
    b.skip_to(16);
    b.halves(&[3, machine]);
    b.numbers(&[1]);
    let header = if class == Class::Elf64 { 64 } else { 52 };
    b.words(&[0, header, 0]);
    b.numbers(&[0x400]);
    b.halves(&[header, if class == Class::Elf64 { 56 } else { 32 }, 4, 0, 0, 0]);
    b.segment(3, interpreter.clone(), 1);
    b.segment(1, 0..tables + 1024, 0x1000);
    b.segment(2, dynamic.clone(), 8);
    b.segment(4, notes.clone(), if class == Class::Elf64 { 8 } else { 4 });

    b.skip_to(dynamic.start);
    let address = |offset: u64| tables + offset + 0x1_0000;
    b.words(&[
        1,
        1,
        14,
        11,
        29,
        22,
        5,
        address(0),
        10,
        STRINGS.len() as u64,
        0x6fff_fffb,
        0x0800_0800,
    ]);
    b.words(&[
        0x6fff_fffe,
        address(256),
        0x6fff_ffff,
        1,
        0x6fff_fffc,
        address(512),
        0x6fff_fffd,
        2,
        0,
        0,
    ]);
    b.skip_to(interpreter.start);
    b.bytes.extend(INTERPRETER);
    b.skip_to(notes.start);
    b.numbers(&[4, 16, 5]);
    b.bytes.extend(b"GNU\0");
    b.numbers(&[0xc000_8002, 4, 7, 0]);
    b.numbers(&[4, 4, 3]);
    b.bytes.extend(b"GNU\0");
    b.bytes.extend([0xde, 0xad, 0xbe, 0xef]);

    b.skip_to(tables);
    b.bytes.extend(STRINGS);
    b.skip_to(tables + 256);
    b.halves(&[1, 2]);
    b.numbers(&[1, 16, 0, 0]);
    b.halves(&[0, 2]);
    b.numbers(&[37, 16, 0]);
    b.halves(&[2, 3]);
    b.numbers(&[53, 0]);
    b.skip_to(tables + 512);
    for (flags, name, next) in [(1, 11, 28), (0, 48, 0)] {
        b.halves(&[1, flags, 1, 1]);
        b.numbers(&[0, 20, next, name, 0]);
    }
    b.skip_to(tables + 1024);
    b.bytes
}

/// Reads a file by ranges alone, and tells how many rounds that took.
fn by_ranges(file: &[u8]) -> (Result<ElfFile, ElfError>, usize) {
    let mut parts = Parts::new(file.len() as u64);
    for round in 0.. {
        match next_ranges(&parts) {
            Ok(Step::Done(found)) => return (Ok(*found), round),
            Err(error) => return (Err(error), round),
            Ok(Step::Read(ranges)) => {
                for range in ranges {
                    parts.insert(
                        range.start,
                        file[range.start as usize..range.end as usize].to_vec(),
                    );
                }
            }
        }
    }
    unreachable!()
}

const KINDS: [(Class, Endian, u64, &str); 6] = [
    (Class::Elf64, Endian::Little, 62, "x86_64"),
    (Class::Elf64, Endian::Little, 183, "aarch64"),
    (Class::Elf64, Endian::Big, 22, "s390x"),
    (Class::Elf32, Endian::Little, 3, "i386"),
    (Class::Elf32, Endian::Little, 40, "arm"),
    (Class::Elf32, Endian::Big, 4711, "machine-4711"),
];

#[test]
fn every_class_and_byte_order_reads_the_same() {
    for (class, endian, machine, architecture) in KINDS {
        let file = library(class, endian, machine, 8192);
        let found = ElfFile::parse(&file).unwrap();
        let Linkage {
            abi,
            needed,
            soname,
            runpath,
            version_needs,
            notes,
            ..
        } = found.linkage.clone();
        assert_eq!(abi.architecture(), architecture);
        assert_eq!(abi.arm_float, (machine == 40).then_some(ArmFloat::Hard));
        assert_eq!(
            (needed, soname.as_deref()),
            (vec!["libc.so.6".to_owned()], Some("libme.so.1"))
        );
        assert_eq!(runpath.as_deref(), Some("$ORIGIN/../lib"));
        assert_eq!(
            found.linkage.interpreter.as_deref(),
            Some("/lib64/ld-linux-x86-64.so.2")
        );
        assert!(found.linkage.pie && found.linkage.ignores_default_directories);
        let node = |name: &str, weak| NeededNode {
            name: name.to_owned(),
            weak,
        };
        let nodes = vec![node("GLIBC_2.34", false), node("GLIBC_2.99", true)];
        assert_eq!(
            version_needs,
            [VersionNeed {
                soname: "libc.so.6".to_owned(),
                nodes
            }]
        );
        let defined = |name: &str, base| DefinedNode {
            name: name.to_owned(),
            base,
        };
        assert_eq!(
            found.linkage.version_definitions,
            Some(vec![defined("libme.so.1", true), defined("ME_1", false)])
        );
        assert_eq!(notes.x86_level, matches!(machine, 3 | 62).then_some(X86Level::V3));
        assert_eq!(notes.build_id.as_deref(), Some("deadbeef"));
        assert_eq!(found.header.page_size, 0x1000);
        assert_eq!(
            by_ranges(&file),
            (Ok(found), 2),
            "all but the tables lies in the head"
        );
    }
}

#[test]
fn the_missing_range_is_named() {
    let file = library(Class::Elf64, Endian::Little, 62, 8192);
    let range = |error| match error {
        Err(ElfError::NotRead { range, .. }) => range,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        range(Header::parse(&file[..10], file.len() as u64).map(drop)),
        0..16
    );
    assert_eq!(
        range(Header::parse(&file[..100], file.len() as u64).map(drop)),
        64..64 + 4 * 56
    );
    let header = Header::parse(&file[..1024], file.len() as u64).unwrap();
    let dynamic = Dynamic::parse(&file[1024..2048], &header).unwrap();
    assert_eq!(
        dynamic.version_needs,
        Some(8192 + 256..8192 + 512),
        "up to the next table"
    );
    assert_eq!(
        dynamic.version_definitions,
        Some(8192 + 512..8192 + 1024),
        "up to the end of the segment"
    );
    let parts = Parts::head(&file[..4096], file.len() as u64);
    assert_eq!(
        range(Linkage::parse(&parts, &header, Some(&dynamic)).map(drop)),
        8192..8192 + STRINGS.len() as u64
    );
}

#[test]
fn files_the_loader_never_sees_are_no_errors() {
    let mut module = library(Class::Elf64, Endian::Little, 62, 8192);
    module[16] = 1; // e_type: relocatable
    module[32..40].fill(0); // e_phoff
    module[56..58].fill(0); // e_phnum
    let found = ElfFile::parse(&module).unwrap();
    assert_eq!(
        (found.header.kind, found.linkage.dynamic),
        (Kind::Relocatable, false)
    );
    assert_eq!(by_ranges(&module).0, Ok(found));
}

#[test]
fn what_is_cut_off_is_an_error_and_not_a_shorter_list() {
    let file = library(Class::Elf64, Endian::Little, 62, 8192);
    // Behind the definitions there is only padding.
    for len in 0..8192 + 512 + 56 {
        assert!(ElfFile::parse(&file[..len]).is_err(), "{len} bytes");
    }
}

proptest! {
    #[test]
    fn mutated_files_end_in_the_same_way_by_ranges_and_whole(
        kind in 0..KINDS.len(),
        far in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..8),
        cut in any::<prop::sample::Index>(),
        cuts in prop::bool::weighted(0.3),
    ) {
        let (class, endian, machine, _) = KINDS[kind];
        let mut file = library(class, endian, machine, if far { 8192 } else { 3200 });
        // Half of the edits hit the headers and the dynamic section.
        for (at, value, near) in edits {
            let at = at.index(if near { 1200 } else { file.len() });
            file[at] = value;
        }
        if cuts {
            file.truncate(cut.index(file.len()));
        }
        let (ranged, rounds) = by_ranges(&file);
        prop_assert!(rounds <= 4);
        let whole = ElfFile::parse(&file);
        prop_assert_eq!(ranged.is_ok(), whole.is_ok());
        if whole.is_ok() {
            prop_assert_eq!(ranged, whole);
        }
    }

    #[test]
    fn noise_behind_the_magic_never_panics(noise in prop::collection::vec(any::<u8>(), 0..512)) {
        let file = [b"\x7fELF".as_slice(), &noise].concat();
        let _ = ElfFile::parse(&file);
    }
}
