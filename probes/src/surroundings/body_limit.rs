//! What nginx of the host lets through: how large a request it takes at most, and whether it passes headers on that have an underscore in
//! their names: <https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size>, and `#underscores_in_headers` there.

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::config::nginx::directives;
use crate::reading::{all_read, base_name, documents};

/// The configuration of packages, and what sites of theirs include.
const FILES: [&str; 5] = [
    "etc/nginx/conf.d/*.conf",
    "etc/nginx/default.d/*.conf",
    "etc/nginx/nginx.conf",
    "etc/nginx/sites-enabled/*",
    "etc/nginx/snippets/*",
];

const FAMILIES: &[&str] = &["nginx.body-limit", "nginx.underscored-headers"];

/// What nginx takes where nothing sets it.
const DEFAULT: i64 = 1 << 20;

/// Ways to hand a request on.
const PASSES: [&str; 4] = ["fastcgi_pass", "grpc_pass", "proxy_pass", "uwsgi_pass"];

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

pub(super) fn needs() -> Vec<Need> {
    FILES.map(content).into()
}

/// What the files together say.
#[derive(Debug, Default)]
struct Limits {
    /// The largest that any file sets, with its place.
    largest: Option<(i64, Origin)>,
    passes_on: bool,
    /// Some server keeps headers with underscores.
    keeps_underscores: bool,
    /// Files are included that were not read, or a limit is not a plain number.
    is_open: bool,
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let mut limits = Limits::default();
    let mut main = None;
    for pattern in FILES {
        limits.is_open |= !all_read(answers, &content(pattern));
        for document in documents(answers, &content(pattern), FAMILIES, out) {
            if pattern.ends_with("nginx.conf") {
                main = Some(Origin::file(document.path.to_string()));
            }
            limits.add(&document.text, |line| document.line(line));
        }
    }
    let Some(main) = main.filter(|_| limits.passes_on && !limits.is_open) else {
        return;
    };
    out.value(
        "nginx.underscored-headers",
        Value::Bool(limits.keeps_underscores),
        main.clone(),
    );
    let (most, origin) = limits.largest.unwrap_or((DEFAULT, main));
    // Zero stands for no limit.
    if most > 0 {
        out.value("nginx.body-limit", Value::Int(most), origin);
    }
}

impl Limits {
    fn add(&mut self, text: &str, at: impl Fn(u32) -> Origin) {
        let Ok(read) = directives(text) else {
            self.is_open = true;
            return;
        };
        for directive in read {
            let first = directive
                .arguments
                .first()
                .map(String::as_str)
                .unwrap_or_default();
            match directive.name() {
                "client_max_body_size" => match bytes(first) {
                    Some(0) => self.largest = Some((0, at(directive.line))),
                    Some(size) => {
                        let known = self.largest.as_ref().map(|(size, _)| *size);
                        if known.is_none_or(|known| known != 0 && known < size) {
                            self.largest = Some((size, at(directive.line)));
                        }
                    }
                    None => self.is_open = true,
                },
                // Both let such headers through: the second keeps all that are not well formed.
                "underscores_in_headers" => self.keeps_underscores |= first != "off",
                "ignore_invalid_headers" => self.keeps_underscores |= first != "on",
                "include" => self.is_open |= !is_read(first),
                name if PASSES.contains(&name) => self.passes_on = true,
                _ => {}
            }
        }
    }
}

/// `10m`, `512k`, `1g`, `1048576`.
fn bytes(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: i64 = digits.parse().ok()?;
    let shift = match text.get(digits.len()..)?.to_ascii_lowercase().as_str() {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

/// What packages bring sets no limit; the rest is read only where it lies in the directories above.
fn is_read(path: &str) -> bool {
    let relative = path
        .strip_prefix("/etc/nginx/")
        .or_else(|| (!path.starts_with('/')).then_some(path));
    let name = base_name(path);
    let is_of_package = name.ends_with("_params")
        || matches!(name, "fastcgi.conf" | "mime.types")
        || path.starts_with("/etc/letsencrypt/")
        || path.starts_with("/usr/share/nginx/modules/");
    let is_here = relative.is_some_and(|path| {
        [
            "conf.d/",
            "default.d/",
            "modules-enabled/",
            "sites-enabled/",
            "snippets/",
        ]
        .iter()
        .any(|directory| {
            path.strip_prefix(directory)
                .is_some_and(|rest| !rest.contains('/'))
        })
    });
    is_of_package || is_here
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limit(text: &str) -> (Option<i64>, bool, bool) {
        let mut limits = Limits::default();
        limits.add(text, |line| Origin::line("etc/nginx/nginx.conf", line));
        let largest = limits.largest.map(|(size, _)| size);
        (largest, limits.passes_on, limits.is_open)
    }

    #[test]
    fn the_largest_counts_for_no_place_is_known() {
        let text = "http {\n include mime.types;\n client_max_body_size 8m;\n server {\n  location /up { client_max_body_size 1G; \
            proxy_pass http://127.0.0.1:3000; }\n  client_max_body_size 512k;\n }\n include /etc/nginx/conf.d/*.conf;\n}\n";
        assert_eq!(limit(text), (Some(1 << 30), true, false));
        assert_eq!(
            limit("http { client_max_body_size 0; server { client_max_body_size 5m; } }"),
            (Some(0), false, false)
        );
        assert_eq!(limit("http { server { root /srv; } }"), (None, false, false));
    }

    #[test]
    fn what_is_not_read_leaves_it_open() {
        assert!(limit("http { include /srv/shop/nginx.conf; }").2);
        assert!(limit("http { include vhosts/*.conf; }").2);
        assert!(limit("http { client_max_body_size $size; }").2);
        assert!(limit("http { ").2);
        assert!(!limit("http { include /etc/letsencrypt/options-ssl-nginx.conf; }").2);
        assert!(!limit("http { include snippets/fastcgi-php.conf; }").2);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(http|server|include|client_max_body_size)[ {};0-9mgké]{0,60}") {
            let _ = limit(&text);
        }
    }
}
