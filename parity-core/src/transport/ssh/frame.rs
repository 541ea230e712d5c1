//! The transcript of a session: sections framed by a nonce that what is read cannot know.
//!
//! Anything outside a frame is noise. A section counts only when its end was seen, so a stream cut anywhere lacks
//! sections and never has shorter ones.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::time::SystemTime;

/// A mark of ours is never longer than this, in bytes.
const MARK_MAX: usize = 100;

/// As much noise as is kept to be shown, in bytes.
const NOISE_KEPT: usize = 4096;

/// The secret of one session.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// Begins every mark.
    pub(super) nonce: String,
    /// The root directory, spelled in a way nobody can guess: `/` and `./` are the digits. Paths below it are told
    /// apart from anything a file or a link may hold.
    pub(super) root: String,
}

impl Key {
    /// A key from the random numbers of the operating system.
    pub(super) fn random() -> io::Result<Key> {
        let mut bytes = [0; 21];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        let (nonce, root) = bytes.split_at(16);
        let bits = root
            .iter()
            .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
        Ok(Key {
            nonce: nonce.iter().map(|byte| format!("{byte:02x}")).collect(),
            root: std::iter::once("/")
                .chain(bits.map(|bit| if bit { "./" } else { "/" }))
                .collect(),
        })
    }
}

/// How a section ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// With the exit status of the program whose output it holds.
    Status(i32),
    /// Nothing was run, for this reason.
    Word(String),
}

/// What the shell says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hello {
    /// Effective user id.
    pub(super) uid: String,
    /// Whether `ls` shows other than plain characters as question marks.
    pub(super) ls_masks: bool,
    /// Seconds that its clock is ahead of ours, where it told the time.
    pub(super) ahead: Option<i64>,
}

/// One stream of a session, read piece by piece.
#[derive(Debug)]
pub(super) struct Frames {
    token: Vec<u8>,
    section_cap: usize,
    buffer: Vec<u8>,
    scanned: usize,
    open: Option<u32>,
    /// The sections that are complete.
    pub(super) sections: BTreeMap<u32, (Ending, Vec<u8>)>,
    /// The greeting, once it came.
    pub(super) hello: Option<Hello>,
    /// The last round that is complete, and how many sections the other side counted in it.
    pub(super) done: Option<(u32, usize)>,
    /// The first bytes outside frames.
    pub(super) noise: Vec<u8>,
    /// How many bytes were outside frames.
    pub(super) noise_len: usize,
    /// Whether marks came that do not follow from each other.
    pub(super) broken: bool,
}

enum Mark<'a> {
    Hello(&'a str, bool, Option<i64>),
    Begin(u32),
    End(u32, i32),
    Is(u32, &'a str),
    Done(u32, usize),
}

impl Frames {
    /// A stream whose marks have this nonce; of each section at most `section_cap` bytes are kept.
    pub(super) fn new(nonce: &str, section_cap: usize) -> Frames {
        Frames {
            token: format!("@{nonce} ").into_bytes(),
            section_cap,
            buffer: Vec::new(),
            scanned: 0,
            open: None,
            sections: BTreeMap::new(),
            hello: None,
            done: None,
            noise: Vec::new(),
            noise_len: 0,
            broken: false,
        }
    }

    /// Whether the trailer of this round was read.
    pub(super) fn is_done(&self, round: u32) -> bool {
        self.done.is_some_and(|(done, _)| done >= round)
    }

    /// Reads the next piece.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        self.buffer.extend_from_slice(piece);
        while let Some((at, end)) = self.next_mark() {
            let line = String::from_utf8_lossy(&self.buffer[at + self.token.len()..end]).into_owned();
            match (self.open, mark(&line)) {
                (None, Some(mark)) => {
                    self.dismiss(at);
                    match mark {
                        Mark::Begin(index) => self.open = Some(index),
                        Mark::Hello(uid, ls_masks, time) => {
                            self.hello.get_or_insert_with(|| Hello {
                                uid: uid.to_owned(),
                                ls_masks,
                                ahead: time.and_then(|time| time.checked_sub(now()?)),
                            });
                        }
                        Mark::Is(index, word) => {
                            self.keep(index, Ending::Word(word.to_owned()), Vec::new());
                        }
                        Mark::Done(round, count) => self.done = Some((round, count)),
                        Mark::End(..) => self.broken = true,
                    }
                }
                (Some(open), Some(Mark::End(index, status))) if open == index => {
                    // The newline before the mark is ours.
                    let length = at.saturating_sub(1).min(self.section_cap);
                    self.keep(index, Ending::Status(status), self.buffer[..length].to_vec());
                    self.open = None;
                }
                _ => self.broken = true,
            }
            self.buffer.drain(..=end);
            self.scanned = 0;
        }
    }

    /// Where the next mark begins and the newline that ends it, once it is there whole.
    fn next_mark(&mut self) -> Option<(usize, usize)> {
        loop {
            let unread = self.buffer.get(self.scanned..)?;
            let Some(at) = position(unread, &self.token).map(|at| at + self.scanned) else {
                self.scanned = (self.buffer.len() + 1)
                    .saturating_sub(self.token.len())
                    .max(self.scanned);
                if self.open.is_none() {
                    self.dismiss(self.scanned);
                    self.buffer.drain(..self.scanned);
                    self.scanned = 0;
                }
                return None;
            };
            let line = &self.buffer[at..];
            match line.iter().take(MARK_MAX).position(|byte| *byte == b'\n') {
                Some(length) => return Some((at, at + length)),
                None if line.len() < MARK_MAX => {
                    self.scanned = at;
                    return None;
                }
                None => self.scanned = at + self.token.len(),
            }
        }
    }

    fn keep(&mut self, index: u32, ending: Ending, content: Vec<u8>) {
        self.broken |= self.sections.insert(index, (ending, content)).is_some();
    }

    /// Counts the first bytes of the buffer as noise.
    fn dismiss(&mut self, length: usize) {
        let room = NOISE_KEPT.saturating_sub(self.noise.len());
        self.noise.extend_from_slice(&self.buffer[..length.min(room)]);
        self.noise_len += length;
    }

    /// All noise so far, with what may yet become a mark.
    pub(super) fn noise(&self) -> Vec<u8> {
        let rest = if self.open.is_none() {
            self.buffer.as_slice()
        } else {
            &[]
        };
        [self.noise.as_slice(), rest].concat()
    }
}

/// Where `needle` first stands in `bytes`.
pub(super) fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = needle.first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|byte| byte == first)?;
        if bytes[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

/// Seconds since 1970 by the clock of this machine.
fn now() -> Option<i64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

fn mark(line: &str) -> Option<Mark<'_>> {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["hello", uid, ls, time] => Some(Mark::Hello(uid, *ls == "masks", time.parse().ok())),
        ["begin", index] => Some(Mark::Begin(index.parse().ok()?)),
        ["end", index, status] => Some(Mark::End(index.parse().ok()?, status.parse().ok()?)),
        ["is", index, word] => Some(Mark::Is(index.parse().ok()?, word)),
        ["done", round, count] => Some(Mark::Done(round.parse().ok()?, count.parse().ok()?)),
        _ => None,
    }
}
