//! Functions and classes of PHP that come with an extension, and functions that administrators take away.
//!
//! Source: the function reference (<https://www.php.net/manual/en/funcref.php>).

use std::collections::BTreeMap;

use super::feature::{Feature, feature};
use super::{Kind, Token};

/// Words, and the extension that has them; a name that ends with `*` fits every one with that beginning.
const EXTENSIONS: [(&str, &str); 33] = [
    ("apcu_*", "apcu"),
    ("bcadd", "bcmath"),
    ("bccomp", "bcmath"),
    ("bcdiv", "bcmath"),
    ("bcmul", "bcmath"),
    ("bcsub", "bcmath"),
    ("curl_init", "curl"),
    ("curl_multi_init", "curl"),
    ("gmp_*", "gmp"),
    ("imagecreate*", "gd"),
    ("imap_open", "imap"),
    ("ldap_connect", "ldap"),
    ("mb_convert_encoding", "mbstring"),
    ("mb_detect_encoding", "mbstring"),
    ("mb_internal_encoding", "mbstring"),
    ("mb_strlen", "mbstring"),
    ("mb_strpos", "mbstring"),
    ("mb_strtolower", "mbstring"),
    ("mb_strtoupper", "mbstring"),
    ("mb_substr", "mbstring"),
    ("msgfmt_create", "intl"),
    ("mysqli_connect", "mysqli"),
    ("numfmt_create", "intl"),
    ("pg_connect", "pgsql"),
    ("simplexml_load_file", "simplexml"),
    ("simplexml_load_string", "simplexml"),
    ("sqlsrv_connect", "sqlsrv"),
    ("ssh2_connect", "ssh2"),
    ("tidy_parse_string", "tidy"),
    ("utf8_decode", "xml"),
    ("utf8_encode", "xml"),
    ("xml_parser_create", "xml"),
    ("yaml_parse", "yaml"),
];

/// Classes, by `new`.
const CLASSES: [(&str, &str); 16] = [
    ("Collator", "intl"),
    ("DOMDocument", "dom"),
    ("GearmanClient", "gearman"),
    ("Imagick", "imagick"),
    ("IntlDateFormatter", "intl"),
    ("Memcached", "memcached"),
    ("MessageFormatter", "intl"),
    ("NumberFormatter", "intl"),
    ("Redis", "redis"),
    ("SQLite3", "sqlite3"),
    ("SimpleXMLElement", "simplexml"),
    ("SoapClient", "soap"),
    ("SoapServer", "soap"),
    ("XSLTProcessor", "xsl"),
    ("ZipArchive", "zip"),
    ("mysqli", "mysqli"),
];

/// Drivers of PDO by the beginning of the address.
const DRIVERS: [(&str, &str); 4] = [
    ("mysql:", "pdo_mysql"),
    ("pgsql:", "pdo_pgsql"),
    ("sqlite:", "pdo_sqlite"),
    ("sqlsrv:", "pdo_sqlsrv"),
];

/// Functions that hosters take away.
const TAKEN: [&str; 14] = [
    "curl_exec",
    "exec",
    "fsockopen",
    "link",
    "mail",
    "parse_ini_file",
    "passthru",
    "pcntl_fork",
    "popen",
    "proc_open",
    "putenv",
    "shell_exec",
    "symlink",
    "system",
];

/// Extension and function: what a source calls of it first, with its line. Nothing of what it asks for first.
pub fn extensions(tokens: &[Token<'_>]) -> BTreeMap<&'static str, (String, u32)> {
    let mut found = BTreeMap::new();
    let asks = [
        "class_exists",
        "extension_loaded",
        "function_exists",
        "is_callable",
    ];
    if tokens
        .iter()
        .any(|token| token.kind == Kind::Word && asks.contains(&token.text))
    {
        return found;
    }
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let is_open = tokens.get(at + 1).is_some_and(|token| token.is("("));
        let is_new = before.is_some_and(|before| before.is("new") || before.is("\\"));
        let extension = match token.kind {
            Kind::Word if is_open && is_called(tokens, at) => {
                let known = EXTENSIONS.iter().find(|(name, _)| match name.strip_suffix('*') {
                    Some(begin) => token.text.starts_with(begin),
                    None => token.text == *name,
                });
                known.map(|(_, extension)| (*extension, token.text.to_owned()))
            }
            Kind::Word if is_new && is_open => {
                let known = CLASSES.iter().find(|(name, _)| token.text == *name);
                let is_global = before.is_some_and(|before| before.is("new"))
                    || at
                        .checked_sub(2)
                        .and_then(|at| tokens.get(at))
                        .is_some_and(|token| token.is("new"));
                known
                    .filter(|_| is_global && !imports(tokens, token.text))
                    .map(|(name, extension)| (*extension, (*name).to_owned()))
            }
            Kind::Text if before.is_some_and(|before| before.is("(")) => {
                let of_pdo = at
                    .checked_sub(2)
                    .and_then(|at| tokens.get(at))
                    .is_some_and(|token| token.is("PDO"));
                let known = DRIVERS
                    .iter()
                    .find(|(begin, _)| of_pdo && token.text.starts_with(begin));
                known.map(|(begin, extension)| (*extension, format!("PDO {begin}")))
            }
            _ => None,
        };
        if let Some((extension, what)) = extension {
            found.entry(extension).or_insert((what, token.line));
        }
    }
    found
}

/// Functions that may have been taken away, with their lines.
pub fn taken(tokens: &[Token<'_>]) -> BTreeMap<&'static str, u32> {
    let mut found = BTreeMap::new();
    let asks = ["function_exists", "is_callable"];
    if tokens
        .iter()
        .any(|token| token.kind == Kind::Word && asks.contains(&token.text))
    {
        return found;
    }
    for (at, token) in tokens.iter().enumerate() {
        let name = TAKEN.iter().find(|name| token.is(name));
        if let Some(name) = name.filter(|_| is_called(tokens, at)) {
            found.entry(*name).or_insert(token.line);
        }
    }
    found
}

fn is_called(tokens: &[Token<'_>], at: usize) -> bool {
    const CALL: Feature = feature("~ID (", "", "");
    CALL.begins(tokens, at)
}

/// `use Some\\Other\\Name;`: another class of that name.
fn imports(tokens: &[Token<'_>], name: &str) -> bool {
    tokens.windows(2).any(|pair| match pair {
        [before, token] => (before.is("\\") || before.is("as") || before.is("class")) && token.is(name),
        _ => false,
    })
}
