#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::transport::Tree;
use proptest::prelude::*;

use super::*;

/// A certificate made by openssl(1), or nothing where it is not installed.
fn made(kind: &[&str]) -> Option<String> {
    let fixed = ["-nodes", "-keyout", "/dev/null", "-subj", "/CN=x", "-days", "30"];
    let output = Command::new("openssl")
        .args(["req", "-x509", "-newkey"])
        .args(kind)
        .args(fixed)
        .output();
    match output {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        _ => {
            eprintln!("skipped: no openssl");
            None
        }
    }
}

/// The last day as openssl(1) prints it.
fn until(certificate: &str) -> String {
    use std::io::Write;
    let mut child = Command::new("openssl")
        .args(["x509", "-noout", "-enddate", "-dateopt", "iso_8601"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(certificate.as_bytes())
        .unwrap();
    let printed = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    printed.trim().trim_start_matches("notAfter=").replace(' ', "T")
}

#[test]
fn sizes_of_keys_are_those_that_openssl_made() {
    for (kind, bits) in [
        (&["rsa:1024"][..], Some(1024)),
        (&["rsa:2048"], Some(2048)),
        (&["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], None),
    ] {
        let Some(text) = made(kind) else { return };
        let twice = format!("comment\n{text}{text}");
        let found = certificates(&twice).unwrap();
        assert_eq!(
            found.iter().map(|found| found.rsa_bits).collect::<Vec<_>>(),
            [bits; 2],
            "{kind:?}"
        );
        assert!(
            found.iter().all(|found| found.valid_until == until(&text)),
            "{found:?}"
        );
        let cut = text.replacen("MII", "MIA", 1);
        assert!(certificates(&cut).is_err() || certificates(&cut).unwrap() != found);
    }
}

fn facts(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let top = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = top.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let mut tree = Tree::at(top.path(), Instant::now() + Duration::from_secs(60)).unwrap();
    let snapshot = collect("test", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot;
    snapshot
        .facts
        .iter()
        .map(|fact| (fact.id.to_string(), fact.state.to_string()))
        .collect()
}

#[test]
fn the_level_is_of_the_file_the_policy_or_the_build() {
    let debian = |version| format!("ID=debian\nVERSION_ID=\"{version}\"\n");
    let level = |files: &[(&str, &str)]| facts(files).remove("tls.security-level");
    let file = "MinProtocol = TLSv1.2\nCipherString = DEFAULT@SECLEVEL=2\n";
    let ten = debian(10);
    assert_eq!(
        level(&[("etc/os-release", &ten), ("etc/ssl/openssl.cnf", file)]).unwrap(),
        "2"
    );
    assert_eq!(
        level(&[("etc/os-release", &ten), ("etc/ssl/openssl.cnf", "")]).unwrap(),
        "1"
    );
    assert_eq!(level(&[("etc/os-release", &debian(12))]).unwrap(), "2");
    let rocky = (
        "etc/os-release",
        "ID=rocky\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=9.4\n",
    );
    let policy = "etc/crypto-policies/state/current";
    assert_eq!(level(&[rocky, (policy, "LEGACY\n")]).unwrap(), "1");
    assert_eq!(level(&[rocky, (policy, "DEFAULT:SHA1\n")]).unwrap(), "2");
    assert_eq!(level(&[rocky]), None);
    assert_eq!(
        level(&[("etc/os-release", "ID=ubuntu\nVERSION_ID=\"18.04\"\n")]).unwrap(),
        "1"
    );
    assert_eq!(
        level(&[("etc/os-release", "ID=ubuntu\nVERSION_ID=\"20.04\"\n")]).unwrap(),
        "2"
    );
}

#[test]
fn certificates_are_found_through_the_configuration() {
    let Some(small) = made(&["rsa:1024"]) else { return };
    let site = "server {\n  ssl_client_certificate /etc/nginx/ca.pem;\n  ssl_certificate_key /etc/nginx/key.pem;\n}\n";
    let lowered = format!("ssl_ciphers DEFAULT@SECLEVEL=1;\n{site}");
    let os = ("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    for (site, required) in [(site, "2048"), (lowered.as_str(), "1024")] {
        let found = facts(&[
            os,
            ("etc/nginx/sites-enabled/a", site),
            ("etc/nginx/ca.pem", &small),
        ]);
        assert_eq!(found["tls.rsa-bits[nginx:/etc/nginx/ca.pem]"], "1024");
        assert_eq!(found["tls.required-bits[nginx:/etc/nginx/ca.pem]"], required);
        assert!(!found.keys().any(|id| id.contains("key.pem")));
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(body in "[A-Za-z0-9+/=\n]{0,400}") {
        let _ = certificates(&format!("-----BEGIN CERTIFICATE-----{body}-----END CERTIFICATE-----"));
    }

    #[test]
    fn no_mutation_panics(at in 0_usize..700, with in "[A-Za-z0-9]") {
        let mut text = include_str!("small.pem").to_owned();
        if text.is_char_boundary(at) && at < text.len() {
            text.replace_range(at..=at, &with);
        }
        let _ = certificates(&text);
    }
}
