use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::javascript::{POLYFILLS, SERVERS};
use super::{Brought, Dialect, SCHEMAS, Surroundings, begins, common_js, extensions, taken, tokens, used};
use super::{encoding, modules, perl};
use crate::reading::{base_name, text};
use crate::release::{all_files, at_most};
use crate::sources::{Language, Names, entries, literals, reached, references};

static MANIFEST: Manifest = Manifest::new(
    "language",
    Subject::Release,
    "What sources of a release use that not every version of their runtime has.",
    SCHEMAS,
);

/// Reads the sources of a release.
pub const PROBE: &dyn Probe = &LanguageProbe;

struct LanguageProbe;

/// Directories of what others wrote, and of what does not run in production.
const FOREIGN: [&str; 32] = [
    ".git",
    ".github",
    ".venv",
    "__mocks__",
    "__pycache__",
    "__tests__",
    "bench",
    "benchmarks",
    "bower_components",
    "ci",
    "contrib",
    "cypress",
    "demo",
    "dev",
    "doc",
    "docs",
    "e2e",
    "example",
    "examples",
    "fixtures",
    "node_modules",
    "playground",
    "samples",
    "site-packages",
    "spec",
    "specs",
    "target",
    "test",
    "tests",
    "tools",
    "vendor",
    "venv",
];

/// Files that tools read, not the program.
const TOOLS: [&str; 7] = [
    "conftest.py",
    "fabfile.py",
    "gulpfile.js",
    "noxfile.py",
    "setup.py",
    "tasks.rb",
    "Gruntfile.js",
];

/// Larger files are generated; more of them than this are not read.
const CAP: u64 = 1 << 20;
const MAX_FILES: usize = 20_000;

impl Probe for LanguageProbe {
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
            .filter(|entry| entry.kind == EntryKind::File && entry.size <= CAP && !is_foreign(&entry.path));
        let (sources, others): (Vec<&Entry>, Vec<&Entry>) = own.partition(|entry| dialect(entry).is_some());
        let own = [at_most(sources, MAX_FILES, "sources", out), others].concat();
        let names = Names::new(own.iter().map(|entry| entry.path.as_str()));
        let mut release = Release {
            answers,
            composer: String::new(),
            brought: Brought::default(),
            gemfiles: String::new(),
            modules: own_modules(&own),
            perl: files
                .entries
                .iter()
                .map(|entry| entry.path.as_str())
                .filter(|path| path.ends_with(".pm"))
                .collect(),
            perl_installs: String::new(),
            units: Vec::new(),
            is_ruby: own.iter().any(|entry| base_name(&entry.path) == "Gemfile"),
        };
        if release.is_ruby {
            for entry in own
                .iter()
                .filter(|entry| base_name(&entry.path).starts_with("Gemfile"))
            {
                let gemfile = release.content(entry, out).map(|bytes| text(bytes).into_owned());
                release.gemfiles.push_str(&gemfile.unwrap_or_default());
            }
        }
        for entry in own
            .iter()
            .filter(|entry| base_name(&entry.path).starts_with("composer."))
        {
            let manifest = release.content(entry, out).map(|bytes| text(bytes).into_owned());
            let manifest = manifest.unwrap_or_default();
            release.brought.composer(&manifest);
            release.composer.push_str(&manifest);
        }
        for entry in own.iter().filter(|entry| dialect(entry) == Some(Dialect::Php)) {
            let source = release.content(entry, out).map(|bytes| text(bytes).into_owned());
            release.brought.source(&source.unwrap_or_default());
        }
        if release.composer.contains("\"symfony/process\"") {
            let (file, what) = ("composer.json", "symfony/process");
            out.keyed(
                "language.function",
                format!("{file}:php:proc_open"),
                what,
                Origin::file(file),
            );
        }
        for entry in own
            .iter()
            .filter(|entry| base_name(&entry.path) == "requirements.txt")
        {
            let asks = release
                .content(entry, out)
                .map(|bytes| text(bytes).contains("setuptools"));
            // It brings `distutils` along.
            if asks == Some(true) {
                release.modules.push("distutils".to_owned());
            }
        }
        if own.iter().any(|entry| dialect(entry) == Some(Dialect::Python)) {
            for entry in own.iter().filter(|entry| entry.path.ends_with(".service")) {
                let unit = release.content(entry, out).map(|bytes| text(bytes).into_owned());
                release.units.extend(unit.map(|unit| (entry.path.as_str(), unit)));
            }
        }
        if own.iter().any(|entry| dialect(entry) == Some(Dialect::Perl)) {
            for entry in own
                .iter()
                .filter(|entry| modules::names_modules(base_name(&entry.path)))
            {
                let named = release.content(entry, out).map(|bytes| text(bytes).into_owned());
                release.perl_installs.push_str(&named.unwrap_or_default());
            }
        }
        for entry in &own {
            if let Some(runtime) = begins::begins(&entry.path) {
                let key = format!("{}:{runtime}", entry.path);
                out.keyed(
                    "language.begins",
                    key,
                    base_name(&entry.path),
                    Origin::file(entry.path.as_str()),
                );
            }
            if let Some(dialect) = dialect(entry).filter(|dialect| *dialect != Dialect::JavaScript) {
                release.tell(entry, dialect, &Surroundings::default(), out);
            }
        }
        release.scripts(&own, &names, out);
    }
}

fn is_foreign(path: &str) -> bool {
    let name = base_name(path);
    let is_test = [
        "_test.", ".test.", ".spec.", "_spec.", ".config.", ".min.", ".d.ts",
    ]
    .iter()
    .any(|mark| name.contains(mark));
    is_test
        || name.starts_with("test_")
        || TOOLS.contains(&name)
        || path.split('/').any(|part| FOREIGN.contains(&part))
}

/// By the ending of the name, else by the first line.
fn dialect(entry: &Entry) -> Option<Dialect> {
    let name = base_name(&entry.path);
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("php") => return Some(Dialect::Php),
        Some("py") => return Some(Dialect::Python),
        Some("rb" | "rake" | "ru") => return Some(Dialect::Ruby),
        Some("pl" | "pm") => return Some(Dialect::Perl),
        Some("js" | "mjs" | "cjs" | "ts" | "mts") => return Some(Dialect::JavaScript),
        _ => {}
    }
    let Some(Outcome::Got(head)) = &entry.content else {
        return None;
    };
    let first = text(head.0.get(..100).unwrap_or(&head.0))
        .lines()
        .next()?
        .to_owned();
    let program = first.strip_prefix("#!")?;
    [
        ("python3", Dialect::Python),
        ("ruby", Dialect::Ruby),
        ("perl", Dialect::Perl),
        ("php", Dialect::Php),
    ]
    .into_iter()
    .find(|(name, _)| program.contains(name))
    .map(|(_, dialect)| dialect)
}

/// Names by which Python finds what the release has itself.
fn own_modules(own: &[&Entry]) -> Vec<String> {
    let names = own.iter().flat_map(|entry| {
        let file = entry.path.strip_suffix(".py");
        file.into_iter()
            .flat_map(|path| path.split('/'))
            .map(str::to_owned)
    });
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

struct Release<'a> {
    answers: &'a Answers,
    /// `composer.json` and `composer.lock`, one after the other.
    composer: String,
    brought: Brought,
    gemfiles: String,
    modules: Vec<String>,
    /// Modules of Perl that the release has itself, and what its manifests and scripts install.
    perl: Vec<&'a str>,
    perl_installs: String,
    /// Units of systemd, and what is in them.
    units: Vec<(&'a str, String)>,
    is_ruby: bool,
}

impl Release<'_> {
    fn content<'e>(&'e self, entry: &'e Entry, out: &mut Observation<'_>) -> Option<&'e [u8]> {
        if let Some(Outcome::Got(head)) = &entry.content
            && u64::try_from(head.0.len()).is_ok_and(|read| read >= entry.size)
        {
            return Some(&head.0);
        }
        let need = Need::file_up_to(entry.path.as_str(), CAP);
        if !self.answers.has(&need) {
            out.ask(need);
            return None;
        }
        let state = match self.answers.bytes(&need) {
            Outcome::Got(bytes) => return Some(bytes),
            Outcome::NotPermitted => State::NotPermitted,
            Outcome::Failed(failure) => State::Unknown(failure.reason),
            Outcome::Absent | Outcome::NotApplicable => return None,
        };
        if let Some(dialect) = dialect(entry) {
            let id = FactId::keyed("language.needs", format!("{}:{}:", entry.path, runtime(dialect)));
            out.state(id, state, Origin::file(entry.path.as_str()));
        }
        None
    }

    fn tell(&self, entry: &Entry, dialect: Dialect, around: &Surroundings<'_>, out: &mut Observation<'_>) {
        let Some(bytes) = self.content(entry, out) else {
            return;
        };
        let around = Surroundings {
            modules: &self.modules,
            brought: Some(&self.brought),
            gemfiles: &self.gemfiles,
            ..*around
        };
        let path = entry.path.as_str();
        if dialect == Dialect::Php {
            self.php(path, &text(bytes), out);
        }
        match dialect {
            Dialect::Perl => self.perl(path, &text(bytes), out),
            Dialect::Python => {
                self.python(path, &text(bytes), out);
                self.prints(path, &text(bytes), out);
            }
            _ => {}
        }
        for (name, (range, line)) in used(&text(bytes), dialect, &around) {
            let key = format!("{path}:{}:{name}", runtime(dialect));
            out.keyed("language.needs", key, range, Origin::line(path, line));
        }
    }

    fn perl(&self, path: &str, text: &str, out: &mut Observation<'_>) {
        for (module, line) in perl::taken_in(text) {
            let package = perl::MODULES
                .iter()
                .find(|(name, _)| *name == module)
                .map_or("", |(_, package)| package);
            let file = perl::file_of(module);
            let is_shipped = self.perl.iter().any(|path| path.ends_with(&file));
            let is_installed = [module, package]
                .iter()
                .any(|name| *name != "perl" && self.perl_installs.contains(name));
            if !is_shipped && !is_installed {
                let key = format!("{path}:{module}");
                out.keyed("language.perl-module", key, package, Origin::line(path, line));
            }
        }
    }

    fn python(&self, path: &str, text: &str, out: &mut Observation<'_>) {
        for (module, line) in modules::of_python(text) {
            if !self.modules.iter().any(|name| name == module) {
                let key = format!("{path}:{module}");
                out.keyed(
                    "language.python-module",
                    key,
                    format!("import {module}"),
                    Origin::line(path, line),
                );
            }
        }
    }

    /// What a unit starts and prints texts beyond ASCII.
    fn prints(&self, path: &str, text: &str, out: &mut Observation<'_>) {
        let starts = |(_, unit): &&(&str, String)| encoding::starts_plainly(unit, base_name(path));
        let unit = self.units.iter().find(starts).map(|(unit, _)| *unit);
        if let (Some(unit), Some(line)) = (unit, encoding::prints_beyond_ascii(text)) {
            out.keyed("language.prints", path, unit, Origin::line(path, line));
        }
    }

    /// Extensions that a manifest names are told by it.
    fn php(&self, path: &str, text: &str, out: &mut Observation<'_>) {
        if let Some(line) = short_tag(text) {
            out.keyed("language.short-tag", path, "<?", Origin::line(path, line));
        }
        let tokens = tokens(text, Dialect::Php);
        let named = |extension: &str| {
            self.composer.contains(&format!("\"ext-{extension}\""))
                || self.composer.contains("symfony/polyfill")
        };
        for (extension, (what, line)) in extensions(&tokens) {
            if !named(extension) {
                out.keyed(
                    "language.extension",
                    format!("{path}:php:{extension}"),
                    what,
                    Origin::line(path, line),
                );
            }
        }
        for (function, line) in taken(&tokens) {
            out.keyed(
                "language.function",
                format!("{path}:php:{function}"),
                function,
                Origin::line(path, line),
            );
        }
    }

    /// JavaScript that Node.js runs: what a package that starts a program leads to.
    fn scripts(&self, own: &[&Entry], names: &Names<'_>, out: &mut Observation<'_>) {
        let mut begins = Vec::new();
        let mut has_polyfills = false;
        let mut manifests = BTreeMap::new();
        for entry in own
            .iter()
            .filter(|entry| base_name(&entry.path) == "package.json")
        {
            let Some(bytes) = self.content(entry, out) else {
                continue;
            };
            let manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
            has_polyfills |= dependencies(&manifest)
                .any(|name| POLYFILLS.iter().any(|part| name.contains(part)) || name == "next");
            if runs(&manifest) {
                let directory = entry.path.strip_suffix("package.json").unwrap_or("");
                begins.extend(entries(&manifest, directory.trim_end_matches('/'), names));
            }
            let directory = entry.path.strip_suffix("package.json").unwrap_or("");
            manifests.insert(directory.to_owned(), manifest);
        }
        if begins.is_empty() {
            return;
        }
        let scripts = own
            .iter()
            .filter(|entry| dialect(entry) == Some(Dialect::JavaScript));
        let mut referred: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut found = Vec::new();
        for entry in scripts {
            if let Some(bytes) = self.content(entry, out) {
                let literals = literals(&text(bytes), Language::JavaScript);
                let texts = references(&literals, Language::JavaScript);
                let texts = texts.iter().map(|literal| literal.text.clone()).collect();
                referred.insert(entry.path.as_str(), texts);
                found.push(entry);
            }
        }
        let reached = reached(begins, &referred, names);
        for entry in found.into_iter().filter(|entry| reached.contains(&entry.path)) {
            let around = Surroundings {
                is_compiled: entry.path.ends_with("ts"),
                has_polyfills,
                ..Surroundings::default()
            };
            self.tell(entry, Dialect::JavaScript, &around, out);
            if let Some(bytes) = self.content(entry, out) {
                for (package, line) in common_js::requires(&entry.path, &text(bytes), &manifests) {
                    let key = format!(
                        "{}:node:require of {package}, which holds ES modules alone",
                        entry.path
                    );
                    let origin = Origin::line(entry.path.as_str(), line);
                    out.keyed("language.needs", key, common_js::REQUIRES_MODULES, origin);
                }
            }
        }
    }
}

/// Line of the first `<?` that is followed by white space, where no long tag opened the code before it.
fn short_tag(text: &str) -> Option<u32> {
    let mut is_open = false;
    for (number, line) in crate::reading::numbered(text) {
        for (at, _) in line.match_indices("<?") {
            let after = line.get(at + 2..).unwrap_or("");
            if after.starts_with("php") || after.starts_with('=') {
                is_open = true;
            } else if !is_open && (after.is_empty() || after.starts_with([' ', '\t'])) {
                return Some(number);
            }
        }
        is_open &= !line.contains("?>");
    }
    None
}

fn runtime(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::JavaScript => "node",
        Dialect::Perl => "perl",
        Dialect::Php => "php",
        Dialect::Python => "python",
        Dialect::Ruby => "ruby",
    }
}

fn dependencies(manifest: &serde_json::Value) -> impl Iterator<Item = &str> {
    let named = manifest
        .get("dependencies")
        .and_then(serde_json::Value::as_object);
    named.into_iter().flatten().map(|(name, _)| name.as_str())
}

/// Whether a package starts a program on Node.js: by `bin`, by `node FILE` in `scripts`, or because it answers requests.
fn runs(manifest: &serde_json::Value) -> bool {
    let script = |name: &str| {
        let script = manifest.pointer(&format!("/scripts/{name}"))?.as_str()?;
        Some(script.split_whitespace().any(|word| {
            matches!(
                word,
                "node" | "nodemon" | "pm2" | "pm2-runtime" | "ts-node" | "tsx"
            )
        }))
    };
    let is_started = ["start", "serve", "start:prod"]
        .into_iter()
        .filter_map(script)
        .any(|is_it| is_it);
    manifest.get("bin").is_some() || is_started || dependencies(manifest).any(|name| SERVERS.contains(&name))
}
