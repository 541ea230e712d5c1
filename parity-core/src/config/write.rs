//! Writes a waiver into the text of a `parity.toml`. Every other byte stays as it is: comments, order, line ends.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::policy::Acceptance;

/// The text with this waiver in it, in place of one of the same fingerprint or after the others; `None` where the text is no
/// TOML.
///
/// ```
/// use parity_core::config::with_waiver;
/// use parity_core::finding::Waiver;
/// use parity_core::policy::Acceptance;
///
/// let waiver = Acceptance {
///     line: 1,
///     fingerprint: "0123456789abcdef".into(),
///     rule: Some("libc-symbols".into()),
///     target: None,
///     subject: None,
///     expires: "2026-12-31".parse()?,
///     waiver: Waiver { reason: "it is replaced".into(), owner: "ops".into(), expires: "2026-12-31".into() },
/// };
/// let text = with_waiver("[dev] # mine\r\n", &waiver).unwrap();
/// assert!(text.starts_with("[dev] # mine\r\n\r\n[[waivers]]\r\nfingerprint = \"0123456789abcdef\"\r\n"));
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn with_waiver(text: &str, waiver: &Acceptance) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let list = table.get_ref().iter().find(|(key, _)| key.get_ref() == "waivers");
    let items: &[Spanned<DeValue<'_>>] = match list.map(|(_, value)| value.get_ref()) {
        None => &[],
        Some(DeValue::Array(items)) => items,
        Some(_) => return None,
    };
    let tables = items.iter().filter_map(|item| match item.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    });
    let mut edits = match tables.clone().find(|table| is_of(table, &waiver.fingerprint)) {
        Some(table) => renewed(table, waiver),
        None => {
            let is_inline =
                |item: &Spanned<DeValue<'_>>| text.get(item.span()).is_some_and(|one| one.starts_with('{'));
            let end = tables.clone().flat_map(values).map(|(_, value)| value.span().end);
            match (list, items.last()) {
                (Some((_, list)), None) => vec![(inside(list.span())?, inline(waiver))],
                (_, Some(last)) if is_inline(last) => {
                    vec![(last.span().end..last.span().end, format!(", {}", inline(waiver)))]
                }
                _ => vec![after(text, end.max(), waiver)],
            }
        }
    };
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut edited = text.to_owned();
    for (span, with) in edits {
        edited.get(span.clone())?;
        edited.replace_range(span, &with);
    }
    Some(edited)
}

fn values<'t, 'a>(
    table: &'t DeTable<'a>,
) -> impl Iterator<Item = (&'t str, &'t Spanned<DeValue<'a>>)> + use<'t, 'a> {
    table.iter().map(|(key, value)| (key.get_ref().as_ref(), value))
}

fn is_of(table: &DeTable<'_>, fingerprint: &str) -> bool {
    let is = |value: &DeValue<'_>| matches!(value, DeValue::String(text) if text.as_ref() == fingerprint);
    values(table).any(|(key, value)| key == "fingerprint" && is(value.get_ref()))
}

/// What a waiver says now, in the place of what it said.
fn renewed(table: &DeTable<'_>, waiver: &Acceptance) -> Vec<(Range<usize>, String)> {
    let pairs = pairs(waiver);
    let edit = |(key, value): (&str, &Spanned<DeValue<'_>>)| {
        let (_, text) = pairs.iter().find(|(name, _)| *name == key)?;
        Some((value.span(), text.clone()))
    };
    values(table).filter_map(edit).collect()
}

/// Between the brackets of a list.
fn inside(list: Range<usize>) -> Option<Range<usize>> {
    let start = list.start.checked_add(1)?;
    Some(start..start)
}

/// A table of its own, after the line in which the last one ends, or at the end of the file.
fn after(text: &str, end: Option<usize>, waiver: &Acceptance) -> (Range<usize>, String) {
    let line_end = match text.split_once('\n') {
        Some((first, _)) if first.ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let rest = end.and_then(|end| Some((end, text.get(end..)?)));
    let at = rest
        .and_then(|(end, rest)| Some(end + rest.find('\n')? + 1))
        .unwrap_or(text.len());
    let before = text.get(..at).unwrap_or_default();
    let mut block = String::new();
    if !before.is_empty() && !before.ends_with('\n') {
        block.push_str(line_end);
    }
    if !before.trim().is_empty() {
        block.push_str(line_end);
    }
    block.push_str("[[waivers]]");
    block.push_str(line_end);
    for (key, value) in pairs(waiver) {
        block.push_str(&format!("{key} = {value}{line_end}"));
    }
    (at..at, block)
}

fn inline(waiver: &Acceptance) -> String {
    let pairs: Vec<String> = pairs(waiver)
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// The keys in their order, with their values as TOML.
fn pairs(waiver: &Acceptance) -> Vec<(&'static str, String)> {
    let known = [
        ("fingerprint", Some(&waiver.fingerprint)),
        ("rule", waiver.rule.as_ref()),
        ("target", waiver.target.as_ref()),
        ("subject", waiver.subject.as_ref()),
        ("reason", Some(&waiver.waiver.reason)),
        ("owner", Some(&waiver.waiver.owner)),
    ];
    let known = known
        .into_iter()
        .filter_map(|(key, text)| Some((key, quoted(text?))));
    known.chain([("expires", waiver.expires.to_string())]).collect()
}

/// A text on one line in which nothing drives a terminal or turns the direction of writing.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ' => out.push(c),
            c => match u32::from(c) {
                code @ 0..=0xffff => out.push_str(&format!("\\u{code:04X}")),
                code => out.push_str(&format!("\\U{code:08X}")),
            },
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;
    use crate::finding::Waiver;

    fn waiver(fingerprint: &str, reason: &str) -> Acceptance {
        Acceptance {
            line: 0,
            fingerprint: fingerprint.into(),
            rule: Some("libc-symbols".into()),
            target: Some("ssh://web1".into()),
            subject: Some("app \u{202e}\u{1F600}".into()),
            expires: "2026-12-31".parse().unwrap(),
            waiver: Waiver {
                reason: reason.into(),
                owner: "ops".into(),
                expires: "2026-12-31".into(),
            },
        }
    }

    const NEW: &str = "0123456789abcdef";

    /// The text without the waiver of this fingerprint is the text as it was.
    fn adds(text: &str) -> String {
        let edited = with_waiver(text, &waiver(NEW, "a \"new\" \\ reason\n")).unwrap();
        let at = text
            .bytes()
            .zip(edited.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let tail = &text[at..];
        assert!(edited.ends_with(tail), "{edited}");
        let (old, new) = (Config::parse(text).unwrap(), Config::parse(&edited).unwrap());
        assert_eq!(new.policy.waivers.len(), old.policy.waivers.len() + 1);
        let found = new
            .policy
            .waivers
            .iter()
            .find(|one| one.fingerprint == NEW)
            .unwrap();
        assert_eq!(
            Acceptance {
                line: 0,
                ..found.clone()
            },
            waiver(NEW, "a \"new\" \\ reason\n")
        );
        assert_eq!(new.environments.len(), old.environments.len());
        edited
    }

    const OLD: &str = "fingerprint = 'fedcba9876543210' # why\nreason = '''\nlong\n'''\nowner = 'x'\nexpires = 2026-01-01 # soon\n";

    #[test]
    fn everything_else_stays_as_it_is() {
        for text in [
            String::new(),
            "\n".to_owned(),
            "# only a comment".to_owned(),
            "# mine\n[policy] # no line end\nfail-on = 'error'".to_owned(),
            "\u{feff}[dev]\r\n# last\r\n".to_owned(),
            format!("# first\n[[waivers]] # one\n{OLD}\n# about dev\n[dev]\n# end"),
            format!("[[waivers]]\n{OLD}"),
            format!("[[waivers]]\n{}", OLD.trim_end()),
            format!(
                "[policy]\nfail-on = 'error'\n[[ waivers ]]\n{OLD}[[policy.ignore]]\nfact = 'a'\nreason = 'b'\n"
            ),
            "waivers = [] # none\n[dev]\n".to_owned(),
            "waivers = [\n  # none\n]\n".to_owned(),
            format!(
                "waivers = [{{ {} }}, # one\n]\n[dev]\n",
                "fingerprint = 'fedcba9876543210', reason = 'r', owner = 'o', expires = 2026-01-01"
            ),
        ] {
            adds(&text);
        }
        let edited = adds(&format!("[[waivers]]\n{OLD}\n# about dev\n[dev]\n"));
        let (before, after) = edited.split_once(NEW).unwrap();
        assert!(before.contains("# soon\n\n[[waivers]]") && after.contains("# about dev\n[dev]\n"));
        let windows = adds("[dev]\r\n");
        assert_eq!(windows.matches('\n').count(), windows.matches("\r\n").count());
    }

    #[test]
    fn a_waiver_that_is_there_is_renewed_in_its_place() {
        let text = format!("# first\n[[waivers]] # one\n{OLD}# last\n");
        let edited = with_waiver(&text, &waiver("fedcba9876543210", "still")).unwrap();
        assert_eq!(
            edited,
            "# first\n[[waivers]] # one\nfingerprint = \"fedcba9876543210\" # why\nreason = \"still\"\nowner = \"ops\"\nexpires = 2026-12-31 # soon\n# last\n"
        );
    }

    #[test]
    fn what_is_no_toml_is_not_edited() {
        assert_eq!(with_waiver("[dev", &waiver(NEW, "x")), None);
        assert_eq!(with_waiver("waivers = 1", &waiver(NEW, "x")), None);
    }

    proptest! {
        #[test]
        fn any_reason_is_read_as_it_was_written(reason in "\\PC{0,20}[\\x00-\\x20\"'\\\\]{0,5}x") {
            let edited = with_waiver("[dev]\n", &waiver(NEW, &reason)).unwrap();
            prop_assert_eq!(&Config::parse(&edited).unwrap().policy.waivers[0].waiver.reason, &reason);
        }
    }
}
