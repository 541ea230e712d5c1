//! `pom.xml`. Source: [Maven Compiler Plugin](https://maven.apache.org/plugins/maven-compiler-plugin/examples/set-compiler-release.html).

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed};

/// Properties that name a release; `java.version` is that of the parent of Spring Boot
/// (<https://docs.spring.io/spring-boot/maven-plugin/using.html>).
const PROPERTIES: [&str; 3] = ["maven.compiler.release", "maven.compiler.target", "java.version"];

/// The first of these properties, where it is a number: the oldest Java that runs what is compiled. It is the least version, as the
/// syntax of Cargo has it.
pub(super) fn pom_xml(text: &str) -> Parsed {
    let mut rest = text;
    let mut line = 1;
    let opens = PROPERTIES.map(|name| format!("<{name}>"));
    while let Some(at) = opens
        .iter()
        .map(String::as_str)
        .chain(["<!--"])
        .filter_map(|mark| rest.find(mark))
        .min()
    {
        let (before, found) = rest.split_at(at);
        line += before.matches('\n').count();
        if let Some(value) = opens.iter().find_map(|open| found.strip_prefix(open.as_str())) {
            let value = value.split('<').next().unwrap_or_default().trim();
            let value = value.strip_prefix("1.").unwrap_or(value);
            let number = u32::try_from(line).unwrap_or(u32::MAX);
            let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            return Ok(vec![if is_number {
                Declaration::range("java", RangeSyntax::Cargo, value, number)
            } else {
                Declaration::unclear("java", "the release of Java is not a number", number)
            }]);
        }
        let end = found.find("-->").map_or(found.len(), |end| end + 3);
        let (comment, after) = found.split_at(end);
        line += comment.matches('\n').count();
        rest = after;
    }
    Ok(Vec::new())
}
