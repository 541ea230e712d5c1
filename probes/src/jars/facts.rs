//! What an archive needs, from its classes and those of the archives in it.

use std::collections::BTreeSet;

use super::apis::{ENDED, Ended, NAMES_OF_NASHORN, REMOVED, internal};
use super::class::class;
use crate::zip::{Archive, Entry, NotArchive};

/// Longer class files and archives in archives are not read, in bytes.
const MAX_CLASS: usize = 4 << 20;
const MAX_NESTED: usize = 64 << 20;

/// No more than this is unpacked of one archive and those in it, in bytes.
const MAX_ALL: usize = 2 << 30;

/// Where archives keep classes of their own, and other archives.
const OWN: [&str; 2] = ["BOOT-INF/classes/", "WEB-INF/classes/"];
const LIBRARIES: [&str; 3] = ["BOOT-INF/lib/", "WEB-INF/lib/", "lib/"];

/// What a servlet container calls at its start, by the namespace that it looks in (Servlet 3.0, 8.2.4).
const INITIALIZER: &str = ".servlet.ServletContainerInitializer";

/// Where the servlet interfaces are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Namespace {
    /// `javax.servlet`, up to Servlet 4.
    Javax,
    /// `jakarta.servlet`, since Servlet 5.
    Jakarta,
}

impl Namespace {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Namespace::Javax => "javax",
            Namespace::Jakarta => "jakarta",
        }
    }

    /// Versions of servlet containers that have it, as a range of npm: <https://tomcat.apache.org/whichversion.html>,
    /// <https://jetty.org/download.html> (12 has both), <https://www.wildfly.org/news/2022/11/09/WildFly27-Final-Released/>,
    /// <https://docs.payara.fish/>, <https://glassfish.org/>.
    pub fn containers(self) -> [(&'static str, &'static str); 6] {
        match self {
            Namespace::Javax => [
                ("tomcat", "<10"),
                ("glassfish", "<6"),
                ("jboss-eap", "<8"),
                ("jetty", "<11 || >=12"),
                ("payara", "<6"),
                ("wildfly", "<27"),
            ],
            Namespace::Jakarta => [
                ("tomcat", ">=10"),
                ("glassfish", ">=6"),
                ("jboss-eap", ">=8"),
                ("jetty", ">=11"),
                ("payara", ">=6"),
                ("wildfly", ">=27"),
            ],
        }
    }
}

/// What an archive needs and holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JarFacts {
    /// Highest major version of its classes.
    pub major: Option<u16>,
    /// Packages of [`REMOVED`] that the application's own classes name.
    pub names: BTreeSet<&'static str>,
    /// Packages of [`REMOVED`] that it holds.
    pub holds: BTreeSet<&'static str>,
    /// Feature release whose previews a class uses: it runs on that one alone.
    pub preview: Option<u16>,
    /// Methods that the application's own classes call, by their place in [`ENDED`].
    pub ended: BTreeSet<usize>,
    /// Packages of the Java runtime that are not for applications, and that its own classes name.
    pub internal: BTreeSet<String>,
    /// Whether it asks for the script engine that Java had, and whether the archive holds an engine.
    pub asks_for_nashorn: bool,
    /// See there.
    pub holds_an_engine: bool,
    /// What the manifest opens to it (`Add-Exports`, `Add-Opens`).
    pub opened: String,
    /// Newer release of the servlet interfaces that it is written for, than the first of its namespace.
    pub servlet_level: Option<Level>,
    /// Namespaces that a web application is written for.
    pub servlets: BTreeSet<Namespace>,
    /// Whether classes of its own look up the name of the machine (`InetAddress.getLocalHost`).
    pub looks_up_own_name: bool,
    /// What classes of its own measure or draw text with: the Java runtime takes fonts of the system.
    pub draws_text: Option<&'static str>,
}

/// A release of the servlet interfaces that what is in an archive needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The library that needs it.
    pub library: String,
    /// Versions of Tomcat with it, as a range of npm.
    pub tomcat: &'static str,
}

/// Libraries whose newer releases need newer servlet interfaces: what their file names begin with, first version, Tomcat.
///
/// Sources: <https://github.com/spring-projects/spring-framework/wiki/Spring-Framework-Versions> (7.0: Servlet 6.1),
/// <https://tomcat.apache.org/whichversion.html>.
const LEVELS: [(&str, u32, &str); 2] = [("spring-web-", 7, ">=11"), ("spring-webmvc-", 7, ">=11")];

fn level(entry: &str) -> Option<Level> {
    let name = entry.rsplit('/').next()?.strip_suffix(".jar")?;
    LEVELS.iter().find_map(|(beginning, since, tomcat)| {
        let major: u32 = name.strip_prefix(beginning)?.split('.').next()?.parse().ok()?;
        (major >= *since).then(|| Level {
            library: name.to_owned(),
            tomcat,
        })
    })
}

/// Reads an archive and those in it.
///
/// # Errors
/// What could not be read: nothing that was found could be trusted to be all.
pub fn jar_facts(bytes: &[u8], is_war: bool) -> Result<JarFacts, String> {
    let mut facts = JarFacts::default();
    let archive = Archive::parse(bytes).map_err(|error| error.to_string())?;
    let mut budget = MAX_ALL;
    facts.read(&archive, is_application_alone(&archive), &mut budget)?;
    facts.servlets.extend(initializers(&archive));
    facts.opened = opened(&archive, &mut budget);
    if !is_war {
        facts.servlets.clear();
    }
    for entry in &archive.entries {
        let is_library = LIBRARIES
            .iter()
            .any(|directory| entry.name.starts_with(directory));
        if is_library && entry.name.ends_with(".jar") {
            let told = |error: &dyn std::fmt::Display| format!("{}: {error}", entry.name);
            let content = unpacked(&archive, entry, MAX_NESTED, &mut budget).map_err(|error| told(&error))?;
            let nested = Archive::parse(&content).map_err(|error| told(&error))?;
            let mut of_library = JarFacts::default();
            of_library
                .read(&nested, false, &mut budget)
                .map_err(|error| told(&error))?;
            facts.major = facts.major.max(of_library.major);
            facts.preview = facts.preview.max(of_library.preview);
            facts.holds.extend(of_library.holds);
            facts.holds_an_engine |= of_library.holds_an_engine;
            facts.servlet_level = facts.servlet_level.take().or_else(|| level(&entry.name));
            if is_war {
                facts.servlets.extend(initializers(&nested));
            }
        }
    }
    Ok(facts)
}

/// The content of a file, at most this long and no longer than what is left.
fn unpacked(
    archive: &Archive<'_>,
    entry: &Entry,
    cap: usize,
    left: &mut usize,
) -> Result<Vec<u8>, NotArchive> {
    let content = archive.content(entry, cap.min(*left))?;
    *left = left.saturating_sub(content.len());
    Ok(content)
}

/// Whether an archive holds what one build made, not the libraries it uses beside it: in one made of many, nobody can tell which
/// classes are ever used.
fn is_application_alone(archive: &Archive<'_>) -> bool {
    let modules = archive
        .entries
        .iter()
        .filter(|entry| entry.name.ends_with("/pom.properties"));
    modules.count() <= 1
}

/// Namespaces by the services that libraries offer to the container.
fn initializers(archive: &Archive<'_>) -> impl Iterator<Item = Namespace> {
    let services = archive
        .entries
        .iter()
        .filter_map(|entry| entry.name.strip_prefix("META-INF/services/"));
    services.filter_map(|service| match service.strip_suffix(INITIALIZER) {
        Some("javax") => Some(Namespace::Javax),
        Some("jakarta") => Some(Namespace::Jakarta),
        _ => None,
    })
}

impl JarFacts {
    fn read(&mut self, archive: &Archive<'_>, is_alone: bool, budget: &mut usize) -> Result<(), String> {
        for entry in archive.entries.iter().filter(|entry| is_main_class(entry)) {
            let inside = OWN
                .iter()
                .find_map(|directory| entry.name.strip_prefix(directory));
            let path = inside.unwrap_or(&entry.name);
            self.holds.extend(removed(path));
            let content = unpacked(archive, entry, MAX_CLASS, budget)
                .map_err(|error| format!("{}: {error}", entry.name))?;
            let class = class(&content).map_err(|error| format!("{}: {error}", entry.name))?;
            self.major = self.major.max(Some(class.major));
            if class.is_preview {
                self.preview = self.preview.max(class.major.checked_sub(44));
            }
            self.holds_an_engine |= is_engine(path);
            if inside.is_some() || is_alone {
                self.looks_up_own_name |= class.looks_up_own_name;
                self.draws_text = self.draws_text.or(class.draws_text);
                self.asks_for_nashorn |= class.calls.contains(&ENGINE_BY_NAME)
                    && class.texts.iter().any(|text| NAMES_OF_NASHORN.contains(text));
                let calls = |ended: &&Ended| class.calls.iter().any(|(of, method)| ended.is(of, method));
                self.ended.extend(
                    ENDED
                        .iter()
                        .enumerate()
                        .filter(|(_, ended)| calls(ended))
                        .map(|(at, _)| at),
                );
                self.internal
                    .extend(class.names.iter().filter_map(|name| internal(name)));
                self.names
                    .extend(class.names.iter().filter_map(|name| removed(name)));
                self.servlets
                    .extend(class.names.iter().filter_map(|name| namespace(name)));
            }
        }
        Ok(())
    }
}

/// Classes for newer runtimes and the descriptions of modules are passed over where they are not understood.
fn is_main_class(entry: &Entry) -> bool {
    let name = entry.name.as_str();
    name.ends_with(".class") && !name.starts_with("META-INF/") && !name.ends_with("module-info.class")
}

/// How a script engine is asked for by its name.
const ENGINE_BY_NAME: (&str, &str) = ("javax/script/ScriptEngineManager", "getEngineByName");

/// Whether a class is one of an engine for JavaScript that can be shipped.
fn is_engine(path: &str) -> bool {
    let packages = [
        "com/oracle/truffle/js/",
        "org/mozilla/javascript/",
        "org/openjdk/nashorn/",
    ];
    packages.iter().any(|package| path.starts_with(package))
}

/// The lines of the manifest that open what is closed (JEP 261), joined where they go on.
fn opened(archive: &Archive<'_>, budget: &mut usize) -> String {
    let manifest = archive
        .entries
        .iter()
        .find(|entry| entry.name == "META-INF/MANIFEST.MF");
    let content = manifest.and_then(|entry| unpacked(archive, entry, 1 << 20, budget).ok());
    let text = content.map(|content| String::from_utf8_lossy(&content).into_owned());
    let joined = text.unwrap_or_default().replace("\r\n", "\n").replace("\n ", "");
    let opens = |line: &&str| line.starts_with("Add-Exports:") || line.starts_with("Add-Opens:");
    joined.lines().filter(opens).collect::<Vec<_>>().join("\n")
}

fn removed(name: &str) -> Option<&'static str> {
    let found = REMOVED.iter().find(|removed| name.starts_with(removed.package));
    found.map(|removed| removed.package)
}

fn namespace(name: &str) -> Option<Namespace> {
    if name.starts_with("javax/servlet/") {
        Some(Namespace::Javax)
    } else if name.starts_with("jakarta/servlet/") {
        Some(Namespace::Jakarta)
    } else {
        None
    }
}
