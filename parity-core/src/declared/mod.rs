//! Facts written down by hand, in TOML: for what nobody can log in to, and to complete what was observed.
//!
//! ```toml
//! target = "db.example"        # the name shown; the path of the file where it is missing
//! taken_at = "2026-01-01"      # since when it holds; the moment of reading where it is missing
//! complete = ["listen"]        # names that are told completely: what is not listed is absent
//!
//! [facts]
//! "os.id" = "debian"
//! "kernel.page-size" = 4096
//! "listen[tcp/5432]" = ["127.0.0.1"]
//! "service.version[postgresql]" = { value = "15.18", scheme = "generic" }
//! "library[x86_64/libfoo.so.1]" = { state = "absent" }
//! "firewall" = { state = "unknown", reason = "the provider does not tell" }
//! "loader.interpreter[*]" = { state = "not-permitted" }
//! ```
//!
//! A key `*` stands for every fact of the name that is not listed. Everything that is wrong is told at once.

mod reader;

use std::fmt;
use std::io::{self, Read};

use toml::de::DeTable;

use crate::schema::Schema;
use crate::snapshot::Snapshot;
use reader::Reader;

/// The largest file of facts that is read, in bytes.
pub const MAX_BYTES: u64 = 4 << 20;

/// How many mistakes of one file are told.
pub const MAX_MISTAKES: usize = 100;

/// The probe that answers for declared facts in the coverage.
pub const PROBE: &str = "declared";

/// What is known about a file of facts before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its path as the user wrote it: for messages and as origin of the facts.
    pub path: &'a str,
    /// The moment of reading, in UTC (RFC 3339): for files that do not say since when they hold.
    pub now: &'a str,
    /// Against these the names, keys and values are checked. Empty: any name is taken, as it is written.
    pub schemas: &'a [Schema],
}

/// One thing that is wrong with a file of facts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
    /// What is wrong, and what was probably meant.
    pub message: String,
}

/// A file that does not declare facts: everything that is wrong with it, in the order of the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeclaredError {
    /// It could not be read at all, is too large or is not text.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// It says what cannot be understood.
    #[error("{}", Listing(.path, .mistakes))]
    Invalid {
        /// The file.
        path: String,
        /// At most [`MAX_MISTAKES`].
        mistakes: Vec<Mistake>,
    },
}

struct Listing<'a>(&'a str, &'a [Mistake]);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.1.iter().enumerate() {
            let Mistake {
                line,
                column,
                message,
            } = mistake;
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{line}:{column}: {message}", self.0)?;
        }
        Ok(())
    }
}

/// Reads facts from a file that somebody wrote.
///
/// # Errors
/// It cannot be read, is larger than [`MAX_BYTES`] or is not UTF-8, or as [`parse`].
pub fn read(input: impl Read, source: &Source<'_>) -> Result<Snapshot, DeclaredError> {
    let failed = |error| DeclaredError::Io {
        path: source.path.to_owned(),
        source: error,
    };
    let mut text = String::new();
    input
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() as u64 > MAX_BYTES {
        let message = format!("larger than {} MiB", MAX_BYTES >> 20);
        return Err(failed(io::Error::new(io::ErrorKind::InvalidData, message)));
    }
    parse(&text, source)
}

/// Reads facts from text. The coverage tells which names are told completely: those of `complete`, and those of a single
/// fact that is certain; of any other name no more is known than what is listed.
///
/// # Errors
/// Everything that is wrong with it, at once, with line and column.
///
/// ```
/// use parity_core::declared::{Source, parse};
/// use parity_core::fact::State;
///
/// let source = Source { path: "db.toml", now: "2026-01-01T00:00:00Z", schemas: &[] };
/// let db = parse("complete = ['listen']\n[facts]\n'listen[tcp/5432]' = ['::1']\n", &source)?;
/// assert_eq!(db.state(&"listen[tcp/80]".parse()?), State::Absent);
/// assert!(matches!(db.state(&"os.id".parse()?), State::Unknown(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse(text: &str, source: &Source<'_>) -> Result<Snapshot, DeclaredError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(text, source);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reader.wrong(error.span().unwrap_or_default(), error.message());
    }
    let snapshot = reader.document(table.get_ref());
    if reader.mistakes.is_empty() {
        return Ok(snapshot);
    }
    reader.mistakes.sort();
    reader.mistakes.dedup();
    reader.mistakes.truncate(MAX_MISTAKES);
    Err(DeclaredError::Invalid {
        path: source.path.to_owned(),
        mistakes: reader.mistakes,
    })
}
