use std::collections::BTreeSet;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::iptables::{Input, input};
use super::{SCHEMAS, firewalld, nftables, ufw};
use crate::reading::{base_name, text};

static MANIFEST: Manifest = Manifest::new(
    "firewall",
    Subject::Host,
    "Which TCP ports the firewall of a host lets in, where its files say so in full.",
    SCHEMAS,
);

/// Reads the files of firewalls.
pub const PROBE: &dyn Probe = &Firewall;

struct Firewall;

/// Links that start a firewall at boot.
const STARTED: [(&str, &str); 5] = [
    ("firewalld", "firewalld.service"),
    ("ufw", "ufw.service"),
    ("iptables", "iptables.service"),
    ("iptables", "netfilter-persistent.service"),
    ("nftables", "nftables.service"),
];

const CONF: &str = "etc/firewalld/firewalld.conf";
const UFW: [&str; 3] = ["etc/ufw/ufw.conf", "etc/default/ufw", "etc/ufw/user.rules"];
const SAVED: [&str; 2] = ["etc/iptables/rules.v4", "etc/sysconfig/iptables"];
const NFTABLES: [&str; 2] = ["etc/nftables.conf", "etc/sysconfig/nftables.conf"];

fn small(path: &str) -> Need {
    Need::file_up_to(path, 1 << 20)
}

fn wanted() -> Need {
    Need::glob("etc/systemd/system/multi-user.target.wants/*", Take::Stat)
}

/// Where Debian starts nftables.
fn wanted_early() -> Need {
    Need::glob(
        "etc/systemd/system/sysinit.target.wants/nftables.service",
        Take::Stat,
    )
}

fn zones() -> Need {
    Need::glob("etc/firewalld/zones/*.xml", Take::Content(256 << 10))
}

fn policies() -> Need {
    Need::glob("etc/firewalld/policies/*.xml", Take::Content(256 << 10))
}

impl Probe for Firewall {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let files = UFW.iter().chain(&SAVED).chain(&NFTABLES).map(|path| small(path));
        files
            .chain([small(CONF), wanted(), wanted_early(), zones(), policies()])
            .collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let origin = || Origin::file("etc/systemd/system/multi-user.target.wants");
        let tell = |out: &mut Observation<'_>, kind: State, ports: (State, Origin)| {
            out.state(FactId::single("firewall.kind"), kind, origin());
            out.state(FactId::single("firewall.tcp"), ports.0, ports.1);
        };
        let kind = match kind(answers) {
            Ok(Some(kind)) => kind,
            Ok(None) => return tell(out, State::Absent, (State::Absent, origin())),
            Err(state) => {
                out.state(FactId::single("firewall.containers"), state.clone(), origin());
                return tell(out, state.clone(), (state, origin()));
            }
        };
        let ports = match kind {
            "firewalld" => of_firewalld(answers, out),
            "ufw" => of_ufw(answers),
            "nftables" => of_saved(answers, &NFTABLES, nftables::input),
            _ => of_saved(answers, &SAVED, input),
        };
        if kind == "firewalld" {
            out.state(
                FactId::single("firewall.containers"),
                containers(answers),
                Origin::file("etc/firewalld/policies"),
            );
        }
        tell(out, State::Value(kind.into()), ports);
    }
}

/// What starts at boot; ufw starts where its own file says so too.
fn kind(answers: &Answers) -> Result<Option<&'static str>, State> {
    let mut entries = Vec::new();
    for need in [wanted(), wanted_early()] {
        match answers.entries(&need) {
            Outcome::Got(found) => entries.extend(&found.entries),
            Outcome::Absent | Outcome::NotApplicable => {}
            Outcome::NotPermitted => return Err(State::NotPermitted),
            Outcome::Failed(failure) => return Err(State::Unknown(failure.reason)),
        }
    }
    let names: BTreeSet<&str> = entries
        .into_iter()
        .filter(|entry| entry.kind != EntryKind::Directory)
        .map(|entry| base_name(&entry.path))
        .collect();
    let is_on = |kind: &str| kind != "ufw" || read(answers, UFW[0]).is_ok_and(|conf| ufw::is_enabled(&conf));
    let started = STARTED
        .iter()
        .find(|(kind, unit)| names.contains(unit) && is_on(kind));
    Ok(started.map(|(kind, _)| *kind))
}

/// The text of a file, or the state of what it would tell.
fn read(answers: &Answers, path: &str) -> Result<String, State> {
    match answers.bytes(&small(path)) {
        Outcome::Got(bytes) => Ok(text(bytes).into_owned()),
        Outcome::Absent | Outcome::NotApplicable => Err(State::Absent),
        Outcome::NotPermitted => Err(State::NotPermitted),
        Outcome::Failed(failure) => Err(State::Unknown(failure.reason)),
    }
}

fn shown(ports: BTreeSet<u16>) -> State {
    State::Value(Value::set(ports.iter().map(ToString::to_string)))
}

fn of_ufw(answers: &Answers) -> (State, Origin) {
    let (policy, rules) = (read(answers, UFW[1]), read(answers, UFW[2]));
    let state = match (policy, rules) {
        (Ok(policy), _) if !ufw::refuses(&policy) => State::Absent,
        (Ok(_), Ok(rules)) => match ufw::allowed(&rules) {
            Some(ports) => shown(ports),
            None => State::Unknown("a rule of ufw lets in more than ports".into()),
        },
        (Err(State::Absent), _) | (_, Err(State::Absent)) => {
            State::Unknown("files of ufw are missing".into())
        }
        (Err(state), _) | (_, Err(state)) => state,
    };
    (state, Origin::file(UFW[2]))
}

/// What the first of these files that is there says.
fn of_saved(answers: &Answers, files: &[&'static str], input: fn(&str) -> Input) -> (State, Origin) {
    for &path in files {
        let state = match read(answers, path) {
            Ok(text) => match input(&text) {
                Input::All => State::Absent,
                Input::Ports(ports) => shown(ports),
                Input::Unclear => State::Unknown("the rules for input are of another shape".into()),
            },
            Err(State::Absent) => continue,
            Err(state) => state,
        };
        return (state, Origin::file(path));
    }
    (
        State::Absent,
        Origin::file(files.first().copied().unwrap_or_default()),
    )
}

fn of_firewalld(answers: &Answers, out: &mut Observation<'_>) -> (State, Origin) {
    let conf = read(answers, CONF).unwrap_or_default();
    let name = firewalld::default_zone(&conf);
    let found = answers.entries(&zones());
    let own = found
        .got()
        .map(|found| found.entries.as_slice())
        .unwrap_or_default();
    let content = |path: &str| {
        let entry = own.iter().find(|entry| entry.path == path)?;
        Some(text(&entry.content.as_ref()?.got()?.0).into_owned())
    };
    let unknown = |why: &str| (State::Unknown(why.to_owned()), Origin::file("etc/firewalld"));
    match found {
        Outcome::Got(_) | Outcome::Absent | Outcome::NotApplicable => {}
        Outcome::NotPermitted => return (State::NotPermitted, Origin::file("etc/firewalld/zones")),
        Outcome::Failed(ref failure) => return unknown(&failure.reason),
    }
    let others = own
        .iter()
        .filter(|entry| entry.path != format!("etc/firewalld/zones/{name}.xml"));
    let is_bound = |path: &str| content(path).is_none_or(|text| firewalld::is_bound(&text));
    if others.map(|entry| entry.path.as_str()).any(is_bound) {
        return unknown("zones are chosen by interface or source");
    }
    let path = format!("etc/firewalld/zones/{name}.xml");
    let shipped = format!("usr/lib/firewalld/zones/{name}.xml");
    let (zone, path) = match content(&path) {
        Some(text) => (firewalld::zone(&text), path),
        None => match asked(answers, &shipped, out) {
            Ok(text) => (firewalld::zone(&text), shipped),
            Err(state) => return (state, Origin::file(shipped)),
        },
    };
    if zone.accepts_all {
        return (State::Absent, Origin::file(path));
    }
    let mut ports = zone.ports;
    if let Some(why) = zone.unclear {
        return unknown(why);
    }
    // All are asked for at once, in the last round.
    let services = zone.services.iter().map(|service| {
        let tried = ["etc/firewalld/services", "usr/lib/firewalld/services"]
            .map(|directory| asked(answers, &format!("{directory}/{service}.xml"), out));
        let text = tried.into_iter().find_map(Result::ok)?;
        firewalld::service(&text)
    });
    let services: Vec<Option<BTreeSet<u16>>> = services.collect();
    for service in services {
        match service {
            Some(found) => ports.extend(found),
            None => return unknown("the ports of one of its services are not known"),
        }
    }
    (shown(ports), Origin::file(path))
}

/// A file that is asked for when it turns out to count.
fn asked(answers: &Answers, path: &str, out: &mut Observation<'_>) -> Result<String, State> {
    if !answers.has(&small(path)) {
        out.ask(small(path));
        return Err(State::Unknown(format!("/{path} was not read")));
    }
    read(answers, path).map_err(|state| match state {
        State::Absent => State::Unknown(format!("/{path} is missing")),
        state => state,
    })
}

fn containers(answers: &Answers) -> State {
    let found = answers.entries(&policies());
    let entries = found
        .got()
        .map(|found| found.entries.as_slice())
        .unwrap_or_default();
    let texts = entries
        .iter()
        .filter_map(|entry| entry.content.as_ref().and_then(Outcome::got));
    let mut texts = texts.map(|blob| text(&blob.0));
    if texts.any(|text| firewalld::accepts_containers(&text)) {
        return State::Value("accepted".into());
    }
    State::Unknown(
        "no file tells what firewalld does with packets of containers: try a connection from one".into(),
    )
}
