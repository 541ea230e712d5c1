//! What a shell fills in: parameters, commands, arithmetic, arrays (POSIX XCU 2.6). Only commands are looked at.

use super::super::shell::{self, Until};
use super::{Lexer, NotShell, Token};

/// Variables that only newer releases of Bash set.
const VARIABLES: [(&[u8], &str); 3] = [
    (b"EPOCHSECONDS", "$EPOCHSECONDS"),
    (b"EPOCHREALTIME", "$EPOCHREALTIME"),
    (b"SRANDOM", "$SRANDOM"),
];

/// Longer arithmetic is none, in bytes.
const LONGEST_ARITHMETIC: usize = 4096;

impl Lexer<'_> {
    /// Whether something is filled in where a `$` or a backquote stands.
    pub(super) fn expansion(&mut self, in_quotes: bool, text: &mut Vec<u8>) -> Result<bool, NotShell> {
        if self.peek(0) == Some(b'`') {
            self.backquoted()?;
            return Ok(true);
        }
        self.variable(self.at + 1);
        match self.peek(1) {
            Some(b'(') => {
                self.bump();
                if !self.skip_arithmetic() {
                    self.bump();
                    let is_certain = !self.in_parameter;
                    self.nested(|lexer| shell::list(lexer, Until::Parenthesis, is_certain))?;
                }
            }
            Some(b'{') => {
                self.skip(2);
                // What stands for a parameter that is not set runs only there.
                let was_in_parameter = std::mem::replace(&mut self.in_parameter, true);
                let read = self.nested(|lexer| lexer.parameter(in_quotes));
                self.in_parameter = was_in_parameter;
                read?;
            }
            Some(b'\'') if !in_quotes => self.escaped()?,
            Some(byte) if byte.is_ascii_alphanumeric() || b"_@*#?$!-".contains(&byte) => self.skip(2),
            _ => {
                text.extend(self.bump());
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Notes a variable of Bash whose name begins here.
    fn variable(&mut self, at: usize) {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        let known = VARIABLES.iter().find(|(variable, _)| *variable == name);
        self.script.constructs.extend(known.map(|(_, told)| *told));
    }

    /// `$'…'`, in which a backslash escapes.
    fn escaped(&mut self) -> Result<(), NotShell> {
        self.skip(2);
        loop {
            match self.bump() {
                None => return self.error("a quote without its end"),
                Some(b'\'') => return Ok(()),
                Some(b'\\') => self.skip(1),
                Some(_) => {}
            }
        }
    }

    /// What follows `${`, up to its `}`.
    fn parameter(&mut self, in_quotes: bool) -> Result<(), NotShell> {
        let is_name =
            |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match self.peek(0) {
            Some(b'!') if is_name(self.peek(1)) => {
                self.script.constructs.insert("${!x}");
                self.bump();
            }
            Some(b'#') if self.peek(1) != Some(b'}') => self.skip(1),
            _ => {}
        }
        self.variable(self.at);
        if is_name(self.peek(0)) {
            while is_name(self.peek(0)) {
                self.bump();
            }
        } else {
            self.bump();
        }
        let construct = match (self.peek(0), self.peek(1)) {
            (Some(b'['), _) => Some("array"),
            (Some(b'/'), _) => Some("${x/}"),
            (Some(b'^' | b','), _) => Some("${x^}"),
            (Some(b':'), Some(next)) if !b"-=?+}".contains(&next) => Some("${x:0:1}"),
            _ => None,
        };
        self.script.constructs.extend(construct);
        self.transformation();
        let mut text = Vec::new();
        loop {
            match self.peek(0) {
                None => return self.error("`${` without `}`"),
                Some(b'}') => {
                    self.bump();
                    return Ok(());
                }
                Some(b'\\') => self.skip(2),
                Some(b'\'') if !in_quotes => {
                    self.single_quoted()?;
                }
                Some(b'"') => {
                    self.double_quoted(&mut text)?;
                }
                Some(b'$' | b'`') => {
                    self.expansion(in_quotes, &mut text)?;
                }
                Some(_) => {
                    self.bump();
                }
            }
        }
    }

    /// `${x@Q}` and the like, a subscript before it or not.
    fn transformation(&mut self) {
        let mut rest = self.rest();
        if rest.starts_with(b"[@]") || rest.starts_with(b"[*]") {
            rest = rest.get(3..).unwrap_or_default();
        }
        let told = match rest {
            [b'@', b'Q' | b'E' | b'P' | b'A' | b'a', b'}', ..] => "${x@Q}",
            [b'@', b'U' | b'u' | b'L' | b'K', b'}', ..] => "${x@U}",
            [b'@', b'k', b'}', ..] => "${x@k}",
            _ => return,
        };
        self.script.constructs.insert(told);
    }

    fn backquoted(&mut self) -> Result<(), NotShell> {
        self.bump();
        let (mut inner, begun) = (Vec::new(), self.line);
        loop {
            match self.bump() {
                None => return self.error("a backquote without its end"),
                Some(b'`') => break,
                Some(b'\\') if matches!(self.peek(0), Some(b'`' | b'\\' | b'$')) => inner.extend(self.bump()),
                Some(byte) => inner.push(byte),
            }
        }
        self.nested(|lexer| {
            let mut nested = Lexer::new(&inner);
            (nested.line, nested.depth) = (begun, lexer.depth);
            std::mem::swap(&mut nested.script, &mut lexer.script);
            let result = shell::list(&mut nested, Until::End, false);
            std::mem::swap(&mut nested.script, &mut lexer.script);
            result
        })
    }

    /// The members of an array, up to `)`.
    pub(super) fn array(&mut self) -> Result<(), NotShell> {
        self.bump();
        self.nested(|lexer| {
            loop {
                match lexer.token()? {
                    Token::Close => return Ok(()),
                    Token::Word(_) | Token::Newline => {}
                    _ => return lexer.error("an array without `)`"),
                }
            }
        })
    }

    pub(super) fn extended_glob(&mut self, text: &mut Vec<u8>) -> Result<(), NotShell> {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek(0).filter(|byte| *byte != b'\n') {
            depth = match byte {
                b'(' => depth + 1,
                b')' => depth.saturating_sub(1),
                _ => depth,
            };
            text.extend(self.bump());
            if depth == 0 {
                return Ok(());
            }
        }
        self.error("`(` without `)`")
    }

    /// Steps over `((…))`, where that comes next.
    pub(in crate::scripts) fn skip_arithmetic(&mut self) -> bool {
        self.blanks();
        let is_next = self.rest().starts_with(b"((");
        is_next && self.arithmetic(0)
    }

    /// Steps over `(…))` after a `(`.
    pub(in crate::scripts) fn skip_rest_of_arithmetic(&mut self) -> bool {
        self.peek(0) == Some(b'(') && self.arithmetic(1)
    }

    /// `open`: how many parentheses were opened before.
    fn arithmetic(&mut self, open: usize) -> bool {
        let mut depth = open;
        for (at, byte) in self.rest().iter().enumerate().take(LONGEST_ARITHMETIC) {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let is_end = at > 0 && self.rest().get(at - 1) == Some(&b')');
                if is_end {
                    self.skip(at + 1);
                }
                return is_end;
            }
        }
        false
    }
}
