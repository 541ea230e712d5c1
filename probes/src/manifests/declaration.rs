//! What the parsers of manifests give.

use std::fmt;

use parity_core::version::RangeSyntax;

/// One statement of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The runtime it is about: `node`, `python`, `php`, …
    pub runtime: String,
    /// Which part of the manifest says so, where it has several that may.
    pub part: Option<&'static str>,
    /// What it says.
    pub what: What,
    /// Line, counted from 1.
    pub line: u32,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// These versions, as they are written. The text may still not be a range.
    Range(RangeSyntax, String),
    /// This extension, in these versions.
    Extension(String, String),
    /// Something that cannot be told from the manifest alone, for this reason.
    Unclear(String),
}

/// Why a manifest cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Line, counted from 1, where one is known.
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Malformed {}

/// What a parser of a manifest gives.
pub(super) type Parsed = Result<Vec<Declaration>, Malformed>;

impl Declaration {
    /// A range.
    pub(super) fn range(runtime: &str, syntax: RangeSyntax, range: &str, line: u32) -> Declaration {
        Declaration {
            runtime: runtime.to_owned(),
            part: None,
            what: What::Range(syntax, range.to_owned()),
            line,
        }
    }

    /// Something that cannot be told.
    pub(super) fn unclear(runtime: &str, reason: &str, line: u32) -> Declaration {
        Declaration {
            runtime: runtime.to_owned(),
            part: None,
            what: What::Unclear(reason.to_owned()),
            line,
        }
    }

    /// The same, said by this part of the manifest.
    pub(super) fn in_part(mut self, part: &'static str) -> Declaration {
        self.part = Some(part);
        self
    }
}

/// The lines of a text with their numbers, counted from 1, without line ends.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}
