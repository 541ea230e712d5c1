//! What `--new-since` names: an earlier report, a lock, or the lock of a git revision.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use parity_core::base::{self, Base, Compared};
use parity_core::judge::{Case, Judgement};
use parity_core::lock::{self, Lock};
use parity_core::report::Report;

use crate::args::{self, Check};
use crate::error::CliError;
use crate::files::{find_upward, read_capped};
use crate::render::output;
use crate::session::{Project, Session};

/// A base that was read.
pub(crate) struct Opened {
    name: String,
    base: Base,
    /// Where it is a report that may be made smaller: its file and its text.
    ratchet: Option<(PathBuf, String)>,
}

impl Opened {
    /// Says of everything in a judgement whether it is new.
    pub(crate) fn mark(&self, judgement: &mut Judgement, case: &Case) -> Compared {
        self.base.mark(&self.name, judgement, case)
    }
}

/// Reads the base of a check, where it has one.
pub(crate) fn open(
    session: &Session,
    project: Option<&Project>,
    arguments: &Check,
) -> Result<Option<Opened>, CliError> {
    let Some(named) = &arguments.new_since else {
        return Ok(None);
    };
    if arguments.ratchet && !matches!(named, args::Base::Report(_)) {
        return Err(CliError::usage_help(
            "--ratchet makes a report smaller, and this base is none",
            "`parity lock` renews a lock; --new-since FILE.json --ratchet works on a report",
        ));
    }
    let opened = match named {
        args::Base::Report(path) => {
            let text = read_capped(path, base::MAX_BYTES)?;
            let base = Base::of_report(&text)
                .map_err(|error| CliError::usage(format!("{}: {error}", path.display())))?;
            Opened {
                name: path.display().to_string(),
                base,
                ratchet: arguments.ratchet.then(|| (path.clone(), text)),
            }
        }
        args::Base::Lock(path) => {
            let name = path.display().to_string();
            of_lock(name, &read_capped(path, lock::MAX_BYTES)?)?
        }
        args::Base::Revision(revision) => {
            let text = locked_in(session, &directory(project), revision)?;
            of_lock(format!("{} of {revision}", lock::FILE_NAME), &text)?
        }
    };
    Ok(Some(opened))
}

fn of_lock(name: String, text: &str) -> Result<Opened, CliError> {
    let lock = Lock::parse(text).map_err(|error| CliError::usage(format!("{name}: {error}")))?;
    let Some(base) = lock.known else {
        return Err(CliError::usage_help(
            format!("{name} does not say what was wrong when it was written"),
            "run `parity lock` with this version and commit what it writes, or name a report: --new-since FILE.json",
        ));
    };
    Ok(Opened {
        name,
        base,
        ratchet: None,
    })
}

/// Takes out of a base what is gone.
pub(crate) fn ratchet(session: &Session, base: Option<&Opened>, report: &Report) -> Result<(), CliError> {
    let (Some(Opened { ratchet, .. }), Some(compared)) = (base, &report.base) else {
        return Ok(());
    };
    let Some((path, text)) = ratchet.as_ref().filter(|_| !session.interrupted()) else {
        return Ok(());
    };
    let smaller =
        base::shrink(text, &compared.gone).map_err(|error| CliError::Internal(error.to_string()))?;
    if let Some(smaller) = smaller {
        let mut smaller = output::escaped(&smaller);
        smaller.push('\n');
        output::write_whole(path, smaller.as_bytes())?;
        let gone = compared.gone.len();
        session.tell(&format!("{}: {gone} gone, taken out", path.display()));
    }
    Ok(())
}

/// Where the lock of this project lies.
fn directory(project: Option<&Project>) -> PathBuf {
    let lock = || find_upward(lock::FILE_NAME).and_then(|lock| lock.parent().map(Path::to_path_buf));
    let directory = match project {
        Some(project) => Some(project.directory.clone()),
        None => lock(),
    };
    directory
        .filter(|directory| !directory.as_os_str().is_empty())
        .unwrap_or_else(|| PathBuf::from("."))
}

/// The text of `parity.lock` in a revision, from the user's own git. It prints one object and nothing else: no filter, no text
/// conversion, no hook, no file monitor and no fetching of what a partial clone lacks, whatever the repository is configured to.
fn locked_in(session: &Session, directory: &Path, revision: &str) -> Result<String, CliError> {
    let object = format!("{revision}:./{}", lock::FILE_NAME);
    let mut command = Command::new("git");
    command
        .args(["--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false"])
        .args(["-c", "core.hooksPath=/dev/null", "cat-file", "blob", &object])
        .current_dir(directory)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // As a hook of git starts it: this is about the repository of the project.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    let failed = |message: String| {
        CliError::usage_help(
            format!("{} of {revision}: {message}", lock::FILE_NAME),
            "name a revision that has it, as main or v1.2; a file ends in .json or .lock",
        )
    };
    let mut child = command
        .spawn()
        .map_err(|error| failed(format!("git cannot be started: {error}")))?;
    let output = drain(child.stdout.take());
    let told = drain(child.stderr.take());
    let Ok(output) = output.recv_timeout(session.global.timeout) else {
        // It may have ended by itself meanwhile.
        let _ = child.kill();
        return Err(failed("git did not answer in time".to_owned()));
    };
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if output.len() as u64 > lock::MAX_BYTES {
        return Err(failed(format!("is larger than {} bytes", lock::MAX_BYTES)));
    }
    if !status.success() {
        let told = told.recv_timeout(session.global.timeout).unwrap_or_default();
        let told = String::from_utf8_lossy(&told);
        let line = told.lines().find(|line| !line.is_empty()).unwrap_or("git failed");
        return Err(failed(line.trim_start_matches("fatal: ").to_owned()));
    }
    String::from_utf8(output).map_err(|_| failed("is not text".to_owned()))
}

/// All that comes out of a pipe, up to a byte more than a lock may have.
fn drain(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What came before an error is all there is.
            let _ = pipe.take(lock::MAX_BYTES + 1).read_to_end(&mut bytes);
        }
        // Nobody may be waiting any longer.
        let _ = send.send(bytes);
    });
    receive
}
