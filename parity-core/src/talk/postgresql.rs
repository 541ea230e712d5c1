//! PostgreSQL, frontend/backend protocol 3.0 (PostgreSQL documentation, chapter "Frontend/Backend Protocol").
//!
//! Each question is a transaction of its own that may only read, within which nothing but `pg_catalog` is searched for names and no
//! statement runs long. Nothing is set for the session: behind a pooler it would stay for others.

use std::collections::VecDeque;

use md5::{Digest, Md5};

use super::reader::Reader;
use super::scram::{Proof, Scram};
use super::tally::Tally;
use super::{
    Channel, Login, MAX_MESSAGE, MAX_MESSAGES, Password, Step, Talk, needs_password, nonsense, said,
    would_be_read,
};
use crate::answer::{Answer, Outcome};
use crate::server::{ServerKind, TlsMode};
use crate::transport::TransportError;

/// Protocol 3.0.
const PROTOCOL: i32 = 196_608;

/// Asks for TLS.
const SSL_REQUEST: i32 = 80_877_103;

/// Before a question: it may only read, takes no name from a schema of others, and ends by itself.
const BEGIN: &str =
    "BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = 10000; SET LOCAL search_path = pg_catalog; ";

const MECHANISM: &str = "SCRAM-SHA-256";

/// A conversation with PostgreSQL.
#[derive(Debug)]
pub(super) struct Postgresql {
    login: Login,
    tls: TlsMode,
    channel: Channel,
    state: State,
    input: Vec<u8>,
    /// Questions that were not sent yet.
    questions: VecDeque<String>,
    /// How many were sent, and how many of them were answered.
    sent: usize,
    answered: usize,
    /// Of the question that is answered now.
    tally: Tally,
    /// Whether its own transaction ended, and that of the question is yet to.
    is_closing: bool,
    messages: usize,
}

#[derive(Debug)]
enum State {
    Begin,
    AskedForTls,
    Started,
    SaidFirst(Scram),
    SaidLast(Proof),
    /// Logged in; what is sent before it is ready are settings.
    Authenticated,
    Ready,
}

impl Postgresql {
    pub(super) fn new(login: Login, tls: TlsMode, channel: Channel) -> Postgresql {
        Postgresql {
            login,
            tls,
            channel,
            state: State::Begin,
            input: Vec::new(),
            questions: VecDeque::new(),
            sent: 0,
            answered: 0,
            tally: Tally::default(),
            is_closing: false,
            messages: 0,
        }
    }

    fn startup(&mut self) -> Step {
        self.state = State::Started;
        let database = self.login.database.as_ref().unwrap_or(&self.login.user);
        let settings = [
            ("user", self.login.user.as_str()),
            ("database", database),
            ("application_name", "parity"),
            ("client_encoding", "UTF8"),
        ];
        let mut body = PROTOCOL.to_be_bytes().to_vec();
        for (name, value) in settings {
            for text in [name, value] {
                body.extend(text.bytes().filter(|byte| *byte != 0));
                body.push(0);
            }
        }
        body.push(0);
        Step::Send(with_length(&body))
    }

    /// All questions at once: the server takes them one by one.
    fn questions(&mut self) -> Step {
        let mut bytes = Vec::new();
        for question in std::mem::take(&mut self.questions) {
            for statement in [format!("{BEGIN}{question}"), "ROLLBACK".to_owned()] {
                bytes.extend(message(b'Q', &[statement.as_bytes(), &[0]].concat()));
            }
            self.sent += 1;
        }
        Step::Send(bytes)
    }

    /// The one byte that answers the question for TLS.
    fn tls_answer(&mut self) -> Result<Step, TransportError> {
        match self.input.as_slice() {
            [] => Ok(Step::Wait),
            b"S" => {
                self.input.clear();
                Ok(Step::Encrypt)
            }
            b"N" if self.tls == TlsMode::Prefer => {
                self.input.clear();
                Ok(self.startup())
            }
            b"N" => Err(
                TransportError::new("no-tls", "the server does not encrypt connections")
                    .help("turn on `ssl` there, or write ?sslmode=disable"),
            ),
            // What follows in clear text would be taken for a part of the encrypted conversation.
            _ => Err(nonsense(
                ServerKind::Postgresql,
                "its answer to the question for TLS",
            )),
        }
    }

    /// The next whole message.
    fn next(&mut self) -> Result<Option<(u8, Vec<u8>)>, TransportError> {
        let mut head = Reader(&self.input);
        let (Some(kind), Some(length)) = (head.u8(), head.i32()) else {
            return Ok(None);
        };
        let wrong = || nonsense(ServerKind::Postgresql, format!("a message of {length} bytes"));
        let body = usize::try_from(length)
            .ok()
            .and_then(|length| length.checked_sub(4))
            .ok_or_else(wrong)?;
        if body > MAX_MESSAGE {
            return Err(wrong());
        }
        let Some(body) = head.bytes(body).map(<[u8]>::to_vec) else {
            return Ok(None);
        };
        self.input.drain(..body.len() + 5);
        self.messages += 1;
        if self.messages > MAX_MESSAGES {
            return Err(nonsense(ServerKind::Postgresql, "messages without end"));
        }
        Ok(Some((kind, body)))
    }

    /// What a message asks us to send, where it does.
    fn hear(&mut self, kind: u8, body: &[u8]) -> Result<Option<Step>, TransportError> {
        match kind {
            // Notices, notifications, settings, the key to cancel: of no concern.
            b'N' | b'A' | b'S' | b'K' => Ok(None),
            b'v' => Err(TransportError::new(
                "protocol",
                "the server does not speak protocol 3.0",
            )),
            _ if !matches!(self.state, State::Ready) => self.hear_login(kind, body),
            _ => self.hear_answer(kind, body),
        }
    }

    fn hear_login(&mut self, kind: u8, body: &[u8]) -> Result<Option<Step>, TransportError> {
        match (kind, &self.state) {
            (b'E', _) => Err(refused(&Complaint::read(body))),
            (b'R', _) => self.authenticate(body),
            (b'Z', State::Authenticated) => {
                self.state = State::Ready;
                Ok(None)
            }
            _ => Err(nonsense(
                ServerKind::Postgresql,
                format!("message {kind:#04x} before the login"),
            )),
        }
    }

    fn authenticate(&mut self, body: &[u8]) -> Result<Option<Step>, TransportError> {
        let wrong = |what: &str| nonsense(ServerKind::Postgresql, what);
        let mut reader = Reader(body);
        let code = reader
            .i32()
            .ok_or_else(|| wrong("an empty request for a password"))?;
        let state = std::mem::replace(&mut self.state, State::Started);
        let send = |kind: u8, text: &[u8]| Ok(Some(Step::Send(message(kind, text))));
        match (code, state) {
            // A server that was asked to show that it knows the password has to.
            (0, State::Started) => {
                self.state = State::Authenticated;
                Ok(None)
            }
            (3, State::Started) => {
                let password = self.password()?;
                if !self.channel.keeps_secrets() {
                    return Err(would_be_read(self.channel));
                }
                send(b'p', &[password.bytes(), &[0]].concat())
            }
            (5, State::Started) => {
                let salt = reader.bytes(4).ok_or_else(|| wrong("no salt"))?;
                let text = md5_answer(&self.login.user, self.password()?, salt);
                send(b'p', &[text.as_bytes(), &[0]].concat())
            }
            (10, State::Started) => {
                let mechanisms = reader.0.split(|byte| *byte == 0);
                if !mechanisms.into_iter().any(|name| name == MECHANISM.as_bytes()) {
                    return Err(cannot_log_in("a SASL mechanism other than SCRAM-SHA-256"));
                }
                self.password()?;
                let scram = Scram::new("", &self.login.nonce);
                let first = scram.first();
                let length = i32::try_from(first.len()).unwrap_or(0).to_be_bytes();
                self.state = State::SaidFirst(scram);
                send(
                    b'p',
                    &[MECHANISM.as_bytes(), &[0], &length, first.as_bytes()].concat(),
                )
            }
            (11, State::SaidFirst(scram)) => {
                let server = String::from_utf8_lossy(reader.0);
                let (last, proof) = scram.answer(&server, self.password()?).map_err(wrong)?;
                self.state = State::SaidLast(proof);
                send(b'p', last.as_bytes())
            }
            (12, State::SaidLast(proof)) => match proof.holds(&String::from_utf8_lossy(reader.0)) {
                true => Ok(None),
                false => Err(TransportError::new(
                    "not-the-server",
                    "the server did not show that it knows the password: it may be another one",
                )),
            },
            (2 | 6..=9, State::Started) => Err(cannot_log_in("Kerberos, GSSAPI or SSPI")),
            _ => Err(wrong("a request for a password out of turn")),
        }
    }

    fn password(&self) -> Result<&Password, TransportError> {
        self.login
            .password
            .as_ref()
            .ok_or_else(|| needs_password(ServerKind::Postgresql))
    }

    fn hear_answer(&mut self, kind: u8, body: &[u8]) -> Result<Option<Step>, TransportError> {
        match kind {
            b'T' | b'C' | b'I' => Ok(None),
            b'D' => {
                let row = row(body).ok_or_else(|| nonsense(ServerKind::Postgresql, "a row that is cut"))?;
                self.tally.row(row);
                Ok(None)
            }
            b'E' => {
                let complaint = Complaint::read(body);
                if complaint.is_fatal() {
                    return Err(refused(&complaint));
                }
                self.tally.refuse(complaint.outcome());
                Ok(None)
            }
            b'Z' if self.answered == self.sent => {
                Err(nonsense(ServerKind::Postgresql, "an answer to nothing"))
            }
            b'Z' if !self.is_closing => {
                self.is_closing = true;
                Ok(None)
            }
            b'Z' => {
                self.is_closing = false;
                self.answered += 1;
                self.messages = 0;
                Ok(Some(Step::Answer(
                    self.answered - 1,
                    std::mem::take(&mut self.tally).close(),
                )))
            }
            _ => Err(nonsense(
                ServerKind::Postgresql,
                format!("message {kind:#04x} in an answer"),
            )),
        }
    }
}

impl Talk for Postgresql {
    fn ask(&mut self, question: &str) {
        self.questions.push_back(question.to_owned());
    }

    fn take(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    fn encrypted(&mut self, channel: Channel) {
        self.channel = channel;
        self.state = State::Begin;
        self.tls = TlsMode::Disable;
    }

    fn step(&mut self) -> Result<Step, TransportError> {
        loop {
            match self.state {
                State::Begin if self.tls == TlsMode::Disable => return Ok(self.startup()),
                State::Begin => {
                    self.state = State::AskedForTls;
                    return Ok(Step::Send(with_length(&SSL_REQUEST.to_be_bytes())));
                }
                State::AskedForTls => return self.tls_answer(),
                _ => {}
            }
            if matches!(self.state, State::Ready) && !self.questions.is_empty() {
                return Ok(self.questions());
            }
            let Some((kind, body)) = self.next()? else {
                let is_done = matches!(self.state, State::Ready) && self.answered == self.sent;
                return Ok(if is_done { Step::Rest } else { Step::Wait });
            };
            if let Some(step) = self.hear(kind, &body)? {
                return Ok(step);
            }
        }
    }
}

/// A body with its length before it, which counts itself.
fn with_length(body: &[u8]) -> Vec<u8> {
    let length = i32::try_from(body.len() + 4).unwrap_or(i32::MAX);
    [&length.to_be_bytes(), body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], with_length(body).as_slice()].concat()
}

/// `md5` of the password and the user, and then of that and the salt (PostgreSQL documentation, "Message Flow").
fn md5_answer(user: &str, password: &Password, salt: &[u8]) -> String {
    let hex = |parts: [&[u8]; 2]| {
        let mut hash = Md5::new();
        parts.iter().for_each(|part| hash.update(part));
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let inner = hex([password.bytes(), user.as_bytes()]);
    format!("md5{}", hex([inner.as_bytes(), salt]))
}

fn row(body: &[u8]) -> Option<Vec<Option<String>>> {
    let mut reader = Reader(body);
    let columns = reader.i16()?;
    let mut row = Vec::new();
    for _ in 0..columns {
        let length = reader.i32()?;
        row.push(match length {
            -1 => None,
            length => {
                Some(String::from_utf8_lossy(reader.bytes(usize::try_from(length).ok()?)?).into_owned())
            }
        });
    }
    reader.0.is_empty().then_some(row)
}

/// An error as the server tells it.
struct Complaint {
    severity: String,
    code: String,
    message: String,
}

impl Complaint {
    /// Fields by their letters (PostgreSQL documentation, "Error and Notice Message Fields").
    fn read(body: &[u8]) -> Complaint {
        let mut found = Complaint {
            severity: String::new(),
            code: String::new(),
            message: String::new(),
        };
        let mut reader = Reader(body);
        while let Some(kind) = reader.u8().filter(|kind| *kind != 0) {
            let Some(text) = reader.text() else { break };
            let text = said(&String::from_utf8_lossy(text));
            match kind {
                b'V' => found.severity = text,
                b'S' if found.severity.is_empty() => found.severity = text,
                b'C' => found.code = text,
                b'M' => found.message = text,
                _ => {}
            }
        }
        found
    }

    fn is_fatal(&self) -> bool {
        matches!(self.severity.as_str(), "FATAL" | "PANIC")
    }

    /// What it means for one question (PostgreSQL documentation, "Error Codes").
    fn outcome(&self) -> Outcome<Answer> {
        match self.code.as_str() {
            "42501" => Outcome::NotPermitted,
            "57014" => Outcome::failed(
                "timed-out",
                format!("the server ended the query: {}", self.message),
            ),
            _ => Outcome::failed("refused", format!("{} ({})", self.message, self.code)),
        }
    }
}

/// The server ended the conversation.
fn refused(complaint: &Complaint) -> TransportError {
    let Complaint { code, message, .. } = complaint;
    let (word, help) = match code.as_str() {
        "28P01" => (
            "login-refused",
            Some("correct the password: it comes from PGPASSWORD, or else ~/.pgpass"),
        ),
        "28000" => (
            "login-refused",
            Some("name another user in the address, or let it in by pg_hba.conf"),
        ),
        "3D000" => (
            "no-database",
            Some("end the address with a database that is there"),
        ),
        "53300" => (
            "busy",
            Some("try again later, or give the role a connection of its own"),
        ),
        "57P03" => ("starting", Some("try again in a while")),
        _ => ("refused", None),
    };
    let error = TransportError::new(word, format!("the server refused: {message} ({code})"));
    match help {
        Some(help) => error.help(help),
        None => error,
    }
}

fn cannot_log_in(how: &str) -> TransportError {
    TransportError::new(
        "login-unsupported",
        format!("the server asks for {how}, which parity does not speak"),
    )
    .help("give parity a role of its own with a password for scram-sha-256")
}
