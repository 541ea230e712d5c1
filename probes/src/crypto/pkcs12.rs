//! Stores of keys in the format of PKCS #12 (RFC 7292; RFC 8018 for PBES2; X.690 for the encoding), as far as what they are protected
//! with. Nothing is decrypted, and no password is needed.

use crate::tls::certificate::element;

/// How a store is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pkcs12 {
    /// An algorithm that OpenSSL 3 keeps in its legacy provider (OSSL_PROVIDER-legacy(7)).
    pub legacy: Option<&'static str>,
    /// An algorithm that Java reads since 8u301, 11.0.12 and 16 (JDK-8076190 and its backports).
    pub modern: Option<&'static str>,
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
/// `[0]`, with something in it.
const INSIDE: u8 = 0xa0;

const DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
const SHROUDED_KEY: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x02];
const PBES2: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];

/// Ciphers of the legacy provider, by their identifiers.
const LEGACY: [(&[u8], &str); 11] = [
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x01],
        "RC4-128",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x02],
        "RC4-40",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x05],
        "RC2-128-CBC",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x06],
        "RC2-40-CBC",
    ),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x01], "DES-CBC"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x03], "DES-CBC"),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x06],
        "RC2-64-CBC",
    ),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0a], "DES-CBC"),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0b],
        "RC2-64-CBC",
    ),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x02], "RC2-CBC"),
    (&[0x2b, 0x0e, 0x03, 0x02, 0x07], "DES-CBC"),
];

/// Hashes of the integrity check, by their identifiers, as Java names what it needs for them.
const HASHES: [(&[u8], &str); 3] = [
    (
        &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
        "HmacPBESHA256",
    ),
    (
        &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02],
        "HmacPBESHA384",
    ),
    (
        &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03],
        "HmacPBESHA512",
    ),
];

/// Parts of a store that are looked at.
const MAX_PARTS: usize = 1000;

/// How a store is protected; nothing where the bytes are no store in this format, or one in another encoding than DER.
pub fn pkcs12(bytes: &[u8]) -> Option<Pkcs12> {
    let (whole, _) = element(bytes, SEQUENCE)?;
    let (version, rest) = element(whole, INTEGER)?;
    let (content, mac) = element(rest, SEQUENCE)?;
    let (kind, inside) = element(content, OBJECT)?;
    if version != [3] || kind != DATA {
        return None;
    }
    let (inside, _) = element(inside, INSIDE)?;
    let (safe, _) = element(inside, OCTETS)?;
    let mut found = Pkcs12::default();
    parts(element(safe, SEQUENCE)?.0, |part| protected(part, &mut found))?;
    if let Some(hash) = hash(mac) {
        found.modern = known(&HASHES, hash).or(found.modern);
    }
    Some(found)
}

/// Hands over each sequence of a sequence.
fn parts(mut rest: &[u8], mut each: impl FnMut(&[u8]) -> Option<()>) -> Option<()> {
    for _ in 0..MAX_PARTS {
        if rest.is_empty() {
            return Some(());
        }
        let (part, after) = element(rest, SEQUENCE)?;
        each(part)?;
        rest = after;
    }
    None
}

/// A part of the store: certificates that are encrypted as a whole, or keys that are each.
fn protected(part: &[u8], found: &mut Pkcs12) -> Option<()> {
    let (kind, inside) = element(part, OBJECT)?;
    let (inside, _) = element(inside, INSIDE)?;
    if kind == ENCRYPTED_DATA {
        let (data, _) = element(inside, SEQUENCE)?;
        let (_, data) = element(data, INTEGER)?;
        let (data, _) = element(data, SEQUENCE)?;
        let (_, data) = element(data, OBJECT)?;
        note(element(data, SEQUENCE)?.0, found)
    } else if kind == DATA {
        let (bags, _) = element(inside, OCTETS)?;
        parts(element(bags, SEQUENCE)?.0, |bag| {
            let (kind, value) = element(bag, OBJECT)?;
            if kind != SHROUDED_KEY {
                return Some(());
            }
            let (value, _) = element(value, INSIDE)?;
            let (key, _) = element(value, SEQUENCE)?;
            note(element(key, SEQUENCE)?.0, found)
        })
    } else {
        Some(())
    }
}

/// An algorithm: its identifier, and for PBES2 the cipher in its parameters.
fn note(algorithm: &[u8], found: &mut Pkcs12) -> Option<()> {
    let (identifier, parameters) = element(algorithm, OBJECT)?;
    let mut cipher = identifier;
    if identifier == PBES2 {
        found.modern = found.modern.or(Some("PBES2"));
        let (parameters, _) = element(parameters, SEQUENCE)?;
        let (_, scheme) = element(parameters, SEQUENCE)?;
        let (scheme, _) = element(scheme, SEQUENCE)?;
        (cipher, _) = element(scheme, OBJECT)?;
    }
    found.legacy = found.legacy.or(known(&LEGACY, cipher));
    Some(())
}

/// The hash of the integrity check.
fn hash(mac: &[u8]) -> Option<&[u8]> {
    let (mac, _) = element(mac, SEQUENCE)?;
    let (digest, _) = element(mac, SEQUENCE)?;
    let (algorithm, _) = element(digest, SEQUENCE)?;
    Some(element(algorithm, OBJECT)?.0)
}

fn known(table: &[(&[u8], &'static str)], identifier: &[u8]) -> Option<&'static str> {
    let row = table.iter().find(|(known, _)| *known == identifier)?;
    Some(row.1)
}
