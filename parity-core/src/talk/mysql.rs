//! MySQL and MariaDB, client/server protocol 4.1 (<https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html>,
//! <https://mariadb.com/kb/en/clientserver-protocol/>). Questions are put within a transaction that may only read.

use std::collections::VecDeque;

use ring::digest::{self, Digest};

use super::packet::{Answering, Greeting, Packets, Said};
use super::{Channel, GREETING, Login, Password, Step, Talk, needs_password, nonsense, would_be_read};
use crate::answer::{Answer, Outcome, Rows};
use crate::server::{ServerKind, TlsMode};
use crate::transport::TransportError;

/// What this side can do: passwords of today, protocol 4.1, transactions, named ways to log in.
const ABILITIES: u32 = 0x0000_0001 | 0x0000_0200 | 0x0000_2000 | 0x0000_8000 | 0x0008_0000;
const WITH_DATABASE: u32 = 0x0000_0008;
const WITH_TLS: u32 = 0x0000_0800;

/// The most that this side sends or takes at once.
const MAX_PACKET: u32 = 1 << 24;

/// utf8mb4.
const CHARACTERS: u8 = 45;

/// Before all questions. A server from before MySQL 5.6 does not know it; what is asked only reads anyway.
const BEGIN: &str = "START TRANSACTION READ ONLY";

/// A conversation with MySQL or MariaDB.
#[derive(Debug)]
pub(super) struct Mysql {
    login: Login,
    tls: TlsMode,
    channel: Channel,
    state: State,
    packets: Packets,
    /// Questions that were not sent yet, with their places.
    questions: VecDeque<(usize, String)>,
    asked: usize,
}

#[derive(Debug)]
enum State {
    Begin,
    /// The greeting came; how it was is kept until the login is sent.
    Greeted(Greeting),
    /// TLS was asked for.
    Encrypting(Greeting),
    /// The login was sent, in this way and for this scramble.
    SaidPassword {
        plugin: String,
        scramble: Vec<u8>,
    },
    /// The transaction was begun.
    Beginning(Answering),
    Ready,
    /// A question is answered.
    Hearing(usize, Answering),
}

impl Mysql {
    pub(super) fn new(login: Login, tls: TlsMode, channel: Channel) -> Mysql {
        Mysql {
            login,
            tls,
            channel,
            state: State::Begin,
            packets: Packets::default(),
            questions: VecDeque::new(),
            asked: 0,
        }
    }

    /// The question for the greeting is answered by it.
    fn answer_greeting(&mut self, greeting: &Greeting) -> Option<Step> {
        let at = self
            .questions
            .iter()
            .position(|(_, question)| question == GREETING)?;
        let (place, _) = self.questions.remove(at)?;
        let rows = Rows(vec![vec![Some(greeting.version.clone())]]);
        Some(Step::Answer(place, Outcome::Got(Answer::Rows(rows))))
    }

    /// Asks for TLS, where it is wanted and to be had.
    fn greet(&mut self, greeting: Greeting) -> Result<Step, TransportError> {
        let can = greeting.abilities & WITH_TLS != 0;
        match (self.tls, can) {
            (TlsMode::Disable, _) | (TlsMode::Prefer, false) => self.log_in(&greeting, 0),
            (_, false) => Err(
                TransportError::new("no-tls", "the server does not encrypt connections")
                    .help("give it a certificate, or write ?sslmode=disable"),
            ),
            (_, true) => {
                self.state = State::Encrypting(greeting);
                let request = self.head(WITH_TLS);
                Ok(Step::Send(self.packets.write(&request)))
            }
        }
    }

    /// What a login and the request for TLS begin with.
    fn head(&self, with: u32) -> Vec<u8> {
        let database = if self.login.database.is_some() {
            WITH_DATABASE
        } else {
            0
        };
        let abilities = (ABILITIES | database | with).to_le_bytes();
        [&abilities[..], &MAX_PACKET.to_le_bytes(), &[CHARACTERS], &[0; 23]].concat()
    }

    fn log_in(&mut self, greeting: &Greeting, with: u32) -> Result<Step, TransportError> {
        let plugin = match greeting.plugin.as_str() {
            known @ ("caching_sha2_password" | "mysql_native_password") => known,
            // The server names the way of the account then.
            _ => "mysql_native_password",
        };
        let response = self.response(plugin, &greeting.scramble)?;
        let mut body = self.head(with);
        body.extend(self.login.user.bytes().filter(|byte| *byte != 0));
        body.push(0);
        body.push(u8::try_from(response.len()).unwrap_or(0));
        body.extend(response);
        for text in self.login.database.as_deref().into_iter().chain([plugin]) {
            body.extend(text.bytes().filter(|byte| *byte != 0));
            body.push(0);
        }
        self.state = State::SaidPassword {
            plugin: plugin.to_owned(),
            scramble: greeting.scramble.clone(),
        };
        Ok(Step::Send(self.packets.write(&body)))
    }

    /// What shows that the password is known, without the password.
    fn response(&self, plugin: &str, scramble: &[u8]) -> Result<Vec<u8>, TransportError> {
        let Some(password) = self
            .login
            .password
            .as_ref()
            .filter(|password| !password.bytes().is_empty())
        else {
            return Ok(Vec::new());
        };
        match plugin {
            "mysql_native_password" => Ok(native(password, scramble)),
            "caching_sha2_password" => Ok(caching_sha2(password, scramble)),
            "mysql_clear_password" => self.in_clear(),
            other => Err(TransportError::new(
                "login-unsupported",
                format!(
                    "the account logs in by {}, which parity does not speak",
                    super::said(other)
                ),
            )
            .help("give parity an account with mysql_native_password or caching_sha2_password")),
        }
    }

    /// The password itself, where nobody can read along.
    fn in_clear(&self) -> Result<Vec<u8>, TransportError> {
        let Some(password) = &self.login.password else {
            return Err(needs_password(ServerKind::Mysql));
        };
        match self.channel.keeps_secrets() {
            true => Ok([password.bytes(), &[0]].concat()),
            false => Err(would_be_read(self.channel)),
        }
    }

    fn hear_login(
        &mut self,
        plugin: String,
        scramble: Vec<u8>,
        body: &[u8],
    ) -> Result<Option<Step>, TransportError> {
        match Said::read(body) {
            Said::Fine => {
                self.state = State::Beginning(Answering::default());
                Ok(Some(Step::Send(self.packets.question(BEGIN))))
            }
            Said::Wrong(wrong) => Err(wrong.refusal(self.login.password.is_some())),
            Said::Another { plugin, scramble } => {
                let response = self.response(&plugin, &scramble)?;
                self.state = State::SaidPassword { plugin, scramble };
                Ok(Some(Step::Send(self.packets.write(&response))))
            }
            Said::More(more) if plugin == "caching_sha2_password" => {
                self.state = State::SaidPassword { plugin, scramble };
                match more {
                    // It has seen this password before.
                    [3] => Ok(None),
                    // It wants the password itself.
                    [4] => {
                        let password = self.in_clear()?;
                        Ok(Some(Step::Send(self.packets.write(&password))))
                    }
                    _ => Err(nonsense(
                        ServerKind::Mysql,
                        "a step of the login that there is not",
                    )),
                }
            }
            _ => Err(nonsense(ServerKind::Mysql, "an answer to the login")),
        }
    }

    fn hear(&mut self, body: &[u8]) -> Result<Option<Step>, TransportError> {
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Begin => {
                let greeting = match Said::read(body) {
                    Said::Wrong(wrong) => return Err(wrong.refusal(true)),
                    _ => Greeting::read(body).ok_or_else(|| nonsense(ServerKind::Mysql, "its greeting"))?,
                };
                let answer = self.answer_greeting(&greeting);
                self.state = State::Greeted(greeting);
                Ok(answer)
            }
            State::SaidPassword { plugin, scramble } => self.hear_login(plugin, scramble, body),
            State::Beginning(mut answering) => {
                if answering.take(body)?.is_none() {
                    self.state = State::Beginning(answering);
                }
                Ok(None)
            }
            State::Hearing(at, mut answering) => match answering.take(body)? {
                Some(outcome) => Ok(Some(Step::Answer(at, outcome))),
                None => {
                    self.state = State::Hearing(at, answering);
                    Ok(None)
                }
            },
            State::Ready | State::Greeted(_) | State::Encrypting(_) => {
                Err(nonsense(ServerKind::Mysql, "an answer to nothing"))
            }
        }
    }
}

impl Talk for Mysql {
    fn ask(&mut self, question: &str) {
        self.questions.push_back((self.asked, question.to_owned()));
        self.asked += 1;
    }

    fn take(&mut self, bytes: &[u8]) {
        self.packets.take(bytes);
    }

    fn encrypted(&mut self, channel: Channel) {
        self.channel = channel;
    }

    fn step(&mut self) -> Result<Step, TransportError> {
        loop {
            match std::mem::replace(&mut self.state, State::Ready) {
                State::Greeted(greeting) => return self.greet(greeting),
                // Asked once, it is told that it may begin, and then it has begun.
                State::Encrypting(greeting) if self.tls != TlsMode::Disable => {
                    if !self.packets.is_empty() {
                        return Err(nonsense(ServerKind::Mysql, "more than its greeting before TLS"));
                    }
                    self.tls = TlsMode::Disable;
                    self.state = State::Encrypting(greeting);
                    return Ok(Step::Encrypt);
                }
                State::Encrypting(greeting) => return self.log_in(&greeting, WITH_TLS),
                State::Ready => {
                    if let Some((at, question)) = self.questions.pop_front() {
                        self.state = State::Hearing(at, Answering::default());
                        return Ok(Step::Send(self.packets.question(&question)));
                    }
                    if self.packets.is_empty() {
                        return Ok(Step::Rest);
                    }
                }
                state => self.state = state,
            }
            let Some(body) = self.packets.next()? else {
                return Ok(Step::Wait);
            };
            if let Some(step) = self.hear(&body)? {
                return Ok(step);
            }
        }
    }
}

/// SHA1(password) XOR SHA1(scramble, SHA1(SHA1(password))).
fn native(password: &Password, scramble: &[u8]) -> Vec<u8> {
    let sha1 = |text: &[u8]| digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text);
    let once = sha1(password.bytes());
    let twice = sha1(once.as_ref());
    let other = sha1(&[scramble, twice.as_ref()].concat());
    xor(once, other)
}

/// SHA256(password) XOR SHA256(SHA256(SHA256(password)), scramble).
fn caching_sha2(password: &Password, scramble: &[u8]) -> Vec<u8> {
    let sha256 = |text: &[u8]| digest::digest(&digest::SHA256, text);
    let once = sha256(password.bytes());
    let twice = sha256(once.as_ref());
    let other = sha256(&[twice.as_ref(), scramble].concat());
    xor(once, other)
}

fn xor(one: Digest, other: Digest) -> Vec<u8> {
    one.as_ref()
        .iter()
        .zip(other.as_ref())
        .map(|(a, b)| a ^ b)
        .collect()
}
