//! Reads `[policy]`.

use std::time::Duration;

use toml::de::DeValue;

use super::entries::{Item, SHARED};
use super::{Reader, Value};
use crate::config::{Config, threshold};
use crate::finding::Severity;
use crate::policy::{Alike, Allow, Ignore, Interest, Level, Likeness, Versions};

const KEYS: [&str; 8] = [
    "fail-on",
    "lock-max-age",
    "severity",
    "ignore",
    "allow",
    "must-equal",
    "must-differ",
    "interest",
];

impl Reader<'_> {
    fn age(&mut self, value: &Value<'_>) -> Option<Duration> {
        let text = self.text(value, "an age, as 14d")?;
        let age = crate::lock::age(&text.value);
        if age.is_none() {
            self.wrong(value, "an age is written 14d, 2w or 36h");
        }
        age
    }

    pub(super) fn policy(&mut self, value: &Value<'_>, config: &mut Config) {
        let Some(table) = self.table(value, "a policy: `fail-on = \"error\"`, or [[policy.severity]]") else {
            return;
        };
        let policy = &mut config.policy;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "fail-on" => {
                    let word = self.text(value, "error, warning or never");
                    config.fail_on = word.and_then(|word| {
                        let threshold = threshold(&word.value);
                        if threshold.is_none() {
                            self.wrong(value, "`fail-on` is error, warning or never");
                        }
                        threshold
                    });
                }
                "lock-max-age" => config.lock_max_age = self.age(value),
                "severity" => {
                    let items = self.items(
                        value,
                        "policy.severity",
                        &with(&["rule", "level"]),
                        &["rule", "level"],
                    );
                    policy.severity = items.iter().filter_map(|item| self.severity(item)).collect();
                }
                "ignore" => {
                    let items = self.items(value, "policy.ignore", &with(&["fact", "rule"]), &["reason"]);
                    policy.ignore = items.iter().filter_map(|item| self.ignore(item)).collect();
                }
                "allow" => {
                    let keys = with(&["fact", "versions", "level"]);
                    let items = self.items(value, "policy.allow", &keys, &["fact", "versions"]);
                    policy.allow = items.iter().filter_map(|item| self.allow(item)).collect();
                }
                name @ ("must-equal" | "must-differ") => {
                    let likeness = match name {
                        "must-equal" => Likeness::Equal,
                        _ => Likeness::Different,
                    };
                    let keys = with(&["fact", "dev", "level"]);
                    let items = self.items(value, &format!("policy.{name}"), &keys, &["fact"]);
                    let alike = items.iter().filter_map(|item| self.alike(item, likeness));
                    policy.alike.extend(alike);
                }
                "interest" => {
                    let items = self.items(value, "policy.interest", &with(&["fact"]), &["fact"]);
                    policy.interest = items.iter().filter_map(|item| self.interest(item)).collect();
                }
                _ => self.unknown_key(key, &KEYS),
            }
        }
    }

    fn severity(&mut self, item: &Item<'_, '_>) -> Option<Level> {
        let entry = self.entry(item);
        let rule = item.get("rule").and_then(|value| self.rule(value));
        let level = item.get("level").and_then(|value| self.level(value));
        Some(Level {
            entry,
            rule: rule?,
            level: level?,
        })
    }

    fn ignore(&mut self, item: &Item<'_, '_>) -> Option<Ignore> {
        let entry = self.entry(item);
        let (fact, rule) = (item.get("fact"), item.get("rule"));
        if fact.is_none() && rule.is_none() {
            self.wrong(
                item.value,
                "this entry of `policy.ignore` has neither `fact` nor `rule`",
            );
        }
        Some(Ignore {
            entry,
            fact: fact.and_then(|value| self.fact(value)),
            rule: rule.and_then(|value| self.rule(value)),
        })
    }

    fn allow(&mut self, item: &Item<'_, '_>) -> Option<Allow> {
        let entry = self.entry(item);
        let fact = item.get("fact").and_then(|value| self.fact(value));
        let versions = item.get("versions").and_then(|value| self.versions(value));
        let level = self.level_or(item, Severity::Error);
        Some(Allow {
            entry,
            fact: fact?,
            versions: versions?,
            level,
        })
    }

    fn alike(&mut self, item: &Item<'_, '_>, likeness: Likeness) -> Option<Alike> {
        let entry = self.entry(item);
        let fact = item.get("fact").and_then(|value| self.fact(value));
        let dev = item.get("dev").is_some_and(|value| self.yes(value));
        let level = self.level_or(item, Severity::Error);
        Some(Alike {
            entry,
            likeness,
            fact: fact?,
            dev,
            level,
        })
    }

    fn interest(&mut self, item: &Item<'_, '_>) -> Option<Interest> {
        let entry = self.entry(item);
        let fact = item.get("fact").and_then(|value| self.fact(value))?;
        Some(Interest { entry, fact })
    }

    fn level_or(&mut self, item: &Item<'_, '_>, otherwise: Severity) -> Severity {
        let level = item.get("level").and_then(|value| self.level(value));
        level.unwrap_or(otherwise)
    }

    fn versions(&mut self, value: &Value<'_>) -> Option<Versions> {
        let alternatives = self.one_or_many(value, "versions: \">= 1.2, < 2\", or a list of such");
        let texts: Option<Vec<_>> = alternatives
            .into_iter()
            .map(|one| self.text(one, "versions"))
            .collect();
        let texts =
            texts.filter(|texts| !texts.is_empty() || matches!(value.get_ref(), DeValue::Array(_)))?;
        let texts: Vec<&str> = texts.iter().map(|text| text.value.as_str()).collect();
        match Versions::parse(&texts) {
            Ok(versions) => Some(versions),
            Err(reason) => {
                self.wrong(value, &reason);
                None
            }
        }
    }

    fn yes(&mut self, value: &Value<'_>) -> bool {
        match value.get_ref() {
            DeValue::Boolean(yes) => *yes,
            _ => {
                self.wrong(value, "expected true or false");
                false
            }
        }
    }
}

/// These keys, and those of every entry.
fn with(keys: &[&'static str]) -> Vec<&'static str> {
    keys.iter().copied().chain(SHARED).collect()
}
