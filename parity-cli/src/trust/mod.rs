//! A repository cannot vote on its own trust. What `parity.toml` names outside of its directory is contacted or read only after
//! the user has approved it (`parity allow`), and approvals lie outside of every repository.

pub(crate) mod approval;
pub(crate) mod digest_key;
mod leads;
pub(crate) mod lock;
pub(crate) mod own;
pub(crate) mod reach;
pub(crate) mod signature;
pub(crate) mod state;

use parity_core::snapshot::Snapshot;
use parity_core::target::Target;

use crate::error::{CliError, Complaint, Mark};
use crate::session::{Project, Session};
use approval::Approval;
use reach::{Item, Part, Reach};
use state::State;

/// Why a program was not run.
const UNAPPROVED: &str = "this configuration is not approved (parity allow)";

/// The variable in which a CI job states the approvals it holds, as `parity allow --print` prints them.
pub(crate) const VARIABLE: &str = "PARITY_ALLOW";

/// Refuses what was not approved, before anything is contacted. Without an approval what comes back starts no program: this
/// machine is observed by its files, and what a program would have told is not known.
pub(crate) fn admit(
    session: &Session,
    project: Option<&Project>,
    used: &Used<'_>,
) -> Result<Session, CliError> {
    let Some(project) = project else {
        return Ok(match used.dev && used.lock {
            true => session.without_programs("nothing is approved here (--dev local)"),
            false => session.clone(),
        });
    };
    let reach = Reach::of(project);
    let reaches_out = reach.items().iter().any(|item| used.has(&item.part));
    let approved = match is_expected(&reach) {
        true => Ok(true),
        false => is_approved(project, &reach),
    };
    match approved {
        Ok(true) => Ok(session.clone()),
        Ok(false) if reaches_out => Err(refusal(project, &reach)?),
        Err(error) if reaches_out => Err(error),
        _ => Ok(session.without_programs(UNAPPROVED)),
    }
}

fn is_approved(project: &Project, reach: &Reach) -> Result<bool, CliError> {
    let approved = Approval::load(&State::outside(&project.directory)?, project)?;
    Ok(approved.is_some_and(|approved| approved.reach == reach.texts()))
}

/// Whether the environment of the run names this very list.
fn is_expected(reach: &Reach) -> bool {
    let expected = std::env::var(VARIABLE).unwrap_or_default();
    let mut expected = expected.split([' ', ',', '\n']);
    expected.any(|hash| hash.eq_ignore_ascii_case(&reach.digest()))
}

fn refusal(project: &Project, reach: &Reach) -> Result<CliError, CliError> {
    let approved = Approval::load(&State::outside(&project.directory)?, project)?;
    let file = project.file.display();
    let message = match &approved {
        Some(_) => format!("what {file} reaches outside of its directory has changed since it was approved"),
        None => format!("not approved: {file} reaches outside of its directory"),
    };
    let is_live = |item: &Item| matches!(item.part, Part::Environment(_));
    let instead = match reach.items().iter().all(is_live) {
        true => "`parity check` against parity.lock needs no approval",
        false => "or name what is meant on the command line: --against, --dev, --artifact",
    };
    let how = match std::env::var_os("CI") {
        Some(_) => format!("set {VARIABLE} to what `parity allow --print` prints, outside of the repository"),
        None => "run `parity allow`".to_owned(),
    };
    let help = format!("if these are yours, {how}; {instead}");
    Ok(CliError::Usage(vec![Complaint::Listed {
        message,
        lines: changes(reach, approved.as_ref()),
        help: Some(help),
    }]))
}

/// What is new since the last approval and what is gone; everything is new where there was none.
pub(crate) fn changes(reach: &Reach, approved: Option<&Approval>) -> Vec<(Mark, String)> {
    let before = approved
        .map(|approved| approved.reach.as_slice())
        .unwrap_or_default();
    let now = reach.texts();
    let gone = before.iter().filter(|text| !now.contains(text));
    let new = now.iter().filter(|text| !before.contains(text));
    let gone = gone.map(|text| (Mark::Gone, reach::line(text)));
    gone.chain(new.map(|text| (Mark::New, reach::line(text))))
        .collect()
}

/// Says that an observation of this machine lacks something because nobody approved it.
pub(crate) fn tell_skipped(session: &Session, dev: Option<&Snapshot>) {
    let is_lacking = dev.is_some_and(|dev| dev.target == Target::Local.to_string() && !dev.is_complete());
    if let (Some(reason), true) = (&session.options.not_run, is_lacking) {
        session.tell(&format!(
            "note: of this machine only files were read, no program was run: {reason}"
        ));
    }
}

/// The parts of a configuration that a command uses.
pub(crate) struct Used<'a> {
    /// The environment that is asked.
    pub(crate) environment: Option<&'a str>,
    pub(crate) dev: bool,
    pub(crate) artifacts: bool,
    /// Whether `parity.lock` stands for the hosts.
    pub(crate) lock: bool,
}

impl<'a> Used<'a> {
    /// `parity lock` takes nothing from the command line in place of what the configuration says.
    pub(crate) fn by_lock(environment: &'a str) -> Used<'a> {
        Used {
            environment: Some(environment),
            dev: true,
            artifacts: true,
            lock: false,
        }
    }

    fn has(&self, part: &Part) -> bool {
        match part {
            Part::Environment(name) => self.environment == Some(name),
            Part::Dev => self.dev,
            Part::Artifact => self.artifacts,
            Part::Facts => true,
        }
    }
}

/// Keeps what this project reaches now as approved.
pub(crate) fn approve(project: &Project, now: jiff::Timestamp) -> Result<(), CliError> {
    let approval = Approval::of(project, &Reach::of(project), now);
    approval.store(&State::outside(&project.directory)?, project)
}
