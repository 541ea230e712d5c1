//! What the user approved, kept in the user's state directory by the path of each `parity.toml`.

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::reach::{Reach, Text};
use super::state::State;
use crate::error::CliError;
use crate::session::Project;

/// The version of the document.
const FORMAT: u32 = 1;

const KIND: &str = "approvals";

/// One approval, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Approval {
    format: u32,
    /// The `parity.toml`, for people who look into the directory.
    pub(crate) config: String,
    pub(crate) approved_at: String,
    /// What it reaches.
    pub(crate) reach: Vec<Text>,
}

impl Approval {
    pub(crate) fn of(project: &Project, reach: &Reach, now: Timestamp) -> Approval {
        Approval {
            format: FORMAT,
            config: canonical(project).display().to_string(),
            approved_at: format!("{now:.0}"),
            reach: reach.texts(),
        }
    }

    /// The approval of this project, where there is one.
    pub(crate) fn load(state: &State, project: &Project) -> Result<Option<Approval>, CliError> {
        let approval: Option<Approval> = state.read(&state.file(KIND, &canonical(project)))?;
        Ok(approval.filter(|approval| approval.format == FORMAT))
    }

    pub(crate) fn store(&self, state: &State, project: &Project) -> Result<(), CliError> {
        state.write(&state.file(KIND, &canonical(project)), self)
    }

    /// Takes the approval of this project back; whether there was one.
    pub(crate) fn revoke(state: &State, project: &Project) -> Result<bool, CliError> {
        state.forget(&state.file(KIND, &canonical(project)))
    }

    /// All approvals of this user, by path.
    pub(crate) fn all(state: &State) -> Result<Vec<Approval>, CliError> {
        let entries = fs::read_dir(state.directory(KIND))
            .into_iter()
            .flatten()
            .flatten();
        let paths = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "json"));
        let mut approvals = Vec::new();
        for path in paths {
            approvals.extend(state.read::<Approval>(&path)?);
        }
        approvals.sort_by(|a, b| a.config.cmp(&b.config));
        Ok(approvals)
    }
}

/// One path for one file, however it was named.
fn canonical(project: &Project) -> PathBuf {
    fs::canonicalize(&project.file).unwrap_or_else(|_| project.file.clone())
}
