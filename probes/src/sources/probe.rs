use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{Language, Names, SCHEMAS, called, handles_platforms, literals, named, programs_of, references};
use crate::reading::{base_name, text};
use crate::release::all_files;

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
const FOREIGN: [&str; 27] = [
    ".git",
    ".github",
    ".next",
    ".nuxt",
    ".storybook",
    ".tox",
    ".venv",
    "__tests__",
    "bench",
    "bin",
    "bower_components",
    "build",
    "cypress",
    "dist",
    "docs",
    "e2e",
    "examples",
    "node_modules",
    "out",
    "scripts",
    "site-packages",
    "spec",
    "target",
    "test",
    "tests",
    "tools",
    "vendor",
];

/// Directories with what a build has made of the code.
const BUILT: [&str; 6] = [".next", ".nuxt", ".output", "build", "dist", "out"];

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
        let own = files
            .iter()
            .filter(|entry| entry.size <= CAP && !is_foreign(&entry.path));
        for entry in own.take(MAX_FILES) {
            if is_manifest(&entry.path) {
                release.manifest(entry, out);
            } else if let Some(language) = Language::of(&entry.path).filter(|_| !is_aside(&entry.path)) {
                release.code(entry, language, out);
            }
        }
    }
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

fn is_manifest(path: &str) -> bool {
    let names = [
        "Gemfile",
        "Pipfile.lock",
        "composer.json",
        "package.json",
        "requirements.txt",
    ];
    path.split('/').count() <= 2 && names.contains(&base_name(path))
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

    fn manifest(&self, entry: &'a Entry, out: &mut Observation<'_>) {
        let Some(bytes) = self.content(entry, out) else {
            return;
        };
        let Some((ecosystem, names)) = named(&entry.path, &text(bytes)) else {
            return;
        };
        for library in programs_of(ecosystem, &names)
            .iter()
            .filter(|library| !self.brings(library.program))
        {
            let key = format!("{}:{}", entry.path, library.program);
            out.keyed(
                "source.program",
                key,
                library.name,
                Origin::file(entry.path.as_str()),
            );
        }
    }

    fn code(&self, entry: &'a Entry, language: Language, out: &mut Observation<'_>) {
        let Some(bytes) = self.content(entry, out) else {
            return;
        };
        let (path, text) = (entry.path.as_str(), text(bytes));
        let literals = literals(&text, language);
        if !handles_platforms(&text) {
            for literal in &literals {
                if let Some(program) =
                    called(literal, language, &text).filter(|program| !self.brings(program))
                {
                    let call = literal
                        .before
                        .rsplit([';', '=', '{', '}', ','])
                        .next()
                        .unwrap_or_default();
                    let how = format!("{call}\"{}\"", literal.text);
                    out.keyed(
                        "source.program",
                        format!("{path}:{program}"),
                        how,
                        Origin::line(path, literal.line),
                    );
                }
            }
        }
        // What is built already was found where it was built.
        if self.is_built && path.contains("src/") {
            return;
        }
        for literal in references(&literals, language) {
            if let Some(file) = self.names.differing(path, &literal.text) {
                let key = format!("{path}:{}", literal.text);
                out.keyed("source.case", key, file, Origin::line(path, literal.line));
            }
        }
    }
}
