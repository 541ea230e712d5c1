//! Packets of MySQL and what stands in them.

use super::reader::Reader;
use super::tally::Tally;
use super::{MAX_MESSAGE, MAX_MESSAGES, nonsense, said};
use crate::answer::{Answer, Outcome};
use crate::server::ServerKind;
use crate::transport::TransportError;

/// A question in the form of a statement (COM_QUERY).
const QUESTION: u8 = 3;

/// The longest scramble; that of every known way to log in has 20 bytes.
const SCRAMBLE: usize = 20;

/// The bytes that came, and the number that the next packet has.
#[derive(Debug, Default)]
pub(super) struct Packets {
    input: Vec<u8>,
    number: u8,
}

impl Packets {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.input.is_empty()
    }

    /// The body of the next whole packet.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        let [a, b, c, number, rest @ ..] = self.input.as_slice() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
        if length > MAX_MESSAGE {
            return Err(nonsense(ServerKind::Mysql, format!("a packet of {length} bytes")));
        }
        let Some(body) = rest.get(..length).map(<[u8]>::to_vec) else {
            return Ok(None);
        };
        self.number = number.wrapping_add(1);
        self.input.drain(..length + 4);
        Ok(Some(body))
    }

    /// An answer to what came.
    pub(super) fn write(&mut self, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap_or(0).to_le_bytes();
        let head = [length[0], length[1], length[2], self.number];
        self.number = self.number.wrapping_add(1);
        [&head[..], body].concat()
    }

    pub(super) fn question(&mut self, text: &str) -> Vec<u8> {
        self.number = 0;
        self.write(&[&[QUESTION], text.as_bytes()].concat())
    }
}

/// What a server begins with.
#[derive(Debug)]
pub(super) struct Greeting {
    pub(super) version: String,
    pub(super) abilities: u32,
    pub(super) plugin: String,
    pub(super) scramble: Vec<u8>,
}

impl Greeting {
    /// Version 10 of it.
    pub(super) fn read(body: &[u8]) -> Option<Greeting> {
        let mut reader = Reader(body);
        if reader.u8()? != 10 {
            return None;
        }
        let version = said(&String::from_utf8_lossy(reader.text()?));
        reader.bytes(4)?;
        let mut scramble = reader.bytes(8)?.to_vec();
        reader.bytes(1)?;
        let low = reader.bytes(2)?.try_into().ok().map(u16::from_le_bytes)?;
        reader.bytes(3)?;
        let high = reader.bytes(2)?.try_into().ok().map(u16::from_le_bytes)?;
        let length = usize::from(reader.u8()?);
        reader.bytes(10)?;
        scramble.extend(reader.bytes(length.saturating_sub(8).max(13))?);
        scramble.truncate(SCRAMBLE);
        let plugin = reader.text().or(Some(reader.0)).map(String::from_utf8_lossy)?;
        Some(Greeting {
            version,
            abilities: u32::from(low) | u32::from(high) << 16,
            plugin: plugin.into_owned(),
            scramble,
        })
    }
}

/// What a packet says by its first byte.
#[derive(Debug)]
pub(super) enum Said<'a> {
    Fine,
    Wrong(Wrong),
    /// Log in in another way, for this scramble.
    Another {
        plugin: String,
        scramble: Vec<u8>,
    },
    /// A step more of the same way.
    More(&'a [u8]),
    Else,
}

impl<'a> Said<'a> {
    pub(super) fn read(body: &'a [u8]) -> Said<'a> {
        match body.split_first() {
            Some((0x00, _)) => Said::Fine,
            Some((0xff, rest)) => Said::Wrong(Wrong::read(rest)),
            Some((0x01, rest)) => Said::More(rest),
            Some((0xfe, rest)) => {
                let mut reader = Reader(rest);
                match reader.text() {
                    Some(plugin) => Said::Another {
                        plugin: String::from_utf8_lossy(plugin).into_owned(),
                        scramble: reader
                            .0
                            .get(..SCRAMBLE.min(reader.0.len()))
                            .unwrap_or_default()
                            .to_vec(),
                    },
                    None => Said::Else,
                }
            }
            _ => Said::Else,
        }
    }
}

/// An error as the server tells it.
#[derive(Debug)]
pub(super) struct Wrong {
    code: u16,
    message: String,
}

impl Wrong {
    fn read(rest: &[u8]) -> Wrong {
        let mut reader = Reader(rest);
        let code = reader
            .bytes(2)
            .and_then(|code| code.try_into().ok())
            .map_or(0, u16::from_le_bytes);
        // `#` and five letters of the standard's code follow, but not before the login.
        let text = match reader.0 {
            [b'#', _, _, _, _, _, text @ ..] => text,
            text => text,
        };
        Wrong {
            code,
            message: said(&String::from_utf8_lossy(text)),
        }
    }

    /// What it means for one question (MySQL, "Server Error Message Reference").
    fn outcome(self) -> Outcome<Answer> {
        match self.code {
            1044 | 1045 | 1142 | 1143 | 1227 => Outcome::NotPermitted,
            code => Outcome::failed("refused", format!("{} ({code})", self.message)),
        }
    }

    /// The server ended the conversation.
    pub(super) fn refusal(self, has_password: bool) -> TransportError {
        let Wrong { code, message } = self;
        let (word, help) = match code {
            1045 | 1698 if !has_password => (
                "login-refused",
                "set MYSQL_PWD, or name another user in the address",
            ),
            1044 | 1045 | 1698 => (
                "login-refused",
                "correct the user in the address, or the password: it comes from MYSQL_PWD",
            ),
            1130 => (
                "login-refused",
                "make an account that may connect from this machine",
            ),
            1049 => (
                "no-database",
                "end the address with a database that is there, or with none",
            ),
            1040 | 1203 => ("busy", "try again later"),
            1129 => (
                "refused",
                "run FLUSH HOSTS there: it counted connections of this machine that broke off",
            ),
            3159 => ("no-tls", "connect with ?sslmode=require"),
            _ => ("refused", "look into the log of the server"),
        };
        TransportError::new(word, format!("the server refused: {message} ({code})")).help(help)
    }
}

/// The answer to a question, packet by packet: a number of columns, the columns, the end, rows, the end.
#[derive(Debug, Default)]
pub(super) struct Answering {
    columns: Option<u64>,
    seen: u64,
    are_columns_over: bool,
    packets: usize,
    tally: Tally,
}

impl Answering {
    /// Takes a packet; the last one gives the answer.
    pub(super) fn take(&mut self, body: &[u8]) -> Result<Option<Outcome<Answer>>, TransportError> {
        let wrong = |what: &str| nonsense(ServerKind::Mysql, what);
        self.packets += 1;
        if self.packets > MAX_MESSAGES {
            return Err(wrong("packets without end"));
        }
        let is_end = body.first() == Some(&0xfe) && body.len() < 9;
        match Said::read(body) {
            Said::Wrong(error) => {
                self.tally.refuse(error.outcome());
                return Ok(Some(std::mem::take(&mut self.tally).close()));
            }
            Said::Fine if self.columns.is_none() => return Ok(Some(std::mem::take(&mut self.tally).close())),
            _ => {}
        }
        let Some(columns) = self.columns else {
            // 0xfb asks for a file of this machine: a number of columns it is not.
            let columns = Reader(body)
                .length()
                .filter(|columns| (1..=1000).contains(columns));
            self.columns = Some(columns.ok_or_else(|| wrong("a number of columns"))?);
            return Ok(None);
        };
        if !self.are_columns_over {
            self.seen += 1;
            self.are_columns_over = is_end;
            return match self.seen > columns && !is_end {
                true => Err(wrong("more columns than it says")),
                false => Ok(None),
            };
        }
        if is_end {
            return Ok(Some(std::mem::take(&mut self.tally).close()));
        }
        let row = row(body, columns).ok_or_else(|| wrong("a row that is cut"))?;
        self.tally.row(row);
        Ok(None)
    }
}

fn row(body: &[u8], columns: u64) -> Option<Vec<Option<String>>> {
    let mut reader = Reader(body);
    let mut row = Vec::new();
    for _ in 0..columns {
        if reader.0.first() == Some(&0xfb) {
            reader.bytes(1)?;
            row.push(None);
            continue;
        }
        let length = usize::try_from(reader.length()?).ok()?;
        row.push(Some(String::from_utf8_lossy(reader.bytes(length)?).into_owned()));
    }
    reader.0.is_empty().then_some(row)
}
