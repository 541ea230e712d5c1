//! Why a session failed: from what the carrier logged, how far it came and how it ended.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use super::carrier::{Carrier, CarrierKind};
use super::session::{Ended, Session};
use crate::transport::TransportError;

/// As many characters of foreign text as a message shows.
const SHOWN: usize = 200;

/// How much of a file of host keys is looked through, in bytes.
const KNOWN_HOSTS_CAP: u64 = 4 << 20;

/// What is known of a session that failed.
#[derive(Debug, Default)]
pub(super) struct Evidence<'a> {
    pub(super) name: &'a str,
    /// What ssh says of itself, at DEBUG1.
    pub(super) log: &'a str,
    /// What came outside frames.
    pub(super) output: &'a [u8],
    pub(super) errors: &'a [u8],
    /// Whether our shell greeted.
    pub(super) greeted: bool,
    /// Since the carrier was started.
    pub(super) seconds: f64,
}

/// The error of a session that ended like this.
pub(super) fn error(carrier: &Carrier, session: &Session, ended: &Ended) -> TransportError {
    let evidence = Evidence {
        name: &carrier.name,
        log: &session.log(),
        output: &session.output.noise(),
        errors: &session.errors.noise(),
        greeted: session.output.hello.is_some(),
        seconds: session.started.elapsed().as_secs_f64().round(),
    };
    let name = evidence.name;
    match ended {
        Ended::OutputLimit(which) => TransportError::new(
            "output-limit",
            format!("{name}: output limit: more {which} than is read from one host"),
        )
        .help("look at what the login scripts of the host print"),
        Ended::Interrupted => interrupted(name),
        Ended::TimedOut => TransportError::new(
            "timed-out",
            format!(
                "{name}: timed out after {} s {}",
                evidence.seconds,
                evidence.stage(carrier.kind)
            ),
        )
        .help("give it more time (--timeout), or look at the host"),
        Ended::Closed(status) => {
            let code = status.and_then(|status| status.code());
            let signal = status.and_then(|status| status.signal());
            match carrier.kind {
                CarrierKind::Ssh => evidence.ssh(code, signal),
                CarrierKind::Container => evidence.container(code, signal),
            }
        }
    }
}

/// The user did not want to wait.
pub(super) fn interrupted(name: &str) -> TransportError {
    TransportError::new("interrupted", format!("{name}: interrupted before it was done"))
}

impl Evidence<'_> {
    fn error(&self, code: &'static str, what: impl std::fmt::Display) -> TransportError {
        TransportError::new(code, format!("{}: {what}", self.name))
    }

    fn says(&self, text: &str) -> bool {
        self.log.contains(text)
    }

    /// The first line of the log with this text, one that is no debug message where there is one.
    fn line(&self, text: &str) -> Option<&str> {
        let lines = self.log.lines().filter(|line| line.contains(text));
        lines.min_by_key(|line| line.starts_with("debug1: "))
    }

    /// Whether ssh had logged in.
    fn logged_in(&self) -> bool {
        self.greeted
            || [
                "Authenticated to ",
                "debug1: Sending command",
                "mux_client_request_session",
            ]
            .iter()
            .any(|text| self.says(text))
    }

    /// How far it had come.
    fn stage(&self, kind: CarrierKind) -> &'static str {
        if self.greeted {
            "before all answers had come"
        } else if kind == CarrierKind::Container || self.logged_in() {
            "without output of a shell after login"
        } else if self.says("debug1: Remote protocol version") || self.says("debug1: Authenticating to") {
            "in the handshake"
        } else if self.says("debug1: Connection established") {
            "waiting for the greeting of an ssh server"
        } else if self.says("debug1: Connecting to") || self.says("debug1: Executing proxy command") {
            "connecting"
        } else {
            "resolving the name"
        }
    }

    pub(super) fn ssh(&self, code: Option<i32>, signal: Option<i32>) -> TransportError {
        if self.logged_in() {
            return self.after_login(code, signal);
        }
        if let Some(error) = self.host_key().or_else(|| self.refused_login()) {
            return error;
        }
        self.no_connection().unwrap_or_else(|| {
            let said = self.last_words();
            match code {
                Some(255) | None => self.error("ended-early", format!("ssh ended before login{said}")),
                Some(code) => self.error("ended-early", format!("ssh ended with status {code}{said}")),
            }
        })
    }

    fn host_key(&self) -> Option<TransportError> {
        let key = self
            .line("debug1: Server host key:")
            .and_then(|line| line.split("key: ").nth(1));
        let key = key.map_or_else(|| "not shown".to_owned(), shown);
        if self.says("REMOTE HOST IDENTIFICATION HAS CHANGED")
            || self.says("host key for") && self.says("has changed")
        {
            let place = self
                .line("Offending ")
                .and_then(|line| line.split_once(" key in "));
            let place = place.map(|(_, place)| place.trim());
            let old = place
                .and_then(known_fingerprint)
                .unwrap_or_else(|| "not shown".to_owned());
            let place = place.map_or_else(|| "a file of known hosts".to_owned(), shown);
            let error = self.error(
                "host-key-changed",
                format!("host key CHANGED: known is {old} ({place}), the host shows {key}"),
            );
            let remedy = "find out why first; if the host was set up anew, remove that line (ssh-keygen -R) and log in once by hand";
            return Some(error.help(remedy));
        }
        if self.says("Host key verification failed") || self.says("host key is known for") {
            let error = self.error(
                "host-key-unknown",
                format!("host key unknown: the host shows {key}"),
            );
            let name = self.name;
            return Some(error.help(format!(
                "compare the fingerprint, then add it: ssh -o StrictHostKeyChecking=ask {name} true"
            )));
        }
        None
    }

    fn refused_login(&self) -> Option<TransportError> {
        let offered: Vec<String> = self
            .log
            .lines()
            .filter_map(|line| {
                line.split_once("Offering public key: ")
                    .map(|(_, key)| shown(key.trim_end().trim_end_matches(" explicit")))
            })
            .collect();
        let unusable: Vec<String> = self
            .log
            .lines()
            .filter(|line| line.contains("Load key ") || line.contains("passphrase"))
            .map(shown)
            .collect();
        let mut tried = if offered.is_empty() {
            "no key was offered".to_owned()
        } else {
            format!("offered {}", offered.join(", "))
        };
        if !unusable.is_empty() {
            tried = format!("{tried}; {}", unusable.join(", "));
        }
        if self.says("Permission denied (") || self.says("Too many authentication failures") {
            let methods = self
                .line("Permission denied (")
                .and_then(|line| line.split_once("denied ("));
            let methods = methods.map_or("?", |(_, methods)| methods.trim_end_matches([')', '.', '\r']));
            let error = self.error(
                "auth-failed",
                format!("login refused; the host accepts {}; {tried}", shown(methods)),
            );
            return Some(error.help(
                "parity never asks for a password: load the key into the agent, or name it in ssh_config",
            ));
        }
        if self.says("SSH2_MSG_SERVICE_ACCEPT received") && self.says("Connection closed by") {
            let said = first_line(self.errors);
            return Some(self.error("auth-failed", format!("login refused: {said}; {tried}")));
        }
        None
    }

    fn no_connection(&self) -> Option<TransportError> {
        const CAUSES: [(&str, &str, &str); 19] = [
            (
                "Could not resolve hostname",
                "resolve-failed",
                "the name does not resolve",
            ),
            ("invalid characters", "not-ssh", "not an ssh server"),
            ("No SSH version received", "not-ssh", "not an ssh server"),
            ("banner line too long", "not-ssh", "not an ssh server"),
            (
                "Protocol major versions differ",
                "not-ssh",
                "not an ssh server of version 2",
            ),
            (
                "kex_exchange_identification: banner line 0",
                "not-ssh",
                "not an ssh server",
            ),
            (
                "during banner exchange",
                "connect-timeout",
                "timed out waiting for the greeting of an ssh server",
            ),
            ("Connection timed out", "connect-timeout", "connect timed out"),
            ("Operation timed out", "connect-timeout", "connect timed out"),
            ("Connection refused", "refused", "connection refused"),
            ("No route to host", "unreachable", "no route to the host"),
            (
                "Network is unreachable",
                "unreachable",
                "the network is unreachable",
            ),
            (
                "Bad packet length",
                "protocol",
                "what the server sent is no ssh packet",
            ),
            (
                "message authentication code incorrect",
                "protocol",
                "what the server sent is no ssh packet",
            ),
            (
                "Unable to negotiate",
                "no-common-algorithm",
                "client and server have no algorithm in common",
            ),
            (
                "Bad configuration option",
                "ssh-config",
                "ssh does not accept its configuration",
            ),
            (
                "Bad owner or permissions",
                "ssh-config",
                "ssh does not accept its configuration",
            ),
            (
                "Can't open user config file",
                "ssh-config",
                "ssh does not find its configuration",
            ),
            (
                " timed out",
                "timed-out",
                "the host stopped answering in the handshake",
            ),
        ];
        const CLOSED: [&str; 5] = [
            "Connection closed by",
            "Connection reset by",
            "Broken pipe",
            "closed by remote host",
            "Connection closed by UNKNOWN",
        ];
        for (text, code, what) in CAUSES {
            if let Some(line) = self.line(text) {
                let after = match code {
                    "connect-timeout" => format!(" after {} s", self.seconds),
                    _ => String::new(),
                };
                return Some(self.error(code, format!("{what}{after} ({})", shown(line))));
            }
        }
        let line = CLOSED.iter().find_map(|text| self.line(text))?;
        Some(self.error(
            "closed-before-auth",
            format!("closed before authentication ({})", shown(line)),
        ))
    }

    fn after_login(&self, code: Option<i32>, signal: Option<i32>) -> TransportError {
        let errors = String::from_utf8_lossy(self.errors);
        if errors.contains("password has expired") || errors.contains("Password change required") {
            return self.error(
                "auth-failed",
                format!("login refused: {}", first_line(self.errors)),
            );
        }
        if self.says("rtype exit-signal") {
            return self.error(
                "killed-by-signal",
                format!(
                    "the remote shell ended without an answer, by a signal{}",
                    self.last_words()
                ),
            );
        }
        if self.says(" not responding") {
            return self.error(
                "timed-out",
                "the host stopped answering in the middle of the session",
            );
        }
        let exited = self.says("rtype exit-status");
        self.ended(code.filter(|_| exited), signal)
    }

    fn container(&self, code: Option<i32>, signal: Option<i32>) -> TransportError {
        const CAUSES: [(&str, &str, &str); 9] = [
            (
                "No such container",
                "no-such-container",
                "there is no such container",
            ),
            (
                "no container with name",
                "no-such-container",
                "there is no such container",
            ),
            (
                "NotFound",
                "no-such-container",
                "there is no such pod or container",
            ),
            ("is not running", "not-running", "the container does not run"),
            (
                "Cannot connect to",
                "unreachable",
                "the client does not reach its daemon",
            ),
            (
                "Unable to connect to the server",
                "unreachable",
                "the client does not reach its cluster",
            ),
            (
                "permission denied while trying",
                "auth-failed",
                "the client may not use its daemon",
            ),
            ("orbidden", "auth-failed", "the cluster refuses it to this user"),
            (
                "executable file not found",
                "no-shell",
                "the container has no /bin/sh",
            ),
        ];
        let errors = String::from_utf8_lossy(self.errors);
        if !self.greeted
            && let Some((_, code, what)) = CAUSES.iter().find(|(text, ..)| errors.contains(text))
        {
            return self.error(code, format!("{what}: {}", first_line(self.errors)));
        }
        self.ended(code, signal)
    }

    /// An end after login that nothing else explains.
    fn ended(&self, code: Option<i32>, signal: Option<i32>) -> TransportError {
        match (code, signal) {
            (_, Some(signal)) => self.error(
                "killed-by-signal",
                format!("the client was killed by signal {signal}"),
            ),
            (Some(code), _) if !self.greeted => {
                let line = match first_line(self.output) {
                    line if line.is_empty() => first_line(self.errors),
                    line => line,
                };
                self.error(
                    "no-shell",
                    format!("the login shell does not run sh (status {code}): {line}"),
                )
                .help("parity needs a login that can run `/bin/sh`")
            }
            (Some(code), _) => self.error(
                "ended-early",
                format!("incomplete: the remote shell ended with status {code} before all answers had come"),
            ),
            (None, _) => self.error(
                "ended-early",
                format!(
                    "incomplete: the connection ended before all answers had come{}",
                    self.last_words()
                ),
            ),
        }
    }

    /// The last thing that is not a debug message.
    fn last_words(&self) -> String {
        let log = self.log.lines().rfind(|line| {
            let debug = [
                "debug",
                "Transferred: ",
                "Bytes per second",
                "Authenticated to ",
                "OpenSSH_",
            ];
            !line.trim().is_empty() && !debug.iter().any(|text| line.starts_with(text))
        });
        let said = log.map_or_else(|| first_line(self.errors), shown);
        if said.is_empty() {
            said
        } else {
            format!(" ({said})")
        }
    }
}

/// The first line that is not empty, fit to be shown.
pub(super) fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .find(|line| !line.trim().is_empty())
        .map_or_else(String::new, shown)
}

/// Foreign text without control characters, cut.
fn shown(text: &str) -> String {
    let text = text.trim().trim_start_matches("debug1: ").chars().take(SHOWN);
    let mut shown = String::new();
    for c in text {
        match c {
            '\'' | '"' | '\\' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    shown
}

/// Type and fingerprint of the key on a line of a file of known hosts, given as `FILE:LINE` (`sshd(8)`).
fn known_fingerprint(place: &str) -> Option<String> {
    let (file, number) = place.rsplit_once(':')?;
    let number: usize = number.parse().ok()?;
    let reader = BufReader::new(File::open(file).ok()?.take(KNOWN_HOSTS_CAP));
    let line = reader.lines().nth(number.checked_sub(1)?)?.ok()?;
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let fields = if line.starts_with('@') {
        fields.get(1..)?
    } else {
        &fields
    };
    let [_, kind, key, ..] = fields else { return None };
    let digest = Sha256::digest(STANDARD.decode(key).ok()?);
    Some(format!(
        "{} SHA256:{}",
        shown(kind),
        STANDARD_NO_PAD.encode(digest)
    ))
}
