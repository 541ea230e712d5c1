//! Indexes of Laravel's migrations, which are as long as the string that they are on (<https://laravel.com/docs/migrations#index-lengths-mysql-mariadb>).

use std::collections::BTreeMap;

use super::tables::LongKey;

/// Characters of a string where nobody says another number.
const BY_DEFAULT: u32 = 255;

/// Bytes of a character in utf8mb4.
const WIDTH: u32 = 4;

/// What one source says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Laravel {
    /// Indexes on strings that may be too long in utf8mb4, by `table.column`.
    pub(super) keys: BTreeMap<String, LongKey>,
    /// Whether it makes all strings shorter.
    pub(super) limits: bool,
    /// `ROW_FORMAT` of all tables, where this is the configuration and chooses utf8mb4.
    pub(super) row_format: Option<&'static str>,
}

/// What a source in PHP says; nothing where it is of no interest.
pub(super) fn laravel(path: &str, text: &str) -> Option<Laravel> {
    if path.ends_with("config/database.php") {
        let engine = text.to_ascii_uppercase().replace(' ', "");
        let is_dynamic = engine.contains("ROW_FORMAT=DYNAMIC");
        let row_format = if is_dynamic { "dynamic" } else { "default" };
        return Some(Laravel {
            row_format: text.contains("utf8mb4").then_some(row_format),
            ..Laravel::default()
        });
    }
    let found = Laravel {
        keys: if path.contains("database/migrations/") {
            keys(text)
        } else {
            BTreeMap::new()
        },
        limits: text.contains("defaultStringLength("),
        row_format: None,
    };
    (found.limits || !found.keys.is_empty()).then_some(found)
}

/// `$table->string('name', length)…->unique()`.
fn keys(text: &str) -> BTreeMap<String, LongKey> {
    let (mut found, mut table, mut line) = (BTreeMap::new(), String::new(), 1_u32);
    for statement in text.split_inclusive(';') {
        let first = line;
        let lines = statement.bytes().filter(|byte| *byte == b'\n').count();
        line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        if let Some(name) = statement
            .split_once("Schema::create(")
            .and_then(|(_, rest)| argument(rest))
        {
            name.clone_into(&mut table);
        }
        let Some((before, rest)) = statement.split_once("->string(") else {
            continue;
        };
        let Some(column) = argument(rest).filter(|_| !before.trim_start().starts_with("//")) else {
            continue;
        };
        let is_index = ["->unique(", "->primary(", "->index("]
            .iter()
            .any(|call| rest.contains(call));
        let arguments = rest.split_once(')').map_or("", |(arguments, _)| arguments);
        let length = arguments
            .split_once(',')
            .and_then(|(_, length)| length.trim().parse().ok());
        let bytes = length.unwrap_or(BY_DEFAULT).saturating_mul(WIDTH);
        if is_index && bytes > 767 {
            let before = before.bytes().filter(|byte| *byte == b'\n').count();
            let line = first.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
            let row_format = "default".to_owned();
            found.insert(
                format!("{table}.{column}"),
                LongKey {
                    bytes,
                    row_format,
                    line,
                },
            );
        }
    }
    found
}

/// The text in quotes at the beginning.
fn argument(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text.get(1..)?.split(quote).next()
}

/// The indexes of all sources of a release that are too long: where nothing shortens strings, and the configuration has utf8mb4.
pub(super) fn long_keys<'a>(sources: &[(&'a str, &Laravel)]) -> Vec<(&'a str, String, LongKey)> {
    let Some(row_format) = sources.iter().find_map(|(_, source)| source.row_format) else {
        return Vec::new();
    };
    if sources.iter().any(|(_, source)| source.limits) {
        return Vec::new();
    }
    let keys = sources
        .iter()
        .flat_map(|(path, source)| source.keys.iter().map(move |key| (*path, key)));
    keys.map(|(path, (name, key))| {
        let row_format = row_format.to_owned();
        (
            path,
            name.clone(),
            LongKey {
                row_format,
                ..key.clone()
            },
        )
    })
    .collect()
}
