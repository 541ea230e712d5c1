//! Conversations with servers as state machines: bytes in, then send, wait or an answer. They do no input or output of their own,
//! so tests feed them transcripts, and what a hostile server sends meets caps in one place.

mod mysql;
mod packet;
mod postgresql;
mod reader;
mod redis;
mod resp;
mod scram;
mod tally;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::answer::{Answer, Outcome};
use crate::server::{ServerKind, TlsMode};
use crate::transport::TransportError;

/// The longest message of a server, in bytes.
pub const MAX_MESSAGE: usize = 1 << 20;

/// The most that one answer may hold, in bytes.
pub const MAX_ANSWER: usize = 8 << 20;

/// The most rows of one answer.
pub const MAX_ROWS: usize = 20_000;

/// The most messages that a server may send between two of ours.
pub const MAX_MESSAGES: usize = 100_000;

/// A password, which no message shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// This password.
    pub fn new(text: impl Into<String>) -> Password {
        Password(text.into())
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Login {
    /// As whom; empty where the server has a user for those who name none.
    pub user: String,
    /// With which password, where there is one.
    pub password: Option<Password>,
    /// In which database.
    pub database: Option<String>,
    /// A text of printable ASCII that nobody can guess, new for each connection.
    pub nonce: String,
}

/// Who can read along, or be somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Everybody on the way.
    Plain,
    /// Nobody: the connection does not leave this machine.
    Local,
    /// Encrypted, whoever is at the other end.
    Encrypted,
    /// Encrypted, and the other end has a certificate for its name.
    Verified,
}

impl Channel {
    /// Whether a password itself may be sent.
    fn keeps_secrets(self) -> bool {
        matches!(self, Channel::Local | Channel::Verified)
    }
}

/// Asks MySQL and MariaDB for the version that they greet with: it is told to everybody, before the login.
pub const GREETING: &str = "the greeting";

/// What a conversation wants next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// These bytes go to the server.
    Send(Vec<u8>),
    /// More bytes of the server.
    Wait,
    /// TLS begins here; then [`Talk::encrypted`] is told.
    Encrypt,
    /// The answer to a question, by its place in the order in which they were put.
    Answer(usize, Outcome<Answer>),
    /// Nothing: every question is answered.
    Rest,
}

/// A conversation with one server. Questions may be put at any time.
pub trait Talk: Send {
    /// Puts a question.
    fn ask(&mut self, question: &str);

    /// Takes what the server sent.
    fn take(&mut self, bytes: &[u8]);

    /// The connection is encrypted from here on.
    fn encrypted(&mut self, channel: Channel);

    /// What is to be done now.
    ///
    /// # Errors
    /// The server refused, or does not speak this protocol: nothing more can be asked on this connection.
    fn step(&mut self) -> Result<Step, TransportError>;
}

/// The conversation of a kind of server.
pub fn with(kind: ServerKind, login: Login, tls: TlsMode, channel: Channel) -> Box<dyn Talk> {
    match kind {
        ServerKind::Postgresql => Box::new(postgresql::Postgresql::new(login, tls, channel)),
        ServerKind::Mysql => Box::new(mysql::Mysql::new(login, tls, channel)),
        ServerKind::Redis => Box::new(redis::Redis::new(login, tls, channel)),
    }
}

/// The server sent what its protocol does not have.
fn nonsense(kind: ServerKind, what: impl fmt::Display) -> TransportError {
    let message = format!(
        "what answers there does not speak the protocol of {}: {what}",
        kind.word()
    );
    TransportError::new("protocol", message).help("name the host and port of the server itself")
}

/// What a server says in its own words, made short.
fn said(text: &str) -> String {
    let mut short: String = text.chars().take(300).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A password was asked for, and none is known.
fn needs_password(kind: ServerKind) -> TransportError {
    let message = "the server asks for a password, and none is known";
    TransportError::new("login-refused", message).help(crate::server::where_to(kind))
}

/// A password would be readable on its way.
fn would_be_read(channel: Channel) -> TransportError {
    let why = match channel {
        Channel::Encrypted => "and its certificate is not verified",
        _ => "and the connection is not encrypted",
    };
    let message = format!("the server asks for the password in clear text, {why}: it was not sent");
    TransportError::new("login-refused", message).help("connect with ?sslmode=verify-full (Redis: rediss://)")
}
