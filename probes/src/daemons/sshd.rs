//! The server of OpenSSH: since when it has an option or an algorithm, and since when it refuses an algorithm.
//!
//! Sources: `servconf.c`, `kex.c`, `cipher.c` and `mac.c` of each release (<https://github.com/openssh/openssh-portable>),
//! <https://www.openssh.com/releasenotes.html>. Options that it once had are passed over with a warning, algorithms are not.

use super::table::{Gone, Since, Use, gone};
use crate::reading::statements;

/// Options and algorithms by the first version that has them, in small letters; those of 6.2 are left out.
pub(super) const NEW: [Since; 21] = [
    ("6.3", "permittty; rekeylimit"),
    (
        "6.5",
        "ciphers * chacha20-poly1305@openssh.com; kexalgorithms * curve25519-sha256@libssh.org",
    ),
    (
        "6.7",
        "allowstreamlocalforwarding; permituserrc; streamlocalbindmask; streamlocalbindunlink",
    ),
    (
        "6.8",
        "fingerprinthash; hostbasedacceptedkeytypes; pubkeyacceptedkeytypes",
    ),
    (
        "6.9",
        "authorizedprincipalscommand; authorizedprincipalscommanduser",
    ),
    ("7.0", "hostkeyalgorithms"),
    (
        "7.2",
        "hostkeyalgorithms * rsa-sha2-256; hostkeyalgorithms * rsa-sha2-512; pubkeyacceptedkeytypes * rsa-sha2-256; \
         pubkeyacceptedkeytypes * rsa-sha2-512",
    ),
    (
        "7.3",
        "kexalgorithms * diffie-hellman-group14-sha256; kexalgorithms * diffie-hellman-group16-sha512; kexalgorithms * \
         diffie-hellman-group18-sha512",
    ),
    ("7.4", "disableforwarding; kexalgorithms * curve25519-sha256"),
    ("7.6", "exposeauthinfo"),
    ("7.7", "rdomain"),
    ("7.8", "permitlisten; setenv"),
    ("7.9", "casignaturealgorithms"),
    (
        "8.2",
        "hostkeyalgorithms * sk-ssh-ed25519@openssh.com; include; pubkeyacceptedkeytypes * sk-ssh-ed25519@openssh.com; \
         pubkeyauthoptions; securitykeyprovider",
    ),
    (
        "8.5",
        "hostbasedacceptedalgorithms; kexalgorithms * sntrup761x25519-sha512@openssh.com; logverbose; \
         persourcemaxstartups; persourcenetblocksize; pubkeyacceptedalgorithms",
    ),
    ("8.6", "modulifile"),
    ("9.1", "requiredrsasize"),
    ("9.2", "channeltimeout; unusedconnectiontimeout"),
    (
        "9.8",
        "pamservicename; persourcepenalties; persourcepenaltyexemptlist",
    ),
    (
        "9.9",
        "kexalgorithms * mlkem768x25519-sha256; kexalgorithms * sntrup761x25519-sha512; refuseconnection",
    ),
    ("10.0", "sshdauthpath"),
];

/// Algorithms that a version refuses, sorted.
pub(super) const GONE: [Gone; 15] = [
    gone("ciphers * arcfour", "7.6", "aes256-gcm@openssh.com"),
    gone("ciphers * arcfour128", "7.6", "aes256-gcm@openssh.com"),
    gone("ciphers * arcfour256", "7.6", "aes256-gcm@openssh.com"),
    gone("ciphers * blowfish-cbc", "7.6", "aes256-ctr"),
    gone("ciphers * cast128-cbc", "7.6", "aes256-ctr"),
    gone("ciphers * rijndael-cbc@lysator.liu.se", "8.5", "aes256-cbc"),
    gone("hostkeyalgorithms * ssh-dss", "10.0", "ssh-ed25519"),
    gone(
        "kexalgorithms * sntrup4591761x25519-sha512@tinyssh.org",
        "8.5",
        "sntrup761x25519-sha512@openssh.com",
    ),
    gone("macs * hmac-ripemd160", "7.6", "hmac-sha2-256"),
    gone(
        "macs * hmac-ripemd160-etm@openssh.com",
        "7.6",
        "hmac-sha2-256-etm@openssh.com",
    ),
    gone("macs * hmac-ripemd160@openssh.com", "7.6", "hmac-sha2-256"),
    gone("macs * hmac-sha2-256-96", "6.2", "hmac-sha2-256"),
    gone("macs * hmac-sha2-512-96", "6.2", "hmac-sha2-512"),
    gone("pubkeyacceptedalgorithms * ssh-dss", "10.0", "ssh-ed25519"),
    gone("pubkeyacceptedkeytypes * ssh-dss", "10.0", "ssh-ed25519"),
];

/// `sshd_config`, and what it includes.
pub(super) fn is_file(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let is_included = parts.next() == Some("sshd_config.d") && name.ends_with(".conf");
    name == "sshd_config" || is_included
}

/// What it says, in small letters: the option, and each name of a list. A list of what to take out may name anything.
pub(super) fn uses(text: &str) -> Vec<Use> {
    statements(text, &['#'])
        .map(|(line, statement)| {
            let mut words = statement
                .split(|c: char| c.is_whitespace() || c == '=' || c == ',')
                .filter(|word| !word.is_empty())
                .map(|word| word.trim_matches('"').to_ascii_lowercase());
            let option = words.next();
            let mut values: Vec<String> = words.collect();
            if values.first().is_some_and(|first| first.starts_with('-')) {
                values.clear();
            }
            let plain = |value: String| value.trim_start_matches(['+', '^']).to_owned();
            let words = option.into_iter().chain(values.into_iter().map(plain)).collect();
            Use { line, words }
        })
        .filter(|used: &Use| !used.words.is_empty())
        .collect()
}

/// What it says when it starts.
pub(super) fn error(what: &str) -> String {
    match what.split_once(' ') {
        Some(("kexalgorithms", algorithm)) => {
            format!("Unsupported KEX algorithm \"{algorithm}\"; terminating")
        }
        Some(("ciphers", _)) => "Bad SSH2 cipher spec; terminating".to_owned(),
        Some(("macs", _)) => "Bad SSH2 mac spec; terminating".to_owned(),
        Some(_) => "Bad key types; terminating".to_owned(),
        None => format!("Bad configuration option: {what}; terminating, 1 bad configuration options"),
    }
}
