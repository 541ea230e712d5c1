//! What is read from the bytes of a database against what the tool that owns it answers now.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![cfg(feature = "collect")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use parity_probes::dpkg::{self, DpkgPackage};
use parity_probes::rpm::{self, RpmPackage};

fn is_there(tool: &str) -> bool {
    let there = Command::new(tool)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: no {tool}");
    }
    there
}

fn answer(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn by_name(mut packages: Vec<DpkgPackage>) -> Vec<DpkgPackage> {
    packages.sort_by_key(|package| (package.name.clone(), package.architecture.clone()));
    packages
}

fn has_entries(folder: &str) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

#[test]
fn dpkg_of_this_machine() {
    let status = Path::new("/var/lib/dpkg/status");
    if !is_there("dpkg-query") || !status.exists() {
        return;
    }
    let before = std::fs::read(status).unwrap();
    let answered = answer(Command::new("dpkg-query").args(["-W", "-f", dpkg::QUERY_FORMAT]));
    if std::fs::read(status).unwrap() != before || has_entries("/var/lib/dpkg/updates") {
        eprintln!("skipped: dpkg is at work");
        return;
    }
    let read = dpkg::parse_status(&before).unwrap();
    eprintln!("dpkg: {} packages of this machine", read.len());
    assert_eq!(by_name(read), by_name(dpkg::parse_query(&answered).unwrap()));
}

#[test]
fn dpkg_in_every_state() {
    if !is_there("dpkg-query") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut status = String::new();
    let states =
        "config-files half-installed unpacked half-configured triggers-awaited triggers-pending installed";
    for (number, state) in states.split(' ').enumerate() {
        let want = ["install", "hold", "deinstall", "purge", "unknown"][number % 5];
        let flag = ["ok", "reinstreq"][usize::from(state == "half-installed")];
        let more = match state {
            "triggers-awaited" => "Triggers-Awaited: p5\n",
            "triggers-pending" => "Triggers-Pending: /usr/lib\n",
            _ => "",
        };
        status +=
            &format!("Package: p{number}\nStatus: {want} {flag} {state}\nMaintainer: M <m@example.org>\n");
        status += &format!(
            "Architecture: {}\nVersion: {}:1.{number}-1\n",
            ["all", "amd64"][number % 2],
            number % 3
        );
        status += &format!(
            "{more}Source: s{}\nDescription: text\n more\n\n",
            ["", " (7-1)"][number % 2]
        );
    }
    status += "Package: never\nStatus: hold ok not-installed\n\n";
    std::fs::write(folder.path().join("status"), &status).unwrap();
    for needed in ["info", "updates", "triggers"] {
        std::fs::create_dir(folder.path().join(needed)).unwrap();
    }
    let mut query = Command::new("dpkg-query");
    query
        .arg("--admindir")
        .arg(folder.path())
        .args(["-W", "-f", dpkg::QUERY_FORMAT]);
    let read = dpkg::parse_status(status.as_bytes()).unwrap();
    assert_eq!(read.len(), 7);
    assert_eq!(
        by_name(read),
        by_name(dpkg::parse_query(&answer(&mut query)).unwrap())
    );
}

/// A database that the real rpm keeps in a folder.
struct Database<'a> {
    folder: &'a Path,
    backend: &'static str,
}

impl Database<'_> {
    fn rpm(&self) -> Command {
        let mut command = Command::new("rpm");
        command
            .arg("--dbpath")
            .arg(self.folder)
            .args(["--define", &format!("_db_backend {}", self.backend)]);
        command
    }

    fn change(&self, how: &str, what: &[&str]) -> Command {
        let mut command = self.rpm();
        command.args([how, "--justdb", "--nodeps"]).args(what);
        command
    }

    fn answered(&self) -> Vec<RpmPackage> {
        rpm::parse_query(&answer(self.rpm().args(["-qa", "--qf", rpm::QUERY_FORMAT]))).unwrap()
    }

    fn read(&self, with_log: bool) -> Vec<RpmPackage> {
        let file = |name: &str| std::fs::read(self.folder.join(name)).ok();
        let log = file("rpmdb.sqlite-wal").filter(|_| with_log);
        let database = file("rpmdb.sqlite").or_else(|| file("Packages.db")).unwrap();
        by_rpm_name(rpm::parse_database(&database, log.as_deref()).unwrap())
    }

    fn check(&self) -> usize {
        let answered = by_rpm_name(self.answered());
        assert_eq!(self.read(true), answered);
        answered.len()
    }
}

fn by_rpm_name(mut packages: Vec<RpmPackage>) -> Vec<RpmPackage> {
    packages.sort_by_key(|package| package.name.clone());
    packages
}

/// Builds 41 packages, some with headers of many pages, and gives their files.
fn build(folder: &Path) -> Option<Vec<String>> {
    if !is_there("rpm") || !is_there("rpmbuild") {
        return None;
    }
    let mut spec = "Name: parity-main\nEpoch: 3\nVersion: 1.2~rc1\nRelease: 4\nSummary: s\nLicense: MIT\n\
BuildArch: noarch\n%description\nmain\n%files\n"
        .to_owned();
    for number in 0..40 {
        let text = "words ".repeat(number * number * 3);
        spec += &format!("%package -n parity-{number}\nSummary: s\nVersion: {number}^git1\n");
        spec += &format!("%description -n parity-{number}\n{text}.\n%files -n parity-{number}\n");
    }
    let path = folder.join("parity.spec");
    std::fs::write(&path, spec).unwrap();
    answer(
        Command::new("rpmbuild")
            .args(["-bb", "--define", &format!("_topdir {}", folder.display())])
            .arg(path),
    );
    let built = std::fs::read_dir(folder.join("RPMS/noarch")).unwrap();
    let mut files: Vec<_> = built
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    Some(files)
}

#[test]
fn rpm_of_a_new_database() {
    let folder = tempfile::tempdir().unwrap();
    let Some(files) = build(folder.path()) else { return };
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    for backend in ["sqlite", "ndb"] {
        let path = folder.path().join(backend);
        std::fs::create_dir(&path).unwrap();
        let database = Database {
            folder: &path,
            backend,
        };
        answer(database.rpm().arg("--initdb"));
        if backend == "ndb" && !path.join("Packages.db").exists() {
            eprintln!("skipped: this rpm has no ndb");
            continue;
        }
        assert_eq!(database.check(), 0, "{backend}");
        answer(&mut database.change("-i", &files));
        assert_eq!(database.check(), 41, "{backend}");
        let some: Vec<String> = (0..40)
            .step_by(2)
            .map(|number| format!("parity-{number}"))
            .collect();
        answer(&mut database.change("-e", &some.iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(database.check(), 21, "{backend}");
        answer(&mut database.change("-i", &[files[0]]));
        eprintln!(
            "rpm, {backend}: {} packages after installing, erasing, installing",
            database.check()
        );
    }
}

/// Holds a transaction open, so that no writer can move its log into the database.
fn hold_open(database: &Path) -> Child {
    const HOLD: &str = "import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute('begin')
c.execute('select count(*) from Packages').fetchone()
print('held', flush=True)
sys.stdin.read()";
    let mut holder = Command::new("python3")
        .args(["-c", HOLD])
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "held\n");
    holder
}

#[test]
fn rpm_with_a_log_that_is_not_merged() {
    let folder = tempfile::tempdir().unwrap();
    let Some(files) = build(folder.path()) else { return };
    if !is_there("python3") {
        return;
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (before, after) = files.split_at(5);
    let path = folder.path().join("db");
    std::fs::create_dir(&path).unwrap();
    let database = Database {
        folder: &path,
        backend: "sqlite",
    };
    answer(&mut database.change("-i", before));

    let mut holder = hold_open(&path.join("rpmdb.sqlite"));
    let mut installer = database
        .change("-i", after)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now();
    while database.answered().len() < files.len() {
        assert!(
            patience.elapsed() < Duration::from_secs(60),
            "rpm does not commit"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(database.check(), 41);
    let merged = database.read(false).len();
    drop(holder.stdin.take());
    holder.wait().unwrap();
    assert!(installer.wait().unwrap().success());
    assert_eq!(merged, 5, "the others are in the log");
    assert_eq!(database.check(), 41);
    assert_eq!(database.read(false).len(), 41);
    eprintln!("rpm, sqlite: 5 packages in the database, 36 in the log, then merged");
}
