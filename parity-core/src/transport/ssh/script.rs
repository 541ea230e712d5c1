//! What the shell is told: needs become lines of a script, each with the sections it will answer in.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::frame::Key;
use crate::answer::{Answer, Outcome};
use crate::need::{Native, Need, Take, quote};
use crate::transport::pattern::{has_wildcard, split};

/// The functions that the lines call.
const FUNCTIONS: &str = include_str!("script.sh");

/// Lines that a login script may read instead of ours without harm.
const PADDING: &str = "\n\n\n\n\n\n\n\n";

/// Ranges are read in blocks of this size, in bytes.
pub(super) const BLOCK: u64 = 4096;

/// How a need will be answered.
#[derive(Debug)]
pub(super) enum Step {
    /// Without asking.
    Known(Outcome<Answer>),
    /// In this section and those that follow it.
    Ask(u32, Need),
    /// By the first of these that answers, in the order in which they are tried; with the place of each in the need.
    First(Vec<(usize, Step)>),
    /// By what the shell said first.
    Clock,
}

/// One round: how each need will be answered, and the lines to send.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) steps: Vec<Step>,
    pub(super) text: String,
}

/// The script that is sent for these needs, with a placeholder for the random key of the session.
///
/// A remote shell reads it from its standard input; nothing of it is an argument of a program there or here.
pub fn script_for(needs: &[Need]) -> String {
    let key = Key {
        nonce: "NONCE".to_owned(),
        root: "/".to_owned(),
    };
    let mut next = 0;
    prelude(&key) + &round(needs, 1, &mut next).text
}

/// What is sent before the first round.
pub(super) fn prelude(key: &Key) -> String {
    let Key { nonce, root } = key;
    format!("{PADDING}unset p_nonce p_root\np_nonce={nonce} p_root={root}\n{FUNCTIONS}p_hello \"$@\"\n")
}

/// The lines for one round; sections are numbered from `next`.
pub(super) fn round(needs: &[Need], number: u32, next: &mut u32) -> Round {
    let (mut for_reader, mut for_shell) = (Caps::new(), Caps::new());
    let mut lines = Lines::default();
    let mut steps = Vec::new();
    for need in needs {
        let is_for_reader = is_for_reader(need);
        let caps = if is_for_reader {
            &mut for_reader
        } else {
            &mut for_shell
        };
        let mut writer = Writer {
            next,
            caps,
            aside: Vec::new(),
        };
        let (step, line) = writer.step(need);
        lines.shell.extend(writer.aside);
        steps.push(step);
        // Programs may hang and files do not: they come last.
        let kind = match need {
            _ if is_for_reader => &mut lines.reader,
            need if runs(need) => &mut lines.programs,
            _ => &mut lines.shell,
        };
        kind.extend(line);
    }
    let mut text = String::new();
    if !lines.reader.is_empty() {
        // A function has at least one command.
        let body = |lines: &[String]| {
            lines
                .iter()
                .fold(":\n".to_owned(), |text, line| text + line + "\n")
        };
        let _ = write!(
            text,
            "p_sizes() {{\n{}}}\np_files() {{\n{}}}\np_reading\n",
            body(&sizes(&for_reader)),
            body(&lines.reader)
        );
    }
    for line in sizes(&for_shell)
        .iter()
        .chain(&lines.shell)
        .chain(&lines.programs)
    {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "p_done {number}");
    Round { steps, text }
}

/// The lines of a round, by who answers them.
#[derive(Default)]
struct Lines {
    reader: Vec<String>,
    shell: Vec<String>,
    programs: Vec<String>,
}

/// Paths of files by the most that is read of them, in bytes.
type Caps = BTreeMap<u64, Vec<String>>;

/// Lines that say which of the files are larger.
fn sizes(caps: &Caps) -> Vec<String> {
    let line = |(cap, paths): (&u64, &Vec<String>)| format!("p_over_{cap}=$(p_over {cap} {})", quote(paths));
    caps.iter().map(line).collect()
}

/// Whether the reader of the script knows how to answer, where there is one.
fn is_for_reader(need: &Need) -> bool {
    match need {
        Need::File { .. } | Need::Range { .. } => true,
        Need::Glob { pattern, .. } => split(pattern).1.first() != Some(&"**"),
        Need::Variables(need) => is_for_reader(need),
        _ => false,
    }
}

fn runs(need: &Need) -> bool {
    match need {
        Need::Command { .. } => true,
        Need::FirstOf(needs) => needs.iter().any(runs),
        _ => false,
    }
}

struct Writer<'a> {
    next: &'a mut u32,
    caps: &'a mut Caps,
    /// Lines that answer in sections of their own, whatever becomes of the others.
    aside: Vec<String>,
}

impl Writer<'_> {
    fn sections(&mut self, count: u32) -> u32 {
        let first = *self.next;
        *self.next = first.saturating_add(count);
        first
    }

    /// How the need is answered, and the line that does it; its status is 0 where it gives an answer.
    fn step(&mut self, need: &Need) -> (Step, Option<String>) {
        if let Some(refused) = unspeakable(need) {
            return (Step::Known(refused), None);
        }
        let ask = |section, line| (Step::Ask(section, need.clone()), Some(line));
        match need {
            Need::File { path, cap } => {
                let (section, path) = (self.sections(1), absolute(path));
                let line = format!(
                    "p_file {section} {} {} \"$p_over_{cap}\"",
                    cap.saturating_add(1),
                    word(&path)
                );
                self.caps.entry(*cap).or_default().push(path);
                ask(section, line)
            }
            Need::Range { path, offset, len } => {
                let section = self.sections(1);
                let end = offset.saturating_add((*len).min(crate::need::FILE_CAP));
                let (first, blocks) = (offset / BLOCK, end.div_ceil(BLOCK) - offset / BLOCK);
                ask(
                    section,
                    format!("p_range {section} {first} {blocks} {}", word(&absolute(path))),
                )
            }
            Need::Glob {
                pattern,
                take,
                max_entries,
            } => {
                let section = self.sections(3);
                let (line, closed) = glob(section, pattern, *take, *max_entries);
                self.aside.extend(closed);
                ask(section, line)
            }
            Need::Command { argv, .. } => {
                let section = self.sections(1);
                ask(section, format!("p_command {section} {}", quote(argv)))
            }
            Need::FirstOf(needs) => self.first_of(needs),
            Need::Variables(need) => self.step(need),
            Need::Native(Native::Clock) => (Step::Clock, None),
            Need::Native(_) | Need::Offline(_) | Need::Query { .. } => {
                (Step::Known(Outcome::NotApplicable), None)
            }
        }
    }

    fn first_of(&mut self, needs: &[Need]) -> (Step, Option<String>) {
        let mut order: Vec<(usize, &Need)> = needs.iter().enumerate().collect();
        // What a program prints is shorter than the database it reads.
        order.sort_by_key(|(_, need)| !runs(need));
        let (mut steps, mut lines) = (Vec::new(), Vec::new());
        for (which, need) in order {
            let (step, line) = self.step(need);
            steps.push((which, step));
            lines.extend(line);
        }
        let line = (!lines.is_empty()).then(|| format!("{{ {}; }}", lines.join(" || ")));
        (Step::First(steps), line)
    }
}

/// A need that cannot be put into a script.
fn unspeakable(need: &Need) -> Option<Outcome<Answer>> {
    let zero = match need {
        Need::File { path, .. } | Need::Range { path, .. } => path.contains('\0'),
        Need::Glob { pattern, .. } => pattern.contains('\0'),
        Need::Command { argv, .. } if argv.is_empty() => {
            return Some(Outcome::failed("no-command", "the need names no program"));
        }
        Need::Command { argv, .. } => argv.iter().any(|argument| argument.contains('\0')),
        _ => false,
    };
    match need {
        _ if zero => Some(Outcome::failed(
            "malformed-need",
            "a zero byte in a path or an argument",
        )),
        Need::File { path, .. } | Need::Range { path, .. } if is_magic(path) => Some(Outcome::failed(
            "link-loop",
            format!("/{path}: leads through a link of a process"),
        )),
        _ => None,
    }
}

/// Whether a path leads through a link that the kernel makes up for a process: it can leave any root.
pub(super) fn is_magic(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["proc", _, "cwd" | "exe" | "root", ..] | ["proc", _, "fd" | "map_files" | "ns", _, ..] => true,
        ["proc", process, "task", _, rest @ ..] => is_magic(
            &["proc", process]
                .iter()
                .chain(rest)
                .copied()
                .collect::<Vec<_>>()
                .join("/"),
        ),
        _ => false,
    }
}

/// The line that lists, and one that says which directories on the way are closed.
fn glob(section: u32, pattern: &str, take: Take, max: u32) -> (String, Option<String>) {
    let (take, bytes) = match take {
        Take::Stat => ("stat", 0),
        Take::Head(bytes) => ("head", u64::from(bytes)),
        Take::Content(cap) => ("content", u64::from(cap) + 1),
    };
    let (base, rest) = split(pattern);
    let at = format!("${{p_root}}{}", word(&base));
    if rest.first() == Some(&"**") {
        let name = always_quoted(rest.get(1).unwrap_or(&"*"));
        return (format!("p_tree {section} {at} {take} {bytes} {name}"), None);
    }
    let mut so_far = at.clone();
    let mut closed = String::new();
    for (depth, part) in rest.iter().enumerate() {
        if depth > 0 {
            let may = if has_wildcard(part) { "-r" } else { "-x" };
            let _ = write!(closed, " {may} {so_far}");
        }
        if depth > 0 || !base.is_empty() {
            so_far.push('/');
        }
        so_far.push_str(&pattern_word(part));
    }
    let most = u64::from(max) * 4;
    let list = format!("p_glob {section} {at} {take} {bytes} {most} {so_far}");
    let aside = section.saturating_add(2);
    (
        list,
        (!closed.is_empty()).then(|| format!("p_closed {aside}{closed}")),
    )
}

/// A component with `*` and `?` bare and all else quoted.
fn pattern_word(part: &str) -> String {
    let pieces = part.split_inclusive(['*', '?']).map(|piece| {
        let literal = piece.trim_end_matches(['*', '?']);
        let wild = &piece[literal.len()..];
        format!(
            "{}{wild}",
            if literal.is_empty() {
                String::new()
            } else {
                always_quoted(literal)
            }
        )
    });
    pieces.collect()
}

fn always_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// One word of the shell; nothing where the text is empty.
fn word(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        quote(&[text.to_owned()])
    }
}

fn absolute(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}
