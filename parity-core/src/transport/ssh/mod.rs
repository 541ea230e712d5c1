//! Remote hosts and containers: one shell elsewhere reads one script and answers everything a round asks for.
//!
//! The user's own program (`ssh`, `docker`, `kubectl`) [carries](Carrier) our lines to a `/bin/sh`. What comes back is
//! framed by a random nonce; whatever else a login writes is ignored, and what is not complete is not believed.

use std::time::Duration;

use super::{Deadline, Transport, TransportError};
use crate::answer::{Answer, Failure, Outcome};
use crate::need::Need;
use crate::snapshot::Problem;

mod carrier;
mod diagnose;
mod frame;
mod host;
mod listing;
mod program;
mod reading;
mod script;
mod session;
#[cfg(test)]
mod tests;

pub use carrier::{Carrier, SshOptions};
pub use host::{HostError, SshHost};
pub use program::{address as ssh_address, check as check_ssh};
pub use script::script_for;

use reading::Reading;
use session::Session;

/// Before the one further attempt.
const PAUSE: Duration = Duration::from_millis(200);

/// A host, through the user's own `ssh`.
#[derive(Debug)]
pub struct Ssh(Remote);

impl Ssh {
    /// The host, asked until the deadline. Nothing is started before the first question.
    pub fn new(host: &SshHost, options: &SshOptions, deadline: impl Into<Deadline>) -> Ssh {
        let mut remote = Remote::new(Carrier::ssh(host, options), options.stdout_cap, deadline);
        remote.sudo = options.sudo;
        Ssh(remote)
    }
}

impl Transport for Ssh {
    fn notes(&self) -> Vec<Problem> {
        self.0.notes().to_vec()
    }

    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        self.0.ask(needs)
    }
}

/// Whatever a [`Carrier`] leads to.
#[derive(Debug)]
pub struct Remote {
    carrier: Carrier,
    cap: u64,
    deadline: Deadline,
    sudo: bool,
    session: Option<Session>,
    rounds: u32,
    next_section: u32,
    notes: Vec<Problem>,
}

impl Remote {
    /// The target of this carrier, asked until the deadline, for at most `cap` bytes of output.
    pub fn new(carrier: Carrier, cap: u64, deadline: impl Into<Deadline>) -> Remote {
        Remote {
            carrier,
            cap,
            deadline: deadline.into(),
            sudo: false,
            session: None,
            rounds: 0,
            next_section: 0,
            notes: Vec::new(),
        }
    }

    /// Starts a session where there is none, and puts these lines to it; a session that is over stays over.
    fn put(&mut self, text: &str, round: u32) -> Result<Option<TransportError>, TransportError> {
        let mut text = text.to_owned();
        let session = match self.session.as_mut() {
            Some(session) => session,
            None if self.deadline.interrupted() => {
                return Err(diagnose::interrupted(&self.carrier.name));
            }
            None => {
                let session = Session::start(&self.carrier, self.cap, &self.deadline)?;
                text.insert_str(0, &script::prelude(&session.key));
                self.session.insert(session)
            }
        };
        let before = session.output.sections.len();
        let Err(ended) = session.exchange(text, round, &self.deadline) else {
            return Ok(None);
        };
        let error = diagnose::error(&self.carrier, session, &ended);
        if session.output.sections.len() > before {
            Ok(Some(error))
        } else {
            Err(error)
        }
    }

    /// Asks for the alternatives that were passed over; where they give nothing either, the reason stays as it was.
    fn ask_further(
        &mut self,
        needs: &[Need],
        passed_over: Vec<(usize, Vec<usize>)>,
        outcomes: &mut [Outcome<Answer>],
    ) {
        let rest = |at: &usize, passed: &[usize]| match needs.get(*at) {
            Some(Need::FirstOf(all)) => passed
                .iter()
                .filter_map(|which| all.get(*which).cloned())
                .collect(),
            _ => Vec::new(),
        };
        let further: Vec<Need> = passed_over
            .iter()
            .map(|(at, passed)| Need::FirstOf(rest(at, passed)))
            .collect();
        if further.is_empty() {
            return;
        }
        let Ok(answers) = self.ask(&further) else { return };
        for ((at, passed), answer) in passed_over.into_iter().zip(answers) {
            if let (Outcome::Got(Answer::One(which, answer)), Some(outcome)) = (answer, outcomes.get_mut(at))
                && let Some(which) = passed.get(which)
            {
                *outcome = Outcome::Got(Answer::One(*which, answer));
            }
        }
    }

    fn greet(&mut self) {
        let Some(session) = &self.session else { return };
        let hello = session.output.hello.as_ref();
        if self.sudo && hello.is_some_and(|hello| hello.uid != "0") {
            let said = diagnose::first_line(&session.errors.noise());
            self.note(
                "sudo-refused",
                format!("sudo without a password is refused, read as an ordinary user: {said}"),
            );
        }
    }

    fn note(&mut self, code: &str, message: String) {
        self.notes
            .push(Problem::new(code, message).at(self.carrier.name.clone()));
    }
}

impl Transport for Remote {
    fn notes(&self) -> Vec<Problem> {
        self.notes.clone()
    }

    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let number = self.rounds + 1;
        let round = script::round(needs, number, &mut self.next_section);
        self.rounds = number;
        let before = self
            .session
            .as_ref()
            .map_or(0, |session| session.output.sections.len());
        let ended = match self.put(&round.text, number) {
            Err(error) if error.code == "closed-before-auth" && self.deadline.left() > PAUSE => {
                self.session = None;
                std::thread::sleep(PAUSE);
                let ended = self.put(&round.text, number)?;
                self.note("second-attempt", format!("the first attempt failed: {error}"));
                ended
            }
            result => result?,
        };
        if number == 1 {
            self.greet();
        }
        let missing = match &ended {
            Some(error) => {
                self.note(error.code, error.message.clone());
                let code = match error.code {
                    code @ ("timed-out" | "interrupted") => code,
                    _ => "incomplete",
                };
                Failure::new(code, error.message.clone())
            }
            None => Failure::new("incomplete", "the host did not answer this"),
        };
        let Some(session) = &self.session else {
            return Err(TransportError::new("protocol", "there is no session"));
        };
        let counted = session.output.done.map(|(_, count)| count);
        let received = session.output.sections.len() - before;
        if session.output.broken || ended.is_none() && counted != Some(received) {
            let message = format!("{}: the answers do not follow from each other", self.carrier.name);
            return Err(TransportError::new("protocol", message));
        }
        let reading = Reading {
            root: &session.key.root,
            output: &session.output.sections,
            errors: &session.errors.sections,
            hello: session.output.hello.as_ref(),
            missing,
        };
        let mut outcomes = Vec::new();
        let mut passed_over = Vec::new();
        for (at, step) in round.steps.iter().enumerate() {
            let outcome = reading.outcome(step);
            let passed = reading.passed_over(step, &outcome);
            if ended.is_none() && !passed.is_empty() {
                passed_over.push((at, passed));
            }
            outcomes.push(outcome);
        }
        self.ask_further(needs, passed_over, &mut outcomes);
        Ok(outcomes)
    }
}
