//! `pom.xml`. Source: [Maven Compiler Plugin](https://maven.apache.org/plugins/maven-compiler-plugin/examples/set-compiler-release.html).

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed};

const OPEN: &str = "<maven.compiler.release>";

/// The property `maven.compiler.release`, where it is a number: the oldest Java that runs what is compiled. It is the least
/// version, as the syntax of Cargo has it.
pub(super) fn pom_xml(text: &str) -> Parsed {
    let mut rest = text;
    let mut line = 1;
    while let Some(at) = [rest.find(OPEN), rest.find("<!--")].into_iter().flatten().min() {
        let (before, found) = rest.split_at(at);
        line += before.matches('\n').count();
        if let Some(value) = found.strip_prefix(OPEN) {
            let value = value.split('<').next().unwrap_or_default().trim();
            let number = u32::try_from(line).unwrap_or(u32::MAX);
            let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            return Ok(vec![if is_number {
                Declaration::range("java", RangeSyntax::Cargo, value, number)
            } else {
                Declaration::unclear("java", "`maven.compiler.release` is not a number", number)
            }]);
        }
        let end = found.find("-->").map_or(found.len(), |end| end + 3);
        let (comment, after) = found.split_at(end);
        line += comment.matches('\n').count();
        rest = after;
    }
    Ok(Vec::new())
}
