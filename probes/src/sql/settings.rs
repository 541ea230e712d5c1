//! What MySQL and MariaDB take or refuse by their settings.

use std::collections::BTreeMap;

use super::names;
use super::tables::{LongKey, long_keys};
use super::tokens::{Dialect, Kind, Token};

/// What an SQL file asks of the settings of a server; with the line of its first use, counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Indexes that need a row format with long ones, by `table.index`.
    pub long_keys: BTreeMap<String, LongKey>,
    /// `LOAD DATA LOCAL`.
    pub local_file: Option<u32>,
    /// Files of the server's machine that it is to read or write.
    pub server_files: BTreeMap<String, u32>,
    /// A date of zeros, in a file that does not choose sql_mode itself.
    pub zero_date: Option<u32>,
    /// Functions that say nothing of what they do to data.
    pub functions: BTreeMap<String, u32>,
    /// Triggers.
    pub triggers: BTreeMap<String, u32>,
    /// Events, which something has to start.
    pub events: BTreeMap<String, u32>,
    /// Plug-ins that accounts are to log in with.
    pub plugins: BTreeMap<String, u32>,
    /// Names of tables that are created; only where it shows that the file is for MySQL.
    pub created: BTreeMap<String, u32>,
    /// Names of tables that are used.
    pub used: BTreeMap<String, u32>,
}

pub(super) fn settings(tokens: &[Token<'_>], dialect: Dialect) -> Settings {
    let has = |words: &[&str]| find(tokens, words);
    let sets_mode = has(&["SQL_MODE", "="]).is_some();
    let sets_local = has(&["LOCAL_INFILE", "="]).is_some();
    let trusts = has(&["LOG_BIN_TRUST_FUNCTION_CREATORS", "="]).is_some();
    let is_mysql = dialect.is_mysql || has(&["AUTO_INCREMENT"]).is_some() || has(&["ENGINE", "="]).is_some();
    let mut found = Settings {
        long_keys: long_keys(tokens),
        local_file: load_local(tokens).filter(|_| !sets_local),
        server_files: server_files(tokens),
        zero_date: zero_date(tokens).filter(|_| !sets_mode),
        plugins: plugins(tokens),
        used: names::used(tokens),
        ..Settings::default()
    };
    if is_mysql {
        found.created = names::created(tokens);
    }
    let starts_events = has(&["EVENT_SCHEDULER", "="]).is_some();
    for statement in tokens.split(|token| token.is(";")) {
        if !trusts {
            routine(statement, &mut found);
        }
        if let Some((name, line)) = event(statement).filter(|_| !starts_events) {
            found.events.entry(name).or_insert(line);
        }
    }
    found
}

/// The first line on which words and marks stand in a row.
fn find(tokens: &[Token<'_>], words: &[&str]) -> Option<u32> {
    let window = tokens.windows(words.len()).find(|window| {
        let mut both = window.iter().zip(words);
        both.all(|(token, word)| token.is(word))
    });
    window.and_then(|window| Some(window.first()?.line))
}

/// `LOAD DATA [LOW_PRIORITY | CONCURRENT] LOCAL`.
fn load_local(tokens: &[Token<'_>]) -> Option<u32> {
    let between = ["LOW_PRIORITY", "CONCURRENT"].map(|word| find(tokens, &["LOAD", "DATA", word, "LOCAL"]));
    let first = find(tokens, &["LOAD", "DATA", "LOCAL"]).or_else(|| find(tokens, &["LOAD", "XML", "LOCAL"]));
    between.into_iter().flatten().chain(first).min()
}

/// `LOAD DATA INFILE '/…'`, `INTO OUTFILE '/…'`, `LOAD_FILE('/…')`.
fn server_files(tokens: &[Token<'_>]) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate() {
        let back = |by: usize| at.checked_sub(by).and_then(|at| tokens.get(at));
        let is = |by: usize, word: &str| back(by).is_some_and(|token| token.is(word));
        let is_read = is(1, "INFILE") && !is(2, "LOCAL");
        let is_written = is(2, "INTO") && (is(1, "OUTFILE") || is(1, "DUMPFILE"));
        let is_loaded = is(2, "LOAD_FILE") && is(1, "(");
        if token.kind == Kind::Text && token.raw.starts_with('/') && (is_read || is_written || is_loaded) {
            found.entry(token.raw.to_owned()).or_insert(token.line);
        }
    }
    found
}

/// `DEFAULT '0000-00-00…'`, or such a value in an `INSERT`.
fn zero_date(tokens: &[Token<'_>]) -> Option<u32> {
    let mut verb = "";
    let mut before: Option<&Token<'_>> = None;
    for token in tokens {
        if before.is_none_or(|before| before.is(";")) {
            verb = &token.text;
        }
        let is_zero = token.kind == Kind::Text && token.raw.starts_with("0000-00-00");
        let is_default = before.is_some_and(|before| before.is("DEFAULT"));
        let is_value = matches!(verb, "INSERT" | "REPLACE")
            && before.is_some_and(|before| before.is("(") || before.is(","));
        if is_zero && (is_default || is_value) {
            return Some(token.line);
        }
        before = Some(token);
    }
    None
}

/// `IDENTIFIED WITH plugin`, `IDENTIFIED VIA plugin`.
fn plugins(tokens: &[Token<'_>]) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for three in tokens.windows(3) {
        if let [identified, with, plugin] = three
            && identified.is("IDENTIFIED")
            && (with.is("WITH") || with.is("VIA"))
            && plugin.kind != Kind::Mark
        {
            found
                .entry(plugin.raw.to_ascii_lowercase())
                .or_insert(plugin.line);
        }
    }
    found
}

/// `CREATE … EVENT name ON SCHEDULE …`.
fn event(statement: &[Token<'_>]) -> Option<(String, u32)> {
    statement.first().filter(|token| token.is("CREATE"))?;
    let at = statement.iter().take(16).position(|token| token.is("EVENT"))?;
    find(statement, &["ON", "SCHEDULE"])?;
    let is_passed = |token: &&Token<'_>| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is(word));
    let name = statement.get(at + 1..)?.iter().find(|token| !is_passed(token))?;
    name.is_name().then(|| (name.raw.to_owned(), name.line))
}

/// `CREATE [OR REPLACE] [DEFINER = …] TRIGGER | FUNCTION name`, with what the server wants to know of a function (MySQL, "Stored Program
/// Binary Logging").
fn routine(statement: &[Token<'_>], found: &mut Settings) {
    if !statement.first().is_some_and(|token| token.is("CREATE")) {
        return;
    }
    let head = statement.get(..statement.len().min(16)).unwrap_or_default();
    let Some(at) = head
        .iter()
        .position(|token| token.is("TRIGGER") || token.is("FUNCTION"))
    else {
        return;
    };
    let rest = statement.get(at + 1..).unwrap_or_default();
    let is_passed = |token: &&Token<'_>| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is(word));
    let Some(name) = rest
        .iter()
        .find(|token| !is_passed(token))
        .filter(|token| token.is_name())
    else {
        return;
    };
    let has = |words: &[&str]| find(statement, words).is_some();
    let is_of_other = has(&["EXECUTE", "FUNCTION"]) || has(&["EXECUTE", "PROCEDURE"]) || has(&["LANGUAGE"]);
    let is_trigger = head.get(at).is_some_and(|token| token.is("TRIGGER"));
    if is_trigger && has(&["FOR", "EACH", "ROW"]) && !is_of_other {
        found.triggers.entry(name.raw.to_owned()).or_insert(name.line);
    }
    let says = has(&["DETERMINISTIC"]) && !has(&["NOT", "DETERMINISTIC"])
        || has(&["NO", "SQL"])
        || has(&["READS", "SQL", "DATA"]);
    let is_library = has(&["SONAME"]);
    if !is_trigger && has(&["RETURNS"]) && !says && !is_library && !is_of_other {
        found.functions.entry(name.raw.to_owned()).or_insert(name.line);
    }
}
