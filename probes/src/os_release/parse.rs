//! `etc/os-release` and files of its kind: assignments as a shell reads them. The text is read, never run.
//!
//! Shape: os-release(5); quoting: POSIX.1, "Shell Command Language", 2.2. Where sh would do more than assign (a value
//! with spaces outside quotes, `$` expansion), the text stands for itself, as in Python's `platform.freedesktop_os_release`.

use std::collections::BTreeMap;

use crate::parse_error::{Fault, ParseError};
use crate::text::lossy;

/// The assignments of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OsRelease {
    /// By name; of a name that is assigned twice, the last.
    pub assignments: BTreeMap<String, Assignment>,
}

/// One assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The value, without quotes.
    pub value: String,
    /// The line it begins on, counted from 1.
    pub line: usize,
}

impl OsRelease {
    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.assignments
            .get(name)
            .map(|assignment| assignment.value.as_str())
    }
}

/// Reads the assignments of a file. Lines that are none (comments, commands) are passed over; a last line without an
/// end is read like the others, for such files exist.
///
/// ```
/// let file = parity_probes::os_release::parse(b"ID=debian\nVERSION_ID=\"12\"\n")?;
/// assert_eq!(file.get("VERSION_ID"), Some("12"));
/// assert_eq!(file.assignments["VERSION_ID"].line, 2);
/// # Ok::<(), parity_probes::parse_error::ParseError>(())
/// ```
///
/// # Errors
/// When the file ends inside quotes, or inside a name.
pub fn parse(bytes: &[u8]) -> Result<OsRelease, ParseError> {
    let mut reader = Reader { rest: bytes, line: 1 };
    let mut assignments = BTreeMap::new();
    while let Some(&next) = reader.rest.first() {
        match next {
            b' ' | b'\t' | b'\r' | b'\n' => reader.skip(1),
            b'#' => reader.skip(reader.to_line_end()),
            _ => {
                let line = reader.line;
                if let Some(name) = reader.name()? {
                    let value = reader.value()?;
                    assignments.insert(
                        lossy(name),
                        Assignment {
                            value: lossy(&value),
                            line,
                        },
                    );
                }
            }
        }
    }
    Ok(OsRelease { assignments })
}

struct Reader<'a> {
    rest: &'a [u8],
    line: usize,
}

impl<'a> Reader<'a> {
    /// The name of the assignment that begins here, read with its `=`; a line that is none is passed over.
    fn name(&mut self) -> Result<Option<&'a [u8]>, ParseError> {
        let length = self
            .rest
            .iter()
            .take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'_')
            .count();
        let (name, rest) = self.rest.split_at(length);
        match rest.first() {
            Some(b'=') if !name.is_empty() => {
                self.skip(length + 1);
                Ok(Some(name))
            }
            None => Err(ParseError::line(self.line, Fault::Truncated("a name"))),
            _ => {
                self.skip(self.to_line_end());
                Ok(None)
            }
        }
    }

    /// The value that begins here, up to the end of its line.
    fn value(&mut self) -> Result<Vec<u8>, ParseError> {
        let mut value = Vec::new();
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'\n' => break,
                b' ' | b'\t' | b'\r' => {
                    if self.blanks_end_the_value(&mut value) {
                        break;
                    }
                }
                b'\'' => self.single_quoted(&mut value)?,
                b'"' => self.double_quoted(&mut value)?,
                b'\\' => self.escaped(&mut value, |_| true),
                _ => self.take(&mut value),
            }
        }
        Ok(value)
    }

    fn single_quoted(&mut self, value: &mut Vec<u8>) -> Result<(), ParseError> {
        let open = ParseError::line(self.line, Fault::Truncated("a quoted value"));
        self.skip(1);
        let end = self.rest.iter().position(|&byte| byte == b'\'').ok_or(open)?;
        value.extend_from_slice(self.rest.get(..end).unwrap_or_default());
        self.skip(end + 1);
        Ok(())
    }

    fn double_quoted(&mut self, value: &mut Vec<u8>) -> Result<(), ParseError> {
        let open = ParseError::line(self.line, Fault::Truncated("a quoted value"));
        self.skip(1);
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'"' => {
                    self.skip(1);
                    return Ok(());
                }
                b'\\' => self.escaped(value, |byte| b"$`\"\\".contains(&byte)),
                _ => self.take(value),
            }
        }
        Err(open)
    }

    /// A backslash and the byte after it: the byte alone where the backslash escapes it, none of both at a line's end.
    fn escaped(&mut self, value: &mut Vec<u8>, escapes: impl Fn(u8) -> bool) {
        match self.rest.get(1) {
            Some(b'\n') => self.skip(2),
            Some(&byte) if escapes(byte) => {
                self.skip(1);
                self.take(value);
            }
            _ => self.take(value),
        }
    }

    fn take(&mut self, value: &mut Vec<u8>) {
        value.extend(self.rest.first());
        self.skip(1);
    }

    fn skip(&mut self, count: usize) {
        let (passed, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
        self.rest = rest;
    }

    fn to_line_end(&self) -> usize {
        self.rest
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(self.rest.len())
    }

    /// Passes the blanks here. They end the value where the line ends or a comment begins; else they belong to it.
    fn blanks_end_the_value(&mut self, value: &mut Vec<u8>) -> bool {
        let length = self
            .rest
            .iter()
            .take_while(|&&byte| b" \t\r".contains(&byte))
            .count();
        let (blanks, after) = self.rest.split_at(length);
        self.skip(length);
        match after.first() {
            None | Some(b'\n') => true,
            Some(b'#') => {
                self.skip(self.to_line_end());
                true
            }
            Some(_) => {
                value.extend_from_slice(blanks);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &[u8] = b"# a comment\nNAME=\"An \\\"OS\\\" \\$1 \\n\"\nID=an_os\r\n  VERSION_ID='4.2'   # sh ends here\n\
EMPTY=\nQUOTED=''\nMIXED=a'b c'\"d\"\\ e\nLOOSE=two words \nTWO='line 1\nline 2'\nJOIN=a\\\nb\nexport X=1\nID=last";

    #[test]
    fn reads_as_a_shell() {
        let file = parse(FILE).unwrap();
        let got: Vec<_> = file
            .assignments
            .iter()
            .map(|(k, a)| (k.as_str(), a.value.as_str(), a.line))
            .collect();
        assert_eq!(
            got,
            [
                ("EMPTY", "", 5),
                ("ID", "last", 14),
                ("JOIN", "ab", 11),
                ("LOOSE", "two words", 8),
                ("MIXED", "ab cd e", 7),
                ("NAME", "An \"OS\" $1 \\n", 2),
                ("QUOTED", "", 6),
                ("TWO", "line 1\nline 2", 9),
                ("VERSION_ID", "4.2", 4),
            ]
        );
        assert_eq!(file.get("ID"), Some("last"));
    }

    #[test]
    fn nothing_is_run_or_expanded() {
        let file = parse(b"A=$(id)\nB=\"`id`$HOME\"\nC=${A}\n").unwrap();
        assert_eq!(
            (file.get("A"), file.get("B"), file.get("C")),
            (Some("$(id)"), Some("`id`$HOME"), Some("${A}"))
        );
    }

    #[test]
    fn open_quotes_and_names_are_cuts() {
        let fault = |bytes: &[u8]| parse(bytes).unwrap_err();
        assert_eq!(
            fault(b"A=1\nNAME=\"An\nID=x\n"),
            ParseError::line(2, Fault::Truncated("a quoted value"))
        );
        assert_eq!(fault(b"NAME='An").fault, Fault::Truncated("a quoted value"));
        assert_eq!(fault(b"A=1\nVERS").fault, Fault::Truncated("a name"));
    }

    #[test]
    fn time_grows_with_the_length_only() {
        let blanks = [b"A=x".to_vec(), b" ".repeat(1 << 20), b"y\n".to_vec()].concat();
        assert_eq!(
            parse(&blanks).unwrap().get("A").map(str::len),
            Some((1 << 20) + 2)
        );
        let words = [b"A=".to_vec(), b" x".repeat(1 << 19)].concat();
        assert_eq!(parse(&words).unwrap().get("A").map(str::len), Some(1 << 20));
    }

    proptest! {
        #[test]
        fn no_mutation_panics(changes in prop::collection::vec((0..FILE.len(), any::<u8>()), 1..6), end in 0..=FILE.len()) {
            let mut bytes = FILE.to_vec();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            let _ = parse(&bytes[..end]);
        }

        #[test]
        fn what_is_quoted_is_read(value in "\\PC{0,30}") {
            let single = format!("A='{}'\n", value.replace('\'', "'\\''"));
            let file = parse(single.as_bytes()).unwrap();
            prop_assert_eq!(file.get("A"), Some(value.as_str()));
            let double: String = value.chars().flat_map(|c| "$`\"\\".contains(c).then_some('\\').into_iter().chain([c])).collect();
            let double = format!("A=\"{double}\"\n");
            let file = parse(double.as_bytes()).unwrap();
            prop_assert_eq!(file.get("A"), Some(value.as_str()));
        }
    }
}
