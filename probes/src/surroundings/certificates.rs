//! Expired roots that certificates still in use were cross-signed with.
//!
//! OpenSSL before 1.1.0 takes the chain that the server sends to its end, and does not look for a shorter one that is valid:
//! <https://openssl-library.org/post/2021-09-13-letsencryptrootcertexpire/>.

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::Observation;

/// Names of roots, and the last day they were valid.
const ROOTS: [(&str, &str); 2] = [
    ("AddTrust External CA Root", "2020-05-30"),
    ("DST Root CA X3", "2021-09-30"),
];

/// The bundles that OpenSSL reads.
const BUNDLES: [&str; 5] = [
    "etc/ssl/certs/ca-certificates.crt",
    "etc/pki/tls/certs/ca-bundle.crt",
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "etc/ssl/ca-bundle.pem",
    "etc/ssl/cert.pem",
];

fn bundle(path: &str) -> Need {
    Need::file_up_to(path, 4 << 20)
}

pub(super) fn needs() -> Vec<Need> {
    BUNDLES.map(bundle).into()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    for path in BUNDLES {
        let Some(bytes) = out.optional(answers.bytes(&bundle(path)), path) else {
            continue;
        };
        for (name, day) in expired_roots(bytes) {
            out.keyed("ca.expired-root", name, day, Origin::file(path));
        }
        return;
    }
}

/// The roots that are the subject and the issuer of a certificate of this bundle.
pub(super) fn expired_roots(bundle: &[u8]) -> Vec<(&'static str, &'static str)> {
    let text = String::from_utf8_lossy(bundle);
    let certificates = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let certificates = certificates.filter_map(|rest| rest.split("-----END").next());
    let mut found = [false; ROOTS.len()];
    for certificate in certificates.map(decoded) {
        for (found, (name, _)) in found.iter_mut().zip(ROOTS) {
            *found |= memchr::memmem::find_iter(&certificate, name.as_bytes()).count() >= 2;
        }
    }
    let roots = ROOTS.into_iter().zip(found);
    roots.filter_map(|(root, found)| found.then_some(root)).collect()
}

/// Base64 (RFC 4648), white space passed over, up to the first byte that is none of it.
fn decoded(body: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(body.len()), 0_u32, 0_u32);
    for byte in body.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
            bits &= (1 << count) - 1;
        }
    }
    bytes
}
