//! `docs/first-use.md` is run from top to bottom: what it shows is what is printed. `SNAPSHOTS=overwrite` renews it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::{NOW, World};

fn top(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(name)
}

/// What a reader has after the first block: the project, and `parity` on the path.
fn copied() -> World {
    let world = World::empty();
    for directory in ["", "hosts"] {
        for entry in fs::read_dir(top("fixtures/first-use").join(directory))
            .unwrap()
            .flatten()
        {
            if entry.file_type().unwrap().is_file() {
                let name = Path::new(directory).join(entry.file_name());
                world.write(name.to_str().unwrap(), &fs::read(entry.path()).unwrap());
            }
        }
    }
    world
}

/// What a terminal shows of a line of shell.
fn shown(world: &World, home: &Path, line: &str) -> String {
    let parity = Path::new(env!("CARGO_BIN_EXE_parity")).parent().unwrap();
    let output = Command::new("/bin/sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(world.path("."))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", parity.display()))
        .env("HOME", home)
        .env("SOURCE_DATE_EPOCH", NOW)
        .env("COLUMNS", "300")
        .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "you")))
        .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "you@example")))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_page_shows_what_is_printed() {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: there is no git");
        return;
    }
    let world = copied();
    let home = tempfile::tempdir().unwrap();
    let path = top("docs/first-use.md");
    let page = fs::read_to_string(&path).unwrap();
    let mut made = String::new();
    let mut lines = page.lines();
    let mut file = None;
    while let Some(line) = lines.next() {
        made.push_str(&format!("{line}\n"));
        if let Some(name) = line.strip_prefix("<!-- file: ") {
            file = name.strip_suffix(" -->");
        }
        if !line.starts_with("```") {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if line == "```console" {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                made.push_str(&format!("$ {command}\n{}", shown(&world, home.path(), command)));
            }
        } else {
            made.push_str(&block.iter().map(|line| format!("{line}\n")).collect::<String>());
            if let Some(name) = file.take() {
                world.text(name, &format!("{}\n", block.join("\n")));
            }
        }
        made.push_str("```\n");
    }
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(
        snapbox::Data::text(made).raw(),
        snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw(),
    );
}
