//! How PgBouncer hands out connections: <https://www.pgbouncer.org/config.html>.

use parity_core::answer::Answers;
use parity_core::need::Need;
use parity_core::probe::Observation;

use crate::reading::{document, statements};

/// Settings that decide what clients may do, and what is said where the file does not name them. The default of the second differs by
/// version.
const SETTINGS: [(&str, &str); 2] = [("pool_mode", "session"), ("max_prepared_statements", "default")];

fn configuration() -> Need {
    Need::file_up_to("etc/pgbouncer/pgbouncer.ini", 1 << 20)
}

pub(super) fn needs() -> Vec<Need> {
    vec![configuration()]
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let Some(file) = document(answers, &configuration(), &["pgbouncer.setting"], out) else {
        return;
    };
    for (name, by_default) in SETTINGS {
        let (value, line) = set(&file.text, name).unwrap_or((by_default, 1));
        out.keyed("pgbouncer.setting", name, value, file.line(line));
    }
}

/// The last value of a setting, and its line.
pub(super) fn set<'a>(text: &'a str, name: &str) -> Option<(&'a str, u32)> {
    let named = statements(text, &[';', '#']).filter_map(|(line, statement)| {
        let (key, value) = statement.split_once('=')?;
        (key.trim() == name).then(|| (value.trim(), line))
    });
    named.last()
}
