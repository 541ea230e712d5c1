//! How the machine turns names into addresses.

use parity_core::answer::Answers;
use parity_core::fact::{FactId, State, Value};
use parity_core::need::Need;
use parity_core::probe::Observation;

use super::parse;
use crate::reading::{document, known, text};

const CAP: u64 = 4 << 20;

fn hosts() -> Need {
    Need::file_up_to("etc/hosts", CAP)
}

fn resolver() -> Need {
    Need::file_up_to("etc/resolv.conf", CAP)
}

fn switch() -> Need {
    Need::file_up_to("etc/nsswitch.conf", CAP)
}

/// Both may tell the machine's own name.
fn own_names() -> [Need; 2] {
    ["proc/sys/kernel/hostname", "etc/hostname"].map(|path| Need::file_up_to(path, 64 << 10))
}

pub(super) fn needs() -> Vec<Need> {
    let mut needs = vec![hosts(), resolver(), switch()];
    needs.extend(own_names());
    needs
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    host_names(answers, out);
    resolving(answers, out);
    if let Some(file) = document(answers, &switch(), &["resolver.sources"], out) {
        match parse::sources(&file.text, "hosts") {
            Some((sources, line)) => out.value("resolver.sources", Value::List(sources), file.line(line)),
            None => out.state(
                FactId::single("resolver.sources"),
                State::Absent,
                switch().origin(),
            ),
        }
    }
}

fn host_names(answers: &Answers, out: &mut Observation<'_>) {
    let own: Vec<String> = own_names()
        .iter()
        .filter_map(|need| {
            answers
                .bytes(need)
                .got()
                .map(|bytes| text(bytes).trim().to_owned())
        })
        .filter(|name| !name.is_empty())
        .collect();
    let is_own = |name: &str| {
        own.iter().any(|own| {
            name == own
                || name
                    .strip_prefix(own.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
        })
    };
    let Some(file) = document(answers, &hosts(), &["hosts"], out) else {
        return;
    };
    for (name, (addresses, line)) in parse::hosts(&file.text) {
        let is_loopback = addresses
            .iter()
            .all(|address| address.starts_with("127.") || address == "::1");
        if !(is_loopback && is_own(&name)) {
            out.keyed("hosts", name, Value::set(addresses), file.line(line));
        }
    }
}

fn resolving(answers: &Answers, out: &mut Observation<'_>) {
    type Pick = fn(parse::Resolver) -> Value;
    let lists: [(&str, Pick); 3] = [
        ("resolver.nameservers", |told| Value::List(told.nameservers)),
        ("resolver.search", |told| Value::List(told.search)),
        ("resolver.options", |told| Value::set(told.options)),
    ];
    for (name, pick) in lists {
        let told = answers
            .bytes(&resolver())
            .map(|bytes| pick(parse::resolver(&text(bytes))));
        if let Some(state) = known(told) {
            out.state(FactId::single(name), state, resolver().origin());
        }
    }
}
