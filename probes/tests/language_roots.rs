//! Root file systems with PHP, .NET, Bundler and SQLite in them, made for these tests.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "test code writes what probes may not"
)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::fact::{FactId, State};
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;

use parity_probes::{dotnet, php, runtimes};

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn observe(root: &Path) -> Snapshot {
    let mut tree = Tree::at(root, Instant::now() + Duration::from_secs(60)).unwrap();
    let probes = [dotnet::PROBE, php::PROBE, runtimes::PROBE];
    collect("x", "2026-01-01T00:00:00Z", &mut tree, &probes).snapshot
}

fn web(snapshot: &Snapshot) -> String {
    snapshot.state(&FactId::single("php.web")).to_string()
}

fn has(snapshot: &Snapshot, extension: &str) -> bool {
    match snapshot.state(&FactId::keyed("php.extension", extension)) {
        State::Value(_) => true,
        State::Absent => false,
        other => panic!("{extension}: {other:?}"),
    }
}

const STATUS: &str = "\
Package: libapache2-mod-php7.4
Status: install ok installed
Architecture: amd64
Version: 7.4.33-1

Package: php8.1-cli
Status: install ok installed
Architecture: amd64
Version: 8.1.2-1ubuntu2
";

#[test]
fn apache_has_another_php_than_the_command_line() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "var/lib/dpkg/status", STATUS);
    write(
        root.path(),
        "etc/apache2/mods-enabled/php7.4.load",
        "LoadModule php7_module x.so\n",
    );
    write(root.path(), "etc/php/8.1/fpm/pool.d/www.conf", "[www]\n");
    write(
        root.path(),
        "etc/php/8.1/cli/conf.d/20-mbstring.ini",
        "extension=mbstring.so\n",
    );
    let seen = observe(root.path());
    assert_eq!(web(&seen), "7.4.33");
    assert!(has(&seen, "mbstring") && has(&seen, "json") && !has(&seen, "gd"));
}

#[test]
fn pools_count_where_apache_loads_no_module() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "etc/php/8.1/fpm/pool.d/www.conf", "[www]\n");
    assert_eq!(web(&observe(root.path())), "8.1");
}

#[test]
fn an_image_has_much_built_in() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        "usr/local/etc/php/conf.d/docker-php-ext-sodium.ini",
        "extension=sodium\n",
    );
    let seen = observe(root.path());
    assert!(has(&seen, "mbstring") && has(&seen, "sodium") && !has(&seen, "gd") && !has(&seen, "pdo_mysql"));
}

#[test]
fn without_settings_nothing_is_known_of_extensions() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "etc/hostname", "x\n");
    let state = observe(root.path()).state(&FactId::keyed("php.extension", "gd"));
    assert!(matches!(state, State::Unknown(_)), "{state:?}");
}

#[test]
fn frameworks_of_dotnet_are_listed() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        "usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.4/a.dll",
        "",
    );
    write(
        root.path(),
        "usr/lib/dotnet/shared/Microsoft.NETCore.App/6.0.36/a.dll",
        "",
    );
    let seen = observe(root.path());
    let versions = |name: &str| seen.state(&FactId::keyed("dotnet.framework", name));
    assert_eq!(versions("Microsoft.NETCore.App").to_string(), "6.0.36, 8.0.4");
    assert_eq!(versions("Microsoft.AspNetCore.App"), State::Absent);
}

#[test]
fn bundler_and_sqlite_have_versions() {
    let root = tempfile::tempdir().unwrap();
    let status =
        "Package: libsqlite3-0\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.34.1-3\n";
    write(root.path(), "var/lib/dpkg/status", status);
    write(
        root.path(),
        "usr/lib/ruby/gems/3.1.0/specifications/default/bundler-2.3.7.gemspec",
        "",
    );
    write(
        root.path(),
        "var/lib/gems/3.1.0/specifications/bundler-2.5.6.gemspec",
        "",
    );
    let seen = observe(root.path());
    let version = |name: &str| seen.state(&FactId::keyed("runtime.version", name)).to_string();
    assert_eq!(version("sqlite"), "3.34.1");
    assert_eq!(version("bundler"), "2.3.7, 2.5.6");
}
