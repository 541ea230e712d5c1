//! The programs whose configuration is read: where it is, and how it includes more.

use parity_core::need::{Need, Take};

use super::directive::{Directive, SyntaxError};
use super::{ini, nginx, postgresql, sshd, words};

/// A program whose configuration is read by directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Software {
    Mysql,
    Nginx,
    Postgresql,
    Redis,
    Sshd,
}

const CAP: u64 = 4 << 20;

pub(super) fn file(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

pub(super) fn files(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(CAP as u32))
}

impl Software {
    pub(super) const ALL: [Software; 5] = [
        Software::Mysql,
        Software::Nginx,
        Software::Postgresql,
        Software::Redis,
        Software::Sshd,
    ];

    /// The family of its directives.
    pub(super) fn family(self) -> &'static str {
        self.families().first().copied().unwrap_or_default()
    }

    /// All families that say something of its configuration.
    pub(super) fn families(self) -> &'static [&'static str] {
        match self {
            Software::Mysql => &["config.mysql", "mysql.setting"],
            Software::Nginx => &["config.nginx"],
            Software::Postgresql => &["config.postgresql", "postgresql.setting"],
            Software::Redis => &["config.redis"],
            Software::Sshd => &["config.sshd", "sshd"],
        }
    }

    /// The files it begins with.
    pub(super) fn main_files(self) -> Vec<Need> {
        match self {
            Software::Mysql => vec![file("etc/my.cnf"), file("etc/mysql/my.cnf")],
            Software::Nginx => vec![file("etc/nginx/nginx.conf")],
            Software::Postgresql => vec![
                files("etc/postgresql/*/*/postgresql.conf"),
                files("var/lib/pgsql/*/data/postgresql.conf"),
                file("var/lib/pgsql/data/postgresql.conf"),
                file("var/lib/postgresql/data/postgresql.conf"),
            ],
            Software::Redis => vec![
                file("etc/redis/redis.conf"),
                file("etc/redis.conf"),
                file("etc/valkey/valkey.conf"),
            ],
            Software::Sshd => vec![file("etc/ssh/sshd_config")],
        }
    }

    /// What is usually included: asked for at once, so that deep chains need no more rounds than there are.
    pub(super) fn usual_includes(self) -> Vec<Need> {
        match self {
            Software::Mysql => [
                "etc/my.cnf.d/*.cnf",
                "etc/mysql/conf.d/*.cnf",
                "etc/mysql/mariadb.conf.d/*.cnf",
                "etc/mysql/mysql.conf.d/*.cnf",
            ]
            .map(files)
            .to_vec(),
            Software::Nginx => vec![
                files("etc/nginx/conf.d/*.conf"),
                files("etc/nginx/modules-enabled/*.conf"),
                files("etc/nginx/sites-enabled/*"),
                file("etc/nginx/fastcgi.conf"),
                file("etc/nginx/fastcgi_params"),
                file("etc/nginx/proxy_params"),
                file("etc/nginx/snippets/fastcgi-php.conf"),
            ],
            Software::Postgresql => vec![files("etc/postgresql/*/*/conf.d/*.conf")],
            Software::Redis => Vec::new(),
            Software::Sshd => vec![files("etc/ssh/sshd_config.d/*.conf")],
        }
    }

    /// The directives of a file.
    pub(super) fn parse(self, text: &str) -> Result<Vec<Directive>, SyntaxError> {
        match self {
            Software::Mysql => ini::directives(text),
            Software::Nginx => nginx::directives(text),
            Software::Postgresql => postgresql::directives(text),
            Software::Redis => words::directives(text),
            Software::Sshd => sshd::directives(text),
        }
    }

    /// The files that a directive in the file `by` includes.
    pub(super) fn includes(self, directive: &Directive, by: &str) -> Vec<Need> {
        let beside = by.rsplit_once('/').map_or("", |(directory, _)| directory);
        let (base, is_directory) = match (self, directive.name()) {
            (Software::Nginx, "include") => ("etc/nginx", None),
            (Software::Sshd, "include") => ("etc/ssh", None),
            (Software::Redis, "include") => (beside, None),
            (Software::Mysql, "!include") => (beside, None),
            (Software::Mysql, "!includedir") => (beside, Some("cnf")),
            (Software::Postgresql, "include" | "include_if_exists") => (beside, None),
            (Software::Postgresql, "include_dir") => (beside, Some("conf")),
            _ => return Vec::new(),
        };
        // The table of media types is the same wherever nginx is.
        let wanted = directive
            .arguments
            .iter()
            .filter(|path| !path.ends_with("mime.types"));
        wanted
            .map(|path| {
                let path = match path.strip_prefix('/') {
                    Some(absolute) => absolute.trim_end_matches('/').to_owned(),
                    None => format!("{base}/{}", path.trim_end_matches('/')),
                };
                match is_directory {
                    Some(ending) => files(&format!("{path}/*.{ending}")),
                    None if path.contains(['*', '?']) => files(&path),
                    None => file(&path),
                }
            })
            .collect()
    }
}
