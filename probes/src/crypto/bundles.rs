//! Bundles of trusted certificates that a file names by their path.

use crate::code::language::Language;
use crate::locale::probe::CA_BUNDLES;

/// Words of settings and calls that read the bundle that they name: without it nothing is trusted, or nothing starts.
const TAKEN: [&str; 21] = [
    "--cacert",
    "AWS_CA_BUNDLE",
    "CURLOPT_CAINFO",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSLProxyCACertificateFile",
    "ca-file",
    "ca_certs",
    "cafile",
    "cainfo",
    "load_verify_locations",
    "proxy_ssl_trusted_certificate",
    "readFileSync",
    "sslcacert",
    "sslrootcert",
    "ssl_ca",
    "tls_ca_cert",
    "verify=",
];

/// The bundle that a text takes, without `/` in front, with the word that takes it and the line. One that names several looks
/// where it is.
pub(super) fn bundle(text: &str, language: Language) -> Option<(&'static str, &'static str, u32)> {
    let lines = (1_u32..).zip(text.lines());
    let mut found = lines.filter_map(|(number, line)| {
        let bundle = CA_BUNDLES.iter().find(|bundle| {
            line.split_once(**bundle)
                .is_some_and(|(before, _)| before.ends_with('/'))
        })?;
        Some((*bundle, line, number))
    });
    let (bundle, line, number) = found.next()?;
    let is_one = found.all(|(other, ..)| other == bundle);
    let is_asked =
        text.contains("existsSync") || text.contains("os.path.exists") || text.contains("file_exists");
    let is_tested = language == Language::Shell
        && (text.contains("[ -f") || text.contains("[ -e") || text.contains("[ -r"));
    let word = TAKEN.iter().find(|word| line.contains(**word))?;
    (is_one && !is_asked && !is_tested).then_some((bundle, *word, number))
}

/// Words of settings that name a certificate to trust beside, or in place of, those of the system.
const TRUSTING: [&str; 5] = [
    "MYSQL_ATTR_SSL_CA",
    "NODE_EXTRA_CA_CERTS",
    "PGSSLROOTCERT",
    "ssl-ca",
    "sslCA",
];

/// Where administrators put such certificates.
const PLACES: [&str; 3] = ["/etc/pki/tls/", "/etc/ssl/", "/usr/local/share/ca-certificates/"];

/// Certificates of authorities that a text names by their paths, with the words and lines: not the bundles of distributions.
pub(super) fn trusted(text: &str) -> Vec<(String, &'static str, u32)> {
    if [
        "existsSync",
        "os.path.exists",
        "file_exists",
        "[ -f",
        "[ -e",
        "[ -r",
    ]
    .iter()
    .any(|question| text.contains(question))
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in (1_u32..).zip(text.lines()) {
        let word = TAKEN
            .iter()
            .chain(&TRUSTING)
            .find(|word| **word != "readFileSync" && line.contains(**word));
        let Some(word) = word else { continue };
        let is_end = |c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c));
        let mut paths = line.split(is_end).filter(|part| {
            let is_placed = PLACES.iter().any(|place| part.starts_with(place));
            let ending = part.rsplit_once('.').map_or("", |(_, ending)| ending);
            let is_bundle = CA_BUNDLES
                .iter()
                .any(|bundle| part.trim_start_matches('/') == *bundle);
            is_placed && matches!(ending, "cer" | "crt" | "pem") && !is_bundle
        });
        if let Some(path) = paths.next() {
            found.push((path.to_owned(), *word, number));
        }
    }
    found
}
