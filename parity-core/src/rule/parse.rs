//! Reads rules from TOML, all mistakes at once.

use toml::{Table, Value};

use super::condition::{Condition, Test, What};
use super::template::{Template, parse_side};
use super::{ForEach, Pattern, Rule, Wording};
use crate::finding::Severity;
use crate::version::Scheme;
use crate::view::Side;

/// A text that is not a rule: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule `{id}`: {}", .mistakes.join("; "))]
pub struct InvalidRule {
    /// The rule.
    pub id: String,
    /// What is wrong, one entry each.
    pub mistakes: Vec<String>,
}

/// Variables that are always bound.
const GIVEN: [&str; 7] = ["value", "target", "role", "release", "shipped", "dev", "now"];
/// Variables of a link.
const OF_LINK: [&str; 4] = ["from", "to", "port", "peer"];

pub(super) fn parse(id: &str, text: &str) -> Result<Rule, InvalidRule> {
    let mut reader = Reader { mistakes: Vec::new() };
    let rule = match text.parse::<Table>() {
        Ok(table) => reader.rule(id, table),
        Err(error) => {
            reader.mistakes.push(error.to_string().replace('\n', " "));
            None
        }
    };
    match rule {
        Some(rule) if reader.mistakes.is_empty() => Ok(rule),
        _ => Err(InvalidRule {
            id: id.to_owned(),
            mistakes: reader.mistakes,
        }),
    }
}

struct Reader {
    mistakes: Vec<String>,
}

impl Reader {
    fn rule(&mut self, id: &str, mut table: Table) -> Option<Rule> {
        let severity = match self.text(&mut table, "severity").as_deref() {
            Some("error") => Severity::Error,
            Some("warning") => Severity::Warning,
            Some("info") => Severity::Info,
            _ => self.wrong(Severity::Error, "`severity` is error, warning or info"),
        };
        let title = self.text(&mut table, "title").unwrap_or_default();
        let severity_reason = self.text(&mut table, "severity-reason").unwrap_or_default();
        let sees = self.text(&mut table, "sees").unwrap_or_default();
        let breaks = self.text(&mut table, "breaks").unwrap_or_default();
        let example = self.text(&mut table, "example").unwrap_or_default();
        let remedy = self.text(&mut table, "remedy").unwrap_or_default();
        let sources = self.texts(&mut table, "sources");
        if sources.is_empty() {
            self.mistakes.push("`sources` names at least one source".into());
        }
        let is_brought_by_image = self.flag(&mut table, "brought-by-image");
        let is_over_links = self.flag(&mut table, "over-links");
        let is_at_start = self.flag(&mut table, "at-start");
        let leaves_to = match table.contains_key("leaves-to") {
            true => self.texts(&mut table, "leaves-to"),
            false => Vec::new(),
        };
        let for_each = self
            .table(&mut table, "for-each")
            .and_then(|table| self.for_each(table));
        let conditions = match table.remove("where") {
            None => Vec::new(),
            Some(Value::Array(items)) => items
                .into_iter()
                .filter_map(|item| self.condition(item))
                .collect(),
            Some(_) => self.wrong(Vec::new(), "`where` is a list of tables, `[[where]]`"),
        };
        let wording = self
            .table(&mut table, "report")
            .and_then(|table| self.wording(table));
        self.leftover(&table, "a rule");
        if for_each.as_ref().is_some_and(|asks| !asks.is_of_release()) {
            let flags = [
                ("brought-by-image", is_brought_by_image),
                ("over-links", is_over_links),
            ];
            let wrong = flags.into_iter().filter(|(_, is_set)| *is_set);
            self.mistakes
                .extend(wrong.map(|(flag, _)| format!("`{flag}` is for what a release asks")));
        }
        let rule = Rule {
            id: id.to_owned(),
            title,
            severity,
            severity_reason,
            sees,
            breaks,
            example,
            remedy,
            sources,
            is_brought_by_image,
            is_over_links,
            is_at_start,
            leaves_to,
            for_each: for_each?,
            conditions,
            wording: wording?,
        };
        if rule.looks_at_peers() && !rule.for_each.is_link() {
            self.mistakes
                .push("`peer` is the other end of a link: only links have one".to_owned());
        }
        if !rule.leaves_to.is_empty() && rule.wording.cause.is_empty() {
            let mistake = "`leaves-to` needs a `cause` in `[report]`";
            self.mistakes.push(mistake.to_owned());
        }
        self.check_variables(&rule);
        Some(rule)
    }

    fn flag(&mut self, table: &mut Table, name: &str) -> bool {
        match table.remove(name) {
            None => false,
            Some(Value::Boolean(is_set)) => is_set,
            Some(_) => self.wrong(false, &format!("`{name}` is true or false")),
        }
    }

    fn for_each(&mut self, mut table: Table) -> Option<ForEach> {
        let link = table.remove("link");
        if link.as_ref().and_then(Value::as_bool) == Some(true) {
            self.leftover(&table, "`for-each` of a link");
            return Some(ForEach::Link);
        }
        let (side, name) = self
            .text(&mut table, "fact")
            .and_then(|text| self.side_and_rest(&text))?;
        match (link.as_ref().map(Value::as_str), side) {
            (None, _) => {}
            (Some(Some(end @ ("caller" | "listener"))), Side::Host) => {
                self.leftover(&table, "`for-each` of one end of a link");
                return Some(match end {
                    "caller" => ForEach::LinkOfCaller { name },
                    _ => ForEach::LinkOfListener { name },
                });
            }
            _ => {
                let mistake = "`link` is true, or `caller` or `listener` with a fact of the host at that end";
                return self.wrong(None, mistake);
            }
        }
        let key = self
            .optional(&mut table, "key")
            .and_then(|text| self.pattern(&text));
        let member = self
            .optional(&mut table, "member")
            .and_then(|text| self.pattern(&text));
        self.leftover(&table, "`for-each`");
        Some(ForEach::Fact {
            side,
            name,
            key,
            member,
        })
    }

    fn condition(&mut self, item: Value) -> Option<Condition> {
        let Value::Table(mut table) = item else {
            return self.wrong(None, "`where` holds tables");
        };
        let what = match (
            self.optional(&mut table, "fact"),
            self.optional(&mut table, "value"),
        ) {
            (Some(fact), None) => {
                let (side, id) = self.side_and_rest(&fact)?;
                What::Fact(side, self.template(&id)?)
            }
            (None, Some(value)) => What::Text(self.template(&value)?),
            _ => return self.wrong(None, "a condition looks at one `fact` or one `value`"),
        };
        let scheme = match self.optional(&mut table, "scheme") {
            None => None,
            Some(name) => match name.parse::<Scheme>() {
                Ok(scheme) => Some(scheme),
                Err(error) => self.wrong(None, &error.to_string()),
            },
        };
        let syntax = self
            .optional(&mut table, "syntax")
            .and_then(|text| self.template(&text));
        let days = match table.remove("days") {
            None => 0,
            Some(Value::Integer(days)) => {
                u16::try_from(days).unwrap_or_else(|_| self.wrong(0, "`days` is from 0 to 65535"))
            }
            Some(_) => self.wrong(0, "`days` is a number"),
        };
        let names: Vec<String> = table.keys().cloned().collect();
        let [name] = names.as_slice() else {
            return self.wrong(
                None,
                &format!(
                    "a condition has one test, this one has {}: {}",
                    names.len(),
                    names.join(", ")
                ),
            );
        };
        let value = table.remove(name)?;
        let test = match name.as_str() {
            "before" => Test::Before(self.scalar(value)?, days),
            _ => self.test(name, value, scheme, syntax)?,
        };
        Some(Condition { what, test })
    }

    fn test(
        &mut self,
        name: &str,
        value: Value,
        scheme: Option<Scheme>,
        syntax: Option<Template>,
    ) -> Option<Test> {
        Some(match (name, value) {
            ("exists", Value::Boolean(wanted)) => Test::Exists(wanted),
            ("one-of", Value::Array(items)) => Test::OneOf(self.strings(items)),
            ("none-of", Value::Array(items)) => Test::NoneOf(self.strings(items)),
            ("is", value) => Test::Is(self.scalar(value)?),
            ("is-not", value) => Test::IsNot(self.scalar(value)?),
            ("contains", value) => Test::Contains(self.scalar(value)?),
            ("lacks", value) => Test::Lacks(self.scalar(value)?),
            ("without", value) => Test::Without(self.scalar(value)?),
            ("at-least", value) => Test::AtLeast(self.scalar(value)?, scheme),
            ("below", value) => Test::Below(self.scalar(value)?, scheme),
            ("major-differs-from", value) => Test::MajorDiffers(self.scalar(value)?),
            ("outside-range", value) => match syntax {
                Some(syntax) => Test::OutsideRange {
                    syntax,
                    range: self.scalar(value)?,
                },
                None => return self.wrong(None, "`outside-range` needs a `syntax`"),
            },
            _ => {
                return self.wrong(
                    None,
                    &format!("`{name}` is not a test, or its value is of the wrong kind"),
                );
            }
        })
    }

    fn wording(&mut self, mut table: Table) -> Option<Wording> {
        let mut required = |key: &str| self.text(&mut table, key).and_then(|text| self.template(&text));
        let (subject, message) = (required("subject"), required("message"));
        let (needs, provides, help) = (required("needs"), required("provides"), required("help"));
        let you_see = self
            .optional(&mut table, "you-see")
            .and_then(|text| self.template(&text));
        let merge = self
            .optional(&mut table, "merge")
            .and_then(|text| self.template(&text));
        let mut cause = Vec::new();
        for text in self.texts(&mut table, "cause") {
            cause.extend(self.template(&text));
        }
        let mut evidence = Vec::new();
        for text in self.texts(&mut table, "evidence") {
            if let Some((side, id)) = self.side_and_rest(&text) {
                evidence.extend(self.template(&id).map(|id| (side, id)));
            }
        }
        self.leftover(&table, "`report`");
        let (subject, message, needs) = (subject?, message?, needs?);
        Some(Wording {
            subject,
            message,
            needs,
            provides: provides?,
            you_see,
            help: help?,
            merge,
            cause,
            evidence,
        })
    }

    /// A variable that nothing binds would read as an empty text: a mistake of the rule's author.
    fn check_variables(&mut self, rule: &Rule) {
        let mut bound: Vec<&str> = GIVEN.to_vec();
        match &rule.for_each {
            ForEach::Link | ForEach::LinkOfCaller { .. } | ForEach::LinkOfListener { .. } => {
                bound.extend(OF_LINK);
            }
            ForEach::Fact { key, member, .. } => {
                bound.extend(key.iter().chain(member).flat_map(Pattern::variables));
            }
        }
        let wording = &rule.wording;
        let evidence = wording.evidence.iter().map(|(_, id)| id);
        let conditions = || rule.conditions.iter().flat_map(Condition::templates);
        if conditions().any(Template::glosses_over) {
            self.mistakes
                .push("a condition takes facts as they are: `|` belongs into `[report]`".into());
        }
        for template in wording.texts().chain(evidence).chain(conditions()) {
            for name in template.variables() {
                let name = name.strip_suffix(".last").unwrap_or(name);
                if !bound.contains(&name) {
                    self.mistakes.push(format!("nothing binds the variable `{name}`"));
                }
            }
        }
    }

    fn side_and_rest(&mut self, text: &str) -> Option<(Side, String)> {
        let Some((side, rest)) = text.split_once(':') else {
            return self.wrong(None, &format!("`{text}`: write the side first, as `host:{text}`"));
        };
        match parse_side(side) {
            Ok(side) => Some((side, rest.to_owned())),
            Err(mistake) => self.wrong(None, &mistake),
        }
    }

    fn template(&mut self, text: &str) -> Option<Template> {
        Template::parse(text)
            .map_err(|mistake| self.mistakes.push(mistake))
            .ok()
    }

    fn pattern(&mut self, text: &str) -> Option<Pattern> {
        Pattern::parse(text)
            .map_err(|mistake| self.mistakes.push(mistake))
            .ok()
    }

    fn scalar(&mut self, value: Value) -> Option<Template> {
        let text = match value {
            Value::String(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Boolean(value) => value.to_string(),
            _ => return self.wrong(None, "a test compares with a text, a number or a truth value"),
        };
        self.template(&text)
    }

    fn table(&mut self, table: &mut Table, key: &str) -> Option<Table> {
        match table.remove(key) {
            Some(Value::Table(table)) => Some(table),
            _ => self.wrong(None, &format!("`[{key}]` is missing")),
        }
    }

    fn text(&mut self, table: &mut Table, key: &str) -> Option<String> {
        match table.remove(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => self.wrong(None, &format!("`{key}` is missing")),
        }
    }

    fn optional(&mut self, table: &mut Table, key: &str) -> Option<String> {
        match table.remove(key) {
            None => None,
            Some(Value::String(text)) => Some(text.trim().to_owned()),
            Some(_) => self.wrong(None, &format!("`{key}` is a text")),
        }
    }

    fn texts(&mut self, table: &mut Table, key: &str) -> Vec<String> {
        match table.remove(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => self.strings(items),
            Some(_) => self.wrong(Vec::new(), &format!("`{key}` is a list of texts")),
        }
    }

    fn strings(&mut self, items: Vec<Value>) -> Vec<String> {
        let texts = items.into_iter().filter_map(|item| match item {
            Value::String(text) => Some(text),
            _ => self.wrong(None, "a list holds texts"),
        });
        texts.collect()
    }

    fn leftover(&mut self, table: &Table, place: &str) {
        for key in table.keys() {
            self.mistakes.push(format!("{place} has no `{key}`"));
        }
    }

    fn wrong<T>(&mut self, instead: T, mistake: &str) -> T {
        self.mistakes.push(mistake.to_owned());
        instead
    }
}
