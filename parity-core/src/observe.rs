//! Observing: opens targets and collects them, many at once, each with a deadline of its own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};

use crate::answer::Answers;
use crate::bundle::Bundle;
use crate::collect::{Collected, collect, collect_under};
use crate::declared;
use crate::probe::{Probe, Subject};
use crate::redact::DigestKey;
use crate::schema::Schema;
use crate::server::{self, ServerAddress};
use crate::snapshot::{self, Coverage, CoverageState, Problem, Snapshot};
use crate::target::Target;
use crate::transport::{
    Carrier, Credentials, Deadline, Https, Image, Release, Remote, Replay, Server, Ssh, SshOptions,
    Transport, TransportError, Tree, ssh_address,
};

/// How long after its deadline a target that does not even end is given up.
const GRACE: Duration = Duration::from_secs(1);

/// How long targets may take to end after an interruption.
const PARTING: Duration = Duration::from_millis(400);

/// How targets are observed.
#[derive(Debug, Clone)]
pub struct Options {
    /// For each target, all rounds together.
    pub timeout: Duration,
    /// How many targets at once.
    pub jobs: usize,
    /// How many connections at once to one host: an SSH server drops more than ten that are not yet logged in
    /// (`MaxStartups` in sshd_config(5)).
    pub per_host: usize,
    /// How `ssh` is called.
    pub ssh: SshOptions,
    /// Why no program of this machine may be started, where none may: files are read all the same, and what a program would
    /// have told is not known, for this reason. Other targets are not concerned.
    pub not_run: Option<String>,
    /// Whether [`observe_all`] keeps [`Observed::answers`]: of one host they take several megabytes.
    pub keep_answers: bool,
    /// The time that is written into snapshots (RFC 3339, UTC).
    pub taken_at: String,
    /// Under this key digests of secrets are kept of hosts, so that equal ones can be told; without one they are not.
    pub digest_key: Option<DigestKey>,
    /// Once set, observing ends: what runs is ended, and what is not done comes back as failed with the code
    /// `interrupted`.
    pub stop: Arc<AtomicBool>,
}

impl Options {
    fn deadline(&self) -> Deadline {
        Deadline::new(Instant::now() + self.timeout, self.stop.clone())
    }
}

impl Options {
    /// Half a minute for each target, 32 targets at once, the user's own ssh. `taken_at` is the time that is written into
    /// snapshots (RFC 3339, UTC): the clock is an input.
    ///
    /// ```
    /// use std::time::Duration;
    /// use parity_core::observe::Options;
    ///
    /// let options = Options { timeout: Duration::from_secs(5), ..Options::at("2026-01-01T00:00:00Z") };
    /// assert_eq!(options.jobs, 32);
    /// ```
    pub fn at(taken_at: impl Into<String>) -> Options {
        Options {
            timeout: Duration::from_secs(30),
            jobs: 32,
            per_host: 8,
            ssh: SshOptions::default(),
            not_run: None,
            keep_answers: false,
            taken_at: taken_at.into(),
            digest_key: None,
            stop: Arc::new(AtomicBool::new(false)),
        }
    }
}

/// What came of one target.
#[derive(Debug)]
pub struct Observed {
    /// The facts, and what is not known. Never missing: a target that does not answer has one without facts.
    pub snapshot: Snapshot,
    /// Every answer, where the target was asked and not read from a file. [`observe_all`] keeps them on demand only
    /// ([`Options::keep_answers`]).
    pub answers: Answers,
    /// Why the target as a whole did not answer.
    pub failure: Option<TransportError>,
}

impl From<Collected> for Observed {
    fn from(collected: Collected) -> Observed {
        let Collected {
            snapshot,
            answers,
            failure,
        } = collected;
        Observed {
            snapshot,
            answers,
            failure,
        }
    }
}

/// Observes one target with the probes for this subject; a server in place of a host is asked as one ([`Subject::Server`]).
pub fn observe(target: &Target, subject: Subject, probes: &[Box<dyn Probe>], options: &Options) -> Observed {
    let name = target.to_string();
    let deadline = options.deadline();
    let source = match open(target, probes, options, deadline) {
        Ok(source) => source,
        Err(error) => return failed(&name, error, subject, probes, options),
    };
    match source {
        Source::Snapshot(mut snapshot) => {
            snapshot.target = name;
            Observed {
                snapshot: *snapshot,
                answers: Answers::default(),
                failure: None,
            }
        }
        Source::Live(mut transport) if matches!(target, Target::Server(_)) => {
            of_server(&name, &options.taken_at, transport.as_mut(), probes)
        }
        Source::Live(mut transport) => {
            let probes = of_subject(probes, subject);
            let key = options.digest_key.as_ref();
            collect_under(key, &name, &options.taken_at, transport.as_mut(), &probes).into()
        }
        Source::Recorded(bundle) => {
            let taken_at = bundle.taken_at.clone();
            let of_a_server = ServerAddress::parse(&bundle.target).is_some();
            let mut replay = Replay::new(*bundle);
            if of_a_server {
                return of_server(&name, &taken_at, &mut replay, probes);
            }
            collect(&name, &taken_at, &mut replay, &of_subject(probes, subject)).into()
        }
    }
}

/// A server, and that its machine was not seen.
fn of_server(
    name: &str,
    taken_at: &str,
    transport: &mut dyn Transport,
    probes: &[Box<dyn Probe>],
) -> Observed {
    let mut collected = collect(name, taken_at, transport, &of_subject(probes, Subject::Server));
    collected.snapshot.coverage.push(Coverage {
        probe: "machine".to_owned(),
        state: CoverageState::NotApplicable,
        reason: Some(server::NO_MACHINE.to_owned()),
        millis: 0,
        facts: vec!["*".to_owned()],
    });
    collected.snapshot.coverage.sort_by(|a, b| a.probe.cmp(&b.probe));
    collected.into()
}

/// Observes a release or a project: a file or a directory, read as it lies there. In facts its paths are
/// [spelled](crate::spelling::spelled).
pub fn observe_path(path: &Path, subject: Subject, probes: &[Box<dyn Probe>], options: &Options) -> Observed {
    let name = path.display().to_string();
    let deadline = options.deadline();
    let tree = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Tree::at(path, deadline),
        Ok(_) => Tree::of_file(path, deadline),
        Err(error) => Err(error),
    };
    match tree {
        Ok(tree) => collect(
            &name,
            &options.taken_at,
            &mut Release(tree),
            &of_subject(probes, subject),
        )
        .into(),
        Err(error) => failed(&name, cannot_open(path, &error), subject, probes, options),
    }
}

fn of_subject(probes: &[Box<dyn Probe>], subject: Subject) -> Vec<&dyn Probe> {
    probes
        .iter()
        .map(AsRef::as_ref)
        .filter(|probe| probe.manifest().subject == subject)
        .collect()
}

enum Source {
    Live(Box<dyn Transport>),
    Recorded(Box<Bundle>),
    Snapshot(Box<Snapshot>),
}

fn open(
    target: &Target,
    probes: &[Box<dyn Probe>],
    options: &Options,
    deadline: Deadline,
) -> Result<Source, TransportError> {
    let live = |transport: Box<dyn Transport>| Ok(Source::Live(transport));
    let remote =
        |carrier: Carrier, deadline| live(Box::new(Remote::new(carrier, options.ssh.stdout_cap, deadline)));
    let invalid = |reason: String| TransportError::new("invalid-target", reason);
    match target {
        Target::Local => match Tree::local(deadline) {
            Ok(tree) => live(Box::new(match &options.not_run {
                Some(reason) => tree.without_programs(reason),
                None => tree,
            })),
            Err(error) => Err(cannot_open(Path::new("/"), &error)),
        },
        Target::RootFs(path) => match Tree::at(path, deadline) {
            Ok(tree) => live(Box::new(tree)),
            Err(error) => Err(cannot_open(path, &error)),
        },
        Target::Image { path, platform } => {
            Image::open(path, platform.as_deref(), deadline).and_then(|image| live(Box::new(image)))
        }
        Target::Ssh { host, .. } => live(Box::new(Ssh::new(host, &options.ssh, deadline))),
        Target::Container { client, name } => {
            remote(Carrier::docker(client, name).map_err(invalid)?, deadline)
        }
        Target::Pod {
            namespace,
            pod,
            container,
        } => remote(
            Carrier::kubectl(namespace, pod, container.as_deref()).map_err(invalid)?,
            deadline,
        ),
        Target::Server(server) => live(Box::new(Server::new(
            server.clone(),
            Credentials::of(server),
            deadline,
        ))),
        Target::Url(url) => Https::new(url, deadline)
            .snapshot()
            .map(|snapshot| Source::Snapshot(Box::new(snapshot))),
        Target::File(path) => {
            let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
            read_snapshot(path, file)
        }
        Target::Stdin => read_snapshot(Path::new("standard input"), io::stdin().lock()),
        Target::Bundle(path) => {
            let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
            let bundle = Bundle::read(file)
                .map_err(|error| TransportError::new("bad-bundle", format!("{}: {error}", path.display())))?;
            Ok(Source::Recorded(Box::new(bundle)))
        }
        Target::Facts(path) => {
            let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
            let schemas: Vec<Schema> = probes
                .iter()
                .flat_map(|probe| probe.manifest().schemas.iter().cloned())
                .collect();
            let source = declared::Source {
                path: &path.display().to_string(),
                now: &options.taken_at,
                schemas: &schemas,
            };
            declared::read(file, &source)
                .map(|snapshot| Source::Snapshot(Box::new(snapshot)))
                .map_err(|error| TransportError::new("bad-facts", error.to_string()))
        }
    }
}

fn read_snapshot(path: &Path, input: impl Read) -> Result<Source, TransportError> {
    let read = match path.extension() {
        Some(extension) if extension == "zst" => read_compressed(input),
        _ => Snapshot::read(input),
    };
    read.map(|snapshot| Source::Snapshot(Box::new(snapshot)))
        .map_err(|error| TransportError::new("bad-snapshot", format!("{}: {error}", path.display())))
}

/// `.json.zst`; the reader's own cap bounds what is decompressed.
fn read_compressed(input: impl Read) -> Result<Snapshot, snapshot::ReadError> {
    Snapshot::read(zstd::stream::read::Decoder::new(input)?)
}

fn cannot_open(path: &Path, error: &io::Error) -> TransportError {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    TransportError::new("cannot-open", format!("{}: {reason}", path.display()))
}

/// A target that gives nothing still has a snapshot, which says so for every probe.
fn failed(
    name: &str,
    error: TransportError,
    subject: Subject,
    probes: &[Box<dyn Probe>],
    options: &Options,
) -> Observed {
    struct Refuses(TransportError);
    impl Transport for Refuses {
        fn ask(
            &mut self,
            _: &[crate::need::Need],
        ) -> Result<Vec<crate::answer::Outcome<crate::answer::Answer>>, TransportError> {
            Err(self.0.clone())
        }
    }
    collect(
        name,
        &options.taken_at,
        &mut Refuses(error),
        &of_subject(probes, subject),
    )
    .into()
}

/// Tells how far observing many targets has come.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// Work on a target began.
    Started(&'a Target),
    /// A target is done, well or not.
    Done(&'a Target, &'a Observed),
}

/// Observes many hosts at once. What comes back is in the order of `targets`, whichever was done first.
///
/// After an interruption ([`Options::stop`]) it takes less than half a second more.
pub fn observe_all(
    targets: &[Target],
    probes: &Arc<Vec<Box<dyn Probe>>>,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Vec<Observed> {
    let permits = Arc::new(Permits::new(options.per_host.max(1)));
    let (sender, receiver) = mpsc::channel::<Message>();
    let mut waiting = targets.iter().enumerate().peekable();
    let mut running: BTreeMap<usize, Option<Instant>> = BTreeMap::new();
    let mut done: Vec<Option<Observed>> = targets.iter().map(|_| None).collect();
    let mut jobs = possible_jobs(options.jobs);
    let mut interrupted: Option<Instant> = None;
    loop {
        if options.stop.load(Ordering::Relaxed) {
            interrupted.get_or_insert_with(Instant::now);
        }
        while running.len() < jobs && interrupted.is_none() {
            let Some((at, target)) = waiting.peek().copied() else {
                break;
            };
            let started = spawn(
                at,
                target.clone(),
                probes.clone(),
                options.clone(),
                permits.clone(),
                sender.clone(),
            );
            match started {
                Ok(()) => {
                    progress(Progress::Started(target));
                    running.insert(at, None);
                }
                // No room for another thread: as many as there are now is what is possible.
                Err(_) if !running.is_empty() => {
                    jobs = running.len();
                    break;
                }
                Err(error) => {
                    let error = TransportError::new("cannot-run", format!("no thread can be had: {error}"));
                    let failed = failed(&target.to_string(), error, Subject::Host, probes, options);
                    finish(at, failed, targets, &mut done, progress);
                }
            }
            waiting.next();
        }
        if running.is_empty() || interrupted.is_some_and(|since| since.elapsed() > PARTING) {
            break;
        }
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(Message::Begun(at)) => {
                running.insert(at, Some(Instant::now()));
            }
            Ok(Message::Done(at, observed)) => {
                // A target that was given up may still come in; its place is taken.
                if running.remove(&at).is_some() {
                    finish(at, *observed, targets, &mut done, progress);
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        let limit = options.timeout + GRACE;
        let stuck = |begun: &Option<Instant>| begun.is_some_and(|begun| begun.elapsed() > limit);
        let given_up: Vec<usize> = running
            .iter()
            .filter(|(_, begun)| stuck(begun))
            .map(|(at, _)| *at)
            .collect();
        for at in given_up {
            running.remove(&at);
            let error = TransportError::new("timed-out", format!("did not end within {:?}", options.timeout));
            let name = targets.get(at).map(ToString::to_string).unwrap_or_default();
            finish(
                at,
                failed(&name, error, Subject::Host, probes, options),
                targets,
                &mut done,
                progress,
            );
        }
    }
    let interrupted = |target: &Target| {
        let error = TransportError::new("interrupted", "interrupted before it was done");
        failed(&target.to_string(), error, Subject::Host, probes, options)
    };
    done.into_iter()
        .zip(targets)
        .map(|(observed, target)| observed.unwrap_or_else(|| interrupted(target)))
        .collect()
}

enum Message {
    Begun(usize),
    Done(usize, Box<Observed>),
}

fn finish(
    at: usize,
    observed: Observed,
    targets: &[Target],
    done: &mut [Option<Observed>],
    progress: &mut dyn FnMut(Progress<'_>),
) {
    if let (Some(place), Some(target)) = (done.get_mut(at), targets.get(at)) {
        progress(Progress::Done(target, place.insert(observed)));
    }
}

fn spawn(
    at: usize,
    target: Target,
    probes: Arc<Vec<Box<dyn Probe>>>,
    options: Options,
    permits: Arc<Permits>,
    sender: mpsc::Sender<Message>,
) -> io::Result<()> {
    let work = move || {
        let _permit = permits.take(&address(&target, &options.ssh));
        // The clock of a target starts when its work does, not while it waits for its turn.
        let _ = sender.send(Message::Begun(at));
        let mut observed = observe(&target, Subject::Host, &probes, &options);
        if !options.keep_answers {
            observed.answers = Answers::default();
        }
        let _ = sender.send(Message::Done(at, Box::new(observed)));
    };
    thread::Builder::new().spawn(work).map(drop)
}

/// How many targets can be observed at once where so many are wanted: each takes a few of the files that this process may
/// have open (`RLIMIT_NOFILE` in getrlimit(2)).
pub fn possible_jobs(wanted: usize) -> usize {
    /// Pipes to the client, what it logs, and what starting it takes for a moment.
    const FILES_EACH: u64 = 10;
    const FILES_OF_OURS: u64 = 32;
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let room = limit.saturating_sub(FILES_OF_OURS) / FILES_EACH;
    wanted.min(usize::try_from(room).unwrap_or(usize::MAX)).max(1)
}

/// What connections are counted by: the host behind an alias, where the user's `ssh` tells.
fn address(target: &Target, ssh: &SshOptions) -> Option<String> {
    match target {
        Target::Ssh { host, .. } => Some(ssh_address(host, ssh).unwrap_or_else(|| host.to_string())),
        _ => None,
    }
}

/// At most so many at once of each name.
struct Permits {
    limit: usize,
    taken: Mutex<BTreeMap<String, usize>>,
    freed: Condvar,
}

impl Permits {
    fn new(limit: usize) -> Permits {
        Permits {
            limit,
            taken: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    fn take(&self, name: &Option<String>) -> Option<Permit<'_>> {
        let name = name.clone()?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while taken.get(&name).is_some_and(|count| *count >= self.limit) {
            taken = self.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken.entry(name.clone()).or_insert(0) += 1;
        Some(Permit { permits: self, name })
    }
}

struct Permit<'a> {
    permits: &'a Permits,
    name: String,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut taken = self.permits.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.name) {
            *count -= 1;
        }
        self.permits.freed.notify_all();
    }
}

/// The same machine under several names, told as one note each: its machine id.
pub fn twins(snapshots: &[&Snapshot]) -> Vec<Problem> {
    let id = crate::fact::FactId::single("host.machine-id");
    let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for snapshot in snapshots {
        let machine = snapshot.fact(&id).and_then(|fact| fact.state.value());
        if let Some(machine) = machine {
            let names = names.entry(machine.to_string()).or_default();
            if !names.contains(&snapshot.target.as_str()) {
                names.push(&snapshot.target);
            }
        }
    }
    names.values().filter_map(|names| note(names)).collect()
}

fn note(names: &[&str]) -> Option<Problem> {
    let (first, others) = names.split_first()?;
    let other = others.first()?;
    let message = match others.len() - 1 {
        0 => format!("{other} has the same machine-id as {first}"),
        more => format!("{other} and {more} more have the same machine-id as {first}"),
    };
    Some(Problem::new("same-machine", message).at((*other).to_owned()))
}
