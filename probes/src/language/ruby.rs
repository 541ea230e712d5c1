//! Ruby and Perl: what came and went with their versions.
//!
//! Sources: the NEWS files of Ruby (<https://docs.ruby-lang.org/en/>) and <https://stdgems.org/>; `perldoc -f use`.

use super::feature::{Feature, feature};
use super::{Kind, Token};

/// What words in a row tell.
pub(super) const FEATURES: [Feature; 29] = [
    feature(". yield_self", ">=2.5", "yield_self"),
    feature(". filter_map", ">=2.7", "filter_map"),
    feature(". tally", ">=2.7", "tally"),
    feature("Data . define", ">=3.2", "Data.define"),
    feature("File . exists? ", "<3.2", "File.exists?"),
    feature("File . exists?", "<3.2", "File.exists?"),
    feature("Dir . exists?", "<3.2", "Dir.exists?"),
    feature("FileTest . exists?", "<3.2", "FileTest.exists?"),
    feature("Fixnum", "<3.2", "Fixnum"),
    feature("Bignum", "<3.2", "Bignum"),
    feature(". untaint", "<3.2", "untaint"),
    feature(". taint", "<3.2", "taint"),
    feature("URI . escape", "<3.0", "URI.escape"),
    feature("URI . encode (", "<3.0", "URI.encode"),
    feature("URI . decode (", "<3.0", "URI.decode"),
    feature("URI . unescape", "<3.0", "URI.unescape"),
    feature("SortedSet . new", "<3.0", "SortedSet"),
    feature("ENV . clone", "<3.2", "ENV.clone"),
    feature("Struct . keyword_init?", ">=3.1", "Struct.keyword_init?"),
    feature("Random . DEFAULT", "<3.2", "Random::DEFAULT"),
    feature("Process . warmup", ">=3.3", "Process.warmup"),
    feature("Enumerator . produce", ">=2.7", "Enumerator.produce"),
    feature("Ractor . new", ">=3.0", "Ractor"),
    feature(". unpack1 (", ">=2.4", "unpack1"),
    feature(". delete_prefix (", ">=2.5", "delete_prefix"),
    feature(". delete_suffix (", ">=2.5", "delete_suffix"),
    feature("&.", ">=2.3", "the operator &."),
    feature("(...)", ">=2.7", "arguments as ..."),
    feature(
        "YAML . safe_load ( ID , [",
        "<3.1",
        "YAML.safe_load with a list of classes",
    ),
];

/// What is no part of Ruby any more, and has to be named in a Gemfile: feature, gem, versions that need no gem.
const GEMS: [(&str, &str, &str); 29] = [
    ("abbrev", "abbrev", "<3.4"),
    ("base64", "base64", "<3.4"),
    ("benchmark", "benchmark", "<4.0"),
    ("bigdecimal", "bigdecimal", "<3.4"),
    ("cgi", "cgi", "<4.0"),
    ("csv", "csv", "<3.4"),
    ("dbm", "dbm", "<3.1"),
    ("drb", "drb", "<3.4"),
    ("fiddle", "fiddle", "<4.0"),
    ("gdbm", "gdbm", "<3.1"),
    ("getoptlong", "getoptlong", "<3.4"),
    ("logger", "logger", "<4.0"),
    ("matrix", "matrix", "<3.1"),
    ("mutex_m", "mutex_m", "<3.4"),
    ("net/ftp", "net-ftp", "<3.1"),
    ("net/imap", "net-imap", "<3.1"),
    ("net/pop", "net-pop", "<3.1"),
    ("net/smtp", "net-smtp", "<3.1"),
    ("net/telnet", "net-telnet", "<2.3"),
    ("nkf", "nkf", "<3.4"),
    ("observer", "observer", "<3.4"),
    ("ostruct", "ostruct", "<4.0"),
    ("prime", "prime", "<3.1"),
    ("pstore", "pstore", "<4.0"),
    ("rexml/document", "rexml", "<3.0"),
    ("rss", "rss", "<3.0"),
    ("sdbm", "sdbm", "<3.0"),
    ("syslog", "syslog", "<3.4"),
    ("webrick", "webrick", "<3.0"),
];

/// What takes more than words in a row: methods without `end`, values of hashes that are left out, patterns.
pub(super) fn beyond(tokens: &[Token<'_>]) -> Vec<(Feature, u32)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is = |by: usize, text: &str| tokens.get(at + by).is_some_and(|token| token.is(text));
        if token.is("def") && token.is_first && begins_with_equals(tokens, at) {
            found.push((feature("", ">=3.0", "a method without end"), token.line));
        }
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let is_pattern = before.is_some_and(|before| before.is("in") || before.is("=") || before.is(">"));
        let is_left_out = token.is("{") && is(2, ":") && (is(3, ",") || is(3, "}"));
        if is_left_out && tokens.get(at + 2).is_some_and(|colon| colon.is_joined) && !is_pattern {
            found.push((feature("", ">=3.1", "a hash without its values"), token.line));
        }
        if token.is("in") && token.is_first && (is(1, "{") || is(1, "[")) {
            found.push((feature("", ">=2.7", "case … in"), token.line));
        }
    }
    found
}

/// `def name = …` and `def name(…) = …`, which is no `name=`.
fn begins_with_equals(tokens: &[Token<'_>], at: usize) -> bool {
    let line = tokens.get(at).map_or(0, |token| token.line);
    let is_name = tokens
        .get(at + 1)
        .is_some_and(|name| name.kind == Kind::Word && !name.is("self"));
    let mut next = at + 2;
    if tokens
        .get(next)
        .is_some_and(|open| open.is("(") && open.is_joined)
    {
        let mut depth = 0_u32;
        for (offset, token) in tokens.iter().enumerate().skip(next).take(200) {
            if token.is("(") {
                depth = depth.saturating_add(1);
            } else if token.is(")") {
                depth = depth.saturating_sub(1);
                next = offset + 1;
                if depth == 0 {
                    break;
                }
            }
        }
    }
    let equals = tokens
        .get(next)
        .filter(|token| token.is("=") && !token.is_joined && token.line == line);
    is_name
        && equals.is_some()
        && !tokens
            .get(next + 1)
            .is_some_and(|after| after.is("=") && after.is_joined)
}

/// `require` of what has to be named in a Gemfile, where one is there and does not name it.
pub(super) fn gems<'a>(tokens: &[Token<'a>], gemfiles: &str) -> Vec<(Feature, u32, &'a str)> {
    let mut found = Vec::new();
    if gemfiles.is_empty() {
        return found;
    }
    for pair in tokens.windows(2) {
        let [first, second] = pair else { continue };
        let is_required =
            first.is_first && first.column == 0 && first.is("require") && second.kind == Kind::Text;
        let known = GEMS.iter().find(|(name, ..)| is_required && second.text == *name);
        if let Some((name, gem, range)) = known
            && !gemfiles.contains(gem)
        {
            found.push((feature("", range, "without a gem"), first.line, name));
        }
    }
    found
}

/// The oldest Perl that `use v5.36;` or `use 5.010_001;` asks for, as `5.36`.
pub(super) fn perl(tokens: &[Token<'_>]) -> Option<(String, u32)> {
    tokens.windows(4).find_map(|window| {
        let [first, version, dot, minor] = window else {
            return None;
        };
        if !first.is_first || !first.is("use") || !dot.is(".") {
            return None;
        }
        let is_short = version.is("v5");
        if !is_short && !version.is("5") {
            return None;
        }
        let digits: String = minor.text.chars().filter(char::is_ascii_digit).collect();
        let digits = if is_short {
            digits.as_str()
        } else {
            digits.get(..3).unwrap_or(&digits)
        };
        let minor: u32 = digits.parse().ok()?;
        Some((format!(">=5.{minor}"), first.line))
    })
}
