#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::transport::Tree;

use super::PROBE;

fn facts(configuration: &str) -> Vec<String> {
    let top = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(top.path().join("deploy/tls")).unwrap();
    std::fs::write(top.path().join("deploy/nginx.conf"), configuration).unwrap();
    std::fs::write(top.path().join("deploy/tls/shop.pem"), include_str!("shop.pem")).unwrap();
    for name in ["client-ca.pem", "other.pem"] {
        let place = top.path().join("deploy/tls").join(name);
        std::fs::write(place, include_str!("../tls/small.pem")).unwrap();
    }
    let mut tree = Tree::at(top.path(), Instant::now() + Duration::from_secs(60)).unwrap();
    let snapshot = collect("test", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot;
    let shown = snapshot
        .facts
        .iter()
        .map(|fact| format!("{} {}", fact.id, fact.state));
    shown.collect()
}

#[test]
fn only_what_a_configuration_names_counts() {
    let named = "server { listen 443 ssl;\n ssl_client_certificate /etc/nginx/client-ca.pem;\n}";
    assert_eq!(
        facts(named),
        ["certificate.rsa-bits[deploy/tls/client-ca.pem:nginx] 1024"]
    );
    assert_eq!(facts("server { listen 80; }"), [""; 0]);
    let lowered = format!("ssl_ciphers DEFAULT@SECLEVEL=1;\n{named}");
    assert_eq!(facts(&lowered), [""; 0]);
}

#[test]
fn a_certificate_is_held_against_the_names_of_its_server() {
    let server = |names: &str| {
        let found = facts(&format!(
            "server {{\n listen 443 ssl;\n server_name {names};\n ssl_certificate tls/shop.pem;\n}}"
        ));
        found
            .into_iter()
            .filter(|fact| !fact.contains("valid-"))
            .collect::<Vec<_>>()
    };
    let weak = "certificate.weak-signature[deploy/tls/shop.pem:nginx] SHA-1";
    assert_eq!(server("shop.example.com"), [weak]);
    assert_eq!(server("www.example.org"), [weak]);
    assert_eq!(
        server("other.example.com shop.example.com"),
        [weak],
        "one that fits is enough"
    );
    assert_eq!(server("~^(www\\.)?example\\.net$"), [weak], "no name");
    assert_eq!(
        server("a.b.example.org _"),
        [
            "certificate.asked-name[deploy/tls/shop.pem:nginx] a.b.example.org",
            "certificate.names[deploy/tls/shop.pem:nginx] *.example.org, shop.example.com",
            weak,
        ]
    );
}
