//! Digests of what redaction takes out, under a key: equal secrets have equal digests, and who lacks the key can try out nothing.

use std::collections::BTreeMap;
use std::fmt;

use ring::hmac;
use thiserror::Error;

/// As short as a key may be, in bytes.
const SHORTEST: usize = 32;

/// As many bytes of a digest are kept: enough to tell millions of secrets apart.
const KEPT: usize = 8;

/// Longer names are those of no setting.
const LONGEST: usize = 128;

/// A key under which digests of secrets are made (HMAC with SHA-256, RFC 2104). Whoever holds it can try out what a secret is, so
/// it is kept apart from snapshots and locks.
///
/// ```
/// use parity_core::redact::DigestKey;
///
/// let key = DigestKey::new(b"0123456789abcdef0123456789abcdef")?;
/// assert_eq!(key.digest("TOKEN", "x"), key.digest("TOKEN", "x"));
/// assert_ne!(key.digest("TOKEN", "x"), key.digest("TOKEN", "y"));
/// assert!(DigestKey::new(b"short").is_err());
/// # Ok::<(), parity_core::redact::WeakKey>(())
/// ```
#[derive(Clone)]
pub struct DigestKey {
    key: hmac::Key,
    id: String,
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} bytes are too few for a key: 32 are needed, drawn by lot")]
pub struct WeakKey(pub usize);

impl DigestKey {
    /// A key of these bytes, white space at the end left out.
    ///
    /// # Errors
    ///
    /// Fewer than 32 bytes.
    pub fn new(bytes: &[u8]) -> Result<DigestKey, WeakKey> {
        let bytes = bytes.trim_ascii();
        if bytes.len() < SHORTEST {
            return Err(WeakKey(bytes.len()));
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let id = hex(hmac::sign(&key, b"parity digest key").as_ref(), 4);
        Ok(DigestKey { key, id })
    }

    /// `KEY:DIGEST`, both in hexadecimal digits: what stands for the key, and the digest of a secret of this name.
    #[must_use]
    pub fn digest(&self, name: &str, secret: &str) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(name.as_bytes());
        context.update(&[0]);
        context.update(secret.as_bytes());
        format!("{}:{}", self.id, hex(context.sign().as_ref(), KEPT))
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DigestKey({})", self.id)
    }
}

fn hex(bytes: &[u8], count: usize) -> String {
    bytes
        .iter()
        .take(count)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What redaction takes out of one file, as far as digests of it are asked for.
#[derive(Debug, Default)]
pub(crate) struct Taken<'k> {
    key: Option<&'k DigestKey>,
    /// By the name of the setting, in the order of the file.
    secrets: BTreeMap<String, Vec<String>>,
}

impl<'k> Taken<'k> {
    pub(crate) fn under(key: Option<&'k DigestKey>) -> Taken<'k> {
        Taken {
            key,
            ..Taken::default()
        }
    }

    /// Keeps a secret until its digest is made; nothing where no digests are asked for.
    pub(super) fn note(&mut self, name: &str, secret: &str) {
        if self.key.is_none() {
            return;
        }
        let secret = secret.trim().trim_end_matches(';').trim();
        let quoted = ['"', '\'']
            .iter()
            .find_map(|quote| secret.strip_prefix(*quote)?.strip_suffix(*quote));
        let secret = quoted.unwrap_or(secret);
        let is_name = (1..=LONGEST).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
        if is_name && !secret.is_empty() {
            let of_name = self.secrets.entry(name.to_owned()).or_default();
            of_name.push(secret.to_owned());
        }
    }

    /// Each name, and the digest of all that it is set to.
    pub(crate) fn digests(&self) -> impl Iterator<Item = (&str, String)> {
        let key = self.key.into_iter();
        key.flat_map(|key| {
            self.secrets
                .iter()
                .map(|(name, secrets)| (name.as_str(), key.digest(name, &secrets.join("\0"))))
        })
    }
}
