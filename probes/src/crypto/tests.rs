use super::bundles::bundle;
use super::legacy::calls;
use super::pkcs12;
use super::readers::{Reader, reader};
use crate::code::language::Language;

#[test]
fn calls_of_old_algorithms() {
    let seen = |text: &str, language| -> Vec<String> {
        calls(text, language)
            .into_iter()
            .map(|call| format!("{} {} {} {}", call.line, call.program, call.algorithm, call.call))
            .collect()
    };
    let js = "const a = crypto.createHash('sha256');\nconst b = crypto.createCipheriv('BF-CBC', key, iv);\nc.createCipheriv('des-ede3-cbc', k, i);";
    assert_eq!(seen(js, Language::JavaScript), ["2 node bf-cbc createCipheriv"]);
    let php = "$a = openssl_encrypt($data, 'des-ecb', $key);\n$b = hash('md4', $x);\nopenssl_encrypt($d, 'aes-256-cbc', $k);";
    assert_eq!(seen(php, Language::Php), ["1 php des-ecb openssl_encrypt"]);
    let python =
        "digest = hashlib.new('md4', data)\ntry:\n    x = hashlib.new('md4')\nexcept ValueError:\n    pass\n";
    assert_eq!(seen(python, Language::Python), ["1 python3 md4 hashlib.new"]);
    assert_eq!(
        seen("c = OpenSSL::Cipher.new('rc4')", Language::Ruby),
        ["1 ruby rc4 OpenSSL::Cipher.new"]
    );
    let shell =
        "openssl enc -d -bf-cbc -in a\nopenssl enc -aes-256-cbc -in a\nopenssl enc -rc4 -provider legacy\n";
    assert_eq!(seen(shell, Language::Shell), ["1 openssl bf-cbc openssl"]);
}

#[test]
fn who_reads_a_store() {
    let js = "https.request({ pfx: fs.readFileSync('certs/client.p12') })";
    assert_eq!(reader("a.js", js, "client.p12"), Some(Reader::Node));
    assert_eq!(
        reader("a.js", "forge.pkcs12(pfx, 'client.p12')", "client.p12"),
        None
    );
    assert_eq!(reader("a.js", js, "other.p12"), None);
    let unit = "ExecStart=/usr/bin/java -Djavax.net.ssl.keyStore=/etc/app/app.p12 -jar a.jar";
    assert_eq!(reader("a.service", unit, "app.p12"), Some(Reader::Java));
    let curl = "curl --cert-type P12 --cert client.p12:x https://a.example";
    assert_eq!(reader("a.sh", curl, "client.p12"), Some(Reader::System("curl")));
    let openssl = "openssl pkcs12 -in client.p12 -nodes";
    assert_eq!(
        reader("a.sh", openssl, "client.p12"),
        Some(Reader::System("openssl"))
    );
    assert_eq!(
        reader("a.sh", "openssl pkcs12 -legacy -in client.p12", "client.p12"),
        None
    );
    assert_eq!(reader("a.yml", "# about client.p12", "client.p12"), None);
}

#[test]
fn bundles_by_their_path() {
    let found = |text: &str, language| {
        bundle(text, language).map(|(bundle, word, line)| format!("{line} {word} {bundle}"))
    };
    let unit = "[Service]\nEnvironment=SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\n";
    assert_eq!(
        found(unit, Language::Settings).as_deref(),
        Some("2 SSL_CERT_FILE etc/ssl/certs/ca-certificates.crt")
    );
    let both = "for f in /etc/ssl/certs/ca-certificates.crt\n  --cacert /etc/pki/tls/certs/ca-bundle.crt\n";
    assert_eq!(found(both, Language::Shell), None);
    assert_eq!(found("see /etc/ssl/cert.pem\n", Language::Settings), None);
    assert_eq!(found("cafile = etc/ssl/cert.pem\n", Language::Php), None);
}

/// Made with `openssl pkcs12 -export`, without keys: RC2-40 for the certificate, and AES-256.
const RC2: &[u8] = include_bytes!("rc2.p12");
const AES: &[u8] = include_bytes!("aes.p12");

#[test]
fn what_protects_a_store() {
    let old = pkcs12(RC2).unwrap();
    assert_eq!((old.legacy, old.modern), (Some("RC2-40-CBC"), None));
    let new = pkcs12(AES).unwrap();
    assert_eq!((new.legacy, new.modern), (None, Some("HmacPBESHA256")));
    assert_eq!(pkcs12(b"\xfe\xed\xfe\xed"), None);
    assert_eq!(pkcs12(b""), None);
}

#[test]
fn damaged_stores_do_not_panic() {
    for store in [RC2, AES] {
        for end in 0..store.len() {
            let _ = pkcs12(&store[..end]);
        }
        for at in 0..store.len().min(400) {
            for byte in [0, 0x80, 0x84, 0xff] {
                let mut changed = store.to_vec();
                changed[at] = byte;
                let _ = pkcs12(&changed);
            }
        }
    }
}
