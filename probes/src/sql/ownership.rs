//! What is created in the schema public, and who is given rights (PostgreSQL, "Schemas").

use std::collections::BTreeSet;

const KINDS: [&str; 8] = [
    "DOMAIN",
    "FUNCTION",
    "MATERIALIZED",
    "PROCEDURE",
    "SEQUENCE",
    "TABLE",
    "TYPE",
    "VIEW",
];

/// The first thing that is created in the schema public, and which word it begins at. A file that chooses its schema by
/// `search_path` names its things without one.
pub(super) fn created(words: &[&str]) -> Option<(usize, String)> {
    let chooses = words.contains(&"SEARCH_PATH");
    words
        .iter()
        .enumerate()
        .filter(|(_, word)| **word == "CREATE")
        .find_map(|(at, _)| {
            let rest = words.get(at + 1..)?;
            let mut rest = rest
                .iter()
                .skip_while(|word| matches!(**word, "OR" | "REPLACE" | "UNLOGGED"));
            let kind = rest.next().filter(|word| KINDS.contains(word))?;
            let mut rest = rest.skip_while(|word| matches!(**word, "VIEW" | "IF" | "NOT" | "EXISTS"));
            let (first, mark, second) = (rest.next()?, rest.next(), rest.next());
            let is_name = |name: &str| name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"');
            let name = match (mark, second) {
                (Some(&"."), Some(name)) if first.trim_matches('"').eq_ignore_ascii_case("public") => name,
                (Some(&"."), _) => return None,
                _ if chooses => return None,
                _ => first,
            };
            let name = name.trim_matches('"').to_lowercase();
            is_name(&name).then(|| (at, format!("{} {name}", kind.to_lowercase())))
        })
}

/// What the statements of a file give: rights on the schema public or the ownership of a database, and rights on a database.
pub(super) fn granted(words: &[&str]) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for statement in words.split(|word| *word == ";") {
        let has = |parts: &[&str]| {
            statement.windows(parts.len()).any(|window| {
                let mut both = window.iter().zip(parts);
                both.all(|(word, part)| word.trim_matches('"').eq_ignore_ascii_case(part))
            })
        };
        let begins = |word: &str| statement.first() == Some(&word);
        if begins("GRANT") && has(&["ON", "SCHEMA", "public"])
            || begins("ALTER") && (has(&["SCHEMA", "public"]) || has(&["DATABASE"])) && has(&["OWNER"])
            || begins("CREATE") && has(&["DATABASE"]) && has(&["OWNER"])
            || (begins("CREATE") || begins("ALTER")) && has(&["SUPERUSER"])
        {
            found.insert("schema");
        }
        if begins("GRANT") && has(&["ON", "DATABASE"]) {
            found.insert("database");
        }
    }
    found
}
