//! Certificates that configurations name.

use crate::reading::statements;

/// A program that loads certificates with OpenSSL.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// Its configuration files.
    pub(crate) files: &'static [&'static str],
    /// Directives that name files of certificates.
    directives: &'static [&'static str],
    /// Those of them that name the certificate it shows to others.
    own: &'static [&'static str],
    /// Where paths begin that have no `/` in front.
    base: &'static str,
}

/// Sources: <https://nginx.org/en/docs/http/ngx_http_ssl_module.html>, <https://httpd.apache.org/docs/2.4/mod/mod_ssl.html>,
/// <https://dev.mysql.com/doc/refman/8.0/en/using-encrypted-connections.html>, stunnel(8),
/// <https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-CERT-FILE>.
pub(crate) const PROGRAMS: [Program; 5] = [
    Program {
        name: "apache",
        files: &[
            "etc/apache2/sites-enabled/*",
            "etc/httpd/conf.d/*.conf",
            "etc/httpd/conf/httpd.conf",
        ],
        directives: &[
            "SSLCACertificateFile",
            "SSLCertificateFile",
            "SSLProxyCACertificateFile",
        ],
        own: &["SSLCertificateFile"],
        base: "etc/httpd",
    },
    Program {
        name: "mysql",
        files: &[
            "etc/my.cnf",
            "etc/my.cnf.d/*.cnf",
            "etc/mysql/mariadb.conf.d/*.cnf",
            "etc/mysql/mysql.conf.d/*.cnf",
        ],
        directives: &["ssl-ca", "ssl-cert", "ssl_ca", "ssl_cert"],
        own: &["ssl-cert", "ssl_cert"],
        base: "var/lib/mysql",
    },
    Program {
        name: "nginx",
        files: &[
            "etc/nginx/conf.d/*.conf",
            "etc/nginx/nginx.conf",
            "etc/nginx/sites-enabled/*",
            "etc/nginx/snippets/*.conf",
        ],
        directives: &[
            "proxy_ssl_trusted_certificate",
            "ssl_certificate",
            "ssl_client_certificate",
            "ssl_trusted_certificate",
        ],
        own: &["ssl_certificate"],
        base: "etc/nginx",
    },
    Program {
        name: "postgresql",
        files: &[
            "etc/postgresql/*/*/postgresql.conf",
            "var/lib/pgsql/data/postgresql.conf",
            "var/lib/pgsql/*/data/postgresql.conf",
        ],
        directives: &["ssl_ca_file", "ssl_cert_file"],
        own: &["ssl_cert_file"],
        base: "var/lib/pgsql/data",
    },
    Program {
        name: "stunnel",
        files: &["etc/stunnel/*.conf"],
        directives: &["CAfile", "cert"],
        own: &["cert"],
        base: "etc/stunnel",
    },
];

impl Program {
    /// Files that a text names, from the root, with the lines, and whether the program shows them to others.
    pub(crate) fn certificates(&self, text: &str) -> Vec<(String, u32, bool)> {
        let named = statements(text, &['#', ';']).filter_map(|(line, statement)| {
            let end = statement.find(|c: char| c == '=' || c.is_whitespace())?;
            let (name, rest) = statement.split_at_checked(end)?;
            let value = rest.trim_start_matches(['=', ' ', '\t']).trim_end();
            let value = value
                .split_once(" #")
                .map_or(value, |(value, _)| value.trim_end());
            let value = value
                .split_once("\t#")
                .map_or(value, |(value, _)| value.trim_end());
            let value = value.trim_end_matches(';').trim().trim_matches(['"', '\'']);
            let is_file = !value.is_empty() && !value.contains(['$', ' ', '*', '?', ':']);
            let path = match value.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{}/{value}", self.base),
            };
            let is_own = self.own.contains(&name);
            (is_file && self.directives.contains(&name)).then_some((path, line, is_own))
        });
        named.collect()
    }
}
