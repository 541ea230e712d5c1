//! What can be said on the command line.

mod accept;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

pub(crate) use accept::Accept;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use parity_core::finding::Severity;
use parity_core::report::Threshold;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0    what was needed was observed, and nothing breaks (check), differs (diff) or is missing (snapshot, lock)
  1    at least one finding at or above the threshold (check), or one change (diff)
  2    usage, configuration or trust error, before anything was contacted
  3    inconclusive: something needed could not be observed, and nothing certain is wrong
  4    output could not be written, or an internal error
  130  interrupted

Targets:
  local  ssh://[USER@]HOST[:PORT]  ssh:ALIAS  rootfs:DIR  image:PATH  docker://NAME  podman://NAME
  kubectl://NAMESPACE/POD[/CONTAINER]  https://URL  FILE.json[.zst]  -  bundle:FILE  facts:FILE.toml
  postgresql://[USER@]HOST[:PORT]/DATABASE  mysql://[USER@]HOST[:PORT]  redis[s]://[USER@]HOST[:PORT]  [?sslmode=MODE]";

const ALLOW: &str = "\
A repository cannot approve itself: the approval lies in your state directory ($XDG_STATE_HOME/parity, else ~/.local/state/parity),
and ends when the list changes. `parity check` against parity.lock needs none, unless what it reads lies outside.

In CI, set PARITY_ALLOW to the hash of the list (several are separated by spaces), where a change to the repository cannot reach it.

Examples:
  parity allow                shows the list and what changed since the last approval, and approves it
  parity allow --print        prints the hash for PARITY_ALLOW, and approves nothing";

/// Says which difference between your machine and production breaks this release: on which host, why, and what to do.
#[derive(Debug, Parser)]
#[command(name = "parity", version, styles = STYLES, after_help = EXIT_CODES, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// Read this file instead of the parity.toml of this directory or one above
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// text, json, markdown, github, gitlab, sarif, junit or html, to standard output or to FILE; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", global = true)]
    pub(crate) format: Vec<Output>,
    /// Write the result to FILE
    #[arg(short, long, value_name = "FILE", global = true)]
    pub(crate) output: Option<PathBuf>,
    /// Say only what matters
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(crate) color: Color,
    /// How many targets at once
    #[arg(long, value_name = "N", default_value_t = 32, global = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: u16,
    /// For each target, all in all: 30s, 2m, 500ms
    #[arg(long, value_name = "DURATION", default_value = "30s", global = true, value_parser = duration)]
    pub(crate) timeout: Duration,
    /// The severity from which on a finding fails the check: error, warning or never [default: error]
    #[arg(long, value_name = "SEVERITY", global = true, value_parser = threshold)]
    pub(crate) fail_on: Option<Threshold>,
    /// Read hosts as root where `sudo -n` allows it; never asks for a password
    #[arg(long, global = true)]
    pub(crate) sudo: bool,
    /// Keep digests of secrets of hosts under the key in FILE, for must-equal and must-differ of a policy. Also PARITY_DIGEST_KEY, which
    /// holds the key itself
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) digest_key: Option<PathBuf>,
    /// Read every file again, and keep nothing of it for the next run
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
    /// Configuration for ssh instead of your own
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) ssh_config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look at this project and machine, and write a commented parity.toml
    #[command(after_help = "Example:\n  parity init")]
    Init(Init),
    /// Observe one target
    #[command(
        after_help = "Examples:\n  parity snapshot ssh://web1 -o web1.json\n  parity snapshot rootfs:/srv/image | jq .id"
    )]
    Snapshot(OneTarget),
    /// Record the raw answers of one target, secrets removed, for replay and bug reports
    #[command(
        after_help = "Example:\n  parity capture ssh://web1 -o web1.bundle      parity snapshot bundle:web1.bundle replays it"
    )]
    Capture(OneTarget),
    /// Every change between targets; with three or more, who deviates from whom
    #[command(
        after_help = "Examples:\n  parity diff ssh://web1 ssh://web2\n  parity diff last-week.json ssh://web1 --format json=changes.json"
    )]
    Diff(Diff),
    /// Observe an environment and write parity.lock
    #[command(
        after_help = "Example:\n  parity lock --env production\n\nHosts that parity.toml names are asked once you approved them: parity allow"
    )]
    Lock(Lock),
    /// The gate: will this release run there? Without further words against parity.lock, without network
    #[command(
        after_help = "Examples:\n  parity check                              against parity.lock, without network\n  parity check --env production             against the hosts as they are now\n  parity check --against ssh://web1 --artifact target/release/app\n  parity check --format text --format html=parity.html --format sarif=parity.sarif\n  parity check --new-since main              fails on what is new since the parity.lock of main\n  parity check --format json=base.json       once, to keep what is wrong today; then\n  parity check --new-since base.json --ratchet\n\nHosts that parity.toml names are asked once you approved them: parity allow"
    )]
    Check(Check),
    /// Accept one finding for a while: write a waiver into parity.toml
    #[command(
        after_help = "Examples:\n  parity accept 3f2a --reason \"be2 is replaced in March\" --expires 30d      `parity check -v` tells the fingerprint\n  parity accept 3f2a --reason \"known\" --expires 2026-12-31 --report report.json"
    )]
    Accept(Accept),
    /// Approve what parity.toml reaches outside of its directory, as it is now: hosts, containers, addresses, links
    #[command(after_help = ALLOW)]
    Allow(Allow),
    /// Print what would be read and run on a target, and run nothing
    #[command(after_help = "Example:\n  parity plan ssh://web1")]
    Plan(OneTarget),
    /// What a rule sees, why it breaks, how to repair it
    #[command(after_help = "Example:\n  parity explain libc-symbols")]
    Explain(Explain),
    /// The probes there are
    #[command(after_help = "Example:\n  parity probes --format json")]
    Probes,
    /// The rules there are
    #[command(after_help = "Example:\n  parity rules --format json")]
    Rules,
    /// The JSON Schema of a document: snapshot, report, diff, bundle
    #[command(after_help = "Example:\n  parity schema report")]
    Schema(Schema),
    /// Completions for a shell
    #[command(after_help = "Example:\n  parity completions bash > /etc/bash_completion.d/parity")]
    Completions(Completions),
    /// Manual pages, written into a directory
    #[command(after_help = "Example:\n  parity man /usr/local/share/man/man1")]
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Overwrite a parity.toml that is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OneTarget {
    /// What to look at
    #[arg(default_value = "local")]
    pub(crate) target: String,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// What the others are compared with
    pub(crate) baseline: String,
    /// What is compared with it
    #[arg(required = true)]
    pub(crate) current: Vec<String>,
    /// Also list what could not be compared, one by one
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// The environment, where there are several
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Sign it with your ssh key, into parity.lock.sig: KEY is a file, the usual one of ~/.ssh without it
    #[arg(long, value_name = "KEY", num_args = 0..=1, default_missing_value = "")]
    pub(crate) sign: Option<String>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct Check {
    /// Ask the hosts of this environment now, instead of parity.lock
    #[arg(long, value_name = "NAME", conflicts_with = "against")]
    pub(crate) env: Option<String>,
    /// Ask this target now; without a role, the services that run there tell it
    #[arg(long, value_name = "[ROLE=]TARGET")]
    pub(crate) against: Vec<ForRole>,
    /// The machine where it worked, instead of this one
    #[arg(long, value_name = "TARGET")]
    pub(crate) dev: Option<String>,
    /// What ships, in place of what parity.toml names
    #[arg(long, value_name = "[ROLE=]PATH")]
    pub(crate) artifact: Vec<ForRole>,
    /// A connection one role makes to another, beside those parity.toml names
    #[arg(long, value_name = "FROM:TO:PORT", value_parser = link)]
    pub(crate) link: Vec<parity_core::judge::Link>,
    /// Fail only on what is new since BASE: FILE.json (an earlier report), FILE.lock, or a git revision (its parity.lock). What
    /// BASE has too, with the same values, is counted and does not fail
    #[arg(long, value_name = "BASE", value_parser = base)]
    pub(crate) new_since: Option<Base>,
    /// Take out of BASE, a FILE.json, what is gone: it only ever gets smaller
    #[arg(long, requires = "new_since")]
    pub(crate) ratchet: bool,
    /// Who may sign parity.lock (ssh-keygen, ALLOWED SIGNERS); naming it requires a signature. Also PARITY_ALLOWED_SIGNERS, or
    /// ~/.config/parity/allowed_signers
    #[arg(long, value_name = "FILE")]
    pub(crate) allowed_signers: Option<PathBuf>,
    /// Also list every difference that nothing in this release reaches
    #[arg(long)]
    pub(crate) all: bool,
    /// Instead of the report: why nothing was reported of this
    #[arg(long, value_name = "FACT|PACKAGE", conflicts_with = "all")]
    pub(crate) explain_silence: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Allow {
    /// Print the hash of the list, for PARITY_ALLOW in CI, and approve nothing
    #[arg(long, conflicts_with_all = ["revoke", "list"])]
    pub(crate) print: bool,
    /// Take the approval back
    #[arg(long, conflicts_with = "list")]
    pub(crate) revoke: bool,
    /// Print everything you approved on this machine
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Its id, as a finding shows it in brackets
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// snapshot, report, diff or bundle
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Where to write them
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) into: PathBuf,
}

/// `[ROLE=]VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForRole {
    pub(crate) role: Option<String>,
    pub(crate) value: String,
}

impl FromStr for ForRole {
    type Err = String;

    fn from_str(text: &str) -> Result<ForRole, String> {
        let is_role = |word: &str| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        let (role, value) = match text.split_once('=') {
            Some((role, value)) if is_role(role) => (Some(role.to_owned()), value),
            _ => (None, text),
        };
        match value {
            "" => Err("the value is missing".into()),
            value => Ok(ForRole {
                role,
                value: value.to_owned(),
            }),
        }
    }
}

/// What a check is compared with. The spelling alone decides what it is: a file of a change that is named like a branch must not
/// stand for the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Base {
    /// `FILE.json`: a report.
    Report(PathBuf),
    /// `FILE.lock`.
    Lock(PathBuf),
    /// Everything else: a revision of git.
    Revision(String),
}

fn base(text: &str) -> Result<Base, String> {
    match PathBuf::from(text) {
        file if text.ends_with(".json") => Ok(Base::Report(file)),
        file if text.ends_with(".lock") => Ok(Base::Lock(file)),
        _ if text.is_empty() || text.starts_with('-') || text.contains([':', ' ', '\n', '\0']) => {
            Err("write FILE.json, FILE.lock or a git revision, as main or v1.2".into())
        }
        _ => Ok(Base::Revision(text.to_owned())),
    }
}

/// `FORMAT[=FILE]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people at a terminal.
    Text,
    /// For programs, with a JSON Schema.
    Json,
    /// For a comment on a merge request.
    Markdown,
    /// Annotations on standard output, a step summary in a file.
    Github,
    /// Code quality.
    Gitlab,
    /// Code scanning: SARIF 2.1.0.
    Sarif,
    /// Test reports.
    Junit,
    /// One page to look at.
    Html,
}

impl Format {
    /// What every command that reports can write.
    const BASIC: &[Format] = &[Format::Text, Format::Json];

    /// The word on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Markdown => "markdown",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Html => "html",
        }
    }

    /// `text, json or html`.
    pub(crate) fn list(formats: &[Format]) -> String {
        let words: Vec<&str> = formats.iter().map(|format| format.word()).collect();
        match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => words.concat(),
        }
    }
}

impl Command {
    /// The formats in which this command can report.
    pub(crate) fn formats(&self) -> &'static [Format] {
        match self {
            Command::Check(_) => Format::value_variants(),
            Command::Diff(_) => &[Format::Text, Format::Json, Format::Markdown, Format::Html],
            _ => Format::BASIC,
        }
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Output, String> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        match Format::from_str(format, false) {
            Ok(format) => Ok(Output { format, file }),
            Err(_) => {
                let known = Format::list(Format::value_variants());
                Err(format!("`{format}` is not a format: write {known}"))
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration: write 30s, 2m or 500ms");
    let parsed = text.parse::<jiff::SignedDuration>().map_err(|_| wrong())?;
    Duration::try_from(parsed)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(wrong)
}

fn threshold(text: &str) -> Result<Threshold, String> {
    match text {
        "error" => Ok(Threshold::At(Severity::Error)),
        "warning" => Ok(Threshold::At(Severity::Warning)),
        "never" => Ok(Threshold::Never),
        _ => Err("write error, warning or never".into()),
    }
}

fn link(text: &str) -> Result<parity_core::judge::Link, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let [from, to, port] = parts.as_slice() else {
        return Err("write FROM:TO:PORT, as backend:db:5432".into());
    };
    let port = port
        .parse()
        .ok()
        .filter(|port| *port > 0)
        .ok_or("the port is a number from 1 to 65535")?;
    Ok(parity_core::judge::Link {
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        port,
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_spelling_of_a_base_decides_what_it_is() {
        assert_eq!(base("a/b.json"), Ok(Base::Report("a/b.json".into())));
        assert_eq!(base("parity.lock"), Ok(Base::Lock("parity.lock".into())));
        for revision in ["main", "origin/main", "HEAD~3", "v1.2^{commit}", "@{upstream}"] {
            assert_eq!(base(revision), Ok(Base::Revision(revision.into())));
        }
        for wrong in ["", "--output=x", "-p", "HEAD:secret", "a b", "a\nb"] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_role_stands_before_the_first_equals_sign() {
        let parse = |text: &str| {
            text.parse::<ForRole>()
                .map(|r| (r.role.unwrap_or_default(), r.value))
                .unwrap()
        };
        assert_eq!(parse("db=ssh://db1"), ("db".into(), "ssh://db1".into()));
        assert_eq!(parse("https://x/?a=b"), (String::new(), "https://x/?a=b".into()));
        assert!("db=".parse::<ForRole>().is_err());
    }
}
