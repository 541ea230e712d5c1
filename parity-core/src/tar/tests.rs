use std::process::Command;

use proptest::prelude::*;

use super::*;

/// A header with a sum, and the content that follows.
fn member(name: &str, kind: u8, link: &str, size: &[u8], content: &[u8]) -> Vec<u8> {
    let mut header = vec![0_u8; BLOCK];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000755");
    header[124..124 + size.len()].copy_from_slice(size);
    header[148..156].fill(b' ');
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header.extend(content);
    header.resize(header.len().next_multiple_of(BLOCK), 0);
    header
}

fn file(name: &str, content: &[u8]) -> Vec<u8> {
    member(
        name,
        b'0',
        "",
        format!("{:011o}", content.len()).as_bytes(),
        content,
    )
}

fn extended(records: &[u8]) -> Vec<u8> {
    let size = format!("{:011o}", records.len());
    member("PaxHeaders/x", b'x', "", size.as_bytes(), records)
}

fn end() -> Vec<u8> {
    vec![0; 2 * BLOCK]
}

/// Path and content of each entry.
fn read(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut reader = Reader::new(archive);
    let mut all = Vec::new();
    while let Some(entry) = reader.next_entry()? {
        let mut content = Vec::new();
        reader
            .content()
            .read_to_end(&mut content)
            .map_err(|_| Error::CutOff(entry.offset))?;
        let start = usize::try_from(entry.offset).unwrap();
        assert_eq!(archive[start..start + content.len()], content);
        all.push((String::from_utf8_lossy(&entry.path).into_owned(), content));
    }
    Ok(all)
}

fn error(archive: &[u8]) -> String {
    read(archive).unwrap_err().to_string()
}

#[test]
fn a_size_in_an_extended_header_counts() {
    let hidden = file("hidden", b"smuggled");
    let size = format!("{}", hidden.len());
    let record = format!("{} size={size}\n", " size=\n".len() + size.len() + 2);
    let archive = [
        extended(record.as_bytes()),
        member("outer", b'0', "", b"00000000000", &hidden),
        file("after", b"seen"),
        end(),
    ]
    .concat();
    assert_eq!(
        read(&archive).unwrap(),
        [
            ("outer".to_owned(), hidden),
            ("after".to_owned(), b"seen".to_vec())
        ]
    );
}

#[test]
fn long_names_of_both_kinds() {
    let name = "d/".repeat(100) + "x";
    let gnu = member(
        "././@LongLink",
        b'L',
        "",
        format!("{:011o}", name.len()).as_bytes(),
        name.as_bytes(),
    );
    let record = format!("{} path={name}\n", name.len() + 10);
    assert_eq!(record.len(), name.len() + 10);
    for long in [gnu, extended(record.as_bytes())] {
        let archive = [long, file("short", b"1"), end()].concat();
        assert_eq!(read(&archive).unwrap(), [(name.clone(), b"1".to_vec())]);
    }
}

#[test]
fn links_have_no_content() {
    let archive = [
        member("link", b'2', "there", b"00000000100", b""),
        member("same", b'1', "first", b"00000000100", b""),
        file("after", b"seen"),
        end(),
    ]
    .concat();
    let mut reader = Reader::new(&archive[..]);
    let link = reader.next_entry().unwrap().unwrap();
    assert_eq!(
        (link.kind, link.link.as_slice(), link.size),
        (Kind::SymbolicLink, &b"there"[..], 0)
    );
    let same = reader.next_entry().unwrap().unwrap();
    assert_eq!(
        (same.kind, same.link.as_slice(), same.mode),
        (Kind::HardLink, &b"first"[..], 0o755)
    );
    assert_eq!(reader.next_entry().unwrap().unwrap().path, b"after");
    assert_eq!(reader.next_entry().unwrap(), None);
}

#[test]
fn what_is_not_understood_is_an_error() {
    let whole = [file("a", b"12345"), end()].concat();
    let says = |archive: &[u8], what: &str| {
        let error = error(archive);
        assert!(error.contains(what), "{error}");
    };
    says(b"", "cut off at byte 0");
    says(&whole[..BLOCK], "cut off");
    says(&whole[..2 * BLOCK], "cut off at byte 1024");
    says(&[1_u8; BLOCK], "byte 0: a field that is no number");
    let mut damaged = whole.clone();
    damaged[3] = b'x';
    says(&damaged, "byte 0: not a header of an archive, or a damaged one");
    says(&member("a", b'S', "", b"00000000000", b""), "sparse");
    says(&extended(b"22 GNU.sparse.major=1\n"), "sparse");
    says(&extended(b"5 path\n"), "attributes");
    says(&extended(b"99999999999999999999 path=x\n"), "attributes");
    says(&member("a", b'0', "", &[0xff; 12], b""), "no number");
    let huge = [&[0x80, 0, 0, 0][..], &u64::MAX.to_be_bytes()].concat();
    says(
        &member("a", b'0', "", &huge, b""),
        "a size that no archive can have",
    );
    says(&member("", b'0', "", b"00000000000", b""), "without a name");
}

#[test]
fn as_gnu_tar_reads_it() {
    let Ok(directory) = tempfile::tempdir() else {
        return;
    };
    let path = directory.path().join("a.tar");
    for format in ["v7", "oldgnu", "gnu", "ustar", "posix"] {
        let made = Command::new("tar")
            .args([
                "--create",
                "--format",
                format,
                "--directory",
                env!("CARGO_MANIFEST_DIR"),
                "--file",
            ])
            .arg(&path)
            .args(["src/tar", "src/tar.rs", "Cargo.toml"])
            .output();
        if !made.is_ok_and(|made| made.status.success()) {
            eprintln!("skipped: no GNU tar");
            return;
        }
        let listed = Command::new("tar")
            .arg("--list")
            .arg("--file")
            .arg(&path)
            .output()
            .unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let found = read(&std::fs::read(&path).unwrap()).unwrap();
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, listed.lines().collect::<Vec<_>>(), "{format}");
    }
}

proptest! {
    #[test]
    fn mutated_archives_never_panic(at in 0_usize..4096, byte: u8, cut in 0_usize..4096) {
        let mut archive = [
            extended(b"12 size=0005\n"),
            file("a", b"12345"),
            member("b", b'2', "a", b"00000000000", b""),
            end(),
        ].concat();
        let at = at % archive.len();
        archive[at] = byte;
        archive.truncate(cut.min(archive.len()));
        let _ = read(&archive);
    }
}
