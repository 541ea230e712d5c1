use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{
    Autoload, Ecosystem, Language, Literal, Names, Otherwise, SCHEMAS, call, called, entries,
    handles_platforms, literals, modules, mounted, named, packages_otherwise, paths, programs_of, reached,
    references,
};
use crate::reading::{base_name, text};
use crate::release::{all_files, at_most};

static MANIFEST: Manifest = Manifest::new(
    "sources",
    Subject::Release,
    "Programs that the code of a release starts, and references that differ from file names by case only.",
    SCHEMAS,
);

/// Reads the code of a release.
pub const PROBE: &dyn Probe = &Sources;

struct Sources;

/// Directories with code of others, or that is not run in production.
const FOREIGN: [&str; 46] = [
    ".circleci",
    ".git",
    ".github",
    ".next",
    ".nuxt",
    ".storybook",
    ".tox",
    ".venv",
    "__mocks__",
    "__tests__",
    "bench",
    "benchmark",
    "benchmarks",
    "bin",
    "bower_components",
    "build",
    "ci",
    "contrib",
    "cypress",
    "demo",
    "demos",
    "dev",
    "devtools",
    "dist",
    "docs",
    "e2e",
    "examples",
    "extra",
    "extras",
    "fixtures",
    "hack",
    "node_modules",
    "out",
    "playground",
    "sample",
    "samples",
    "scripts",
    "site-packages",
    "spec",
    "target",
    "tasks",
    "test",
    "tests",
    "tools",
    "util",
    "vendor",
];

/// Directories with what a build has made of the code.
const BUILT: [&str; 6] = [".next", ".nuxt", ".output", "build", "dist", "out"];

/// Names in code of what draws pages with the fonts of the system.
const DRAWING: [&str; 9] = [
    "browsershot",
    "html-pdf",
    "imgkit",
    "pdfkit.from_",
    "phantomjs",
    "playwright",
    "puppeteer",
    "weasyprint",
    "wkhtmltopdf",
];

/// Files that say what an image gets installed.
const RECIPES: [&str; 8] = [
    "Aptfile",
    "Containerfile",
    "Dockerfile",
    "apt.txt",
    "flake.nix",
    "nixpacks.toml",
    "packages.txt",
    "shell.nix",
];

/// Larger files are generated; more of them than this are not read.
const CAP: u64 = 1 << 20;
const MAX_FILES: usize = 20_000;

impl Probe for Sources {
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
        let files: Vec<&Entry> = files
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File)
            .collect();
        let mut release = Release {
            answers,
            names: Names::new(files.iter().map(|entry| entry.path.as_str())),
            shipped: files.iter().map(|entry| base_name(&entry.path)).collect(),
            recipes: String::new(),
            modules: BTreeSet::new(),
            packages: BTreeSet::new(),
            autoloads: Vec::new(),
            is_built: files
                .iter()
                .any(|entry| entry.path.split('/').any(|part| BUILT.contains(&part))),
        };
        let recipes = files
            .iter()
            .filter(|entry| RECIPES.contains(&base_name(&entry.path)) && !is_foreign(&entry.path));
        for entry in recipes {
            if let Some(bytes) = release.content(entry, out) {
                release.recipes.push_str(&text(bytes));
            }
        }
        for entry in files.iter().filter(|entry| is_manifest(&entry.path)) {
            if let Some(bytes) = release.content(entry, out)
                && let Some((ecosystem, names)) = named(&entry.path, &text(bytes))
            {
                if !matches!(ecosystem, Ecosystem::Pypi | Ecosystem::Gem) {
                    if base_name(&entry.path) == "package.json" {
                        release.modules.extend(names);
                    }
                    continue;
                }
                let wrappers = programs_of(ecosystem, &names);
                let is_wrapper = |name: &String| wrappers.iter().any(|library| library.name == name);
                let own = names.iter().filter(|name| !is_wrapper(name));
                release.packages.extend(own.map(|name| name.to_ascii_lowercase()));
            }
        }
        let own = files
            .iter()
            .copied()
            .filter(|entry| entry.size <= CAP && !is_foreign(&entry.path))
            .filter(|entry| {
                is_manifest(&entry.path) || is_compose(&entry.path) || Language::of(&entry.path).is_some()
            })
            .collect();
        let mut scripts = BTreeMap::new();
        let mut classes = Vec::new();
        let mut page: Option<&str> = None;
        let mut drawing = None;
        let mut begins = Vec::new();
        for entry in at_most(own, MAX_FILES, "sources", out) {
            if is_compose(&entry.path) {
                release.mounts(entry, out);
            } else if is_manifest(&entry.path) {
                begins.extend(release.manifest(entry, out));
            } else if let Some(language) = Language::of(&entry.path).filter(|_| !is_aside(&entry.path))
                && let Some(bytes) = release.content(entry, out)
            {
                let text = text(bytes);
                let literals = literals(&text, language);
                let referred = release.cases(&entry.path, language, &literals, &text, out);
                if language != Language::Markup && drawing.is_none() {
                    drawing = DRAWING.iter().find(|name| text.contains(**name)).copied();
                }
                if language == Language::Markup && page.is_none() && is_east_asian(&text) {
                    page = Some(&entry.path);
                }
                if language == Language::Php {
                    classes.push((entry.path.as_str(), text.clone()));
                }
                match language {
                    Language::JavaScript => {
                        scripts.insert(entry.path.as_str(), (text, literals, referred));
                    }
                    language => release.calls(&entry.path, language, &literals, &text, out),
                }
            }
        }
        if let (Some(page), Some(drawing)) = (page, drawing) {
            out.keyed("source.east-asian", page, drawing, Origin::file(page));
        }
        release.autoloaded(&classes, out);
        if !release.names.has("package.json") {
            begins.extend(entries(&serde_json::Value::Null, "", &release.names));
        }
        let referred = scripts
            .iter()
            .map(|(path, (.., referred))| (*path, referred.clone()))
            .collect();
        let reached = reached(begins, &referred, &release.names);
        for (path, (text, literals, _)) in scripts.iter().filter(|(path, _)| reached.contains(**path)) {
            release.calls(path, Language::JavaScript, literals, text, out);
        }
    }
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

/// Whether a text has words in Chinese, Japanese or Korean: kana, ideographs or syllables of Hangul.
fn is_east_asian(text: &str) -> bool {
    let is_letter = |c: &char| {
        ('\u{3040}'..='\u{30ff}').contains(c)
            || ('\u{4e00}'..='\u{9fff}').contains(c)
            || ('\u{ac00}'..='\u{d7a3}').contains(c)
    };
    text.chars().filter(is_letter).take(4).count() == 4
}

fn is_manifest(path: &str) -> bool {
    let names = [
        "Gemfile",
        "Pipfile.lock",
        "composer.json",
        "package.json",
        "pyproject.toml",
        "requirements.txt",
    ];
    path.split('/').count() <= 2 && names.contains(&base_name(path))
}

fn is_compose(path: &str) -> bool {
    let name = base_name(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && (name.starts_with("compose") || name.starts_with("docker-compose"))
}

/// Settings of tools, tests and what was made smaller.
fn is_aside(path: &str) -> bool {
    let name = base_name(path);
    let marks = [
        ".config.",
        ".conf.",
        ".min.",
        ".spec.",
        ".stories.",
        ".test.",
        "_test.",
    ];
    let tools = [
        "Gruntfile",
        "Gulpfile",
        "conftest",
        "fabfile",
        "gruntfile",
        "gulpfile",
        "noxfile",
        "setup.py",
        "tasks.py",
        "test_",
    ];
    marks.iter().any(|mark| name.contains(mark)) || tools.iter().any(|tool| name.starts_with(tool))
}

struct Release<'a> {
    answers: &'a Answers,
    names: Names<'a>,
    /// Names of all files.
    shipped: BTreeSet<&'a str>,
    /// What container files and the like say, all together.
    recipes: String,
    /// Packages that `package.json` names.
    modules: BTreeSet<String>,
    /// Packages of Python and Ruby that the release installs, in small letters, but those that start a program of the system.
    packages: BTreeSet<String>,
    /// What Composer loads, by `composer.json`.
    autoloads: Vec<(String, Autoload)>,
    is_built: bool,
}

impl<'a> Release<'a> {
    fn content(&self, entry: &'a Entry, out: &mut Observation<'_>) -> Option<&'a [u8]> {
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
        if Language::of(&entry.path) == Some(Language::JavaScript) {
            let id = FactId::keyed("source.case", entry.path.as_str());
            out.state(id, state, Origin::file(entry.path.as_str()));
        }
        None
    }

    /// Whether a program comes with the release, or with the image that it makes.
    fn brings(&self, program: &str) -> bool {
        let is_word = |c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c);
        self.shipped.contains(program) || self.recipes.split(is_word).any(|word| word.contains(program))
    }

    /// Whether a package of the release installs a program of its own name, or of a name that ends with it (`pybabel` of Babel).
    fn installs(&self, program: &str) -> bool {
        let program = program.to_ascii_lowercase();
        let is_of =
            |package: &String| program == *package || (package.len() > 4 && program.ends_with(package));
        self.packages.iter().any(is_of)
    }

    /// What the libraries of a manifest need; the files that it begins with.
    fn manifest(&mut self, entry: &'a Entry, out: &mut Observation<'_>) -> Vec<String> {
        let Some(bytes) = self.content(entry, out) else {
            return Vec::new();
        };
        if let Some((ecosystem, names)) = named(&entry.path, &text(bytes)) {
            let libraries = programs_of(ecosystem, &names).into_iter();
            for library in libraries.filter(|library| !self.brings(library.program)) {
                let key = format!("{}:{}", entry.path, library.program);
                out.keyed(
                    "source.program",
                    key,
                    library.name,
                    Origin::file(entry.path.as_str()),
                );
            }
        }
        if let Some(directory) = entry.path.strip_suffix("composer.json") {
            let manifest = serde_json::from_slice(bytes).unwrap_or_default();
            let autoload = Autoload::of(&manifest, directory.trim_end_matches('/'));
            self.autoloads.push((entry.path.clone(), autoload));
        }
        match entry.path.strip_suffix("package.json") {
            None => Vec::new(),
            Some(directory) => {
                let manifest = serde_json::from_slice(bytes).unwrap_or_default();
                entries(&manifest, directory.trim_end_matches('/'), &self.names)
            }
        }
    }

    /// Tells of files that a compose file names in another case.
    fn mounts(&self, entry: &'a Entry, out: &mut Observation<'_>) {
        let Some(bytes) = self.content(entry, out) else {
            return;
        };
        let path = entry.path.as_str();
        for written in mounted(path, &text(bytes)) {
            if let Some(file) = self.names.mounted_otherwise(&written) {
                let key = format!("{path}:{}", written.text);
                out.keyed("source.case", key, file, Origin::line(path, written.line));
            }
        }
    }

    fn calls(
        &self,
        path: &str,
        language: Language,
        literals: &[Literal],
        text: &str,
        out: &mut Observation<'_>,
    ) {
        if handles_platforms(text) {
            return;
        }
        for literal in literals {
            if let Some(program) = called(literal, language, text)
                .filter(|program| !self.brings(program) && !self.installs(program))
            {
                let how = format!("{}(\"{}\")", call(&literal.before), literal.text);
                out.keyed(
                    "source.program",
                    format!("{path}:{program}"),
                    how,
                    Origin::line(path, literal.line),
                );
            }
        }
    }

    /// Tells of references in another case; gives all of them.
    fn cases(
        &self,
        path: &str,
        language: Language,
        literals: &[Literal],
        text: &str,
        out: &mut Observation<'_>,
    ) -> Vec<String> {
        let references = references(literals, language);
        // What is built already was found where it was built.
        let is_built = self.is_built && path.contains("src/");
        for literal in references.iter().filter(|_| !is_built) {
            if let Some(file) = self.names.differing(path, &literal.text) {
                let key = format!("{path}:{}", literal.text);
                out.keyed("source.case", key, file, Origin::line(path, literal.line));
            }
        }
        for (literal, package) in packages_otherwise(literals, language, &self.modules)
            .into_iter()
            .filter(|_| !is_built)
        {
            let key = format!("{path}:{}", literal.text);
            out.keyed("source.case", key, package, Origin::line(path, literal.line));
        }
        let mut written = paths(path, literals, language);
        if path.ends_with(".py") {
            written.extend(modules(path, text));
        }
        let is_told = |text: &str| references.iter().any(|literal| literal.text == text);
        for written in written
            .iter()
            .filter(|written| !is_built && !is_told(&written.text))
        {
            if let Some(file) = self.names.written_otherwise(written) {
                let key = format!("{path}:{}", written.text);
                out.keyed("source.case", key, file, Origin::line(path, written.line));
            }
        }
        references.iter().map(|literal| literal.text.clone()).collect()
    }

    /// Tells of classes and paths that Composer looks for in another case.
    fn autoloaded(&self, classes: &[(&str, Cow<'_, str>)], out: &mut Observation<'_>) {
        let mut tell = |path: &str, other: Otherwise| {
            let key = format!("{path}:{}", other.reference);
            out.keyed("source.case", key, other.file, Origin::line(path, other.line));
        };
        for (manifest, autoload) in &self.autoloads {
            let otherwise = autoload.paths_otherwise(&self.names);
            if !otherwise.is_empty() {
                for other in otherwise {
                    tell(manifest, other);
                }
                continue;
            }
            let mut told = BTreeSet::new();
            for (path, text) in classes {
                if let Some(other) = autoload.declared_otherwise(path, text) {
                    told.insert((*path).to_owned());
                    tell(path, other);
                }
            }
            for (path, text) in classes {
                for other in autoload.imported_otherwise(text, &self.names, &told) {
                    tell(path, other);
                }
            }
        }
    }
}
