//! Texts beyond ASCII that Python prints: before 3.7 it encodes them as the locale says, and a service has none.
//!
//! Sources: <https://peps.python.org/pep-0538/>, <https://peps.python.org/pep-0540/>.

use super::lexer::{Dialect, Kind, tokens};

/// Words of a source, or of a unit, that settle how texts are encoded.
const SETTLED: [&str; 8] = [
    "EnvironmentFile",
    "LANG=",
    "LC_ALL",
    "LC_CTYPE",
    "PYTHONIOENCODING",
    "PYTHONUTF8",
    "TextIOWrapper",
    "getwriter",
];

/// The line on which a source prints a text beyond ASCII.
pub(super) fn prints_beyond_ascii(text: &str) -> Option<u32> {
    if SETTLED.iter().any(|word| text.contains(word)) {
        return None;
    }
    let tokens = tokens(text, Dialect::Python);
    let calls = tokens
        .iter()
        .enumerate()
        .filter(|(at, token)| token.is("print") && tokens.get(at + 1).is_some_and(|next| next.is("(")));
    let mut found = calls.filter_map(|(at, call)| {
        let rest = tokens
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take_while(|token| token.line == call.line);
        let mut texts = rest.filter(|token| token.kind == Kind::Text);
        texts.any(|token| !token.text.is_ascii()).then_some(call.line)
    });
    found.next()
}

/// Whether a unit starts this file with the Python of the system and says nothing of the encoding.
pub(super) fn starts_plainly(unit: &str, file: &str) -> bool {
    let starts = |line: &str| {
        let command = line.trim().strip_prefix("ExecStart=");
        command.is_some_and(|command| {
            let mut words = command.split_whitespace();
            let program = words.next().unwrap_or("");
            let runs_python = program.ends_with("/python3");
            runs_python && words.any(|word| word.rsplit('/').next() == Some(file))
        })
    };
    unit.lines().any(starts) && !SETTLED.iter().any(|word| unit.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed() {
        assert_eq!(prints_beyond_ascii("x = 1\nprint('Grüße')\n"), Some(2));
        for harmless in [
            "print('plain')  # Grüße",
            "name = 'Grüße'",
            "import io\nsys.stdout = io.TextIOWrapper(b)\nprint('Grüße')",
        ] {
            assert_eq!(prints_beyond_ascii(harmless), None, "{harmless}");
        }
    }

    #[test]
    fn who_starts_it() {
        let unit = "[Service]\nExecStart=/usr/bin/python3 -u /srv/app/app.py --x\n";
        assert!(starts_plainly(unit, "app.py"));
        assert!(!starts_plainly(unit, "other.py"));
        assert!(!starts_plainly(
            &format!("{unit}Environment=LANG=C.UTF-8\n"),
            "app.py"
        ));
        assert!(!starts_plainly(
            "ExecStart=/srv/app/venv/bin/gunicorn app:app\n",
            "app.py"
        ));
    }
}
