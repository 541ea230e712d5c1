//! One running carrier: lines go in, two streams come out, and it ends in time.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use tempfile::NamedTempFile;

use super::carrier::{Carrier, CarrierKind};
use super::frame::{Frames, Key};
use super::program;
use crate::transport::{Deadline, TransportError};

/// Standard error of one section beyond this is dropped; outside sections it ends the session. In bytes.
const STDERR_CAP: usize = 64 << 10;

/// How long the second stream may lag behind the first.
const LAG: Duration = Duration::from_secs(1);

/// How long a carrier may take to end by itself.
const PARTING: Duration = Duration::from_millis(300);

/// The log of the carrier beyond this is not read, in bytes.
const LOG_CAP: u64 = 256 << 10;

/// The code of an error that may be over in a moment.
const NO_ROOM: &str = "no-room";

/// Before starting is tried again where there was no room.
const CROWDED: Duration = Duration::from_millis(200);

/// Why no more will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    TimedOut,
    Interrupted,
    OutputLimit(&'static str),
    Closed(Option<ExitStatus>),
}

/// A running carrier.
#[derive(Debug)]
pub(super) struct Session {
    child: Child,
    input: Option<Sender<String>>,
    events: Receiver<Event>,
    log: Option<NamedTempFile>,
    received: u64,
    pub(super) started: Instant,
    cap: u64,
    pub(super) key: Key,
    pub(super) output: Frames,
    pub(super) errors: Frames,
    /// Why it is over, once it is.
    pub(super) ended: Option<Ended>,
}

#[derive(Debug)]
enum Event {
    Output(Vec<u8>),
    Errors(Vec<u8>),
    OutputEnd,
    ErrorsEnd,
}

impl Session {
    /// Starts the carrier; where there is no room for another process now, again until the deadline.
    pub(super) fn start(carrier: &Carrier, cap: u64, deadline: &Deadline) -> Result<Session, TransportError> {
        loop {
            match Session::start_now(carrier, cap) {
                Err(error) if error.code == NO_ROOM && deadline.left() > CROWDED => thread::sleep(CROWDED),
                started => return started,
            }
        }
    }

    fn start_now(carrier: &Carrier, cap: u64) -> Result<Session, TransportError> {
        let trouble = |error: io::Error| {
            let code = if is_crowded(&error) { NO_ROOM } else { "cannot-run" };
            TransportError::new(
                code,
                format!("cannot start a session for {}: {error}", carrier.name),
            )
        };
        let key = Key::random().map_err(trouble)?;
        let argv = carrier.argv();
        let program = argv.first().copied().unwrap_or_default();
        let mut command = Command::new(program);
        let mut log = None;
        if carrier.kind == CarrierKind::Ssh {
            // Apart from what the host writes to standard error.
            let file = NamedTempFile::new().map_err(trouble)?;
            command.arg("-E").arg(file.path());
            log = Some(file);
        }
        command
            .args(&argv[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if carrier.kind == CarrierKind::Ssh => program::missing(),
            io::ErrorKind::NotFound => TransportError::new(
                "client-missing",
                format!("the program `{program}` is not on the PATH"),
            ),
            _ => trouble(error),
        })?;
        let (sender, events) = sync_channel(64);
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let input = match attend(pipes, sender) {
            Ok(input) => input,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(trouble(error));
            }
        };
        let (output, errors) = (
            Frames::new(&key.nonce, usize::MAX),
            Frames::new(&key.nonce, STDERR_CAP),
        );
        Ok(Session {
            child,
            input,
            events,
            log,
            received: 0,
            started: Instant::now(),
            cap,
            key,
            output,
            errors,
            ended: None,
        })
    }

    /// Sends the lines of a round and waits for its trailer.
    pub(super) fn exchange(&mut self, text: String, round: u32, deadline: &Deadline) -> Result<(), Ended> {
        if let Some(ended) = &self.ended {
            return Err(ended.clone());
        }
        if let Some(input) = &self.input {
            // A carrier that is gone shows in its output.
            let _ = input.send(text);
        }
        let ended = self.listen(round, deadline);
        if let Err(ended) = &ended {
            self.ended = Some(ended.clone());
            self.kill();
        }
        ended
    }

    fn listen(&mut self, round: u32, deadline: &Deadline) -> Result<(), Ended> {
        let mut lag_ends: Option<Deadline> = None;
        let mut errors_ended = false;
        loop {
            if self.output.is_done(round) {
                if errors_ended || self.errors.is_done(round) {
                    return Ok(());
                }
                lag_ends.get_or_insert_with(|| deadline.at_most(LAG));
            }
            let until = lag_ends.as_ref().unwrap_or(deadline);
            match self.events.recv_timeout(until.glance()) {
                Ok(Event::Output(bytes)) => {
                    self.count(&bytes)?;
                    self.output.feed(&bytes);
                }
                Ok(Event::Errors(bytes)) => {
                    self.hear(&bytes)?;
                }
                Ok(Event::ErrorsEnd) => errors_ended = true,
                Err(RecvTimeoutError::Timeout) if !until.is_over() => {}
                Err(RecvTimeoutError::Timeout) if lag_ends.is_some() => return Ok(()),
                Err(RecvTimeoutError::Timeout) if deadline.interrupted() => return Err(Ended::Interrupted),
                Err(RecvTimeoutError::Timeout) => return Err(Ended::TimedOut),
                Ok(Event::OutputEnd) if lag_ends.is_some() => return Ok(()),
                Ok(Event::OutputEnd) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(self.close(deadline));
                }
            }
        }
    }

    fn count(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        self.received = self.received.saturating_add(bytes.len() as u64);
        if self.received > self.cap {
            return Err(Ended::OutputLimit("output"));
        }
        Ok(())
    }

    fn hear(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        self.count(bytes)?;
        self.errors.feed(bytes);
        if self.errors.noise_len > STDERR_CAP {
            return Err(Ended::OutputLimit("standard error"));
        }
        Ok(())
    }

    /// The stream is over: why shows in what comes on the other one, and in the status.
    fn close(&mut self, deadline: &Deadline) -> Ended {
        self.input = None;
        let until = deadline.at_most(LAG);
        loop {
            match self.events.recv_timeout(until.left()) {
                Ok(Event::Errors(bytes)) => {
                    if let Err(ended) = self.hear(&bytes) {
                        return ended;
                    }
                }
                Ok(Event::Output(_) | Event::OutputEnd) => {}
                Ok(Event::ErrorsEnd) | Err(_) => break,
            }
        }
        Ended::Closed(self.wait(&until))
    }

    fn wait(&mut self, until: &Deadline) -> Option<ExitStatus> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if !until.is_over() => thread::sleep(Duration::from_millis(2)),
                _ => return None,
            }
        }
    }

    fn kill(&mut self) {
        self.input = None;
        let running = matches!(self.child.try_wait(), Ok(None));
        let group = i32::try_from(self.child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        if let (true, Some(group)) = (running, group) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            let _ = self.child.wait();
        }
    }

    /// What the carrier logged of itself.
    pub(super) fn log(&self) -> String {
        let mut bytes = Vec::new();
        if let Some(file) = self.log.as_ref().and_then(|log| log.reopen().ok()) {
            let _ = file.take(LOG_CAP).read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.input = None;
        if self.ended.is_none() {
            self.wait(&Deadline::from(Instant::now() + PARTING));
        }
        self.kill();
    }
}

/// Whether there is no room for another process, thread or open file at the moment.
fn is_crowded(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    matches!(
        errno,
        Some(Errno::AGAIN | Errno::MFILE | Errno::NFILE | Errno::NOMEM)
    )
}

type Pipes = (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>);

/// Reads and writes the pipes of a carrier in the background.
fn attend(pipes: Pipes, events: SyncSender<Event>) -> io::Result<Option<Sender<String>>> {
    let (stdin, stdout, stderr) = pipes;
    drain(stdout, events.clone(), Event::Output, || Event::OutputEnd)?;
    drain(stderr, events, Event::Errors, || Event::ErrorsEnd)?;
    stdin.map(feed).transpose()
}

fn drain(
    pipe: Option<impl Read + Send + 'static>,
    events: SyncSender<Event>,
    event: impl Fn(Vec<u8>) -> Event + Send + 'static,
    end: impl FnOnce() -> Event + Send + 'static,
) -> io::Result<()> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    thread::Builder::new().spawn(move || {
        let mut piece = vec![0; 64 << 10];
        loop {
            match pipe.read(&mut piece) {
                Ok(count) if count > 0 => {
                    if events.send(event(piece[..count].to_vec())).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        let _ = events.send(end());
    })?;
    Ok(())
}

/// Writes in the background: a host that does not read must not hold us.
fn feed(mut pipe: impl Write + Send + 'static) -> io::Result<Sender<String>> {
    let (sender, lines) = channel::<String>();
    thread::Builder::new().spawn(move || {
        for text in lines {
            if pipe
                .write_all(text.as_bytes())
                .and_then(|()| pipe.flush())
                .is_err()
            {
                return;
            }
        }
    })?;
    Ok(sender)
}
