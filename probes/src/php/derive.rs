//! Projects whose range the PHP of the web server is outside of.

use std::borrow::Cow;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::Schema;
use parity_core::version::{Range, RangeSyntax};
use parity_core::view::{Side, View};

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
        serving(sides.host, &mut out);
        lacks(release, sides.host, &mut out);
        without(release, sides.host, &mut out);
        let is_php = |fact: &&Fact| fact.id.key().is_some_and(|key| key.ends_with(":php"));
        for declared in release.family("requires.range").filter(is_php) {
            let Some(served) = sides.host.fact(&web) else {
                break;
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

/// The PHP of the web server, or where it has none of its own, those that are installed.
fn serving(host: &View<'_>, out: &mut Derived) {
    let [web, installed] = [FactId::single("php.web"), FactId::keyed("runtime.version", "php")];
    let id = FactId::single("php.serving");
    let Some(fact) = host.fact(&web).or_else(|| host.fact(&installed)) else {
        return;
    };
    if fact.state.doubt().is_some() {
        out.lacks.insert(id.clone(), (Side::Host, fact.id.clone()));
    }
    out.facts.push(Fact { id, ..fact.clone() });
}

/// Directories of programs for the command line.
const COMMANDS: [&str; 6] = ["bin", "cli", "commands", "console", "cron", "scripts"];

/// What sources of pages use that the PHP of the web server does not have, while another on the host has it.
fn lacks(release: &View<'_>, host: &View<'_>, out: &mut Derived) {
    let of = |id: &FactId| host.value(id).map(Value::members).unwrap_or_default();
    let served = FactId::single("php.web");
    let Some(doubt) = host.fact(&served).map(|fact| fact.state.doubt()) else {
        return;
    };
    let runtime = FactId::keyed("runtime.version", "php");
    let (web, installed) = (of(&served), of(&runtime));
    // Another PHP of which nobody knows the version may have it.
    let may_have = host.state(&runtime).doubt().is_some();
    for used in release.family("language.needs") {
        let (Some(key), Some(range)) = (used.id.key(), used.state.value().map(ToString::to_string)) else {
            continue;
        };
        let Some((file, what)) = key.split_once(":php:") else {
            continue;
        };
        let is_command = file
            .split('/')
            .any(|part| COMMANDS.contains(&part.to_ascii_lowercase().as_str()));
        let Some(range) = Range::parse(RangeSyntax::Npm, &range)
            .ok()
            .filter(|_| !is_command)
        else {
            continue;
        };
        let some_has = |versions: &[Cow<'_, str>]| versions.iter().any(|version| contains(&range, version));
        let id = FactId::keyed("php.web-lacks", format!("{file}:{what}"));
        let all_have = installed.iter().all(|version| contains(&range, version));
        if !(may_have || some_has(&installed)) || some_has(&web) || (doubt.is_some() && all_have) {
            continue;
        }
        let state = match doubt {
            Some(reason) => {
                out.lacks.insert(id.clone(), (Side::Host, served.clone()));
                State::Unknown(reason.to_owned())
            }
            None => used.state.clone(),
        };
        out.facts.push(Fact {
            id,
            state,
            ..used.clone()
        });
    }
}

/// Extensions that a manifest asks for and that are switched on for another PHP than that of the web server.
fn without(release: &View<'_>, host: &View<'_>, out: &mut Derived) {
    let settings = FactId::single("php.web-settings");
    let Some(served) = host.fact(&settings) else {
        return;
    };
    let directories = served.state.value().map(Value::members).unwrap_or_default();
    for asked in release.family("requires.extension") {
        let Some(extension) = asked.id.key().and_then(|key| key.strip_prefix("php:")) else {
            continue;
        };
        let switched = host.value(&FactId::keyed("php.extension", extension));
        let switched = switched.map(Value::members).unwrap_or_default();
        let serves = |directory: &Cow<'_, str>| directory == "built in" || directories.contains(directory);
        if switched.is_empty() || switched.iter().any(serves) {
            continue;
        }
        let id = FactId::keyed("php.web-without", extension);
        let state = match served.state.doubt() {
            Some(reason) => {
                out.lacks.insert(id.clone(), (Side::Host, settings.clone()));
                State::Unknown(reason.to_owned())
            }
            None => State::Value(Value::from(switched.join(", "))),
        };
        out.facts.push(Fact {
            id,
            state,
            ..asked.clone()
        });
    }
}
