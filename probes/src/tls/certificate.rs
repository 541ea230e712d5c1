//! X.509 certificates, as far as their keys, names, last day and weak signatures (RFC 3279, RFC 5280, RFC 7468, RFC 8017; X.690 for the encoding).

/// What is of interest in a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// From when on it is valid (RFC 3339, UTC).
    pub valid_from: String,
    /// Until when it is valid (RFC 3339, UTC).
    pub valid_until: String,
    /// Bits of its RSA key; nothing for other keys.
    pub rsa_bits: Option<u32>,
    /// MD5 or SHA-1, where another one signed it with that.
    pub weak_signature: Option<&'static str>,
    /// Names of hosts that it is for (subjectAltName), in small letters.
    pub host_names: Vec<String>,
}

/// A block that is no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("certificate {0} is not well-formed")]
pub struct Malformed(
    /// Which one, counted from 1.
    pub usize,
);

/// Object identifier of rsaEncryption, 1.2.840.113549.1.1.1.
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Object identifiers of signatures with digests that OpenSSL gives up first: with RSA 1.2.840.113549.1.1.4 and 5, ECDSA
/// 1.2.840.10045.4.1, DSA 1.2.840.10040.4.3.
const WEAK: [(&[u8], &str); 4] = [
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04], "MD5"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03], "SHA-1"),
];

/// Object identifier of subjectAltName, 2.5.29.17.
const OTHER_NAMES: [u8; 3] = [0x55, 0x1d, 0x11];

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const BOOLEAN: u8 = 0x01;
const EXTENSIONS: u8 = 0xa3;
const DNS_NAME: u8 = 0x82;
const BIT_STRING: u8 = 0x03;
const OBJECT: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;

/// More certificates than this in one file are a bundle of all authorities.
const MAX_CERTIFICATES: usize = 1000;

/// The certificates of a file in PEM; what stands between them is passed over.
///
/// # Errors
/// The first block that is no certificate.
pub fn certificates(text: &str) -> Result<Vec<Certificate>, Malformed> {
    let blocks = text
        .split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .take(MAX_CERTIFICATES);
    let each = blocks.enumerate().map(|(at, block)| {
        let malformed = Malformed(at.saturating_add(1));
        let (body, _) = block.split_once("-----END CERTIFICATE-----").ok_or(malformed)?;
        let bytes = base64(body).ok_or(malformed)?;
        certificate(&bytes).ok_or(malformed)
    });
    each.collect()
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for c in text.bytes().filter(|c| !c.is_ascii_whitespace() && *c != b'=') {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// An element of this kind, and what follows it.
pub(crate) fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = rest.split_first()?;
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(*length & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        (
            digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)),
            rest,
        )
    };
    rest.split_at_checked(length)
}

fn certificate(bytes: &[u8]) -> Option<Certificate> {
    let (whole, _) = element(bytes, SEQUENCE)?;
    let (signed, signature) = element(whole, SEQUENCE)?;
    let after_version = element(signed, VERSION).map_or(signed, |(_, rest)| rest);
    let (_, rest) = element(after_version, INTEGER)?;
    let (_, rest) = element(rest, SEQUENCE)?;
    let (issuer, rest) = element(rest, SEQUENCE)?;
    let (validity, rest) = element(rest, SEQUENCE)?;
    let (valid_from, after) = time(validity)?;
    let (valid_until, _) = time(after)?;
    let (subject, rest) = element(rest, SEQUENCE)?;
    let (key, rest) = element(rest, SEQUENCE)?;
    let (algorithm, key) = element(key, SEQUENCE)?;
    let (algorithm, _) = element(algorithm, OBJECT)?;
    let (key, _) = element(key, BIT_STRING)?;
    let rsa_bits = if algorithm == RSA {
        Some(modulus_bits(key)?)
    } else {
        None
    };
    let weak_signature = weak(signature).filter(|_| issuer != subject);
    Some(Certificate {
        valid_from,
        valid_until,
        rsa_bits,
        weak_signature,
        host_names: host_names(rest).unwrap_or_default(),
    })
}

fn weak(signature: &[u8]) -> Option<&'static str> {
    let (algorithm, _) = element(signature, SEQUENCE)?;
    let (algorithm, _) = element(algorithm, OBJECT)?;
    WEAK.iter()
        .find(|(weak, _)| *weak == algorithm)
        .map(|(_, digest)| *digest)
}

/// Names of hosts among the extensions, which are the last part of what is signed.
fn host_names(mut rest: &[u8]) -> Option<Vec<String>> {
    let extensions = loop {
        if let Some((extensions, _)) = element(rest, EXTENSIONS) {
            break extensions;
        }
        // Unique identifiers of issuer and subject.
        (_, rest) = element(rest, *rest.first()?)?;
    };
    let (mut extensions, _) = element(extensions, SEQUENCE)?;
    while let Some((extension, others)) = element(extensions, SEQUENCE) {
        extensions = others;
        let (name, value) = element(extension, OBJECT)?;
        if name == OTHER_NAMES {
            let value = element(value, BOOLEAN).map_or(value, |(_, value)| value);
            let (value, _) = element(value, OCTET_STRING)?;
            let (mut names, _) = element(value, SEQUENCE)?;
            let mut found = Vec::new();
            while let Some(tag) = names.first() {
                let (name, others) = element(names, *tag)?;
                if *tag == DNS_NAME {
                    found.push(std::str::from_utf8(name).ok()?.to_ascii_lowercase());
                }
                names = others;
            }
            return Some(found);
        }
    }
    None
}

/// An instant as RFC 3339 has it, and what follows it: `YYMMDDHHMMSSZ` with years from 1950 on, or `YYYYMMDDHHMMSSZ` (RFC 5280,
/// section 4.1.2.5).
fn time(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (digits, rest, century) = match element(bytes, UTC_TIME) {
        Some((digits, rest)) => (digits, rest, true),
        None => {
            let (digits, rest) = element(bytes, GENERALIZED_TIME)?;
            (digits, rest, false)
        }
    };
    let digits = std::str::from_utf8(digits).ok()?.strip_suffix('Z')?;
    let is_whole = digits.len() == if century { 12 } else { 14 };
    if !is_whole || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = match digits.get(..2).filter(|_| century) {
        Some(year) if year < "50" => format!("20{digits}"),
        Some(_) => format!("19{digits}"),
        None => digits.to_owned(),
    };
    let part = |from: usize, to: usize| digits.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    Some((format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"), rest))
}

/// The length of the modulus of an RSA key, in a bit string without unused bits.
fn modulus_bits(key: &[u8]) -> Option<u32> {
    let (key, _) = element(key.strip_prefix(&[0])?, SEQUENCE)?;
    let (modulus, _) = element(key, INTEGER)?;
    let at = modulus.iter().position(|byte| *byte != 0)?;
    let significant = modulus.get(at..)?;
    let bits = u32::try_from(significant.len()).ok()?.checked_mul(8)?;
    bits.checked_sub(significant.first()?.leading_zeros())
}
