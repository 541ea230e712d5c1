//! Variables that sources in PHP read from the environment of the process that answers requests.

use super::said::Said;
use crate::reading::{base_name, numbered};
use crate::release::is_for_its_makers;

/// How a source reads a variable.
pub(super) const READ: &str = "php-source.variable";

/// A package that reads variables from a `.env` itself.
pub(super) const DOTENV: &str = "php-source.dotenv";

/// Packages that read a `.env`: what stands there needs no environment.
const PACKAGES: [&str; 5] = [
    "josegonzalez/dotenv",
    "laravel/framework",
    "symfony/dotenv",
    "symfony/flex",
    "vlucas/phpdotenv",
];

/// Ways to read one.
const CALLS: [&str; 3] = ["getenv(", "$_ENV[", "$_SERVER["];

/// Directories of what is run on a command line, which has the environment of whoever calls it.
const COMMANDS: [&str; 6] = ["bin", "cli", "command", "commands", "console", "scripts"];

pub(super) fn concerns(path: &str) -> bool {
    let is_command = path
        .split('/')
        .any(|part| COMMANDS.contains(&part.to_ascii_lowercase().as_str()));
    let is_source = path.ends_with(".php") && !is_command && !is_for_its_makers(path);
    is_source || base_name(path) == "composer.json"
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    for (number, line) in numbered(text) {
        let line = line.trim_start();
        if base_name(path) == "composer.json" {
            if PACKAGES
                .iter()
                .any(|package| line.contains(&format!("\"{package}\"")))
            {
                said.add(DOTENV, "", line.trim(), number);
            }
            continue;
        }
        if ["//", "#", "*", "/*"].iter().any(|mark| line.starts_with(mark)) {
            continue;
        }
        for call in CALLS {
            for rest in line.split(call).skip(1) {
                if let Some(name) = named(rest) {
                    said.add(READ, name, format!("{call}'{name}'"), number);
                }
            }
        }
    }
}

/// The name in quotes at the beginning, where it is that of a variable and not assigned to.
fn named(rest: &str) -> Option<&str> {
    let quote = rest.chars().next().filter(|c| "'\"".contains(*c))?;
    let (name, after) = rest.get(1..)?.split_once(quote)?;
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_plain);
    let after = after.trim_start().strip_prefix(']').unwrap_or(after).trim_start();
    let is_set = after.starts_with('=') && !after.starts_with("==");
    (is_name && !is_set).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .iter()
            .map(|((family, key), (_, line))| format!("{family}[{key}]:{line}"))
            .collect()
    }

    #[test]
    fn variables_that_are_read() {
        let text = "<?php\n$a = getenv('DB_HOST') ?: 'x';\n$b = $_ENV[\"DB_USER\"];\n\
            // getenv('NOT_THIS')\n$_ENV['SET'] = 1;\nif ($_SERVER['APP_ENV'] == 'prod') {}\ngetenv($name);\n";
        assert_eq!(
            names("public/index.php", text),
            [
                "php-source.variable[APP_ENV]:6",
                "php-source.variable[DB_HOST]:2",
                "php-source.variable[DB_USER]:3"
            ]
        );
        assert_eq!(
            names(
                "composer.json",
                "{\"require\": {\n \"vlucas/phpdotenv\": \"^5\"}}"
            ),
            ["php-source.dotenv[]:2"]
        );
    }

    #[test]
    fn what_answers_no_requests() {
        assert!(!concerns("bin/worker.php"));
        assert!(!concerns("src/Command/Import.php"));
        assert!(concerns("src/Db.php"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(getenv\\(|\\$_ENV\\[)['\"é\\]=A-Z]{0,20}") {
            let _ = names("a.php", &text);
        }
    }
}
