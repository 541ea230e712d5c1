//! Needs: what a probe wants to know, as values that any transport can answer.
//!
//! A probe never reads anything itself. It states needs; the [transport](crate::transport) of the target answers them;
//! the probe turns the answers into facts. So one probe serves this machine, a remote host, a root file system and a
//! recording, and everything that will be read or run can be listed before it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::server::ServerKind;

/// The largest file that is read whole unless a need says otherwise, in bytes.
pub const FILE_CAP: u64 = 16 << 20;

/// One thing a probe wants to know of a target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Need {
    /// The whole content of a regular file, links followed inside the root.
    File {
        /// Path from the root of the target, without a leading slash.
        path: String,
        /// Longer files are a problem, never cut in silence.
        cap: u64,
    },
    /// Some bytes of a regular file; fewer where it ends first.
    Range {
        /// Path from the root of the target.
        path: String,
        /// First byte.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// Directory entries by pattern, with as much of each as asked for.
    Glob {
        /// Path from the root; `*` and `?` match within one component; a last component `**` means all regular files
        /// below, and `**/NAME` those of that name or pattern, each after components without wildcards. The first component is
        /// always literal.
        pattern: String,
        /// What to bring back of each entry.
        take: Take,
        /// More entries are a problem.
        max_entries: u32,
    },
    /// The output of a program with fixed arguments, without a shell.
    Command {
        /// Program and arguments. The program is found on a fixed system path.
        argv: Vec<String>,
        /// Longer output is a problem.
        cap: u64,
    },
    /// A reading of the running system through the operating system's own interface; only this machine answers it.
    Native(Native),
    /// The rows that a server gives for a fixed question of ours; only a target that is such a server answers it.
    Query {
        /// The kind of server.
        server: ServerKind,
        /// A statement that reads, or the words of a command.
        text: String,
    },
    /// Answered only where nobody is using what is read: in a root file system, never on a live host.
    Offline(Box<Need>),
    /// A file or files that set variables, of which only the names come back: a value may be a secret, and is removed before
    /// anybody sees it.
    Variables(Box<Need>),
    /// The first of these that gives an answer, in this order; a transport that pays for bytes tries commands first.
    /// A command that ends with another status than 0 gives none.
    FirstOf(Vec<Need>),
}

/// How much of a directory entry is brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Take {
    /// Kind, permission bits, size and link target.
    Stat,
    /// The first bytes of each regular file (and what [`Take::Stat`] gives). Links are listed and not followed, and a
    /// literal directory that is itself a link counts as absent: on a merged `/usr` each file is read once.
    Head(u32),
    /// The content of each regular file, links followed; longer than this is a problem.
    Content(u32),
}

/// Readings that only the operating system itself answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Native {
    /// Name, version, kernel, architecture, memory and processors of this machine.
    System,
    /// How far the clock of the target is from the one here.
    Clock,
}

impl Need {
    /// A whole file.
    pub fn file(path: impl Into<String>) -> Need {
        Need::File {
            path: path.into(),
            cap: FILE_CAP,
        }
    }

    /// A whole file of at most `cap` bytes.
    pub fn file_up_to(path: impl Into<String>, cap: u64) -> Need {
        Need::File {
            path: path.into(),
            cap,
        }
    }

    /// Some bytes of a file.
    pub fn range(path: impl Into<String>, offset: u64, len: u64) -> Need {
        Need::Range {
            path: path.into(),
            offset,
            len,
        }
    }

    /// Directory entries.
    pub fn glob(pattern: impl Into<String>, take: Take) -> Need {
        Need::Glob {
            pattern: pattern.into(),
            take,
            max_entries: 20_000,
        }
    }

    /// What a server answers.
    pub fn query(server: ServerKind, text: impl Into<String>) -> Need {
        Need::Query {
            server,
            text: text.into(),
        }
    }

    /// The same with nothing but names of variables in the answer.
    #[must_use]
    pub fn variables(self) -> Need {
        Need::Variables(Box::new(self))
    }

    /// What a program prints.
    pub fn command<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Need {
        Need::Command {
            argv: argv.into_iter().map(Into::into).collect(),
            cap: FILE_CAP,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Need::File { path, .. } => write!(f, "read /{path}"),
            Need::Range { path, offset, len } => write!(f, "read /{path} ({len} bytes at {offset})"),
            Need::Glob {
                pattern,
                take: Take::Stat,
                ..
            } => write!(f, "list /{pattern}"),
            Need::Glob {
                pattern,
                take: Take::Head(n),
                ..
            } => write!(f, "read /{pattern} (first {n} bytes each)"),
            Need::Glob {
                pattern,
                take: Take::Content(_),
                ..
            } => write!(f, "read /{pattern}"),
            Need::Command { argv, .. } => write!(f, "run  {}", quote(argv)),
            Need::Native(Native::System) => {
                f.write_str("ask  the operating system (name, kernel, memory, processors)")
            }
            Need::Native(Native::Clock) => f.write_str("ask  the clock (how far it is from the one here)"),
            Need::Query { text, .. } => write!(f, "ask  {text}"),
            Need::Offline(need) => write!(f, "{need} (only in a root file system)"),
            Need::Variables(need) => write!(f, "{need} (names of variables, never their values)"),
            Need::FirstOf(needs) => {
                for (at, need) in needs.iter().enumerate() {
                    if at > 0 {
                        f.write_str("\n  or ")?;
                    }
                    need.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

/// Arguments as one would type them.
pub(crate) fn quote(argv: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    let quoted = argv.iter().map(|argument| {
        if !argument.is_empty() && argument.chars().all(plain) {
            argument.clone()
        } else {
            format!("'{}'", argument.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
