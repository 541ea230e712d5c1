//! Packages that a container file installs from a distribution, whose release in the image does not have them any more.
//!
//! Sources: <https://github.com/docker-library/php/issues/903> (mysql-client), <https://github.com/nikolaik/docker-python-nodejs/issues/45>
//! (Java 8), <https://github.com/osmose-qa/osmose-backend/pull/1927> (Java 11), <https://github.com/jitsi/docker-jitsi-meet/pull/2257> (Java 17),
//! <https://github.com/saleor/saleor/issues/13130> (libssl1.1, libtiff5, libwebp6), <https://github.com/fhsinchy/the-docker-handbook/issues/30>
//! (libssl1.1 of Ubuntu), <https://github.com/glpi-project/docker-images/pull/92> (netcat),
//! <https://github.com/CatchTheTornado/text-extract-api/issues/126> and <https://github.com/LibrePhotos/librephotos-linux/issues/64>
//! (libgl1-mesa-glx), <https://tracker.debian.org/news/1579223/software-properties-removed-from-testing/>,
//! <https://github.com/labgrid-project/meta-labgrid/pull/72> and <https://github.com/AlexxIT/Dataplicity/issues/40> (python3-distutils),
//! <https://github.com/cypress-io/cypress-documentation/issues/5816> (libasound2: several packages provide it, and apt chooses none),
//! <https://github.com/nihlen/bf2-docker/pull/8> and <https://github.com/DockerDemos/DwarfFortressServer/issues/8> (python),
//! <https://github.com/Borales/actions-yarn/issues/44>, <https://github.com/nodejs/docker-node/issues/1605>,
//! <https://github.com/nigelpoulton/psweb/issues/10>, <https://github.com/MicrosoftDocs/PowerShell-Docs/pull/11429> (Alpine). Where a package
//! went earlier than that shows, the first release of which it is certain stands here.

use super::said::Said;
use super::stages;
use crate::images::{release_of, shown};

/// A distribution, a package of it, the first release without it, and what to install in its place.
type Row = (&'static str, &'static str, (u32, u32), &'static str);

/// Sorted by distribution and package.
#[rustfmt::skip]
const GONE: [Row; 35] = [
    ("Alpine", "libcrypto1.1", (3, 19), "libcrypto3"), ("Alpine", "libssl1.1", (3, 19), "libssl3"),
    ("Alpine", "nodejs-npm", (3, 14), "npm"), ("Alpine", "python", (3, 14), "python3"), ("Alpine", "python2", (3, 16), "python3"),
    ("Debian", "libgl1-mesa-glx", (13, 0), "libgl1"), ("Debian", "libssl1.1", (12, 0), "libssl3"),
    ("Debian", "libtiff5", (12, 0), "libtiff6"), ("Debian", "libwebp6", (12, 0), "libwebp7"),
    ("Debian", "mysql-client", (10, 0), "default-mysql-client"), ("Debian", "netcat", (12, 0), "netcat-openbsd"),
    ("Debian", "openjdk-11-jdk", (12, 0), JDK), ("Debian", "openjdk-11-jdk-headless", (12, 0), JDK),
    ("Debian", "openjdk-11-jre", (12, 0), JRE), ("Debian", "openjdk-11-jre-headless", (12, 0), JRE),
    ("Debian", "openjdk-17-jdk", (13, 0), JDK), ("Debian", "openjdk-17-jdk-headless", (13, 0), JDK),
    ("Debian", "openjdk-17-jre", (13, 0), JRE), ("Debian", "openjdk-17-jre-headless", (13, 0), JRE),
    ("Debian", "openjdk-8-jdk", (10, 0), JDK), ("Debian", "openjdk-8-jdk-headless", (10, 0), JDK),
    ("Debian", "openjdk-8-jre", (10, 0), JRE), ("Debian", "openjdk-8-jre-headless", (10, 0), JRE),
    ("Debian", "python", (12, 0), "python3"), ("Debian", "python-dev", (12, 0), "python3-dev"),
    ("Debian", "python-pip", (12, 0), "python3-pip"), ("Debian", "python3-distutils", (13, 0), "python3-setuptools"),
    ("Debian", "software-properties-common", (13, 0), "a file in /etc/apt/sources.list.d"),
    ("Ubuntu", "libasound2", (24, 4), "libasound2t64"), ("Ubuntu", "libgl1-mesa-glx", (23, 10), "libgl1"),
    ("Ubuntu", "libssl1.1", (22, 4), "libssl3"), ("Ubuntu", "python", (22, 4), "python3"),
    ("Ubuntu", "python-dev", (22, 4), "python3-dev"), ("Ubuntu", "python-pip", (22, 4), "python3-pip"),
    ("Ubuntu", "python3-distutils", (24, 4), "python3-setuptools"),
];

const JDK: &str = "default-jdk-headless, or Java from its makers (eclipse-temurin)";
const JRE: &str = "default-jre-headless, or Java from its makers (eclipse-temurin)";

/// What says that packages come from elsewhere too, or that a command is for some releases alone.
const ELSEWHERE: [&str; 9] = [
    "/etc/apk/repositories",
    "--repository",
    "add-apt-repository",
    "deb http",
    "deb [",
    "extrepo",
    "snapshot.debian.org",
    "sources.list",
    "apt-add-repository",
];

/// Tags of the image of Python that stand upon Debian 13 since August 2025, without a word for the release:
/// <https://github.com/CatchTheTornado/text-extract-api/issues/126>, <https://github.com/KanishJebaMathewM/Truxify/issues/15877>,
/// <https://github.com/machineonamission/mediaforge/pull/290>.
const PYTHON_UPON_13: [&str; 4] = ["3", "3.10", "3.11", "latest"];

pub(super) fn read(text: &str, said: &mut Said) {
    for (image, commands) in stages::all(text) {
        let Some((family, release)) = release_of(&image).or_else(|| python(&image)) else {
            continue;
        };
        if ELSEWHERE.iter().any(|word| commands.contains(word)) {
            continue;
        }
        for package in installed(&commands) {
            let row = GONE
                .iter()
                .find(|(of, name, since, _)| *of == family && *name == package && release >= *since);
            if let Some((.., instead)) = row {
                let found = format!("{} ({image})", shown((family, release)));
                said.add("container-file.package-gone", package, found, 1);
                said.add("container-file.package-instead", package, *instead, 1);
            }
        }
    }
}

fn python(image: &str) -> Option<(&'static str, (u32, u32))> {
    let name = image.strip_prefix("docker.io/").unwrap_or(image);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let (name, tag) = name.split_once(':').unwrap_or((name, "latest"));
    let tag = tag.strip_suffix("-slim").unwrap_or(tag);
    let is_upon = name == "python" && (tag == "slim" || PYTHON_UPON_13.contains(&tag));
    is_upon.then_some(("Debian", (13, 0)))
}

/// The packages that commands install whatever happens: one that another command stands in for is none.
fn installed(commands: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in commands.lines() {
        if line.contains("if [") || line.contains("case ") || line.contains("||") {
            continue;
        }
        for command in line.split(['&', ';', '|']) {
            found.extend(packages(command));
        }
    }
    found
}

fn packages(command: &str) -> Vec<&str> {
    let mut words = command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']));
    let Some(manager) = words.find(|word| ["apk", "apt", "apt-get"].contains(word)) else {
        return Vec::new();
    };
    let verb = if manager == "apk" { "add" } else { "install" };
    if !words.by_ref().take(8).any(|word| word == verb) {
        return Vec::new();
    }
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        if ["-o", "-t", "-X", "--virtual", "--target-release"].contains(&word) {
            words.next();
        } else if !word.starts_with('-') {
            let end = word.find(['=', ':', '/', '<', '>', '~']).unwrap_or(word.len());
            found.extend(word.get(..end).filter(|name| !name.is_empty()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(text, &mut said);
        let gone = said
            .0
            .into_iter()
            .filter(|((family, _), _)| *family == "container-file.package-gone");
        gone.map(|((_, key), (value, _))| format!("{key}: {value}"))
            .collect()
    }

    #[test]
    fn rows_are_sorted() {
        assert!(GONE.is_sorted_by_key(|(family, package, ..)| (*family, *package)));
    }

    #[test]
    fn packages_that_a_release_has_not_any_more() {
        let slim = "FROM python:3.11-slim-trixie\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n  gcc libgl1-mesa-glx=22.3.6-1 \\\n && rm -rf /x\n";
        assert_eq!(
            told(slim),
            ["libgl1-mesa-glx: Debian 13 (python:3.11-slim-trixie)"]
        );
        assert_eq!(told(&slim.replace("-trixie", "")).len(), 1);
        let alpine = "FROM node:16-alpine3.16 AS build\nRUN apk --no-cache add --virtual python2 make python2\nFROM scratch\n";
        assert_eq!(told(alpine), ["python2: Alpine 3.16 (node:16-alpine3.16)"]);
        let ubuntu = "FROM ubuntu:24.04\nRUN apt install -y -t noble libasound2\n";
        assert_eq!(told(ubuntu), ["libasound2: Ubuntu 24.04 (ubuntu:24.04)"]);
        for harmless in [
            slim.replace("trixie", "bookworm"),
            slim.replace("3.11-slim-trixie", "3.11.4-slim"),
            slim.replace("libgl1-mesa-glx", "libgl1"),
            slim.replace("&& rm", "|| rm"),
            slim.replace("RUN", "RUN echo deb http://deb.debian.org/debian bookworm main >/etc/apt/sources.list.d/a.list\nRUN"),
            slim.replace("RUN", "RUN if [ -e /a ]; then echo; fi;"),
            slim.replace("install -y", "remove -y"),
            ubuntu.replace("24.04", "22.04"),
            ubuntu.replace("ubuntu:24.04", "example/base:1"),
            alpine.replace("make python2", "make python3").replace("--virtual python2", "--virtual=python2"),
        ] {
            assert!(told(&harmless).is_empty(), "{harmless}");
        }
    }
}
