//! SQLite: since when it knows what SQL says.
//!
//! Sources: <https://www.sqlite.org/changes.html>, <https://www.sqlite.org/fts5.html>; tried with SQLite 3.34, 3.40 and 3.46.

use std::collections::BTreeMap;

/// Words in a row as in [`super::FEATURES`], and the first version of SQLite that has them. Sorted.
#[rustfmt::skip]
const FEATURES: [(&str, &str); 48] = [
    ("- >", "3.38.0"), ("AS MATERIALIZED (", "3.35.0"), ("AS NOT MATERIALIZED (", "3.35.0"), ("CEIL (", "3.35.0"),
    ("CONCAT (", "3.44.0"), ("CONCAT_WS (", "3.44.0"), ("CUME_DIST (", "3.25.0"), ("DENSE_RANK (", "3.25.0"),
    ("DO NOTHING", "3.24.0"), ("DO UPDATE SET", "3.24.0"), ("DROP COLUMN", "3.35.0"), ("FILTER ( WHERE", "3.30.0"),
    ("FLOOR (", "3.35.0"), ("FORMAT (", "3.38.0"), ("FULL JOIN", "3.39.0"), ("FULL OUTER JOIN", "3.39.0"),
    ("GENERATED ALWAYS AS (", "3.31.0"), ("IIF (", "3.32.0"), ("IS DISTINCT FROM", "3.39.0"),
    ("IS NOT DISTINCT FROM", "3.39.0"), ("JSONB (", "3.45.0"), ("JSONB_EXTRACT (", "3.45.0"),
    ("JSONB_GROUP_ARRAY (", "3.45.0"), ("JSONB_OBJECT (", "3.45.0"), ("JSONB_SET (", "3.45.0"),
    ("JSON_PRETTY (", "3.46.0"), ("NTILE (", "3.25.0"), ("NULLS FIRST", "3.30.0"), ("NULLS LAST", "3.30.0"),
    ("OCTET_LENGTH (", "3.43.0"), ("OVER (", "3.25.0"), ("POW (", "3.35.0"), ("POWER (", "3.35.0"),
    ("PRAGMA TABLE_LIST", "3.37.0"), ("RENAME COLUMN", "3.25.0"), ("RETURNING", "3.35.0"), ("RIGHT JOIN", "3.39.0"),
    ("RIGHT OUTER JOIN", "3.39.0"), ("SQRT (", "3.35.0"), ("STRICT", "3.37.0"), ("STRING_AGG (", "3.44.0"),
    ("TIMEDIFF (", "3.43.0"), ("UNHEX (", "3.41.0"), ("UNIXEPOCH (", "3.38.0"), ("USING FTS5", "3.9.0"), ("VACUUM INTO", "3.27.0"),
    ("WITH * AS (", "3.8.3"), ("WITHOUT ROWID", "3.8.2"),
];

/// What is used, with the first version that has it and the place of its first use among the words.
pub(super) fn used(words: &[&str]) -> BTreeMap<&'static str, (&'static str, usize)> {
    let mut found = BTreeMap::new();
    for at in 0..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        for (feature, since) in FEATURES {
            let begins = feature.split(' ').enumerate().all(|(by, wanted)| {
                let word = rest.get(by).copied().unwrap_or_default();
                word == wanted || (wanted == "*" && !word.is_empty())
            });
            // An option of a table stands behind its columns, and ends the statement or goes before another.
            // Window functions had FILTER before other aggregates.
            let is_in_place = match feature {
                "STRICT" => is_option(words, at),
                "FILTER ( WHERE" => !is_windowed(rest),
                _ => true,
            };
            if begins && is_in_place {
                found
                    .entry(feature.trim_end_matches([' ', '(']))
                    .or_insert((since, at));
            }
        }
        if updates_from(rest) {
            found.entry("UPDATE … FROM").or_insert(("3.33.0", at));
        }
    }
    found
}

fn is_option(words: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let after = words.get(at + 1);
    matches!(before, Some(&")" | &"," | &"ROWID")) && matches!(after, None | Some(&";" | &","))
}

/// `FILTER ( … ) OVER`.
fn is_windowed(words: &[&str]) -> bool {
    let mut depth = 0_i32;
    let end = words.iter().position(|word| {
        match *word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        *word == ")" && depth == 0
    });
    end.and_then(|end| words.get(end + 1)) == Some(&"OVER")
}

/// `UPDATE name SET … FROM …` with FROM outside of parentheses.
fn updates_from(words: &[&str]) -> bool {
    let ["UPDATE", _, "SET", rest @ ..] = words else {
        return false;
    };
    let mut depth = 0_i32;
    let end = rest.iter().find(|word| {
        match **word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0 && matches!(**word, "FROM" | "WHERE" | ";")
    });
    end == Some(&"FROM")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(sql: &str) -> Vec<&'static str> {
        let upper = sql.to_uppercase();
        let words: Vec<&str> = upper.split_whitespace().collect();
        used(&words).into_keys().collect()
    }

    #[test]
    fn words_tell_the_version() {
        assert_eq!(features("CREATE TABLE t ( a INT ) STRICT ;"), ["STRICT"]);
        assert_eq!(
            features("CREATE TABLE strict ( strict INT , b INT )"),
            Vec::<&str>::new()
        );
        assert_eq!(features("UPDATE t SET a = b FROM u WHERE 1"), ["UPDATE … FROM"]);
        assert_eq!(
            features("UPDATE t SET a = ( SELECT 1 FROM u ) WHERE 1"),
            Vec::<&str>::new()
        );
        assert_eq!(
            features("SELECT COUNT ( * ) FILTER ( WHERE a ) FROM t"),
            ["FILTER ( WHERE"]
        );
        assert_eq!(
            features("SELECT COUNT ( * ) FILTER ( WHERE f ( a ) ) OVER ( ) FROM t"),
            ["OVER"]
        );
        assert_eq!(features("WITH x AS ( SELECT 1 ) SELECT 1"), ["WITH * AS"]);
        let mut sorted = FEATURES.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, FEATURES);
    }
}
