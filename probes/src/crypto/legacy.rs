//! Calls that ask OpenSSL for what version 3 keeps in its legacy provider.
//!
//! Source: OSSL_PROVIDER-legacy(7): MD2, MD4, MDC2, WHIRLPOOL; Blowfish, CAST, DES, IDEA, RC2, RC4, RC5, SEED. Three-key DES stays.

use crate::code::language::Language;

/// Who is asked for what, by which call, in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// `node`, or a program with the OpenSSL of the system.
    pub(super) program: &'static str,
    pub(super) algorithm: String,
    pub(super) call: &'static str,
    pub(super) line: u32,
}

const HASHES: [&str; 4] = ["md2", "md4", "mdc2", "whirlpool"];
const CIPHERS: [&str; 10] = [
    "bf", "blowfish", "cast", "cast5", "des", "desx", "idea", "rc2", "rc4", "seed",
];

/// Calls by language, with the program that they ask; in each the name stands in quotes in the same line.
type Row = (Language, &'static str, &'static [&'static str]);

const CALLS: [Row; 4] = [
    (
        Language::JavaScript,
        "node",
        &[
            "createHash(",
            "createHmac(",
            "createCipheriv(",
            "createDecipheriv(",
        ],
    ),
    (
        Language::Php,
        "php",
        &["openssl_encrypt(", "openssl_decrypt(", "openssl_digest("],
    ),
    (Language::Python, "python3", &["hashlib.new("]),
    (
        Language::Ruby,
        "ruby",
        &["OpenSSL::Cipher.new(", "OpenSSL::Digest.new("],
    ),
];

/// The calls of a source without its comments. A Python source that catches the error of such a call has another way.
pub(super) fn calls(text: &str, language: Language) -> Vec<Call> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in (1_u32..).zip(&lines) {
        if language == Language::Shell {
            found.extend(of_openssl(line).map(|algorithm| Call {
                program: "openssl",
                algorithm,
                call: "openssl",
                line: number,
            }));
            continue;
        }
        for (_, program, calls) in CALLS.iter().filter(|(its, _, _)| *its == language) {
            let Some((call, rest)) = calls
                .iter()
                .find_map(|call| Some((*call, line.split_once(call)?.1)))
            else {
                continue;
            };
            let Some(algorithm) = quoted(rest).find(|name| is_legacy(name)) else {
                continue;
            };
            let before = usize::try_from(number)
                .ok()
                .and_then(|at| lines.get(at.checked_sub(2)?));
            if before.is_some_and(|before| before.trim() == "try:") {
                continue;
            }
            found.push(Call {
                program,
                algorithm: algorithm.to_ascii_lowercase(),
                call: call.trim_end_matches('('),
                line: number,
            });
        }
    }
    found
}

/// `openssl enc -bf-cbc`, `openssl dgst -md4`.
fn of_openssl(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("openssl ")?;
    let mut words = rest.split_whitespace();
    let command = words.next()?;
    if !["dgst", "enc"].contains(&command) || line.contains("legacy") {
        return None;
    }
    let option = words
        .filter_map(|word| word.strip_prefix('-'))
        .find(|name| is_legacy(name))?;
    Some(option.to_ascii_lowercase())
}

/// Texts in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split(['"', '\'', '`']).skip(1).step_by(2)
}

/// Whether OpenSSL knows an algorithm by this name in the legacy provider alone: `bf-cbc`, `DES-ECB`, `md4`.
fn is_legacy(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let (family, mode) = name.split_once('-').unwrap_or((&name, ""));
    let is_plain = mode
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_three_keys = family == "des" && (mode.starts_with("ede") || mode.starts_with("3"));
    (HASHES.contains(&family) && mode.is_empty()) || (CIPHERS.contains(&family) && is_plain && !is_three_keys)
}
