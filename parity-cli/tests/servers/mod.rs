//! Servers of Debian's packages, each in a temporary directory, on a port of its own, as an unprivileged user, and ended with the test.

pub(crate) mod case;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

/// A password that must not be seen anywhere.
pub(crate) const SECRET: &str = "CANARY-of-the-server";

/// The binary with no environment but a path, passwords and these variables.
pub(crate) fn parity(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parity"));
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", directory)
        .env("XDG_STATE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
    for name in ["PGPASSWORD", "MYSQL_PWD", "REDISCLI_AUTH"] {
        command.env(name, SECRET);
    }
    command
        .envs(variables.iter().copied())
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap()
}

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    directory: tempfile::TempDir,
    pub(crate) port: u16,
}

fn run(program: impl AsRef<Path>, arguments: &[&str]) -> Output {
    let output = Command::new(program.as_ref())
        .args(arguments)
        .env("LC_ALL", "C")
        .current_dir("/")
        .output();
    output.unwrap_or_else(|error| panic!("{}: {error}", program.as_ref().display()))
}

fn succeeds(program: impl AsRef<Path>, arguments: &[&str]) {
    let output = run(program.as_ref(), arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", program.as_ref().display());
}

/// A program as an unprivileged user.
fn as_user(user: &str, program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={user}"))
        .arg(format!("--regid={user}"))
        .args(["--clear-groups", "--"])
        .arg(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::null());
    command
}

fn is_root() -> bool {
    String::from_utf8_lossy(&run("id", &["-u"]).stdout).trim() == "0"
}

/// A directory that belongs to a user.
fn directory(user: &str) -> tempfile::TempDir {
    let directory = tempfile::Builder::new().prefix("server").tempdir().unwrap();
    succeeds("chown", &[user, directory.path().to_str().unwrap()]);
    directory
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl Server {
    fn start(mut command: Command, directory: tempfile::TempDir, port: u16) -> Server {
        let log = fs::File::create(directory.path().join("log")).unwrap();
        let child = command
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Server {
            child,
            directory,
            port,
        };
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            assert!(server.child.try_wait().unwrap().is_none(), "{}", server.log());
            thread::sleep(Duration::from_millis(100));
        }
        panic!("it does not listen: {}", server.log());
    }

    /// It listens before it takes statements.
    fn wait_for_postgresql(&self) {
        for _ in 0..300 {
            let output = self.psql("postgres", "dbname=postgres", "SELECT 1");
            if output.status.success() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("it takes no statements: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// PostgreSQL with TLS by a certificate of its own authority (`ca.crt`) for `localhost`, and passwords asked for.
    pub(crate) fn postgresql() -> Option<Server> {
        let majors = (13..30).rev();
        let mut programs = majors.map(|major| PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")));
        let Some(programs) = programs.find(|path| path.join("initdb").is_file() && is_root()) else {
            eprintln!("skipped: no PostgreSQL (postgresql), or not root");
            return None;
        };
        let directory = directory("postgres");
        let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
        fs::write(at("password"), SECRET).unwrap();
        let (data, password) = (at("data"), format!("--pwfile={}", at("password")));
        let arguments = [
            "-D",
            &data,
            "-A",
            "scram-sha-256",
            "--locale=en_US.UTF-8",
            "-E",
            "UTF8",
            &password,
        ];
        let made = as_user("postgres", &programs.join("initdb"), &arguments)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        certificates(directory.path());
        let (port, place) = (free_port(), at(""));
        let (number, key, certificate) = (port.to_string(), at("server.key"), at("server.crt"));
        let settings = [
            format!("ssl_key_file={key}"),
            format!("ssl_cert_file={certificate}"),
            "ssl=on".to_owned(),
            "fsync=off".to_owned(),
        ];
        let mut arguments = vec!["-D", &data, "-k", &place, "-h", "127.0.0.1", "-p", &number];
        arguments.extend(settings.iter().flat_map(|setting| ["-c", setting.as_str()]));
        let command = as_user("postgres", &programs.join("postgres"), &arguments);
        let server = Server::start(command, directory, port);
        server.wait_for_postgresql();
        Some(server)
    }

    /// MariaDB with the account `root` without a password over its socket.
    pub(crate) fn mariadb() -> Option<Server> {
        let program = Path::new("/usr/sbin/mariadbd");
        if !program.is_file() || !is_root() {
            eprintln!("skipped: no MariaDB (mariadb-server), or not root");
            return None;
        }
        let directory = directory("mysql");
        let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
        let data = format!("--datadir={}", at("data"));
        // In /tmp several of them remove each other's tables.
        let temporary = format!("--tmpdir={}", at(""));
        let ways = [
            "--no-defaults",
            "--user=mysql",
            &data,
            &temporary,
            "--auth-root-authentication-method=normal",
        ];
        succeeds("mariadb-install-db", &ways);
        let port = free_port();
        let (number, socket, pid) = (
            format!("--port={port}"),
            format!("--socket={}", at("socket")),
            format!("--pid-file={}", at("pid")),
        );
        let arguments = [
            "--no-defaults",
            &data,
            &temporary,
            &number,
            &socket,
            &pid,
            "--bind-address=127.0.0.1",
        ];
        Some(Server::start(
            as_user("mysql", program, &arguments),
            directory,
            port,
        ))
    }

    /// Redis with a password.
    pub(crate) fn redis() -> Option<Server> {
        let program = Path::new("/usr/bin/redis-server");
        if !program.is_file() || !is_root() {
            eprintln!("skipped: no Redis (redis-server), or not root");
            return None;
        }
        let directory = directory("redis");
        let (port, place) = (free_port(), directory.path().to_str().unwrap().to_owned());
        let number = port.to_string();
        let arguments = [
            "--port",
            &number,
            "--bind",
            "127.0.0.1",
            "--requirepass",
            SECRET,
            "--save",
            "",
            "--dir",
            &place,
        ];
        let command = as_user("redis", program, &arguments);
        Some(Server::start(command, directory, port))
    }

    /// What psql says, as a user with the password of the tests.
    pub(crate) fn psql(&self, user: &str, options: &str, statement: &str) -> Output {
        let place = format!("host=127.0.0.1 port={} user={user} {options}", self.port);
        Command::new("psql")
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", &place, "-c", statement])
            .env("PGPASSWORD", SECRET)
            .env("LC_ALL", "C")
            .output()
            .unwrap()
    }

    /// Runs statements as the owner of everything; they must succeed.
    pub(crate) fn administer(&self, database: &str, statements: &[&str]) {
        for statement in statements {
            let output = self.psql("postgres", &format!("dbname={database}"), statement);
            assert!(output.status.success(), "{statement}: {}", said(&output));
        }
    }

    /// What the client of MariaDB says, over the socket.
    pub(crate) fn mysql(&self, statement: &str) -> Output {
        let socket = self.path("socket");
        run(
            "mariadb",
            &[
                "--no-defaults",
                "-S",
                socket.to_str().unwrap(),
                "-u",
                "root",
                "-e",
                statement,
            ],
        )
    }

    /// What a command of Redis gives.
    pub(crate) fn redis_cli(&self, words: &[&str]) -> String {
        let port = self.port.to_string();
        let fixed = ["-p", port.as_str(), "--no-auth-warning", "-a", SECRET];
        String::from_utf8_lossy(&run("redis-cli", &[&fixed[..], words].concat()).stdout).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The processes of PostgreSQL end with their first one, and quickly when it is asked to (SIGQUIT).
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &id]).status();
        for _ in 0..30 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was said on standard error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An authority, and a key and certificate of it for `localhost`, which the server may read.
fn certificates(directory: &Path) {
    let script = "cd \"$1\"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt
openssl req -newkey rsa:2048 -nodes -subj /CN=server -keyout server.key -out server.csr
printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' >server.ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.crt
chmod 600 server.key; chown postgres server.key server.crt";
    succeeds("sh", &["-ec", script, "sh", directory.to_str().unwrap()]);
}
