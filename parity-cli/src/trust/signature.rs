//! Signatures of `parity.lock`, made and verified by the user's own `ssh-keygen -Y` (ssh-keygen(1)). What is signed is the file
//! as it is committed; hosts, environment, time and sequence stand in it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::own;
use crate::error::CliError;
use crate::files::read_capped;

/// What keeps a signature made for another purpose from counting here.
pub(crate) const NAMESPACE: &str = "parity-lock";

const PROGRAM: &str = "ssh-keygen";

/// The largest signature and the largest list of signers that are read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// `parity.lock.sig`, beside the lock.
pub(crate) fn beside(lock: &Path) -> PathBuf {
    let mut name = lock.as_os_str().to_owned();
    name.push(".sig");
    PathBuf::from(name)
}

/// What is signed: the text as it is written, however a checkout turned its line ends.
fn signed(text: &str) -> String {
    text.strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n")
}

/// A key of the user's to sign with: private, or public with the private one in the agent.
#[derive(Debug)]
pub(crate) struct Key(PathBuf);

impl Key {
    /// The key of this name, or the usual one where none is named.
    pub(crate) fn named(name: &str) -> Result<Key, CliError> {
        let named = match name {
            "" => usual().into_iter().find(|path| path.is_file()).ok_or_else(|| {
                CliError::usage_help(
                    "there is no key in ~/.ssh to sign with",
                    "parity lock --sign KEY, or make one: ssh-keygen",
                )
            }),
            name => Ok(PathBuf::from(name)),
        }?;
        let absolute = fs::canonicalize(&named)
            .map_err(|error| CliError::usage(format!("{}: {error}", named.display())))?;
        is_there()?;
        Ok(Key(absolute))
    }

    /// The signature of a text, as a file holds it.
    pub(crate) fn sign(&self, text: &str) -> Result<String, CliError> {
        let mut arguments = vec!["-Y", "sign", "-n", NAMESPACE, "-f"];
        let key = self.0.display().to_string();
        arguments.push(&key);
        let said = run(&arguments, &signed(text))?;
        match said.is_good && said.out.starts_with(BEGIN) {
            true => Ok(said.out),
            false => Err(CliError::Output(format!(
                "`{PROGRAM}` did not sign with {key}: {}",
                said.err
            ))),
        }
    }
}

/// Where people keep their keys, the best kind first.
fn usual() -> Vec<PathBuf> {
    let home = std::env::home_dir().unwrap_or_default();
    let names = ["id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_ecdsa_sk", "id_rsa"];
    names.iter().map(|name| home.join(".ssh").join(name)).collect()
}

/// Who may sign: a file as ssh-keygen(1) has it under ALLOWED SIGNERS, outside of the repository.
#[derive(Debug)]
pub(crate) struct Signers {
    path: PathBuf,
    text: String,
}

impl Signers {
    /// The file at this path, which no change to this repository may reach.
    pub(crate) fn of(path: &Path, directory: &Path) -> Result<Signers, CliError> {
        let shown = path.display();
        let text = read_capped(path, MAX_BYTES)?;
        let path = fs::canonicalize(path).map_err(|error| CliError::usage(format!("{shown}: {error}")))?;
        if own::outside_of_repository(&path, directory).is_err() {
            return Err(CliError::usage_help(
                format!(
                    "{shown} lies in the repository: whoever changes the lock could change who may sign it"
                ),
                "keep the list of allowed signers outside of it",
            ));
        }
        let metadata = fs::metadata(&path).map_err(|error| CliError::usage(format!("{shown}: {error}")))?;
        if metadata.permissions().mode() & 0o022 != 0 {
            return Err(CliError::usage_help(
                format!("{shown} may be written by other users: whom it names cannot be trusted"),
                format!("look at whom it names, then chmod go-w {shown}"),
            ));
        }
        is_there()?;
        Ok(Signers { path, text })
    }

    /// Verifies the signature of a lock, and says who made it.
    ///
    /// # Errors
    /// No signature, none that can be read, one of another file or for another purpose, one of a key that is not named here, or
    /// is not valid now.
    pub(crate) fn verify(&self, lock: &Path, text: &str, now: Timestamp) -> Result<String, CliError> {
        let file = beside(lock);
        let (lock, shown) = (lock.display(), file.display());
        let refused = |message: String| {
            CliError::usage_help(
                message,
                format!(
                    "parity lock --sign; who may sign is named in {}",
                    self.path.display()
                ),
            )
        };
        if fs::symlink_metadata(&file).is_err() {
            return Err(refused(format!("{lock} is not signed: there is no {shown}")));
        }
        own::of_repository(&file, false)?;
        let armored = read_capped(&file, MAX_BYTES)?;
        let Some(signature) = Signature::parse(&armored) else {
            return Err(refused(format!("{shown} is not an ssh signature")));
        };
        if signature.namespace != NAMESPACE {
            return Err(refused(format!(
                "{shown} is a signature for `{}`, not for `{NAMESPACE}`",
                signature.namespace
            )));
        }
        let path = fs::canonicalize(&file).map_err(|error| CliError::usage(format!("{shown}: {error}")))?;
        let (path, signers) = (path.display().to_string(), self.path.display().to_string());
        let text = signed(text);
        let is_whole = run(&["-Y", "check-novalidate", "-n", NAMESPACE, "-s", &path], &text)?;
        if !is_whole.is_good {
            return Err(refused(format!(
                "{shown} is the signature of another file, or {lock} was changed after it was signed"
            )));
        }
        let day = now
            .to_zoned(TimeZone::UTC)
            .strftime("-Overify-time=%Y%m%d%H%M%S")
            .to_string();
        let found = run(&["-Y", "find-principals", "-f", &signers, "-s", &path, &day], "")?;
        let who = found.out.lines().next().unwrap_or_default();
        let arguments = [
            "-Y", "verify", "-n", NAMESPACE, "-f", &signers, "-I", who, "-s", &path, &day,
        ];
        match found.is_good && !who.is_empty() && run(&arguments, &text)?.is_good {
            true => Ok(who.to_owned()),
            false => Err(refused(self.why_not(&signature, &shown.to_string()))),
        }
    }

    /// Why a key does not count: for people only, `ssh-keygen` has decided.
    fn why_not(&self, signature: &Signature, shown: &str) -> String {
        let key = STANDARD.encode(&signature.key);
        let line = self
            .text
            .lines()
            .find(|line| line.split_whitespace().any(|word| word == key));
        let fingerprint = STANDARD_NO_PAD.encode(Sha256::digest(&signature.key));
        let key = format!("the key SHA256:{fingerprint}");
        let Some(line) = line else {
            return format!("{shown} is made with another key than those that may sign: {key}");
        };
        let limits = line.split([' ', '\t', ',']).filter(|word| {
            ["valid-before=", "valid-after=", "namespaces="]
                .iter()
                .any(|option| word.starts_with(option))
        });
        let limits: Vec<&str> = limits.collect();
        match limits.as_slice() {
            [] => format!("{shown} is made with {key}, which may not sign this"),
            limits => format!(
                "{shown} is made with {key}, which is expired or may not sign this: {}",
                limits.join(", ")
            ),
        }
    }
}

/// What can be told of a signature (PROTOCOL.sshsig of OpenSSH).
#[derive(Debug, PartialEq, Eq)]
struct Signature {
    key: Vec<u8>,
    namespace: String,
}

impl Signature {
    fn parse(armored: &str) -> Option<Signature> {
        let body = armored.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
        let body: String = body.split_whitespace().collect();
        let blob = STANDARD.decode(body).ok()?;
        let rest = blob.strip_prefix(b"SSHSIG")?;
        let (_version, rest) = rest.split_at_checked(4)?;
        let (key, rest) = string(rest)?;
        let (namespace, _) = string(rest)?;
        Some(Signature {
            key: key.to_vec(),
            namespace: String::from_utf8_lossy(namespace).into_owned(),
        })
    }
}

/// A string of the ssh protocol: four bytes of length, then as many bytes (RFC 4251, section 5).
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

struct Said {
    is_good: bool,
    out: String,
    err: String,
}

/// Runs `ssh-keygen` somewhere else than in the repository, with a text on its standard input.
fn run(arguments: &[&str], input: &str) -> Result<Said, CliError> {
    let failed = |error: std::io::Error| CliError::usage(format!("`{PROGRAM}`: {error}"));
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .current_dir("/")
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may end before it has read all.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    Ok(Said {
        is_good: output.status.success(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Whether there is an `ssh-keygen`, told before anything is contacted.
fn is_there() -> Result<(), CliError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join(PROGRAM).is_file());
    match found {
        true => Ok(()),
        false => Err(CliError::usage_help(
            format!("the program `{PROGRAM}` is not on the PATH"),
            "signatures need OpenSSH 8.9 or newer (openssh-client)",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_signature_is_none() {
        for text in [
            "",
            BEGIN,
            &format!("{BEGIN}\n{END}"),
            &format!("{BEGIN}\n!!!\n{END}"),
            &format!(
                "{BEGIN}\n{}\n{END}",
                STANDARD.encode(b"SSHSIG\0\0\0\x01\xff\xff\xff\xffa")
            ),
        ] {
            assert_eq!(Signature::parse(text), None, "{text}");
        }
        let blob = STANDARD.encode(b"SSHSIG\0\0\0\x01\0\0\0\x03key\0\0\0\x04file");
        let parsed = Signature::parse(&format!("{BEGIN}\n{blob}\n{END}\n")).unwrap();
        assert_eq!(
            (parsed.key.as_slice(), parsed.namespace.as_str()),
            (&b"key"[..], "file")
        );
    }
}
