//! Carriers: programs of the user that bring our standard input to a shell elsewhere.

use std::path::PathBuf;
use std::time::Duration;

use super::host::SshHost;

/// A program that connects standard input and output to `/bin/sh` on a target.
#[derive(Debug, Clone)]
pub struct Carrier {
    pub(super) kind: CarrierKind,
    /// The target as people call it.
    pub(super) name: String,
    program: String,
    arguments: Vec<String>,
}

/// What the failures of a carrier look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CarrierKind {
    /// OpenSSH.
    Ssh,
    /// docker, podman or kubectl.
    Container,
}

/// How `ssh` is called.
#[derive(Debug, Clone)]
pub struct SshOptions {
    /// Instead of the user's own configuration.
    pub config_file: Option<PathBuf>,
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// Read as root, through `sudo -n`, where that asks for nothing. Where it does, as the user, with a note.
    pub sudo: bool,
    /// As many bytes of output as one session may bring, noise and errors included.
    pub stdout_cap: u64,
}

impl Default for SshOptions {
    fn default() -> SshOptions {
        SshOptions {
            config_file: None,
            connect_timeout: Duration::from_secs(10),
            sudo: false,
            stdout_cap: 32 << 20,
        }
    }
}

/// Ours win over the user's, since `ssh` takes the first value it sees; how connections are shared stays the user's
/// (`ssh_config(5)`). DEBUG1 is what tells a failure before login from one after.
const OPTIONS: [&str; 14] = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "UpdateHostKeys=no",
    "ForwardAgent=no",
    "ForwardX11=no",
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "RequestTTY=no",
    "RemoteCommand=none",
    "Compression=yes",
    "NumberOfPasswordPrompts=0",
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    "LogLevel=DEBUG1",
];

/// A shell in an environment of its own, which its first argument says; as it is where there is no `env`.
const CLEAN_SHELL: &str = "test -x /usr/bin/env || exec /bin/sh; \
    exec /usr/bin/env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin /bin/sh -s clean";

/// Works in any login shell.
pub(super) fn login_command(sudo: bool) -> String {
    let shell = format!("/bin/sh -c '{CLEAN_SHELL}'");
    if sudo {
        // After a refusal it has read nothing of the script, so the shell behind it reads it all.
        format!("sudo -n {shell} || exec {shell}")
    } else {
        format!("exec {shell}")
    }
}

impl Carrier {
    /// The user's own `ssh`.
    pub fn ssh(host: &SshHost, options: &SshOptions) -> Carrier {
        let mut arguments = Vec::new();
        if let Some(file) = &options.config_file {
            arguments.extend(["-F".to_owned(), file.to_string_lossy().into_owned()]);
        }
        let seconds = options.connect_timeout.as_secs().max(1);
        arguments.push("-T".to_owned());
        for option in OPTIONS
            .map(str::to_owned)
            .into_iter()
            .chain([format!("ConnectTimeout={seconds}")])
        {
            arguments.extend(["-o".to_owned(), option]);
        }
        arguments.extend(host.arguments());
        arguments.push(login_command(options.sudo));
        Carrier {
            kind: CarrierKind::Ssh,
            name: host.to_string(),
            program: "ssh".to_owned(),
            arguments,
        }
    }

    /// A running container, by a client with the arguments of docker: `docker`, `podman`, `nerdctl`.
    ///
    /// # Errors
    /// The name begins with anything but a letter or digit, or has another character than letters, digits and `. - _`.
    pub fn docker(client: &str, container: &str) -> Result<Carrier, String> {
        plain_name(container)?;
        let arguments = ["exec", "-i", container, "/bin/sh", "-c", CLEAN_SHELL]
            .map(str::to_owned)
            .to_vec();
        Ok(Carrier {
            kind: CarrierKind::Container,
            name: container.to_owned(),
            program: client.to_owned(),
            arguments,
        })
    }

    /// A container of a pod, by `kubectl`.
    ///
    /// # Errors
    /// As for [`Carrier::docker`], for each of the names.
    pub fn kubectl(namespace: &str, pod: &str, container: Option<&str>) -> Result<Carrier, String> {
        for name in [namespace, pod].into_iter().chain(container) {
            plain_name(name)?;
        }
        let mut arguments: Vec<String> = ["exec", "-i", "-n", namespace, pod].map(str::to_owned).to_vec();
        if let Some(container) = container {
            arguments.extend(["-c".to_owned(), container.to_owned()]);
        }
        arguments.extend(["--", "/bin/sh", "-c", CLEAN_SHELL].map(str::to_owned));
        Ok(Carrier {
            kind: CarrierKind::Container,
            name: format!("{namespace}/{pod}"),
            program: "kubectl".to_owned(),
            arguments,
        })
    }

    /// Any program, for tests.
    #[cfg(test)]
    pub(super) fn test(kind: CarrierKind, argv: &[&str]) -> Carrier {
        let (program, arguments) = argv.split_first().unwrap();
        Carrier {
            kind,
            name: "test".to_owned(),
            program: (*program).to_owned(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        }
    }

    /// Program and arguments; what is sent to its standard input is [`script_for`](super::script_for).
    pub fn argv(&self) -> Vec<&str> {
        std::iter::once(&self.program)
            .chain(&self.arguments)
            .map(String::as_str)
            .collect()
    }
}

fn plain_name(name: &str) -> Result<(), String> {
    let first = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    if first && name.len() <= 253 && name.chars().all(plain) {
        return Ok(());
    }
    Err(format!(
        "`{}` is not a name of letters, digits and `. - _` that begins with a letter or digit",
        name.escape_debug()
    ))
}
