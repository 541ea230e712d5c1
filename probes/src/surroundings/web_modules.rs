//! Modules that Apache and nginx load, and whether Apache reads `.htaccess`.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{documents, statements};

/// Files with `LoadModule` and `AllowOverride`: Debian, Fedora and its kin, Alpine, images of docker-library.
const APACHE: [&str; 14] = [
    "etc/apache2/apache2.conf",
    "etc/apache2/ports.conf",
    "etc/apache2/conf-enabled/*.conf",
    "etc/apache2/conf.d/*.conf",
    "etc/apache2/httpd.conf",
    "etc/apache2/mods-enabled/*.conf",
    "etc/apache2/mods-enabled/*.load",
    "etc/apache2/sites-enabled/*",
    "etc/httpd/conf.d/*.conf",
    "etc/httpd/conf.modules.d/*.conf",
    "etc/httpd/conf/httpd.conf",
    "etc/httpd/conf/extra/*.conf",
    "usr/local/apache2/conf/httpd.conf",
    "usr/local/apache2/conf/extra/*.conf",
];

/// Files with `load_module`.
const NGINX: [&str; 5] = [
    "etc/nginx/nginx.conf",
    "etc/nginx/modules-enabled/*.conf",
    "etc/nginx/modules/*.conf",
    "etc/nginx/conf.d/*.conf",
    "usr/share/nginx/modules/*.conf",
];

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

pub(super) fn needs() -> Vec<Need> {
    APACHE
        .iter()
        .chain(&NGINX)
        .map(|pattern| content(pattern))
        .collect()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    apache(answers, out);
    nginx(answers, out);
}

fn apache(answers: &Answers, out: &mut Observation<'_>) {
    let families = ["apache.module", "apache.override", "apache.listens"];
    let mut listens: BTreeMap<String, (BTreeSet<String>, Origin)> = BTreeMap::new();
    let mut overrides = BTreeSet::new();
    let mut origin = None;
    for pattern in APACHE {
        for document in documents(answers, &content(pattern), &families, out) {
            origin.get_or_insert_with(|| Origin::file(document.path.to_string()));
            for (line, statement) in statements(&document.text, &['#']) {
                let mut words = statement.split_whitespace();
                let (directive, rest) = (words.next().unwrap_or(""), words);
                if directive.eq_ignore_ascii_case("LoadModule") {
                    for name in rest.take(1) {
                        let name = name.trim_end_matches("_module");
                        out.keyed("apache.module", name, document.path.as_ref(), document.line(line));
                    }
                } else if directive.eq_ignore_ascii_case("Listen") {
                    let address = rest.into_iter().next().unwrap_or("");
                    let port = address
                        .strip_prefix("0.0.0.0:")
                        .or_else(|| address.strip_prefix("*:"))
                        .unwrap_or(address);
                    // Port 443 stands within <IfModule> on Debian: only where the module is loaded.
                    if port.parse::<u16>().is_ok() && port != "443" {
                        let entry = listens.entry(port.to_owned());
                        let (files, _) = entry.or_insert_with(|| (BTreeSet::new(), document.line(line)));
                        files.insert(format!("/{}", document.path));
                    }
                } else if directive.eq_ignore_ascii_case("AllowOverride") {
                    overrides.extend(rest.map(str::to_ascii_lowercase));
                }
            }
        }
    }
    for (port, (files, origin)) in listens {
        out.keyed("apache.listens", port, Value::set(files), origin);
    }
    if let Some(origin) = origin {
        out.value("apache.override", Value::set(overrides), origin);
    }
}

fn nginx(answers: &Answers, out: &mut Observation<'_>) {
    for pattern in NGINX {
        for document in documents(answers, &content(pattern), &["nginx.module"], out) {
            for (line, statement) in statements(&document.text, &['#']) {
                let path = statement.strip_prefix("load_module").map(str::trim_start);
                let Some(path) = path.map(|path| path.trim_end_matches(';').trim_matches(['"', '\''])) else {
                    continue;
                };
                let file = path.rsplit('/').next().unwrap_or(path);
                let name = file
                    .trim_end_matches(".so")
                    .trim_start_matches("ngx_")
                    .trim_end_matches("_module");
                out.keyed("nginx.module", name, path, document.line(line));
            }
        }
    }
}
