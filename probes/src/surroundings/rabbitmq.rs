//! Users of RabbitMQ that may connect from the same machine only (<https://www.rabbitmq.com/docs/access-control#loopback-users>), and
//! the plug-ins that are enabled (<https://www.rabbitmq.com/docs/plugins#enabled-plugins-file>).

use std::collections::BTreeSet;

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{document, documents, statements};

const FAMILY: &[&str] = &["rabbitmq.guest-from-elsewhere"];

fn configuration() -> [Need; 3] {
    [
        "etc/rabbitmq/rabbitmq.conf*",
        "etc/rabbitmq/conf.d/*.conf",
        "etc/rabbitmq/advanced.config",
    ]
    .map(|pattern| Need::glob(pattern, Take::Content(1 << 20)))
}

fn enabled() -> Need {
    Need::file_up_to("etc/rabbitmq/enabled_plugins", 1 << 20)
}

pub(super) fn needs() -> Vec<Need> {
    configuration().into_iter().chain([enabled()]).collect()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    if let Some(file) = document(answers, &enabled(), &["rabbitmq.plugins"], out) {
        let origin = Origin::file(file.path.clone());
        out.value("rabbitmq.plugins", Value::set(plugins(&file.text)), origin);
    }
    permitted(answers, out);
    let mut users = BTreeSet::from(["guest".to_owned()]);
    for need in configuration() {
        for file in documents(answers, &need, FAMILY, out) {
            if apply(&file.text, &mut users) && !users.contains("guest") {
                let origin = Origin::file(file.path.clone());
                return out.value("rabbitmq.guest-from-elsewhere", true, origin);
            }
        }
    }
}

/// <https://www.rabbitmq.com/docs/deprecated-features>: the last file counts.
fn permitted(answers: &Answers, out: &mut Observation<'_>) {
    const KEY: &str = "deprecated_features.permit.transient_nonexcl_queues";
    let [main, more, _] = configuration();
    for need in [main, more] {
        for file in documents(answers, &need, &["rabbitmq.transient-queues"], out) {
            for (line, statement) in statements(&file.text, &['#', '%']) {
                if let Some((_, value)) = statement.split_once('=').filter(|(key, _)| key.trim() == KEY) {
                    out.value(
                        "rabbitmq.transient-queues",
                        value.trim() == "true",
                        file.line(line),
                    );
                }
            }
        }
    }
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

/// `[rabbitmq_management,rabbitmq_shovel].`
pub(super) fn plugins(text: &str) -> BTreeSet<&str> {
    let list = text.trim().trim_end_matches('.').trim_matches(['[', ']']);
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}
