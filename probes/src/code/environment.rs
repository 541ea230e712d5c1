//! Variables without which a program ends, and those that a release sets.

use std::collections::BTreeMap;

use super::language::{Language, arguments};
use super::variables;

/// Calls that end the program where the variable is not set, and how they are told.
const CALLS: [(Language, &str, &str, &str); 3] = [
    (Language::Ruby, "ENV.fetch(", ")", "ENV.fetch"),
    (Language::Python, "os.environ[", "]", "os.environ[]"),
    (Language::Python, "environ[", "]", "os.environ[]"),
];

/// What follows a call in Rust that ends the program where there is no value.
const RUST_ENDS: [&str; 3] = [").expect(", ").unwrap()", ")?"];

/// Names, with how they are taken and the line.
pub(super) fn required(text: &str, language: Language, path: &str) -> BTreeMap<String, (&'static str, u32)> {
    let mut found = BTreeMap::new();
    let mut add = |name: &str, how, line| {
        if is_name(name) {
            found.entry(name.to_owned()).or_insert((how, line));
        }
    };
    for (_, call, end, how) in CALLS.iter().filter(|(of, ..)| *of == language) {
        for (line, name, after) in arguments(text, call) {
            // `request.environ` has what a client sent.
            if *call == "environ[" && text.contains(&format!(".{call}")) {
                continue;
            }
            // A second argument or a block is a default; an assignment sets it.
            let Some(rest) = after.strip_prefix(end).map(str::trim_start) else {
                continue;
            };
            let is_set = rest.starts_with('=') && !rest.starts_with("==");
            let has_default = ["{", "do ", "rescue "]
                .iter()
                .any(|begin| rest.starts_with(begin));
            if !is_set && !has_default {
                add(name, *how, line);
            }
        }
    }
    for (name, how, line) in variables::required(text, language, path) {
        add(&name, how, line);
    }
    match language {
        Language::Rust => {
            for call in ["env::var(", "env::var_os("] {
                for (line, name, after) in arguments(text, call) {
                    if RUST_ENDS.iter().any(|end| after.starts_with(end)) {
                        add(name, "env::var", line);
                    }
                }
            }
        }
        Language::Shell => {
            for (line, name) in expansions(text) {
                add(name, "with :? in a shell", line);
            }
        }
        Language::Settings if is_rails_secrets(path) => {
            if let Some((line, name)) = secret_key(text) {
                add(name, "secret_key_base of production", line);
            }
        }
        _ => {}
    }
    found
}

pub(super) fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_plain)
}

/// `${NAME:?…}` and `${NAME?…}`: the shell ends where the variable is not set (POSIX 2.6.2).
pub(super) fn expansions(text: &str) -> Vec<(u32, &str)> {
    let lines = (1..).zip(text.lines());
    lines
        .flat_map(|(number, line)| {
            line.split("${").skip(1).filter_map(move |rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
                let (name, after) = rest.split_at_checked(end)?;
                (after.starts_with(":?") || after.starts_with('?')).then_some((number, name))
            })
        })
        .collect()
}

fn is_rails_secrets(path: &str) -> bool {
    path == "config/secrets.yml" || path.ends_with("/config/secrets.yml")
}

/// The variable of `secret_key_base` below `production:`: Rails refuses to start without a value.
fn secret_key(text: &str) -> Option<(u32, &str)> {
    let mut in_production = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            in_production = line.starts_with("production:");
        }
        if let Some(value) = line
            .trim_start()
            .strip_prefix("secret_key_base:")
            .filter(|_| in_production)
        {
            let open = ["ENV[\"", "ENV['"].into_iter();
            let (_, rest) = open.filter_map(|open| value.split_once(open)).next()?;
            return Some((number, rest.split(['"', '\'']).next()?));
        }
    }
    None
}

/// Names that a container file, a `.env` or a unit of the release sets.
pub(super) fn provided(path: &str, text: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let pairs = |line: &str| -> Vec<String> {
        let words = line.split_whitespace();
        words
            .filter_map(|word| word.trim_matches('"').split_once('='))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let lines = text.lines().map(str::trim);
    let names: Vec<String> = if is_container_file(name) {
        lines
            .filter_map(|line| line.strip_prefix("ENV ").or_else(|| line.strip_prefix("ARG ")))
            .flat_map(|rest| match rest.contains('=') {
                true => pairs(rest),
                false => rest.split_whitespace().take(1).map(str::to_owned).collect(),
            })
            .collect()
    } else if name.ends_with(".service") {
        lines
            .filter_map(|line| line.strip_prefix("Environment="))
            .flat_map(pairs)
            .collect()
    } else if name == ".env" || name == ".env.production" || name.ends_with(".env") {
        lines
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='))
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, _)| name.trim().to_owned())
            .collect()
    } else {
        Vec::new()
    };
    names
        .into_iter()
        .filter(|name| is_name(name) || name == "TZ")
        .collect()
}

pub(super) fn is_container_file(name: &str) -> bool {
    name == "Dockerfile"
        || name == "Containerfile"
        || name.starts_with("Dockerfile.")
        || name.ends_with(".Dockerfile")
}
