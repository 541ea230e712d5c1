//! Texts between quotes in source code, and the code before them. Comments are passed over.

/// How comments and quotes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JavaScript, TypeScript and what embeds them.
    JavaScript,
    /// C, Go, Java, Rust and style sheets: comments as in C.
    C,
    /// HTML and templates of it.
    Markup,
    /// PHP: comments as in C and by `#`.
    Php,
    /// Python, Ruby: comments by `#`.
    Hash,
}

/// A text between quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The code before it without white space, its last part; other literals in it are `""`.
    pub before: String,
    /// What stands between the quotes, up to what is filled in when it runs.
    pub text: String,
    /// Whether that is all.
    pub is_whole: bool,
    /// Whether the quotes are those that have a shell run it, in languages that know them.
    pub is_command: bool,
    /// Line it begins on, counted from 1.
    pub line: u32,
}

/// Code before a literal that is kept, in bytes.
const TAIL: usize = 80;

/// Longer literals are data.
const MAX_LITERAL: usize = 4096;

impl Language {
    /// By the ending of a file name.
    #[must_use]
    pub fn of(path: &str) -> Option<Language> {
        match path.rsplit_once('.')?.1 {
            "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "mts" | "cts" | "vue" | "svelte" => {
                Some(Language::JavaScript)
            }
            "go" | "rs" | "scss" | "less" | "css" | "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "java"
            | "kt" => Some(Language::C),
            "html" | "htm" | "ejs" | "erb" | "hbs" | "j2" | "jinja2" | "twig" => Some(Language::Markup),
            "php" => Some(Language::Php),
            "py" | "rb" => Some(Language::Hash),
            _ => None,
        }
    }
}

/// Every literal. Of one that is put together at run time that begins with several words, what it begins with.
#[must_use]
pub fn literals(text: &str, language: Language) -> Vec<Literal> {
    let mut scanner = Scanner {
        rest: text,
        line: 1,
        before: String::new(),
        found: Vec::new(),
        language,
    };
    while scanner.step() {}
    scanner.found
}

struct Scanner<'a> {
    rest: &'a str,
    line: u32,
    before: String,
    found: Vec<Literal>,
    language: Language,
}

impl<'a> Scanner<'a> {
    fn step(&mut self) -> bool {
        let Some(c) = self.rest.chars().next() else {
            return false;
        };
        let has_c_comments = !matches!(self.language, Language::Hash | Language::Markup);
        let has_hash_comments = matches!(self.language, Language::Hash | Language::Php);
        if self.language == Language::Markup && self.rest.starts_with("<!--") {
            let end = self.rest.find("-->").map_or(self.rest.len(), |end| end + 3);
            self.take(end);
        } else if has_c_comments && self.rest.starts_with("/*") {
            let end = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
            self.take(end);
        } else if has_c_comments && self.rest.starts_with("//") && !self.before.ends_with(':')
            || has_hash_comments && c == '#'
        {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if matches!(c, '"' | '\'' | '`') {
            self.literal(c);
        } else if self.language == Language::JavaScript && c == '/' && self.begins_pattern() {
            self.pattern();
        } else {
            self.take(c.len_utf8());
            if !c.is_whitespace() {
                self.before.push(c);
            }
        }
        if self.before.len() > 2 * TAIL {
            let mut cut = self.before.len() - TAIL;
            while !self.before.is_char_boundary(cut) {
                cut += 1;
            }
            self.before.drain(..cut);
        }
        true
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        let lines = taken.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.rest = rest;
        taken
    }

    fn literal(&mut self, quote: char) {
        let triple = quote.to_string().repeat(3);
        let is_triple = self.language == Language::Hash && self.rest.starts_with(&triple);
        let line = self.line;
        let marks = if is_triple { 3 } else { 1 };
        self.take(marks);
        if self.language == Language::Markup && self.holds_template(quote) {
            // The texts are those inside of it: href="{{ asset('a.css') }}".
            return;
        }
        let Some(length) = self.length(quote, is_triple.then_some(triple.as_str())) else {
            // A quote alone, such as an apostrophe in markup.
            return;
        };
        let text = self.take(length);
        self.take(marks);
        let end = self.filled_in(text, quote).unwrap_or(text.len());
        let fixed = text.get(..end).unwrap_or_default();
        let is_told = end == text.len() || fixed.contains(' ');
        if !is_triple && is_told && text.len() <= MAX_LITERAL && !fixed.contains('\\') {
            self.found.push(Literal {
                before: self.before_prefix().to_owned(),
                text: fixed.to_owned(),
                is_whole: end == text.len(),
                is_command: quote == '`' && matches!(self.language, Language::Hash | Language::Php),
                line,
            });
        }
        self.before.push_str("\"\"");
    }

    /// The code before, without the letters that stand before quotes in Python: `f"…"`.
    fn before_prefix(&self) -> &str {
        let code = self.before.as_str();
        let bare = code.trim_end_matches(['f', 'F', 'r', 'R', 'b', 'B']);
        let is_prefix = self.language == Language::Hash
            && code.len() - bare.len() <= 2
            && !bare.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_prefix { bare } else { code }
    }

    /// Where what is filled in at run time begins.
    fn filled_in(&self, text: &str, quote: char) -> Option<usize> {
        let is_format = self.language == Language::Hash && self.before.ends_with(['f', 'F']);
        let is_php = self.language == Language::Php && quote != '\'';
        let marks = [
            (true, "${"),
            (true, "#{"),
            (is_format, "{"),
            (is_php, "$"),
            (is_php, "{$"),
        ];
        let marks = marks.into_iter().filter(|(counts, _)| *counts);
        marks.filter_map(|(_, mark)| text.find(mark)).min()
    }

    /// Whether code of a template stands between here and the closing quote.
    fn holds_template(&self, quote: char) -> bool {
        let inner = self.rest.split(quote).next().unwrap_or_default();
        let line = inner.lines().next().unwrap_or_default();
        ["{{", "{%", "<%"].iter().any(|begin| line.contains(begin))
    }

    /// Bytes up to the closing quote.
    fn length(&self, quote: char, triple: Option<&str>) -> Option<usize> {
        if let Some(triple) = triple {
            return self.rest.find(triple);
        }
        let mut is_escaped = false;
        for (at, c) in self.rest.char_indices() {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '\n' if quote != '`' => return None,
                c if c == quote => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// Whether a slash begins a pattern: no value stands before it.
    fn begins_pattern(&self) -> bool {
        let last = self.before.chars().next_back();
        last.is_none_or(|c| "(,=:[!&|?{};".contains(c)) || self.before.ends_with("return")
    }

    fn pattern(&mut self) {
        let (mut is_escaped, mut in_class) = (false, false);
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => return true,
                '\n' => return true,
                _ => {}
            }
            false
        });
        self.take(end.map_or(self.rest.len(), |(at, _)| at + 1));
        self.before.push('/');
    }
}
