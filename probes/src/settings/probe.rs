use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::said::Said;
use super::{
    SCHEMAS, appimage, building, clients, composing, cron, cuda, gradle, java, kubernetes, loopback, modules,
    node, options, pooling, pools, proxies, uses,
};
use crate::reading::text;
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "settings",
    Subject::Release,
    "What settings in a release ask of Java, Node.js, Kubernetes, Compose, BuildKit, cron and servers.",
    SCHEMAS,
);

/// Reads files of settings in a release.
pub const PROBE: &dyn Probe = &Settings;

struct Settings;

/// Larger files are no settings, in bytes.
const CAP: u64 = 1 << 20;

/// What is told as a number.
const NUMBERS: [&str; 2] = ["compose-file.cpus", "compose-file.nofile"];

/// Directories of what others wrote, or of what never leaves the developer's machine.
const FOREIGN: [&str; 10] = [
    ".git",
    ".github",
    ".gitlab",
    "bower_components",
    "examples",
    "fixtures",
    "node_modules",
    "test",
    "tests",
    "vendor",
];

impl Probe for Settings {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let mut found = Vec::new();
        let mut has_buildkit = false;
        let mut makers = Vec::new();
        let mut has_gradle = false;
        let own = files
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File && !is_foreign(&entry.path));
        for entry in own {
            if appimage::is(beginning(entry)) {
                let need = Need::range(entry.path.as_str(), 0, appimage::RUNTIME.min(entry.size));
                if !answers.has(&need) {
                    out.ask(need);
                } else if let Some(runtime) = out.optional(answers.bytes(&need), &entry.path) {
                    let mut said = Said::default();
                    appimage::read(runtime, &mut said);
                    found.push((entry.path.as_str(), said));
                }
                continue;
            }
            let readers = readers(entry);
            let may_turn_on = may_turn_on(&entry.path);
            if readers.is_empty() && !may_turn_on {
                continue;
            }
            match content(answers, entry, out) {
                Some(Outcome::Got(bytes)) => {
                    let text = text(bytes);
                    has_buildkit |= may_turn_on && building::turns_on(&text);
                    if may_turn_on && makes_accounts(&text) {
                        makers.push(text.to_string());
                    }
                    has_gradle |= may_turn_on && gradle::starts(&entry.path, &text);
                    let mut said = Said::default();
                    for reader in readers {
                        reader.read(&entry.path, &text, &mut said);
                    }
                    found.push((entry.path.as_str(), said));
                }
                Some(Outcome::NotPermitted) => unknown(out, &entry.path, &readers, &State::NotPermitted),
                Some(Outcome::Failed(failure)) => {
                    unknown(out, &entry.path, &readers, &State::Unknown(failure.reason));
                }
                Some(Outcome::Absent | Outcome::NotApplicable) | None => {}
            }
        }
        let says = |family: &str| {
            found
                .iter()
                .any(|(_, said)| said.0.keys().any(|(of, _)| *of == family))
        };
        let is_pooled = says(pooling::NAMED) && !says(pooling::WITHOUT);
        for (path, said) in found {
            for ((family, key), (value, line)) in said.0 {
                let is_settled = match family {
                    "container-file.buildkit" => has_buildkit,
                    "build-tool.java" => !has_gradle,
                    "pooler-client.prepares" => !is_pooled,
                    family if family.starts_with("pool-file.") => {
                        makers.iter().any(|text| has_word(text, &key))
                    }
                    family => family == pooling::NAMED || family == pooling::WITHOUT,
                };
                if is_settled {
                    continue;
                }
                let key = if key.is_empty() {
                    path.to_owned()
                } else {
                    format!("{path}:{key}")
                };
                let value = match value.parse() {
                    Ok(number) if NUMBERS.contains(&family) => Value::Int(number),
                    _ => Value::from(value),
                };
                out.keyed(family, key, value, Origin::line(path, line));
            }
        }
    }
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

/// Scripts and settings of builds may turn BuildKit on.
fn may_turn_on(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "Makefile"
        || name == ".env"
        || [".sh", ".yml", ".yaml", ".mk"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// Scripts and playbooks that create accounts or groups.
fn makes_accounts(text: &str) -> bool {
    ["useradd", "adduser", "groupadd", "addgroup", "user:", "group:"]
        .iter()
        .any(|word| text.contains(word))
}

fn has_word(text: &str, name: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    words.any(|word| word == name)
}

/// Who reads a file.
#[derive(Clone, Copy)]
enum Reader {
    Building,
    Clients,
    Composing,
    Cron,
    Cuda,
    Gradle,
    Java,
    Kubernetes,
    Loopback,
    Modules,
    Pools,
    Proxies,
    Options,
    Pooling,
    Uses,
    Node,
}

impl Reader {
    fn read(self, path: &str, text: &str, said: &mut Said) {
        match self {
            Reader::Building => building::read(text, said),
            Reader::Clients => clients::read(path, text, said),
            Reader::Composing => composing::read(text, said),
            Reader::Cron => cron::read(path, text, said),
            Reader::Cuda => cuda::read(path, text, said),
            Reader::Gradle => gradle::read(text, said),
            Reader::Java => java::read(text, said),
            Reader::Kubernetes => kubernetes::read(text, said),
            Reader::Loopback => loopback::read(path, text, said),
            Reader::Modules => modules::read(path, text, said),
            Reader::Pools => pools::read(path, text, said),
            Reader::Proxies => proxies::read(path, text, said),
            Reader::Options => options::read(path, text, said),
            Reader::Pooling => pooling::read(text, said),
            Reader::Uses => uses::read(path, text, said),
            Reader::Node => node::read(path, text, said),
        }
    }

    /// What stays unknown where a file cannot be read.
    fn families(self) -> &'static [&'static str] {
        match self {
            Reader::Building => &["container-file.buildkit"],
            Reader::Clients => &[
                "client-server.versions",
                "client-server.refused",
                "opened-library.of",
            ],
            Reader::Composing => &[
                "compose-file.cpus",
                "compose-file.device",
                "compose-file.host-alias",
                "compose-file.nofile",
                "compose-file.part",
                "compose-file.published",
                "compose-file.unlabelled",
                "kernel-module.needs",
            ],
            Reader::Cron => &["cron-file.percent"],
            Reader::Cuda => &["cuda.driver"],
            Reader::Gradle => &["build-tool.java"],
            Reader::Java => &["java-option.ignored", "java-option.versions"],
            Reader::Kubernetes => &["kubernetes-file.versions"],
            Reader::Loopback => &["loopback-service.named", "settings-file.host"],
            Reader::Modules => &["kernel-module.needs", "kubernetes-unit.program"],
            Reader::Pools => &["pool-file.group", "pool-file.listen", "pool-file.user"],
            Reader::Proxies => &["proxy-file.versions"],
            Reader::Options => &["server-file.versions"],
            Reader::Pooling | Reader::Uses => &[],
            Reader::Node => &["node-option.versions"],
        }
    }
}

/// The first bytes of a file.
fn beginning(entry: &Entry) -> &[u8] {
    let head = entry.content.as_ref().and_then(Outcome::got);
    head.map_or(&[][..], |blob| blob.0.as_slice())
}

fn readers(entry: &Entry) -> Vec<Reader> {
    let path = entry.path.as_str();
    let head = beginning(entry);
    let all = [
        (building::concerns(path), Reader::Building),
        (clients::concerns(path), Reader::Clients),
        (composing::concerns(path), Reader::Composing),
        (cron::concerns(path), Reader::Cron),
        (cuda::concerns(path), Reader::Cuda),
        (gradle::concerns(path), Reader::Gradle),
        (java::concerns(path, head), Reader::Java),
        (kubernetes::concerns(path, head), Reader::Kubernetes),
        (loopback::concerns(path), Reader::Loopback),
        (modules::concerns(path), Reader::Modules),
        (pools::concerns(path, head), Reader::Pools),
        (proxies::concerns(path), Reader::Proxies),
        (options::concerns(path), Reader::Options),
        (pooling::concerns(path), Reader::Pooling),
        (uses::concerns(path), Reader::Uses),
        (node::concerns(path), Reader::Node),
    ];
    all.into_iter()
        .filter(|(does, _)| *does)
        .map(|(_, reader)| reader)
        .collect()
}

/// The bytes of a file; nothing while they are asked for.
fn content<'a>(
    answers: &'a Answers,
    entry: &'a Entry,
    out: &mut Observation<'_>,
) -> Option<Outcome<&'a [u8]>> {
    let head = entry
        .content
        .as_ref()
        .and_then(Outcome::got)
        .map(|blob| blob.0.as_slice());
    let whole = head.filter(|head| u64::try_from(head.len()).is_ok_and(|read| read >= entry.size));
    if let Some(whole) = whole {
        return Some(Outcome::Got(whole));
    }
    let need = Need::file_up_to(entry.path.as_str(), CAP);
    if answers.has(&need) {
        return Some(answers.bytes(&need));
    }
    out.ask(need);
    None
}

fn unknown(out: &mut Observation<'_>, path: &str, readers: &[Reader], state: &State) {
    for family in readers.iter().flat_map(|reader| reader.families()) {
        out.state(FactId::keyed(*family, path), state.clone(), Origin::file(path));
    }
}
