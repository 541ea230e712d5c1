//! What is left of the values of variables: what can be no secret.

use super::{REDACTED, is_secret_name};

/// Variables that name a file of trusted certificates.
const CA_VARIABLES: [&str; 7] = [
    "AWS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
];

/// A file of certificates where distributions keep those that everybody may read.
fn is_public_certificate(value: &str) -> bool {
    let is_place = [
        "/etc/pki/",
        "/etc/ssl/",
        "/usr/local/share/ca-certificates/",
        "/usr/share/ca-certificates/",
        "/var/lib/ca-certificates/",
    ]
    .iter()
    .any(|place| value.starts_with(place));
    let is_file = value.ends_with(".crt") || value.ends_with(".pem");
    is_place
        && is_file
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
}

/// The categories of locale(7). Other names that begin alike pass secrets on, as `sshd` lets them all through by default.
const CATEGORIES: [&str; 13] = [
    "ADDRESS",
    "ALL",
    "COLLATE",
    "CTYPE",
    "IDENTIFICATION",
    "MEASUREMENT",
    "MESSAGES",
    "MONETARY",
    "NAME",
    "NUMERIC",
    "PAPER",
    "TELEPHONE",
    "TIME",
];

/// Whether a variable says which language or time zone programs use, and nothing besides: `de_DE.UTF-8`, `America/Sao_Paulo`, `:UTC`.
pub(super) fn names_locale(name: &str, value: &str) -> bool {
    let category = name.strip_prefix("LC_");
    let is_locale = category.is_some_and(|category| CATEGORIES.contains(&category))
        || ["LANG", "LANGUAGE", "TZ"].contains(&name);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-.:@".contains(&byte);
    let value = value.trim().trim_matches(['"', '\'']);
    is_locale && value.len() <= 40 && value.bytes().all(is_part)
}

/// A host of one word, as services of compose files are called: `db`, `redis-1`. What looks drawn by lot is none.
fn is_one_word(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    value.len() <= 24
        && digits <= 2
        && value.starts_with(|c: char| c.is_ascii_lowercase())
        && value.bytes().all(is_plain)
}

/// Variables that name how a database sorts.
const COLLATIONS: [&str; 2] = ["CHARSET", "COLLATION"];

/// Variables that say how a connection to a database is encrypted.
const TLS_MODES: [&str; 2] = ["SSLMODE", "SSL_MODE"];

/// The ways there are to encrypt one: <https://www.postgresql.org/docs/current/libpq-ssl.html>,
/// <https://dev.mysql.com/doc/refman/8.4/en/connection-options.html>, and those of drivers.
const WAYS: [&str; 19] = [
    "0",
    "1",
    "allow",
    "disable",
    "disabled",
    "false",
    "no",
    "no-verify",
    "off",
    "on",
    "prefer",
    "preferred",
    "require",
    "required",
    "true",
    "verify-ca",
    "verify-full",
    "verify-identity",
    "yes",
];

/// The parameter that starts the kernel without IPv6: <https://docs.kernel.org/networking/ipv6.html>.
const NO_IPV6: &str = "ipv6.disable=1";

fn is_way(value: &str) -> bool {
    let value = value.to_ascii_lowercase().replace('_', "-");
    WAYS.contains(&value.as_str())
}

/// A word of small letters and digits, as names of collations are.
fn is_plain_word(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    !value.is_empty() && value.len() <= 32 && value.bytes().all(is_plain)
}

/// What the address of a database says besides user, password, host and name: the kind of server, whether it is this machine, how the
/// connection is encrypted, and by which certificate of the system's own directories.
fn address(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once("://")?;
    let (prefix, scheme) = match scheme.strip_prefix("jdbc:") {
        Some(scheme) => ("jdbc:", scheme),
        None => ("", scheme),
    };
    let kind = scheme.split('+').next()?;
    if !["mariadb", "mysql", "mysql2", "postgres", "postgresql"].contains(&kind) {
        return None;
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.split('/').next().unwrap_or(place);
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&name);
    let place = if is_here { name } else { REDACTED };
    let told = query.split('&').filter(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name.to_ascii_lowercase().as_str() {
            "requiressl" | "ssl" | "ssl-mode" | "sslmode" | "usessl" => is_way(value),
            "sslrootcert" => is_public_certificate(value),
            _ => false,
        }
    });
    let told: Vec<&str> = told.collect();
    let mark = if told.is_empty() { "" } else { "?" };
    Some(format!("{prefix}{kind}://{place}/{mark}{}", told.join("&")))
}

/// What is left of the value of a variable that can hold no secret: the policy of a firewall, the names of a locale and a time zone, the
/// number of a port, this machine or another by one word as a host, the place of a bundle of trusted certificates, how a database is
/// connected to and sorts, and the names of options of Node.js and the Java virtual machine.
pub(super) fn harmless(name: &str, value: &str) -> Option<String> {
    let name = name.to_ascii_uppercase();
    let value = value.trim().trim_matches(['"', '\'']);
    let is_port = name == "PORT" || name.ends_with("_PORT");
    let is_host = ["HOST", "HOSTNAME"].iter().any(|word| name.ends_with(word));
    let is_java = [
        "JAVA_OPTIONS",
        "JAVA_OPTS",
        "JAVA_TOOL_OPTIONS",
        "JVM_OPTS",
        "CATALINA_OPTS",
        "NODE_OPTIONS",
    ]
    .iter()
    .any(|word| name.ends_with(word));
    if is_secret_name(&name) {
        return None;
    }
    if names_locale(&name, value) && !value.is_empty() {
        return Some(value.to_owned());
    }
    // Whether the kernel is started without IPv6; its other parameters may hold keys.
    if name.starts_with("GRUB_CMDLINE_LINUX") && value.split_whitespace().any(|word| word == NO_IPV6) {
        return Some(NO_IPV6.to_owned());
    }
    // What a firewall does unless a rule says otherwise (ufw(8)).
    if name.ends_with("_POLICY") && ["ACCEPT", "DROP", "REJECT"].contains(&value) {
        return Some(value.to_owned());
    }
    if is_port && !value.is_empty() && value.len() <= 5 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.to_owned());
    }
    if is_host && (["localhost", "127.0.0.1", "::1"].contains(&value) || is_one_word(value)) {
        return Some(value.to_owned());
    }
    if CA_VARIABLES.contains(&name.as_str()) && is_public_certificate(value) {
        return Some(value.to_owned());
    }
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    if (ends(&COLLATIONS) && is_plain_word(value)) || (ends(&TLS_MODES) && is_way(value)) {
        return Some(value.to_owned());
    }
    if let Some(address) = address(value) {
        return Some(address);
    }
    let options = value
        .split_whitespace()
        .map(|word| word.split('=').next().unwrap_or(word));
    let is_option = |word: &&str| {
        let rest = word.strip_prefix("-XX:").or_else(|| word.strip_prefix("--"));
        rest.is_some_and(|rest| {
            rest.chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-".contains(c))
        })
    };
    let options: Vec<&str> = options.filter(is_option).collect();
    (is_java && !options.is_empty()).then(|| options.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_address_of_a_database_nothing_is_left_but_how_it_is_connected_to() {
        for (value, left) in [
            (
                "postgres://app:x9@shop.example.com:5432/shop?sslmode=require&options=x",
                Some("postgres://[redacted]/?sslmode=require"),
            ),
            (
                "postgresql+psycopg2://app@127.0.0.1:5432/shop",
                Some("postgresql://127.0.0.1/"),
            ),
            (
                "jdbc:mysql://db/a?useSSL=false&password=secret",
                Some("jdbc:mysql://[redacted]/?useSSL=false"),
            ),
            (
                "postgres://u@h/d?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds.pem",
                Some("postgres://[redacted]/?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds.pem"),
            ),
            ("postgres://u@h/d?sslmode=hunter2", Some("postgres://[redacted]/")),
            (
                "postgres://u@h/d?sslrootcert=/home/me/key.pem",
                Some("postgres://[redacted]/"),
            ),
            ("amqp://u:p@h/", None),
            ("hunter2", None),
        ] {
            assert_eq!(harmless("DATABASE_URL", value).as_deref(), left, "{value}");
        }
        assert_eq!(
            harmless("DB_COLLATION", "utf8mb4_0900_ai_ci").as_deref(),
            Some("utf8mb4_0900_ai_ci")
        );
        assert_eq!(harmless("PGSSLMODE", "require").as_deref(), Some("require"));
        assert_eq!(harmless("DB_COLLATION", "Hunter 2"), None);
        assert_eq!(harmless("PGSSLMODE", "hunter2"), None);
        assert_eq!(harmless("LC_ALL", "de_DE.UTF-8").as_deref(), Some("de_DE.UTF-8"));
        assert_eq!(harmless("LC_PASS", "hunter2"), None);
    }
}
