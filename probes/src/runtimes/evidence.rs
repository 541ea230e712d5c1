//! Files that tell the version of a runtime, and what programs print.

use parity_core::answer::{Answers, Entries, EntryKind, Outcome};
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};

use crate::installed::leading_version;

/// Content of a text, where it tells a version.
type Read = fn(&str) -> Option<String>;

/// A kind of file that tells the version of the programs near it.
struct Source {
    runtime: &'static str,
    pattern: &'static str,
    read: Read,
    /// Whether the file stands for an installed runtime; a header may be there without it.
    is_proof: bool,
}

const fn source(runtime: &'static str, pattern: &'static str, read: Read, is_proof: bool) -> Source {
    Source {
        runtime,
        pattern,
        read,
        is_proof,
    }
}

const SOURCES: [Source; 12] = [
    source("go", "usr/lib/go*/VERSION", go, true),
    source("go", "usr/local/go*/VERSION", go, true),
    source("java", "opt/java/*/release", java, true),
    source("java", "opt/jdk*/release", java, true),
    source("java", "opt/jre*/release", java, true),
    source("java", "usr/java/*/release", java, true),
    source("java", "usr/lib/jvm/*/release", java, true),
    source("java", "usr/local/openjdk-*/release", java, true),
    source("node", "usr/include/node*/node_version.h", node, false),
    source("node", "usr/local/include/node*/node_version.h", node, false),
    source("python", "usr/include/python*/patchlevel.h", python, false),
    source("python", "usr/local/include/python*/patchlevel.h", python, false),
];

/// Directories named after the version of a program.
const NAMED: [(&str, &str, &str); 2] = [
    ("perl", "usr/share/perl/*", "usr/bin/perl"),
    ("perl", "usr/local/lib/perl5/*", "usr/local/bin/perl"),
];

/// A version and the programs it speaks for.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) runtime: &'static str,
    pub(super) version: String,
    pub(super) origin: Origin,
    pub(super) is_proof: bool,
    /// A program, or with a slash at its end all below a directory.
    covers: String,
}

impl Told {
    /// Whether it speaks for this program.
    pub(super) fn covers(&self, program: &str) -> bool {
        program == self.covers || (self.covers.ends_with('/') && program.starts_with(&self.covers))
    }
}

fn need(source: &Source) -> Need {
    Need::glob(source.pattern, Take::Content(64 << 10))
}

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

pub(super) fn needs() -> Vec<Need> {
    let listings = NAMED.iter().map(|(_, pattern, _)| listing(pattern));
    SOURCES.iter().map(need).chain(listings).collect()
}

/// What the files tell. One that cannot be read, or tells nothing, tells nothing: the programs it would speak for are asked.
pub(super) fn told(answers: &Answers) -> Vec<Told> {
    let mut all = Vec::new();
    for source in &SOURCES {
        if let Outcome::Got(Entries { entries, .. }) = answers.entries(&need(source)) {
            for entry in entries {
                if let Some(Outcome::Got(blob)) = &entry.content
                    && let Ok(text) = std::str::from_utf8(&blob.0)
                    && let Some(version) = (source.read)(text)
                {
                    all.push(Told {
                        runtime: source.runtime,
                        version,
                        origin: Origin::file(entry.path.clone()),
                        is_proof: source.is_proof,
                        covers: covered(source.runtime, &entry.path),
                    });
                }
            }
        }
    }
    all.extend(NAMED.iter().filter_map(|named| named_after(answers, *named)));
    all
}

/// The version in the name of the only directory that is named after one.
fn named_after(answers: &Answers, named: (&'static str, &str, &str)) -> Option<Told> {
    let (runtime, pattern, program) = named;
    let need = listing(pattern);
    let entries = &answers.entries(&need).got()?.entries;
    let directories = entries.iter().filter(|entry| entry.kind == EntryKind::Directory);
    let mut versions = directories.filter_map(|entry| {
        let name = entry.path.rsplit('/').next()?;
        let is_whole = name.split('.').count() == 3 && leading_version(name).as_deref() == Some(name);
        is_whole.then(|| (name.to_owned(), entry.path.clone()))
    });
    let (version, path) = versions.next()?;
    versions.next().is_none().then(|| Told {
        runtime,
        version,
        origin: Origin::file(path),
        is_proof: false,
        covers: program.to_owned(),
    })
}

/// The programs that a file at this path speaks for.
fn covered(runtime: &str, path: &str) -> String {
    match path.split_once("/include/") {
        Some((prefix, _)) if runtime == "node" => format!("{prefix}/bin/node"),
        Some((prefix, rest)) => format!("{prefix}/bin/{}", rest.split('/').next().unwrap_or_default()),
        None => format!("{}/", path.rsplit_once('/').map_or("", |(home, _)| home)),
    }
}

/// `go1.22.3` on the first line of `VERSION`.
fn go(text: &str) -> Option<String> {
    leading_version(text.lines().next()?.strip_prefix("go")?)
}

/// `JAVA_VERSION="17.0.11"` of the file `release`; before Java 9 versions began with `1.` and had an underscore.
fn java(text: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("JAVA_VERSION="))?;
    let version = line.trim_matches('"');
    match version.strip_prefix("1.") {
        Some(old) => leading_version(&old.replace('_', ".")),
        None => leading_version(version),
    }
}

/// The three numbers of `node_version.h`.
fn node(text: &str) -> Option<String> {
    let number = |name: &str| {
        text.lines().find_map(|line| {
            let value = line.strip_prefix("#define ")?.strip_prefix(name)?.trim();
            value.bytes().all(|byte| byte.is_ascii_digit()).then_some(value)
        })
    };
    let major = number("NODE_MAJOR_VERSION ")?;
    let minor = number("NODE_MINOR_VERSION ")?;
    let patch = number("NODE_PATCH_VERSION ")?;
    leading_version(&format!("{major}.{minor}.{patch}"))
}

/// `PY_VERSION` of `patchlevel.h`.
fn python(text: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("#define PY_VERSION "))?;
    leading_version(line.trim().trim_matches('"'))
}

/// The version in what a program prints when asked for it: the first word that begins with two numbers joined by a dot, after `v`,
/// `go` or a quote or bracket.
///
/// ```
/// use parity_probes::runtimes::printed_version;
/// assert_eq!(printed_version("ruby 3.1.2p20 (2022-04-12)").as_deref(), Some("3.1.2"));
/// assert_eq!(printed_version("openjdk version \"1.8.0_392\"").as_deref(), Some("8.0.392"));
/// assert_eq!(printed_version("command not found"), None);
/// ```
#[must_use]
pub fn printed_version(text: &str) -> Option<String> {
    text.split_whitespace().find_map(|word| {
        let word = word.trim_start_matches(['(', '"']);
        let word = word.strip_prefix("go").or(word.strip_prefix('v')).unwrap_or(word);
        let version = leading_version(word).filter(|version| version.contains('.'))?;
        match (version.strip_prefix("1.8.0"), word.strip_prefix("1.8.0_")) {
            (Some(_), Some(update)) => leading_version(&format!("8.0.{}", update.trim_end_matches('"'))),
            _ => Some(version),
        }
    })
}
