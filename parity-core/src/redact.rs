//! Redaction: secrets are removed from answers before anything parses, records or shows them.

mod digest;
mod variables;

use memchr::memmem;

pub(crate) use digest::Taken;
pub use digest::{DigestKey, WeakKey};
use variables::{harmless, names_locale};

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// Words in the name of a setting that make its value a secret.
const SECRET_WORDS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "requirepass",
    "masterauth",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "private_key",
    "credential",
    "conninfo",
    "authorization",
];

/// Settings whose names sound so and whose values are switches or numbers (sshd_config(5), PostgreSQL, MySQL).
const SWITCHES: [&str; 9] = [
    "passwordauthentication",
    "permitemptypasswords",
    "numberofpasswordprompts",
    "password_encryption",
    "default_password_lifetime",
    "password_history",
    "password_reuse_interval",
    "password_require_current",
    "disconnect_on_expired_password",
];

/// Whether a setting of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if SWITCHES.contains(&name.as_str()) {
        return false;
    }
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// The same text without what looks like a secret: values of secret settings, values of environment variables,
/// passwords in URLs, private keys. Line numbers do not change.
///
/// Text that is not a configuration passes unchanged; so do bytes that are not text.
pub fn scrub(bytes: Vec<u8>) -> Vec<u8> {
    scrub_into(bytes, &mut Taken::default())
}

/// The same, and what was taken out.
pub(crate) fn scrub_into(bytes: Vec<u8>, taken: &mut Taken<'_>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return bytes;
    };
    let suspects = suspects(text);
    if suspects.is_empty() {
        return bytes;
    }
    let mut suspects = suspects.into_iter().peekable();
    let mut out = String::with_capacity(text.len());
    let mut in_key = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let mut is_suspect = false;
        while suspects.next_if(|suspect| *suspect < at).is_some() {
            is_suspect = true;
        }
        if !in_key && !is_suspect {
            out.push_str(line);
            continue;
        }
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        if line.contains("-----BEGIN") && line.contains("PRIVATE KEY") {
            in_key = true;
        }
        if in_key {
            in_key = !line.contains("-----END");
            out.push_str(REDACTED);
        } else {
            out.push_str(&scrub_line(line, taken));
        }
        out.push_str(end);
    }
    out.into_bytes()
}

/// The same text of a file of environment variables (`/etc/environment`): names stay, and the values that say which
/// language and time zone programs use.
pub(crate) fn scrub_environment(bytes: &[u8], taken: &mut Taken<'_>) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let scrubbed = text.split_inclusive('\n').map(|line| {
        // A shell takes the carriage return for a part of the value: that it is there is told.
        let end = match line {
            line if line.ends_with("\r\n") => "\r\n",
            line if line.ends_with('\n') => "\n",
            _ => "",
        };
        let name = line.split('=').next().unwrap_or_default();
        let word = name.trim().trim_start_matches("export ").trim_start();
        let value = line.trim_end().split_once('=').map(|(_, value)| value);
        let is_kept =
            value.is_some_and(|value| names_locale(word, value)) || line.trim_start().starts_with('#');
        match value.filter(|_| !is_kept) {
            Some(value) => match harmless(word.trim_end(), value) {
                Some(value) => format!("{name}=\"{value}\"{end}"),
                None => {
                    taken.note(word.trim_end(), value);
                    format!("{name}={REDACTED}{end}")
                }
            },
            None => line.to_owned(),
        }
    });
    scrubbed.collect::<String>().into_bytes()
}

/// Nothing but the names of the variables that a text sets, each on its line: `NAME=[redacted]`.
///
/// What stands inside of quotes that are open is a part of a value, whatever it looks like.
pub(crate) fn variable_names(bytes: &[u8], taken: &mut Taken<'_>) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    let mut open: Option<char> = None;
    for line in text.split_inclusive('\n') {
        let is_inside = open.is_some();
        open = still_open(line, open);
        if !is_inside && let Some((name, value)) = assigned(line) {
            // Of a value of several lines the first is not all.
            if open.is_none() {
                taken.note(name, value);
            }
            out.push_str(&format!("{name}={REDACTED}"));
        }
        if line.ends_with('\n') {
            out.push('\n');
        }
    }
    out.into_bytes()
}

/// The name that a line assigns to, `export` or not, and the value.
fn assigned(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let (name, value) = line
        .strip_prefix("export ")
        .unwrap_or(line)
        .trim_start()
        .split_once('=')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_variable =
        name.chars().all(is_name) && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    is_variable.then_some((name, value))
}

/// The quote that is open at the end of a line.
fn still_open(line: &str, mut open: Option<char>) -> Option<char> {
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (open, c) {
            (None | Some('"'), '\\') => {
                characters.next();
            }
            (None, '#') => return None,
            (None, '"' | '\'') => open = Some(c),
            (Some(quote), c) if c == quote => open = None,
            _ => {}
        }
    }
    open
}

/// Whether a file, by its path from the root, holds environment variables: those that services read (systemd.exec(5)), and the start
/// files of shells.
pub fn holds_environment(path: &str) -> bool {
    let places = ["etc/default/", "etc/sysconfig/", "etc/profile", "etc/bash"];
    let shells = [".bash_profile", ".bashrc", ".profile"];
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_named = name == "environment" || name.ends_with(".env") || name.starts_with(".env");
    is_named || shells.contains(&name) || places.iter().any(|place| path.starts_with(place))
}

/// Where something stands that a line with a secret may have, sorted: most files and lines have nothing of it.
fn suspects(text: &str) -> Vec<usize> {
    const HINTS: [&str; 5] = ["private key", "://", "environment", "env", "fastcgi_param"];
    let lower = text.to_ascii_lowercase();
    let hints = SECRET_WORDS.iter().chain(&HINTS);
    let found = hints.flat_map(|hint| memmem::find_iter(lower.as_bytes(), hint.as_bytes()));
    let mut found: Vec<usize> = found.collect();
    found.sort_unstable();
    found
}

fn is_environment(name: &str) -> bool {
    matches!(
        name,
        "Environment"
            | "DefaultEnvironment"
            | "ManagerEnvironment"
            | "PassEnvironment"
            | "fastcgi_param"
            | "env"
            | "SetEnv"
    )
}

/// The first word of a line, up to white space, `=` or `:`.
fn setting_name(line: &str) -> &str {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "-\"'{".contains(c));
    line.split(|c: char| c.is_whitespace() || c == '=' || c == ':')
        .next()
        .unwrap_or_default()
}

/// A line, and each statement of a line that holds several (`server { listen 80; set $token x; }`).
fn scrub_line(line: &str, taken: &mut Taken<'_>) -> String {
    if is_secret_name(setting_name(line)) || !line.contains(['{', ';']) {
        return scrub_statement(line, taken);
    }
    let mut out = String::with_capacity(line.len());
    let mut start = 0;
    let mut quote: Option<char> = None;
    for (at, c) in line.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if "{};".contains(c) => {
                out.push_str(&scrub_statement(line.get(start..at).unwrap_or_default(), taken));
                out.push(c);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    out.push_str(&scrub_statement(line.get(start..).unwrap_or_default(), taken));
    out
}

fn scrub_statement(line: &str, taken: &mut Taken<'_>) -> String {
    let name = setting_name(line);
    let value_at = line.find(name).map_or(line.len(), |at| at + name.len());
    let (head, value) = line.split_at(value_at);
    if value
        .trim_matches(|c: char| c.is_whitespace() || "=:;\"'".contains(c))
        .is_empty()
    {
        return line.to_owned();
    }
    if is_environment(name) {
        return format!("{head}{}", keep_names(value, taken));
    }
    if is_secret_name(name) {
        let gap = value
            .find(|c: char| !c.is_whitespace() && c != '=' && c != ':')
            .unwrap_or(value.len());
        taken.note(name, &value[gap..]);
        let tail = if value.trim_end().ends_with(';') { ";" } else { "" };
        return format!("{head}{}{REDACTED}{tail}", &value[..gap]);
    }
    if names_its_value(name) {
        let named = value.trim_start();
        let end = named.find(char::is_whitespace).unwrap_or(named.len());
        let (named, value) = named.split_at(end);
        if is_secret_name(named) {
            taken.note(named, value);
            return format!("{head} {named} {REDACTED}");
        }
    }
    scrub_urls(&scrub_words(line, taken), name, taken)
}

/// Directives whose first argument is the name of what they set (nginx).
fn names_its_value(name: &str) -> bool {
    matches!(
        name,
        "set" | "proxy_set_header" | "add_header" | "uwsgi_param" | "scgi_param"
    )
}

/// `--token x`, `--token=x` and `password=x` lose their values wherever they stand in a line.
fn scrub_words(line: &str, taken: &mut Taken<'_>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut asks: Option<String> = None;
    for piece in line.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let space = piece.get(word.len()..).unwrap_or_default();
        let name = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        if let Some(name) = asks
            .as_ref()
            .filter(|_| !word.is_empty() && !word.starts_with('-'))
        {
            taken.note(name, word);
            out.push_str(REDACTED);
        } else if let Some((left, value)) = word
            .split_once('=')
            .filter(|(left, _)| is_secret_name(last_name(left)))
        {
            taken.note(last_name(left), value);
            out.push_str(&format!("{left}={REDACTED}"));
        } else {
            out.push_str(word);
        }
        if !word.is_empty() {
            let is_option = word.starts_with('-') && !word.contains('=');
            asks = Some(name(word)).filter(|name| is_option && is_secret_name(name));
        }
        out.push_str(space);
    }
    out
}

/// The name next to the sign: `token` of `ExecStart=/bin/app?token`.
fn last_name(left: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    left.rsplit(|c: char| !is_part(c)).next().unwrap_or_default()
}

/// `=A=1 "B=2 3"` keeps its names: `=A=[redacted] "B=[redacted]"`.
fn keep_names(value: &str, taken: &mut Taken<'_>) -> String {
    let (lead, rest) = match value.strip_prefix('=') {
        Some(rest) => ("=", rest),
        None => (" ", value.trim_start()),
    };
    let mut names = Vec::new();
    let mut quote: Option<char> = None;
    let mut word = String::new();
    for c in rest.chars().chain([' ']) {
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => {
                if let Some((name, value)) = word.split_once('=') {
                    names.push(match harmless(name, value) {
                        Some(value) => format!("\"{name}={value}\""),
                        None => {
                            taken.note(name, value);
                            format!("{name}={REDACTED}")
                        }
                    });
                } else if !word.is_empty() {
                    names.push(word.clone());
                    if lead == " " {
                        // `env NAME value`: what follows the name is the value.
                        names.push(REDACTED.to_owned());
                        break;
                    }
                }
                word.clear();
            }
            _ => word.push(c),
        }
    }
    format!("{lead}{}", names.join(" "))
}

/// `scheme://user:password@host` loses what stands before the `@`.
fn scrub_urls(line: &str, name: &str, taken: &mut Taken<'_>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after
            .find(|c: char| c.is_whitespace() || "/\"'<>;,".contains(c))
            .unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                taken.note(name, user);
                out.push_str(REDACTED);
                out.push('@');
                out.push_str(host);
            }
            None => out.push_str(authority),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(text: &str) -> String {
        String::from_utf8(scrub(text.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn of_variables_only_names_are_left() {
        let text = b"# A=1\nexport TOKEN=abc\nKEY=\"-----BEGIN\nMIIE=\nQUJD==\n-----END\"\nif [ x = y ]; then curl -H 'Bearer z=1'\nB='it\nC=inside' \nD=\\\"x\nE=2";
        let expected =
            "\nTOKEN=[redacted]\nKEY=[redacted]\n\n\n\n\nB=[redacted]\n\nD=[redacted]\nE=[redacted]";
        assert_eq!(
            String::from_utf8(variable_names(text, &mut Taken::default())).unwrap(),
            expected
        );
    }

    #[test]
    fn secrets_go_and_names_stay() {
        for (text, expected) in [
            ("requirepass hunter2", "requirepass [redacted]"),
            ("db_password = hunter2", "db_password = [redacted]"),
            (
                "Environment=A=1 \"B=x y\"",
                "Environment=A=[redacted] B=[redacted]",
            ),
            (
                "Environment=\"TZ=US/Mountain\" LANG=C.UTF-8",
                "Environment=\"TZ=US/Mountain\" \"LANG=C.UTF-8\"",
            ),
            (
                "proxy_pass http://u:p@back:80/x;",
                "proxy_pass http://[redacted]@back:80/x;",
            ),
            (
                "Environment=PORT=80 TOKEN_PORT=81 X_PORT=secret DB_HOST=localhost DB_HOSTNAME=db.internal A_HOST=redis-1 B_HOST=x7f3a9q0",
                "Environment=\"PORT=80\" TOKEN_PORT=[redacted] X_PORT=[redacted] \"DB_HOST=localhost\" DB_HOSTNAME=[redacted] \"A_HOST=redis-1\" B_HOST=[redacted]",
            ),
            (
                "Environment=SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt CURL_CA_BUNDLE=/home/a/b.pem",
                "Environment=\"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\" CURL_CA_BUNDLE=[redacted]",
            ),
            (
                "Environment=GRUB_CMDLINE_LINUX_DEFAULT=quiet \"GRUB_CMDLINE_LINUX=key=abc ipv6.disable=1\"",
                "Environment=GRUB_CMDLINE_LINUX_DEFAULT=[redacted] \"GRUB_CMDLINE_LINUX=ipv6.disable=1\"",
            ),
            (
                "Environment=NODE_OPTIONS=--openssl-legacy-provider",
                "Environment=\"NODE_OPTIONS=--openssl-legacy-provider\"",
            ),
            (
                "Environment=\"JAVA_OPTS=-Xmx1g -XX:MaxPermSize=1m -Dkey=abc --add-opens a/b=c\"",
                "Environment=\"JAVA_OPTS=-XX:MaxPermSize --add-opens\"",
            ),
            ("API_TOKEN: abc\nport 1\n", "API_TOKEN: [redacted]\nport 1\n"),
            ("  - DB_PASSWORD=abc", "  - DB_PASSWORD=[redacted]"),
            ("worker_connections 128;", "worker_connections 128;"),
            (
                "password_encryption = scram-sha-256",
                "password_encryption = scram-sha-256",
            ),
            (
                "ExecStart=/usr/bin/app --token a --port 80 --password=b",
                "ExecStart=/usr/bin/app --token [redacted] --port 80 --password=[redacted]",
            ),
            (
                "server { listen 80; set $api_key k; fastcgi_param A b; }",
                "server { listen 80; set $api_key [redacted]; fastcgi_param A [redacted]; }",
            ),
            (
                "proxy_set_header Authorization \"Basic x\";",
                "proxy_set_header Authorization [redacted];",
            ),
            ("proxy_set_header Host $host;", "proxy_set_header Host $host;"),
            (
                "After=systemd-ask-password.path network.target",
                "After=systemd-ask-password.path network.target",
            ),
            ("dsn = host=a password=b", "dsn = host=a password=[redacted]"),
            (
                "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\nx 1",
                "[redacted]\n[redacted]\n[redacted]\nx 1",
            ),
        ] {
            assert_eq!(scrubbed(text), expected);
        }
    }

    #[test]
    fn files_of_variables_are_known_by_their_paths() {
        for path in [
            "etc/environment",
            "etc/default/app",
            "srv/app/.env.production",
            "opt/app/app.env",
        ] {
            assert!(holds_environment(path), "{path}");
        }
        for path in [
            "usr/bin/env",
            "opt/bin/app",
            "etc/hosts",
            "home/app/.nvm/alias/default",
        ] {
            assert!(!holds_environment(path), "{path}");
        }
    }

    #[test]
    fn the_policy_of_a_firewall_is_kept() {
        let text = b"IPV6=yes\nDEFAULT_INPUT_POLICY=\"DROP\"\nMY_POLICY=hunter2";
        let expected = "IPV6=[redacted]\nDEFAULT_INPUT_POLICY=\"DROP\"\nMY_POLICY=[redacted]";
        assert_eq!(
            String::from_utf8(scrub_environment(text, &mut Taken::default())).unwrap(),
            expected
        );
    }

    #[test]
    fn variables_keep_their_names() {
        let text = b"LC_ALL=\nLANG=C.UTF-8\nTZ=UTC; A=hunter2\n# a=b\nHTTP_PROXY=http://u:p@h\r\nPLAIN=x";
        let expected =
            "LC_ALL=\nLANG=C.UTF-8\nTZ=[redacted]\n# a=b\nHTTP_PROXY=[redacted]\r\nPLAIN=[redacted]";
        assert_eq!(
            String::from_utf8(scrub_environment(text, &mut Taken::default())).unwrap(),
            expected
        );
    }

    #[test]
    fn bytes_that_are_not_text_pass() {
        assert_eq!(scrub(vec![0xff, 0]), vec![0xff, 0]);
    }
}
