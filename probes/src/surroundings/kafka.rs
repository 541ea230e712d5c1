//! Where Kafka sends clients that asked it for its brokers: <https://kafka.apache.org/documentation/#brokerconfigs_advertised.listeners>.
//!
//! An archive of Kafka has several files of settings beside each other: only the one that a unit starts the broker with counts.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{document, documents, statements};
use crate::systemd::parse::{assignments, words};

const UNITS: [&str; 3] = [
    "etc/systemd/system/*kafka*.service",
    "lib/systemd/system/*kafka*.service",
    "usr/lib/systemd/system/*kafka*.service",
];

const FAMILY: &[&str] = &["kafka.advertised-loopback"];

fn unit(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(256 << 10))
}

pub(super) fn needs() -> Vec<Need> {
    UNITS.map(unit).into()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let mut files = BTreeSet::new();
    for pattern in UNITS {
        for file in documents(answers, &unit(pattern), FAMILY, out) {
            files.extend(settings(&file.text));
        }
    }
    let mut ports = BTreeSet::new();
    let mut origin = None;
    for path in files {
        let need = Need::file_up_to(path.trim_start_matches('/'), 1 << 20);
        if !answers.has(&need) {
            out.ask(need);
        } else if let Some(file) = document(answers, &need, FAMILY, out) {
            let found = to_itself(&file.text);
            if !found.is_empty() {
                ports.extend(found.into_iter().map(|port| port.to_string()));
                origin = Some(Origin::file(file.path.to_string()));
            }
        }
    }
    if let Some(origin) = origin {
        out.value("kafka.advertised-loopback", Value::set(ports), origin);
    }
}

/// The file of settings that a unit starts a broker with.
fn settings(unit: &str) -> Option<String> {
    let assignments = assignments(unit);
    let start = assignments.iter().rfind(|it| it.name == "ExecStart")?;
    let words = words(&start.value);
    let is_broker = words
        .iter()
        .any(|word| word.contains("kafka-server-start") || word.contains("kafka.Kafka"));
    let file = words
        .into_iter()
        .find(|word| word.starts_with('/') && word.ends_with(".properties"));
    file.filter(|_| is_broker)
}

/// Ports of listeners whose clients are told to go on at the loopback of their own machine.
fn to_itself(text: &str) -> BTreeSet<u16> {
    let set: BTreeMap<&str, &str> = statements(text, &['#', '!'])
        .filter_map(|(_, line)| line.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    let listeners = |key: &str| {
        let value = set.get(key).copied().unwrap_or_default();
        value.split(',').filter_map(listener).collect::<Vec<_>>()
    };
    let listening = listeners("listeners");
    let is_loopback = |host: &str| host == "localhost" || host.starts_with("127.") || host == "[::1]";
    listeners("advertised.listeners")
        .into_iter()
        .filter(|(_, host, _)| is_loopback(host))
        .map(|(name, _, port)| {
            let own = listening.iter().find(|(listening, ..)| *listening == name);
            own.map_or(port, |(_, _, port)| *port)
        })
        .collect()
}

/// `PLAINTEXT://localhost:9092`.
fn listener(text: &str) -> Option<(&str, &str, u16)> {
    let (name, place) = text.trim().split_once("://")?;
    let (host, port) = place.rsplit_once(':')?;
    Some((name, host, port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_file_that_the_broker_is_started_with() {
        let unit = |start: &str| settings(&format!("[Service]\nUser=kafka\nExecStart={start}\n"));
        assert_eq!(
            unit("/opt/kafka/bin/kafka-server-start.sh /opt/kafka/config/server.properties").as_deref(),
            Some("/opt/kafka/config/server.properties")
        );
        assert_eq!(
            unit("/bin/sh -c '/opt/kafka/bin/kafka-server-start.sh /a.properties > /log'"),
            None
        );
        assert_eq!(
            unit("/opt/kafka/bin/connect-distributed.sh /opt/c.properties"),
            None
        );
    }

    #[test]
    fn listeners_that_send_clients_to_themselves() {
        let ports = |text: &str| to_itself(text).into_iter().collect::<Vec<_>>();
        assert_eq!(
            ports("listeners=PLAINTEXT://0.0.0.0:9092\nadvertised.listeners=PLAINTEXT://localhost:9092\n"),
            [9092]
        );
        // Clients know the port that is listened on.
        assert_eq!(
            ports(
                "listeners=IN://:29092,OUT://:9092\nadvertised.listeners = IN://kafka1:29092, OUT://127.0.0.1:19092\n"
            ),
            [9092]
        );
        for fine in [
            "listeners=PLAINTEXT://0.0.0.0:9092\nadvertised.listeners=PLAINTEXT://kafka1.example:9092\n",
            "listeners=PLAINTEXT://0.0.0.0:9092\n#advertised.listeners=PLAINTEXT://localhost:9092\n",
            "listeners=PLAINTEXT://:9092\n",
        ] {
            assert_eq!(ports(fine), Vec::<u16>::new(), "{fine}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(advertised.)?listeners=[A-Z:/,0-9é.]{0,60}") {
            let _ = (to_itself(&text), settings(&text));
        }
    }
}
