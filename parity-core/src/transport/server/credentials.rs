//! Who asks a server: the user's own settings, at the places where the clients of each server look for them. Nothing here is ever
//! written into a snapshot, a recording or a message.

use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::server::{Endpoint, ServerAddress, ServerKind, TlsMode};
use crate::snapshot::Problem;
use crate::talk::Password;

/// The largest file of passwords that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// As whom to log in, and what the user's own settings say of the connection.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// As whom; empty where the server has a user for those who name none (Redis).
    pub user: String,
    /// The password, where there is one.
    pub password: Option<Password>,
    /// How to protect the connection.
    pub tls: Option<TlsMode>,
    /// What is worth telling: a file of passwords that others may read.
    pub notes: Vec<Problem>,
}

impl Credentials {
    /// For this address, from the environment of this process and the user's own files:
    /// `PGUSER`, `PGPASSWORD`, `PGPASSFILE` or `~/.pgpass`, `PGSSLMODE` (libpq, "Environment Variables", "The Password File");
    /// `MYSQL_PWD`; `REDISCLI_AUTH`. A user who is not named is the user of this process.
    pub fn of(address: &ServerAddress) -> Credentials {
        Credentials::from(address, &|name| {
            std::env::var(name).ok().filter(|value| !value.is_empty())
        })
    }

    fn from(address: &ServerAddress, variable: &dyn Fn(&str) -> Option<String>) -> Credentials {
        let mut found = Credentials {
            user: address.user.clone().unwrap_or_default(),
            ..Credentials::default()
        };
        let names_itself = || user_of_process(variable);
        match address.kind {
            ServerKind::Postgresql => {
                if found.user.is_empty() {
                    found.user = variable("PGUSER").unwrap_or_else(names_itself);
                }
                found.tls = variable("PGSSLMODE").and_then(|mode| TlsMode::parse(&mode));
                found.password = variable("PGPASSWORD").map(Password::new);
                if found.password.is_none() {
                    found.look_into_pgpass(address, variable);
                }
            }
            ServerKind::Mysql => {
                if found.user.is_empty() {
                    found.user = names_itself();
                }
                found.password = variable("MYSQL_PWD").map(Password::new);
            }
            ServerKind::Redis => found.password = variable("REDISCLI_AUTH").map(Password::new),
        }
        found
    }

    fn look_into_pgpass(&mut self, address: &ServerAddress, variable: &dyn Fn(&str) -> Option<String>) {
        let home = || variable("HOME").map(|home| Path::new(&home).join(".pgpass"));
        let Some(path) = variable("PGPASSFILE").map(PathBuf::from).or_else(home) else {
            return;
        };
        let Ok(file) = fs::File::open(&path) else { return };
        let Ok(metadata) = file.metadata() else { return };
        if !metadata.is_file() || metadata.mode() & 0o077 != 0 {
            let message = format!(
                "{}: not used, because others may read it: run chmod 600 {}",
                path.display(),
                path.display()
            );
            self.notes.push(Problem::new("password-file", message));
            return;
        }
        let mut text = String::new();
        if file.take(MAX_FILE).read_to_string(&mut text).is_ok() {
            let (host, port) = match &address.endpoint {
                Endpoint::Tcp { host, port } => (host.as_str(), *port),
                Endpoint::Unix(_) => ("localhost", address.kind.port()),
            };
            let database = address.database.as_ref().unwrap_or(&self.user);
            let wanted = [host, &port.to_string(), database, &self.user];
            self.password = text
                .lines()
                .find_map(|line| password_of_line(line, wanted))
                .map(Password::new);
        }
    }
}

/// The password of a line `host:port:database:user:password` that fits; `*` fits anything, `\` takes the next character as it is.
fn password_of_line(line: &str, wanted: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut is_star = vec![false];
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        let is_last = fields.len() == 5;
        match c {
            ':' if !is_last => {
                fields.push(String::new());
                is_star.push(false);
            }
            c => {
                let c = if c == '\\' { characters.next()? } else { c };
                let field = fields.last_mut()?;
                field.push(c);
                *is_star.last_mut()? = c == '*' && field == "*";
            }
        }
    }
    let fits = |(at, wanted): (usize, &&str)| {
        is_star.get(at) == Some(&true) || fields.get(at).map(String::as_str) == Some(*wanted)
    };
    let all = fields.len() == 5 && wanted.iter().enumerate().all(fits);
    fields.pop().filter(|_| all)
}

/// The name of the user of this process, as `passwd(5)` has it.
fn user_of_process(variable: &dyn Fn(&str) -> Option<String>) -> String {
    let id = rustix::process::geteuid().as_raw().to_string();
    let text = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    });
    named.or_else(|| variable("USER")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_first_line_that_fits_gives_the_password() {
        let wanted = ["db1", "5432", "shop", "app"];
        for (line, password) in [
            ("db1:5432:shop:app:secret", Some("secret")),
            ("*:*:*:app:a:b", Some("a:b")),
            (r"db1:*:shop:app:a\:b\\c", Some(r"a:b\c")),
            (r"\d\b1:5432:shop:app:x", Some("x")),
            ("db2:5432:shop:app:secret", None),
            ("#db1:5432:shop:app:secret", None),
            ("db1:5432:shop:app", None),
            ("", None),
        ] {
            assert_eq!(password_of_line(line, wanted).as_deref(), password, "{line}");
        }
    }

    #[test]
    fn a_file_that_others_may_read_is_not_used() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "*:*:*:*:CANARY\n").unwrap();
        let address = ServerAddress::parse("postgresql://app@db1/shop")
            .unwrap()
            .unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        let variable = |name: &str| (name == "PGPASSFILE").then(|| path.clone());
        for (mode, is_used) in [(0o600, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
            let found = Credentials::from(&address, &variable);
            assert_eq!(
                (found.password.is_some(), found.notes.is_empty()),
                (is_used, is_used),
                "{mode:o}"
            );
            assert!(!format!("{found:?}").contains("CANARY"));
        }
    }
}
