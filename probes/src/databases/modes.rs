//! The sql_mode of MySQL and MariaDB: a set.
//!
//! Sources: <https://dev.mysql.com/doc/refman/5.7/en/sql-mode.html>, <https://dev.mysql.com/doc/refman/8.0/en/sql-mode.html>,
//! <https://dev.mysql.com/doc/relnotes/mysql/5.7/en/news-5-7-5.html> and -8, <https://mariadb.com/kb/en/sql-mode/>.

use std::collections::BTreeSet;

use super::version::numbers;

/// First version and what sql_mode is by default from there on.
type Row = ([u32; 3], &'static str);

const MYSQL: [Row; 4] = [
    ([0, 0, 0], ""),
    ([5, 6, 6], "NO_ENGINE_SUBSTITUTION"),
    (
        [5, 7, 5],
        "ONLY_FULL_GROUP_BY STRICT_TRANS_TABLES NO_ENGINE_SUBSTITUTION",
    ),
    (
        [5, 7, 8],
        "ONLY_FULL_GROUP_BY STRICT_TRANS_TABLES NO_ZERO_IN_DATE NO_ZERO_DATE ERROR_FOR_DIVISION_BY_ZERO NO_ENGINE_SUBSTITUTION",
    ),
];

const MARIADB: [Row; 3] = [
    ([0, 0, 0], ""),
    ([10, 1, 7], "NO_ENGINE_SUBSTITUTION"),
    (
        [10, 2, 4],
        "STRICT_TRANS_TABLES ERROR_FOR_DIVISION_BY_ZERO NO_ENGINE_SUBSTITUTION",
    ),
];

/// Modes under which statements fail, or mean something else, that pass without them.
const STRICT: [&str; 9] = [
    "ANSI_QUOTES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "NO_BACKSLASH_ESCAPES",
    "NO_ZERO_DATE",
    "NO_ZERO_IN_DATE",
    "ONLY_FULL_GROUP_BY",
    "PIPES_AS_CONCAT",
    "STRICT_ALL_TABLES",
    "STRICT_TRANS_TABLES",
];

/// These give warnings only while tables are not strict.
const WITH_STRICT_TABLES: [&str; 3] = ["ERROR_FOR_DIVISION_BY_ZERO", "NO_ZERO_DATE", "NO_ZERO_IN_DATE"];

/// What stands for several modes.
const COMBINED: [(&str, &str); 2] = [
    ("ANSI", "ANSI_QUOTES PIPES_AS_CONCAT"),
    (
        "TRADITIONAL",
        "STRICT_TRANS_TABLES STRICT_ALL_TABLES NO_ZERO_IN_DATE NO_ZERO_DATE ERROR_FOR_DIVISION_BY_ZERO",
    ),
];

pub(super) type Modes = BTreeSet<String>;

/// The modes that a version has where nobody sets them.
pub(super) fn by_default(server: &str, version: &str) -> Option<Modes> {
    let numbers = numbers(version)?;
    let rows = if server == "mariadb" {
        &MARIADB[..]
    } else {
        &MYSQL[..]
    };
    let (_, words) = rows.iter().rev().find(|(since, _)| *since <= numbers)?;
    Some(words.split_whitespace().map(str::to_owned).collect())
}

/// The modes that a setting names.
pub(super) fn named(setting: &str) -> Modes {
    let mut modes = Modes::new();
    for word in setting.split([',', ' ']).filter(|word| !word.is_empty()) {
        let word = word.to_ascii_uppercase();
        let parts = COMBINED.iter().find(|(name, _)| *name == word);
        modes.extend(
            parts
                .iter()
                .flat_map(|(_, words)| words.split_whitespace())
                .map(str::to_owned),
        );
        modes.insert(word);
    }
    modes
}

fn is_strict(modes: &Modes) -> bool {
    modes.contains("STRICT_TRANS_TABLES") || modes.contains("STRICT_ALL_TABLES")
}

/// What breaks statements under the modes `there` that pass under `here`.
pub(super) fn stricter(there: &Modes, here: &Modes) -> Modes {
    let counts = |mode: &&String| {
        let is_table = mode.starts_with("STRICT_");
        let needs_tables = WITH_STRICT_TABLES.contains(&mode.as_str());
        STRICT.contains(&mode.as_str())
            && !here.contains(*mode)
            && !(is_table && is_strict(here))
            && (!needs_tables || is_strict(there))
    };
    there.iter().filter(counts).cloned().collect()
}
