//! Scripts that the search path starts with an interpreter that the project does not accept.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::schema::Schema;
use parity_core::version::{Range, RangeSyntax};
use parity_core::view::{Side, View};

use super::DERIVED;

/// Holds the interpreter that the search path of a host leads to against the range that the release declares, where the host
/// has another one in that range.
#[derive(Debug, Clone, Copy, Default)]
pub struct Interpreters;

/// Names that `env` looks for, and the runtime that each is.
const NAMES: [(&str, &str); 5] = [
    ("node", "node"),
    ("php", "php"),
    ("python", "python"),
    ("python3", "python"),
    ("ruby", "ruby"),
];

impl Derivation for Interpreters {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else {
            return out;
        };
        for script in release.family("script.interpreter-name") {
            let name = script.state.value().map(ToString::to_string);
            let runtime = NAMES.iter().find(|(known, _)| Some(*known) == name.as_deref());
            if let (Some(file), Some((_, runtime))) = (script.id.key(), runtime)
                && let Some((syntax, text)) = declared(release, runtime)
            {
                judge(file, runtime, syntax, &text, sides.host, &mut out);
            }
        }
        out
    }
}

/// The range of the first manifest that declares one.
fn declared(release: &View<'_>, runtime: &str) -> Option<(RangeSyntax, String)> {
    release.family("requires.range").find_map(|fact| {
        let key = fact.id.key()?;
        let range = fact.state.value()?.to_string();
        let syntax = release
            .state(&FactId::keyed("requires.syntax", key))
            .value()?
            .to_string();
        let is_it = key.rsplit_once(':').is_some_and(|(_, about)| about == runtime);
        is_it.then_some((syntax.parse().ok()?, range))
    })
}

fn judge(file: &str, runtime: &str, syntax: RangeSyntax, text: &str, host: &View<'_>, out: &mut Derived) {
    let Ok(range) = Range::parse(syntax, text) else {
        return;
    };
    let is_in = |version: &str| range.contains(version) == Ok(true);
    let members = |name: &'static str| {
        let state = host.state(&FactId::keyed(name, runtime));
        let members: Option<Vec<String>> = state
            .value()
            .map(|value| value.members().iter().map(ToString::to_string).collect());
        members.unwrap_or_default()
    };
    let all = members("runtime.version");
    // Where none fits, another rule says so.
    if !all.iter().any(|version| is_in(version)) {
        return;
    }
    let id = FactId::keyed("script.wrong-runtime", format!("{file}:{runtime}"));
    let chosen = FactId::keyed("runtime.default", runtime);
    let state = match host.state(&chosen) {
        State::Value(version) if !is_in(&version.to_string()) => State::Value(text.into()),
        State::Value(_) | State::Absent => return,
        other => {
            out.lacks.insert(id.clone(), (Side::Host, chosen));
            State::Unknown(other.doubt().unwrap_or_default().to_owned())
        }
    };
    out.facts.push(Fact {
        id,
        state,
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived("the first line of the script and the search path of the host".to_owned()),
    });
}
