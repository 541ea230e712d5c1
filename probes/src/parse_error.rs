//! The one error of the pure parsers: what is wrong, and where.

use std::fmt;

/// Why bytes could not be read as the format they were said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub fault: Fault,
    /// Where in the input.
    pub at: Place,
}

/// A place in the input of a parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Line of a text, counted from 1.
    Line(usize),
    /// Offset into a binary file, in bytes from 0.
    Offset(usize),
}

/// What can be wrong with the input of a parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The input ends inside the thing named here.
    Truncated(&'static str),
    /// The thing named here is not there, and the format demands it.
    Missing(&'static str),
    /// The thing named here is given twice, and the format allows it once.
    Duplicate(&'static str),
    /// The input contradicts the format, as this text says.
    Malformed(&'static str),
    /// The input exceeds the cap on the thing named here.
    Limit(&'static str),
    /// The input is of a known format that is not read here.
    UnsupportedFormat(&'static str),
}

impl ParseError {
    /// A fault on a line of a text, counted from 1.
    pub(crate) fn line(line: usize, fault: Fault) -> Self {
        Self {
            fault,
            at: Place::Line(line),
        }
    }

    /// A fault at an offset into a binary file, in bytes.
    pub(crate) fn offset(offset: usize, fault: Fault) -> Self {
        Self {
            fault,
            at: Place::Offset(offset),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.fault)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Offset(offset) => write!(f, "byte {offset}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated(what) => write!(f, "the input ends inside {what}"),
            Self::Missing(what) => write!(f, "{what} is missing"),
            Self::Duplicate(what) => write!(f, "{what} is given twice"),
            Self::Malformed(what) => f.write_str(what),
            Self::Limit(what) => write!(f, "{what} exceeds its limit"),
            Self::UnsupportedFormat(what) => write!(f, "{what} is not supported"),
        }
    }
}

impl std::error::Error for ParseError {}
