//! Python: what came and went with its versions.
//!
//! Sources: "What's New in Python" (<https://docs.python.org/3/whatsnew/>), "New in version" and "Removed in version" of the library
//! reference, PEP 594, PEP 632.

use super::feature::{Feature, feature};
use super::{Kind, Token};

/// What words in a row tell.
pub(super) const FEATURES: [Feature; 27] = [
    feature(":=", ">=3.8", "the operator :="),
    feature(". removeprefix (", ">=3.9", "str.removeprefix"),
    feature(". removesuffix (", ">=3.9", "str.removesuffix"),
    feature("asyncio . run (", ">=3.7", "asyncio.run"),
    feature("asyncio . to_thread (", ">=3.9", "asyncio.to_thread"),
    feature("asyncio . TaskGroup (", ">=3.11", "asyncio.TaskGroup"),
    feature("asyncio . timeout (", ">=3.11", "asyncio.timeout"),
    feature("datetime . UTC", ">=3.11", "datetime.UTC"),
    feature(
        "functools . cached_property",
        ">=3.8",
        "functools.cached_property",
    ),
    feature("functools . cache", ">=3.9", "functools.cache"),
    feature("itertools . pairwise (", ">=3.10", "itertools.pairwise"),
    feature("itertools . batched (", ">=3.12", "itertools.batched"),
    feature("math . prod (", ">=3.8", "math.prod"),
    feature("shlex . join (", ">=3.8", "shlex.join"),
    feature("^except *", ">=3.11", "except*"),
    feature("time . clock (", "<3.8", "time.clock"),
    feature(
        "platform . linux_distribution (",
        "<3.8",
        "platform.linux_distribution",
    ),
    feature("platform . dist (", "<3.8", "platform.dist"),
    feature("cgi . escape (", "<3.8", "cgi.escape"),
    feature("fractions . gcd (", "<3.9", "fractions.gcd"),
    feature("base64 . encodestring (", "<3.9", "base64.encodestring"),
    feature("base64 . decodestring (", "<3.9", "base64.decodestring"),
    feature(". isAlive (", "<3.9", "Thread.isAlive"),
    feature("asyncio . coroutine", "<3.11", "asyncio.coroutine"),
    feature("inspect . getargspec (", "<3.11", "inspect.getargspec"),
    feature("ssl . wrap_socket (", "<3.12", "ssl.wrap_socket"),
    feature("^print TEXT", "<3", "the statement print"),
];

/// Modules, and the versions that have them.
pub(super) const MODULES: [(&str, &str); 54] = [
    ("_winreg", "<3"),
    ("aifc", "<3.13"),
    ("asynchat", "<3.12"),
    ("asyncore", "<3.12"),
    ("audioop", "<3.13"),
    ("binhex", "<3.11"),
    ("cPickle", "<3"),
    ("cStringIO", "<3"),
    ("cgi", "<3.13"),
    ("cgitb", "<3.13"),
    ("chunk", "<3.13"),
    ("compression", ">=3.14"),
    ("contextvars", ">=3.7"),
    ("cookielib", "<3"),
    ("crypt", "<3.13"),
    ("dataclasses", ">=3.7"),
    ("distutils", "<3.12"),
    ("formatter", "<3.10"),
    ("graphlib", ">=3.9"),
    ("httplib", "<3"),
    ("imghdr", "<3.13"),
    ("imp", "<3.12"),
    ("lib2to3", "<3.13"),
    ("mailcap", "<3.13"),
    ("nis", "<3.13"),
    ("nntplib", "<3.13"),
    ("ossaudiodev", "<3.13"),
    ("parser", "<3.10"),
    ("pipes", "<3.13"),
    ("secrets", ">=3.6"),
    ("smtpd", "<3.12"),
    ("sndhdr", "<3.13"),
    ("spwd", "<3.13"),
    ("sunau", "<3.13"),
    ("symbol", "<3.10"),
    ("telnetlib", "<3.13"),
    ("tomllib", ">=3.11"),
    ("urllib2", "<3"),
    ("urlparse", "<3"),
    ("uu", "<3.13"),
    ("xdrlib", "<3.13"),
    ("xmlrpclib", "<3"),
    ("zoneinfo", ">=3.9"),
    ("ConfigParser", "<3"),
    ("HTMLParser", "<3"),
    ("Queue", "<3"),
    ("SimpleHTTPServer", "<3"),
    ("SocketServer", "<3"),
    ("StringIO", "<3"),
    ("Tkinter", "<3"),
    ("annotationlib", ">=3.14"),
    ("commands", "<3"),
    ("importlib.metadata", ">=3.8"),
    ("xml.etree.cElementTree", "<3.9"),
];

/// Names of modules, and the versions in which they can be taken from there.
const NAMES: [(&str, &str, &str); 48] = [
    ("asyncio", "TaskGroup", ">=3.11"),
    ("asyncio", "coroutine", "<3.11"),
    ("asyncio", "timeout", ">=3.11"),
    ("asyncio", "to_thread", ">=3.9"),
    ("collections", "Callable", "<3.10"),
    ("collections", "Iterable", "<3.10"),
    ("collections", "Iterator", "<3.10"),
    ("collections", "Mapping", "<3.10"),
    ("collections", "MutableMapping", "<3.10"),
    ("collections", "MutableSequence", "<3.10"),
    ("collections", "Sequence", "<3.10"),
    ("collections", "Set", "<3.10"),
    ("configparser", "SafeConfigParser", "<3.12"),
    ("datetime", "UTC", ">=3.11"),
    ("enum", "StrEnum", ">=3.11"),
    ("enum", "verify", ">=3.11"),
    ("fractions", "gcd", "<3.9"),
    ("functools", "cache", ">=3.9"),
    ("functools", "cached_property", ">=3.8"),
    ("functools", "singledispatchmethod", ">=3.8"),
    ("inspect", "getargspec", "<3.11"),
    ("itertools", "batched", ">=3.12"),
    ("itertools", "pairwise", ">=3.10"),
    ("math", "lcm", ">=3.9"),
    ("math", "prod", ">=3.8"),
    ("ssl", "match_hostname", "<3.12"),
    ("ssl", "wrap_socket", "<3.12"),
    ("time", "clock", "<3.8"),
    ("typing", "Annotated", ">=3.9"),
    ("typing", "Concatenate", ">=3.10"),
    ("typing", "Final", ">=3.8"),
    ("typing", "Literal", ">=3.8"),
    ("typing", "LiteralString", ">=3.11"),
    ("typing", "Never", ">=3.11"),
    ("typing", "NotRequired", ">=3.11"),
    ("typing", "ParamSpec", ">=3.10"),
    ("typing", "Protocol", ">=3.8"),
    ("typing", "Required", ">=3.11"),
    ("typing", "Self", ">=3.11"),
    ("typing", "TypeAlias", ">=3.10"),
    ("typing", "TypeGuard", ">=3.10"),
    ("typing", "TypeVarTuple", ">=3.11"),
    ("typing", "TypedDict", ">=3.8"),
    ("typing", "Unpack", ">=3.11"),
    ("typing", "assert_never", ">=3.11"),
    ("typing", "override", ">=3.12"),
    ("types", "EllipsisType", ">=3.10"),
    ("unittest", "IsolatedAsyncioTestCase", ">=3.8"),
];

/// Built-in types that take parameters since 3.9.
const GENERIC: [&str; 6] = ["dict", "frozenset", "list", "set", "tuple", "type"];

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
