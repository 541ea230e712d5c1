//! Words and operators of the shell (POSIX XCU 2.2, 2.3, 2.6, 2.7): quotes, expansions and here-documents are stepped over.

mod expansion;

use super::shell::{self, Script, Until, Word};

/// Substitutions that lie deeper in each other are not written by people.
const MAX_DEPTH: usize = 40;

/// A text that is not a shell script that could be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct NotShell {
    /// Line, counted from 1.
    pub line: u32,
    /// What is wrong.
    pub message: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// `;` and `&`.
    Semicolon,
    Newline,
    And,
    Or,
    Pipe,
    /// `;;`, `;&` and `;;&`.
    NextPattern,
    Open,
    Close,
    End,
}

#[derive(Debug)]
struct HereDocument {
    delimiter: String,
    strips_tabs: bool,
}

pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    depth: usize,
    /// Inside `[[ ]]`, where `#` begins no comment.
    in_test: bool,
    /// Inside `${…}`.
    in_parameter: bool,
    awaited: Vec<HereDocument>,
    pub(super) script: Script,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Lexer<'a> {
        Lexer {
            bytes,
            at: 0,
            line: 1,
            depth: 0,
            in_test: false,
            in_parameter: false,
            awaited: Vec::new(),
            script: Script::default(),
        }
    }

    pub(super) fn error<T>(&self, message: &'static str) -> Result<T, NotShell> {
        Err(NotShell {
            line: self.line,
            message,
        })
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.rest().get(ahead).copied()
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek(0)?;
        self.at += 1;
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
        Some(byte)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    fn take(&mut self, text: &[u8]) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.skip(text.len());
        }
        is_next
    }

    fn blanks(&mut self) {
        while matches!(self.peek(0), Some(b' ' | b'\t' | b'\r')) || self.rest().starts_with(b"\\\n") {
            let count = if self.peek(0) == Some(b'\\') { 2 } else { 1 };
            self.skip(count);
        }
    }

    /// Whether this byte comes next, blanks left aside.
    pub(super) fn is_next(&mut self, byte: u8) -> bool {
        self.blanks();
        self.peek(0) == Some(byte)
    }

    pub(super) fn token(&mut self) -> Result<Token, NotShell> {
        loop {
            self.blanks();
            let Some(byte) = self.peek(0) else {
                return if self.awaited.is_empty() {
                    Ok(Token::End)
                } else {
                    self.error("a here-document without its end")
                };
            };
            if byte == b'#' && !self.in_test {
                while self.peek(0).is_some_and(|byte| byte != b'\n') {
                    self.at += 1;
                }
                continue;
            }
            if byte == b'\n' {
                self.bump();
                self.here_documents()?;
                return Ok(Token::Newline);
            }
            if self.redirection()? {
                continue;
            }
            let operators: [(&[u8], Token); 10] = [
                (b"&&", Token::And),
                (b"||", Token::Or),
                (b";;&", Token::NextPattern),
                (b";;", Token::NextPattern),
                (b";&", Token::NextPattern),
                (b";", Token::Semicolon),
                (b"&", Token::Semicolon),
                (b"|", Token::Pipe),
                (b"(", Token::Open),
                (b")", Token::Close),
            ];
            if self.take(b"|&") {
                self.script.constructs.insert("|&");
                return Ok(Token::Pipe);
            }
            if self.rest().starts_with(b";&") || self.rest().starts_with(b";;&") {
                self.script.constructs.insert(";&");
            }
            for (operator, token) in operators {
                if self.take(operator) {
                    return Ok(token);
                }
            }
            let word = self.word()?;
            let is_descriptor = !word.is_quoted && word.text.bytes().all(|byte| byte.is_ascii_digit());
            let is_redirected = matches!(self.peek(0), Some(b'<' | b'>'));
            if is_descriptor && is_redirected && word.is_literal {
                continue;
            }
            if is_redirected && names_descriptor(&word) {
                self.script.constructs.insert("{fd}>");
                continue;
            }
            return Ok(Token::Word(word));
        }
    }

    /// Steps over a redirection and what it leads to.
    fn redirection(&mut self) -> Result<bool, NotShell> {
        if self.rest().starts_with(b"<(") || self.rest().starts_with(b">(") {
            return Ok(false);
        }
        if self.take(b"<<<") {
            self.script.constructs.insert("<<<");
        } else if self.rest().starts_with(b"<<") {
            self.skip(2);
            let strips_tabs = self.take(b"-");
            self.blanks();
            let delimiter = self.word()?.text;
            self.awaited.push(HereDocument {
                delimiter,
                strips_tabs,
            });
            return Ok(true);
        } else if self.take(b"&>>") {
            self.script.constructs.extend(["&>", "&>>"]);
        } else if self.take(b"&>") {
            self.script.constructs.insert("&>");
        } else {
            let operators: [&[u8]; 7] = [b">>", b">&", b">|", b"<&", b"<>", b"<", b">"];
            if !operators.into_iter().any(|operator| self.take(operator)) {
                return Ok(false);
            }
        }
        self.blanks();
        self.word()?;
        Ok(true)
    }

    fn here_documents(&mut self) -> Result<(), NotShell> {
        for document in std::mem::take(&mut self.awaited) {
            loop {
                let rest = self.rest();
                if rest.is_empty() {
                    return self.error("a here-document without its end");
                }
                let end = memchr::memchr(b'\n', rest);
                let mut line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                self.at += line.len();
                self.bump();
                while let (true, Some(stripped)) = (document.strips_tabs, line.strip_prefix(b"\t")) {
                    line = stripped;
                }
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                if line == document.delimiter.as_bytes() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn word(&mut self) -> Result<Word, NotShell> {
        let (mut text, mut is_literal, mut is_quoted) = (Vec::new(), true, false);
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' if self.peek(1) == Some(b'\n') => self.skip(2),
                b'\\' => {
                    self.bump();
                    text.extend(self.bump());
                    is_quoted = true;
                }
                b'\'' => {
                    text.extend_from_slice(self.single_quoted()?);
                    is_quoted = true;
                }
                b'"' => {
                    is_literal &= self.double_quoted(&mut text)?;
                    is_quoted = true;
                }
                b'$' | b'`' => is_literal &= !self.expansion(false, &mut text)?,
                b'<' | b'>' if text.is_empty() && self.peek(1) == Some(b'(') => {
                    self.script.constructs.insert("<()");
                    self.skip(2);
                    self.nested(|lexer| shell::list(lexer, Until::Parenthesis, false))?;
                    is_literal = false;
                }
                b'(' if is_array(&text) && !is_quoted => {
                    self.script.constructs.insert("array");
                    self.array()?;
                    is_literal = false;
                }
                b'(' if self.in_test && !text.is_empty() => text.extend(self.bump()),
                b'(' if matches!(text.last(), Some(b'@' | b'?' | b'*' | b'+')) => {
                    self.extended_glob(&mut text)?;
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                _ => text.extend(self.bump()),
            }
        }
        Ok(Word {
            text: String::from_utf8_lossy(&text).into_owned(),
            is_literal,
            is_quoted,
        })
    }

    fn single_quoted(&mut self) -> Result<&'a [u8], NotShell> {
        self.bump();
        let rest = self.rest();
        let Some(end) = memchr::memchr(b'\'', rest) else {
            return self.error("a quote without its end");
        };
        self.skip(end + 1);
        Ok(rest.get(..end).unwrap_or_default())
    }

    /// Whether nothing in it is filled in.
    fn double_quoted(&mut self, text: &mut Vec<u8>) -> Result<bool, NotShell> {
        self.bump();
        let mut is_literal = true;
        loop {
            match self.peek(0) {
                None => return self.error("a quote without its end"),
                Some(b'"') => {
                    self.bump();
                    return Ok(is_literal);
                }
                Some(b'\\') => {
                    self.bump();
                    text.extend(self.bump());
                }
                Some(b'$' | b'`') => is_literal &= !self.expansion(true, text)?,
                Some(_) => text.extend(self.bump()),
            }
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<(), NotShell>) -> Result<(), NotShell> {
        if self.depth >= MAX_DEPTH {
            return self.error("substitutions lie too deep in each other");
        }
        self.depth += 1;
        let in_test = std::mem::take(&mut self.in_test);
        let result = read(self);
        self.in_test = in_test;
        self.depth -= 1;
        result
    }

    /// Steps over the rest of `[[ … ]]`.
    pub(super) fn skip_test(&mut self) -> Result<(), NotShell> {
        self.in_test = true;
        loop {
            match self.token()? {
                Token::Word(word) if word.text == "]]" => break,
                Token::Word(word) if word.text == "-v" && !word.is_quoted => {
                    self.script.constructs.insert("[[ -v");
                }
                Token::End => return self.error("`[[` without `]]`"),
                _ => {}
            }
        }
        self.in_test = false;
        Ok(())
    }
}

/// Whether what was read of a word is `NAME=` or `NAME+=`.
fn is_array(text: &[u8]) -> bool {
    let Some(name) = text.strip_suffix(b"=") else {
        return false;
    };
    let name = name.strip_suffix(b"+").unwrap_or(name);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    name.first().is_some_and(|first| !first.is_ascii_digit()) && name.iter().all(is_name)
}

/// `{name}` before a redirection: Bash chooses the descriptor.
fn names_descriptor(word: &Word) -> bool {
    let name = word
        .text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    word.is_literal && !word.is_quoted && name.is_some_and(is_name)
}
