use parity_core::answer::{Answer, Entries, Entry, EntryKind, Outcome};
use parity_core::collect::collect;
use parity_core::fact::{FactId, State, Value};
use parity_core::need::Need;
use parity_core::snapshot::Snapshot;
use parity_core::transport::{Transport, TransportError};

use super::PROBE;

/// A Debian host with these packages, where these programs run; `None` for a root file system.
struct Host {
    packages: Vec<(&'static str, &'static str)>,
    running: Option<Vec<&'static str>>,
    files: Vec<&'static str>,
    hidden: bool,
}

impl Host {
    fn of(packages: &[(&'static str, &'static str)]) -> Host {
        Host {
            packages: packages.to_vec(),
            running: None,
            files: Vec::new(),
            hidden: false,
        }
    }

    fn running(mut self, programs: &[&'static str]) -> Host {
        self.running = Some(programs.to_vec());
        self
    }

    fn files(mut self, files: &[&'static str]) -> Host {
        self.files = files.to_vec();
        self
    }

    fn answer(&self, need: &Need) -> Outcome<Answer> {
        match need {
            Need::FirstOf(_) => {
                let stanza = |(name, version): &(&str, &str)| {
                    format!(
                        "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"
                    )
                };
                let status: String = self.packages.iter().map(stanza).collect();
                Outcome::Got(Answer::One(0, Box::new(Answer::Bytes(status.into_bytes()))))
            }
            Need::Glob { pattern, .. } if pattern == "proc/*/exe" => match &self.running {
                None => Outcome::Absent,
                Some(programs) => {
                    let mut found = entries(
                        &(1..=programs.len())
                            .map(|id| format!("proc/{id}/exe"))
                            .collect::<Vec<_>>(),
                    );
                    for (entry, program) in found.entries.iter_mut().zip(programs) {
                        entry.link = Some((*program).to_owned());
                    }
                    if self.hidden {
                        found.skipped.push(parity_core::answer::Skipped {
                            path: "proc/99/exe".into(),
                            reason: "permission denied".into(),
                        });
                    }
                    Outcome::Got(Answer::Entries(found))
                }
            },
            Need::Glob { pattern, .. } => {
                let start = pattern.split('*').next().unwrap_or_default();
                let files: Vec<_> = self.files.iter().filter(|file| file.starts_with(start)).collect();
                match files.is_empty() {
                    true => Outcome::Absent,
                    false => Outcome::Got(Answer::Entries(entries(&files))),
                }
            }
            _ => Outcome::Absent,
        }
    }

    fn observe(mut self) -> Snapshot {
        collect("x", "2026-01-01T00:00:00Z", &mut self, &[PROBE]).snapshot
    }
}

fn entries<T: ToString>(paths: &[T]) -> Entries {
    let entry = |path: &T| Entry {
        path: path.to_string(),
        kind: EntryKind::File,
        mode: 0o755,
        size: 0,
        link: None,
        content: None,
    };
    Entries {
        entries: paths.iter().map(entry).collect(),
        skipped: Vec::new(),
    }
}

impl Transport for Host {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        Ok(needs.iter().map(|need| self.answer(need)).collect())
    }
}

fn state(snapshot: &Snapshot, name: &'static str, service: &str) -> State {
    snapshot.state(&FactId::keyed(name, service))
}

fn value(snapshot: &Snapshot, name: &'static str, service: &str) -> Value {
    state(snapshot, name, service).value().unwrap().clone()
}

const TWO: [(&str, &str); 3] = [
    ("postgresql", "15+248"),
    ("postgresql-13", "13.16-0+deb11u1"),
    ("postgresql-15", "15.18-0+deb12u1"),
];

#[test]
fn a_running_host_and_its_files_give_the_same_version() {
    let offline = Host::of(&TWO).observe();
    let live = Host::of(&TWO)
        .running(&["/usr/lib/postgresql/15/bin/postgres"])
        .observe();
    let both = Value::set(["13.16", "15.18"]);
    assert_eq!(value(&offline, "service.version", "postgresql"), both);
    assert_eq!(value(&live, "service.version", "postgresql"), both);
    assert_eq!(
        value(&live, "service.running-version", "postgresql"),
        Value::from("15.18")
    );
    assert!(matches!(
        state(&offline, "service.running-version", "postgresql"),
        State::Unknown(_)
    ));
    assert_eq!(
        value(&live, "service.package", "postgresql"),
        Value::set(["postgresql-13", "postgresql-15"])
    );
}

#[test]
fn the_version_with_a_cluster_counts() {
    let files = ["etc/postgresql/13/main/postgresql.conf"];
    let snapshot = Host::of(&TWO).files(&files).observe();
    assert_eq!(
        value(&snapshot, "service.version", "postgresql"),
        Value::from("13.16")
    );
}

#[test]
fn a_stopped_service_does_not_run_and_a_hidden_one_is_not_known() {
    let packages = [
        ("nginx", "1.22.1-9"),
        ("redis-server", "5:7.0.15-1~deb12u7"),
        ("rabbitmq-server", "3.10.8-1"),
    ];
    let programs = ["/usr/sbin/nginx (deleted)", "/usr/sbin/sshd"];
    let seen = Host::of(&packages).running(&programs).observe();
    assert_eq!(
        value(&seen, "service.running-version", "nginx"),
        Value::from("1.22.1")
    );
    assert_eq!(state(&seen, "service.running-version", "redis"), State::Absent);
    assert_eq!(value(&seen, "service.version", "redis"), Value::from("7.0.15"));
    assert!(matches!(
        state(&seen, "service.running-version", "sshd"),
        State::Unknown(_)
    ));
    let mut host = Host::of(&packages).running(&programs);
    host.hidden = true;
    let hidden = host.observe();
    assert_eq!(
        state(&hidden, "service.running-version", "redis"),
        State::NotPermitted
    );
}

#[test]
fn mysqld_is_the_server_that_is_installed() {
    let maria = Host::of(&[("mariadb-server", "1:10.5.23-0+deb11u1")]);
    let maria = maria.running(&["/usr/sbin/mysqld"]).observe();
    let running = value(&maria, "service.running-version", "mariadb");
    assert!(running.as_text().is_some());
    assert_eq!(state(&maria, "service.running-version", "mysql"), State::Absent);
}

#[test]
fn a_program_without_a_package_has_no_known_version() {
    let snapshot = Host::of(&[])
        .files(&["usr/local/bin/redis-server", "usr/local/bin/other"])
        .observe();
    assert!(matches!(
        state(&snapshot, "service.version", "redis"),
        State::Unknown(_)
    ));
    assert_eq!(state(&snapshot, "service.version", "nginx"), State::Absent);
}

#[test]
fn a_broken_database_is_not_an_empty_one() {
    struct Broken;
    impl Transport for Broken {
        fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
            let answer = |need: &Need| match need {
                Need::FirstOf(_) => Outcome::Got(Answer::One(
                    0,
                    Box::new(Answer::Bytes(b"Package: nginx\nVersi".to_vec())),
                )),
                _ => Outcome::Absent,
            };
            Ok(needs.iter().map(answer).collect())
        }
    }
    let snapshot = collect("x", "2026-01-01T00:00:00Z", &mut Broken, &[PROBE]).snapshot;
    assert!(matches!(
        state(&snapshot, "service.version", "nginx"),
        State::Unknown(_)
    ));
}
