//! What readers of settings tell.

pub(super) use crate::said::Said;

/// What the versions of a program make of a word: first with it, first without it.
pub(super) fn range(since: &str, until: &str) -> String {
    match (since, until) {
        ("", until) => format!("< {until}"),
        (since, "") => format!(">= {since}"),
        (since, until) => format!(">= {since}, < {until}"),
    }
}
