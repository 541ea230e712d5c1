//! The syntax of nginx: directives end with `;`, blocks stand in braces.

use super::directive::{Directive, Numbering, SyntaxError};

/// More directives or deeper blocks than this are no configuration.
const MAX_DIRECTIVES: usize = 50_000;
const MAX_DEPTH: usize = 64;

/// Blocks whose lines are data, not directives.
const TABLES: [&str; 5] = ["types", "map", "geo", "charset_map", "split_clients"];

/// Blocks told apart by their arguments.
const NAMED: [&str; 3] = ["location", "upstream", "limit_except"];

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Open,
    Close,
    End,
}

struct Block {
    name: String,
    numbering: Numbering,
    is_table: bool,
}

/// The directives of a file.
///
/// # Errors
/// Braces or quotes without their other half: nothing after that could be trusted.
pub(crate) fn directives(text: &str) -> Result<Vec<Directive>, SyntaxError> {
    let mut lexer = Lexer::new(text);
    let mut found = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut top = Numbering::default();
    let mut statement: Vec<String> = Vec::new();
    let mut begun = 1;
    while let Some((token, line)) = lexer.token()? {
        let error = |message| SyntaxError { line, message };
        match token {
            Token::Word(word) => {
                if statement.is_empty() {
                    begun = line;
                }
                statement.push(word);
            }
            Token::End => {
                let is_data = blocks.iter().any(|block| block.is_table);
                let mut words = std::mem::take(&mut statement).into_iter();
                if let (Some(name), false) = (words.next(), is_data) {
                    let name = numbering(&mut blocks, &mut top).name(&name);
                    let path = blocks
                        .iter()
                        .map(|block| block.name.clone())
                        .chain([name])
                        .collect();
                    found.push(Directive {
                        path,
                        arguments: words.collect(),
                        line: begun,
                    });
                }
            }
            Token::Open => {
                let words = std::mem::take(&mut statement);
                let name = words.first().ok_or_else(|| error("a block without a name"))?;
                if blocks.len() >= MAX_DEPTH {
                    return Err(error("blocks nested too deep"));
                }
                if name.ends_with("_by_lua_block") {
                    lexer.skip_block()?;
                    continue;
                }
                let shown = if NAMED.contains(&name.as_str()) {
                    words.join(" ")
                } else {
                    name.clone()
                };
                let is_table = TABLES.contains(&name.as_str());
                let name = numbering(&mut blocks, &mut top).name(&shown);
                blocks.push(Block {
                    name,
                    numbering: Numbering::default(),
                    is_table,
                });
            }
            Token::Close => {
                if !statement.is_empty() {
                    return Err(error("a directive without `;`"));
                }
                blocks.pop().ok_or_else(|| error("`}` without `{`"))?;
            }
        }
        if found.len() > MAX_DIRECTIVES {
            return Err(error("too many directives"));
        }
    }
    if blocks.is_empty() && statement.is_empty() {
        return Ok(found);
    }
    Err(SyntaxError {
        line: begun,
        message: "the file ends inside a block or a directive",
    })
}

fn numbering<'a>(blocks: &'a mut [Block], top: &'a mut Numbering) -> &'a mut Numbering {
    blocks.last_mut().map_or(top, |block| &mut block.numbering)
}

struct Lexer<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: u32,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Lexer<'a> {
        Lexer {
            rest: text.chars().peekable(),
            line: 1,
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.line = self.line.saturating_add(1);
        }
        Some(c)
    }

    fn token(&mut self) -> Result<Option<(Token, u32)>, SyntaxError> {
        loop {
            let line = self.line;
            let Some(c) = self.next() else {
                return Ok(None);
            };
            let token = match c {
                c if c.is_whitespace() => continue,
                '#' => {
                    while self.rest.peek().is_some_and(|c| *c != '\n') {
                        self.next();
                    }
                    continue;
                }
                ';' => Token::End,
                '{' => Token::Open,
                '}' => Token::Close,
                '"' | '\'' => Token::Word(self.quoted(c, line)?),
                c => Token::Word(self.word(c)),
            };
            return Ok(Some((token, line)));
        }
    }

    fn quoted(&mut self, quote: char, line: u32) -> Result<String, SyntaxError> {
        let mut word = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => word.extend(self.next()),
                c if c == quote => return Ok(word),
                c => word.push(c),
            }
        }
        Err(SyntaxError {
            line,
            message: "a quote without its end",
        })
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        let mut in_variable = false;
        while let Some(&c) = self.rest.peek() {
            // `${name}` is part of a word.
            in_variable |= c == '{' && word.ends_with('$');
            if c.is_whitespace() || c == ';' || ((c == '{' || c == '}') && !in_variable) {
                break;
            }
            in_variable &= c != '}';
            word.push(c);
            self.next();
            if c == '\\' {
                word.extend(self.next());
            }
        }
        word
    }

    /// Passes over foreign code up to the brace that ends it.
    fn skip_block(&mut self) -> Result<(), SyntaxError> {
        let line = self.line;
        let mut depth = 1_usize;
        while let Some(c) = self.next() {
            match c {
                '{' => depth = depth.saturating_add(1),
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Err(SyntaxError {
            line,
            message: "a block of code without its end",
        })
    }
}
