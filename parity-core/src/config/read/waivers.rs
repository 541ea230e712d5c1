//! Reads `[[waivers]]`.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeValue;

use super::entries::Item;
use super::{Reader, Value};
use crate::mistake::Mistake;
use crate::policy::{Acceptance, Date};

use crate::finding::Waiver;

const KEYS: [&str; 7] = [
    "fingerprint",
    "rule",
    "target",
    "subject",
    "reason",
    "owner",
    "expires",
];

const NEEDED: [&str; 4] = ["fingerprint", "reason", "owner", "expires"];

impl Reader<'_> {
    pub(super) fn waivers(&mut self, value: &Value<'_>) -> Vec<Acceptance> {
        let items = self.items(value, "waivers", &KEYS, &NEEDED);
        let mut seen: BTreeMap<String, Range<usize>> = BTreeMap::new();
        let mut waivers = Vec::new();
        for item in &items {
            let Some(waiver) = self.waiver(item) else { continue };
            let span = item.get("fingerprint").map_or(0..0, |value| value.span());
            if let Some(first) = seen.get(&waiver.fingerprint) {
                let message = format!("`{}` is waived twice", waiver.fingerprint);
                let mistake = Mistake::new(span, message).help("remove one of the two");
                self.mistakes
                    .push(mistake.related(first.clone(), "first waived here"));
                continue;
            }
            seen.insert(waiver.fingerprint.clone(), span);
            waivers.push(waiver);
        }
        waivers
    }

    fn waiver(&mut self, item: &Item<'_, '_>) -> Option<Acceptance> {
        let fingerprint = item.get("fingerprint").and_then(|value| self.fingerprint(value));
        let rule = item
            .get("rule")
            .and_then(|value| self.rule(value))
            .map(|rule| rule.to_string());
        let mut words = |key: &str, what: &str| item.get(key).and_then(|value| self.words(value, what));
        let target = words("target", "the target of the finding");
        let subject = words("subject", "the subject of the finding");
        let reason = words("reason", "why it is accepted");
        let owner = words("owner", "who answers for it");
        let expires = item.get("expires").and_then(|value| self.day(value));
        let (reason, owner, expires) = (reason?, owner?, expires?);
        Some(Acceptance {
            line: self.line(&item.value.span()),
            fingerprint: fingerprint?,
            rule,
            target,
            subject,
            expires,
            waiver: Waiver {
                reason,
                owner,
                expires: expires.to_string(),
            },
        })
    }

    fn fingerprint(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.text(value, "the fingerprint of a finding")?;
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if text.value.len() != 16 || !text.value.chars().all(is_digit) {
            let mistake = Mistake::new(text.span, "a fingerprint is 16 hexadecimal digits");
            self.mistakes
                .push(mistake.help("`parity check -v` tells it; `parity accept` writes the waiver"));
            return None;
        }
        Some(text.value)
    }

    /// A day, with quotes or without.
    fn day(&mut self, value: &Value<'_>) -> Option<Date> {
        const LENGTH: usize = "2026-12-31".len();
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(day) => day.to_string(),
            _ => String::new(),
        };
        let day = text.parse::<Date>().ok().filter(|_| text.len() == LENGTH);
        if day.is_none() {
            let mistake = Mistake::new(
                value.span(),
                "`expires` is a day of the calendar, the last one it holds (UTC)",
            );
            self.mistakes.push(mistake.help("write it as 2026-12-31"));
        }
        day
    }
}
