//! Servers that are unpacked from an archive of their makers, as those for Java mostly are: a file in their directory tells the version.

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};

use crate::installed::{Installed, leading_version};
use crate::known_services::Ecosystem;
use crate::text::lossy;

/// A file in the directory of a server: where it lies, and how it tells which server it is of, and its version.
type Tree = (&'static str, fn(&str) -> Option<(&'static str, String)>);

/// Sources: `RELEASE-NOTES` of Tomcat, `VERSION.txt` of Jetty, the module `org.jboss.as.product` of WildFly, `version.txt` of JBoss EAP,
/// `glassfish-version.properties` of GlassFish and Payara, as their archives have them.
const TREES: [Tree; 14] = [
    ("opt/*/RELEASE-NOTES", tomcat),
    ("opt/*/*/RELEASE-NOTES", tomcat),
    ("srv/*/RELEASE-NOTES", tomcat),
    ("usr/local/*/RELEASE-NOTES", tomcat),
    ("usr/share/tomcat*/RELEASE-NOTES", tomcat),
    ("home/*/*/RELEASE-NOTES", tomcat),
    ("opt/*/VERSION.txt", jetty),
    ("opt/*/*/VERSION.txt", jetty),
    ("usr/local/*/VERSION.txt", jetty),
    ("opt/*/version.txt", jboss),
    (
        "opt/*/modules/system/layers/base/org/jboss/as/product/*/dir/META-INF/MANIFEST.MF",
        wildfly,
    ),
    (
        "opt/*/*/modules/system/layers/base/org/jboss/as/product/*/dir/META-INF/MANIFEST.MF",
        wildfly,
    ),
    (
        "opt/*/glassfish/config/branding/glassfish-version.properties",
        glassfish,
    ),
    (
        "usr/local/*/glassfish/config/branding/glassfish-version.properties",
        glassfish,
    ),
];

fn need(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(64 << 10))
}

pub(super) fn needs() -> impl Iterator<Item = Need> {
    TREES.iter().map(|(pattern, _)| need(pattern))
}

/// What such files tell, as if a package did. One that cannot be read, or is of something else, tells nothing.
pub(super) fn found(answers: &Answers) -> Vec<(&'static str, Installed)> {
    let mut all = Vec::new();
    for (pattern, read) in TREES {
        let Outcome::Got(entries) = answers.entries(&need(pattern)) else {
            continue;
        };
        for entry in &entries.entries {
            let Some(Outcome::Got(content)) = &entry.content else {
                continue;
            };
            if let Some((service, version)) = read(&lossy(&content.0)) {
                let installed = Installed {
                    ecosystem: Ecosystem::Deb,
                    name: entry.path.clone(),
                    version,
                    origin: Origin::file(entry.path.as_str()),
                };
                all.push((service, installed));
            }
        }
    }
    all
}

/// `Apache Tomcat Version 10.1.24`.
fn tomcat(text: &str) -> Option<(&'static str, String)> {
    let (_, rest) = text.split_once("Apache Tomcat Version ")?;
    Some(("tomcat", leading_version(rest)?))
}

/// `jetty-11.0.15 - 11 April 2023` at the beginning.
fn jetty(text: &str) -> Option<(&'static str, String)> {
    let rest = text.trim_start().strip_prefix("jetty-")?;
    Some(("jetty", numbers(rest)?))
}

/// `Red Hat JBoss Enterprise Application Platform - Version 7.4.0.GA`.
fn jboss(text: &str) -> Option<(&'static str, String)> {
    let (_, rest) = text.split_once("JBoss Enterprise Application Platform - Version ")?;
    Some(("jboss-eap", numbers(rest)?))
}

/// `JBoss-Product-Release-Version: 26.1.3.Final`, of a product that calls itself WildFly.
fn wildfly(text: &str) -> Option<(&'static str, String)> {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.strip_prefix(": "))
    };
    let is_wildfly = value("JBoss-Product-Release-Name")?.starts_with("WildFly");
    let version = numbers(value("JBoss-Product-Release-Version")?)?;
    is_wildfly.then_some(("wildfly", version))
}

/// `product_name=Payara Server`, `major_version=6`, `minor_version=2023`.
fn glassfish(text: &str) -> Option<(&'static str, String)> {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.strip_prefix('=')).map(str::trim)
    };
    let service = if value("product_name")?.contains("Payara") {
        "payara"
    } else {
        "glassfish"
    };
    let minor = value("minor_version").unwrap_or("0");
    Some((
        service,
        leading_version(&format!("{}.{minor}", value("major_version")?))?,
    ))
}

/// The numbers of `26.1.3.Final`.
fn numbers(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    leading_version(text.get(..end)?.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_tell_the_version() {
        let told = |read: fn(&str) -> Option<(&'static str, String)>, text: &str| {
            read(text).map(|(service, version)| format!("{service} {version}"))
        };
        let expected = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(
                tomcat,
                "\n      Apache Tomcat Version 10.0.27\n      Release Notes"
            ),
            expected("tomcat 10.0.27")
        );
        assert_eq!(
            told(jetty, "jetty-9.4.48.v20220622 - 21 June 2022\n"),
            expected("jetty 9.4.48")
        );
        assert_eq!(
            told(
                jboss,
                "Red Hat JBoss Enterprise Application Platform - Version 7.4.0.GA\n"
            ),
            expected("jboss-eap 7.4.0")
        );
        let manifest =
            "JBoss-Product-Release-Name: WildFly Full\nJBoss-Product-Release-Version: 26.1.3.Final\n";
        assert_eq!(told(wildfly, manifest), expected("wildfly 26.1.3"));
        let branding = "product_name=Payara Server\nmajor_version=6\nminor_version=2023\n";
        assert_eq!(told(glassfish, branding), expected("payara 6.2023"));
        for read in [tomcat, jetty, jboss, wildfly, glassfish] {
            assert_eq!(read("Release notes of something else 1.2"), None);
        }
    }
}
