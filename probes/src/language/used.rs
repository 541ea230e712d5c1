//! What a source uses. A pure function over its text.

use std::collections::BTreeMap;

use super::brought::Brought;
use super::feature::Feature;
use super::lexer::{Dialect, Kind, Token, tokens};
use super::{javascript, php, python, python_tables, ruby};

/// What is around a source.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// Names of modules of Python that the release has itself.
    pub modules: &'a [String],
    /// What the release has of functions that older versions of PHP lack.
    pub brought: Option<&'a Brought>,
    /// Gemfile and Gemfile.lock, one after the other.
    pub gemfiles: &'a str,
    /// Whether a compiler reads the source before the runtime.
    pub is_compiled: bool,
    /// Whether the release brings functions that an older runtime lacks.
    pub has_polyfills: bool,
}

/// What a source uses: its name, the versions that have it, the line of its first use.
pub type Used = BTreeMap<String, (String, u32)>;

/// Words by which a source looks at what it runs on, and does without.
const LOOKERS: [&str; 9] = [
    "PHP_VERSION",
    "PHP_VERSION_ID",
    "PHP_MAJOR_VERSION",
    "RUBY_VERSION",
    "phpversion",
    "process.version",
    "python_version",
    "version_compare",
    "version_info",
];

/// What a source uses that not every version of its runtime has. Nothing where it looks at the version itself.
#[must_use]
pub fn used(text: &str, dialect: Dialect, around: &Surroundings<'_>) -> Used {
    let mut found = Used::new();
    if LOOKERS.iter().any(|word| text.contains(word)) {
        return found;
    }
    let tokens = tokens(text, dialect);
    let mut tell = |name: &str, range: &str, line: u32| {
        found
            .entry(name.to_owned())
            .or_insert_with(|| (range.to_owned(), line));
    };
    let mut each = |features: &[Feature]| {
        for feature in features {
            let begins = |(at, _): &(usize, &Token<'_>)| feature.begins(&tokens, *at);
            let first = tokens.iter().enumerate().find(begins);
            if let Some((_, token)) = first.filter(|_| !is_brought(feature, &tokens)) {
                tell(feature.name, feature.range, token.line);
            }
        }
    };
    match dialect {
        Dialect::JavaScript => {
            let is_of_browser = tokens
                .iter()
                .any(|token| token.kind == Kind::Word && javascript::OF_BROWSERS.contains(&token.text));
            if !is_of_browser {
                if !around.has_polyfills {
                    each(&javascript::FEATURES);
                }
                if !around.is_compiled {
                    each(&javascript::SYNTAX);
                }
            }
        }
        Dialect::Php => {
            let is_brought = |feature: &&Feature| around.brought.is_some_and(|brought| brought.has(feature));
            let lacking: Vec<Feature> = php::FEATURES
                .iter()
                .filter(|feature| !is_brought(feature))
                .copied()
                .collect();
            each(&lacking);
            for (feature, line) in php::beyond(&tokens) {
                tell(feature.name, feature.range, line);
            }
        }
        Dialect::Python => {
            each(&python_tables::FEATURES);
            let brings = |module: &str| around.modules.iter().any(|name| name == module);
            for (feature, line, name) in python::beyond(&tokens, &brings) {
                tell(format!("{} {name}", feature.name).trim_end(), feature.range, line);
            }
        }
        Dialect::Ruby => {
            each(&ruby::FEATURES);
            for (feature, line) in ruby::beyond(&tokens) {
                tell(feature.name, feature.range, line);
            }
            for (feature, line, name) in ruby::gems(&tokens, around.gemfiles) {
                tell(&format!("{name} {}", feature.name), feature.range, line);
            }
        }
        Dialect::Perl => {
            if let Some((range, line)) = ruby::perl(&tokens) {
                tell("use of this version", &range, line);
            }
        }
    }
    found
}

/// Whether the source defines it itself, takes it from a module, or asks first whether it is there.
fn is_brought(feature: &Feature, tokens: &[Token<'_>]) -> bool {
    let Some(name) = feature
        .words
        .strip_prefix('~')
        .and_then(|words| words.split(' ').next())
    else {
        return false;
    };
    let is_set_first = tokens.first().is_some_and(|token| token.is(name))
        && tokens.get(1).is_some_and(|token| token.is("="));
    is_set_first
        || tokens.windows(3).any(|window| {
            let [before, token, after] = window else {
                return false;
            };
            let is_asked = token.kind == Kind::Text && token.text == name;
            let is_it = token.is(name);
            let begins = [
                "as", "class", "const", "def", "function", "import", "let", "typeof", "var",
            ];
            let is_begun = begins.iter().any(|word| before.is(word));
            let is_listed = (before.is("{") || before.is(",") || before.is("("))
                && (after.is(",") || after.is("}") || after.is(")") || after.is(":"));
            let is_set = after.is("=") && !before.is("=");
            is_asked || (is_it && (is_begun || is_listed || is_set))
        })
}
