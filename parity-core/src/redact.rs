//! Redaction: secrets are removed from answers before anything parses, records or shows them.

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// Words in the name of a setting that make its value a secret.
const SECRET_WORDS: [&str; 13] = [
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
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return bytes;
    };
    if !text.lines().any(is_suspect) {
        return bytes;
    }
    let mut out = String::with_capacity(text.len());
    let mut in_key = false;
    for line in text.split_inclusive('\n') {
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
            out.push_str(&scrub_line(line));
        }
        out.push_str(end);
    }
    out.into_bytes()
}

fn is_suspect(line: &str) -> bool {
    let name = setting_name(line);
    is_secret_name(name) || is_environment(name) || line.contains("PRIVATE KEY") || line.contains("://")
}

fn is_environment(name: &str) -> bool {
    matches!(
        name,
        "Environment" | "PassEnvironment" | "fastcgi_param" | "env" | "SetEnv"
    )
}

/// The first word of a line, up to white space, `=` or `:`.
fn setting_name(line: &str) -> &str {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "-\"'{".contains(c));
    line.split(|c: char| c.is_whitespace() || c == '=' || c == ':')
        .next()
        .unwrap_or_default()
}

fn scrub_line(line: &str) -> String {
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
        return format!("{head}{}", keep_names(value));
    }
    if is_secret_name(name) {
        let gap = value
            .find(|c: char| !c.is_whitespace() && c != '=' && c != ':')
            .unwrap_or(value.len());
        let tail = if value.trim_end().ends_with(';') { ";" } else { "" };
        return format!("{head}{}{REDACTED}{tail}", &value[..gap]);
    }
    scrub_urls(line)
}

/// `=A=1 "B=2 3"` keeps its names: `=A=[redacted] "B=[redacted]"`.
fn keep_names(value: &str) -> String {
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
                if let Some((name, _)) = word.split_once('=') {
                    names.push(format!("{name}={REDACTED}"));
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
fn scrub_urls(line: &str) -> String {
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
            Some((_, host)) => {
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
    fn secrets_go_and_names_stay() {
        for (text, expected) in [
            ("requirepass hunter2", "requirepass [redacted]"),
            ("db_password = hunter2", "db_password = [redacted]"),
            (
                "Environment=A=1 \"B=x y\"",
                "Environment=A=[redacted] B=[redacted]",
            ),
            (
                "proxy_pass http://u:p@back:80/x;",
                "proxy_pass http://[redacted]@back:80/x;",
            ),
            ("API_TOKEN: abc\nport 1\n", "API_TOKEN: [redacted]\nport 1\n"),
            ("  - DB_PASSWORD=abc", "  - DB_PASSWORD=[redacted]"),
            ("worker_connections 128;", "worker_connections 128;"),
            (
                "password_encryption = scram-sha-256",
                "password_encryption = scram-sha-256",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\nx 1",
                "[redacted]\n[redacted]\n[redacted]\nx 1",
            ),
        ] {
            assert_eq!(scrubbed(text), expected);
        }
    }

    #[test]
    fn bytes_that_are_not_text_pass() {
        assert_eq!(scrub(vec![0xff, 0]), vec![0xff, 0]);
    }
}
