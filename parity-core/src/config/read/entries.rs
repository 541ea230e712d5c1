//! What entries of the policy and waivers have in common: a list of tables, each with keys of its own.

use toml::de::{DeTable, DeValue};

use super::names::suggest;
use super::{Named, Reader, Value};
use crate::finding::Severity;
use crate::mistake::{Mistake, closest};
use crate::policy::{Entry, FactPattern, Glob, Scope};

/// The keys of every entry of the policy.
pub(super) const SHARED: [&str; 4] = ["role", "env", "target", "reason"];

/// One table of a list, and where it begins.
pub(super) struct Item<'v, 'a> {
    pub(super) value: &'v Value<'a>,
    pub(super) table: &'v DeTable<'a>,
}

impl<'v, 'a> Item<'v, 'a> {
    /// The value of a key.
    pub(super) fn get(&self, name: &str) -> Option<&'v Value<'a>> {
        let found = self.table.iter().find(|(key, _)| key.get_ref() == name);
        found.map(|(_, value)| value)
    }
}

impl Reader<'_> {
    /// The tables of `[[name]]`, with what is wrong with their keys told.
    pub(super) fn items<'v, 'a>(
        &mut self,
        value: &'v Value<'a>,
        name: &str,
        keys: &[&str],
        needed: &[&str],
    ) -> Vec<Item<'v, 'a>> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(value, &format!("`{name}` is a list of tables: write [[{name}]]"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for value in items {
            let Some(table) = self.table(value, &format!("a table: [[{name}]]")) else {
                continue;
            };
            for (key, _) in table
                .iter()
                .filter(|(key, _)| !keys.contains(&key.get_ref().as_ref()))
            {
                self.unknown_key(key, keys);
            }
            let item = Item { value, table };
            let missing: Vec<&str> = needed
                .iter()
                .copied()
                .filter(|key| item.get(key).is_none())
                .collect();
            if !missing.is_empty() {
                self.wrong(
                    value,
                    &format!("this entry of `{name}` has no {}", backquoted(&missing)),
                );
            }
            found.push(item);
        }
        found
    }

    /// What every entry of the policy has.
    pub(super) fn entry(&mut self, item: &Item<'_, '_>) -> Entry {
        let mut scope = Scope::default();
        if let Some(role) = item.get("role").and_then(|value| self.text(value, "a role")) {
            scope.role = Some(role.value.clone());
            self.scopes.push((Named::Role, role));
        }
        if let Some(name) = item
            .get("env")
            .and_then(|value| self.text(value, "an environment"))
        {
            scope.environment = Some(name.value.clone());
            self.scopes.push((Named::Environment, name));
        }
        scope.target = item.get("target").and_then(|value| self.glob(value, "a target"));
        Entry {
            line: self.line(&item.value.span()),
            scope,
            reason: item
                .get("reason")
                .and_then(|value| self.words(value, "why, in words")),
        }
    }

    /// A text that says something.
    pub(super) fn words(&mut self, value: &Value<'_>, what: &str) -> Option<String> {
        let text = self.text(value, what)?;
        if text.value.trim().is_empty() {
            self.wrong(value, &format!("this is empty: write {what}"));
            return None;
        }
        Some(text.value)
    }

    pub(super) fn glob(&mut self, value: &Value<'_>, what: &str) -> Option<Glob> {
        let text = self.text(value, what)?;
        let glob = Glob::new(&text.value);
        if glob.is_none() {
            self.wrong(value, &format!("expected {what}, of at most 256 bytes"));
        }
        glob
    }

    /// A pattern of facts, of which at least one name is known.
    pub(super) fn fact(&mut self, value: &Value<'_>) -> Option<FactPattern> {
        let text = self.text(value, "a fact, or a pattern of facts")?;
        let pattern = match FactPattern::parse(&text.value) {
            Ok(pattern) => pattern,
            Err(reason) => {
                self.wrong(value, &format!("`{}` {reason}", text.value));
                return None;
            }
        };
        let known = &self.known.facts;
        if !known.is_empty() && !known.iter().any(|name| pattern.fits_name(name)) {
            let (name, _) = text.value.split_once('[').unwrap_or((&text.value, ""));
            let mistake = Mistake::new(text.span, format!("there is no fact `{name}`"));
            let help = match closest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`parity probes` lists the facts".to_owned(),
            };
            self.mistakes.push(mistake.help(help));
        }
        Some(pattern)
    }

    /// A rule, or a pattern of rules, that fits one there is.
    pub(super) fn rule(&mut self, value: &Value<'_>) -> Option<Glob> {
        let glob = self.glob(value, "a rule, or a pattern of rules")?;
        let known = &self.known.rules;
        if !known.is_empty() && !known.iter().any(|rule| glob.fits(rule)) {
            let mistake = Mistake::new(value.span(), format!("there is no rule `{glob}`"));
            let help = match closest(glob.as_str(), known.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`parity rules` lists them".to_owned(),
            };
            self.mistakes.push(mistake.help(help));
        }
        Some(glob)
    }

    /// `error`, `warning` or `info`.
    pub(super) fn level(&mut self, value: &Value<'_>) -> Option<Severity> {
        let word = self.text(value, "error, warning or info")?;
        match word.value.as_str() {
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            "info" => Some(Severity::Info),
            "off" => {
                let mistake = Mistake::new(word.span, "`level` is error, warning or info");
                let help = "[[policy.ignore]] with the same `rule` and a `reason` takes findings out";
                self.mistakes.push(mistake.help(help));
                None
            }
            wrong => {
                let mistake = Mistake::new(word.span, "`level` is error, warning or info");
                self.mistakes
                    .push(suggest(mistake, wrong, &["error", "warning", "info"]));
                None
            }
        }
    }
}

/// `` `a` and `b` ``.
fn backquoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and no {last}", rest.join(", no ")),
        _ => names.concat(),
    }
}
