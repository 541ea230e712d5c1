//! Lines that end in carriage returns where a shell reads them.
//!
//! Source: POSIX XCU 2.2 (a carriage return is a character like others), 2.3.

use std::collections::BTreeSet;

use super::shell::Script;
use super::uses::base_name;

/// Whether the first line of a text that is neither empty nor a comment ends in a carriage return.
pub fn ends_in_carriage_return(head: &[u8]) -> bool {
    let mut lines = head.split_inclusive(|byte| *byte == b'\n');
    let is_command = |line: &&[u8]| {
        let text = line.trim_ascii();
        !text.is_empty() && !text.starts_with(b"#")
    };
    lines.find(is_command).is_some_and(|line| line.ends_with(b"\r\n"))
}

/// Whether a text takes carriage returns away, or has a tool do so.
pub fn converts(text: &str) -> bool {
    ["dos2unix", "fromdos", "s/\\r", "'\\r'", "\"\\r\""]
        .iter()
        .any(|mark| text.contains(mark))
}

/// File names of what a script reads as lines of a shell, or puts into the environment word by word.
pub fn reads(script: &Script) -> BTreeSet<&str> {
    let exports = script
        .commands
        .iter()
        .any(|command| command.program() == Some("export"));
    let mut found = BTreeSet::new();
    for command in &script.commands {
        let words = command.arguments().map(|word| base_name(&word.text));
        match command.program() {
            Some("." | "source") => found.extend(words.take(1)),
            Some("cat" | "grep" | "sed" | "xargs") if exports => {
                found.extend(words.filter(|name| name.starts_with(".env") || name.ends_with(".env")));
            }
            _ => {}
        }
    }
    found.remove("");
    found
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn line_ends() {
        assert!(ends_in_carriage_return(b"# x\n\r\nnpm start\r\n"));
        assert!(!ends_in_carriage_return(b"npm start\n# x\r\n"));
        assert!(!ends_in_carriage_return(b"npm start\r"), "cut off");
        assert!(converts("RUN sed -i 's/\\r$//' /entrypoint.sh") && !converts("RUN chmod +x /entrypoint.sh"));
    }

    #[test]
    fn what_a_shell_reads() {
        let script = parse("set -a\n. ./.env.production\nsource \"$DIR/lib.sh\" a\ncat app.env\n").unwrap();
        assert_eq!(Vec::from_iter(reads(&script)), [".env.production", "lib.sh"]);
        let script = parse("export $(grep -v '^#' .env | xargs)\n").unwrap();
        assert_eq!(Vec::from_iter(reads(&script)), [".env"]);
    }
}
