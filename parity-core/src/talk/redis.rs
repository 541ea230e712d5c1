//! Redis and Valkey: commands and replies in RESP 2, which every version speaks.

use std::collections::VecDeque;

use super::resp::{self, Reply};
use super::{Channel, Login, Step, Talk, needs_password, nonsense, said, would_be_read};
use crate::answer::{Answer, Outcome, Rows};
use crate::server::{ServerKind, TlsMode};
use crate::transport::TransportError;

/// A conversation with Redis.
#[derive(Debug)]
pub(super) struct Redis {
    login: Login,
    tls: TlsMode,
    channel: Channel,
    state: State,
    input: Vec<u8>,
    questions: VecDeque<String>,
    sent: usize,
    answered: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Begin,
    SaidPassword,
    Ready,
}

impl Redis {
    pub(super) fn new(login: Login, tls: TlsMode, channel: Channel) -> Redis {
        Redis {
            login,
            tls,
            channel,
            state: State::Begin,
            input: Vec::new(),
            questions: VecDeque::new(),
            sent: 0,
            answered: 0,
        }
    }

    /// The password, where there is one (AUTH; with a user since Redis 6).
    fn begin(&mut self) -> Result<Option<Step>, TransportError> {
        let Some(password) = &self.login.password else {
            self.state = State::Ready;
            return Ok(None);
        };
        if !self.channel.keeps_secrets() {
            return Err(would_be_read(self.channel));
        }
        self.state = State::SaidPassword;
        let user = Some(self.login.user.as_bytes()).filter(|user| !user.is_empty());
        let words: Vec<&[u8]> = [&b"AUTH"[..]]
            .into_iter()
            .chain(user)
            .chain([password.bytes()])
            .collect();
        Ok(Some(Step::Send(command(&words))))
    }

    fn hear(&mut self, reply: Reply) -> Result<Option<Step>, TransportError> {
        if self.state == State::SaidPassword {
            self.state = State::Ready;
            return match reply {
                // A server without passwords takes everybody, as redis-cli does it.
                Reply::Error(text) if !text.contains("without any password") => Err(refused(&text)),
                _ => Ok(None),
            };
        }
        if self.answered == self.sent {
            return Err(nonsense(ServerKind::Redis, "an answer to nothing"));
        }
        self.answered += 1;
        let outcome = match reply {
            Reply::Error(text) => match text.split(' ').next().unwrap_or_default() {
                "NOPERM" => Outcome::NotPermitted,
                // Who runs a server for others takes away or renames what could change it.
                "ERR" if text.contains("unknown command") => Outcome::NotPermitted,
                "NOAUTH" | "DENIED" | "LOADING" | "WRONGPASS" => return Err(refused(&text)),
                _ => Outcome::failed("refused", said(&text)),
            },
            reply => rows(reply)?,
        };
        Ok(Some(Step::Answer(self.answered - 1, outcome)))
    }
}

impl Talk for Redis {
    fn ask(&mut self, question: &str) {
        self.questions.push_back(question.to_owned());
    }

    fn take(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    fn encrypted(&mut self, channel: Channel) {
        self.channel = channel;
        self.tls = TlsMode::Disable;
    }

    fn step(&mut self) -> Result<Step, TransportError> {
        loop {
            if self.state == State::Begin {
                // TLS is there from the first byte or not at all.
                if self.tls != TlsMode::Disable {
                    return Ok(Step::Encrypt);
                }
                if let Some(step) = self.begin()? {
                    return Ok(step);
                }
            }
            if self.state == State::Ready && !self.questions.is_empty() {
                self.sent += self.questions.len();
                let commands = self
                    .questions
                    .drain(..)
                    .map(|question| command(&question.split(' ').map(str::as_bytes).collect::<Vec<_>>()));
                return Ok(Step::Send(commands.flatten().collect()));
            }
            let read = resp::read(&self.input).map_err(|what| nonsense(ServerKind::Redis, what))?;
            let Some((reply, length)) = read else {
                let is_done = self.state == State::Ready && self.answered == self.sent;
                return Ok(if is_done { Step::Rest } else { Step::Wait });
            };
            self.input.drain(..length);
            if let Some(step) = self.hear(reply)? {
                return Ok(step);
            }
        }
    }
}

/// A command as a list of its words.
fn command(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend(format!("${}\r\n", word.len()).bytes());
        bytes.extend_from_slice(word);
        bytes.extend(b"\r\n");
    }
    bytes
}

/// A text is one value; a list is names and their values by turns.
fn rows(reply: Reply) -> Result<Outcome<Answer>, TransportError> {
    let value = |reply: &Reply| match reply {
        Reply::Text(text) => Ok(Some(text.clone())),
        Reply::Nothing => Ok(None),
        _ => Err(nonsense(ServerKind::Redis, "a list within a list")),
    };
    let rows = match &reply {
        Reply::List(members) => members
            .chunks(2)
            .map(|pair| pair.iter().map(value).collect())
            .collect::<Result<Vec<_>, _>>()?,
        reply => vec![vec![value(reply)?]],
    };
    Ok(Outcome::Got(Answer::Rows(Rows(rows))))
}

/// The server takes no question (<https://redis.io/docs/latest/develop/reference/protocol-spec/>, "Simple errors").
fn refused(text: &str) -> TransportError {
    let error = |code, help: &str| {
        TransportError::new(code, format!("the server refused: {}", said(text))).help(help)
    };
    match text.split(' ').next().unwrap_or_default() {
        "NOAUTH" => needs_password(ServerKind::Redis),
        "DENIED" => error(
            "refused",
            "set a password there and `protected-mode no`, or ask from the machine itself",
        ),
        "LOADING" => error("starting", "try again in a while"),
        _ => error(
            "login-refused",
            "correct the user in the address, or the password: it comes from REDISCLI_AUTH",
        ),
    }
}
