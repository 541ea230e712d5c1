//! Images that are published for x86-64 alone.
//!
//! Source: the lines `Architectures` of <https://github.com/docker-library/official-images/tree/master/library>, over its history;
//! <https://learn.microsoft.com/en-us/sql/linux/quickstart-install-connect-docker>, <https://github.com/gvenzl/oci-oracle-xe>.

use super::software::numbers;
use crate::compose::image_name;

/// An image, and the first tag that is published for 64-bit ARM too; empty where none is.
const X86_ONLY: [(&str, &[u64]); 20] = [
    ("arangodb", &[3, 10]),
    ("couchbase", &[7, 1]),
    ("crate", &[3, 1]),
    ("elasticsearch", &[7, 8]),
    ("gvenzl/oracle-xe", &[]),
    ("ibmjava", &[]),
    ("kibana", &[7, 13]),
    ("logstash", &[7, 13]),
    ("mssql/server", &[]),
    ("mysql", &[8, 0, 29]),
    ("neo4j", &[4, 4]),
    ("nuxeo", &[]),
    ("odoo", &[16]),
    ("orientdb", &[3, 2, 18]),
    ("percona", &[]),
    ("rethinkdb", &[2, 4, 2]),
    ("rocket.chat", &[]),
    ("sentry", &[]),
    ("sonarqube", &[9, 7]),
    ("varnish", &[6, 0, 8]),
];

/// MySQL on Debian stayed x86-64, whatever its version.
const X86_SUFFIXES: [(&str, [&str; 4]); 1] = [("mysql", ["-buster", "-bullseye", "-bookworm", "-debian"])];

/// Whether an image exists for x86-64 alone. A tag with fewer numbers moves on: `mysql:8.0` is the newest of them.
pub(super) fn is_x86_only(image: &str) -> bool {
    let name = image_name(image);
    let Some((_, since)) = X86_ONLY.iter().find(|(path, _)| *path == name.path) else {
        return false;
    };
    if since.is_empty() {
        return true;
    }
    let Some(tag) = name.tag else { return false };
    let mut suffixes = X86_SUFFIXES.iter().filter(|(path, _)| *path == name.path);
    let has_suffix = suffixes.any(|(_, suffixes)| suffixes.iter().any(|suffix| tag.ends_with(suffix)));
    has_suffix
        || numbers(tag).is_some_and(|tag| Some(tag.as_slice()) < since.get(..tag.len().min(since.len())))
}

#[cfg(test)]
mod tests {
    use super::is_x86_only;

    #[test]
    fn tags_decide() {
        for image in [
            "mysql:5.7",
            "mysql:8.0.28",
            "mysql:8.0.38-bookworm",
            "docker.io/library/percona:8.0",
            "mcr.microsoft.com/mssql/server:2022-latest",
            "elasticsearch:7.6.2",
            "neo4j:4.3.22",
            "odoo:14",
            "varnish:5.2.1",
        ] {
            assert!(is_x86_only(image), "{image}");
        }
        for image in [
            "mysql",
            "mysql:8",
            "mysql:8.0",
            "mysql:8.0.29",
            "neo4j:5.1",
            "varnish:6.0",
            "varnish:7.5",
            "postgres:9.6",
            "example/mysql:5.7",
        ] {
            assert!(!is_x86_only(image), "{image}");
        }
    }
}
