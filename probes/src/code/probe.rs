use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::environment::is_container_file;
use super::language::{Language, is_own, language, without_comments};
use super::{SCHEMAS, commands, compose, environment, go, locales, memory, ports, redis_conf, uses, zones};
use crate::elf::HEAD_BYTES;
use crate::reading::{base_name, text};
use crate::release::at_most;
use crate::surroundings::search_engines;

static MANIFEST: Manifest = Manifest::new(
    "code",
    Subject::Release,
    "What source code, configuration and Go programs of a release need of what is around them.",
    SCHEMAS,
);

/// Reads the sources of a release.
pub const PROBE: &dyn Probe = &Code;

struct Code;

/// Larger sources are data, in bytes.
const CAP: u64 = 1 << 20;

/// Larger programs are not read, in bytes.
const PROGRAM_CAP: u64 = 192 << 20;

/// As many sources are read.
const MAX_SOURCES: usize = 20_000;

/// The same question as that of the probe `elf`: a release is read once.
fn all_files() -> Need {
    Need::Glob {
        pattern: "**".to_owned(),
        take: Take::Head(HEAD_BYTES),
        max_entries: 200_000,
    }
}

/// A source, with its text.
struct Source {
    path: String,
    language: Option<Language>,
    text: String,
}

impl Source {
    fn name(&self) -> &str {
        base_name(&self.path)
    }
}

impl Probe for Code {
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
        let own = files
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File && is_own(&entry.path));
        let mut spoken = Vec::new();
        for entry in own {
            let head = entry.content.as_ref().and_then(|content| match content {
                Outcome::Got(head) => Some(head.0.as_slice()),
                _ => None,
            });
            if let Some(head) = head.filter(|head| go::is_go(head)) {
                program(answers, entry, head, out);
            } else if let Some(head) = head.filter(|head| head.starts_with(b"\x7fELF")) {
                if memchr::memmem::find(head, b"/lib/ld-musl-").is_some() {
                    out.keyed(
                        "code.musl",
                        &entry.path,
                        "ld-musl",
                        Origin::file(entry.path.clone()),
                    );
                }
            } else if is_source(&entry.path, head) {
                spoken.push((entry, head));
            }
        }
        let mut sources = Vec::new();
        for (entry, head) in at_most(spoken, MAX_SOURCES, "sources", out) {
            sources.extend(source(answers, entry, head, out));
        }
        let provided = provided(&sources);
        let brings_zones = sources
            .iter()
            .any(|source| zones::is_brought(&source.path, &source.text));
        for source in &sources {
            tell(source, &provided, brings_zones, out);
        }
        listened(&sources, out);
    }
}

/// Files without an ending of their own that are read.
fn is_special(path: &str) -> bool {
    let name = base_name(path);
    let is_manifest = [
        "requirements.txt",
        "Gemfile",
        "Gemfile.lock",
        "composer.json",
        "pom.xml",
        "crontab",
    ]
    .contains(&name);
    is_manifest
        || is_container_file(name)
        || name.ends_with(".service")
        || name.ends_with(".sql")
        || path.contains("cron.d/")
}

fn is_source(path: &str, head: Option<&[u8]>) -> bool {
    let is_shell = head.is_some_and(|head| {
        head.starts_with(b"#!") && head.get(..64).unwrap_or(head).windows(3).any(|w| w == b"sh\n")
    });
    language(path).is_some() || is_special(path) || is_shell
}

/// Nothing while it is asked for, and where it cannot be read.
fn source(
    answers: &Answers,
    entry: &Entry,
    head: Option<&[u8]>,
    out: &mut Observation<'_>,
) -> Option<Source> {
    let is_whole = |head: &&[u8]| u64::try_from(head.len()).is_ok_and(|read| read >= entry.size);
    let need = Need::file_up_to(entry.path.as_str(), CAP);
    let bytes = match head.filter(is_whole) {
        Some(head) => head.to_vec(),
        None if entry.size > CAP => return None,
        None if !answers.has(&need) => {
            out.ask(need);
            return None;
        }
        None => out.optional(answers.bytes(&need), &entry.path)?.to_vec(),
    };
    let is_shell = bytes.starts_with(b"#!") && language(&entry.path).is_none();
    let language = language(&entry.path).or(is_shell.then_some(Language::Shell));
    let whole = text(&bytes);
    Some(Source {
        path: entry.path.clone(),
        text: match language {
            Some(language) => without_comments(&whole, language),
            None => whole.into_owned(),
        },
        language,
    })
}

fn program(answers: &Answers, entry: &Entry, head: &[u8], out: &mut Observation<'_>) {
    let path = entry.path.as_str();
    let need = Need::file_up_to(path, PROGRAM_CAP);
    let is_whole = u64::try_from(head.len()).is_ok_and(|read| read >= entry.size);
    if !is_whole && !answers.has(&need) {
        if entry.size <= PROGRAM_CAP {
            out.ask(need);
        }
        return;
    }
    let bytes = match answers.bytes(&need) {
        _ if is_whole => head,
        Outcome::Got(bytes) => bytes,
        Outcome::Failed(failure) => {
            for family in ["code.certificates", "code.time-zone"] {
                let state = State::Unknown(failure.reason.clone());
                out.state(FactId::keyed(family, path), state, Origin::file(path));
            }
            return;
        }
        _ => return,
    };
    let program = go::program(bytes);
    if program.certificates {
        out.keyed("code.certificates", path, "Go's crypto/tls", Origin::file(path));
    }
    if !program.zones.is_empty() {
        out.keyed(
            "code.time-zone",
            path,
            Value::set(program.zones),
            Origin::file(path),
        );
    }
}

/// Names that anything in the release sets.
fn provided(sources: &[Source]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| environment::provided(&source.path, &source.text))
        .collect();
    let sets_zone = |source: &Source| {
        source.text.contains("process.env.TZ")
            || source.text.contains("os.environ['TZ']")
            || source.text.contains("ENV['TZ']")
    };
    if sources.iter().any(sets_zone) {
        names.insert("TZ".to_owned());
    }
    for source in sources.iter().filter(|source| compose::is_compose(&source.path)) {
        if let Ok(composed) = crate::compose::parse(source.text.as_bytes()) {
            names.extend(
                composed
                    .services
                    .into_values()
                    .flat_map(|service| service.environment),
            );
        }
    }
    names
}

fn tell(source: &Source, provided: &BTreeSet<String>, brings_zones: bool, out: &mut Observation<'_>) {
    let Source { path, text, .. } = source;
    let at = |line: u32| Origin::line(path.clone(), line);
    let keyed = |name: &str| format!("{path}:{name}");
    let declared = memory::declared(text);
    let bundler = memory::bundler(text).filter(|_| source.name() == "package.json");
    if let Some(bundler) = bundler {
        out.keyed("code.build", path, bundler, at(1));
        let memory = match declared {
            Some((amount, _)) => State::Value(amount.into()),
            None => State::Unknown("nothing says what the build takes (--max-old-space-size)".to_owned()),
        };
        out.state(FactId::keyed("code.build-memory", path.clone()), memory, at(1));
    } else if let Some((amount, line)) = declared {
        out.keyed("code.memory", path, amount, at(line));
    }
    if let Some((what, line)) = uses::fonts_of_manifest(source.name(), text) {
        out.keyed("code.fonts", path, what, at(line));
    }
    if is_container_file(source.name())
        && let Some((image, line)) = uses::musl_image(text)
    {
        out.keyed("code.musl", path, image, at(line));
    }
    if !provided.contains("TZ")
        && let Some((what, line)) = uses::hour_of_crontab(path, text)
    {
        out.keyed("code.local-time", path, what, at(line));
    }
    if path.ends_with(".service")
        && let Some((zone, line)) = zones::set_by_unit(text)
    {
        out.keyed("code.time-zone-set", keyed(zones::witness(zone)), zone, at(line));
    }
    kernel(source, out);
    if redis_conf::is_configuration(path, text) {
        for (name, since, line) in redis_conf::directives(text) {
            out.keyed("code.redis-directive", keyed(name), since, at(line));
        }
    }
    if compose::is_compose(path) {
        for (what, since) in compose::features(text) {
            out.keyed("code.compose", keyed(what), since, Origin::file(path.clone()));
        }
    }
    let demanded = match source.language {
        Some(language) => locales::demanded(text, language),
        None if path.ends_with(".sql") => locales::of_databases(text),
        None => Vec::new(),
    };
    for (name, what, line) in demanded {
        out.keyed("code.locale", keyed(&locales::normal(name)), what, at(line));
    }
    let Some(language) = source.language else {
        return;
    };
    if let Some((host, line)) = uses::rabbitmq_guest(text) {
        out.keyed("code.rabbitmq-guest", path, host, at(line));
    }
    for (name, (how, line)) in environment::required(text, language, path) {
        if !provided.contains(&name) {
            let key = format!("{}:{path}:{name}", runner(language, path));
            out.keyed("code.environment", key, how, at(line));
        }
    }
    if compose::is_compose(path) {
        for (line, name) in compose::required(text) {
            if !provided.contains(name) && environment::is_name(name) {
                out.keyed(
                    "code.environment",
                    format!("docker:{path}:{name}"),
                    "with :? in a compose file",
                    at(line),
                );
            }
        }
        return;
    }
    let (zones, line) = zones::looked_up(text, language);
    for zone in zones
        .iter()
        .filter(|zone| zones::witness(zone) == zone.as_str() && !brings_zones)
    {
        out.keyed("code.time-zone-late", keyed(zone), zone.as_str(), at(line));
    }
    let (zones, line) = zones::given_up(text, language);
    if !zones.is_empty() && !brings_zones {
        out.keyed("code.time-zone-given-up", path, Value::set(zones), at(line));
    }
    let (zones, line) = zones::looked_up(text, language);
    if !zones.is_empty() && !brings_zones {
        out.keyed("code.time-zone", path, Value::set(zones), at(line));
    }
    for (family, found) in [
        ("code.certificates", uses::certificates(text, language)),
        ("code.fonts", uses::fonts(text, language)),
        ("code.own-name", uses::own_name(text, language)),
        (
            "code.local-time",
            uses::local_time(text, language).filter(|_| !provided.contains("TZ")),
        ),
    ] {
        if let Some((what, line)) = found {
            out.keyed(family, path, what, at(line));
        }
    }
    for (coder, what, line) in uses::imagemagick(text, language) {
        out.keyed("code.imagemagick", keyed(coder), what, at(line));
    }
    if language != Language::Settings {
        for (command, line) in commands::used(text) {
            out.keyed("code.redis-command", keyed(command.name), command.since, at(line));
        }
    }
}

/// Ports below 1024, where the one unit of the release runs as an account that may not listen on them.
fn listened(sources: &[Source], out: &mut Observation<'_>) {
    let mut units = sources.iter().filter(|source| source.path.ends_with(".service"));
    let (Some(unit), None) = (units.next(), units.next()) else {
        return;
    };
    let Some(user) = ports::unprivileged(&unit.text) else {
        return;
    };
    for source in sources {
        let found = source
            .language
            .and_then(|language| ports::listened(&source.text, language));
        if let Some((port, line)) = found {
            let key = format!("{}:{port}", source.path);
            out.keyed("code.port", key, user, Origin::line(source.path.clone(), line));
        }
    }
}

/// Who runs a program in this language.
fn runner(language: Language, path: &str) -> &'static str {
    match language {
        Language::Java => "java",
        Language::JavaScript => "node",
        Language::Python => "python",
        Language::Settings if base_name(path).starts_with("application") => "java",
        Language::Ruby | Language::Settings => "ruby",
        _ => "program",
    }
}

fn kernel(source: &Source, out: &mut Observation<'_>) {
    let Source { path, text, .. } = source;
    let (key, least) = search_engines::MAP_COUNT;
    let engine = match source.name() {
        "elasticsearch.yml" => Some("elasticsearch"),
        "opensearch.yml" => Some("opensearch"),
        _ => None,
    };
    if let Some(engine) = engine {
        let id = format!("{path}:{engine}:{key}");
        match search_engines::is_checked(text) {
            Ok(true) => out.keyed("code.kernel", id, least, Origin::file(path.clone())),
            Ok(false) => {}
            Err(reason) => out.state(
                FactId::keyed("code.kernel", id),
                State::Unknown(reason),
                Origin::file(path.clone()),
            ),
        }
    }
    if compose::is_compose(path) {
        for (_, least) in compose::kernel_needs(text) {
            out.keyed(
                "code.kernel",
                format!("{path}:docker:{key}"),
                least,
                Origin::file(path.clone()),
            );
        }
    }
}
