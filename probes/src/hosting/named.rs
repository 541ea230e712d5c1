//! Files that configuration of servers in a release names, and that the host does not have.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Stability, State};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::DERIVED;

/// Follows each path through the directories of the host that were listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct NamedFiles;

/// Families of files that are named, and the server that opens them.
const NAMED: [(&str, &str); 2] = [("apache-file.file", "apache"), ("nginx-file.file", "nginx")];

/// Certificates of authorities that are named, whoever reads them.
const TRUSTED: &str = "crypto.ca-file";

/// What is known of a path.
enum Found {
    Missing,
    /// The directory that would tell, and why it does not.
    Unclear(FactId, String),
    /// It is there, or lies where nobody looked.
    There,
}

impl Derivation for NamedFiles {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else { return out };
        let named = NAMED.map(|(family, server)| (family, "named-file.missing", format!("{server}:")));
        let trusted = [(TRUSTED, "ca-file.missing", String::new())];
        for (family, missing, server) in named.into_iter().chain(trusted) {
            for named in release.family(family) {
                let (Some(key), Some(directive)) = (named.id.key(), named.state.value()) else {
                    continue;
                };
                let Some((_, path)) = key.split_once(':') else {
                    continue;
                };
                let id = FactId::keyed(missing, format!("{server}{key}"));
                let state = match follow(sides.host, path) {
                    Found::There => continue,
                    Found::Missing => State::Value(directive.clone()),
                    Found::Unclear(fact, reason) => {
                        out.lacks.insert(id.clone(), (Side::Host, fact));
                        State::Unknown(reason)
                    }
                };
                out.facts.push(Fact {
                    id,
                    state,
                    scheme: None,
                    stability: Stability::Stable,
                    origin: named.origin.clone(),
                });
            }
        }
        out
    }
}

fn follow(host: &View<'_>, path: &str) -> Found {
    let mut directory = String::new();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let id = FactId::keyed("directory.entries", directory.as_str());
        let lists = host.fact(&id).is_some();
        let state = host.state(&id);
        match (state.value(), state.doubt()) {
            (Some(names), _) if !names.members().iter().any(|member| member == name) => {
                return Found::Missing;
            }
            (None, Some(reason)) if lists => return Found::Unclear(id, reason.to_owned()),
            _ => {}
        }
        directory = format!("{directory}/{name}");
    }
    Found::There
}
