//! `build.gradle` and `build.gradle.kts`.
//!
//! Sources: [JVM toolchains](https://docs.gradle.org/current/userguide/toolchains.html),
//! [Java plugin](https://docs.gradle.org/current/userguide/java_plugin.html#toolchain_and_compatibility),
//! [Spring Boot 3](https://docs.spring.io/spring-boot/3.0/gradle-plugin/reference/htmlsingle/): Java 17.

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed, numbered};

/// What a build is set up for: the release that its classes are for, or that a plug-in of it runs with. The highest counts, as the
/// least version.
pub(super) fn build(text: &str) -> Parsed {
    let mut newest: Option<(u32, u32)> = None;
    if text.contains("com.android") {
        return Ok(Vec::new());
    }
    for (number, line) in numbered(text) {
        let line = line.split("//").next().unwrap_or_default();
        let release = target(line).or_else(|| plugin(line));
        newest = newest.max(release.map(|release| (release, number)));
    }
    let declaration = |(release, number): (u32, u32)| {
        Declaration::range("java", RangeSyntax::Cargo, &release.to_string(), number)
    };
    Ok(newest.map(declaration).into_iter().collect())
}

/// `sourceCompatibility = '17'`, `JavaVersion.VERSION_1_8`, `JavaLanguageVersion.of(21)`, `options.release = 17`.
fn target(line: &str) -> Option<u32> {
    let marks = [
        "targetCompatibility",
        "sourceCompatibility",
        "JavaLanguageVersion.of(",
        "options.release",
        "jvmToolchain(",
    ];
    let rest = marks
        .into_iter()
        .find_map(|mark| Some(line.split_once(mark)?.1))?;
    let rest = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let rest = rest
        .strip_prefix("1.")
        .or_else(|| rest.strip_prefix("1_"))
        .unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let release = rest.get(..end)?.parse().ok()?;
    (5..100).contains(&release).then_some(release)
}

/// `id 'org.springframework.boot' version '3.2.0'`.
fn plugin(line: &str) -> Option<u32> {
    let (_, rest) = line.split_once("org.springframework.boot")?;
    let (_, version) = rest.split_once("version")?;
    let version = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let major: u32 = version.split('.').next()?.parse().ok()?;
    (3..100).contains(&major).then_some(17)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_the_release() {
        for (line, expected) in [
            ("sourceCompatibility = '17'", Some(17)),
            ("    sourceCompatibility = JavaVersion.VERSION_1_8", Some(8)),
            ("languageVersion = JavaLanguageVersion.of(21)", Some(21)),
            ("kotlin { jvmToolchain(17) }", Some(17)),
            ("sourceCompatibility = javaVersion", None),
        ] {
            assert_eq!(target(line), expected, "{line}");
        }
        assert_eq!(
            plugin("id(\"org.springframework.boot\") version \"3.2.0\""),
            Some(17)
        );
        assert_eq!(plugin("id 'org.springframework.boot' version '2.7.1'"), None);
    }
}
