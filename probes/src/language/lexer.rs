//! Words, marks and texts of source code. Comments, patterns and what is between strings of a template are passed over.

/// How a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// JavaScript and TypeScript.
    JavaScript,
    /// Perl.
    Perl,
    /// PHP; what is outside of `<?php … ?>` is passed over.
    Php,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name, keyword or number.
    Word,
    /// One character.
    Mark,
    /// What stands between quotes.
    Text,
}

/// A part of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// As it is written, without quotes.
    pub text: &'a str,
    /// Line it begins on, counted from 1.
    pub line: u32,
    /// Bytes before it on its line.
    pub column: usize,
    /// Whether nothing but white space stands before it on its line.
    pub is_first: bool,
    /// Whether it follows the one before immediately.
    pub is_joined: bool,
}

impl Token<'_> {
    /// Whether it is this word or mark.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }
}

/// The tokens of a source. What cannot be read, such as a quote without its end, is taken as a mark.
///
/// ```
/// use parity_probes::language::{Dialect, tokens};
/// let texts = |source, dialect| tokens(source, dialect).iter().map(|token| token.text).collect::<Vec<_>>();
/// assert_eq!(texts("a?.b // c", Dialect::JavaScript), ["a", "?", ".", "b"]);
/// assert_eq!(texts("<p><?php f('x'); ?>don't", Dialect::Php), ["f", "(", "x", ")", ";"]);
/// ```
#[must_use]
pub fn tokens(source: &str, dialect: Dialect) -> Vec<Token<'_>> {
    let mut lexer = Lexer {
        source,
        at: 0,
        line: 1,
        line_begin: 0,
        token_end: None,
        tokens: Vec::new(),
        dialect,
        heredoc: None,
    };
    if dialect == Dialect::Php {
        lexer.markup();
    }
    while lexer.step() {}
    lexer.tokens
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    line: u32,
    line_begin: usize,
    /// Where the last token ended, if nothing was passed over since.
    token_end: Option<usize>,
    tokens: Vec<Token<'a>>,
    dialect: Dialect,
    /// The word that ends the text which begins on the next line.
    heredoc: Option<&'a str>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or("")
    }

    /// Goes on by so many bytes.
    fn pass(&mut self, length: usize) {
        let passed = self.rest().get(..length).unwrap_or(self.rest());
        for (at, _) in passed.match_indices('\n') {
            self.line = self.line.saturating_add(1);
            self.line_begin = self.at + at + 1;
        }
        self.at += passed.len();
    }

    fn skip(&mut self, length: usize) {
        self.pass(length);
        self.token_end = None;
    }

    fn push(&mut self, kind: Kind, text: &'a str, length: usize) {
        let before = self.source.get(self.line_begin..self.at).unwrap_or("");
        self.tokens.push(Token {
            kind,
            text,
            line: self.line,
            column: before.len(),
            is_first: before.trim().is_empty(),
            is_joined: self.token_end == Some(self.at),
        });
        self.pass(length);
        self.token_end = Some(self.at);
    }

    fn until(&self, end: &str) -> usize {
        self.rest()
            .find(end)
            .map_or(self.rest().len(), |at| at + end.len())
    }

    /// To the end of the line, its newline left.
    fn line_rest(&self) -> usize {
        self.rest().find('\n').unwrap_or(self.rest().len())
    }

    fn markup(&mut self) {
        let (long, short) = (self.rest().find("<?php"), self.rest().find("<?="));
        let begin = match (long, short) {
            (Some(long), Some(short)) if short < long => short + "<?=".len(),
            (Some(long), _) => long + "<?php".len(),
            (None, Some(short)) => short + "<?=".len(),
            (None, None) => self.rest().len(),
        };
        self.skip(begin);
    }

    fn is_comment(&self) -> Option<usize> {
        let (rest, dialect) = (self.rest(), self.dialect);
        let has_slashes = matches!(dialect, Dialect::JavaScript | Dialect::Php);
        let at_line = self.at == self.line_begin;
        if has_slashes && rest.starts_with("/*") {
            return Some(self.until("*/"));
        }
        let is_line = match dialect {
            Dialect::JavaScript => rest.starts_with("//") || (self.at == 0 && rest.starts_with("#!")),
            // `#[` begins an attribute.
            Dialect::Php => rest.starts_with("//") || (rest.starts_with('#') && !rest.starts_with("#[")),
            Dialect::Perl => {
                let before = self.tokens.last().filter(|_| self.token_end == Some(self.at));
                rest.starts_with('#') && before.is_none_or(|token| !token.is("$"))
            }
            Dialect::Python | Dialect::Ruby => rest.starts_with('#'),
        };
        if is_line {
            let length = self.line_rest();
            let end = rest.get(..length).and_then(|line| line.find("?>"));
            return Some(end.filter(|_| dialect == Dialect::Php).unwrap_or(length));
        }
        match dialect {
            Dialect::Ruby if at_line && rest.starts_with("=begin") => Some(self.until("\n=end")),
            Dialect::Ruby | Dialect::Perl if at_line && rest.starts_with("__END__") => Some(rest.len()),
            Dialect::Perl
                if at_line && rest.starts_with('=') && rest[1..].starts_with(char::is_alphabetic) =>
            {
                Some(self.until("\n=cut"))
            }
            _ => None,
        }
    }

    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else {
            return false;
        };
        if c == '\n'
            && let Some(word) = self.heredoc.take()
        {
            self.skip(1);
            let (body, end) = heredoc(self.rest(), word);
            self.push(Kind::Text, self.rest().get(..body).unwrap_or(""), body);
            self.skip(end);
        } else if c.is_whitespace() {
            self.skip(c.len_utf8());
        } else if let Some(length) = self.is_comment() {
            self.skip(length);
        } else if self.dialect == Dialect::Php && rest.starts_with("?>") {
            self.skip(2);
            self.markup();
        } else if matches!(c, '"' | '\'' | '`') {
            self.text(c);
        } else if c == '/' && self.begins_pattern() {
            self.pattern();
        } else if c.is_alphanumeric() || c == '_' {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let mut length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            let is_asking = self.dialect == Dialect::Ruby && rest.get(length..).is_some_and(asks);
            length += usize::from(is_asking);
            self.push(Kind::Word, rest.get(..length).unwrap_or(rest), length);
        } else {
            self.begins_heredoc();
            let length = c.len_utf8();
            self.push(Kind::Mark, rest.get(..length).unwrap_or(rest), length);
        }
        true
    }

    fn text(&mut self, quote: char) {
        let rest = self.rest();
        let triple = quote.to_string().repeat(3);
        if self.dialect == Dialect::Python && rest.starts_with(&triple) {
            let length = rest
                .get(3..)
                .and_then(|text| text.find(&triple))
                .map_or(rest.len(), |at| at + 6);
            let text = rest.get(3..length.saturating_sub(3)).unwrap_or("");
            return self.push(Kind::Text, text, length);
        }
        let end = match (self.dialect, quote) {
            (Dialect::JavaScript, '`') => template_end(rest),
            (dialect, quote) => quoted_end(
                rest,
                quote,
                dialect != Dialect::JavaScript && dialect != Dialect::Python,
            ),
        };
        match end {
            Some(end) => self.push(Kind::Text, rest.get(1..end).unwrap_or(""), end + 1),
            None => self.push(Kind::Mark, rest.get(..1).unwrap_or(""), 1),
        }
    }

    /// Whether a slash begins a pattern: no value stands before it.
    fn begins_pattern(&self) -> bool {
        if !matches!(self.dialect, Dialect::JavaScript | Dialect::Ruby | Dialect::Perl) {
            return false;
        }
        let words = [
            "return", "typeof", "case", "if", "unless", "and", "or", "split", "when", "in",
        ];
        match self.tokens.last() {
            None => true,
            Some(last) if last.kind == Kind::Mark => !matches!(last.text, ")" | "]" | "}"),
            Some(last) => last.kind == Kind::Word && words.contains(&last.text),
        }
    }

    fn pattern(&mut self) {
        let (mut is_escaped, mut in_class) = (false, false);
        let end = self.rest().char_indices().skip(1).find(|(_, c)| {
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
        // What follows is taken as following a value.
        let length = end.map_or(self.rest().len(), |(at, _)| at + 1);
        self.push(Kind::Text, "", length);
    }

    /// `<<~SQL`, `<<-'EOT'`, `<<<HTML`: the text from the next line on.
    fn begins_heredoc(&mut self) {
        let marks = match self.dialect {
            Dialect::Php => "<<<",
            Dialect::Ruby | Dialect::Perl => "<<",
            Dialect::JavaScript | Dialect::Python => return,
        };
        let Some(rest) = self.rest().strip_prefix(marks) else {
            return;
        };
        let rest = match self.dialect {
            Dialect::Php => rest.trim_start_matches(' '),
            _ => rest.trim_start_matches(['~', '-']),
        };
        let word = rest.trim_start_matches(['"', '\'']);
        let end = word
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(word.len());
        let word = word.get(..end).unwrap_or("");
        let is_word = word.starts_with(|c: char| {
            c.is_ascii_uppercase() || (c.is_alphabetic() && self.dialect == Dialect::Php)
        });
        if is_word {
            self.heredoc = Some(word);
        }
    }
}

/// A `?` or `!` at the end of the name of a method.
fn asks(rest: &str) -> bool {
    let mut next = rest.chars();
    matches!(next.next(), Some('?' | '!')) && next.next().is_none_or(|c| !matches!(c, '=' | '.' | ':'))
}

/// The length of a text up to the line that ends it, and of what ends it.
fn heredoc(rest: &str, word: &str) -> (usize, usize) {
    let mut length = 0;
    for line in rest.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let found = line.trim_start().strip_prefix(word);
        if found.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')) {
            return (length, indent + word.len());
        }
        length += line.len();
    }
    (length, 0)
}

/// Where the quote that begins a text ends; `may_break`: it may go over several lines.
fn quoted_end(rest: &str, quote: char, may_break: bool) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' if !may_break => return None,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// Where a template ends, those in its `${…}` passed over.
fn template_end(rest: &str) -> Option<usize> {
    let (mut depth, mut is_escaped, mut before) = (0_u32, false, ' ');
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '{' if before == '$' || depth > 0 => depth = depth.saturating_add(1),
            '}' => depth = depth.saturating_sub(1),
            '`' if depth == 0 => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}
