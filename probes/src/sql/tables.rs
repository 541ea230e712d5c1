//! Tables and their indexes, as far as the length of an index depends on the server (MySQL, "InnoDB Limits").

use std::collections::BTreeMap;

use super::tokens::{Kind, Token};

/// What an index needs of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongKey {
    /// Bytes of its longest column.
    pub bytes: u32,
    /// `ROW_FORMAT` of its table, in small letters; `default` where it has none.
    pub row_format: String,
    /// Counted from 1.
    pub line: u32,
}

/// What an index may have of one column in every version and row format.
const EVERYWHERE: u32 = 767;

/// Character sets and the bytes that a character has at most (MySQL, "Supported Character Sets and Collations").
const CHARACTER_SETS: [(&str, u32); 12] = [
    ("ascii", 1),
    ("big5", 2),
    ("binary", 1),
    ("gbk", 2),
    ("latin1", 1),
    ("latin2", 1),
    ("ucs2", 2),
    ("utf16", 4),
    ("utf32", 4),
    ("utf8", 3),
    ("utf8mb3", 3),
    ("utf8mb4", 4),
];

/// What a column may put into an index.
#[derive(Debug, Clone, Default)]
struct Column {
    /// Characters, or bytes where `is_binary`; nothing where the type sets no length.
    length: Option<u32>,
    is_binary: bool,
    character_set: Option<String>,
}

#[derive(Debug, Default)]
struct Table {
    columns: BTreeMap<String, Column>,
    character_set: Option<String>,
    row_format: Option<String>,
    is_innodb: bool,
}

/// The unique and primary indexes of a file that may be too long, by `table.index`. Of other indexes a server that is not strict
/// takes the beginning.
pub(super) fn long_keys(tokens: &[Token<'_>]) -> BTreeMap<String, LongKey> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for statement in tokens.split(|token| token.is(";")) {
        let Some((name, rest)) = table_name(statement) else {
            continue;
        };
        let is_creation = statement.first().is_some_and(|token| token.is("CREATE"));
        let items = if is_creation && unique_index(statement).is_none() {
            let (body, options) = parentheses(rest);
            tables.insert(name.clone(), table(body, options));
            parts(body)
        } else {
            parts(rest)
        };
        let Some(table) = tables.get(&name).filter(|table| table.is_innodb) else {
            continue;
        };
        let named = unique_index(statement).map(|index| (index, parentheses(rest).0));
        let keys = items.into_iter().filter_map(key).chain(named);
        for (index, columns) in keys {
            let longest = parts(columns)
                .into_iter()
                .filter_map(|part| bytes(table, part))
                .max();
            if let Some(bytes) = longest.filter(|bytes| *bytes > EVERYWHERE) {
                let row_format = table.row_format.clone().unwrap_or_else(|| "default".to_owned());
                let line = columns.first().map_or(0, |token| token.line);
                found.entry(format!("{name}.{index}")).or_insert(LongKey {
                    bytes,
                    row_format,
                    line,
                });
            }
        }
    }
    found
}

/// The table that a statement creates or changes, and what follows its name.
fn table_name<'a, 'b>(statement: &'a [Token<'b>]) -> Option<(String, &'a [Token<'b>])> {
    let begins = statement.first()?;
    let at = if unique_index(statement).is_some() {
        statement.iter().position(|token| token.is("ON"))?
    } else if begins.is("CREATE") || begins.is("ALTER") {
        statement.iter().take(4).position(|token| token.is("TABLE"))?
    } else {
        return None;
    };
    let mut rest = statement.get(at + 1..)?;
    while rest
        .first()
        .is_some_and(|token| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is(word)))
    {
        rest = rest.get(1..)?;
    }
    if rest.get(1).is_some_and(|token| token.is(".")) {
        rest = rest.get(2..)?;
    }
    let name = rest.first().filter(|token| token.is_name())?;
    Some((name.raw.to_owned(), rest.get(1..)?))
}

/// The index of `CREATE UNIQUE INDEX name ON …`.
fn unique_index(statement: &[Token<'_>]) -> Option<String> {
    let is = |at: usize, word: &str| statement.get(at).is_some_and(|token| token.is(word));
    (is(0, "CREATE") && is(1, "UNIQUE") && is(2, "INDEX")).then(|| Some(statement.get(3)?.raw.to_owned()))?
}

/// What stands between the first parenthesis and its end, and what follows.
fn parentheses<'a, 'b>(tokens: &'a [Token<'b>]) -> (&'a [Token<'b>], &'a [Token<'b>]) {
    let Some(open) = tokens.iter().position(|token| token.is("(")) else {
        return (&[], tokens);
    };
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth -= 1;
        }
        if depth == 0 {
            let inner = tokens.get(open + 1..at).unwrap_or_default();
            return (inner, tokens.get(at + 1..).unwrap_or_default());
        }
    }
    (tokens.get(open + 1..).unwrap_or_default(), &[])
}

/// The parts between commas that are not in parentheses.
fn parts<'a, 'b>(tokens: &'a [Token<'b>]) -> Vec<&'a [Token<'b>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && token.is(",")
        })
        .collect()
}

fn table(body: &[Token<'_>], options: &[Token<'_>]) -> Table {
    let columns = parts(body).into_iter().filter_map(column).collect();
    let engine = option(options, &["ENGINE"]);
    Table {
        columns,
        character_set: character_set(options),
        row_format: option(options, &["ROW_FORMAT"]),
        is_innodb: engine.is_none_or(|engine| engine == "innodb"),
    }
}

/// The value of an option, in small letters: `NAME [=] value`.
fn option(tokens: &[Token<'_>], name: &[&str]) -> Option<String> {
    let at = tokens.windows(name.len()).position(|window| {
        let mut both = window.iter().zip(name);
        both.all(|(token, word)| token.is(word))
    })?;
    let mut rest = tokens
        .get(at + name.len()..)?
        .iter()
        .skip_while(|token| token.is("="));
    rest.next().map(|token| token.raw.to_ascii_lowercase())
}

fn character_set(tokens: &[Token<'_>]) -> Option<String> {
    let named = option(tokens, &["CHARSET"]).or_else(|| option(tokens, &["CHARACTER", "SET"]));
    named.or_else(|| Some(option(tokens, &["COLLATE"])?.split('_').next()?.to_owned()))
}

/// `name TYPE(length) …`; nothing for indexes and constraints.
fn column(part: &[Token<'_>]) -> Option<(String, Column)> {
    let (name, kind) = (part.first()?, part.get(1)?);
    let is_definition = name.is_name() && kind.kind == Kind::Word;
    let is_binary = matches!(kind.text.as_str(), "BINARY" | "VARBINARY");
    let is_text = matches!(kind.text.as_str(), "CHAR" | "VARCHAR" | "NCHAR" | "NVARCHAR");
    let is_prefixed = kind.text.ends_with("TEXT") || kind.text.ends_with("BLOB");
    if !is_definition || !(is_binary || is_text || is_prefixed) {
        return None;
    }
    let length = part
        .get(3)
        .filter(|_| part.get(2).is_some_and(|token| token.is("(")));
    let column = Column {
        length: length
            .and_then(|token| token.raw.parse().ok())
            .filter(|_| !is_prefixed),
        is_binary: is_binary || kind.text.ends_with("BLOB"),
        character_set: character_set(part),
    };
    Some((name.raw.to_ascii_lowercase(), column))
}

/// Name and columns of a unique or primary index in the definition or change of a table.
fn key<'a, 'b>(part: &'a [Token<'b>]) -> Option<(String, &'a [Token<'b>])> {
    let until = part.iter().position(|token| token.is("(")).unwrap_or(part.len());
    let head = part.get(..until)?;
    let at = head
        .iter()
        .position(|token| token.is("UNIQUE") || token.is("PRIMARY"));
    if let Some(at) = at.filter(|at| *at < 4) {
        let words = ["UNIQUE", "PRIMARY", "KEY", "INDEX", "USING", "BTREE"];
        let mut names = head
            .iter()
            .skip(at)
            .filter(|token| !words.iter().any(|word| token.is(word)));
        let symbol = at.checked_sub(1).and_then(|at| head.get(at));
        let symbol = symbol.filter(|token| token.is_name() && !token.is("CONSTRAINT") && !token.is("ADD"));
        let name = names.next().or(symbol).map_or("PRIMARY", |token| token.raw);
        return Some((name.to_owned(), parentheses(part).0));
    }
    // `name VARCHAR(255) UNIQUE`.
    let is_unique = column(part).is_some()
        && (part.iter().any(|token| token.is("UNIQUE"))
            || part
                .windows(2)
                .any(|two| matches!(two, [a, b] if a.is("PRIMARY") && b.is("KEY"))));
    let name = part.first().filter(|_| is_unique)?;
    Some((name.raw.to_owned(), part.get(..1)?))
}

/// The most bytes that a part of an index has: `name`, or `name(prefix)`.
fn bytes(table: &Table, part: &[Token<'_>]) -> Option<u32> {
    let name = part.first().filter(|token| token.is_name())?;
    let column = table.columns.get(&name.raw.to_ascii_lowercase())?;
    let prefix = part.get(2).filter(|token| token.kind == Kind::Number);
    let length = prefix
        .and_then(|token| token.raw.parse().ok())
        .or(column.length)?;
    if column.is_binary {
        return Some(length);
    }
    let set = column.character_set.as_ref().or(table.character_set.as_ref())?;
    let (_, width) = CHARACTER_SETS.iter().find(|(name, _)| name == set)?;
    length.checked_mul(*width)
}
