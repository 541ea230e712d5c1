//! Certificates that configurations name.

use crate::reading::statements;

/// A program that loads certificates with OpenSSL.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// Its configuration files.
    pub(crate) files: &'static [&'static str],
    /// Directives that name files of certificates.
    directives: &'static [&'static str],
    /// Where paths begin that have no `/` in front.
    base: &'static str,
}

/// Sources: <https://nginx.org/en/docs/http/ngx_http_ssl_module.html>, <https://httpd.apache.org/docs/2.4/mod/mod_ssl.html>,
/// <https://dev.mysql.com/doc/refman/8.0/en/using-encrypted-connections.html>, stunnel(8).
pub(crate) const PROGRAMS: [Program; 4] = [
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
        base: "etc/nginx",
    },
    Program {
        name: "stunnel",
        files: &["etc/stunnel/*.conf"],
        directives: &["CAfile", "cert"],
        base: "etc/stunnel",
    },
];

impl Program {
    /// Files that a text names, from the root, and the lines.
    pub(crate) fn certificates(&self, text: &str) -> Vec<(String, u32)> {
        let named = statements(text, &['#', ';']).filter_map(|(line, statement)| {
            let end = statement.find(|c: char| c == '=' || c.is_whitespace())?;
            let (name, rest) = statement.split_at_checked(end)?;
            let value = rest.trim_start_matches(['=', ' ', '\t']).trim_end();
            let value = value.trim_end_matches(';').trim().trim_matches(['"', '\'']);
            let is_file = !value.is_empty() && !value.contains(['$', ' ', '*', '?', ':']);
            let path = match value.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{}/{value}", self.base),
            };
            (is_file && self.directives.contains(&name)).then_some((path, line))
        });
        named.collect()
    }
}
