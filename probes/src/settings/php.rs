//! Functions of PHP that hosts switch off (`disable_functions` of php.ini), and what calls them.

use serde_json::Value;

use super::said::Said;
use crate::reading::numbered;

/// Those that hardening guides and hosting panels name.
const FUNCTIONS: [&str; 24] = [
    "curl_exec",
    "curl_multi_exec",
    "dl",
    "escapeshellarg",
    "escapeshellcmd",
    "exec",
    "fsockopen",
    "highlight_file",
    "ini_set",
    "link",
    "mail",
    "parse_ini_file",
    "passthru",
    "pcntl_alarm",
    "pcntl_exec",
    "pcntl_fork",
    "pcntl_signal",
    "pcntl_waitpid",
    "popen",
    "proc_open",
    "putenv",
    "set_time_limit",
    "shell_exec",
    "symlink",
];

/// More of them, asked for less often.
const OTHERS: [&str; 5] = [
    "posix_kill",
    "proc_close",
    "proc_get_status",
    "readlink",
    "system",
];

/// Packages that cannot do their work without a function.
#[rustfmt::skip]
const PACKAGES: &[(&str, &str)] = &[
    ("alchemy/binary-driver", "proc_open"), ("barryvdh/laravel-snappy", "proc_open"), ("cocur/background-process", "shell_exec"),
    ("h4cc/wkhtmltopdf-amd64", "proc_open"), ("knplabs/knp-snappy", "proc_open"), ("knplabs/knp-snappy-bundle", "proc_open"),
    ("laravel/horizon", "pcntl_signal"), ("mikehaertl/php-shellcommand", "proc_open"), ("mikehaertl/phpwkhtmltopdf", "proc_open"),
    ("pbmedia/laravel-ffmpeg", "proc_open"), ("php-ffmpeg/php-ffmpeg", "proc_open"), ("react/child-process", "proc_open"),
    ("spatie/browsershot", "proc_open"), ("spatie/image-optimizer", "proc_open"), ("spatie/laravel-backup", "proc_open"),
    ("spatie/pdf-to-text", "proc_open"), ("symfony/process", "proc_open"), ("thiagoalessio/tesseract_ocr", "proc_open"),
    ("workerman/workerman", "pcntl_fork"),
];

pub(super) fn concerns(path: &str) -> bool {
    path == "composer.json" || path.ends_with("/composer.json") || path.ends_with(".php")
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if path.ends_with(".json") {
        packages(text, said);
    } else if path != "artisan" {
        calls(text, said);
    }
}

fn packages(text: &str, said: &mut Said) {
    let Ok(manifest) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let required = manifest.get("require").and_then(Value::as_object);
    for (package, function) in PACKAGES
        .iter()
        .filter(|(name, _)| required.is_some_and(|all| all.contains_key(*name)))
    {
        said.add("php-function.called", *function, *package, 1);
    }
}

fn calls(text: &str, said: &mut Said) {
    let code = without_comments(text);
    for (number, line) in numbered(&code) {
        for function in FUNCTIONS
            .iter()
            .chain(&OTHERS)
            .filter(|name| line.contains(**name))
        {
            let is_guarded = ["function_exists", "is_callable", "disable_functions"]
                .iter()
                .any(|word| code.contains(word));
            if !is_guarded && is_called(line, function) {
                said.add("php-function.called", *function, format!("line {number}"), number);
            }
        }
    }
}

/// `name(` that is neither a method, a definition, a part of a longer name nor within quotes.
fn is_called(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (
            line.get(..at).unwrap_or_default(),
            line.get(at + name.len()..).unwrap_or_default(),
        );
        let before = before.strip_suffix('\\').unwrap_or(before);
        let is_part = before.ends_with(|c: char| c.is_ascii_alphanumeric() || "_$>:\\".contains(c));
        let is_defined = before.trim_end().ends_with("function") || before.trim_end().ends_with("new");
        let is_quoted = ['"', '\'']
            .iter()
            .any(|quote| before.matches(*quote).count() % 2 == 1);
        after.trim_start().starts_with('(') && !is_part && !is_defined && !is_quoted
    })
}

/// The code with its comments blanked, lines kept.
fn without_comments(text: &str) -> String {
    let mut in_block = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut kept = line;
        if in_block {
            match kept.split_once("*/") {
                Some((_, after)) => (kept, in_block) = (after, false),
                None => kept = "",
            }
        }
        if let Some((before, after)) = kept.split_once("/*") {
            in_block = !after.contains("*/");
            kept = before;
        }
        let trimmed = kept.trim_start();
        let is_comment = trimmed.starts_with("//")
            || trimmed.starts_with('*')
            || (trimmed.starts_with('#') && !trimmed.starts_with("#["));
        lines.push(if is_comment {
            ""
        } else {
            kept.split(" //").next().unwrap_or(kept)
        });
    }
    lines.join("\n")
}
