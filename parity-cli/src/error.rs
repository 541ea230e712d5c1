//! What ends a command, and with which exit code.

use std::fmt;
use std::path::Path;

use parity_core::mistake::Mistake;

/// How a command ended that was not refused: `Internal` also stands for output that could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Clear,
    Found,
    Inconclusive,
    Internal,
    Interrupted,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Clear => 0,
            Exit::Found => 1,
            Exit::Inconclusive => 3,
            Exit::Internal => 4,
            Exit::Interrupted => 130,
        }
    }

    /// Of several endings the one that is told.
    pub(crate) fn first_of(endings: impl IntoIterator<Item = Exit>) -> Exit {
        let order = |exit: &Exit| match exit {
            Exit::Interrupted => 0,
            Exit::Found => 1,
            Exit::Internal => 2,
            Exit::Inconclusive => 3,
            Exit::Clear => 4,
        };
        endings.into_iter().min_by_key(order).unwrap_or(Exit::Clear)
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum CliError {
    /// The words, a file of the user's, or a target: decided before anything was contacted.
    Usage(Vec<Complaint>),
    /// The output could not be written.
    Output(String),
    /// A mistake of ours.
    Internal(String),
}

/// One thing to mend before a command can run.
#[derive(Debug)]
pub(crate) enum Complaint {
    Plain {
        message: String,
        help: Option<String>,
    },
    /// A list to look at.
    Listed {
        message: String,
        lines: Vec<(Mark, String)>,
        help: Option<String>,
    },
    InFile {
        path: String,
        text: String,
        mistake: Mistake,
    },
}

/// What a line of a list is, compared with the list before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    New,
    Gone,
    Kept,
}

impl CliError {
    pub(crate) fn usage(message: impl Into<String>) -> CliError {
        CliError::Usage(vec![Complaint::plain(message)])
    }

    pub(crate) fn usage_help(message: impl Into<String>, help: impl Into<String>) -> CliError {
        CliError::Usage(vec![Complaint::Plain {
            message: message.into(),
            help: Some(help.into()),
        }])
    }

    pub(crate) fn in_file(path: &Path, text: &str, mistakes: Vec<Mistake>) -> CliError {
        let path = path.display().to_string();
        let complaint = |mistake| Complaint::InFile {
            path: path.clone(),
            text: without_passwords(text),
            mistake,
        };
        CliError::Usage(mistakes.into_iter().map(complaint).collect())
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            CliError::Usage(_) => 2,
            CliError::Output(_) | CliError::Internal(_) => 4,
        }
    }
}

/// A text to be shown, in which stars stand for the passwords of URLs, as many as they had bytes.
fn without_passwords(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = after
            .find(|c: char| c.is_whitespace() || "\"'".contains(c))
            .unwrap_or(after.len());
        let login = after
            .get(..end)
            .and_then(|url| url.rsplit_once('@'))
            .and_then(|(login, _)| login.split_once(':'));
        rest = after;
        if let Some((user, password)) = login {
            shown.push_str(user);
            shown.push(':');
            shown.push_str(&"*".repeat(password.len()));
            rest = after.get(user.len() + 1 + password.len()..).unwrap_or_default();
        }
    }
    shown.push_str(rest);
    shown
}

impl Complaint {
    pub(crate) fn plain(message: impl Into<String>) -> Complaint {
        Complaint::Plain {
            message: message.into(),
            help: None,
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CliError::Usage(complaints) => write!(f, "{} mistake(s)", complaints.len()),
            CliError::Output(message) | CliError::Internal(message) => f.write_str(message),
        }
    }
}
