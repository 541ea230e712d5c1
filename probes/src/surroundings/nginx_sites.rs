//! What the sites of a host take already, so that another file would double it.

use std::collections::BTreeMap;

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::config::nginx::directives;
use crate::nginx::places::{Named, once, places};
use crate::reading::documents;

/// The configuration of packages: Debian, and all others.
const FILES: [&str; 3] = [
    "etc/nginx/conf.d/*.conf",
    "etc/nginx/nginx.conf",
    "etc/nginx/sites-enabled/*",
];

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

pub(super) fn needs() -> Vec<Need> {
    FILES.map(content).into()
}

/// Files that have each name.
type Found = BTreeMap<String, (Vec<String>, Origin)>;

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let families = [
        "nginx.default",
        "nginx.upstream",
        "nginx.once",
        "nginx.listens",
        "nginx.includes",
        "nginx.user",
    ];
    let [mut defaults, mut upstreams, mut singles, mut listens] = [const { Found::new() }; 4];
    for pattern in FILES {
        for document in documents(answers, &content(pattern), &families, out) {
            let Ok(mut read) = directives(&document.text) else {
                continue;
            };
            for directive in &mut read {
                // Seen from the block http, as files that are included there see it.
                if directive.path.first().is_some_and(|block| block == "http") {
                    directive.path.remove(0);
                } else if pattern.ends_with("nginx.conf") && directive.name() != "user" {
                    directive.path.insert(0, "main".to_owned());
                }
            }
            let includes = read.iter().filter(|directive| directive.name() == "include");
            let includes: Vec<String> = includes
                .flat_map(|directive| directive.arguments.clone())
                .collect();
            if pattern.ends_with("nginx.conf") && !includes.is_empty() {
                out.value(
                    "nginx.includes",
                    Value::set(includes),
                    Origin::file(document.path.to_string()),
                );
            }
            let found = places(&read);
            let add = |to: &mut Found, named: Named| {
                for (name, (_, line)) in named {
                    let entry = to
                        .entry(name)
                        .or_insert_with(|| (Vec::new(), document.line(line)));
                    entry.0.push(format!("/{}", document.path));
                }
            };
            add(&mut defaults, found.defaults);
            add(&mut upstreams, found.upstreams);
            add(&mut listens, found.ports);
            add(&mut singles, once(&read));
            if let Some((name, (_, line))) = found.users.into_iter().next() {
                out.value("nginx.user", name, document.line(line));
            }
        }
    }
    for (family, found) in [
        ("nginx.default", defaults),
        ("nginx.upstream", upstreams),
        ("nginx.once", singles),
        ("nginx.listens", listens),
    ] {
        for (name, (files, origin)) in found {
            out.keyed(family, name, Value::set(files), origin);
        }
    }
}
