//! Projects whose range the PHP of the web server is outside of.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::schema::Schema;
use parity_core::version::{Range, RangeSyntax};
use parity_core::view::Side;

use super::DERIVED;

/// Holds the range that a release declares against the PHP of the web server, on hosts that were asked for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebServers;

impl Derivation for WebServers {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let web = FactId::single("php.web");
        let Some(release) = sides.release else {
            return out;
        };
        let is_php = |fact: &&Fact| fact.id.key().is_some_and(|key| key.ends_with(":php"));
        for declared in release.family("requires.range").filter(is_php) {
            let Some(served) = sides.host.fact(&web) else {
                return out;
            };
            let (Some(key), Some(value)) = (declared.id.key(), declared.state.value()) else {
                continue;
            };
            let syntax = release.state(&FactId::keyed("requires.syntax", key));
            let syntax = syntax
                .value()
                .and_then(|name| name.to_string().parse::<RangeSyntax>().ok());
            let range = syntax.and_then(|syntax| Range::parse(syntax, &value.to_string()).ok());
            let (Some(manifest), Some(range)) = (key.strip_suffix(":php"), range) else {
                continue;
            };
            let id = FactId::keyed("php.web-outside", manifest);
            let state = match &served.state {
                State::Value(versions) => {
                    let is_in = |version: &str| contains(&range, version);
                    if versions.members().iter().any(|version| is_in(version)) {
                        continue;
                    }
                    State::Value(value.clone())
                }
                State::Absent => continue,
                other => {
                    out.lacks.insert(id.clone(), (Side::Host, web.clone()));
                    State::Unknown(other.doubt().unwrap_or_default().to_owned())
                }
            };
            out.facts.push(Fact {
                id,
                state,
                scheme: None,
                stability: Stability::Stable,
                origin: Origin::Derived("the manifest and the PHP of the web server".to_owned()),
            });
        }
        out
    }
}

/// Whether a range has this version, or where no more than its line is known, such as 8.1, the first or the last of it.
fn contains(range: &Range, version: &str) -> bool {
    let has = |version: &str| range.contains(version) == Ok(true);
    let is_line = version.split('.').count() == 2;
    has(version) || is_line && has(&format!("{version}.999"))
}
