//! Host names as a type: what is no host name cannot reach a command line.

use std::fmt;

/// The longest name of a host, in bytes (RFC 1035, 2.3.4).
const MAX_NAME: usize = 253;

/// Where `ssh` connects to: nothing in it can be taken for an option, a path or a word of a shell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SshHost {
    user: Option<String>,
    name: String,
    port: Option<u16>,
}

/// Why a text is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a host: {reason}", .text.escape_debug())]
pub struct HostError {
    /// What was given.
    pub text: String,
    /// What is wrong with it, the character named.
    pub reason: String,
}

impl SshHost {
    /// Reads `[user@]host[:port]`; an IPv6 address stands in brackets.
    ///
    /// # Errors
    /// A name is empty, too long, begins with anything but a letter or digit, or has another character than letters,
    /// digits and `. - _`; the user is not a portable name (POSIX.1-2024, 3.410); the port is not from 1 to 65535.
    pub fn parse(text: &str) -> Result<SshHost, HostError> {
        let error = |reason| HostError {
            text: text.to_owned(),
            reason,
        };
        let (user, rest) = match text.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, text),
        };
        let (name, port) = split_port(rest).map_err(error)?;
        if let Some(user) = user {
            check(user, "the user", |c| c == '_').map_err(error)?;
        }
        if !rest.starts_with('[') {
            check(name, "the name", |_| false).map_err(error)?;
        }
        Ok(SshHost {
            user: user.map(str::to_owned),
            name: name.to_owned(),
            port: port.map(port_number).transpose().map_err(error)?,
        })
    }

    /// A name from the user's own `ssh_config`, without user and port.
    ///
    /// # Errors
    /// As for the host of [`SshHost::parse`].
    pub fn alias(name: &str) -> Result<SshHost, HostError> {
        check(name, "the name", |_| false).map_err(|reason| HostError {
            text: name.to_owned(),
            reason,
        })?;
        Ok(SshHost {
            user: None,
            name: name.to_owned(),
            port: None,
        })
    }

    /// The arguments of `ssh` that name this host; the last of them follows `--`.
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        if let Some(user) = &self.user {
            arguments.extend(["-l".to_owned(), user.clone()]);
        }
        if let Some(port) = self.port {
            arguments.extend(["-p".to_owned(), port.to_string()]);
        }
        arguments.extend(["--".to_owned(), self.name.clone()]);
        arguments
    }
}

impl fmt::Display for SshHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match (self.name.contains(':'), self.port) {
            (true, _) => write!(f, "[{}]", self.name)?,
            (false, _) => f.write_str(&self.name)?,
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

fn split_port(text: &str) -> Result<(&str, Option<&str>), String> {
    if let Some(inside) = text.strip_prefix('[') {
        let (address, rest) = inside.split_once(']').ok_or("the bracket `[` is not closed")?;
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return Err("what stands in brackets is not an IPv6 address".to_owned());
        }
        return match rest.strip_prefix(':') {
            Some(port) => Ok((address, Some(port))),
            None if rest.is_empty() => Ok((address, None)),
            None => Err("after `]` comes `:` and a port, or nothing".to_owned()),
        };
    }
    match text.split_once(':') {
        Some((_, more)) if more.contains(':') => {
            Err("more than one `:`; an IPv6 address stands in brackets, as in `[::1]:22`".to_owned())
        }
        Some((name, port)) => Ok((name, Some(port))),
        None => Ok((text, None)),
    }
}

fn port_number(text: &str) -> Result<u16, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if digits && port > 0 => Ok(port),
        _ => Err(format!("`{}` is not a port from 1 to 65535", text.escape_debug())),
    }
}

fn check(name: &str, what: &str, also_first: impl Fn(char) -> bool) -> Result<(), String> {
    let Some(first) = name.chars().next() else {
        return Err(format!("{what} is empty"));
    };
    if name.len() > MAX_NAME {
        return Err(format!("{what} has {} bytes, more than {MAX_NAME}", name.len()));
    }
    if !first.is_ascii_alphanumeric() && !also_first(first) {
        return Err(format!(
            "{what} begins with `{}`, not with a letter or digit",
            first.escape_debug()
        ));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    match name.chars().find(|c| !allowed(*c)) {
        Some(c) => Err(format!("`{}` cannot stand in {what}", c.escape_debug())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_and_shown() {
        for text in [
            "web1",
            "deploy@web1",
            "web1:2222",
            "a_b@10.77.0.1:22",
            "[::1]",
            "u@[fd77::1]:65535",
            "_svc@h.example",
        ] {
            assert_eq!(SshHost::parse(text).unwrap().to_string(), text);
        }
        let host = SshHost::parse("u@[fd77::1]:22").unwrap();
        assert_eq!(host.arguments(), ["-l", "u", "-p", "22", "--", "fd77::1"]);
    }

    #[test]
    fn what_is_no_host_is_refused_with_its_character() {
        let long = "a".repeat(254);
        for (text, named) in [
            ("", "empty"),
            ("-oProxyCommand=id", "`-`"),
            ("-lroot@web1", "`-`"),
            ("@web1", "the user is empty"),
            ("u@", "the name is empty"),
            ("a b", "` `"),
            ("a;id", "`;`"),
            ("a\nb", r"`\n`"),
            ("$(id)", "`$`"),
            ("%h", "`%`"),
            ("a%h", "`%`"),
            ("a/b", "`/`"),
            ("a'b", r"`\'`"),
            ("bücher.example", "`ü`"),
            ("a\u{202e}b", r"`\u{202e}`"),
            (".hidden", "`.`"),
            ("web1:", "not a port"),
            ("web1:0", "not a port"),
            ("web1:65536", "not a port"),
            ("web1:+22", "not a port"),
            ("::1", "brackets"),
            ("[::1", "not closed"),
            ("[::1]x", "after `]`"),
            ("[-oX]", "not an IPv6"),
            ("a@-b@c", "`@`"),
            (&long, "254 bytes"),
        ] {
            let error = SshHost::parse(text).unwrap_err().to_string();
            assert!(error.contains(named), "{text:?}: {error}");
            assert!(!error.contains(['\n', '\u{202e}']), "{error:?}");
        }
        assert!(SshHost::alias("u@web1").is_err());
        assert!(SshHost::alias("web1:22").is_err());
        assert!(SshHost::alias("-web1").is_err());
    }
}
