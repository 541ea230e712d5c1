//! The commands of a shell script (POSIX XCU 2.10, and what bash adds): enough to know for certain what it uses.

use std::collections::BTreeSet;

use super::lexer::{Lexer, NotShell, Token};

/// A word of a command line, quotes removed, expansions left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// Its text.
    pub text: String,
    /// Whether the text is all of it: nothing in it is filled in when the script runs.
    pub is_literal: bool,
    /// Whether some of it is quoted: it is no reserved word then.
    pub is_quoted: bool,
}

/// A simple command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// Assignments, program and arguments; redirections are left out.
    pub words: Vec<Word>,
    /// Whether it runs whenever the script does, and nothing takes its place where it fails.
    pub is_certain: bool,
    /// Whether something takes its place where it fails: `||` follows.
    pub is_tolerated: bool,
}

impl Command {
    fn split(&self) -> usize {
        self.words
            .iter()
            .take_while(|word| assigned(word).is_some())
            .count()
    }

    /// What is called, where that is written out.
    pub fn program(&self) -> Option<&str> {
        let word = self.words.get(self.split())?;
        word.is_literal.then_some(word.text.as_str())
    }

    /// The words after the program.
    pub fn arguments(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().skip(self.split().saturating_add(1))
    }

    /// The program that runs: what `exec` is given, else what is called.
    pub(super) fn runs(&self) -> Option<&str> {
        match self.program()? {
            "exec" => {
                let word = self.arguments().find(|word| !word.text.starts_with('-'))?;
                word.is_literal.then_some(word.text.as_str())
            }
            program => Some(program),
        }
    }

    /// Whether nothing after it is run. `exec` with redirections alone goes on.
    fn ends_script(&self) -> bool {
        match self.program() {
            Some("exit" | "return") => true,
            Some("exec") => self.arguments().next().is_some(),
            _ => false,
        }
    }

    /// Whether it gives this variable a value.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.words
            .iter()
            .filter_map(assigned)
            .any(|assigned| assigned == name)
    }
}

/// The name that a word like `NAME=value` assigns to.
fn assigned(word: &Word) -> Option<&str> {
    let (name, _) = word.text.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).then_some(name)
}

fn appends(word: &Word) -> bool {
    let rest = assigned(word).and_then(|name| word.text.strip_prefix(name));
    rest.is_some_and(|rest| rest.starts_with("+="))
}

/// A script, as far as it is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Its simple commands in order, those in substitutions among them.
    pub commands: Vec<Command>,
    /// Names of the functions it defines.
    pub functions: BTreeSet<String>,
    /// Names of [`Construct`](super::Construct)s in it, built-in commands not among them.
    pub constructs: BTreeSet<&'static str>,
}

/// Takes a script apart.
///
/// # Errors
/// Quotes, blocks or here-documents without their end: nothing that was found could be trusted.
pub fn parse(text: &str) -> Result<Script, NotShell> {
    let mut lexer = Lexer::new(text.as_bytes());
    list(&mut lexer, Until::End, true)?;
    Ok(lexer.script)
}

/// What ends a list of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    End,
    Parenthesis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    If,
    Loop,
    Case,
    Brace,
    Parenthesis,
}

/// What is known while a list is read.
struct State {
    blocks: Vec<Block>,
    words: Vec<Word>,
    /// Whether the words are the head of a loop, not a command.
    is_head: bool,
    /// Whether patterns of a `case` follow.
    in_patterns: bool,
    /// Whether the next command depends on the one before.
    is_guarded: bool,
    is_reached: bool,
    /// How many commands were there when the last one ended: those after them stand in substitutions of this one.
    before: usize,
}

pub(super) fn list(lexer: &mut Lexer<'_>, until: Until, is_certain: bool) -> Result<(), NotShell> {
    let mut state = State {
        blocks: Vec::new(),
        words: Vec::new(),
        is_head: false,
        in_patterns: false,
        is_guarded: false,
        is_reached: is_certain,
        before: lexer.script.commands.len(),
    };
    loop {
        let token = lexer.token()?;
        if state.in_patterns {
            state.pattern(lexer, token)?;
            continue;
        }
        match token {
            Token::Word(word) => state.word(lexer, word)?,
            Token::Open => state.open(lexer)?,
            Token::Newline | Token::Semicolon => {
                state.end(lexer, false);
                // A shell reads no further: what follows may be an archive, or another language.
                if token == Token::Newline && until == Until::End && is_certain && !state.is_reached {
                    return Ok(());
                }
            }
            Token::And | Token::Pipe => {
                let is_and = token == Token::And;
                let was_guarded = state.is_guarded;
                state.end(lexer, false);
                state.is_guarded = is_and || was_guarded;
            }
            Token::Or => {
                state.end(lexer, true);
                state.is_guarded = true;
            }
            Token::NextPattern => {
                state.end(lexer, false);
                if state.blocks.last() != Some(&Block::Case) {
                    return lexer.error("`;;` outside of `case`");
                }
                state.in_patterns = true;
            }
            Token::Close => {
                state.end(lexer, false);
                if state.blocks.is_empty() && until == Until::Parenthesis {
                    return Ok(());
                }
                state.pop(lexer, Block::Parenthesis)?;
            }
            Token::End => {
                state.end(lexer, false);
                if state.blocks.is_empty() && until == Until::End {
                    return Ok(());
                }
                return lexer.error("it ends inside of a block");
            }
        }
    }
}

impl State {
    /// The command is complete.
    fn end(&mut self, lexer: &mut Lexer<'_>, is_tolerated: bool) {
        let words = std::mem::take(&mut self.words);
        let is_certain =
            self.is_reached && self.blocks.is_empty() && !self.is_guarded && !is_tolerated && !self.is_head;
        for inner in lexer.script.commands.iter_mut().skip(self.before) {
            inner.is_certain &= is_certain;
            inner.is_tolerated |= is_tolerated;
        }
        if !words.is_empty() && !self.is_head {
            let command = Command {
                words,
                is_certain,
                is_tolerated,
            };
            if is_certain && command.ends_script() {
                self.is_reached = false;
            }
            lexer.script.commands.push(command);
        }
        self.before = lexer.script.commands.len();
        self.is_head = false;
        self.is_guarded = false;
    }

    fn pop(&mut self, lexer: &Lexer<'_>, block: Block) -> Result<(), NotShell> {
        if self.blocks.pop() == Some(block) {
            Ok(())
        } else {
            lexer.error("a block ends that was not begun")
        }
    }

    fn word(&mut self, lexer: &mut Lexer<'_>, word: Word) -> Result<(), NotShell> {
        if self.is_head && self.words.len() == 1 && word.text == "do" && !word.is_quoted {
            self.end(lexer, false);
            return Ok(());
        }
        let only_assigned = self.words.iter().all(|word| assigned(word).is_some());
        if only_assigned && appends(&word) {
            lexer.script.constructs.insert("+=");
        }
        if !self.words.is_empty() || self.is_head || word.is_quoted || !word.is_literal {
            self.words.push(word);
            return Ok(());
        }
        match word.text.as_str() {
            "then" | "elif" | "else" | "do" | "time" => {}
            "!" => self.is_guarded = true,
            "if" => self.blocks.push(Block::If),
            "fi" => return self.pop(lexer, Block::If),
            "while" | "until" => self.blocks.push(Block::Loop),
            "for" | "select" => {
                self.blocks.push(Block::Loop);
                self.is_head = true;
                if lexer.skip_arithmetic() {
                    lexer.script.constructs.insert("for ((");
                }
            }
            "done" => return self.pop(lexer, Block::Loop),
            "{" => self.blocks.push(Block::Brace),
            "}" => return self.pop(lexer, Block::Brace),
            "esac" => return self.pop(lexer, Block::Case),
            "case" => return self.case(lexer),
            "function" => return self.function(lexer),
            "[[" => {
                lexer.script.constructs.insert("[[");
                return lexer.skip_test();
            }
            _ => self.words.push(word),
        }
        Ok(())
    }

    fn case(&mut self, lexer: &mut Lexer<'_>) -> Result<(), NotShell> {
        let Token::Word(_) = lexer.token()? else {
            return lexer.error("`case` without a word");
        };
        loop {
            match lexer.token()? {
                Token::Newline => {}
                Token::Word(word) if word.text == "in" => break,
                _ => return lexer.error("`case` without `in`"),
            }
        }
        self.blocks.push(Block::Case);
        self.in_patterns = true;
        Ok(())
    }

    fn pattern(&mut self, lexer: &Lexer<'_>, token: Token) -> Result<(), NotShell> {
        match token {
            Token::Word(word) if word.text == "esac" && !word.is_quoted => {
                self.in_patterns = false;
                self.pop(lexer, Block::Case)
            }
            Token::Close => {
                self.in_patterns = false;
                Ok(())
            }
            Token::Word(_) | Token::Pipe | Token::Newline | Token::Open => Ok(()),
            _ => lexer.error("a pattern of `case` without `)`"),
        }
    }

    fn function(&mut self, lexer: &mut Lexer<'_>) -> Result<(), NotShell> {
        lexer.script.constructs.insert("function");
        let Token::Word(name) = lexer.token()? else {
            return lexer.error("`function` without a name");
        };
        lexer.script.functions.insert(name.text);
        if lexer.is_next(b'(') {
            lexer.token()?;
            if lexer.token()? != Token::Close {
                return lexer.error("`(` without `)`");
            }
        }
        Ok(())
    }

    fn open(&mut self, lexer: &mut Lexer<'_>) -> Result<(), NotShell> {
        if self.is_head {
            return lexer.error("`(` in the head of a loop");
        }
        if self.words.is_empty() {
            if !lexer.skip_rest_of_arithmetic() {
                self.blocks.push(Block::Parenthesis);
            }
            return Ok(());
        }
        match (lexer.token()?, self.words.pop()) {
            (Token::Close, Some(name)) if self.words.is_empty() => {
                lexer.script.functions.insert(name.text);
                Ok(())
            }
            _ => lexer.error("`(` inside of a command"),
        }
    }
}
