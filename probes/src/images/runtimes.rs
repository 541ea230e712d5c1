//! Runtimes that images bring, by name and tag, held against what the release needs of them: wherever it is built and run, it is
//! run by that one.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::version::{Range, RangeSyntax};
use parity_core::view::{Side, View};

use super::distributions::userland;
use super::housing::{container_files, context};
use crate::compose::{image_name, tagged};

/// Finds what the images of a release do not have that it needs.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImageRuntimes;

const SCHEMAS: &[Schema] = &[Schema::family(
    "image.runtime-unfit",
    "file=image=runtime=file that needs it=what for",
    Kind::Text,
    "Versions of a runtime that a file of the release needs, where those that the tag of an image stands for are all others.",
)];

/// Images whose tags begin with the version of a runtime: their names, and the runtime.
///
/// Source: their pages below <https://hub.docker.com/>.
const IMAGES: [(&str, &str); 33] = [
    ("adoptopenjdk", "java"),
    ("amazoncorretto", "java"),
    ("azul/zulu-openjdk", "java"),
    ("azul/zulu-openjdk-alpine", "java"),
    ("azul/zulu-openjdk-debian", "java"),
    ("bellsoft/liberica-openjdk-alpine", "java"),
    ("bellsoft/liberica-openjdk-debian", "java"),
    ("bitnami/golang", "go"),
    ("bitnami/java", "java"),
    ("bitnami/node", "node"),
    ("bitnami/php-fpm", "php"),
    ("bitnami/python", "python"),
    ("bitnami/ruby", "ruby"),
    ("circleci/golang", "go"),
    ("cimg/go", "go"),
    ("cimg/node", "node"),
    ("cimg/python", "python"),
    ("cimg/ruby", "ruby"),
    ("eclipse-temurin", "java"),
    ("elixir", "elixir"),
    ("golang", "go"),
    ("ibm-semeru-runtimes", "java"),
    ("node", "node"),
    ("openjdk", "java"),
    ("perl", "perl"),
    ("php", "php"),
    ("python", "python"),
    ("ruby", "ruby"),
    ("rust", "rust"),
    ("sapmachine", "java"),
    ("serversideup/php", "php"),
    ("thecodingmachine/php", "php"),
    ("webdevops/php-nginx", "php"),
];

/// SQLite of the systems that images are made of: <https://packages.debian.org/search?keywords=libsqlite3-0>,
/// <https://packages.ubuntu.com/search?keywords=libsqlite3-0>.
const SQLITE: [(&str, &str); 7] = [
    ("Debian 10", "3.27.2"),
    ("Debian 11", "3.34.1"),
    ("Debian 12", "3.40.1"),
    ("Debian 13", "3.46.1"),
    ("Ubuntu 20.04", "3.31.1"),
    ("Ubuntu 22.04", "3.37.2"),
    ("Ubuntu 24.04", "3.45.1"),
];

/// Runtimes that only build.
const BUILDS: [&str; 2] = ["go", "rust"];

/// Files by which a developer's tools choose a version: another one in the image is a choice too.
const FOR_DEVELOPERS: [&str; 6] = [
    ".node-version",
    ".nvmrc",
    ".python-version",
    ".ruby-version",
    ".tool-versions",
    "runtime.txt",
];

/// The runtime that an image brings, and the beginning of its version.
fn runtime(image: &str) -> Option<(&'static str, String)> {
    let name = image_name(image);
    let known = IMAGES.iter().find(|(path, _)| *path == name.path);
    let (_, runtime) = known?;
    let tag = name.tag?;
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let end = tag
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(tag.len());
    let version = tag.get(..end)?.trim_end_matches('.');
    let version = version
        .strip_prefix("1.")
        .filter(|_| *runtime == "java")
        .unwrap_or(version);
    // A number that is a date names a build, not a version.
    let is_version = !version.is_empty() && version.split('.').all(|part| matches!(part.len(), 1..=4));
    is_version.then(|| (*runtime, version.to_owned()))
}

/// What an image brings: runtimes, the servlet container, and the SQLite of its system.
fn brings(image: &str) -> BTreeMap<&'static str, String> {
    let mut found: BTreeMap<&'static str, String> = runtime(image).into_iter().collect();
    let container = tagged(image).filter(|tagged| matches!(tagged.service, "jetty" | "tomcat"));
    if let Some((service, Ok(version))) = container.map(|tagged| (tagged.service, tagged.version)) {
        found.insert(service, version);
    }
    let system = userland(image).filter(|_| found.contains_key("python") || found.contains_key("php"));
    let of_system = |name: &str| SQLITE.iter().find(|(system, _)| *system == name);
    if let Some((_, version)) = system.and_then(|system| of_system(&system.name)) {
        found.insert("sqlite", (*version).to_owned());
    }
    found
}

/// Whether no version that begins with this one lies in a range. Nothing where the range cannot be read.
fn is_outside(syntax: RangeSyntax, text: &str, begins: &str) -> bool {
    let Ok(range) = Range::parse(syntax, text) else {
        return false;
    };
    let parts = begins.split('.').count();
    let lowest = format!("{begins}{}", ".0".repeat(3_usize.saturating_sub(parts)));
    let highest = format!("{begins}{}", ".999".repeat(3_usize.saturating_sub(parts)));
    // Versions of that line that the range itself names.
    let named = text
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter(|word| *word == begins || word.starts_with(&format!("{begins}.")));
    let mut all = [lowest.as_str(), highest.as_str()].into_iter().chain(named);
    all.all(|version| range.contains(version) == Ok(false))
}

/// Something that a file needs of a runtime.
struct Need {
    file: String,
    runtime: String,
    what: String,
    syntax: RangeSyntax,
    range: String,
}

/// All that the release needs of runtimes.
fn needs(release: &View<'_>) -> Vec<Need> {
    let texts = |name: &'static str| {
        release.family(name).filter_map(|fact| {
            let (key, value) = (fact.id.key()?, fact.state.value()?);
            Some((key.to_owned(), value.to_string()))
        })
    };
    let syntax_of = |name: &'static str, key: &str| -> Option<RangeSyntax> {
        let state = release.state(&FactId::keyed(name, key));
        state.value().and_then(Value::as_text)?.parse().ok()
    };
    let mut found = Vec::new();
    let mut push = |file: &str, runtime: &str, what: &str, syntax: Option<RangeSyntax>, range: String| {
        if let Some(syntax) = syntax {
            found.push(Need {
                file: file.to_owned(),
                runtime: runtime.to_owned(),
                what: what.replace('=', "equals"),
                syntax,
                range,
            });
        }
    };
    for (key, range) in texts("requires.range") {
        // The line `toolchain` of a go.mod suggests one: what is needed stands in the line before.
        let declared = key
            .rsplit_once(':')
            .filter(|(file, _)| !file.ends_with("(toolchain)"));
        if let Some((file, runtime)) = declared {
            push(
                file,
                runtime,
                "as it declares",
                syntax_of("requires.syntax", &key),
                range,
            );
        }
    }
    for (key, range) in texts("dependency.range") {
        let mut parts = key.rsplitn(2, ':');
        if let (Some(runtime), Some((file, package))) =
            (parts.next(), parts.next().and_then(|rest| rest.split_once(':')))
        {
            let what = format!("for {package}");
            push(file, runtime, &what, syntax_of("dependency.syntax", &key), range);
        }
    }
    for (key, range) in texts("language.needs") {
        let mut parts = key.splitn(3, ':');
        if let (Some(file), Some(runtime), Some(what)) = (parts.next(), parts.next(), parts.next()) {
            push(
                file,
                runtime,
                &format!("for {what}"),
                Some(RangeSyntax::Npm),
                range,
            );
        }
    }
    for (key, range) in texts("dependency.runs-with") {
        if let Some(((file, package), runtime)) = key
            .rsplit_once(':')
            .and_then(|(rest, runtime)| Some((rest.split_once(':')?, runtime)))
        {
            push(
                file,
                runtime,
                &format!("for {package}"),
                Some(RangeSyntax::Npm),
                range,
            );
        }
    }
    for (key, feature) in texts("jar.needs-java") {
        push(
            &key,
            "java",
            "for its classes",
            Some(RangeSyntax::Npm),
            format!(">={feature}"),
        );
    }
    for (key, feature) in texts("jar.removed-api") {
        if let Some((file, package)) = key.split_once(':') {
            push(
                file,
                "java",
                &format!("for {package}"),
                Some(RangeSyntax::Npm),
                format!("<{feature}"),
            );
        }
    }
    for (key, range) in texts("war.container") {
        if let Some((file, container)) = key.rsplit_once(':') {
            push(file, container, "for its servlets", Some(RangeSyntax::Npm), range);
        }
    }
    for (key, since) in texts("sqlite.needs").chain(texts("framework.sqlite")) {
        if let Some((file, what)) = key.split_once(':') {
            push(
                file,
                "sqlite",
                &format!("for {what}"),
                Some(RangeSyntax::Npm),
                format!(">={since}"),
            );
        }
    }
    found
}

impl Derivation for ImageRuntimes {
    fn schemas(&self) -> &[Schema] {
        SCHEMAS
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else { return out };
        let images = images(release);
        if images.is_empty() {
            return out;
        }
        let needs = needs(release);
        unread(release, &images, &mut out);
        for (file, image, is_run) in images {
            let brings = brings(&image);
            let below = context(&file);
            for need in &needs {
                let Some(version) = brings.get(need.runtime.as_str()) else {
                    continue;
                };
                let counts = if is_run {
                    !BUILDS.contains(&need.runtime.as_str())
                } else {
                    BUILDS.contains(&need.runtime.as_str())
                };
                let is_in_it = below.is_empty()
                    || need
                        .file
                        .strip_prefix(below)
                        .is_some_and(|rest| rest.starts_with('/'));
                let name = need.file.rsplit('/').next().unwrap_or(&need.file);
                let is_needed = counts && is_in_it && !FOR_DEVELOPERS.contains(&name);
                if is_needed && is_outside(need.syntax, &need.range, version) {
                    let key = format!("{file}={image}={}={}={}", need.runtime, need.file, need.what);
                    out.facts.push(Fact {
                        id: FactId::keyed("image.runtime-unfit", key),
                        state: State::Value(need.range.as_str().into()),
                        scheme: None,
                        stability: Stability::Stable,
                        origin: Origin::Derived(
                            "the tag of the image, and what the release needs".to_owned(),
                        ),
                    });
                }
            }
        }
        out
    }
}

/// Archives that could not be read, and that an image of Java is to run.
fn unread(release: &View<'_>, images: &BTreeSet<(String, String, bool)>, out: &mut Derived) {
    for archive in release.family("jar.needs-java") {
        let (Some(path), Some(reason)) = (archive.id.key(), archive.state.doubt()) else {
            continue;
        };
        let runs = |(file, image, is_run): &&(String, String, bool)| {
            let below = context(file);
            *is_run && path.starts_with(below) && runtime(image).is_some_and(|(runtime, _)| runtime == "java")
        };
        for (file, image, _) in images.iter().filter(runs) {
            let key = format!("{file}={image}=java={path}=for its classes");
            let id = FactId::keyed("image.runtime-unfit", key);
            out.lacks.insert(id.clone(), (Side::Release, archive.id.clone()));
            out.facts.push(Fact {
                id,
                state: State::Unknown(reason.to_owned()),
                scheme: None,
                stability: Stability::Stable,
                origin: archive.origin.clone(),
            });
        }
    }
}

/// The images of container files, and those that compose files run: the file, the image, and whether the release runs in it, else it
/// is built in it.
fn images(release: &View<'_>) -> BTreeSet<(String, String, bool)> {
    let mut found = BTreeSet::new();
    for (file, last) in container_files(release) {
        for base in release.family("container.base") {
            let stage = base
                .id
                .key()
                .and_then(|key| key.strip_prefix(file)?.strip_prefix(':'));
            let image = base.state.value().and_then(Value::as_text);
            if let (Some(stage), Some(image)) = (stage, image.filter(|image| !image.contains('='))) {
                found.insert((file.to_owned(), image.to_owned(), stage == last));
                found.insert((file.to_owned(), image.to_owned(), false));
            }
        }
    }
    for started in release.family("started.image") {
        let (Some(key), Some(image)) = (started.id.key(), started.state.value().and_then(Value::as_text))
        else {
            continue;
        };
        let file = key.split(':').next().unwrap_or(key);
        if runtime(image).is_some() && !image.contains('=') {
            found.insert((file.to_owned(), image.to_owned(), true));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_the_runtime() {
        for (image, expected) in [
            ("python:3.9-slim", Some(("python", "3.9"))),
            ("docker.io/library/node:16-alpine", Some(("node", "16"))),
            ("openjdk:8u212-jre", Some(("java", "8"))),
            ("bitnami/java:1.8.362", Some(("java", "8.362"))),
            ("golang:1.20", Some(("go", "1.20"))),
            ("node:lts", None),
            ("node:20240101", None),
            ("python", None),
            ("example/python:3.9", None),
        ] {
            let found = runtime(image);
            assert_eq!(
                found.as_ref().map(|(name, version)| (*name, version.as_str())),
                expected
            );
        }
    }

    #[test]
    fn a_tag_stands_for_all_versions_of_its_line() {
        use RangeSyntax::{Gem, Go, Npm, Pep440};
        assert!(is_outside(Pep440, ">=3.10", "3.9"));
        assert!(!is_outside(Pep440, ">=3.9.5", "3.9"));
        assert!(!is_outside(Pep440, ">=3.10", "3"));
        assert!(is_outside(Npm, "<22", "22"));
        assert!(!is_outside(Npm, "^20.9.0", "20"));
        assert!(!is_outside(Gem, "3.1.2", "3.1"));
        assert!(is_outside(Gem, "3.1.2", "3.2"));
        assert!(is_outside(Go, "1.23.0", "1.20"));
        assert!(!is_outside(Npm, "not a range", "20"));
    }
}
