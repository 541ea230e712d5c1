//! Reading answers: text files, their lines, and directories of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::Observation;

/// The text of some bytes; what is not UTF-8 is replaced by U+FFFD.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The lines of a text, numbered from 1.
pub(crate) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}

/// The lines that say something: trimmed, neither empty nor begun by one of these comment marks.
pub(crate) fn statements<'a>(text: &'a str, comment: &'a [char]) -> impl Iterator<Item = (u32, &'a str)> {
    numbered(text)
        .map(|(number, line)| (number, line.trim()))
        .filter(move |(_, line)| !line.is_empty() && !line.starts_with(comment))
}

/// All runs of white space as one space.
pub(crate) fn squeeze(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last component of a path.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What is known of a value, by what came back for it; nothing where this kind of target cannot tell.
pub(crate) fn known<T: Into<parity_core::fact::Value>>(outcome: Outcome<T>) -> Option<State> {
    match outcome {
        Outcome::Got(value) => Some(State::Value(value.into())),
        Outcome::Absent => Some(State::Absent),
        Outcome::NotPermitted => Some(State::NotPermitted),
        Outcome::NotApplicable => None,
        Outcome::Failed(failure) => Some(State::Unknown(failure.reason)),
    }
}

/// A text file of the target.
#[derive(Debug, Clone)]
pub(crate) struct Document<'a> {
    /// Path from the root.
    pub(crate) path: Cow<'a, str>,
    /// Its text; empty where the file is a link to `/dev/null`.
    pub(crate) text: Cow<'a, str>,
}

impl Document<'_> {
    /// The place of one of its lines.
    pub(crate) fn line(&self, number: u32) -> Origin {
        Origin::line(self.path.clone(), number)
    }
}

/// The file asked for. One that may not be read makes `families` not permitted, a failure the probe partial.
pub(crate) fn document<'a>(
    answers: &'a Answers,
    need: &Need,
    families: &[&'static str],
    out: &mut Observation<'_>,
) -> Option<Document<'a>> {
    let Need::File { path, .. } = need else {
        return None;
    };
    let bytes = readable(answers.bytes(need), path, families, out)?;
    Some(Document {
        path: Cow::Owned(path.clone()),
        text: text(bytes),
    })
}

/// The readable files asked for by a glob, sorted by path. What may not be read makes `families` not permitted, a failure
/// the probe partial.
pub(crate) fn documents<'a>(
    answers: &'a Answers,
    need: &Need,
    families: &[&'static str],
    out: &mut Observation<'_>,
) -> Vec<Document<'a>> {
    let what = need.origin().to_string();
    let Some(found) = readable(answers.entries(need), &what, families, out) else {
        return Vec::new();
    };
    for skipped in &found.skipped {
        let reason = format!("/{}: {}", skipped.path, skipped.reason);
        let state = if is_refusal(&skipped.reason) {
            State::NotPermitted
        } else {
            State::Unknown(reason)
        };
        for family in families {
            out.state(
                FactId::rest(*family),
                state.clone(),
                Origin::file(skipped.path.clone()),
            );
        }
    }
    let mut documents = Vec::new();
    for entry in &found.entries {
        let bytes = match &entry.content {
            _ if entry.link.as_deref() == Some("/dev/null") => Some(&[][..]),
            Some(content) => {
                readable(content.as_ref(), &entry.path, families, out).map(|blob| blob.0.as_slice())
            }
            None => None,
        };
        if let Some(bytes) = bytes {
            documents.push(Document {
                path: Cow::Borrowed(&entry.path),
                text: text(bytes),
            });
        }
    }
    documents
}

/// Whether every file that a glob asked for was read: what is told of all of them together depends on each.
pub(crate) fn all_read(answers: &Answers, need: &Need) -> bool {
    match answers.entries(need) {
        Outcome::Got(found) => {
            let is_read = |entry: &Entry| matches!(entry.content, None | Some(Outcome::Got(_)));
            found.skipped.is_empty() && found.entries.iter().all(is_read)
        }
        Outcome::Absent | Outcome::NotApplicable => true,
        Outcome::NotPermitted | Outcome::Failed(_) => false,
    }
}

/// The answer; a refusal becomes a fact about all facts of these families, a failure is told.
pub(crate) fn readable<T>(
    outcome: Outcome<T>,
    what: &str,
    families: &[&'static str],
    out: &mut Observation<'_>,
) -> Option<T> {
    if let Outcome::NotPermitted = outcome {
        for family in families {
            out.state(FactId::rest(*family), State::NotPermitted, Origin::file(what));
        }
        return None;
    }
    out.optional(outcome, what)
}

/// Whether something was skipped because this user may not see it.
pub(crate) fn is_refusal(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    reason.contains("permission denied") || reason.contains("not permitted")
}

/// Tells of lines that do not follow a format that only the kernel writes: one problem a file.
pub(crate) fn tell_malformed(path: &str, lines: &[u32], why: &str, out: &mut Observation<'_>) {
    if let Some(first) = lines.first() {
        let more = match lines.len() {
            1 => String::new(),
            count => format!(" ({count} such lines)"),
        };
        out.malformed(&format!("/{path}:{first}"), format!("{why}{more}"));
    }
}

/// Files of several directories, given by falling priority, as `sysctl.d(5)` and its kin combine them: of files of one
/// name the first counts, and they apply in the order of their names.
pub(crate) fn by_precedence(directories: Vec<Vec<Document<'_>>>) -> Vec<Document<'_>> {
    let mut chosen: BTreeMap<String, Document<'_>> = BTreeMap::new();
    for document in directories.into_iter().flatten() {
        chosen
            .entry(base_name(&document.path).to_owned())
            .or_insert(document);
    }
    chosen.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_counts_and_names_give_the_order() {
        let document = |path: &'static str| Document {
            path: path.into(),
            text: "".into(),
        };
        let etc = vec![document("etc/sysctl.d/50-b.conf")];
        let usr = vec![
            document("usr/lib/sysctl.d/50-b.conf"),
            document("usr/lib/sysctl.d/10-a.conf"),
        ];
        let paths: Vec<String> = by_precedence(vec![etc, usr])
            .into_iter()
            .map(|d| d.path.into_owned())
            .collect();
        assert_eq!(paths, ["usr/lib/sysctl.d/10-a.conf", "etc/sysctl.d/50-b.conf"]);
    }

    #[test]
    fn statements_keep_their_line_numbers() {
        let found: Vec<_> = statements("# a\n\n b = 1 \n;c\nd", &['#', ';']).collect();
        assert_eq!(found, [(3, "b = 1"), (5, "d")]);
    }
}
