//! `go.mod`. Source: [Go Modules Reference](https://go.dev/ref/mod#go-mod-file).

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed, numbered};

/// First Go that knows the line `toolchain`: <https://go.dev/doc/toolchain>.
const READS_TOOLCHAIN: &str = "1.21";

/// The lines `go` and `toolchain`.
pub(super) fn go_mod(text: &str) -> Parsed {
    let mut found = Vec::new();
    for (number, line) in numbered(text) {
        let line = line.split("//").next().unwrap_or_default();
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("go"), Some(version)) => {
                found.push(Declaration::range("go", RangeSyntax::Go, version, number));
            }
            (Some("go"), None) => {
                found.push(Declaration::unclear(
                    "go",
                    "the line `go` names no version",
                    number,
                ));
            }
            // It is a suggestion, which an older Go cannot read: "unknown directive".
            (Some("toolchain"), Some(_)) => {
                let declaration = Declaration::range("go", RangeSyntax::Go, READS_TOOLCHAIN, number);
                found.push(declaration.in_part("toolchain"));
            }
            _ => {}
        }
    }
    Ok(found)
}
