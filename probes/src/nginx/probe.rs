use std::collections::BTreeMap;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use super::bodies;
use super::features::FEATURES;
use super::modules::modules;
use super::places::{Named, places};
use super::upstream::{listens_on_ipv6, upstreams};
use crate::config::directive::Directive;
use crate::config::nginx::directives;
use crate::reading::{base_name, text};
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "nginx",
    Subject::Release,
    "Which version of nginx the nginx configuration of a release needs.",
    SCHEMAS,
);

/// Reads nginx configuration that a release ships.
pub const PROBE: &dyn Probe = &Nginx;

struct Nginx;

const CAP: u32 = 1 << 20;

/// Directories of files without an ending of their own.
const SITES: [&str; 2] = ["sites-available", "sites-enabled"];

fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP.into())
}

/// Directories of what others wrote, and of what does not run in production.
const FOREIGN: [&str; 9] = [
    ".git",
    "doc",
    "docs",
    "example",
    "examples",
    "node_modules",
    "test",
    "tests",
    "vendor",
];

/// A path that speaks of nginx, and a file of configuration. Templates of other kinds than that of the nginx image, which only
/// fills in variables, are no configuration yet.
pub(super) fn is_configuration(path: &str) -> bool {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_site = directory
        .rsplit('/')
        .next()
        .is_some_and(|last| SITES.contains(&last));
    let is_conf = name.ends_with(".conf") || name.ends_with(".conf.template");
    !is_foreign(path) && speaks(path) && (is_conf || (is_site && !name.contains('.')))
}

fn speaks(path: &str) -> bool {
    path.split('/')
        .any(|part| part.to_ascii_lowercase().contains("nginx"))
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

/// A file of another name that begins as sites of nginx do: a `server` block that listens or is named.
pub(super) fn reads_as_site(path: &str, head: &str) -> bool {
    let mut lines = head.lines().map(str::trim);
    let begins = lines
        .by_ref()
        .any(|line| line.strip_prefix("server").is_some_and(|rest| rest.trim() == "{"));
    let is_of_site = |line: &str| {
        let mut words = line.split_whitespace();
        matches!(words.next(), Some("listen" | "server_name")) && line.ends_with(';')
    };
    path.ends_with(".conf") && !is_foreign(path) && begins && lines.any(is_of_site)
}

/// A file that says what lies in a container.
fn is_of_containers(path: &str) -> bool {
    let name = base_name(path).to_ascii_lowercase();
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    (is_yaml && name.contains("compose")) || name.contains("dockerfile") || name.contains("containerfile")
}

impl Probe for Nginx {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(found) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let files: Vec<&Entry> = found
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File)
            .collect();
        let is_wanted = |entry: &&&Entry| {
            is_configuration(&entry.path) || head(entry).is_some_and(|head| reads_as_site(&entry.path, head))
        };
        let wanted: Vec<&Entry> = files.iter().filter(is_wanted).copied().collect();
        if wanted.is_empty() {
            return;
        }
        let mut of_containers = Vec::new();
        for entry in wanted
            .iter()
            .chain(files.iter().filter(|entry| is_of_containers(&entry.path)))
        {
            let need = content(&entry.path);
            if !answers.has(&need) {
                out.ask(need);
            } else if is_of_containers(&entry.path) {
                of_containers.extend(text_of(answers.bytes(&need)));
            }
        }
        let texts = wanted
            .iter()
            .filter_map(|entry| text_of(answers.bytes(&content(&entry.path))));
        let gives_type = texts.into_iter().any(|text| text.contains("mjs"));
        let around = Around {
            module: module_script(&files).filter(|_| !gives_type),
            files: &files,
            of_containers: &of_containers,
        };
        for entry in wanted {
            let need = content(&entry.path);
            if answers.has(&need) {
                observe(out, &entry.path, answers.bytes(&need), &around);
            }
        }
    }
}

/// A module that lies in the directory of a page or below: what runs on a server lies elsewhere.
pub(super) fn module_script<'a>(files: &[&'a Entry]) -> Option<&'a str> {
    let pages = files
        .iter()
        .filter_map(|entry| entry.path.strip_suffix("/index.html"));
    let pages: Vec<String> = pages.map(|directory| format!("{directory}/")).collect();
    let is_of_page = |path: &str| {
        let is_aside = path.split('/').any(|part| part == "server" || is_foreign(part));
        path.ends_with(".mjs") && !is_aside && pages.iter().any(|page| path.starts_with(page))
    };
    files
        .iter()
        .map(|entry| entry.path.as_str())
        .find(|path| is_of_page(path))
}

/// The beginning of a file, where it is text.
fn head(entry: &Entry) -> Option<&str> {
    let blob = entry.content.as_ref().and_then(Outcome::got)?;
    // A character may be cut in two at the end.
    let valid = std::str::from_utf8(&blob.0).map_or_else(|error| error.valid_up_to(), str::len);
    std::str::from_utf8(blob.0.get(..valid)?).ok()
}

fn text_of(bytes: Outcome<&[u8]>) -> Option<String> {
    bytes.got().map(|bytes| text(bytes).into_owned())
}

/// What else the release has: it may bring what a configuration names, or run it in a container.
struct Around<'a> {
    /// A module of JavaScript that browsers load, where no configuration gives such a type.
    module: Option<&'a str>,
    files: &'a [&'a Entry],
    of_containers: &'a [String],
}

impl Around<'_> {
    /// Whether a container is given this file, or the directory that it lies in.
    fn puts_into_a_container(&self, path: &str) -> bool {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let places = [path, base_name(path), directory, base_name(directory)];
        let mut names = places.into_iter().filter(|place| place.len() > 2);
        names.any(|name| self.of_containers.iter().any(|text| text.contains(name)))
    }

    /// Whether a file may hold settings of PHP: `php.ini`, one beside it, or a pool of FPM.
    fn sets_php(&self) -> bool {
        self.files.iter().any(|entry| {
            let path = entry.path.to_ascii_lowercase();
            let is_pool = path.ends_with(".conf") && (path.contains("fpm") || path.ends_with("www.conf"));
            is_pool || path.ends_with(".user.ini") || (path.ends_with(".ini") && path.contains("php"))
        })
    }

    /// Whether something near the beginning of a file makes this account, or enters this host name.
    fn makes(&self, name: &str) -> bool {
        const MAKES: [&str; 5] = [
            "useradd",
            "adduser",
            "sysusers",
            "/etc/hosts",
            "ansible.builtin.user",
        ];
        self.files.iter().filter_map(|entry| head(entry)).any(|head| {
            let mut words = head.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
            MAKES.iter().any(|word| head.contains(word)) && words.any(|word| word == name)
        })
    }

    /// Whether another file is of this name, or speaks of it near its beginning.
    fn brings(&self, configuration: &str, name: &str) -> bool {
        let base = base_name(name);
        self.files.iter().any(|entry| {
            entry.path != configuration
                && (base_name(&entry.path) == base || head(entry).is_some_and(|head| head.contains(base)))
                && !is_configuration(&entry.path)
        }) || self
            .files
            .iter()
            .any(|entry| entry.path.ends_with(&format!("/{base}")))
    }
}

fn observe(out: &mut Observation<'_>, path: &str, bytes: Outcome<&[u8]>, around: &Around<'_>) {
    let state = match bytes {
        Outcome::Got(bytes) => match directives(&text(bytes)) {
            Ok(directives) => return tell(out, path, &text(bytes), &directives, around),
            Err(error) => State::Unknown(format!("{path}:{}: {}", error.line, error.message)),
        },
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        Outcome::Absent | Outcome::NotApplicable => return,
    };
    out.state(FactId::keyed("nginx-file.needs", path), state, Origin::file(path));
}

fn tell(out: &mut Observation<'_>, path: &str, text: &str, directives: &[Directive], around: &Around<'_>) {
    for (port, (address, line)) in upstreams(text) {
        out.keyed(
            "nginx-file.upstream",
            format!("{path}:{port}"),
            address,
            Origin::line(path, line),
        );
    }
    for (module, (directive, line)) in modules(text) {
        out.keyed(
            "nginx-file.module",
            format!("{path}:{module}"),
            directive,
            Origin::line(path, line),
        );
    }
    if let Some((address, line)) = listens_on_ipv6(text) {
        out.keyed("nginx-file.ipv6", path, address, Origin::line(path, line));
    }
    for (name, (since, line)) in features(directives) {
        out.keyed(
            "nginx-file.needs",
            format!("{path}:{name}"),
            since,
            Origin::line(path, line),
        );
    }
    if around.puts_into_a_container(path) {
        return;
    }
    let has_main = around
        .files
        .iter()
        .any(|entry| base_name(&entry.path) == "nginx.conf");
    if let Some(site) = path
        .split('/')
        .find(|part| SITES.contains(part))
        .filter(|_| !has_main)
    {
        out.keyed("nginx-file.site", path, site, Origin::file(path));
    }
    if let Some((bytes, line)) = bodies::to_php(directives).filter(|_| !around.sets_php()) {
        out.keyed("php-request.body", path, bytes, Origin::line(path, line));
    }
    let serves = directives
        .iter()
        .find(|directive| matches!(directive.name(), "alias" | "root"));
    if let (Some(module), Some(serves)) = (around.module, serves) {
        let origin = Origin::line(path, serves.line);
        out.keyed("nginx-file.module-script", path, module, origin);
    }
    let places = places(directives);
    let alone = |name: &str| !around.brings(path, name);
    let unmade = |name: &str| !around.makes(name);
    let (sockets, ports) = places
        .fastcgi
        .into_iter()
        .partition(|(address, _)| address.starts_with('/'));
    keep(out, path, "nginx-file.fastcgi-socket", sockets, alone);
    keep(out, path, "nginx-file.fastcgi-port", ports, alone);
    keep(out, path, "nginx-file.file", places.files, alone);
    keep(out, path, "nginx-file.home", places.homes, |_| true);
    keep(out, path, "nginx-file.host", places.hosts, unmade);
    keep(out, path, "nginx-file.resolver", places.resolvers, |_| true);
    keep(out, path, "nginx-file.user", places.users, unmade);
    keep(out, path, "nginx-file.listen", places.ports, |_| true);
    keep(out, path, "nginx-file.address", places.addresses, |_| true);
    // A file of the same name takes the place of that of the host.
    let doubled = format!("{path}:{}", base_name(path));
    keep(out, &doubled, "nginx-file.default", places.defaults, |_| true);
    keep(out, &doubled, "nginx-file.block", places.upstreams, |_| true);
    keep(out, &doubled, "nginx-file.once", places.once, |_| true);
}

fn keep(
    out: &mut Observation<'_>,
    key: &str,
    family: &'static str,
    named: Named,
    is_kept: impl Fn(&str) -> bool,
) {
    let path = key.split(':').next().unwrap_or(key).to_owned();
    for (name, (written, line)) in named.into_iter().filter(|(name, _)| is_kept(name)) {
        out.keyed(
            family,
            format!("{key}:{name}"),
            written,
            Origin::line(path.clone(), line),
        );
    }
}

/// What a configuration uses: its name, its first version, and the line of its first use.
pub(super) fn features(directives: &[Directive]) -> BTreeMap<String, (&'static str, u32)> {
    let mut found = BTreeMap::new();
    for directive in directives {
        let used = FEATURES
            .iter()
            .filter(|feature| feature.is_used(directive.name(), &directive.arguments));
        for feature in used {
            found
                .entry(feature.name())
                .or_insert((feature.since, directive.line));
        }
    }
    found
}
