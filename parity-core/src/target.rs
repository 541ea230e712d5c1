//! Targets: what a user points at, as a type that cannot be mistaken for an option or a command.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::redact::REDACTED;
use crate::server::ServerAddress;
use crate::transport::{HostError, SshHost};

/// What is pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// This machine.
    Local,
    /// A host through the user's own `ssh`.
    Ssh {
        /// The host.
        host: SshHost,
        /// As the user wrote it.
        written: String,
    },
    /// A directory that holds a root file system.
    RootFs(PathBuf),
    /// An image of a container on the disk: an OCI image layout, what `docker save` or `docker export` writes.
    Image {
        /// A directory or an archive.
        path: PathBuf,
        /// `OS/ARCHITECTURE[/VARIANT]` where one of several is meant.
        platform: Option<String>,
    },
    /// A running container through the user's own client (`docker`, `podman`).
    Container {
        /// The client.
        client: String,
        /// The container.
        name: String,
    },
    /// A running pod through the user's own `kubectl`.
    Pod {
        /// Its namespace.
        namespace: String,
        /// Its name.
        pod: String,
        /// The container in it, where there are several.
        container: Option<String>,
    },
    /// A server that is asked over the wire: what it tells of itself, and nothing of the machine it runs on.
    Server(ServerAddress),
    /// A snapshot that somebody serves.
    Url(String),
    /// A snapshot file.
    File(PathBuf),
    /// A snapshot on standard input.
    Stdin,
    /// Raw answers recorded earlier.
    Bundle(PathBuf),
    /// Facts written by hand.
    Facts(PathBuf),
}

/// A text that names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a target: {reason}")]
pub struct InvalidTarget {
    /// What was written.
    pub text: String,
    /// What is wrong with it, and what to write.
    pub reason: String,
}

impl Target {
    /// Reads a target as the user writes it.
    ///
    /// ```
    /// use parity_core::target::Target;
    /// assert!(matches!(Target::parse("ssh://deploy@web1:2222"), Ok(Target::Ssh { .. })));
    /// assert!(matches!(Target::parse("rootfs:/srv/root"), Ok(Target::RootFs(_))));
    /// assert!(matches!(Target::parse("image:shop.tar@linux/arm64"), Ok(Target::Image { .. })));
    /// assert!(Target::parse("ssh://-oProxyCommand=id").is_err());
    /// ```
    ///
    /// # Errors
    /// What is wrong with it. Nothing is looked up or contacted.
    pub fn parse(text: &str) -> Result<Target, InvalidTarget> {
        let invalid = |reason: String| InvalidTarget {
            text: without_password(text),
            reason,
        };
        let path = |path: &str| match path {
            "" => Err(invalid("the path is missing".into())),
            path => Ok(PathBuf::from(path)),
        };
        let name = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            match name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain) {
                true => Ok(name.to_owned()),
                false => Err(invalid(
                    "a name has letters, digits, `-`, `_` and `.`, and starts with a letter or digit".into(),
                )),
            }
        };
        let ssh = |host| Target::Ssh {
            host,
            written: text.to_owned(),
        };
        if text == "local" {
            return Ok(Target::Local);
        }
        if text == "-" {
            return Ok(Target::Stdin);
        }
        let container = |client: &str, rest| {
            Ok(Target::Container {
                client: client.to_owned(),
                name: name(rest)?,
            })
        };
        if let Some(server) = ServerAddress::parse(text) {
            return server.map(Target::Server).map_err(invalid);
        }
        let invalid_host = |error: HostError| invalid(error.to_string());
        if let Some(rest) = text.strip_prefix("ssh://") {
            return SshHost::parse(rest).map(ssh).map_err(invalid_host);
        } else if let Some(rest) = text.strip_prefix("ssh:") {
            return SshHost::alias(rest).map(ssh).map_err(invalid_host);
        } else if let Some(rest) = text.strip_prefix("rootfs:") {
            return path(rest).map(Target::RootFs);
        } else if let Some(rest) = text.strip_prefix("image:") {
            let (rest, platform) = match rest.rsplit_once('@') {
                Some((rest, platform)) if platform.starts_with("linux/") => (rest, Some(platform.to_owned())),
                _ => (rest, None),
            };
            let path = path(rest)?;
            return Ok(Target::Image { path, platform });
        } else if let Some(rest) = text.strip_prefix("bundle:") {
            return path(rest).map(Target::Bundle);
        } else if let Some(rest) = text.strip_prefix("facts:") {
            return path(rest).map(Target::Facts);
        } else if let Some(rest) = text.strip_prefix("docker://") {
            return container("docker", rest);
        } else if let Some(rest) = text.strip_prefix("podman://") {
            return container("podman", rest);
        } else if let Some(rest) = text.strip_prefix("kubectl://") {
            let mut parts = rest.split('/');
            let (namespace, pod) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let container = parts.next().map(name).transpose()?;
            return Ok(Target::Pod {
                namespace: name(namespace)?,
                pod: name(pod)?,
                container,
            });
        } else if let Some(rest) = text.strip_prefix("https://") {
            return url_host(rest)
                .map(|_| Target::Url(text.to_owned()))
                .map_err(invalid);
        } else if let Some(rest) = text.strip_prefix("http://") {
            return match url_host(rest).map_err(invalid)? {
                "localhost" | "127.0.0.1" | "[::1]" => Ok(Target::Url(text.to_owned())),
                _ => Err(invalid("plain http is for loopback only; use https://".into())),
            };
        }
        if text.ends_with(".json") || text.ends_with(".json.zst") {
            return path(text).map(Target::File);
        }
        Err(invalid(
            "write local, ssh://HOST, ssh:ALIAS, rootfs:DIR, image:FILE, docker://NAME, kubectl://NAMESPACE/POD, \
             postgresql://HOST/DB, mysql://HOST, redis://HOST, https://URL, FILE.json, bundle:FILE or facts:FILE.toml"
                .into(),
        ))
    }
}

/// A text as it may be shown: `scheme://user:password@host` without the password.
fn without_password(text: &str) -> String {
    let shown = || {
        let (scheme, rest) = text.split_once("://")?;
        let (login, place) = rest.rsplit_once('@')?;
        let (user, _) = login.split_once(':')?;
        Some(format!("{scheme}://{user}:{REDACTED}@{place}"))
    };
    shown().unwrap_or_else(|| text.to_owned())
}

/// The host of a URL, what follows `scheme://` given: `HOST[:PORT][/…]` (RFC 3986, section 3.2, without user information).
fn url_host(rest: &str) -> Result<&str, String> {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("a name or password in a URL would be shown in every report; leave it out".into());
    }
    let host = match authority.find(']') {
        Some(end) => authority.get(..=end),
        None => authority.split(':').next(),
    };
    host.filter(|host| !host.is_empty())
        .ok_or_else(|| "the host is missing: https://HOST/PATH".into())
}

impl Target {
    /// The path it names, where it is a file or a directory.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Target::RootFs(path) | Target::File(path) | Target::Bundle(path) | Target::Facts(path) => {
                Some(path)
            }
            Target::Image { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The same target, a relative path taken from this directory.
    #[must_use]
    pub fn below(self, directory: &Path) -> Target {
        match self {
            Target::RootFs(path) => Target::RootFs(directory.join(path)),
            Target::Image { path, platform } => Target::Image {
                path: directory.join(path),
                platform,
            },
            Target::File(path) => Target::File(directory.join(path)),
            Target::Bundle(path) => Target::Bundle(directory.join(path)),
            Target::Facts(path) => Target::Facts(directory.join(path)),
            other => other,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Local => f.write_str("local"),
            Target::Ssh { written, .. } => f.write_str(written),
            Target::RootFs(path) => write!(f, "rootfs:{}", path.display()),
            Target::Image { path, platform: None } => write!(f, "image:{}", path.display()),
            Target::Image {
                path,
                platform: Some(platform),
            } => write!(f, "image:{}@{platform}", path.display()),
            Target::Container { client, name } => write!(f, "{client}://{name}"),
            Target::Pod {
                namespace,
                pod,
                container: None,
            } => write!(f, "kubectl://{namespace}/{pod}"),
            Target::Pod {
                namespace,
                pod,
                container: Some(container),
            } => {
                write!(f, "kubectl://{namespace}/{pod}/{container}")
            }
            Target::Server(server) => server.fmt(f),
            Target::Url(url) => f.write_str(url),
            Target::File(path) => write!(f, "{}", path.display()),
            Target::Stdin => f.write_str("-"),
            Target::Bundle(path) => write!(f, "bundle:{}", path.display()),
            Target::Facts(path) => write!(f, "facts:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_image_a_platform_can_be_named() {
        let image = |path: &str, platform: Option<&str>| Target::Image {
            path: path.into(),
            platform: platform.map(str::to_owned),
        };
        for (text, expected) in [
            ("image:a/shop.tar", image("a/shop.tar", None)),
            ("image:shop@linux/arm/v7", image("shop", Some("linux/arm/v7"))),
            ("image:@scope/shop", image("@scope/shop", None)),
        ] {
            assert_eq!(Target::parse(text), Ok(expected.clone()));
            assert_eq!(expected.to_string(), text);
        }
        assert!(Target::parse("image:").is_err());
        assert!(Target::parse("image:@linux/arm64").is_err());
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for url in [
            "http://localhost:8080/a.json",
            "http://127.0.0.1/a",
            "http://[::1]:80/a",
            "https://host/a?b=c",
        ] {
            assert_eq!(Target::parse(url), Ok(Target::Url(url.to_owned())));
        }
        for url in [
            "http://example.com/a.json",
            "http://127.0.0.1:80@example.com/a",
            "http://127.0.0.1@example.com/a",
            "http://[2001:db8::1]/a",
            "http://localhost.example.com/a",
            "http:///a",
            "https://",
            "https://user:password@host/a",
        ] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        for url in [
            "https://u:CANARY@host/a",
            "postgresql://u:CANARY@db1/shop",
            "redis://:CA@NARY@x",
        ] {
            let told = Target::parse(url).unwrap_err().to_string();
            assert!(!told.contains("NARY") && told.contains(REDACTED), "{told}");
        }
    }
}
