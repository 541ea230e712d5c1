use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::brought::{is_brought, is_manifest};
use super::locks::Locks;
use super::names::other_names;
use super::{
    Needs, SCHEMAS, Script, Shebang, awk, bashisms, bsd_options, converts, docker_plugins,
    ends_in_carriage_return, gnu_options, installs_into_system, lacking, makes_environment, needs, of_bash,
    parse, programs, reads, shebang,
};
use crate::elf::HEAD_BYTES;
use crate::reading::{base_name, text};
use crate::release::{is_for_its_makers, makes_a_release, whole};

static MANIFEST: Manifest = Manifest::new(
    "scripts",
    Subject::Release,
    "Who runs the scripts of a release, and what shell scripts use that some hosts lack.",
    SCHEMAS,
);

/// Reads the scripts of a release.
pub const PROBE: &dyn Probe = &Scripts;

struct Scripts;

/// Directories that hold what others wrote.
const FOREIGN: [&str; 4] = ["bower_components", "node_modules", "target", "vendor"];

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

/// U+FEFF in UTF-8, which editors of Windows put before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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
        let own: Vec<&Entry> = own.filter(|entry| entry.kind == EntryKind::File).collect();
        // Where nothing may be executed, the bits were lost on the way, and say nothing.
        let has_bits = own
            .iter()
            .any(|entry| starts_with_shebang(entry) && is_executable(entry));
        let mut locks = Locks::default();
        for entry in &files.entries {
            if let Some(Outcome::Got(head)) = &entry.content {
                locks.look(&entry.path, &text(&head.0));
            }
        }
        let converted = converts(&recipes(&files.entries, answers, out));
        let mut read: BTreeMap<String, &str> = BTreeMap::new();
        let mut called: Vec<(&str, BTreeSet<String>)> = Vec::new();
        let mut functions: BTreeSet<String> = BTreeSet::new();
        for entry in own {
            let Some(Outcome::Got(head)) = &entry.content else {
                continue;
            };
            let marked = head.0.strip_prefix(BYTE_ORDER_MARK);
            if let Some(shebang) = marked.and_then(shebang) {
                let origin = Origin::line(&entry.path, 1);
                out.keyed("script.byte-order-mark", &entry.path, shebang.program(), origin);
            }
            let first_line = shebang(&head.0);
            let is_run = !has_bits || is_executable(entry);
            if let Some(shebang) = first_line.as_ref().filter(|_| is_run)
                && !(shebang.carriage_return && converted)
            {
                tell_interpreter(out, &entry.path, shebang, has_environment);
            }
            let is_told = is_run && first_line.as_ref().is_some_and(|line| line.carriage_return);
            if entry.path.ends_with(".sh") && !is_told && ends_in_carriage_return(&head.0) {
                read.insert(entry.path.clone(), "the shell that runs it");
            }
            let program = first_line.as_ref().map(Shebang::program);
            if program.map_or(entry.path.ends_with(".sh"), |program| SHELLS.contains(&program))
                && let Some(script) = shell_script(out, answers, entry, &head.0, program)
            {
                for ((tool, what), since) in locks.needs(&script) {
                    let key = format!("{}:{tool}:{what}", entry.path);
                    out.keyed("script.needs", key, since, Origin::file(entry.path.as_str()));
                }
                functions.extend(script.functions.iter().cloned());
                for name in reads(&script) {
                    if let Some(file) = beside(&files.entries, &entry.path, name)
                        && !file.path.ends_with(".sh")
                    {
                        read.insert(file.path.clone(), &entry.path);
                    }
                }
                called.push((&entry.path, programs(&script)));
            }
        }
        for (path, reader) in read.iter().filter(|_| !converted) {
            out.keyed("script.lines", path, *reader, Origin::file(path));
        }
        let is_ours = |name: &String| {
            // A script that others read may call what they define.
            shipped.contains(name.as_str()) || functions.contains(name) || is_brought(name, &manifests)
        };
        for (path, mut programs) in called {
            programs.retain(|name| !is_ours(name));
            if makes_a_release(path) {
                continue;
            }
            let programs: Vec<String> = programs.into_iter().collect();
            for (name, other) in other_names(&programs) {
                let key = format!("{path}:{name}:{other}");
                out.keyed("script.other-name", key, name, Origin::file(path));
            }
            if !programs.is_empty() {
                out.keyed("script.programs", path, Value::set(programs), Origin::file(path));
            }
        }
    }
}

/// What lies under this name in the directory of a script or at the top, where its lines end in carriage returns.
fn beside<'a>(files: &'a [Entry], script: &str, name: &str) -> Option<&'a Entry> {
    let directory = script.rsplit_once('/').map_or("", |(directory, _)| directory);
    let near = [format!("{directory}/{name}"), name.to_owned()];
    let is_there = |entry: &&Entry| near.contains(&entry.path);
    let ends = |entry: &&Entry| {
        let head = entry.content.as_ref().and_then(Outcome::got);
        head.is_some_and(|head| ends_in_carriage_return(&head.0))
    };
    files.iter().filter(is_there).find(ends)
}

/// What makes images of the release, and tells git how lines end.
fn recipes(files: &[Entry], answers: &Answers, out: &mut Observation<'_>) -> String {
    let mut texts = String::new();
    let is_recipe = |entry: &&Entry| {
        let name = base_name(&entry.path);
        name.starts_with("Dockerfile") || name.starts_with("Containerfile")
    };
    for entry in files.iter().filter(is_recipe) {
        if let Some(Outcome::Got(bytes)) = whole(answers, entry, CAP, out) {
            texts.push_str(&text(bytes));
        }
    }
    texts
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
    path.split('/').any(|part| FOREIGN.contains(&part)) || is_for_its_makers(path)
}

fn starts_with_shebang(entry: &Entry) -> bool {
    matches!(&entry.content, Some(Outcome::Got(head)) if head.0.starts_with(b"#!"))
}

fn is_executable(entry: &Entry) -> bool {
    entry.mode & 0o111 != 0
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
) -> Option<Script> {
    let path = entry.path.as_str();
    let is_posix = program == Some("sh");
    let need = Need::file_up_to(path, CAP);
    let is_whole = u64::try_from(head.len()).is_ok_and(|read| read >= entry.size);
    if !is_whole && !answers.has(&need) {
        out.ask(need);
        return None;
    }
    let bytes = match answers.bytes(&need) {
        _ if is_whole => head,
        Outcome::Got(bytes) => bytes,
        outcome @ (Outcome::NotPermitted | Outcome::Failed(_)) => {
            let state = match outcome {
                Outcome::Failed(failure) => State::Unknown(failure.reason),
                _ => State::NotPermitted,
            };
            unknown(out, path, is_posix, &state);
            return None;
        }
        Outcome::Absent | Outcome::NotApplicable => return None,
    };
    let text = text(bytes);
    let script = match parse(&text) {
        Ok(script) => script,
        Err(error) => {
            unknown(out, path, is_posix, &State::Unknown(format!("{path}: {error}")));
            return None;
        }
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
    for (tool, used) in bsd_options(&script, &text) {
        out.keyed("script.bsd-options", format!("{path}:{tool}"), used, origin());
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
    Some(script)
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
