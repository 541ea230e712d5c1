//! Private keys, as far as the public key that belongs to each (RFC 5208, RFC 5915, RFC 8017). Nothing else of them is kept.

use crate::tls::certificate::{BIT_STRING, INTEGER, OCTET_STRING, SEQUENCE, base64, element};

/// Public part in the encoding of SEC 1.
const OF_CURVE: u8 = 0xa1;

/// What a private key says of the public one.
enum Public {
    /// Modulus of RSA.
    Modulus(Vec<u8>),
    /// Point on a curve, as a bit string.
    Point(Vec<u8>),
}

/// Whether the first private key of a file belongs to a public key, as a certificate has it; nothing where that does not show: keys
/// with a password, and those of other algorithms.
pub(super) fn belongs(text: &str, public_key: &[u8]) -> Option<bool> {
    Some(match public(text)? {
        Public::Modulus(modulus) => {
            let (key, _) = element(public_key.strip_prefix(&[0])?, SEQUENCE)?;
            let (other, _) = element(key, INTEGER)?;
            other == modulus
        }
        Public::Point(point) => point == public_key,
    })
}

fn public(text: &str) -> Option<Public> {
    for (label, read) in [
        ("RSA PRIVATE KEY", rsa as fn(&[u8]) -> Option<Public>),
        ("EC PRIVATE KEY", curve),
        ("PRIVATE KEY", wrapped),
    ] {
        let (begin, end) = (
            format!("-----BEGIN {label}-----"),
            format!("-----END {label}-----"),
        );
        let body = text
            .split_once(&begin)
            .and_then(|(_, rest)| rest.split_once(&end));
        if let Some((body, _)) = body {
            return read(&base64(body)?);
        }
    }
    None
}

/// PKCS #1: version, modulus.
fn rsa(bytes: &[u8]) -> Option<Public> {
    let (key, _) = element(bytes, SEQUENCE)?;
    let (_, rest) = element(key, INTEGER)?;
    let (modulus, _) = element(rest, INTEGER)?;
    Some(Public::Modulus(modulus.to_vec()))
}

/// SEC 1: version, private key, curve, public key.
fn curve(bytes: &[u8]) -> Option<Public> {
    let (key, _) = element(bytes, SEQUENCE)?;
    let (_, rest) = element(key, INTEGER)?;
    let (_, mut rest) = element(rest, OCTET_STRING)?;
    loop {
        if let Some((point, _)) = element(rest, OF_CURVE) {
            let (point, _) = element(point, BIT_STRING)?;
            return Some(Public::Point(point.to_vec()));
        }
        (_, rest) = element(rest, *rest.first()?)?;
    }
}

/// PKCS #8: version, algorithm, one of the above.
fn wrapped(bytes: &[u8]) -> Option<Public> {
    let (key, _) = element(bytes, SEQUENCE)?;
    let (_, rest) = element(key, INTEGER)?;
    let (_, rest) = element(rest, SEQUENCE)?;
    let (key, _) = element(rest, OCTET_STRING)?;
    curve(key).or_else(|| rsa(key))
}
