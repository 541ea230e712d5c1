//! What is said of PostgreSQL, put to a real server: it fails in the way that is predicted, and works after the remedy.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test starts a server"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use parity_probes::sql::sql_file;

/// A server of its own in a temporary directory, stopped at the end.
struct Server {
    programs: PathBuf,
    directory: tempfile::TempDir,
}

fn as_postgres(program: &Path, arguments: &[&str]) -> Option<Output> {
    let run = Command::new("runuser")
        .args(["-u", "postgres", "--"])
        .arg(program)
        .args(arguments)
        .current_dir("/")
        .output();
    run.ok()
}

/// The programs of a server of Debian's packages whose major version is one of these.
fn programs(majors: std::ops::Range<u32>) -> Option<PathBuf> {
    let mut found = majors.map(|major| PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")));
    found.find(|path| path.join("initdb").is_file())
}

impl Server {
    fn start(majors: std::ops::Range<u32>) -> Option<Server> {
        let programs = programs(majors)?;
        let directory = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
        let place = directory.path().to_str().unwrap();
        Command::new("chown")
            .args(["postgres", place])
            .status()
            .ok()
            .filter(std::process::ExitStatus::success)?;
        let data = format!("{place}/data");
        let made = as_postgres(&programs.join("initdb"), &["-D", &data, "-A", "trust"])?;
        if !made.status.success() {
            return None;
        }
        let options = format!("-k {place} -c listen_addresses=");
        let log = format!("{place}/log");
        let control = programs.join("pg_ctl");
        let started = as_postgres(
            &control,
            &["-D", &data, "-l", &log, "-o", &options, "-w", "start"],
        )?;
        started.status.success().then_some(Server { programs, directory })
    }

    fn psql(&self, user: &str, database: &str, arguments: &[&str]) -> Output {
        let place = self.directory.path().to_str().unwrap();
        let fixed = ["-X", "-h", place, "-U", user, "-d", database];
        as_postgres(&self.programs.join("psql"), &[&fixed[..], arguments].concat()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.directory.path().join("data");
        let data = data.to_str().unwrap_or_default();
        let _ = as_postgres(
            &self.programs.join("pg_ctl"),
            &["-D", data, "-m", "immediate", "stop"],
        );
    }
}

#[test]
fn rights_on_the_database_are_no_right_to_create_in_public() {
    let Some(server) = Server::start(15..30) else {
        eprintln!("skipped: no PostgreSQL 15 or newer, or not root");
        return;
    };
    let setup = "CREATE ROLE app LOGIN; CREATE DATABASE shop; GRANT ALL PRIVILEGES ON DATABASE shop TO app;";
    let migration = "CREATE TABLE orders (id bigint);";
    assert_eq!(
        sql_file(setup).unwrap().grants.into_iter().collect::<Vec<_>>(),
        ["database"]
    );
    assert_eq!(
        sql_file(migration).unwrap().creates,
        Some(("table orders".to_owned(), 1))
    );
    for statement in setup
        .split_inclusive(';')
        .filter(|statement| !statement.trim().is_empty())
    {
        assert!(
            server
                .psql("postgres", "postgres", &["-c", statement])
                .status
                .success(),
            "{statement}"
        );
    }
    let refused = server.psql("app", "shop", &["-c", migration]);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("permission denied for schema public"), "{said}");

    let remedy = "GRANT CREATE ON SCHEMA public TO app;";
    assert!(sql_file(remedy).unwrap().grants.contains("schema"));
    assert!(server.psql("postgres", "shop", &["-c", remedy]).status.success());
    assert!(server.psql("app", "shop", &["-c", migration]).status.success());
}

#[test]
fn psql_goes_on_after_a_setting_that_is_not_known() {
    let Some(server) = Server::start(9..17) else {
        eprintln!("skipped: no PostgreSQL before 17, or not root");
        return;
    };
    let dump = "--\n-- PostgreSQL database dump\n--\nSET transaction_timeout = 0;\nCREATE TABLE public.t (a integer);\n";
    let file = sql_file(dump).unwrap();
    assert!(file.needs.is_empty() && file.dump_settings.len() == 1);
    let path = server.directory.path().join("dump.sql");
    fs::write(&path, dump).unwrap();
    let path = path.to_str().unwrap();
    let stopped = server.psql("postgres", "postgres", &["-v", "ON_ERROR_STOP=1", "-f", path]);
    assert_eq!(stopped.status.code(), Some(3));
    let went_on = server.psql("postgres", "postgres", &["-f", path]);
    let said = String::from_utf8_lossy(&went_on.stderr).into_owned();
    assert!(said.contains("unrecognized configuration parameter"), "{said}");
    assert!(went_on.status.success());
    assert!(
        server
            .psql("postgres", "postgres", &["-c", "SELECT a FROM t"])
            .status
            .success()
    );
}
