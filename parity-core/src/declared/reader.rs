//! Walks the tables of a file of facts and keeps what is wrong with it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{MAX_MISTAKES, Mistake, PROBE, Source};
use crate::fact::{Fact, FactId, Origin, Stability, State, Value};
use crate::schema::{Kind, Schema};
use crate::snapshot::{Coverage, CoverageState, Snapshot};
use crate::version::Scheme;

const TOP: [&str; 4] = ["target", "taken_at", "complete", "facts"];
const DETAILS: [&str; 4] = ["value", "scheme", "state", "reason"];
const STATES: [&str; 3] = ["absent", "not-permitted", "unknown"];

pub(super) struct Reader<'a> {
    text: &'a str,
    source: &'a Source<'a>,
    /// Offset of the first byte of each line.
    lines: Vec<usize>,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, source: &'a Source<'a>) -> Reader<'a> {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Reader {
            text,
            source,
            lines: std::iter::once(0).chain(ends).collect(),
            mistakes: Vec::new(),
        }
    }

    pub(super) fn document(&mut self, table: &DeTable<'_>) -> Snapshot {
        let (mut target, mut taken_at) = (self.source.path.to_owned(), self.source.now.to_owned());
        let (mut complete, mut facts) = (BTreeSet::new(), Vec::new());
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("target", DeValue::String(name)) if !name.trim().is_empty() => target = name.to_string(),
                ("target", _) => self.wrong(value.span(), "`target` is a name"),
                ("taken_at", _) => taken_at = self.moment(value).unwrap_or(taken_at),
                ("complete", DeValue::Array(names)) => {
                    for name in names {
                        complete.extend(self.complete_name(name));
                    }
                }
                ("complete", _) => self.wrong(value.span(), "`complete` is a list of names of facts"),
                ("facts", DeValue::Table(table)) => {
                    for (id, value) in table {
                        facts.extend(self.fact(id, value));
                    }
                }
                ("facts", _) => self.wrong(value.span(), "`[facts]` is a table"),
                (other, _) => self.unknown_key(key.span(), "a file of facts", other, &TOP),
            }
        }
        if !table.keys().any(|key| key.get_ref() == "facts") && complete.is_empty() {
            self.wrong(0..0, "it declares nothing: `[facts]` is missing");
        }
        let coverage = coverage(&facts, &complete);
        let mut snapshot = Snapshot::new(&target, &taken_at, facts);
        snapshot.coverage = coverage;
        snapshot
    }

    /// A day or a moment, as text or as TOML has them.
    fn moment(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(moment) => moment.to_string(),
            _ => String::new(),
        };
        let day = text.parse::<jiff::civil::Date>();
        let moment = match day {
            Ok(_) if text.len() == 10 => format!("{text}T00:00:00Z").parse(),
            _ => text.parse::<jiff::Timestamp>(),
        };
        match moment {
            Ok(moment) => Some(moment.to_string()),
            Err(_) => {
                let message =
                    "`taken_at` is a day (2026-01-31) or a moment with its zone (2026-01-31T12:00:00Z)";
                self.wrong(value.span(), message);
                None
            }
        }
    }

    fn complete_name(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let DeValue::String(name) = value.get_ref() else {
            self.wrong(value.span(), "`complete` is a list of names of facts");
            return None;
        };
        match name.parse::<FactId>() {
            Ok(id) if id.key().is_none() => {
                self.schema(value.span(), id.name());
                Some(name.to_string())
            }
            Ok(id) => {
                self.wrong(
                    value.span(),
                    &format!("`complete` holds names without a key: `{}`", id.name()),
                );
                None
            }
            Err(error) => {
                self.wrong(value.span(), &error.to_string());
                None
            }
        }
    }

    fn fact(&mut self, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Option<Fact> {
        let id = match key.get_ref().parse::<FactId>() {
            Ok(id) => id,
            Err(error) => {
                self.wrong(key.span(), &error.to_string());
                return None;
            }
        };
        if let (DeValue::Table(table), false) = (value.get_ref(), id.name().contains('.'))
            && let Some(inner) = table
                .keys()
                .map(Spanned::get_ref)
                .find(|k| !DETAILS.contains(&k.as_ref()))
            && !table
                .keys()
                .any(|k| ["value", "state"].contains(&k.get_ref().as_ref()))
        {
            self.wrong(
                key.span(),
                &format!("write the whole name in quotes, as in \"{id}.{inner}\" = …"),
            );
            return None;
        }
        let schema = self.schema(key.span(), id.name());
        self.check_key(key.span(), &id, schema);
        let (state, scheme) = self.state(&id, value, schema)?;
        let is_version = schema.is_some_and(|schema| schema.kind == Kind::Version);
        Some(Fact {
            scheme: scheme.or((is_version && state.value().is_some()).then_some(Scheme::Generic)),
            stability: schema.map_or(Stability::Stable, |schema| schema.stability),
            origin: Origin::Declared {
                path: self.source.path.to_owned(),
                line: self.position(key.span().start).0,
            },
            id,
            state,
        })
    }

    /// A value as it is, or a table that says more about it.
    fn state(
        &mut self,
        id: &FactId,
        value: &Spanned<DeValue<'_>>,
        schema: Option<&Schema>,
    ) -> Option<(State, Option<Scheme>)> {
        let DeValue::Table(table) = value.get_ref() else {
            return Some((State::Value(self.value(id, value, schema)?), None));
        };
        for key in table.keys() {
            if !DETAILS.contains(&key.get_ref().as_ref()) {
                self.unknown_key(key.span(), "a fact", key.get_ref(), &DETAILS);
            }
        }
        let get = |name: &str| {
            table
                .iter()
                .find(|(key, _)| key.get_ref() == name)
                .map(|(_, v)| v)
        };
        let scheme = get("scheme").and_then(|name| self.scheme(name));
        let reason = get("reason").and_then(|reason| match reason.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong(reason.span(), "`reason` is a text");
                None
            }
        });
        let state = match (get("value"), get("state")) {
            (Some(inner), None) => State::Value(self.value(id, inner, schema)?),
            (None, Some(word)) => self.state_word(word, reason.clone())?,
            _ => {
                self.wrong(
                    value.span(),
                    &format!("`{id}` needs either a `value` or a `state`"),
                );
                return None;
            }
        };
        if reason.is_some() && !matches!(state, State::Unknown(_)) {
            self.wrong(value.span(), "`reason` belongs to the state `unknown`");
        }
        Some((state, scheme))
    }

    fn state_word(&mut self, word: &Spanned<DeValue<'_>>, reason: Option<String>) -> Option<State> {
        match word.get_ref() {
            DeValue::String(text) => match text.as_ref() {
                "absent" => return Some(State::Absent),
                "not-permitted" => return Some(State::NotPermitted),
                "unknown" => {
                    return Some(State::Unknown(
                        reason.unwrap_or_else(|| "declared as unknown".into()),
                    ));
                }
                other => self.unknown_key(word.span(), "the state of a fact", other, &STATES),
            },
            _ => self.wrong(word.span(), "`state` is absent, not-permitted or unknown"),
        }
        None
    }

    fn scheme(&mut self, name: &Spanned<DeValue<'_>>) -> Option<Scheme> {
        let scheme = match name.get_ref() {
            DeValue::String(text) => text.parse::<Scheme>().map_err(|error| error.to_string()),
            _ => Err("`scheme` is the name of an order of versions".to_owned()),
        };
        scheme.map_err(|message| self.wrong(name.span(), &message)).ok()
    }

    fn value(&mut self, id: &FactId, value: &Spanned<DeValue<'_>>, schema: Option<&Schema>) -> Option<Value> {
        if id.is_rest() {
            self.wrong(
                value.span(),
                "the key `*` stands for all that are not listed: give it a `state`, not a value",
            );
            return None;
        }
        let read = match value.get_ref() {
            DeValue::Boolean(value) => Ok(Value::Bool(*value)),
            DeValue::String(text) => Ok(Value::Text(text.to_string())),
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .map(Value::Int)
                .map_err(|_| "the number is too large"),
            DeValue::Array(items) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) => Ok(text.to_string()),
                    _ => Err("a list holds texts"),
                })
                .collect::<Result<_, _>>()
                .map(Value::List),
            DeValue::Float(_) => Err("there are no fractions among the values of facts: write it as a text"),
            DeValue::Datetime(_) => Err("write a date as a text"),
            DeValue::Table(_) => Err("a value is a text, a whole number, a truth value or a list of texts"),
        };
        let read = read.and_then(|read| suited(read, schema));
        read.map_err(|message| self.wrong(value.span(), &format!("`{id}`: {message}")))
            .ok()
    }

    /// The schema of a name; where schemas are known, a name without one is a mistake.
    fn schema(&mut self, span: Range<usize>, name: &str) -> Option<&'a Schema> {
        let schemas = self.source.schemas;
        let found = schemas.iter().find(|schema| schema.name == name);
        if found.is_none() && !schemas.is_empty() {
            let names: Vec<&str> = schemas.iter().map(|schema| schema.name.as_ref()).collect();
            let message = format!("there is no fact `{name}`{}", self.meant(name, &names));
            self.wrong(span, &message);
        }
        found
    }

    fn check_key(&mut self, span: Range<usize>, id: &FactId, schema: Option<&Schema>) {
        let Some(schema) = schema else { return };
        match (&schema.key, id.key()) {
            (Some(what), None) => {
                self.wrong(
                    span,
                    &format!("`{id}` needs a key in brackets: `{id}[…]`, the {what}"),
                );
            }
            (None, Some(_)) => self.wrong(
                span,
                &format!("there is only one `{}`: leave the brackets out", id.name()),
            ),
            _ => {}
        }
    }

    fn unknown_key(&mut self, span: Range<usize>, place: &str, key: &str, known: &[&str]) {
        let message = format!("{place} has no `{key}`{}", self.meant(key, known));
        self.wrong(span, &message);
    }

    /// `; did you mean …?`, where something is close. Nobody reads that of the hundredth mistake, or of a name that no
    /// fact could have.
    fn meant(&self, word: &str, known: &[&str]) -> String {
        if self.mistakes.len() >= MAX_MISTAKES || word.len() > 100 {
            return String::new();
        }
        let close = similar::get_close_matches(word, known, 1, 0.6);
        close
            .first()
            .map_or_else(String::new, |close| format!("; did you mean `{close}`?"))
    }

    pub(super) fn wrong(&mut self, span: Range<usize>, message: &str) {
        let (line, column) = self.position(span.start);
        let message = message.replace('\n', " ");
        self.mistakes.push(Mistake {
            line,
            column,
            message,
        });
    }

    fn position(&self, offset: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |before| before.chars().count());
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (count(line), count(column + 1))
    }
}

/// The value in the form its schema asks for.
fn suited(value: Value, schema: Option<&Schema>) -> Result<Value, &'static str> {
    let Some(schema) = schema else { return Ok(value) };
    match (schema.kind, value) {
        (Kind::Set, Value::List(members)) => Ok(Value::set(members)),
        (Kind::Version, Value::List(members)) => Ok(Value::set(members)),
        (Kind::List, value @ Value::List(_)) => Ok(value),
        (Kind::Text | Kind::Version | Kind::Digest, value @ Value::Text(_)) => Ok(value),
        (Kind::Number, value @ Value::Int(_)) => Ok(value),
        (Kind::Bool, value @ Value::Bool(_)) => Ok(value),
        (Kind::Set | Kind::List, _) => Err("its value is a list of texts"),
        (Kind::Version, _) => Err("its value is a version, written as a text"),
        (Kind::Number, _) => Err("its value is a whole number"),
        (Kind::Bool, _) => Err("its value is true or false"),
        (Kind::Text | Kind::Digest, _) => Err("its value is a text"),
    }
}

fn coverage(facts: &[Fact], complete: &BTreeSet<String>) -> Vec<Coverage> {
    let (mut told, mut partial) = (complete.clone(), BTreeSet::new());
    for fact in facts {
        let name = fact.id.name().to_owned();
        if !fact.state.is_certain() || fact.id.key().is_some() && !complete.contains(&name) {
            partial.insert(name);
        } else {
            told.insert(name);
        }
    }
    let entry = |state, reason: Option<&str>, names: BTreeSet<String>| Coverage {
        probe: PROBE.to_owned(),
        state,
        reason: reason.map(str::to_owned),
        millis: 0,
        facts: names.into_iter().collect(),
    };
    let entries = [
        entry(CoverageState::Observed, None, told),
        entry(
            CoverageState::Partial,
            Some("written by hand: no more is known than what is listed"),
            partial,
        ),
    ];
    entries
        .into_iter()
        .filter(|entry| !entry.facts.is_empty())
        .collect()
}
