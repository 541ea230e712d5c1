//! Locales that a program asks for by name.
//!
//! Sources: <https://docs.python.org/3/library/locale.html#locale.setlocale>,
//! <https://www.postgresql.org/docs/current/sql-createdatabase.html>.

use super::language::Language;

/// Names of locales that a source demands, with what does and its line. `C`, `POSIX` and what the system is set to are always there.
pub(super) fn demanded(text: &str, language: Language) -> Vec<(&str, &'static str, u32)> {
    if language != Language::Python {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut is_tried = false;
    for (line, statement) in (1..).zip(text.lines()) {
        // What is tried has an answer to its failure.
        if !statement.trim().is_empty() && !statement.starts_with(char::is_whitespace) {
            is_tried = false;
        }
        is_tried |= statement.trim() == "try:";
        if let Some((_, rest)) = statement.split_once("setlocale(")
            && let Some((_, name)) = rest.split_once(',')
            && !is_tried
        {
            let name = name.trim().trim_start_matches(['"', '\'']);
            let end = name.find(['"', '\'', ')']).unwrap_or(name.len());
            let name = name.get(..end).unwrap_or("");
            if is_name(name) {
                found.push((name, "locale.setlocale", line));
            }
        }
    }
    found
}

/// Locales in `CREATE DATABASE … LC_COLLATE = '…'` of an SQL file.
pub(super) fn of_databases(text: &str) -> Vec<(&str, &'static str, u32)> {
    if !text.to_ascii_uppercase().contains("CREATE DATABASE") {
        return Vec::new();
    }
    let mut found: Vec<(&str, &str, u32)> = Vec::new();
    for (line, statement) in (1..).zip(text.lines()) {
        for word in [
            "LC_COLLATE",
            "LC_CTYPE",
            "LOCALE",
            "lc_collate",
            "lc_ctype",
            "locale",
        ] {
            for (at, _) in statement.match_indices(word) {
                let rest = statement.get(at + word.len()..).unwrap_or("");
                let rest = rest.trim_start_matches([' ', '=']);
                let name = rest
                    .strip_prefix('\'')
                    .and_then(|rest| rest.split_once('\''))
                    .map(|(name, _)| name);
                if let Some(name) =
                    name.filter(|name| is_name(name) && !found.iter().any(|(other, ..)| other == name))
                {
                    found.push((name, "CREATE DATABASE", line));
                }
            }
        }
    }
    found
}

/// As glibc compares names: the encoding in small letters, without dashes.
pub(super) fn normal(name: &str) -> String {
    match name.split_once('.') {
        Some((language, encoding)) => {
            format!("{language}.{}", encoding.to_ascii_lowercase().replace('-', ""))
        }
        None => name.to_owned(),
    }
}

/// `ll_CC`, with the encoding and the variant that follow.
fn is_name(name: &str) -> bool {
    let (language, rest) = name.split_once('_').unwrap_or((name, ""));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && rest
            .get(..2)
            .is_some_and(|country| country.bytes().all(|byte| byte.is_ascii_uppercase()))
}
