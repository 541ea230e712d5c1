use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{ENDED, JarFacts, REMOVED, SCHEMAS, jar_facts};
use crate::archive::{self, CAP_OF_ALL};
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "jars",
    Subject::Release,
    "Which Java runtime and servlet container the archives of a release need.",
    SCHEMAS,
);

/// Reads the Java archives of a release.
pub const PROBE: &dyn Probe = &Jars;

struct Jars;

/// Archives of build tools, which are not what is shipped.
const FOREIGN: [&str; 4] = ["gradle/wrapper/", ".mvn/", "node_modules/", ".git/"];

fn is_archive(entry: &Entry) -> bool {
    let is_named = [".jar", ".war"].iter().any(|ending| entry.path.ends_with(ending));
    let is_source = ["-sources.jar", "-javadoc.jar"]
        .iter()
        .any(|ending| entry.path.ends_with(ending));
    entry.kind == EntryKind::File
        && is_named
        && !is_source
        && !FOREIGN.iter().any(|directory| entry.path.contains(directory))
}

impl Probe for Jars {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let archives: Vec<&Entry> = files.entries.iter().filter(|entry| is_archive(entry)).collect();
        let (mut read, mut all) = (Vec::new(), 0_u64);
        for entry in archives {
            all = all.saturating_add(entry.size);
            if all > CAP_OF_ALL {
                unknown(
                    out,
                    &entry.path,
                    &State::Unknown("the archives of the release are too large together".into()),
                );
                continue;
            }
            let need = archive::content(&entry.path);
            if !answers.has(&need) {
                out.ask(need);
                continue;
            }
            match answers.bytes(&need) {
                Outcome::Got(bytes) => match jar_facts(bytes, entry.path.ends_with(".war")) {
                    Ok(facts) => read.push((entry.path.as_str(), facts)),
                    Err(reason) => unknown(
                        out,
                        &entry.path,
                        &State::Unknown(format!("{}: {reason}", entry.path)),
                    ),
                },
                Outcome::NotPermitted => unknown(out, &entry.path, &State::NotPermitted),
                Outcome::Failed(failure) => unknown(out, &entry.path, &State::Unknown(failure.reason)),
                Outcome::Absent | Outcome::NotApplicable => {}
            }
        }
        let held: BTreeSet<&str> = read
            .iter()
            .flat_map(|(_, facts)| facts.holds.iter().copied())
            .collect();
        let together = Together {
            holds_an_engine: read.iter().any(|(_, facts)| facts.holds_an_engine),
            options: options(files.entries.iter()),
            held,
        };
        for (path, facts) in &read {
            tell(out, path, facts, &together);
        }
    }
}

/// What all of a release tells.
struct Together<'a> {
    /// Removed packages that some archive holds.
    held: BTreeSet<&'a str>,
    /// Whether one holds a script engine for JavaScript.
    holds_an_engine: bool,
    /// The beginnings of the small files that start programs with options of Java.
    options: String,
}

/// The beginnings of files that open packages or allow a security manager; archives are no text.
fn options<'e>(entries: impl Iterator<Item = &'e Entry>) -> String {
    let mut found = String::new();
    for entry in entries.filter(|entry| !is_archive(entry)) {
        if let Some(Outcome::Got(head)) = &entry.content {
            let text = String::from_utf8_lossy(&head.0);
            let says = ["--add-exports", "--add-opens", "java.security.manager=allow"];
            if says.iter().any(|option| text.contains(option)) {
                found.push_str(&text);
            }
        }
    }
    found
}

fn tell(out: &mut Observation<'_>, path: &str, facts: &JarFacts, together: &Together<'_>) {
    let origin = || Origin::file(path);
    if let Some(major) = facts.major.map(i64::from) {
        out.keyed("jar.class-major", path, major, origin());
        out.keyed("jar.needs-java", path, major.saturating_sub(44), origin());
    }
    let named = REMOVED
        .iter()
        .filter(|removed| facts.names.contains(removed.package));
    for removed in named.filter(|removed| !together.held.contains(removed.package)) {
        out.keyed(
            "jar.removed-api",
            format!("{path}:{}", removed.name()),
            removed.since,
            origin(),
        );
    }
    if facts.asks_for_nashorn && !together.holds_an_engine && !together.held.contains("jdk/nashorn/") {
        out.keyed(
            "jar.removed-api",
            format!("{path}:the script engine Nashorn"),
            15,
            origin(),
        );
    }
    for ended in facts.ended.iter().filter_map(|at| ENDED.get(*at)) {
        let name = ended.name();
        let is_allowed =
            name.ends_with("setSecurityManager") && together.options.contains("java.security.manager=allow");
        // What may be allowed may be no more since 24 (JEP 486).
        let since = if is_allowed { 24 } else { ended.since };
        out.keyed("jar.removed-api", format!("{path}:{name}"), since, origin());
    }
    for package in &facts.internal {
        if !facts.opened.contains(package.as_str()) && !together.options.contains(package.as_str()) {
            out.keyed("jar.internal", format!("{path}:{package}"), 16, origin());
        }
    }
    if let Some(feature) = facts.preview {
        out.keyed("jar.preview", path, i64::from(feature), origin());
    }
    if facts.looks_up_own_name {
        out.keyed("jar.own-name", path, "InetAddress.getLocalHost", origin());
    }
    if let Some(method) = facts.draws_text {
        out.keyed("jar.fonts", path, method, origin());
    }
    // One that is written for both runs on both.
    if let (1, Some(namespace)) = (facts.servlets.len(), facts.servlets.first()) {
        out.keyed("war.servlet", path, namespace.name(), origin());
        for (container, range) in namespace.containers() {
            out.keyed("war.container", format!("{path}:{container}"), range, origin());
        }
    }
    if let Some(level) = &facts.servlet_level {
        out.keyed(
            "war.level",
            format!("{path}:{}", level.library),
            level.tomcat,
            origin(),
        );
    }
}

fn unknown(out: &mut Observation<'_>, path: &str, state: &State) {
    for family in ["jar.needs-java", "jar.removed-api"] {
        out.state(FactId::keyed(family, path), state.clone(), Origin::file(path));
    }
    if path.ends_with(".war") {
        let id = FactId::keyed("war.container", format!("{path}:tomcat"));
        out.state(id, state.clone(), Origin::file(path));
    }
}
