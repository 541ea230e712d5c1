use super::FEATURES;
use super::probe::{features, is_configuration, module_script, reads_as_site};
use crate::config::nginx::directives;
use parity_core::answer::{Entry, EntryKind};

#[test]
fn the_table_is_sorted_and_has_versions() {
    let keys: Vec<_> = FEATURES
        .iter()
        .map(|f| (f.parameter.is_empty(), f.directive, f.parameter))
        .collect();
    assert!(keys.is_sorted_by(|a, b| a < b));
    for feature in FEATURES {
        assert!(
            feature.since.split('.').all(|part| part.parse::<u32>().is_ok()),
            "{feature:?}"
        );
    }
}

#[test]
fn directives_and_parameters() {
    let text = "\
http {
  # http3 on;
  map $a $b { http2 on; }
  server {
    listen 443 ssl;
    listen 443 quic reuseport;
    http2 on;
    ssl_protocols TLSv1.2 TLSv1.3;
    location / { proxy_pass http://app; add_header X 'http3 on;'; }
  }
}
";
    let found: Vec<_> = features(&directives(text).unwrap())
        .into_iter()
        .map(|(name, (since, line))| format!("{name} {since} {line}"))
        .collect();
    assert_eq!(
        found,
        [
            "http2 1.25.1 7",
            "listen quic 1.25.0 6",
            "listen reuseport 1.9.1 6",
            "ssl_protocols TLSv1.3 1.13.0 8"
        ]
    );
}

#[test]
fn files_of_nginx() {
    for path in [
        "nginx.conf",
        "deploy/nginx/app.conf",
        "etc/nginx/sites-available/app",
        "nginx/templates/default.conf.template",
    ] {
        assert!(is_configuration(path), "{path}");
    }
    for path in [
        "app.conf",
        "nginx/README.md",
        "nginx.conf.erb",
        "node_modules/x/nginx.conf",
        "nginx/sites-available/a.bak",
    ] {
        assert!(!is_configuration(path), "{path}");
    }
}

#[test]
fn sites_are_known_by_how_they_read() {
    let site = "# a site\nserver {\n  listen 80;\n}\n";
    assert!(reads_as_site("deploy/shop.conf", site));
    assert!(!reads_as_site("docs/shop.conf", site));
    assert!(!reads_as_site("deploy/shop.conf", "server = a\nlisten 80\n"));
}

#[test]
fn modules_that_browsers_load() {
    let of = |paths: &[&str]| {
        let entries: Vec<Entry> = paths.iter().map(|path| file(path)).collect();
        module_script(&entries.iter().collect::<Vec<_>>()).map(str::to_owned)
    };
    assert_eq!(
        of(&["dist/index.html", "dist/assets/pdf.worker.mjs"]).as_deref(),
        Some("dist/assets/pdf.worker.mjs")
    );
    assert_eq!(
        of(&["dist/index.html", "dist/server/entry.mjs", "scripts/build.mjs"]),
        None
    );
    assert_eq!(of(&["dist/index.html", "dist/node_modules/a/a.mjs"]), None);
    assert_eq!(of(&["dist/assets/a.mjs"]), None);
}

fn file(path: &str) -> Entry {
    Entry {
        path: path.to_owned(),
        kind: EntryKind::File,
        mode: 0o644,
        size: 0,
        link: None,
        content: None,
    }
}
