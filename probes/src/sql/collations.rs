//! Collations that settings choose for connections, or for a server.
//!
//! Sources: <https://laravel.com/docs/database>, <https://guides.rubyonrails.org/configuring.html#configuring-a-mysql-or-mariadb-database>,
//! <https://dev.mysql.com/doc/connector-j/en/connector-j-connp-props-session.html> (connectionCollation).

use super::features::collation;
use crate::databases::section;

/// A collation that a line of settings chooses: its name, and the line, counted from 1. Comments, and sections for development and
/// tests, are passed over.
pub(super) fn chosen(path: &str, text: &str) -> Vec<(String, u32)> {
    let lines: Vec<(u32, &str)> = (1_u32..).zip(text.lines()).collect();
    let lines = if path.ends_with("config/database.php") {
        of_laravel(&lines)
    } else {
        lines
    };
    let mut is_elsewhere = false;
    let mut found: Vec<(String, u32)> = Vec::new();
    for (number, line) in lines {
        if let Some(section) = section(line) {
            is_elsewhere = matches!(section, "development" | "test" | "local" | "dev");
        }
        let trimmed = line.trim();
        let is_comment = trimmed.starts_with(['#', ';', '*']) || trimmed.starts_with("//");
        let lower = trimmed.to_ascii_lowercase();
        if is_elsewhere || is_comment || !lower.contains("collat") {
            continue;
        }
        let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if let Some(name) = words.find(|word| collation(word).is_some()) {
            let is_new = found.iter().all(|(other, _)| other != name);
            found.extend(is_new.then(|| (name.to_owned(), number)));
        }
    }
    found
}

/// The lines of the connection that is used unless something else is said: `'default' => env('DB_CONNECTION', 'mysql')`.
fn of_laravel<'a>(lines: &[(u32, &'a str)]) -> Vec<(u32, &'a str)> {
    let default = lines.iter().find(|(_, line)| line.contains("'default'"));
    let name = default.and_then(|(_, line)| {
        let mut quoted = line.split('\'').skip(1).step_by(2);
        let last = quoted.by_ref().last()?;
        (last != "DB_CONNECTION" && last != "default").then_some(last)
    });
    let Some(name) = name else { return Vec::new() };
    let begin = format!("'{name}' =>");
    let compact = format!("'{name}'=>");
    let is_begin = |line: &str| line.contains(&begin) || line.contains(&compact);
    let mut rest = lines.iter().skip_while(|(_, line)| !is_begin(line)).copied();
    let first = rest.next();
    let others = rest.take_while(|(_, line)| !line.contains("'driver'") || line.contains(name));
    // A connection ends where the bracket of its first line closes.
    let others = others.take_while(|(_, line)| line.trim() != "],");
    first.into_iter().chain(others).collect()
}

/// Servers with the first version of each that has a collation; `false` where none ever had it.
pub(super) fn servers(name: &str) -> Vec<(&'static str, Option<&'static str>)> {
    collation(name).unwrap_or_default()
}
