//! Programs that have another name elsewhere.

use std::collections::BTreeSet;

/// A name, and the names under which systems have the same program. What is written for one does not always suit the other;
/// that the first is not there is certain.
#[rustfmt::skip]
const NAMES: [(&str, &[&str]); 24] = [
    ("7z", &["7zz", "7za", "7zr"]), ("ack", &["ack-grep"]), ("apache2ctl", &["apachectl"]), ("apachectl", &["apache2ctl"]),
    ("bat", &["batcat"]), ("batcat", &["bat"]), ("chromium", &["chromium-browser"]), ("chromium-browser", &["chromium"]),
    ("convert", &["magick"]), ("fd", &["fdfind"]), ("fdfind", &["fd"]), ("gdate", &["date"]), ("gmake", &["make"]),
    ("gsed", &["sed"]), ("gtar", &["tar"]), ("magick", &["convert"]), ("mysql", &["mariadb"]),
    ("mysqladmin", &["mariadb-admin"]), ("mysqldump", &["mariadb-dump"]), ("nodejs", &["node"]), ("pip", &["pip3"]),
    ("podman-docker", &["podman"]), ("python", &["python3"]), ("python2", &["python2.7"]),
];

/// Each of these programs with another name of it.
pub(super) fn other_names<'a>(called: &'a [String]) -> BTreeSet<(&'a str, &'static str)> {
    let known = |name: &'a String| {
        NAMES
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, others)| (name.as_str(), *others))
    };
    let pairs = called.iter().filter_map(known);
    pairs
        .flat_map(|(name, others)| others.iter().map(move |other| (name, *other)))
        .collect()
}
