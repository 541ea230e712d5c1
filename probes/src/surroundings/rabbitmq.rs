//! Users of RabbitMQ that may connect from the same machine only: <https://www.rabbitmq.com/docs/access-control#loopback-users>.

use std::collections::BTreeSet;

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{documents, statements};

const FAMILY: &[&str] = &["rabbitmq.loopback-users"];

/// The files that it reads, and what shows that it is there.
fn configuration() -> [Need; 3] {
    [
        "etc/rabbitmq/rabbitmq.conf*",
        "etc/rabbitmq/conf.d/*.conf",
        "etc/rabbitmq/advanced.config",
    ]
    .map(|pattern| Need::glob(pattern, Take::Content(1 << 20)))
}

fn programs() -> [Need; 3] {
    [
        "usr/lib/rabbitmq/*",
        "usr/sbin/rabbitmq-server*",
        "opt/rabbitmq*/*",
    ]
    .map(|pattern| Need::glob(pattern, Take::Stat))
}

pub(super) fn needs() -> Vec<Need> {
    [configuration(), programs()].concat()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let found = configuration().map(|need| documents(answers, &need, FAMILY, out));
    let files: Vec<_> = found.into_iter().flatten().collect();
    let is_there = programs().iter().any(|need| {
        answers
            .entries(need)
            .got()
            .is_some_and(|found| !found.entries.is_empty())
    });
    if files.is_empty() && !is_there {
        return;
    }
    let mut users = BTreeSet::from(["guest".to_owned()]);
    let mut origin = Origin::Derived("the default of RabbitMQ".into());
    for file in &files {
        if apply(&file.text, &mut users) {
            origin = Origin::file(file.path.clone());
        }
    }
    out.value("rabbitmq.loopback-users", Value::set(users), origin);
}

/// What a file says, in the format `key = value` or as an Erlang term. False where it says nothing of it.
pub(super) fn apply(text: &str, users: &mut BTreeSet<String>) -> bool {
    let mut said = false;
    for (_, statement) in statements(text, &['#', '%']) {
        if let Some((key, value)) = statement.split_once('=') {
            let (key, value) = (key.trim(), value.trim());
            match key.strip_prefix("loopback_users") {
                Some("") if value == "none" => users.clear(),
                Some(user) if user.starts_with('.') => {
                    let user = user.trim_start_matches('.').to_owned();
                    if value == "false" {
                        users.remove(&user);
                    } else {
                        users.insert(user);
                    }
                }
                _ => continue,
            }
            said = true;
        }
    }
    let term: String = statements(text, &['%'])
        .flat_map(|(_, line)| line.chars())
        .filter(|c| !c.is_whitespace())
        .collect();
    let list = term
        .split_once("{loopback_users,[")
        .and_then(|(_, rest)| rest.split_once(']'));
    if let Some((list, _)) = list {
        let named = list
            .split("<<\"")
            .skip(1)
            .filter_map(|part| part.split('"').next());
        *users = named.map(str::to_owned).collect();
        said = true;
    }
    said
}
