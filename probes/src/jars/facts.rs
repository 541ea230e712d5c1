//! What an archive needs, from its classes and those of the archives in it.

use std::collections::BTreeSet;

use super::apis::REMOVED;
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

    /// Versions of Tomcat that have it (<https://tomcat.apache.org/whichversion.html>), in the syntax of RubyGems.
    pub fn tomcat(self) -> &'static str {
        match self {
            Namespace::Javax => "< 10",
            Namespace::Jakarta => ">= 10",
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
    /// Namespaces that a web application is written for.
    pub servlets: BTreeSet<Namespace>,
    /// Whether classes of its own look up the name of the machine (`InetAddress.getLocalHost`).
    pub looks_up_own_name: bool,
    /// What classes of its own measure or draw text with: the Java runtime takes fonts of the system.
    pub draws_text: Option<&'static str>,
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
            facts.holds.extend(of_library.holds);
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
            if inside.is_some() || is_alone {
                self.looks_up_own_name |= class.looks_up_own_name;
                self.draws_text = self.draws_text.or(class.draws_text);
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
