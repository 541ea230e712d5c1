//! Recorded conversations with real servers of Debian's packages: whole, in any pieces, cut and damaged.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads fixtures"
)]

use std::fs;
use std::path::PathBuf;

use parity_core::answer::{Answer, Outcome};
use parity_core::collect::{Collected, collect};
use parity_core::need::Need;
use parity_core::probe::{Probe, Subject};
use parity_core::server::{ServerKind, TlsMode};
use parity_core::snapshot::Snapshot;
use parity_core::talk::{self, Channel, Login, Password, Step, Talk};
use parity_core::transport::{Transport, TransportError};
use proptest::prelude::*;

/// Both halves of a conversation.
struct Recording {
    kind: ServerKind,
    client: Vec<u8>,
    server: Vec<u8>,
}

fn recording(name: &str) -> Recording {
    let read = |end: &str| {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        fs::read(root.join(format!("../fixtures/transcripts/{name}.{end}"))).unwrap()
    };
    let kind = match name.split('-').next() {
        Some("postgresql") => ServerKind::Postgresql,
        Some("mariadb") => ServerKind::Mysql,
        _ => ServerKind::Redis,
    };
    Recording {
        kind,
        client: read("client"),
        server: read("server"),
    }
}

/// The number that was used once, out of what the client said.
fn nonce(client: &[u8]) -> String {
    let text = String::from_utf8_lossy(client);
    let after = text.split_once("n,,n=,r=").map(|(_, after)| after);
    after
        .map(|after| after.chars().take_while(char::is_ascii_hexdigit).collect())
        .unwrap_or_default()
}

/// Answers by what a server once sent.
struct Transcript {
    kind: ServerKind,
    talk: Box<dyn Talk>,
    server: Vec<u8>,
    chunk: usize,
    sent: Vec<u8>,
    asked: usize,
}

impl Transcript {
    fn of(recording: &Recording, user: &str, password: Option<&str>, chunk: usize) -> Transcript {
        let login = Login {
            user: user.to_owned(),
            password: password.map(Password::new),
            database: (recording.kind == ServerKind::Postgresql).then(|| "shop".to_owned()),
            nonce: nonce(&recording.client),
        };
        Transcript {
            kind: recording.kind,
            talk: talk::with(recording.kind, login, TlsMode::Disable, Channel::Local),
            server: recording.server.clone(),
            chunk,
            sent: Vec::new(),
            asked: 0,
        }
    }

    fn answers(&mut self, questions: usize) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let mut answers = vec![Outcome::failed("incomplete", "no answer"); questions];
        loop {
            match self.talk.step()? {
                Step::Send(bytes) => self.sent.extend(bytes),
                Step::Wait if self.server.is_empty() => return Err(TransportError::new("ended", "it ended")),
                Step::Wait => {
                    let rest = self.server.split_off(self.chunk.min(self.server.len()));
                    self.talk.take(&std::mem::replace(&mut self.server, rest));
                }
                Step::Answer(at, answer) => {
                    if let Some(place) = at.checked_sub(self.asked).and_then(|at| answers.get_mut(at)) {
                        *place = answer;
                    }
                }
                Step::Encrypt => return Err(TransportError::new("tls", "nothing was recorded of TLS")),
                Step::Rest => {
                    self.asked += questions;
                    return Ok(answers);
                }
            }
        }
    }
}

impl Transport for Transcript {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let kind = self.kind;
        let is_asked = |need: &Need| matches!(need, Need::Query { server, .. } if *server == kind);
        for need in needs {
            if let Need::Query { text, server } = need
                && *server == kind
            {
                self.talk.ask(text);
            }
        }
        let mut answers = self
            .answers(needs.iter().filter(|need| is_asked(need)).count())?
            .into_iter();
        let answer = |need: &Need| match is_asked(need) {
            true => answers.next().unwrap(),
            false => Outcome::NotApplicable,
        };
        Ok(needs.iter().map(answer).collect())
    }
}

fn observe(transcript: &mut Transcript) -> Collected {
    let probes = parity_probes::probes();
    let probes: Vec<&dyn Probe> = probes
        .iter()
        .map(AsRef::as_ref)
        .filter(|probe| probe.manifest().subject == Subject::Server)
        .collect();
    collect("server", "2026-01-01T00:00:00Z", transcript, &probes)
}

/// What a recording tells, told the same in pieces of any size, by the same words of ours.
fn seen(name: &str, user: &str) -> Snapshot {
    let recording = recording(name);
    let mut snapshots = [1, 7, 16].map(|chunk| {
        let mut transcript = Transcript::of(&recording, user, Some("transcript"), chunk);
        let collected = observe(&mut transcript);
        assert!(collected.failure.is_none(), "{name}: {:?}", collected.failure);
        let farewell = recording.client.strip_prefix(transcript.sent.as_slice());
        assert!(
            farewell.is_some(),
            "{name}: what is asked has changed: record it again"
        );
        let text = collected.snapshot.to_json();
        assert!(!text.contains("transcript"), "{name}: a password is told");
        collected.snapshot
    });
    assert!(snapshots.windows(2).all(|pair| pair[0].id == pair[1].id));
    let [last, ..] = &mut snapshots;
    last.clone()
}

fn told(snapshot: &Snapshot, id: &str) -> String {
    snapshot.state(&id.parse().unwrap()).to_string()
}

#[test]
fn postgresql_tells_a_role_what_it_may_see() {
    let role = seen("postgresql-15-role", "parity");
    for (id, value) in [
        ("service.version[postgresql]", "15.18"),
        ("service.running[postgresql]", "true"),
        ("service.version[nginx]", "absent"),
        ("listen[tcp/54329]", "127.0.0.1"),
        ("postgresql.setting[password_encryption]", "scram-sha-256"),
        ("postgresql.setting[rds.force_ssl]", "absent"),
        ("postgresql.extension[pg_trgm]", "pg_available_extensions"),
        ("postgresql.extension[vector]", "absent"),
        ("postgresql.extension-version[pg_trgm]", "1.6"),
        ("postgresql.extension-version[hstore]", "absent"),
        ("postgresql.schema-create[public]", "pg_database_owner"),
        ("postgresql.collation-version[shop]", "2.36"),
        ("postgresql.collation-actual[shop]", "2.36"),
        ("config.postgresql-hba[any]", "not permitted"),
    ] {
        assert_eq!(told(&role, id), value, "{id}");
    }
    let superuser = seen("postgresql-15-superuser", "postgres");
    assert_eq!(
        told(&superuser, "postgresql.extension[pg_trgm]"),
        "/usr/share/postgresql/15/extension"
    );
    let rules: Vec<_> = superuser.family("config.postgresql-hba").collect();
    assert!(
        rules[1]
            .state
            .to_string()
            .starts_with("local all all scram-sha-256, host all all 127.0.0.1/32")
    );
}

#[test]
fn mariadb_tells_its_settings_and_to_some_how_accounts_log_in() {
    let account = seen("mariadb-10.11-account", "parity");
    for (id, value) in [
        ("service.version[mariadb]", "10.11.19"),
        ("service.version[mysql]", "absent"),
        ("listen[tcp/33069]", "127.0.0.1"),
        ("mysql.setting[account_plugins]", "not permitted"),
        ("mysql.setting[require_secure_transport]", "OFF"),
        ("mysql.setting[skip_ssl]", "absent"),
    ] {
        assert_eq!(told(&account, id), value, "{id}");
    }
    assert!(told(&account, "mysql.setting[sql_mode]").contains("STRICT_TRANS_TABLES"));
    let plugins = seen("mariadb-10.11-plugins", "acc");
    assert_eq!(
        told(&plugins, "mysql.setting[account_plugins]"),
        "mysql_native_password"
    );
}

#[test]
fn redis_tells_its_version_and_settings() {
    let redis = seen("redis-7.0", "");
    assert_eq!(told(&redis, "service.version[redis]"), "7.0.15");
    assert_eq!(told(&redis, "listen[tcp/63799]"), "127.0.0.1");
    assert_eq!(told(&redis, "redis.setting[maxmemory-policy]"), "noeviction");
}

#[test]
fn who_is_refused_sees_nothing_that_is_certain() {
    for (name, user, password) in [
        ("postgresql-15-refused", "parity", Some("wrong")),
        ("mariadb-10.11-refused", "parity", Some("wrong")),
        ("redis-7.0-refused", "", None),
    ] {
        let collected = observe(&mut Transcript::of(&recording(name), user, password, 10));
        assert_eq!(collected.failure.unwrap().code, "login-refused", "{name}");
        assert!(collected.snapshot.is_blind(), "{name}");
        assert_eq!(
            told(&collected.snapshot, "service.version[redis]"),
            "not permitted"
        );
    }
}

const NAMES: [(&str, &str); 3] = [
    ("postgresql-15-superuser", "postgres"),
    ("mariadb-10.11-plugins", "acc"),
    ("redis-7.0", ""),
];

/// Cut short there is no answer to the round: nothing is certain, and least of all absent.
#[test]
fn what_is_cut_is_not_known() {
    for (name, user) in NAMES {
        let mut recording = recording(name);
        let length = recording.server.len();
        for end in (0..length - 1).step_by(97) {
            recording.server.truncate(length - 1 - end);
            let collected = observe(&mut Transcript::of(&recording, user, Some("transcript"), 16));
            assert!(collected.failure.is_some(), "{name} {end}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_damaged_does_not_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        for (name, user) in NAMES {
            let mut recording = recording(name);
            for (at, byte) in &damage {
                let at = at.index(recording.server.len());
                recording.server[at] = *byte;
            }
            let collected = observe(&mut Transcript::of(&recording, user, Some("transcript"), 16));
            prop_assert!(collected.snapshot.problems.iter().all(|problem| problem.code != "probe-panicked"));
        }
    }
}
