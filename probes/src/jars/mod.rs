//! The probe `jars`: which Java runtime and servlet container the archives of a release need.

mod apis;
mod class;
mod facts;
#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
mod tests;

pub use crate::zip::{Archive, Entry, NotArchive};
pub use apis::{ENDED, Ended, REMOVED, Removed};
pub use class::{Class, NotClass, class};
pub use facts::{JarFacts, Level, Namespace, jar_facts};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "jar.class-major",
        "file",
        Kind::Number,
        "Highest major version of the class files in an archive, those for newer runtimes beside the main ones left out (JVMS 4.1).",
    ),
    Schema::family(
        "jar.needs-java",
        "file",
        Kind::Number,
        "First feature release of Java that loads such class files.",
    ),
    Schema::family(
        "jar.removed-api",
        "file:package or method",
        Kind::Number,
        "Feature release of Java without a package which classes of the application name and no archive of the release holds, or without a method that they call.",
    ),
    Schema::family(
        "jar.own-name",
        "file",
        Kind::Text,
        "Method by which classes of the application look up the address of the machine's own name.",
    ),
    Schema::family(
        "jar.fonts",
        "file",
        Kind::Text,
        "Method by which classes of the application measure or draw text with the fonts of the system.",
    ),
    Schema::family(
        "war.servlet",
        "file",
        Kind::Text,
        "Namespace of the servlet interfaces that a web application is written for, where it is one: javax or jakarta.",
    ),
    Schema::family(
        "war.container",
        "file:servlet container: tomcat, jetty, wildfly, jboss-eap, glassfish or payara",
        Kind::Text,
        "Versions of a servlet container with that namespace, as a range of npm.",
    ),
    Schema::family(
        "war.level",
        "file:library",
        Kind::Text,
        "Versions of Tomcat, as a range of npm, whose servlet interfaces are new enough for a library of a web application.",
    ),
    Schema::family(
        "jar.preview",
        "file",
        Kind::Number,
        "Feature release of Java whose previews classes of an archive use: no other loads them (JVMS 4.1).",
    ),
    Schema::family(
        "jar.internal",
        "file:module/package",
        Kind::Number,
        "First feature release of Java that keeps a package of its own from applications, which classes of the application name.",
    ),
];
