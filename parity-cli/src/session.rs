//! What every command shares: the settings, the probes, the clock, and observing with progress.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use parity_core::config::{self, Config};
use parity_core::observe::{self, Observed, Options, Progress};
use parity_core::probe::{Probe, Subject};
use parity_core::snapshot::Snapshot;
use parity_core::target::Target;
use parity_core::transport::SshOptions;

use crate::args::Global;
use crate::error::{CliError, Complaint};
use crate::render::output;
use crate::render::page::{Look, Page};

/// Failures that are the user's to mend before anything is contacted.
const OURS_TO_MEND: [&str; 6] = [
    "cannot-open",
    "bad-snapshot",
    "bad-bundle",
    "bad-facts",
    "invalid-target",
    "ssh-missing",
];

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
}

impl Session {
    pub(crate) fn new(global: Global) -> Result<Session, CliError> {
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

    /// The first interrupt ends the waiting, the second the program.
    fn listen_for_interrupts(&self) {
        let stop = self.options.stop.clone();
        // Without a handler the program simply ends at once.
        let _ = ctrlc::set_handler(move || {
            if stop.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
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
        let text = read_capped(&path, config::MAX_BYTES)?;
        let config = Config::parse(&text).map_err(|mistakes| CliError::in_file(&path, &text, mistakes))?;
        let directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Some(Project { config, directory }))
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
                Err(error) => complaints.push(Complaint::plain(error.to_string())),
            }
        }
        if complaints.is_empty() {
            Ok(targets)
        } else {
            Err(CliError::Usage(complaints))
        }
    }

    /// Observes hosts, with progress on a terminal. What is wrong with files that were named is told before anything is
    /// contacted.
    pub(crate) fn observe(&self, targets: &[Target]) -> Result<Vec<Observed>, CliError> {
        let (files, _): (Vec<&Target>, Vec<&Target>) = targets.iter().partition(|target| is_file(target));
        let checked: Vec<Observed> = files
            .iter()
            .filter(|target| ***target != Target::Stdin)
            .map(|target| self.observe_one(target))
            .collect();
        complain(&checked)?;
        let bar = self.progress_bar(targets.len());
        let mut running: Vec<String> = Vec::new();
        let observed = observe::observe_all(targets, &self.probes, &self.options, &mut |progress| {
            match progress {
                Progress::Started(target) => running.push(target.to_string()),
                Progress::Done(target, _) => {
                    running.retain(|name| *name != target.to_string());
                    bar.inc(1);
                }
            }
            let shown: Vec<&str> = running.iter().take(4).map(String::as_str).collect();
            let more = if running.len() > 4 {
                format!(" and {} more", running.len() - 4)
            } else {
                String::new()
            };
            bar.set_message(crate::render::page::visible(&format!(
                "{}{more}",
                shown.join(", ")
            )));
        });
        bar.finish_and_clear();
        complain(&observed)?;
        Ok(observed)
    }

    pub(crate) fn observe_one(&self, target: &Target) -> Observed {
        observe::observe(target, Subject::Host, &self.probes, &self.options)
    }

    /// Reads a release or a project from the disk.
    pub(crate) fn observe_path(&self, path: &Path, subject: Subject) -> Result<Snapshot, CliError> {
        let observed = observe::observe_path(path, subject, &self.probes, &self.options);
        let snapshot = observed.snapshot.clone();
        complain(&[observed])?;
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
            page.put(Look::Doubtful, "problem")
                .say(": ")
                .put(Look::Strong, &snapshot.target)
                .say(": ");
            page.say(&problem.message)
                .put(Look::Dim, &format!(" [{}]", problem.code))
                .end();
        }
        output::tell(&page.finish(), self.global.color);
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
pub(crate) fn has_bug<'a>(snapshots: impl IntoIterator<Item = &'a Snapshot>) -> bool {
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

fn is_file(target: &Target) -> bool {
    matches!(
        target,
        Target::File(_) | Target::Bundle(_) | Target::Facts(_) | Target::Stdin
    )
}

fn complain(observed: &[Observed]) -> Result<(), CliError> {
    let failures = observed.iter().filter_map(|one| one.failure.as_ref());
    let complaints: Vec<Complaint> = failures
        .filter(|failure| OURS_TO_MEND.contains(&failure.code))
        .map(|failure| Complaint::Plain {
            message: failure.message.clone(),
            help: failure.help.clone(),
        })
        .collect();
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(CliError::Usage(complaints))
    }
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

pub(crate) fn find_upward(name: &str) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let found = here
        .ancestors()
        .map(|directory| directory.join(name))
        .find(|path| path.is_file())?;
    // Shown to people: relative where that is shorter.
    Some(found.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(found))
}

/// A file of the user's as text.
pub(crate) fn read_capped(path: &Path, cap: u64) -> Result<String, CliError> {
    let shown = path.display();
    let failed = |error: std::io::Error| CliError::usage(format!("{shown}: {error}"));
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > cap {
        return Err(CliError::usage(format!("{shown}: is larger than {cap} bytes")));
    }
    fs::read_to_string(path).map_err(failed)
}
