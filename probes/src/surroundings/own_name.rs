//! Whether the machine finds the address of its own name.

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::Observation;

use crate::locale::parse;
use crate::reading::text;

const CAP: u64 = 4 << 20;

fn hosts() -> Need {
    Need::file_up_to("etc/hosts", CAP)
}

fn switch() -> Need {
    Need::file_up_to("etc/nsswitch.conf", CAP)
}

fn names() -> [Need; 2] {
    ["proc/sys/kernel/hostname", "etc/hostname"].map(|path| Need::file_up_to(path, 64 << 10))
}

/// Asks the resolver of the running machine for its own name.
fn ask() -> Need {
    Need::command(["hostname", "-i"])
}

/// Sources of nsswitch.conf(5) that know the own name without a file.
const KNOW: [&str; 2] = ["myhostname", "resolve"];

pub(super) fn needs() -> Vec<Need> {
    [vec![hosts(), switch()], names().into()].concat()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let own = names().iter().find_map(|need| {
        let name = text(answers.bytes(need).got()?).trim().to_owned();
        (!name.is_empty()).then_some(name)
    });
    let Some(own) = own.filter(|name| !is_given(name)) else {
        return;
    };
    let file = match answers.bytes(&hosts()) {
        Outcome::Got(bytes) => text(bytes).into_owned(),
        Outcome::Absent => String::new(),
        _ => return,
    };
    if parse::hosts(&file)
        .keys()
        .any(|name| name.eq_ignore_ascii_case(&own))
    {
        return out.value("host.own-name", "/etc/hosts", hosts().origin());
    }
    let sources = answers
        .bytes(&switch())
        .got()
        .and_then(|bytes| Some(parse::sources(&text(bytes), "hosts")?.0));
    if sources.is_some_and(|sources| sources.iter().any(|source| KNOW.contains(&source.as_str()))) {
        return out.value("host.own-name", "nss", switch().origin());
    }
    if !answers.has(&ask()) {
        out.ask(ask());
        return;
    }
    match answers.output(&ask()) {
        Outcome::Got(output) if output.status == 0 => out.value("host.own-name", "DNS", ask().origin()),
        Outcome::Got(output) if is_not_found(&text(&output.stderr)) => {
            out.value("host.own-name", "nothing", ask().origin());
        }
        Outcome::Got(output) => out.state(
            FactId::single("host.own-name"),
            State::Unknown(text(&output.stderr).trim().to_owned()),
            ask().origin(),
        ),
        Outcome::Absent | Outcome::NotApplicable => out.value("host.own-name", "nothing", hosts().origin()),
        Outcome::NotPermitted => out.state(
            FactId::single("host.own-name"),
            State::NotPermitted,
            ask().origin(),
        ),
        Outcome::Failed(failure) => out.state(
            FactId::single("host.own-name"),
            State::Unknown(failure.reason),
            Origin::file("etc/hosts"),
        ),
    }
}

/// Names that every resolver knows, and those of an image, which is given another when it is started.
fn is_given(name: &str) -> bool {
    matches!(
        name,
        "localhost" | "localhost.localdomain" | "(none)" | "buildkitsandbox"
    )
}

/// The words of getaddrinfo(3) for `EAI_NONAME`, and those of musl.
fn is_not_found(message: &str) -> bool {
    [
        "not known",
        "does not resolve",
        "Unknown host",
        "No address associated",
    ]
    .iter()
    .any(|words| message.contains(words))
}
