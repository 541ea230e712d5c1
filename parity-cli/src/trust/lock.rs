//! Whether a `parity.lock` is the one that is meant: of these hosts, signed where signatures are required, and no older than one
//! that was seen before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use parity_core::config::Config;
use parity_core::lock::Lock;
use serde::{Deserialize, Serialize};

use super::signature::Signers;
use super::state::State;
use crate::error::{CliError, Complaint, Mark};
use crate::render::places::Source;
use crate::session::{Project, Session};

/// The variable that names the file of allowed signers.
pub(crate) const VARIABLE: &str = "PARITY_ALLOWED_SIGNERS";

const KIND: &str = "locks";

/// The newest lock that was verified here, by environment.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Seen {
    lock: String,
    environments: BTreeMap<String, Edition>,
}

/// Which of several locks: later ones are greater.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Edition {
    sequence: u64,
    locked_at: String,
}

impl Edition {
    fn of(lock: &Lock) -> Option<Edition> {
        Some(Edition {
            sequence: lock.sequence?,
            locked_at: lock.locked_at.clone()?,
        })
    }
}

/// Verifies a lock where somebody said who may sign it: on the command line, in the environment, or in the user's own
/// configuration.
pub(crate) fn verify(
    session: &Session,
    project: Option<&Project>,
    source: &Source,
    lock: &Lock,
    named: Option<&Path>,
) -> Result<(), CliError> {
    let directory = project.map_or_else(
        || source.path.parent().unwrap_or(Path::new("")),
        |project| &project.directory,
    );
    let Some(signers) = signers(named)? else {
        return Ok(());
    };
    let signers = Signers::of(&signers, directory)?;
    let who = signers.verify(&source.path, &source.text, session.now)?;
    let shown = source.path.display();
    let Some(edition) = Edition::of(lock) else {
        return Err(CliError::usage_help(
            format!("{shown} is signed, and does not say its sequence and time"),
            "parity lock --sign",
        ));
    };
    if session.global.verbose > 0 {
        let (number, time) = (edition.sequence, &edition.locked_at);
        session.tell(&format!("{shown}: number {number} of {time}, signed by {who}"));
    }
    let state = State::outside(directory)?;
    let file = remembered(&state, &source.path);
    let mut seen: Seen = state.read(&file)?.unwrap_or_default();
    let newest = seen.environments.get(&lock.environment);
    match newest {
        Some(newest) if edition < *newest => Err(CliError::usage_help(
            format!(
                "{shown} is older than one that was verified here: it is number {} of {}, and there was number {} of {}",
                edition.sequence, edition.locked_at, newest.sequence, newest.locked_at
            ),
            "take the newer one; if you went back on purpose, `parity allow` forgets the newer one",
        )),
        Some(newest) if edition == *newest => Ok(()),
        _ => {
            seen.lock = canonical(&source.path).display().to_string();
            seen.environments.insert(lock.environment.clone(), edition);
            state.write(&file, &seen)
        }
    }
}

/// The file of allowed signers, where one is named; naming one requires signatures.
fn signers(named: Option<&Path>) -> Result<Option<PathBuf>, CliError> {
    if let Some(path) = named {
        return Ok(Some(path.to_path_buf()));
    }
    if let Some(path) = std::env::var_os(VARIABLE) {
        return match path.is_empty() {
            // A secret of CI that was not passed on must not turn the verification off.
            true => Err(CliError::usage_help(
                format!("{VARIABLE} is empty"),
                "name the file of allowed signers, or unset it",
            )),
            false => Ok(Some(PathBuf::from(path))),
        };
    }
    let configured = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let home = configured.or_else(|| Some(std::env::home_dir()?.join(".config")));
    let usual = home.map(|home| home.join("parity/allowed_signers"));
    Ok(usual.filter(|path| path.is_absolute() && fs::symlink_metadata(path).is_ok()))
}

/// The number of the lock that takes the place of this one.
pub(crate) fn next_sequence(before: Option<&Lock>) -> Result<u64, CliError> {
    let before = before.and_then(|lock| lock.sequence).unwrap_or(0);
    let next = before.checked_add(1).filter(|next| i64::try_from(*next).is_ok());
    next.ok_or_else(|| {
        CliError::usage("the sequence of parity.lock is at its end: remove the file, then lock again")
    })
}

/// Forgets which locks of this project were seen; whether there was any.
pub(crate) fn forget(project: &Project) -> Result<bool, CliError> {
    let state = State::outside(&project.directory)?;
    let lock = project.directory.join(parity_core::lock::FILE_NAME);
    state.forget(&remembered(&state, &lock))
}

fn remembered(state: &State, lock: &Path) -> PathBuf {
    state.file(KIND, &canonical(lock))
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Whether a lock is of the hosts that the configuration names for its environment.
pub(crate) fn is_of(config: &Config, source: &Source, lock: &Lock) -> Result<(), CliError> {
    let shown = source.path.display();
    if config.environments.is_empty() {
        return Ok(());
    }
    let Some(environment) = config.environments.get(&lock.environment) else {
        let known: Vec<&str> = config.environments.keys().map(String::as_str).collect();
        return Err(CliError::usage_help(
            format!(
                "{shown} is of the environment `{}`, which parity.toml does not name",
                lock.environment
            ),
            format!("parity lock --env with one of: {}", known.join(", ")),
        ));
    };
    let named: BTreeSet<(&str, String)> = environment
        .targets()
        .map(|(role, target)| (role, target.to_string()))
        .collect();
    let locked = lock.hosts.iter();
    let locked: BTreeSet<(&str, String)> = locked
        .map(|host| {
            (
                host.role.as_deref().unwrap_or_default(),
                host.snapshot.target.clone(),
            )
        })
        .collect();
    let line =
        |(role, target): &(&str, String)| format!("environments.{}.{role}  {target}", lock.environment);
    let others = locked.difference(&named).map(|host| (Mark::Gone, line(host)));
    let lacking = named.difference(&locked).map(|host| (Mark::New, line(host)));
    let lines: Vec<(Mark, String)> = others.chain(lacking).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let message = match locked.difference(&named).next() {
        Some((_, other)) => format!(
            "{shown} is of {other}, which parity.toml does not name for `{}`",
            lock.environment
        ),
        None => format!(
            "{shown} is not of all hosts that parity.toml names for `{}`",
            lock.environment
        ),
    };
    Err(CliError::Usage(vec![Complaint::Listed {
        message,
        lines,
        help: Some("parity lock, which observes the hosts of parity.toml".to_owned()),
    }]))
}
