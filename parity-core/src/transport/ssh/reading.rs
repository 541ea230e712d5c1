//! Sections become outcomes, the same as reading the files on the spot gives.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Ending, Hello, position};
use super::listing::{self, Listed};
use super::script::{BLOCK, Step, is_magic};
use crate::answer::{Answer, Blob, Entries, EntryKind, Failure, Outcome, Output, Skipped};
use crate::need::{Need, Take};
use crate::transport::pattern::{self, split};

/// How deep `**` goes, in directories below the first.
const MAX_DEPTH: usize = 64;

/// `head`, `find` and `ls` end with 1 or 2 when something could not be looked at; with more when they broke off.
const PARTLY: i32 = 2;

/// The code of an answer that is longer than its need allows.
const TOO_LARGE: &str = "too-large";

/// What the script writes when a listing within `find` was cut short.
const BROKE_OFF: &[u8] = b"broke off with status";

/// What a session answered.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) root: &'a str,
    pub(super) output: &'a BTreeMap<u32, (Ending, Vec<u8>)>,
    pub(super) errors: &'a BTreeMap<u32, (Ending, Vec<u8>)>,
    pub(super) hello: Option<&'a Hello>,
    /// Why sections that are not there are not there.
    pub(super) missing: Failure,
}

impl Reading<'_> {
    /// What came of a step.
    pub(super) fn outcome(&self, step: &Step) -> Outcome<Answer> {
        match step {
            Step::Known(outcome) => outcome.clone(),
            Step::Ask(section, need) => self.asked(*section, need),
            Step::First(steps) => self.first(steps),
            Step::Clock => match self.hello.and_then(|hello| hello.ahead) {
                Some(ahead) => Outcome::Got(Answer::Clock(ahead)),
                None => Outcome::NotApplicable,
            },
        }
    }

    fn asked(&self, section: u32, need: &Need) -> Outcome<Answer> {
        let (status, bytes) = match self.output.get(&section) {
            None => return Outcome::Failed(self.missing.clone()),
            Some((Ending::Word(word), _)) => return self.nothing_run(word, need),
            Some((Ending::Status(status), bytes)) => (*status, bytes),
        };
        match need {
            Need::Command { argv, cap } => {
                if bytes.len() as u64 > *cap {
                    let program = argv.first().map_or("", String::as_str);
                    return Outcome::failed(TOO_LARGE, format!("`{program}` printed more than {cap} bytes"));
                }
                Outcome::Got(Answer::Output(Output {
                    status,
                    stdout: bytes.clone(),
                    stderr: self.complained(section).to_vec(),
                }))
            }
            Need::File { path, cap } => self.read(section, status, path).and_then(|()| {
                if bytes.len() as u64 > *cap {
                    return too_large(path, *cap);
                }
                Outcome::Got(Answer::Bytes(bytes.clone()))
            }),
            Need::Range { path, offset, len } => self.read(section, status, path).map(|()| {
                let from = bytes.len().min((offset % BLOCK) as usize);
                let len = usize::try_from((*len).min(crate::need::FILE_CAP)).unwrap_or(usize::MAX);
                let to = from.saturating_add(len).min(bytes.len());
                Answer::Bytes(bytes[from..to].to_vec())
            }),
            Need::Glob {
                pattern,
                take,
                max_entries,
            } => self
                .glob(section, status, bytes, pattern, *take, *max_entries as usize)
                .map(Answer::Entries),
            _ => Outcome::NotApplicable,
        }
    }

    fn nothing_run(&self, word: &str, need: &Need) -> Outcome<Answer> {
        match (word, need) {
            ("absent", _) => Outcome::Absent,
            ("denied", _) => Outcome::NotPermitted,
            ("not-a-file", Need::File { path, .. } | Need::Range { path, .. }) => not_a_file(path),
            ("too-large", Need::File { path, cap }) => too_large(path, *cap),
            (
                "too-many",
                Need::Glob {
                    pattern, max_entries, ..
                },
            ) => too_many(pattern, *max_entries as usize),
            _ => Outcome::failed("protocol", "an answer of another kind than the question"),
        }
    }

    /// Whether a program read the file to its end.
    fn read(&self, section: u32, status: i32, path: &str) -> Outcome<()> {
        if status == 0 {
            return Outcome::Got(());
        }
        let complaint = String::from_utf8_lossy(self.complained(section)).into_owned();
        let line = complaint.lines().rfind(|line| line.contains(": ")).unwrap_or("");
        match line.rsplit_once(": ") {
            Some((_, reason)) if status <= PARTLY => refusal(reason, path),
            _ => Outcome::failed(
                "cannot-read",
                format!("/{path}: reading it ended with status {status}"),
            ),
        }
    }

    fn complained(&self, section: u32) -> &[u8] {
        self.errors.get(&section).map_or(&[], |(_, bytes)| bytes)
    }

    /// The first that answered; where none did, the last reason of the order in which they were asked for.
    fn first(&self, steps: &[(usize, Step)]) -> Outcome<Answer> {
        let mut outcomes: BTreeMap<usize, Outcome<Answer>> = BTreeMap::new();
        for (which, step) in steps {
            if !self.was_tried(step) {
                // The shell took the answer before for one, and it is none; or the stream ended.
                let failed = outcomes.into_values().find(
                    |outcome| matches!(outcome, Outcome::Failed(failure) if failure.code != "command-failed"),
                );
                return failed.unwrap_or_else(|| Outcome::Failed(self.missing.clone()));
            }
            match self.outcome(step) {
                Outcome::Got(Answer::Output(output)) if output.status != 0 => {
                    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                    let reason = format!("exit status {}: {said}", output.status);
                    outcomes.insert(*which, Outcome::failed("command-failed", reason));
                }
                Outcome::Got(answer) => return Outcome::Got(Answer::One(*which, Box::new(answer))),
                other => {
                    outcomes.insert(*which, other);
                }
            }
        }
        outcomes
            .into_values()
            .fold(Outcome::NotApplicable, |worst, outcome| match outcome {
                Outcome::NotApplicable => worst,
                Outcome::Absent if !matches!(worst, Outcome::NotApplicable) => worst,
                other => other,
            })
    }

    /// The alternatives that the shell passed over although the one before them gave nothing of use: what a program
    /// prints is measured here and not there.
    pub(super) fn passed_over(&self, step: &Step, outcome: &Outcome<Answer>) -> Vec<usize> {
        match (step, outcome) {
            (Step::First(steps), Outcome::Failed(failure)) if failure.code == TOO_LARGE => {
                let mut passed: Vec<usize> = steps
                    .iter()
                    .skip_while(|(_, step)| self.was_tried(step))
                    .map(|(which, _)| *which)
                    .collect();
                passed.sort_unstable();
                passed
            }
            _ => Vec::new(),
        }
    }

    fn was_tried(&self, step: &Step) -> bool {
        match step {
            Step::Known(_) | Step::Clock => true,
            Step::Ask(section, _) => self.output.contains_key(section),
            Step::First(steps) => {
                steps.iter().all(|(_, step)| matches!(step, Step::Known(_)))
                    || steps
                        .iter()
                        .any(|(_, step)| !matches!(step, Step::Known(_)) && self.was_tried(step))
            }
        }
    }

    fn glob(
        &self,
        section: u32,
        status: i32,
        text: &[u8],
        pattern: &str,
        take: Take,
        max: usize,
    ) -> Outcome<Entries> {
        if status > PARTLY || position(self.complained(section), BROKE_OFF).is_some() {
            return Outcome::failed(
                "incomplete",
                format!("/{pattern}: listing it ended with status {status}"),
            );
        }
        // A complaint about no entry in particular (no process or file left to be had): how much is missing, nothing tells.
        let (_, general) = listing::complaints(self.complained(section), self.root);
        if let Some(line) = general.iter().find(|line| !vanished(line)) {
            let line = line.escape_debug();
            return Outcome::failed("incomplete", format!("/{pattern}: listing it: {line}"));
        }
        let listed = match listing::read(text, self.root) {
            Ok(listed) => listed,
            Err(message) => return Outcome::failed("protocol", format!("/{pattern}: {message}")),
        };
        let contents = match take {
            Take::Stat => Contents::default(),
            _ => match self.output.get(&(section + 1)) {
                Some((ending, text)) => Contents::read(ending, text, self.complained(section + 1), self.root),
                None => return Outcome::Failed(self.missing.clone()),
            },
        };
        let (base, rest) = split(pattern);
        let everything = rest.first() == Some(&"**");
        let wanted = rest.get(1).filter(|_| everything);
        let is_wanted = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            wanted.is_none_or(|wanted| pattern::matches(wanted.as_bytes(), name.as_bytes()))
        };
        let mut found = Entries::default();
        let mut skipped = Skips::default();
        let mut unread = Vec::new();
        for listed in &listed {
            let below = listed.path.get(base.len()..).unwrap_or_default();
            // `.*` matches these in many shells.
            if !everything
                && below
                    .split(|byte| *byte == b'/')
                    .any(|part| part == b"." || part == b"..")
            {
                continue;
            }
            if everything && !matches!(listed.kind, EntryKind::File | EntryKind::Directory) {
                continue;
            }
            let Some(path) = skipped.name(&listing::plain(&listed.path)) else {
                continue;
            };
            if everything && (listed.kind != EntryKind::File || !is_wanted(&path)) {
                continue;
            }
            if listed.kind == EntryKind::Link && listed.link.is_none() {
                unread.push(path);
                continue;
            }
            if everything && skipped.too_deep(&base, &path) {
                continue;
            }
            if self.hello.is_some_and(|hello| hello.ls_masks)
                && listed.link.as_ref().is_some_and(|link| link.contains(&b'?'))
            {
                skipped.add(path, "a link whose target this host's ls cannot show");
                continue;
            }
            if found.entries.len() >= max {
                return too_many(pattern, max);
            }
            let mut entry = listing::entry(listed, path);
            entry.content = contents.of(listed, &entry.path, take);
            found.entries.push(entry);
        }
        if let Some((_, directories)) = self.output.get(&(section + 2)) {
            for path in listing::paths(directories, self.root) {
                skipped.name(&path);
            }
        }
        for aside in [section, section + 2] {
            let complained = self.complained(aside);
            skipped.complaints(complained, self.root);
            let ending = self.output.get(&aside).map(|(ending, _)| ending);
            if complained.is_empty() && ending.is_some_and(|ending| *ending != Ending::Status(0)) {
                skipped.add(base.as_str(), "something in it could not be looked at");
            }
        }
        let complaints = self.complained(section);
        for path in unread {
            if !listing::complaints(complaints, self.root).0.contains_key(&path) {
                skipped.add(path, "a link whose target this host's ls does not show");
            }
        }
        found.entries.sort_by(|a, b| a.path.cmp(&b.path));
        found.entries.dedup_by(|a, b| a.path == b.path);
        found.skipped = skipped.found;
        found
            .skipped
            .sort_by(|a, b| (&a.path, &a.reason).cmp(&(&b.path, &b.reason)));
        Outcome::Got(found)
    }
}

/// What could not be looked at, each thing told once.
#[derive(Default)]
struct Skips {
    found: Vec<Skipped>,
    seen: BTreeSet<Vec<u8>>,
}

impl Skips {
    fn add(&mut self, path: impl Into<String>, reason: &str) {
        self.found.push(Skipped {
            path: path.into(),
            reason: reason.to_owned(),
        });
    }

    /// The path as text, or `None` after noting the first component that cannot be carried.
    fn name(&mut self, path: &[u8]) -> Option<String> {
        let mut end = 0;
        for part in path.split(|byte| *byte == b'/') {
            let start = end;
            end += part.len() + 1;
            let Some(reason) = pattern::unspeakable(part) else {
                continue;
            };
            let upto = path.get(..start + part.len()).unwrap_or(path);
            if self.seen.insert(upto.to_vec()) {
                let parent = path.get(..start.saturating_sub(1)).unwrap_or_default();
                self.add(String::from_utf8_lossy(parent), reason);
            }
            return None;
        }
        String::from_utf8(path.to_vec()).ok()
    }

    /// Whether a file lies deeper than `**` goes; the directory is noted.
    fn too_deep(&mut self, base: &str, path: &str) -> bool {
        let below = path.strip_prefix(base).unwrap_or(path).trim_start_matches('/');
        let Some((at, _)) = below.match_indices('/').nth(MAX_DEPTH) else {
            return false;
        };
        let directory = &path[..path.len() - below.len() + at];
        if self.seen.insert(directory.as_bytes().to_vec()) {
            self.add(directory, "nested too deep");
        }
        true
    }

    fn complaints(&mut self, text: &[u8], root: &str) {
        let (by_path, other) = listing::complaints(text, root);
        for (path, reason) in by_path {
            if !vanished(&reason) {
                self.add(path, &reason.to_lowercase());
            }
        }
        for line in other.iter().filter(|line| !vanished(line)) {
            self.add("", &line.escape_debug().to_string());
        }
    }
}

fn vanished(reason: &str) -> bool {
    reason.ends_with("No such file or directory")
}

#[derive(Default)]
struct Contents {
    by_path: BTreeMap<Vec<u8>, Vec<u8>>,
    refused: BTreeMap<String, String>,
    other: Vec<String>,
}

impl Contents {
    fn read(ending: &Ending, text: &[u8], errors: &[u8], root: &str) -> Contents {
        let (refused, mut other) = listing::complaints(errors, root);
        match ending {
            Ending::Status(0) => {}
            Ending::Status(1..=PARTLY) if !errors.is_empty() => {}
            ending => other.push(format!("reading ended early: {ending:?}")),
        }
        Contents {
            by_path: listing::contents(text, root),
            refused,
            other,
        }
    }

    fn of(&self, listed: &Listed, path: &str, take: Take) -> Option<Outcome<Blob>> {
        let cap = match take {
            Take::Content(cap) => u64::from(cap),
            _ => u64::MAX,
        };
        match (take, listed.kind) {
            (Take::Head(_) | Take::Content(_), EntryKind::File) | (Take::Content(_), EntryKind::Link) => {}
            _ => return None,
        }
        if listed.kind == EntryKind::Link && is_magic(path) {
            return Some(Outcome::failed(
                "link-loop",
                format!("/{path}: a link of a process"),
            ));
        }
        if let Some(reason) = self.refused.get(path) {
            return match refusal(reason, path) {
                Outcome::Failed(failure) if failure.code == "not-a-file" => None,
                outcome => Some(outcome),
            };
        }
        if listed.size > cap {
            return Some(too_large(path, cap));
        }
        match self.by_path.get(path.as_bytes()) {
            Some(bytes) if bytes.len() as u64 > cap => Some(too_large(path, cap)),
            Some(bytes) => Some(Outcome::Got(Blob(bytes.clone()))),
            // A link to a directory or a device has no content.
            None if listed.kind == EntryKind::Link && self.other.is_empty() => None,
            None => {
                let said = self.other.first().map_or("nothing came", String::as_str);
                Some(Outcome::failed(
                    "cannot-read",
                    format!("/{path}: {}", said.escape_debug()),
                ))
            }
        }
    }
}

/// What the words of the C library mean: those of glibc and musl in the C locale.
fn refusal<T>(reason: &str, path: &str) -> Outcome<T> {
    match reason.trim() {
        "No such file or directory" | "Not a directory" | "No such process" => Outcome::Absent,
        "Permission denied" | "Operation not permitted" => Outcome::NotPermitted,
        "Is a directory" | "Invalid argument" => not_a_file(path),
        "Too many levels of symbolic links" | "Symbolic link loop" | "Too many symbolic links" => {
            Outcome::failed("link-loop", format!("/{path}: too many symbolic links"))
        }
        other => Outcome::failed("cannot-read", format!("/{path}: {}", other.escape_debug())),
    }
}

fn not_a_file<T>(path: &str) -> Outcome<T> {
    Outcome::failed("not-a-file", format!("/{path} is not a regular file"))
}

fn too_large<T>(path: &str, cap: u64) -> Outcome<T> {
    Outcome::failed(TOO_LARGE, format!("/{path} is larger than {cap} bytes"))
}

fn too_many<T>(pattern: &str, max: usize) -> Outcome<T> {
    Outcome::failed("too-many", format!("/{pattern}: more than {max} entries"))
}
