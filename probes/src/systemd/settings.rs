//! What a service runs, as which user, with which limits: its file and its drop-ins (systemd.unit(5)).

use std::collections::BTreeSet;

use parity_core::fact::Origin;

use super::parse;
use super::units;
use crate::reading::Document;

/// A value and the line that set it.
pub(super) type Said<T> = Option<(T, Origin)>;

/// The settings of a service in effect.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) user: Said<String>,
    pub(super) is_dynamic: Said<bool>,
    pub(super) limit_memlock: Said<String>,
    pub(super) limit_nofile: Said<String>,
    pub(super) environment: Said<BTreeSet<String>>,
    pub(super) environment_files: Said<BTreeSet<String>>,
    pub(super) exec_start: Said<Vec<String>>,
}

impl Settings {
    /// Adds a file: of single settings the last counts, lists grow, and an empty value takes back all before it.
    pub(super) fn apply(&mut self, file: &Document<'_>) {
        for assignment in parse::assignments(&file.text) {
            if assignment.section != "Service" {
                continue;
            }
            let value = assignment.value.as_str();
            let origin = file.line(assignment.line);
            match assignment.name.as_str() {
                "User" => self.user = single(value, origin),
                "DynamicUser" => {
                    let yes = matches!(
                        value.to_ascii_lowercase().as_str(),
                        "1" | "yes" | "y" | "true" | "t" | "on"
                    );
                    self.is_dynamic = Some((yes, origin));
                }
                "LimitMEMLOCK" => self.limit_memlock = single(value, origin),
                "LimitNOFILE" => self.limit_nofile = single(value, origin),
                "Environment" => grow(
                    &mut self.environment,
                    value,
                    parse::environment_names(value),
                    origin,
                ),
                "PassEnvironment" => grow(&mut self.environment, value, parse::words(value), origin),
                "EnvironmentFile" => {
                    let path = value.trim_start_matches('-').to_owned();
                    grow(&mut self.environment_files, value, [path], origin);
                }
                "ExecStart" => grow(&mut self.exec_start, value, parse::program(value), origin),
                _ => {}
            }
        }
    }

    /// The user it runs as, and who said so.
    pub(super) fn effective_user(&self, main: &str) -> (String, Origin) {
        match (&self.user, &self.is_dynamic) {
            (Some((user, origin)), _) => (user.clone(), origin.clone()),
            (None, Some((true, origin))) => ("(dynamic)".to_owned(), origin.clone()),
            _ => ("root".to_owned(), Origin::file(main)),
        }
    }
}

fn single(value: &str, origin: Origin) -> Said<String> {
    (!value.is_empty()).then(|| (value.to_owned(), origin))
}

fn grow<C: Default + Extend<String>>(
    list: &mut Said<C>,
    value: &str,
    members: impl IntoIterator<Item = String>,
    origin: Origin,
) {
    if value.is_empty() {
        *list = None;
        return;
    }
    list.get_or_insert_with(|| (C::default(), origin))
        .0
        .extend(members);
}

/// The directories of drop-ins for a unit, the strongest first: its own, that of its template, those of the beginnings
/// of its name, that of its kind.
pub(super) fn drop_in_directories(name: &str) -> Vec<String> {
    let mut names = vec![format!("{name}.d")];
    names.extend(units::template(name).map(|template| format!("{template}.d")));
    if let Some((stem, suffix)) = name.rsplit_once('.') {
        let dashes = stem
            .char_indices()
            .rev()
            .filter(|(at, c)| *c == '-' && at + 1 < stem.len());
        names.extend(dashes.filter_map(|(at, _)| Some(format!("{}.{suffix}.d", stem.get(..=at)?))));
        names.push(format!("{suffix}.d"));
    }
    names
}
