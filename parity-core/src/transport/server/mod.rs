//! Servers over the wire: one connection for all rounds, within one deadline.

mod credentials;
mod stream;
mod trust;

use std::collections::BTreeMap;
use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};

pub use credentials::Credentials;
use stream::Stream;

use super::{Deadline, Transport, TransportError};
use crate::answer::{Answer, Outcome};
use crate::need::Need;
use crate::server::{Endpoint, ServerAddress, ServerKind, TlsMode};
use crate::snapshot::Problem;
use crate::talk::{self, Channel, Login, Step, Talk};

/// Answers [`Need::Query`] by a server, and nothing else.
pub struct Server {
    address: ServerAddress,
    credentials: Credentials,
    deadline: Deadline,
    connection: Option<Connection>,
    /// How many questions were put so far.
    asked: usize,
    broken: Option<TransportError>,
    notes: Vec<Problem>,
}

struct Connection {
    stream: Stream,
    talk: Box<dyn Talk>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.address.to_string()).finish()
    }
}

impl Server {
    /// The server at this address, asked until the deadline. It is contacted by the first question.
    pub fn new(address: ServerAddress, credentials: Credentials, deadline: impl Into<Deadline>) -> Server {
        Server {
            address,
            credentials,
            deadline: deadline.into(),
            connection: None,
            asked: 0,
            broken: None,
            notes: Vec::new(),
        }
    }

    /// How the connection is protected: as the address says, as the user's own settings say, or as can be had (as in libpq). On one's own
    /// machine nothing is gained by encrypting, but that MySQL takes some passwords over encrypted connections only.
    fn tls(&self) -> TlsMode {
        let is_plain_enough = self.address.is_of_this_machine() && self.address.kind != ServerKind::Mysql;
        let wanted = self
            .address
            .tls
            .or(self.credentials.tls)
            .unwrap_or(TlsMode::Prefer);
        match (wanted, &self.address.endpoint) {
            (_, Endpoint::Unix(_)) => TlsMode::Disable,
            (TlsMode::Prefer, _) if is_plain_enough => TlsMode::Disable,
            (wanted, _) => wanted,
        }
    }

    /// The one connection of this run: servers count those that break off (`max_connect_errors` of MySQL), so there is no second.
    fn connection(&mut self) -> Result<&mut Connection, TransportError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        match self.connection.take() {
            Some(connection) => Ok(self.connection.insert(connection)),
            None => self.connect(),
        }
    }

    fn connect(&mut self) -> Result<&mut Connection, TransportError> {
        let stream = Stream::connect(&self.address.endpoint, &self.deadline)?;
        let channel = match self.address.is_of_this_machine() {
            true => Channel::Local,
            false => Channel::Plain,
        };
        let login = Login {
            user: self.credentials.user.clone(),
            password: self.credentials.password.clone(),
            database: self.address.database.clone(),
            nonce: nonce()?,
        };
        let talk = talk::with(self.address.kind, login, self.tls(), channel);
        Ok(self.connection.insert(Connection { stream, talk }))
    }

    /// Puts these questions. What was answered before the conversation broke counts.
    fn converse(&mut self, questions: &[&str]) -> (BTreeMap<usize, Outcome<Answer>>, Option<TransportError>) {
        let first = self.asked;
        let mut answers = BTreeMap::new();
        let ended = self.put(questions, |at, answer| {
            answers.insert(at.saturating_sub(first), answer);
        });
        self.asked += questions.len();
        self.broken = ended.err();
        (answers, self.broken.clone())
    }

    fn put(
        &mut self,
        questions: &[&str],
        mut answered: impl FnMut(usize, Outcome<Answer>),
    ) -> Result<(), TransportError> {
        let verify = self.tls() == TlsMode::VerifyFull;
        let is_local = self.address.is_of_this_machine();
        let (endpoint, deadline) = (self.address.endpoint.clone(), self.deadline.clone());
        let Connection { stream, talk } = self.connection()?;
        for question in questions {
            talk.ask(question);
        }
        loop {
            match talk.step()? {
                Step::Send(bytes) => stream.send(&bytes, &deadline)?,
                Step::Wait => talk.take(&stream.receive(&deadline)?),
                Step::Encrypt => {
                    stream.encrypt(&endpoint, verify, &deadline)?;
                    talk.encrypted(match (verify, is_local) {
                        (true, _) => Channel::Verified,
                        (false, true) => Channel::Local,
                        (false, false) => Channel::Encrypted,
                    });
                }
                Step::Answer(at, answer) => answered(at, answer),
                Step::Rest => return Ok(()),
            }
        }
    }
}

impl Transport for Server {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let kind = self.address.kind;
        let question = |need: &Need| match need {
            Need::Query { server, text } if *server == kind => Some(text.clone()),
            _ => None,
        };
        let texts: Vec<Option<String>> = needs.iter().map(question).collect();
        let questions: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
        if questions.is_empty() {
            return Ok(needs.iter().map(|_| Outcome::NotApplicable).collect());
        }
        let (answers, broken) = self.converse(&questions);
        if let (true, Some(error)) = (answers.is_empty(), &broken) {
            return Err(error.clone());
        }
        let unanswered = || match &broken {
            Some(error) => Outcome::Failed(error.failure()),
            None => Outcome::failed("incomplete", "no answer came"),
        };
        self.notes.extend(broken.as_ref().map(TransportError::problem));
        let mut asked = 0..;
        let outcomes = texts.iter().map(|text| match text {
            Some(_) => asked
                .next()
                .and_then(|at| answers.get(&at).cloned())
                .unwrap_or_else(unanswered),
            None => Outcome::NotApplicable,
        });
        Ok(outcomes.collect())
    }

    fn notes(&self) -> Vec<Problem> {
        self.credentials
            .notes
            .iter()
            .chain(&self.notes)
            .cloned()
            .collect()
    }
}

/// 24 bytes that nobody can guess, as printable ASCII without a comma.
fn nonce() -> Result<String, TransportError> {
    let mut bytes = [0; 24];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| TransportError::new("no-random", "the operating system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
