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
    /// Words that stand anywhere in a line before the path of such a file.
    words: &'static [&'static str],
    /// Those of them that name the certificate it shows to others.
    own_words: &'static [&'static str],
    /// Where paths begin that have no `/` in front.
    base: &'static str,
    /// The level of OpenSSL that it sets itself.
    pub(crate) level: Option<i64>,
}

/// Sources: <https://nginx.org/en/docs/http/ngx_http_ssl_module.html>, <https://httpd.apache.org/docs/2.4/mod/mod_ssl.html>,
/// <https://dev.mysql.com/doc/refman/8.0/en/using-encrypted-connections.html>, stunnel(8),
/// <https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-CERT-FILE>,
/// <https://docs.haproxy.org/3.0/configuration.html#5.1-crt>, <https://www.postfix.org/TLS_README.html>,
/// <https://doc.dovecot.org/2.4.0/core/config/ssl.html>.
pub(crate) const PROGRAMS: [Program; 8] = [
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
        words: &[],
        own_words: &[],
        base: "etc/httpd",
        level: None,
    },
    Program {
        name: "dovecot",
        files: &[
            "etc/dovecot/conf.d/*.conf",
            "etc/dovecot/dovecot.conf",
            "etc/dovecot/local.conf",
        ],
        directives: &[
            "ssl_ca",
            "ssl_cert",
            "ssl_client_ca_file",
            "ssl_server_ca_file",
            "ssl_server_cert_file",
        ],
        own: &["ssl_cert", "ssl_server_cert_file"],
        words: &[],
        own_words: &[],
        base: "etc/dovecot",
        level: None,
    },
    Program {
        name: "haproxy",
        files: &["etc/haproxy/conf.d/*.cfg", "etc/haproxy/haproxy.cfg"],
        directives: &[],
        own: &[],
        words: &["ca-file", "crt"],
        own_words: &["crt"],
        base: "etc/haproxy",
        level: None,
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
        words: &[],
        own_words: &[],
        base: "var/lib/mysql",
        level: None,
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
        words: &[],
        own_words: &[],
        base: "etc/nginx",
        level: None,
    },
    // Its library sets level 0 before its own lists count (`tls_server.c`, `tls_client.c`).
    Program {
        name: "postfix",
        files: &["etc/postfix/main.cf"],
        directives: &[
            "smtp_tls_CAfile",
            "smtp_tls_cert_file",
            "smtpd_tls_CAfile",
            "smtpd_tls_cert_file",
        ],
        own: &["smtpd_tls_cert_file"],
        words: &[],
        own_words: &[],
        base: "etc/postfix",
        level: Some(0),
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
        words: &[],
        own_words: &[],
        base: "var/lib/pgsql/data",
        level: None,
    },
    Program {
        name: "stunnel",
        files: &["etc/stunnel/*.conf"],
        directives: &["CAfile", "cert"],
        own: &["cert"],
        words: &[],
        own_words: &[],
        base: "etc/stunnel",
        level: None,
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
            // Dovecot before 2.4 has names that MySQL has too, and `<` before what it reads.
            let is_read = self.name == "dovecot" && ["ssl_ca", "ssl_cert"].contains(&name);
            let value = if is_read { value.strip_prefix('<')? } else { value };
            let is_file = !value.is_empty() && !value.contains(['$', ' ', '*', '?', ':', '<']);
            let path = self.absolute(value);
            let is_own = self.own.contains(&name);
            (is_file && self.directives.contains(&name)).then_some((path, line, is_own))
        });
        named.chain(self.in_lines(text)).collect()
    }

    /// Files after a word in a line: `bind :443 ssl crt /etc/x.pem`. A directory of them has no ending.
    fn in_lines<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (String, u32, bool)> + 'a {
        statements(text, &['#']).flat_map(move |(line, statement)| {
            let words: Vec<&str> = statement.split_whitespace().collect();
            let pairs: Vec<(&str, &str)> = words.iter().copied().zip(words.iter().copied().skip(1)).collect();
            pairs.into_iter().filter_map(move |(word, value)| {
                let is_file = value.contains('.') && !value.contains(['$', '@', '"']);
                let is_one = is_file && self.words.contains(&word);
                is_one.then(|| (self.absolute(value), line, self.own_words.contains(&word)))
            })
        })
    }

    fn absolute(&self, value: &str) -> String {
        match value.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("{}/{value}", self.base),
        }
    }
}
