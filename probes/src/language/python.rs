//! Python: what came and went with its versions.

use super::feature::{Feature, feature};
use super::python_tables::{GENERIC, MODULES, NAMES, PARAMETERS};
use super::{Kind, Token};

/// What takes more than words in a row: imports at the beginning of a line, `match`, annotations, texts with `{name=}`.
pub(super) fn beyond<'a>(
    tokens: &[Token<'a>],
    brings: &dyn Fn(&str) -> bool,
) -> Vec<(Feature, u32, &'a str)> {
    let mut found = imports(tokens, brings);
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
    for (at, token) in tokens.iter().enumerate() {
        if token.is_first && token.is("match") && begins_case(tokens, at) {
            found.push((feature("", ">=3.10", "the statement match"), token.line, ""));
        }
        let is_formatted = token.kind == Kind::Text
            && token.is_joined
            && at
                .checked_sub(1)
                .and_then(|at| tokens.get(at))
                .is_some_and(|before| {
                    before.kind == Kind::Word && before.text.len() <= 2 && before.text.contains(['f', 'F'])
                });
        if is_formatted && ends_in_a_field(token.text) {
            found.push((
                feature("", ">=3.12", "the quotes of an f-string within it"),
                token.line,
                "",
            ));
        }
        if (token.is("def") || token.is("class")) && is(at + 2, "[") {
            found.push((
                feature("", ">=3.12", "parameters of types in […]"),
                token.line,
                "",
            ));
        }
        if let Some((called, parameter, range)) = parameter(tokens, at) {
            found.push((feature("", range, called), token.line, parameter));
        }
        if is_formatted {
            found.push((feature("", ">=3.6", "an f-string"), token.line, ""));
            if names_itself(token.text) {
                found.push((feature("", ">=3.8", "name= in an f-string"), token.line, ""));
            }
        }
    }
    let is_postponed = tokens.windows(2).any(|pair| {
        pair.first().is_some_and(|token| token.is("import"))
            && pair.get(1).is_some_and(|token| token.is("annotations"))
    });
    if !is_postponed {
        for (at, line) in annotated(tokens) {
            let Some(token) = tokens.get(at) else { continue };
            if GENERIC.contains(&token.text) && is(at + 1, "[") {
                found.push((feature("", ">=3.9", "list[…] and the like as a type"), line, ""));
            }
            if token.is("|") && (is(at + 1, "None") || at.checked_sub(1).is_some_and(|at| is(at, "None"))) {
                found.push((feature("", ">=3.10", "… | None as a type"), line, ""));
            }
        }
    }
    found
}

/// Imports that stand at the beginning of a line: what is tried, or depends on something, stands further in.
fn imports<'a>(tokens: &[Token<'a>], brings: &dyn Fn(&str) -> bool) -> Vec<(Feature, u32, &'a str)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !token.is_first || token.column > 0 || !(token.is("import") || token.is("from")) {
            continue;
        }
        let dotted = |from: usize| {
            let rest = tokens.get(from..).unwrap_or(&[]);
            let mut name = String::new();
            for (count, part) in rest.iter().take(9).enumerate() {
                let is_part = if count % 2 == 0 {
                    part.kind == Kind::Word
                } else {
                    part.is(".")
                };
                if !is_part || (count > 0 && !part.is_joined) {
                    break;
                }
                name.push_str(part.text);
            }
            name
        };
        let module = dotted(at + 1);
        let top = module.split('.').next().unwrap_or("");
        if brings(top) {
            continue;
        }
        for (name, range) in MODULES {
            let is_it = name == module || (!name.contains('.') && name == top);
            if is_it {
                found.push((feature("", range, "the module"), token.line, name));
            }
        }
        if token.is("from") {
            let rest = tokens.get(at + 2..).unwrap_or(&[]);
            let is_open = rest.get(1).is_some_and(|token| token.is("("));
            let names = rest
                .iter()
                .take_while(|part| part.line == token.line || (is_open && !part.is(")")));
            for part in names {
                let known = NAMES
                    .iter()
                    .find(|(from, name, _)| *from == module && part.is(name));
                if let Some((_, name, range)) = known {
                    found.push((feature("", range, "the name"), token.line, name));
                }
            }
        }
    }
    found
}

/// `match …:` with `case` on the next line.
fn begins_case(tokens: &[Token<'_>], at: usize) -> bool {
    let line = tokens.get(at).map_or(0, |token| token.line);
    let rest = tokens.get(at + 1..).unwrap_or(&[]);
    let length = rest.iter().take_while(|token| token.line == line).count();
    let ends = length
        .checked_sub(1)
        .and_then(|at| rest.get(at))
        .is_some_and(|token| token.is(":"));
    ends && rest
        .get(length)
        .is_some_and(|token| token.is_first && token.is("case"))
}

/// A call with one of [`PARAMETERS`] by name: the call, the parameter, the versions that take it.
fn parameter(tokens: &[Token<'_>], at: usize) -> Option<(&'static str, &'static str, &'static str)> {
    let token = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    let mut rows = PARAMETERS
        .iter()
        .filter(|(_, called, ..)| token.is(called))
        .peekable();
    rows.peek()?;
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let module = before(1)
        .filter(|dot| dot.is("."))
        .and_then(|_| before(2))
        .map_or("", |module| module.text);
    let is_defined = before(1).is_some_and(|token| token.is("def"));
    let rest = tokens
        .get(at + 1..)
        .filter(|rest| rest.first().is_some_and(|open| open.is("(")))?;
    let mut depth = 0_u32;
    for (offset, token) in rest.iter().enumerate().take(400) {
        match token.text {
            "(" | "[" | "{" if token.kind == Kind::Mark => depth = depth.saturating_add(1),
            ")" | "]" | "}" if token.kind == Kind::Mark => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 || is_defined {
            return None;
        }
        let is_named = depth == 1 && rest.get(offset + 1).is_some_and(|after| after.is("="));
        let known = rows.clone().find(|(of, _, name, _)| {
            is_named && token.is(name) && (*of == module || (of.is_empty() && module == "dataclasses"))
        });
        if let Some((_, called, name, range)) = known {
            return Some((called, name, range));
        }
    }
    None
}

/// Whether a text ends between the braces of a field: its quote stands within one.
fn ends_in_a_field(text: &str) -> bool {
    let plain = text.replace("{{", "").replace("}}", "");
    plain.rfind('{') > plain.rfind('}')
}

/// `{name=}` or `{name=!r}`.
fn names_itself(text: &str) -> bool {
    text.split('{').skip(1).any(|part| {
        let end = part
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
            .unwrap_or(part.len());
        end > 0
            && part
                .get(end..)
                .is_some_and(|rest| rest.starts_with("=}") || rest.starts_with("=!"))
    })
}

/// The places of tokens of annotations that are looked at when the module is loaded: of parameters and results, and of the
/// attributes of classes.
fn annotated(tokens: &[Token<'_>]) -> Vec<(usize, u32)> {
    let mut found = Vec::new();
    let mut blocks: Vec<(usize, bool)> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.is_first {
            blocks.retain(|(column, _)| *column < token.column);
            if token.is("class") || token.is("def") {
                blocks.push((token.column, token.is("class")));
            }
        }
        let in_class = blocks
            .last()
            .is_none_or(|(column, is_class)| *is_class && *column < token.column);
        let is_attribute = token.is_first
            && in_class
            && token.kind == Kind::Word
            && tokens.get(at + 1).is_some_and(|token| token.is(":"))
            && tokens
                .get(at + 2)
                .is_some_and(|after| after.line == token.line && !after.is("="));
        if token.is("def") {
            let mut depth = 0_u32;
            let end = tokens.iter().enumerate().skip(at).position(|(_, token)| {
                match token.text {
                    "(" | "[" | "{" if token.kind == Kind::Mark => depth = depth.saturating_add(1),
                    ")" | "]" | "}" if token.kind == Kind::Mark => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0 && token.is(":")
            });
            let end = at + end.unwrap_or(0);
            found.extend((at..end).map(|at| (at, tokens.get(at).map_or(0, |token| token.line))));
            at = end;
        } else if is_attribute {
            let line = token.line;
            let rest = tokens.get(at + 2..).unwrap_or(&[]);
            let length = rest
                .iter()
                .take_while(|token| token.line == line && !token.is("="))
                .count();
            found.extend((at + 2..at + 2 + length).map(|at| (at, line)));
        }
        at += 1;
    }
    found
}
