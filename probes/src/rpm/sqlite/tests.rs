//! Databases of 512-byte pages built here: page 1 the schema, page 2 the root, from page 3 a leaf a row and after each
//! leaf the overflow pages of its row.

use proptest::prelude::*;

use super::super::samples::three;
use super::*;

const PAGE: usize = 512;

fn varint(number: usize) -> Vec<u8> {
    assert!(number < 1 << 14);
    let low = u8::try_from(number & 0x7f).unwrap();
    if number < 0x80 {
        vec![low]
    } else {
        vec![0x80 | u8::try_from(number >> 7).unwrap(), low]
    }
}

fn be16(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_be_bytes()
}

fn be32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

fn put(page: &mut [u8], at: usize, bytes: &[u8]) {
    page[at..at + bytes.len()].copy_from_slice(bytes);
}

fn page(kind: u8, header: usize, cells: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    page[header] = kind;
    put(&mut page, header + 3, &be16(cells.len()));
    let pointers = header + if kind == 5 { 12 } else { 8 };
    let mut end = PAGE;
    for (index, cell) in cells.iter().enumerate() {
        end -= cell.len();
        put(&mut page, end, cell);
        put(&mut page, pointers + 2 * index, &be16(end));
    }
    page
}

/// The leaf of one row, as the page `number`, and the overflow pages that follow it.
fn leaf(number: usize, rowid: usize, blob: &[u8]) -> Vec<Vec<u8>> {
    let kind = varint(blob.len() * 2 + 12);
    let record = [varint(2 + kind.len()), vec![0], kind, blob.to_vec()].concat();
    let (most, least) = (PAGE - 35, (PAGE - 12) * 32 / 255 - 23);
    let fitting = least + record.len().saturating_sub(least) % (PAGE - 4);
    let local = if record.len() <= most {
        record.len()
    } else if fitting <= most {
        fitting
    } else {
        least
    };
    let mut cell = [varint(record.len()), varint(rowid), record[..local].to_vec()].concat();
    let parts: Vec<&[u8]> = record[local..].chunks(PAGE - 4).collect();
    if !parts.is_empty() {
        cell.extend(be32(number + 1));
    }
    let mut pages = vec![page(0x0d, 0, &[cell])];
    for (index, part) in parts.iter().enumerate() {
        let next = if index + 1 < parts.len() {
            number + index + 2
        } else {
            0
        };
        let mut overflow = [be32(next).to_vec(), part.to_vec()].concat();
        overflow.resize(PAGE, 0);
        pages.push(overflow);
    }
    pages
}

fn database(blobs: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut leaves = Vec::new();
    let mut children = Vec::new();
    for (index, blob) in blobs.iter().enumerate() {
        let number = 3 + leaves.len();
        children.push((number, index + 1));
        leaves.extend(leaf(number, index + 1, blob));
    }
    let root = match children.split_last() {
        Some((&(right, _), left)) => {
            let cells: Vec<_> = left
                .iter()
                .map(|&(child, key)| [be32(child).to_vec(), varint(key)].concat())
                .collect();
            let mut root = page(0x05, 0, &cells);
            put(&mut root, 8, &be32(right));
            root
        }
        None => page(0x0d, 0, &[]),
    };
    let texts = [
        "table",
        "Packages",
        "Packages",
        "CREATE TABLE 'Packages' (hnum, blob)",
    ];
    let kinds: Vec<u8> = texts
        .iter()
        .flat_map(|text| varint(text.len() * 2 + 13))
        .collect();
    let body = [
        texts[..3].concat().into_bytes(),
        vec![2],
        texts[3].as_bytes().to_vec(),
    ]
    .concat();
    let header = [vec![6], kinds[..3].to_vec(), vec![1], kinds[3..].to_vec()].concat();
    let record = [header, body].concat();
    let mut schema = page(0x0d, 100, &[[varint(record.len()), varint(1), record].concat()]);
    put(&mut schema, 0, MAGIC);
    put(&mut schema, 16, &be16(PAGE));
    put(&mut schema, 28, &be32(2 + leaves.len()));
    put(&mut schema, 56, &be32(1));
    [vec![schema, root], leaves].concat()
}

/// A write-ahead log with these transactions, each a list of (page number, page).
fn log(transactions: &[&[(usize, Vec<u8>)]], page_count: usize) -> Vec<u8> {
    let sum = |(mut first, mut second): (u32, u32), bytes: &[u8]| {
        for pair in bytes.chunks_exact(8) {
            let word = |at: usize| u32::from_be_bytes(pair[at..at + 4].try_into().unwrap());
            first = first.wrapping_add(word(0)).wrapping_add(second);
            second = second.wrapping_add(word(4)).wrapping_add(first);
        }
        (first, second)
    };
    let words = |words: [u32; 2]| words.map(u32::to_be_bytes).concat();
    let salts = words([0x1234_5678, 0x9abc_def0]);
    let mut log = [words([0x377f_0683, 3_007_000]), words([512, 0]), salts.clone()].concat();
    let mut check = sum((0, 0), &log);
    log.extend(words([check.0, check.1]));
    for transaction in transactions {
        for (index, (number, page)) in transaction.iter().enumerate() {
            let commit = if index + 1 == transaction.len() {
                page_count
            } else {
                0
            };
            let intro = [be32(*number), be32(commit)].concat();
            check = sum(sum(check, &intro), page);
            log.extend([intro, salts.clone(), words([check.0, check.1]), page.clone()].concat());
        }
    }
    log
}

fn contents(file: &[u8], log: Option<&[u8]>) -> Result<Vec<Vec<u8>>, ParseError> {
    Ok(blobs(file, log, "Packages")?
        .into_iter()
        .map(|(_, blob)| blob)
        .collect())
}

#[test]
fn reads_rows_and_overflow_pages() {
    let pages = database(&three());
    assert!(pages.len() > 6, "the long row has overflow pages");
    assert_eq!(contents(&pages.concat(), None).unwrap(), three());
    assert_eq!(contents(&database(&[]).concat(), None).unwrap().len(), 0);
}

#[test]
fn rows_of_every_length_come_back_whole() {
    for length in (0..40).chain(400..600).chain(900..1700) {
        let blob = vec![7; length];
        assert_eq!(
            contents(&database(std::slice::from_ref(&blob)).concat(), None).unwrap(),
            [blob]
        );
    }
}

#[test]
fn what_the_log_committed_counts() {
    let before = database(&three()[..1]);
    let after = database(&three());
    let pages: Vec<_> = (1..).zip(after.clone()).collect();
    let (first, second) = pages.split_at(3);
    let whole = log(&[first, second], after.len());
    let file = before.concat();
    assert_eq!(contents(&file, Some(&whole)).unwrap(), three());
    assert_eq!(contents(&file, Some(b"")).unwrap(), three()[..1]);
    let garbage = vec![0xa5; 4096];
    assert_eq!(contents(&file, Some(&garbage)).unwrap(), three()[..1]);
}

#[test]
fn what_the_log_did_not_commit_does_not_count() {
    let (before, after) = (database(&three()[..1]), database(&three()));
    let pages: Vec<_> = (1..).zip(after.clone()).collect();
    let whole = log(&[&pages], after.len());
    for end in (0..whole.len()).step_by(97) {
        assert_eq!(
            contents(&before.concat(), Some(&whole[..end])).unwrap(),
            three()[..1],
            "cut at {end}"
        );
    }
    for at in (0..whole.len()).step_by(89) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x20;
        assert_eq!(
            contents(&before.concat(), Some(&damaged)).unwrap(),
            three()[..1],
            "damaged at {at}"
        );
    }
}

#[test]
fn a_log_of_another_page_size_is_an_error() {
    let pages: Vec<_> = (1..).zip(database(&three())).collect();
    let mut other = database(&three())[0].clone();
    put(&mut other, 16, &be16(1024));
    other.resize(1024, 0);
    put(&mut other, 28, &be32(1));
    assert!(matches!(
        contents(&other, Some(&log(&[&pages], 9))).unwrap_err().fault,
        Fault::Malformed(_)
    ));
}

#[test]
fn every_cut_is_an_error() {
    let whole = database(&three()).concat();
    for end in 0..whole.len() {
        assert!(contents(&whole[..end], None).is_err(), "cut at {end}");
    }
}

#[test]
fn circles_are_errors() {
    let twice = Fault::Malformed("a page is used twice");
    let mut pages = database(&three());
    put(&mut pages[1], 8, &be32(2));
    assert_eq!(contents(&pages.concat(), None).unwrap_err().fault, twice);
    let mut pages = database(&three());
    assert_eq!(pages[4][..4], be32(6));
    put(&mut pages[4], 0, &be32(5));
    assert_eq!(contents(&pages.concat(), None).unwrap_err().fault, twice);
}

#[test]
fn another_table_is_not_taken_for_it() {
    let file = database(&three()).concat();
    assert!(matches!(
        blobs(&file, None, "Name").unwrap_err().fault,
        Fault::Missing(_)
    ));
}

proptest! {
    #[test]
    fn no_mutation_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut file = database(&three()).concat();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = contents(&file, None);
    }

    #[test]
    fn no_mutation_of_the_structure_panics(at in 0usize..128, which in 0usize..5, byte: u8) {
        let mut pages = database(&three());
        pages[which][at] = byte;
        let _ = contents(&pages.concat(), None);
    }
}
