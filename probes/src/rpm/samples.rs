//! Databases made for tests.

use super::bytes::Order;

/// Data of one tag.
pub(super) enum Tag {
    Text(&'static str),
    Number(u32),
}

/// A header blob with these tags.
pub(super) fn blob(tags: &[(u32, Tag)]) -> Vec<u8> {
    let (mut index, mut data) = (Vec::new(), Vec::new());
    for (tag, value) in tags {
        let kind = match value {
            Tag::Text(_) => 6u32,
            Tag::Number(_) => 4,
        };
        let offset = u32::try_from(data.len()).unwrap();
        for number in [*tag, kind, offset, 1] {
            index.extend(number.to_be_bytes());
        }
        match value {
            Tag::Text(text) => data.extend(text.bytes().chain([0])),
            Tag::Number(number) => data.extend(number.to_be_bytes()),
        }
    }
    let counts = [tags.len(), data.len()].map(|count| u32::try_from(count).unwrap().to_be_bytes());
    [counts.concat(), index, data].concat()
}

/// Three header blobs: a package, a long one that needs overflow pages, a key.
pub(super) fn three() -> Vec<Vec<u8>> {
    let long = "x".repeat(1500).leak();
    vec![
        blob(&[
            (1000, Tag::Text("bash")),
            (1001, Tag::Text("5.1")),
            (1002, Tag::Text("2")),
            (1022, Tag::Text("x86_64")),
        ]),
        blob(&[
            (1000, Tag::Text("dbus")),
            (1003, Tag::Number(1)),
            (1001, Tag::Text("1.12~rc1")),
            (1002, Tag::Text("8")),
            (1005, Tag::Text(long)),
            (1022, Tag::Text("noarch")),
            (1044, Tag::Text("dbus-1.12~rc1-8.src.rpm")),
        ]),
        blob(&[
            (1000, Tag::Text("gpg-pubkey")),
            (1001, Tag::Text("abcdef01")),
            (1002, Tag::Text("5e3006fb")),
        ]),
    ]
}

/// An ndb database whose blobs have the indexes 1, 2, ...
pub(super) fn ndb(blobs: &[Vec<u8>]) -> Vec<u8> {
    let words = |words: &[u32]| {
        words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect::<Vec<_>>()
    };
    let count = |length: usize| u32::try_from(length).unwrap();
    let mut slots = [
        b"RpmP".to_vec(),
        words(&[0, 9, 1, count(blobs.len() + 1), 0, 0, 0]),
    ]
    .concat();
    let mut places = Vec::new();
    for (index, blob) in (1..).zip(blobs) {
        let mut place = [
            b"BlbS".to_vec(),
            words(&[index, 9, count(blob.len())]),
            blob.clone(),
        ]
        .concat();
        place.resize((place.len() + 12).next_multiple_of(16) - 12, 0);
        place.extend(words(&[super::ndb::adler32(&place), count(blob.len())]));
        place.extend(b"BlbE");
        let begin = 256 + count(places.len()) / 16;
        slots.extend([b"Slot".to_vec(), words(&[index, begin, count(place.len()) / 16])].concat());
        places.extend(place);
    }
    while slots.len() < 4096 {
        slots.extend([b"Slot".to_vec(), words(&[0, 0, 0])].concat());
    }
    [slots, places].concat()
}

/// A Berkeley DB hash of two buckets in pages of 512 bytes, with the counter and then the blobs, all in overflow pages.
pub(super) fn berkeley(blobs: &[Vec<u8>], order: Order) -> Vec<u8> {
    const PAGE: usize = 512;
    let u32s = |number: u32| {
        if order == Order::Big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    };
    let u16s = |number: usize| {
        let number = u16::try_from(number).unwrap();
        if order == Order::Big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    };
    let put = |page: &mut [u8], at: usize, bytes: &[u8]| page[at..at + bytes.len()].copy_from_slice(bytes);
    let header = |number: u32, next: u32, kind: u8| {
        let mut page = vec![0; PAGE];
        put(&mut page, 8, &u32s(number));
        put(&mut page, 16, &u32s(next));
        page[25] = kind;
        page
    };

    let mut overflow: Vec<Vec<u8>> = Vec::new();
    let mut items: [Vec<Vec<u8>>; 2] = [
        vec![[vec![1], u32s(0).to_vec()].concat(), vec![1, 9, 0, 0, 0]],
        Vec::new(),
    ];
    for (key, blob) in (1u32..).zip(blobs) {
        let first = u32::try_from(3 + overflow.len()).unwrap();
        let mut parts = blob.chunks(PAGE - 26).peekable();
        while let Some(part) = parts.next() {
            let number = u32::try_from(3 + overflow.len()).unwrap();
            let mut page = header(number, if parts.peek().is_some() { number + 1 } else { 0 }, 7);
            put(&mut page, 22, &u16s(part.len()));
            put(&mut page, 26, part);
            overflow.push(page);
        }
        let bucket = &mut items[usize::from(key % 2 == 1)];
        bucket.push([vec![1], u32s(key).to_vec()].concat());
        let length = u32::try_from(blob.len()).unwrap();
        bucket.push([vec![3, 0, 0, 0], u32s(first).to_vec(), u32s(length).to_vec()].concat());
    }
    let mut meta = header(0, 0, 8);
    put(&mut meta, 12, &u32s(0x0006_1561));
    put(&mut meta, 16, &u32s(9));
    put(&mut meta, 20, &u32s(512));
    put(&mut meta, 32, &u32s(u32::try_from(2 + overflow.len()).unwrap()));
    put(&mut meta, 72, &u32s(1));
    put(&mut meta, 96, &[u32s(1), u32s(1)].concat());
    let mut file = meta;
    for (number, items) in (1u32..).zip(&items) {
        let mut page = header(number, 0, 13);
        put(&mut page, 20, &u16s(items.len()));
        let mut end = PAGE;
        for (index, item) in items.iter().enumerate() {
            end -= item.len();
            put(&mut page, end, item);
            put(&mut page, 26 + 2 * index, &u16s(end));
        }
        file.extend(page);
    }
    file.extend(overflow.concat());
    file
}
