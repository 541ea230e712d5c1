//! What every command shares: the settings, the probes, the clock, and observing with progress.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parity_core::config::{self, Config, Vocabulary};
use parity_core::observe::{self, Observed, Options, Progress};
use parity_core::policy::{self, Date};
use parity_core::probe::{Probe, Subject};
use parity_core::snapshot::Snapshot;
use parity_core::target::Target;
use parity_core::transport::{self, SshOptions, TransportError};

use crate::args::{Format, Global};
use crate::cache::Cache;
use crate::error::{CliError, Complaint, Exit};
use crate::files::{find_upward, read_capped};
use crate::propose;
use crate::render::complaint;
use crate::render::output::{self, Place};
use crate::render::page::{Page, visible};
use crate::trust::digest_key::digest_key;
use crate::trust::own;

/// Failures that are the user's to mend before anything is contacted.
const OURS_TO_MEND: [&str; 6] = [
    "cannot-open",
    "bad-snapshot",
    "bad-bundle",
    "bad-facts",
    "invalid-target",
    "ssh-missing",
];

/// How long after an interrupt what was observed may still be written.
const PATIENCE: Duration = Duration::from_millis(800);

#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) global: Global,
    pub(crate) probes: Arc<Vec<Box<dyn Probe>>>,
    pub(crate) options: Options,
    pub(crate) now: Timestamp,
}

/// A `parity.toml` and where it was found.
pub(crate) struct Project {
    pub(crate) config: Config,
    pub(crate) directory: PathBuf,
    /// The file as it was named or found, and its text.
    pub(crate) file: PathBuf,
    pub(crate) text: String,
}

impl Session {
    /// `formats` are those in which the command can report.
    pub(crate) fn new(global: Global, formats: &[Format]) -> Result<Session, CliError> {
        output::check_formats(&global, formats)?;
        if let Some(directory) = &global.directory {
            std::env::set_current_dir(directory)
                .map_err(|error| CliError::usage(format!("-C {}: {error}", directory.display())))?;
        }
        let now = now()?;
        let options = Options {
            timeout: global.timeout,
            jobs: usize::from(global.jobs),
            ssh: SshOptions {
                config_file: global.ssh_config.clone(),
                connect_timeout: Duration::from_secs(10).min(global.timeout),
                sudo: global.sudo,
                ..SshOptions::default()
            },
            digest_key: digest_key(global.digest_key.as_deref())?,
            ..Options::at(format!("{now:.0}"))
        };
        let probes = Arc::new(parity_probes::probes());
        let session = Session {
            global,
            probes,
            options,
            now,
        };
        session.listen_for_interrupts();
        Ok(session)
    }

    /// The first interrupt ends the waiting; the second, or work that does not end soon after, the program.
    fn listen_for_interrupts(&self) {
        let stop = self.options.stop.clone();
        // Without a handler the program simply ends at once.
        let _ = ctrlc::set_handler(move || {
            if stop.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            std::thread::spawn(|| {
                std::thread::sleep(PATIENCE);
                std::process::exit(130);
            });
        });
    }

    /// The day, in UTC.
    pub(crate) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    pub(crate) fn interrupted(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    /// The `parity.toml` of this directory or the nearest one above.
    pub(crate) fn project(&self) -> Result<Option<Project>, CliError> {
        let path = match &self.global.config {
            Some(path) => path.clone(),
            None => match find_upward(config::FILE_NAME) {
                Some(path) => path,
                None => return Ok(None),
            },
        };
        own::of_repository(&path, self.global.config.is_none())?;
        let text = read_capped(&path, config::MAX_BYTES)?;
        let config = Config::parse_with(&text, &vocabulary())
            .map_err(|mistakes| CliError::in_file(&path, &text, mistakes))?;
        let directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Some(Project {
            config,
            directory,
            file: path,
            text,
        }))
    }

    /// Every target of these, or everything that is wrong with them.
    pub(crate) fn targets<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Target>, CliError> {
        let mut complaints = Vec::new();
        let mut targets = Vec::new();
        for text in texts {
            match Target::parse(text) {
                Ok(target) => targets.push(target),
                Err(error) => complaints.push(Complaint::Plain {
                    message: error.to_string(),
                    help: meant(text),
                }),
            }
        }
        if complaints.is_empty() {
            Ok(targets)
        } else {
            Err(CliError::Usage(complaints))
        }
    }

    /// Observes targets, with progress on a terminal, in the order they were named. What is wrong with files that were
    /// named is told before anything is contacted.
    pub(crate) fn observe(&self, targets: &[Target]) -> Result<Vec<Observed>, CliError> {
        if targets.iter().filter(|target| **target == Target::Stdin).count() > 1 {
            return Err(CliError::usage_help(
                "standard input is named twice, and can be read once",
                "write one of the two into a file",
            ));
        }
        let mut observed = BTreeMap::new();
        for documents in [true, false] {
            if !documents && targets.iter().any(|target| matches!(target, Target::Ssh { .. })) {
                transport::check_ssh().map_err(|error| CliError::Usage(complaints(&error)))?;
            }
            let group = targets.iter().enumerate();
            let (at, group): (Vec<usize>, Vec<Target>) = group
                .filter(|(_, target)| is_document(target) == documents)
                .map(|(at, target)| (at, target.clone()))
                .unzip();
            let group = self.observe_together(&group);
            complain(&group)?;
            observed.extend(at.into_iter().zip(group));
        }
        Ok(observed.into_values().collect())
    }

    /// What is observed from now on comes with the raw answers.
    pub(crate) fn keeping_answers(mut self) -> Session {
        self.options.keep_answers = true;
        self
    }

    /// The same, starting no program of this machine.
    pub(crate) fn without_programs(&self, reason: &str) -> Session {
        let mut session = self.clone();
        session.options.not_run = Some(reason.to_owned());
        session
    }

    fn observe_together(&self, targets: &[Target]) -> Vec<Observed> {
        let wanted = self.options.jobs.min(targets.len());
        let possible = observe::possible_jobs(wanted);
        if possible < wanted {
            self.tell(&format!(
                "note  {possible} targets at once, not {wanted}: few files may be open at once (ulimit -n)"
            ));
        }
        let bar = self.progress_bar(targets.len());
        let mut running: Vec<String> = Vec::new();
        let mut show = |progress: Progress<'_>| {
            match progress {
                Progress::Started(target) => running.push(target.to_string()),
                Progress::Done(target, _) => {
                    running.retain(|name| *name != target.to_string());
                    bar.inc(1);
                }
            }
            let shown = running.iter().take(4).map(String::as_str);
            let shown = shown.collect::<Vec<_>>().join(", ");
            let message = match running.len().saturating_sub(4) {
                0 => shown,
                more => format!("{shown} and {more} more"),
            };
            bar.set_message(visible(&message));
        };
        let observed = observe::observe_all(targets, &self.probes, &self.options, &mut show);
        bar.finish_and_clear();
        observed
    }

    /// Reads a release or a project from the disk.
    pub(crate) fn observe_path(&self, path: &Path, subject: Subject) -> Result<Snapshot, CliError> {
        let cache = match subject {
            Subject::Release => Cache::of(self, path),
            _ => None,
        };
        if let Some(snapshot) = cache.as_ref().and_then(|cache| cache.find(self, path)) {
            return Ok(snapshot);
        }
        let observed = observe::observe_path(path, subject, &self.probes, &self.options);
        let snapshot = observed.snapshot.clone();
        complain(&[observed])?;
        if let Some(cache) = cache {
            cache.keep(self, &snapshot);
        }
        Ok(snapshot)
    }

    fn progress_bar(&self, targets: usize) -> ProgressBar {
        if targets < 2 || self.global.quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(targets as u64);
        if let Ok(style) = ProgressStyle::with_template("observing {pos}/{len} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// Problems and notes of a snapshot, on standard error.
    pub(crate) fn tell_problems(&self, snapshot: &Snapshot) {
        let mut page = Page::default();
        for problem in &snapshot.problems {
            page.problem(&snapshot.target, problem);
        }
        output::tell(&page.finish(), self.global.color);
    }

    /// Writes a report in every format that was asked for; after an interrupt only those that go to files.
    pub(crate) fn deliver(&self, report: impl Fn(Format, Place<'_>) -> String) -> Result<(), CliError> {
        match self.interrupted() {
            true => output::keep(&self.global, report),
            false => output::deliver(&self.global, report),
        }
    }

    /// How a command ends whose result was written so: a result that could not be written is told.
    pub(crate) fn conclude(
        &self,
        written: Result<(), CliError>,
        endings: impl IntoIterator<Item = Exit>,
    ) -> Exit {
        let written = written.map_or_else(
            |error| {
                output::tell(&complaint::render(&error), self.global.color);
                Exit::Internal
            },
            |()| Exit::Clear,
        );
        Exit::first_of(endings.into_iter().chain([written]))
    }

    /// Whether an interrupt came, and whether a probe failed: what ends every command that observes.
    pub(crate) fn endings<'a>(&self, snapshots: impl IntoIterator<Item = &'a Snapshot>) -> Vec<Exit> {
        let interrupted = self.interrupted().then_some(Exit::Interrupted);
        let bug = has_bug(snapshots).then_some(Exit::Internal);
        interrupted.into_iter().chain(bug).collect()
    }

    pub(crate) fn tell(&self, text: &str) {
        if !self.global.quiet {
            let mut page = Page::default();
            page.line(text);
            output::tell(&page.finish(), self.global.color);
        }
    }
}

/// Whether a probe failed in a way that is a bug of ours.
fn has_bug<'a>(snapshots: impl IntoIterator<Item = &'a Snapshot>) -> bool {
    let ours = [
        "probe-panicked",
        "undeclared-fact",
        "too-many-rounds",
        "wrong-answer",
        "not-asked",
    ];
    snapshots
        .into_iter()
        .flat_map(|s| &s.problems)
        .any(|problem| ours.contains(&problem.code.as_str()))
}

/// Whether reading a target touches files the user named and nothing else: a mistake in them is told first.
fn is_document(target: &Target) -> bool {
    match target {
        Target::File(_) | Target::Bundle(_) | Target::Facts(_) | Target::Stdin => true,
        Target::RootFs(path) => !path.is_dir(),
        Target::Image { path, .. } => !path.exists(),
        _ => false,
    }
}

/// What a policy may name.
fn vocabulary() -> Vocabulary {
    let rules = parity_probes::RULES.iter().map(|(id, _)| *id);
    let observed = parity_probes::schemas();
    let observed = observed.iter().flat_map(|(_, schemas)| schemas.iter());
    let derivations = parity_probes::derivations();
    let derived = derivations.iter().flat_map(|derivation| derivation.schemas());
    Vocabulary {
        rules: rules.chain(policy::RULES).map(str::to_owned).collect(),
        facts: observed
            .chain(derived)
            .map(|schema| schema.name.to_string())
            .collect(),
    }
}

/// The same machine under two names is noted at the second.
pub(crate) fn note_twins(snapshots: &mut [&mut Snapshot]) {
    let seen: Vec<&Snapshot> = snapshots.iter().map(|snapshot| &**snapshot).collect();
    for note in observe::twins(&seen) {
        let mut named = snapshots.iter_mut();
        if let Some(twin) = named.find(|snapshot| Some(&snapshot.target) == note.origin.as_ref()) {
            twin.problems.push(note);
        }
    }
}

fn complain(observed: &[Observed]) -> Result<(), CliError> {
    let failures = observed.iter().filter_map(|one| one.failure.as_ref());
    let ours = failures.filter(|failure| OURS_TO_MEND.contains(&failure.code));
    // Of a file everything that is wrong is told, one mistake a line.
    let complaints: Vec<Complaint> = ours.flat_map(complaints).collect();
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(CliError::Usage(complaints))
    }
}

fn complaints(failure: &TransportError) -> Vec<Complaint> {
    let lines = failure.message.lines().map(|message| Complaint::Plain {
        message: message.to_owned(),
        help: failure.help.clone(),
    });
    lines.collect()
}

/// The time, as an input: SOURCE_DATE_EPOCH makes a run repeatable.
fn now() -> Result<Timestamp, CliError> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text
            .parse::<i64>()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .ok_or_else(|| {
                CliError::usage(format!(
                    "SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds"
                ))
            }),
        Err(_) => Ok(Timestamp::now()),
    }
}

/// A word that is no target may be the name of a host that ssh knows.
fn meant(text: &str) -> Option<String> {
    let home = std::env::home_dir()?;
    propose::is_ssh_alias(&home, text)
        .then(|| format!("your ssh configuration has a host of this name: write ssh:{text}"))
}
