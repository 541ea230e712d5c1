//! The hook, the action and the template at the top of the repository, each run as what it is for runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::world::{Run, World, host};

fn top(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(name)
}

/// The documents of a YAML file.
fn documents(name: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(&fs::read_to_string(top(name)).unwrap()).unwrap()
}

/// The shop with its lock, of which one host is too old, or none.
fn locked(fits: bool) -> World {
    let world = World::shop();
    if fits {
        world.text("be2.toml", &host("be2", "2.36"));
    }
    world.parity(&["lock"]).ended(0);
    world
}

fn directory_of_parity() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_parity"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// Runs a script as a step of GitHub does.
fn step(world: &World, script: &str, path: &str, variables: &[(&str, String)]) -> Run {
    let mut command = Command::new("/bin/bash");
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(world.path("."))
        .env_clear()
        .env("PATH", path)
        .env("HOME", world.path("."))
        .env("SOURCE_DATE_EPOCH", crate::world::NOW)
        .envs(variables.iter().map(|(name, value)| (*name, value)));
    Run::of(command.output().unwrap())
}

fn steps() -> Vec<Value> {
    let [action] = documents("action.yml").try_into().unwrap();
    assert_eq!(action["runs"]["using"], "composite");
    action["runs"]["steps"].as_array().unwrap().clone()
}

fn script(name: &str) -> String {
    let steps = steps();
    let named = steps.iter().find(|step| step["name"] == name);
    let step = named.unwrap_or_else(|| panic!("no step `{name}`"));
    assert_eq!(step["shell"], "bash", "{name}");
    step["run"].as_str().unwrap().to_owned()
}

/// The variables that a runner sets.
fn runner(world: &World) -> Vec<(&'static str, String)> {
    fs::create_dir_all(world.path("runner")).unwrap();
    let file = |name: &str| world.path(&format!("runner/{name}")).display().to_string();
    for name in ["output", "summary", "path"] {
        world.text(&format!("runner/{name}"), "");
    }
    vec![
        ("GITHUB_OUTPUT", file("output")),
        ("GITHUB_STEP_SUMMARY", file("summary")),
        ("GITHUB_PATH", file("path")),
        ("GITHUB_ACTION_PATH", top("").display().to_string()),
        ("RUNNER_TEMP", world.path("runner").display().to_string()),
    ]
}

fn checked(world: &World, arguments: &str, new_since: &str) -> Run {
    let mut variables = runner(world);
    variables.push(("ARGUMENTS", arguments.to_owned()));
    variables.push(("NEW_SINCE", new_since.to_owned()));
    let path = format!("{}:/usr/bin:/bin", directory_of_parity().display());
    step(world, &script("parity check"), &path, &variables)
}

#[test]
fn the_action_checks() {
    let world = locked(false);
    let run = checked(&world, "", "");
    assert!(run.ended(1).out.contains("::error "), "{}", run.out);
    assert!(world.read("runner/output").starts_with("exit-code=1\nsarif="));
    assert!(world.read("runner/summary").starts_with("## ⛔ parity: blocked"));
    assert!(world.read("runner/parity.sarif").contains("libc-symbols"));
    assert!(world.read("runner/parity.html").starts_with("<!doctype html>"));
    checked(&world, "--fail-on never --all", "").ended(0);
    checked(&world, "", "parity.lock").ended(0);
    checked(&world, "--no-such-word", "").told(2, &["unexpected argument"]);
    assert_eq!(world.read("runner/output").lines().next(), Some("exit-code=2"));
    // Words are words, whatever they are made of.
    let hostile = "$(touch${IFS}trapped);`touch trapped`&touch trapped";
    assert_eq!(checked(&world, hostile, "").code, 2);
    assert_eq!(checked(&world, "", "x'; touch trapped; '").code, 2);
    assert!(!world.path("trapped").exists());
    checked(&locked(true), "", "").ended(0);
}

#[test]
fn the_action_builds_what_is_not_there() {
    let world = World::empty();
    let variables = runner(&world);
    let cargo = format!(
        "#!/bin/bash\nset -e\nwhile [ $# -gt 0 ]; do case $1 in --path) grep -q 'name = \"parity\"' \"$2/Cargo.toml\"; shift;; \
         --root) mkdir -p \"$2/bin\"; cp {} \"$2/bin\"; shift;; esac; shift; done\n",
        env!("CARGO_BIN_EXE_parity")
    );
    world.text("tools/cargo", &cargo);
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(world.path("tools/cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", world.path("tools").display());
    step(&world, &script("look for parity"), &path, &variables).ended(0);
    assert_eq!(world.read("runner/output"), "found=false\n");
    for _ in 0..2 {
        step(&world, &script("build parity"), &path, &variables).ended(0);
    }
    let added = world.read("runner/path");
    let there = format!("{}:{path}", added.lines().next().unwrap());
    step(&world, &script("look for parity"), &there, &variables).ended(0);
    assert!(world.read("runner/output").ends_with("found=true\n"));
}

#[test]
fn the_action_is_whole() {
    let [action] = documents("action.yml").try_into().unwrap();
    let text = fs::read_to_string(top("action.yml")).unwrap();
    for (kind, names) in [("inputs", &action["inputs"]), ("outputs", &action["outputs"])] {
        for (name, described) in names.as_object().unwrap() {
            assert!(described["description"].is_string(), "{kind}.{name}");
        }
    }
    // What is asked for is declared, and what is declared is asked for.
    for input in action["inputs"].as_object().unwrap().keys() {
        assert!(text.contains(&format!("inputs.{input}")), "{input} is not used");
    }
    for (at, _) in text.match_indices("inputs.") {
        let name: String = text[at + 7..]
            .chars()
            .take_while(|c| c.is_alphabetic() || *c == '-')
            .collect();
        assert!(action["inputs"].get(&name).is_some(), "{name} is no input");
    }
    for step in steps() {
        assert!(step["run"].is_string() != step["uses"].is_string(), "{step}");
        let run = step["run"].as_str().unwrap_or_default();
        assert!(
            !run.contains("${{"),
            "what a user writes is no text of a script: {run}"
        );
    }
}

#[test]
fn the_template_checks() {
    let [spec, job] = documents("templates/parity.yml").try_into().unwrap();
    let text = fs::read_to_string(top("templates/parity.yml")).unwrap();
    for input in spec["spec"]["inputs"].as_object().unwrap().keys() {
        assert!(
            text.contains(&format!("$[[ inputs.{input} ]]")),
            "{input} is not used"
        );
    }
    let job = &job["parity check"];
    let script = job["script"][0].as_str().unwrap();
    let world = locked(false);
    let run = |arguments: &str, new_since: &str| {
        let set = format!("export ARGUMENTS='{arguments}' NEW_SINCE='{new_since}'; {script}");
        world.shell(&set)
    };
    assert!(run("", "").ended(1).out.starts_with("blocked: "));
    let reports = &job["artifacts"]["reports"];
    for file in [
        &reports["codequality"],
        &reports["junit"],
        &job["artifacts"]["paths"][0],
    ] {
        assert!(world.path(file.as_str().unwrap()).is_file(), "{file}");
    }
    assert_eq!(job["artifacts"]["when"], "always");
    run("--fail-on never", "").ended(0);
    run("", "parity.lock").ended(0);
}

/// What pre-commit runs for the hook: its entry and the arguments of the user, at the top of the repository.
#[test]
fn the_hook_is_the_offline_check() {
    let [hooks] = documents(".pre-commit-hooks.yaml").try_into().unwrap();
    let hook = &hooks[0];
    assert_eq!(
        (&hook["language"], &hook["pass_filenames"]),
        (&"system".into(), &false.into())
    );
    let entry = hook["entry"].as_str().unwrap();
    for live in ["--env", "--against", "--sudo"] {
        assert!(!entry.contains(live), "{entry} asks hosts");
    }
    let world = locked(false);
    assert!(world.shell(entry).ended(1).out.starts_with("blocked: "));
    world.shell(&format!("{entry} --new-since parity.lock")).ended(0);
    locked(true).shell(entry).ended(0);
}

#[test]
fn pre_commit_runs_the_hook() {
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !has("pre-commit") || !has("git") {
        eprintln!("skipped: pre-commit or git is not installed");
        return;
    }
    let world = locked(false);
    let repository = |name: &str, files: &[(&str, &str)]| {
        for (file, text) in files {
            world.text(&format!("{name}/{file}"), text);
        }
        let commit = "git -c user.name=n -c user.email=e@example commit -qm one";
        world.shell(&format!(
            "cd {name} && git init -q . && git add -A && {commit} && git rev-parse HEAD"
        ))
    };
    let hooks = fs::read_to_string(top(".pre-commit-hooks.yaml")).unwrap();
    let hook = repository("hook", &[(".pre-commit-hooks.yaml", &hooks)]);
    let revision = hook.ended(0).out.trim().to_owned();
    let place = world.path("hook").display().to_string();
    let config = |arguments: &str| {
        format!(
            "repos:\n  - repo: {place}\n    rev: {revision}\n    hooks:\n      - id: parity-check\n        args: [{arguments}]\n"
        )
    };
    world.text(".pre-commit-config.yaml", &config(""));
    world.text(".gitignore", "hook\n");
    repository(".", &[]).ended(0);
    let run = |arguments: &str| {
        world.text(".pre-commit-config.yaml", &config(arguments));
        let path = std::env::var("PATH").unwrap_or_default();
        let parity = directory_of_parity();
        let mut command = Command::new("pre-commit");
        command
            .args(["run", "--all-files", "--verbose"])
            .current_dir(world.path("."))
            .env("HOME", world.path("."))
            .env("PATH", format!("{}:{path}", parity.display()))
            .env("SOURCE_DATE_EPOCH", crate::world::NOW);
        Run::of(command.output().unwrap())
    };
    let blocked = run("");
    assert!(
        blocked.ended(1).out.contains("blocked: api will not start"),
        "{}",
        blocked.out
    );
    run("--new-since, parity.lock").ended(0);
}
