//! Texts with holes: variables and facts of any side.

use std::collections::BTreeSet;

use super::Pattern;
use super::evaluate::Bench;
use crate::fact::{FactId, State};
use crate::view::Side;

/// A text with holes: `{variable}`, `{variable.last}` (the last member of a list), `{side:fact[{key}]}`, and
/// `{side:fact[{key}]|otherwise}` with what is said where the fact has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
    Fact(Side, Template, Option<Template>),
}

/// What a template stands for in a comparison.
pub(super) enum Operand {
    Text(String),
    /// A fact in it has no value.
    Fact(Side, FactId, State),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A brace without its counterpart, or a side that does not exist.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let close = closing(after).ok_or_else(|| {
                format!("`{text}`: a `{{` is not closed, or holes lie too deep in each other")
            })?;
            let (hole, tail) = (&after[1..close], &after[close + 1..]);
            parts.push(match hole.split_once(':') {
                Some((side, fact)) => {
                    let (fact, otherwise) = match bar(fact) {
                        Some(at) => (&fact[..at], Some(Template::parse(&fact[at + 1..])?)),
                        None => (fact, None),
                    };
                    Part::Fact(parse_side(side)?, Template::parse(fact)?, otherwise)
                }
                None => Part::Variable(hole.to_owned()),
            });
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Template { parts })
    }

    /// The names of all variables, those inside fact ids included.
    pub(crate) fn variables(&self) -> Vec<&str> {
        let names = self.parts.iter().flat_map(|part| match part {
            Part::Text(_) => Vec::new(),
            Part::Variable(name) => vec![name.as_str()],
            Part::Fact(_, id, otherwise) => {
                let otherwise = otherwise.iter().flat_map(Template::variables);
                id.variables().into_iter().chain(otherwise).collect()
            }
        });
        names.collect()
    }

    /// Whether it can be the id of one of these facts, or has one in it.
    pub(super) fn may_name(&self, facts: &BTreeSet<FactId>) -> bool {
        let is_one = match self.parts.as_slice() {
            [Part::Text(id)] => id.parse().is_ok_and(|id: FactId| facts.contains(&id)),
            [Part::Text(begin), ..] => {
                let name = begin.split('[').next();
                facts.iter().any(|fact| Some(fact.name()) == name)
            }
            _ => false,
        };
        let inner = |part: &Part| matches!(part, Part::Fact(_, id, _) if id.may_name(facts));
        is_one || self.parts.iter().any(inner)
    }

    /// Whether it speaks of a fact of this side.
    pub(super) fn speaks_of(&self, side: Side) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Text(_) | Part::Variable(_) => false,
            Part::Fact(of, id, otherwise) => {
                *of == side
                    || id.speaks_of(side)
                    || otherwise.as_ref().is_some_and(|text| text.speaks_of(side))
            }
        })
    }

    /// Whether it says something in place of a fact that has no value: for people, never for a comparison.
    pub(super) fn glosses_over(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Text(_) | Part::Variable(_) => false,
            Part::Fact(_, id, otherwise) => otherwise.is_some() || id.glosses_over(),
        })
    }

    /// The text for a comparison: every fact in it must have a value.
    pub(super) fn operand(&self, bench: &Bench<'_>) -> Operand {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Variable(name) => out.push_str(&bench.variable(name)),
                Part::Fact(side, id, _) => {
                    let id = match id.operand(bench) {
                        Operand::Text(id) => id,
                        lacking => return lacking,
                    };
                    let (id, state) = known(*side, &id, bench);
                    match state {
                        State::Value(value) => out.push_str(&value.to_string()),
                        state => return Operand::Fact(*side, id, state),
                    }
                }
            }
        }
        Operand::Text(out)
    }

    /// The text with its holes filled. A fact that is not known reads as its state.
    pub(crate) fn fill(&self, bench: &Bench<'_>) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Variable(name) => out.push_str(&bench.variable(name)),
                Part::Fact(side, id, otherwise) => {
                    let (_, state) = known(*side, &id.fill(bench), bench);
                    match otherwise {
                        Some(otherwise) if state.value().is_none() => out.push_str(&otherwise.fill(bench)),
                        _ => out.push_str(&state.to_string()),
                    }
                }
            }
        }
        out
    }
}

fn known(side: Side, id: &str, bench: &Bench<'_>) -> (FactId, State) {
    match id.parse::<FactId>() {
        Ok(id) => {
            let state = bench.state(side, &id);
            (id, state)
        }
        Err(error) => (FactId::single("invalid"), State::Unknown(error.to_string())),
    }
}

/// The position of the first `|` outside of inner holes.
fn bar(hole: &str) -> Option<usize> {
    let mut depth = 0;
    hole.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '|' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })
}

/// How deep holes may lie in each other.
const MAX_DEPTH: usize = 8;

/// The position of the brace that closes the one at 0.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' if depth == MAX_DEPTH => return None,
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

pub(super) fn parse_side(word: &str) -> Result<Side, String> {
    let sides = [Side::Release, Side::Dev, Side::Host, Side::Peer];
    let found = sides.into_iter().find(|side| side.word() == word);
    found.ok_or_else(|| format!("`{word}` is not a side: write release, dev, host or peer"))
}

impl Pattern {
    /// Reads a pattern: a template of plain variables.
    pub(super) fn parse(text: &str) -> Result<Pattern, String> {
        let (mut holes, mut lead) = (Vec::new(), String::new());
        for part in Template::parse(text)?.parts {
            match part {
                Part::Text(text) => lead.push_str(&text),
                Part::Variable(name) => holes.push((std::mem::take(&mut lead), name)),
                Part::Fact(..) => return Err(format!("`{text}`: a pattern has plain variables only")),
            }
        }
        Ok(Pattern { holes, tail: lead })
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.holes.iter().map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_texts_apart() {
        let bind = |pattern: &str, text: &str| {
            let bound = Pattern::parse(pattern).unwrap().bind(text)?;
            Some(
                bound
                    .into_iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        };
        assert_eq!(
            bind("{file}:{library}", "bin/a:libc.so.6").unwrap(),
            "file=bin/a library=libc.so.6"
        );
        assert_eq!(bind("{arch}/{name}", "x/y/z").unwrap(), "arch=x name=y/z");
        assert_eq!(bind("tcp/{port}", "tcp/80").unwrap(), "port=80");
        assert_eq!(bind("tcp/{port}", "udp/80"), None);
        assert_eq!(bind("{a}:{b}", "no colon"), None);
    }

    #[test]
    fn templates_nest() {
        let template = Template::parse("{file} on {host:library[{machine}/{library}]}").unwrap();
        assert_eq!(template.variables(), ["file", "machine", "library"]);
        for wrong in ["{open", "{nowhere:x}"] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
    }
}
