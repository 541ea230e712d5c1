//! `parity init`: a commented parity.toml from what the project and this machine show.

use std::fs;
use std::path::Path;

use parity_core::config::FILE_NAME;

use crate::args::Init;
use crate::error::{CliError, Exit};
use crate::render::output;
use crate::session::Session;

pub(crate) fn run(session: &Session, arguments: &Init) -> Result<Exit, CliError> {
    let path = Path::new(FILE_NAME);
    if path.exists() && !arguments.force {
        return Err(CliError::usage_help(
            "there is a parity.toml already",
            "parity init --force overwrites it",
        ));
    }
    let text = propose(&programs(), &hosts_of_ssh_config());
    output::write_whole(path, text.as_bytes())?;
    session.tell("parity.toml written: name your hosts in it, then run `parity lock` and `parity check`");
    Ok(Exit::Clear)
}

/// Programs that a build left here, as paths.
fn programs() -> Vec<String> {
    let mut found = Vec::new();
    let candidates = fs::read_dir("target/release").into_iter().flatten().flatten();
    for entry in candidates {
        let path = entry.path();
        let is_program = path.is_file() && path.extension().is_none() && starts_like_elf(&path);
        found.extend(is_program.then(|| path.display().to_string()));
    }
    for manifest in ["package.json", "composer.json", "pyproject.toml"] {
        if Path::new(manifest).is_file() {
            found.push(".".to_owned());
            break;
        }
    }
    found.sort();
    found
}

fn starts_like_elf(path: &Path) -> bool {
    use std::io::Read;
    let mut magic = [0; 4];
    fs::File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .is_ok()
        && magic == *b"\x7fELF"
}

/// Aliases of the user's own ssh configuration, as suggestions.
fn hosts_of_ssh_config() -> Vec<String> {
    let Some(home) = std::env::home_dir() else {
        return Vec::new();
    };
    let text = fs::read_to_string(home.join(".ssh/config")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("Host "));
    let names = lines
        .flat_map(str::split_whitespace)
        .filter(|name| !name.contains(['*', '?', '!']));
    names.take(6).map(str::to_owned).collect()
}

fn propose(programs: &[String], hosts: &[String]) -> String {
    let quoted = |items: &[String], prefix: &str| {
        items
            .iter()
            .map(|item| format!("\"{prefix}{item}\""))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let artifacts = match programs {
        [] => "# backend = [\"target/release/app\"]".to_owned(),
        programs => format!("backend = [{}]", quoted(programs, "")),
    };
    let known = match hosts {
        [] => String::new(),
        hosts => format!("# Known to your ssh: {}\n", quoted(hosts, "ssh:")),
    };
    format!(
        "# What ships, by the role that runs it: programs, directories, packages.\n\
         [artifacts]\n{artifacts}\n\n\
         # Where it runs, by role. Also rootfs:DIR, docker://NAME, FILE.json, facts:FILE.toml.\n\
         {known}[environments.production]\n\
         backend = [\"ssh://app1.example\"]\n\
         # web = [\"ssh://web1.example\"]\n\
         # db = [\"ssh://db1.example\"]\n\n\
         # Who connects to whom: on your machine everything is localhost, there it is not.\n\
         # [[links]]\n# from = \"backend\"\n# to = \"db\"\n# port = 5432\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_can_be_read() {
        for (programs, hosts) in [
            (vec![], vec![]),
            (vec!["target/release/a".to_owned()], vec!["web1".to_owned()]),
        ] {
            let text = propose(&programs, &hosts);
            parity_core::config::Config::parse(&text).unwrap();
        }
    }
}
