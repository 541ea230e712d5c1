use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::brought::{is_brought, is_manifest};
use super::names::other_names;
use super::{
    Needs, SCHEMAS, Shebang, awk, bashisms, docker_plugins, gnu_options, installs_into_system, lacking,
    makes_environment, needs, of_bash, parse, programs, shebang,
};
use crate::elf::HEAD_BYTES;
use crate::reading::{base_name, text};

static MANIFEST: Manifest = Manifest::new(
    "scripts",
    Subject::Release,
    "Who runs the scripts of a release, and what shell scripts use that some hosts lack.",
    SCHEMAS,
);

/// Reads the scripts of a release.
pub const PROBE: &dyn Probe = &Scripts;

struct Scripts;

/// Directories that hold what others wrote, or what never leaves the developer's machine.
const FOREIGN: [&str; 6] = [
    ".git",
    ".github",
    "bower_components",
    "node_modules",
    "target",
    "vendor",
];

/// Larger files are archives with a script before them, in bytes.
const CAP: u64 = 1 << 20;

/// Files from which environments of Python are made; they have a `python`.
const ENVIRONMENTS: [&str; 8] = [
    "Pipfile",
    "activate",
    "environment.yml",
    "poetry.lock",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "uv.lock",
];

/// Shells whose language is read.
const SHELLS: [&str; 5] = ["ash", "bash", "dash", "ksh", "sh"];

/// The same question as that of the probe `elf`: a release is read once.
fn all_files() -> Need {
    Need::Glob {
        pattern: "**".to_owned(),
        take: Take::Head(HEAD_BYTES),
        max_entries: 200_000,
    }
}

impl Probe for Scripts {
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
        let own = files.entries.iter().filter(|entry| !is_foreign(&entry.path));
        let shipped: BTreeSet<&str> = files.entries.iter().map(|entry| base_name(&entry.path)).collect();
        let manifests = manifests(&files.entries, answers, out);
        let has_environment = ENVIRONMENTS.iter().any(|name| shipped.contains(name));
        for entry in own.filter(|entry| entry.kind == EntryKind::File) {
            let Some(Outcome::Got(head)) = &entry.content else {
                continue;
            };
            let first_line = shebang(&head.0);
            if let Some(shebang) = &first_line {
                tell_interpreter(out, &entry.path, shebang, has_environment);
            }
            let program = first_line.as_ref().map(Shebang::program);
            if program.map_or(entry.path.ends_with(".sh"), |program| SHELLS.contains(&program)) {
                let release = Release {
                    shipped: &shipped,
                    manifests: &manifests,
                };
                shell_script(out, answers, entry, &head.0, program, &release);
            }
        }
    }
}

/// What is around a script.
struct Release<'a> {
    /// Names of the files.
    shipped: &'a BTreeSet<&'a str>,
    /// The manifests of what is installed with it, one after the other, in small letters.
    manifests: &'a str,
}

fn manifests(files: &[Entry], answers: &Answers, out: &mut Observation<'_>) -> String {
    let mut texts = String::new();
    for entry in files
        .iter()
        .filter(|entry| !is_foreign(&entry.path) && is_manifest(base_name(&entry.path)))
    {
        let need = Need::file_up_to(entry.path.as_str(), CAP);
        if !answers.has(&need) {
            out.ask(need);
        } else if let Outcome::Got(bytes) = answers.bytes(&need) {
            texts.push_str(base_name(&entry.path));
            texts.push('\n');
            texts.push_str(&text(bytes));
            texts.push('\n');
        }
    }
    texts.make_ascii_lowercase();
    texts
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

fn tell_interpreter(out: &mut Observation<'_>, path: &str, shebang: &Shebang, has_environment: bool) {
    let origin = || Origin::line(path, 1);
    let interpreter = shebang.interpreter.as_str();
    if shebang.carriage_return {
        out.keyed("script.carriage-return", path, shebang.program(), origin());
        return;
    }
    let (directory, name) = interpreter.rsplit_once('/').unwrap_or(("", interpreter));
    out.keyed(
        "script.interpreter",
        format!("{path}:{name}"),
        interpreter,
        origin(),
    );
    out.keyed("script.interpreter-directory", path, directory, origin());
    if let Some(words) = &shebang.joined {
        out.keyed("script.env-words", path, words.as_str(), origin());
        return;
    }
    if let Some(name) = shebang.name.as_ref().filter(|_| shebang.is_split) {
        out.keyed("script.env-split", path, name.as_str(), origin());
    }
    let is_bare = !has_environment && base_name(path) != "manage.py";
    if let Some(name) = shebang.name.as_ref().filter(|name| *name == "python" && is_bare) {
        out.keyed("script.interpreter-bare", path, name.as_str(), origin());
    }
    if let Some(name) = &shebang.name {
        out.keyed("script.interpreter-name", path, name.as_str(), origin());
    }
}

fn shell_script(
    out: &mut Observation<'_>,
    answers: &Answers,
    entry: &Entry,
    head: &[u8],
    program: Option<&str>,
    release: &Release<'_>,
) {
    let path = entry.path.as_str();
    let is_posix = program == Some("sh");
    let need = Need::file_up_to(path, CAP);
    let is_whole = u64::try_from(head.len()).is_ok_and(|read| read >= entry.size);
    if !is_whole && !answers.has(&need) {
        out.ask(need);
        return;
    }
    let bytes = match answers.bytes(&need) {
        _ if is_whole => head,
        Outcome::Got(bytes) => bytes,
        Outcome::NotPermitted => return unknown(out, path, is_posix, &State::NotPermitted),
        Outcome::Failed(failure) => return unknown(out, path, is_posix, &State::Unknown(failure.reason)),
        Outcome::Absent | Outcome::NotApplicable => return,
    };
    let text = text(bytes);
    let script = match parse(&text) {
        Ok(script) => script,
        Err(error) => return unknown(out, path, is_posix, &State::Unknown(format!("{path}: {error}"))),
    };
    let origin = || Origin::file(path);
    if is_posix {
        for (shell, constructs) in bashisms(&script, &text) {
            out.keyed(
                "script.bashisms",
                format!("{path}:{shell}"),
                Value::set(constructs),
                origin(),
            );
        }
    }
    let options = gnu_options(&script);
    if !options.is_empty() {
        out.keyed("script.gnu-options", path, Value::set(options), origin());
    }
    let plugins = docker_plugins(&script);
    if !plugins.is_empty() {
        out.keyed("script.docker-plugins", path, Value::set(plugins), origin());
    }
    for (flavour, features) in awk(&script) {
        out.keyed(
            "script.awk",
            format!("{path}:{flavour}"),
            Value::set(features),
            origin(),
        );
    }
    let of_bash = if program == Some("bash") {
        of_bash(&script, &text)
    } else {
        Needs::new()
    };
    for ((tool, what), since) in needs(&script).into_iter().chain(of_bash) {
        out.keyed("script.needs", format!("{path}:{tool}:{what}"), since, origin());
    }
    let called: Vec<String> = programs(&script)
        .into_iter()
        .filter(|name| !release.shipped.contains(name.as_str()) && !is_brought(name, release.manifests))
        .collect();
    for ((name, variant), words) in lacking(&script) {
        let key = format!("{path}:{name}:{variant}");
        out.keyed("script.lacking", key, Value::set(words), origin());
    }
    if let Some(call) = installs_into_system(&script, &text) {
        out.keyed("script.pip", path, call, origin());
    }
    if let Some(call) = makes_environment(&script, &text) {
        out.keyed("script.venv", path, call, origin());
    }
    for (name, other) in other_names(&called) {
        out.keyed(
            "script.other-name",
            format!("{path}:{name}:{other}"),
            name,
            origin(),
        );
    }
    if !called.is_empty() {
        out.keyed("script.programs", path, Value::set(called), origin());
    }
}

fn unknown(out: &mut Observation<'_>, path: &str, is_posix: bool, state: &State) {
    let mut ids = vec![FactId::keyed("script.gnu-options", path)];
    if is_posix {
        ids.extend(
            ["busybox", "dash"].map(|shell| FactId::keyed("script.bashisms", format!("{path}:{shell}"))),
        );
    }
    for id in ids {
        out.state(id, state.clone(), Origin::file(path));
    }
}
