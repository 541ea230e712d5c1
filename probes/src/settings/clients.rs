//! What packages of a release ask of the system and of servers when they run: libraries that they open by name, and servers that
//! they refuse because of their version.
//!
//! Sources: the "Requirements" or "Troubleshooting" of each package: <https://pptr.dev/troubleshooting>,
//! <https://playwright.dev/docs/browsers>, <https://doc.courtbouillon.org/weasyprint/stable/first_steps.html>,
//! <https://github.com/libvips/ruby-vips>, <https://github.com/ahupp/python-magic>, <https://www.psycopg.org/psycopg3/docs/basic/install.html>,
//! <https://github.com/opencv/opencv-python#frequently-asked-questions>; <https://github.com/sidekiq/sidekiq/wiki/Using-Redis>,
//! <https://docs.bullmq.io/>, <https://pymongo.readthedocs.io/en/stable/changelog.html>,
//! <https://github.com/mongodb/node-mongodb-native/blob/main/HISTORY.md>, <https://github.com/Automattic/mongoose/blob/master/CHANGELOG.md>,
//! `_verify_elasticsearch` of <https://github.com/elastic/elasticsearch-py/blob/v7.14.0/elasticsearch/transport.py> (every product since 6.0),
//! and the compatibility pages of the clients of Elasticsearch.

use std::collections::BTreeMap;

use serde_json::Value;

use super::said::{Said, range};

/// Who installs a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gem,
    Npm,
    Pip,
}

const CHROME: &str = "libnss3.so libnspr4.so libatk-1.0.so.0 libatk-bridge-2.0.so.0 libcups.so.2 libdrm.so.2 libgbm.so.1 libasound.so.2 \
    libxkbcommon.so.0 libXcomposite.so.1 libXdamage.so.1 libXfixes.so.3 libXrandr.so.2 libpango-1.0.so.0 libcairo.so.2";

/// Packages, and the libraries that they open or that what they download needs.
#[rustfmt::skip]
const OPENED: &[(Kind, &str, &str)] = &[
    (Kind::Gem, "curb", "libcurl.so.4"), (Kind::Gem, "ethon", "libcurl.so.4"), (Kind::Gem, "ffi-rzmq", "libzmq.so.5"),
    (Kind::Gem, "pg", "libpq.so.5"), (Kind::Gem, "poppler", "libpoppler-glib.so.8"), (Kind::Gem, "rbnacl", "libsodium.so.23"),
    (Kind::Gem, "ruby-filemagic", "libmagic.so.1"), (Kind::Gem, "ruby-vips", "libvips.so.42"), (Kind::Gem, "tiny_tds", "libsybdb.so.5"),
    (Kind::Npm, "electron", "libgtk-3.so.0"), (Kind::Npm, "gl", "libGL.so.1"), (Kind::Npm, "html-pdf", "libfontconfig.so.1"),
    (Kind::Npm, "keytar", "libsecret-1.so.0"), (Kind::Npm, "nodegit", "libgssapi_krb5.so.2"), (Kind::Npm, "pg-native", "libpq.so.5"),
    (Kind::Npm, "phantomjs-prebuilt", "libfontconfig.so.1"), (Kind::Npm, "playwright", CHROME), (Kind::Npm, "playwright-chromium", CHROME),
    (Kind::Npm, "puppeteer", CHROME), (Kind::Npm, "robotjs", "libXtst.so.6"), (Kind::Npm, "usb", "libudev.so.1"),
    (Kind::Pip, "cairocffi", "libcairo.so.2"), (Kind::Pip, "cairosvg", "libcairo.so.2"), (Kind::Pip, "cx-oracle", "libclntsh.so"),
    (Kind::Pip, "lightgbm", "libgomp.so.1"), (Kind::Pip, "open3d", "libGL.so.1 libgomp.so.1"), (Kind::Pip, "opencv-contrib-python", "libGL.so.1"),
    (Kind::Pip, "opencv-python", "libGL.so.1"), (Kind::Pip, "playwright", CHROME), (Kind::Pip, "psycopg", "libpq.so.5"),
    (Kind::Pip, "psycopg2", "libpq.so.5"), (Kind::Pip, "pyaudio", "libportaudio.so.2"), (Kind::Pip, "pyppeteer", CHROME),
    (Kind::Pip, "pyqt5", "libGL.so.1"), (Kind::Pip, "pyqt6", "libEGL.so.1"), (Kind::Pip, "pyscard", "libpcsclite.so.1"),
    (Kind::Pip, "python-magic", "libmagic.so.1"), (Kind::Pip, "pyvips", "libvips.so.42"), (Kind::Pip, "pyzbar", "libzbar.so.0"),
    (Kind::Pip, "sounddevice", "libportaudio.so.2"), (Kind::Pip, "weasyprint", "libpango-1.0.so.0"),
];

/// Packages that bring the library of another one.
const BROUGHT: [(&str, &str); 7] = [
    ("opencv-contrib-python", "opencv-contrib-python-headless"),
    ("opencv-python", "opencv-python-headless"),
    ("psycopg", "psycopg-binary"),
    ("psycopg2", "psycopg2-binary"),
    ("puppeteer", "@sparticuz/chromium"),
    ("puppeteer", "chrome-aws-lambda"),
    ("pyvips", "pyvips-binary"),
];

/// Clients from a version on, the server, and its oldest version.
#[rustfmt::skip]
const SERVERS: &[(Kind, &str, [u32; 2], &str, &str)] = &[
    (Kind::Gem, "elasticsearch", [7, 14], "elasticsearch", "6.0"), (Kind::Gem, "elasticsearch", [8, 0], "elasticsearch", "8.0"),
    (Kind::Gem, "elasticsearch", [9, 0], "elasticsearch", "9.0"),
    (Kind::Gem, "sidekiq", [6, 0], "redis", "4.0.0"), (Kind::Gem, "sidekiq", [7, 0], "redis", "6.2.0"), (Kind::Gem, "sidekiq", [8, 0], "redis", "7.0.0"),
    (Kind::Npm, "@elastic/elasticsearch", [7, 14], "elasticsearch", "6.0"), (Kind::Npm, "@elastic/elasticsearch", [8, 0], "elasticsearch", "8.0"),
    (Kind::Npm, "@elastic/elasticsearch", [9, 0], "elasticsearch", "9.0"),
    (Kind::Npm, "bullmq", [1, 0], "redis", "5.0.0"),
    (Kind::Npm, "mongodb", [4, 0], "mongodb", "3.6"), (Kind::Npm, "mongodb", [6, 10], "mongodb", "4.0"),
    (Kind::Npm, "mongodb", [6, 17], "mongodb", "4.2"),
    (Kind::Npm, "mongoose", [6, 0], "mongodb", "3.6"), (Kind::Npm, "mongoose", [8, 8], "mongodb", "4.0"),
    (Kind::Npm, "mongoose", [8, 16], "mongodb", "4.2"),
    (Kind::Pip, "elasticsearch", [7, 14], "elasticsearch", "6.0"), (Kind::Pip, "elasticsearch", [8, 0], "elasticsearch", "8.0"),
    (Kind::Pip, "elasticsearch", [9, 0], "elasticsearch", "9.0"),
    (Kind::Pip, "pymongo", [4, 0], "mongodb", "3.6"), (Kind::Pip, "pymongo", [4, 11], "mongodb", "4.0"), (Kind::Pip, "pymongo", [4, 14], "mongodb", "4.2"),
];

/// Clients that from a version on ask what product the server is, the server that is refused, and the one that is wanted.
const REFUSED: [(Kind, &str, [u32; 2], &str, &str); 3] = [
    (Kind::Gem, "elasticsearch", [7, 14], "opensearch", "elasticsearch"),
    (
        Kind::Npm,
        "@elastic/elasticsearch",
        [7, 14],
        "opensearch",
        "elasticsearch",
    ),
    (Kind::Pip, "elasticsearch", [7, 14], "opensearch", "elasticsearch"),
];

/// Packages that keep jobs in Redis, which must not throw them away.
const QUEUES: [(Kind, &str); 5] = [
    (Kind::Gem, "resque"),
    (Kind::Gem, "sidekiq"),
    (Kind::Npm, "bull"),
    (Kind::Npm, "bullmq"),
    (Kind::Pip, "rq"),
];

/// Packages that prepare statements where nobody tells them not to.
const PREPARING: [(Kind, &str); 5] = [
    (Kind::Gem, "activerecord"),
    (Kind::Npm, "@prisma/client"),
    (Kind::Npm, "postgres"),
    (Kind::Pip, "asyncpg"),
    (Kind::Pip, "psycopg"),
];

pub(super) fn concerns(path: &str) -> bool {
    kind(path).is_some()
}

fn kind(path: &str) -> Option<Kind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_for_tests = ["dev", "test", "doc", "lint", "ci"]
        .iter()
        .any(|word| name.contains(word));
    match name {
        "Gemfile.lock" => Some(Kind::Gem),
        "package.json" => Some(Kind::Npm),
        _ if name.starts_with("requirements") && name.ends_with(".txt") && !is_for_tests => Some(Kind::Pip),
        _ => None,
    }
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let Some(kind) = kind(path) else {
        return;
    };
    let lower = text.to_ascii_lowercase();
    let packages = match kind {
        Kind::Gem => gems(text),
        Kind::Npm => modules(text),
        Kind::Pip => distributions(text),
    };
    for (_, package, libraries) in OPENED
        .iter()
        .filter(|(of, name, _)| *of == kind && packages.contains_key(*name))
    {
        let is_brought =
            |other: &str| packages.contains_key(other) || lower.contains(&format!("{package}[binary"));
        let brings = BROUGHT
            .iter()
            .filter(|(name, _)| name == package)
            .map(|(_, other)| other);
        if brings.into_iter().all(|other| !is_brought(other)) && !lower.contains(&format!("{package}[c]")) {
            for library in libraries.split_whitespace() {
                said.add("opened-library.of", format!("{package}:{library}"), *package, 1);
            }
        }
    }
    for (package, version) in &packages {
        let fitting = SERVERS.iter().filter(|(of, name, since, ..)| {
            *of == kind && name == package && numbers(version) >= Some(*since)
        });
        if let Some((.., server, least)) = fitting.max_by_key(|(_, _, since, ..)| *since) {
            said.add(
                "client-server.versions",
                format!("{package} {version}:{server}"),
                range(least, ""),
                1,
            );
        }
        let refuses = REFUSED.iter().filter(|(of, name, since, ..)| {
            *of == kind && name == package && numbers(version) >= Some(*since)
        });
        for (.., server, wanted) in refuses {
            let key = format!("{package} {version}:{server}");
            said.add("client-server.refused", key, *wanted, 1);
        }
        // Queues for remote control and events: <https://github.com/celery/celery/pull/10290>, told of versions before 5.6 alone.
        let is_old = numbers(version).is_some_and(|version| version < [5, 6]);
        if kind == Kind::Pip && *package == "celery" && is_old {
            said.add("rabbitmq-transient.used", "", format!("{package} {version}"), 1);
        }
        if PREPARING.contains(&(kind, package)) {
            said.add("pooler-client.prepares", *package, *package, 1);
        }
        if QUEUES.contains(&(kind, package)) {
            said.add("queue-in-redis.client", *package, *package, 1);
        }
    }
}

/// The first two numbers of a version, or of a range that begins with one.
fn numbers(version: &str) -> Option<[u32; 2]> {
    let digits = version.trim_start_matches(['^', '~', '=', '>', ' ', 'v']);
    let mut parts = digits.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some([
        parts.next()?.ok()?,
        parts.next().and_then(Result::ok).unwrap_or(0),
    ])
}

/// `    sidekiq (7.2.1)` below `specs:`; a gem that is compiled for a platform brings its libraries.
fn gems(text: &str) -> BTreeMap<&str, String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    let specs = lines
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once(" ("))
        .filter(|(_, version)| !version.contains("-linux"));
    specs
        .map(|(name, version)| (name, version.trim_end_matches(')').to_owned()))
        .collect()
}

/// Those that are needed at run time.
fn modules(text: &str) -> BTreeMap<&str, String> {
    let Ok(manifest) = serde_json::from_str::<Value>(text) else {
        return BTreeMap::new();
    };
    let Some(needed) = manifest.get("dependencies").and_then(Value::as_object) else {
        return BTreeMap::new();
    };
    let names = OPENED
        .iter()
        .map(|(_, name, _)| *name)
        .chain(SERVERS.iter().map(|(_, name, ..)| *name));
    let names = names
        .chain(QUEUES.iter().chain(&PREPARING).map(|(_, name)| *name))
        .chain(BROUGHT.iter().map(|(_, name)| *name));
    names
        .filter_map(|name| Some((name, needed.get(name)?.as_str()?.to_owned())))
        .collect()
}

/// `name[extra]==1.2 ; marker`, names as PEP 503 has them. A package without a pin has no version.
fn distributions(text: &str) -> BTreeMap<&'static str, String> {
    let names: Vec<&'static str> = OPENED
        .iter()
        .map(|(_, name, _)| *name)
        .chain(SERVERS.iter().map(|(_, name, ..)| *name))
        .chain(QUEUES.iter().chain(&PREPARING).map(|(_, name)| *name))
        .chain(BROUGHT.iter().map(|(_, name)| *name))
        .chain(["celery"])
        .collect();
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let line = line.split([';', '#']).next().unwrap_or_default().trim();
        let end = line
            .find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c))
            .unwrap_or(line.len());
        let name = line
            .get(..end)
            .unwrap_or_default()
            .to_ascii_lowercase()
            .replace(['_', '.'], "-");
        let version = line.split_once("==").map_or("", |(_, version)| version.trim());
        if let Some(name) = names.iter().find(|known| **known == name) {
            found.insert(*name, version.to_owned());
        }
    }
    found
}
