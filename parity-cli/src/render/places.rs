//! Where in the user's own files a finding belongs: what shows it beside the code wants a file and a line.

use std::path::{Component, Path, PathBuf};

use parity_core::fact::Origin;
use parity_core::finding::{Evidence, Finding, Unknown};
use parity_core::snapshot::Problem;
use parity_core::view::Side;

use crate::session::Project;

/// A file of the repository, and a line in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Below the root of the repository, joined by slashes.
    pub(crate) path: String,
    /// Counted from 1; 1 where the whole file is meant.
    pub(crate) line: u32,
}

/// A file of the user's that was read, and its text.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// The files that findings can belong to.
#[derive(Debug)]
pub(crate) struct Places {
    /// The directory that paths are told from: the repository, or else where the command was run.
    root: PathBuf,
    here: PathBuf,
    project: Option<PathBuf>,
    /// Artifacts by path, as `parity.toml` names them.
    artifacts: Vec<(PathBuf, Spot)>,
    /// Hosts as `parity.toml` or `parity.lock` names them.
    hosts: Vec<(String, Spot)>,
    /// Where nothing else fits.
    whole: Spot,
}

impl Places {
    /// The files of this project, and the lock that production was read from.
    pub(crate) fn of(project: Option<&Project>, lock: Option<&Source>) -> Places {
        let here = std::env::current_dir().unwrap_or_default();
        let repository = here.ancestors().find(|directory| directory.join(".git").exists());
        let mut places = Places {
            root: repository.unwrap_or(&here).to_path_buf(),
            here,
            project: project.map(|project| project.directory.clone()),
            artifacts: Vec::new(),
            hosts: Vec::new(),
            whole: Spot {
                path: parity_core::config::FILE_NAME.to_owned(),
                line: 1,
            },
        };
        if let Some(lock) = lock {
            places.add_lock(lock);
        }
        if let Some(project) = project {
            places.add_project(project);
        }
        places
    }

    fn add_project(&mut self, project: &Project) {
        let line = |at: usize| line_of(&project.text, at);
        let Some(spot) = self.spot(&project.file, 1) else {
            return;
        };
        let at = |line| Spot { line, ..spot.clone() };
        let config = &project.config;
        for entry in &config.artifacts {
            self.artifacts
                .push((entry.path.clone(), at(line(entry.span.start))));
        }
        let targets = config
            .environments
            .values()
            .flat_map(|e| e.roles.values().flatten());
        for target in targets {
            self.hosts
                .push((target.value.to_string(), at(line(target.span.start))));
        }
        self.whole = spot;
    }

    /// The lock has one target a line.
    fn add_lock(&mut self, lock: &Source) {
        let Some(spot) = self.spot(&lock.path, 1) else {
            return;
        };
        for (line, text) in (1..).zip(lock.text.lines()) {
            let named = text.trim_start().strip_prefix("{ name = \"");
            if let Some((name, _)) = named.and_then(|rest| rest.split_once('"')) {
                let spot = Spot { line, ..spot.clone() };
                self.hosts.push((name.to_owned(), spot));
            }
        }
        self.whole = spot;
    }

    /// Where a finding is repaired, the best place first: the line of a text that ships or that the project holds, the
    /// artifact, the host.
    pub(crate) fn of_finding(&self, finding: &Finding) -> Vec<Spot> {
        let lines = finding
            .evidence
            .iter()
            .filter_map(|evidence| self.of_evidence(evidence));
        let shipped = finding
            .evidence
            .iter()
            .filter(|evidence| evidence.side == Side::Release);
        let artifacts = shipped.filter_map(|evidence| self.of_artifact(&evidence.target));
        let spots = lines.chain(artifacts).chain(self.of_host(&finding.target));
        self.or_whole(spots)
    }

    /// Likewise for what was not decided.
    pub(crate) fn of_unknown(&self, unknown: &Unknown) -> Vec<Spot> {
        self.or_whole(self.of_host(&unknown.target).into_iter())
    }

    /// The line of the configuration that something is wrong with.
    pub(crate) fn of_policy(&self, problem: &Problem) -> Option<Spot> {
        let (path, line) = problem.origin.as_deref()?.rsplit_once(':')?;
        self.spot(Path::new(path), line.parse().ok()?)
    }

    /// The file that stands for all of the project.
    pub(crate) fn whole(&self) -> &Spot {
        &self.whole
    }

    fn or_whole(&self, spots: impl Iterator<Item = Spot>) -> Vec<Spot> {
        let mut once: Vec<Spot> = Vec::new();
        for spot in spots {
            if !once.contains(&spot) {
                once.push(spot);
            }
        }
        if once.is_empty() {
            once.push(self.whole.clone());
        }
        once
    }

    /// The line of a text in the release or in the project.
    fn of_evidence(&self, evidence: &Evidence) -> Option<Spot> {
        let Some(Origin::File {
            path,
            line: Some(line),
        }) = &evidence.origin
        else {
            return None;
        };
        let file = match evidence.side {
            Side::Release => {
                let artifact = self.artifact(&evidence.target);
                match artifact.is_dir() {
                    true => artifact.join(path),
                    false => artifact,
                }
            }
            Side::Dev => self.in_project(path),
            Side::Host | Side::Peer => return None,
        };
        self.spot(&file, *line).filter(|_| file.is_file())
    }

    /// Where an artifact is: those of `parity.toml` lie below its directory.
    fn artifact(&self, target: &str) -> PathBuf {
        let path = Path::new(target);
        match self.artifacts.iter().any(|(named, _)| named == path) {
            true => self.in_project(path),
            false => path.to_path_buf(),
        }
    }

    fn in_project(&self, path: impl AsRef<Path>) -> PathBuf {
        self.project.as_deref().unwrap_or(Path::new("")).join(path)
    }

    fn of_artifact(&self, target: &str) -> Option<Spot> {
        let named = self.artifacts.iter().find(|(path, _)| path == Path::new(target));
        let named = named.map(|(_, spot)| spot.clone());
        named.or_else(|| self.spot(Path::new(target), 1))
    }

    fn of_host(&self, target: &str) -> Option<Spot> {
        let mut hosts = self.hosts.iter();
        hosts
            .find(|(name, _)| name == target)
            .map(|(_, spot)| spot.clone())
    }

    /// A path as the repository names it; `None` for what is outside of it.
    fn spot(&self, path: &Path, line: u32) -> Option<Spot> {
        let mut whole = PathBuf::new();
        for part in self.here.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(whole.pop()),
                part => whole.push(part),
            }
        }
        let path = whole.strip_prefix(&self.root).ok()?.to_str()?.to_owned();
        Some(Spot { path, line })
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}
