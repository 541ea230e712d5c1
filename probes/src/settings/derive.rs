//! What options of build files need of the processors of a host.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::view::{Side, View};

/// Holds what programs are built for against the processors of a host.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltFor;

const MISSING: &str = "build-file.cpu-missing";
const THERE: &str = "build-file.cpu-there";

const SCHEMAS: &[Schema] = &[
    Schema::family(
        MISSING,
        "file:option",
        Kind::Text,
        "What a program that is built with an option needs of the processor, where the host has less.",
    ),
    Schema::family(
        THERE,
        "file:option",
        Kind::Text,
        "What the processors of the host have instead.",
    ),
];

impl Derivation for BuiltFor {
    fn schemas(&self) -> &[Schema] {
        SCHEMAS
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else { return out };
        let machine = sides.host.state(&FactId::single("kernel.machine"));
        match machine.value().map(Value::to_string).as_deref() {
            Some("x86_64") => {
                let here = sides.dev.and_then(|dev| {
                    let state = dev.state(&FactId::single("cpu.x86-level"));
                    state.value()?.as_int()
                });
                for (key, level) in of(release, "build-file.x86-level") {
                    if let Some(level) = level.as_int() {
                        levels(sides.host, &key, level, &mut out);
                    }
                }
                for (key, _) in of(release, "build-file.native") {
                    if let Some(level) = here {
                        levels(sides.host, &key, level, &mut out);
                    }
                }
                features(release, sides.host, |flag| flag == "avx", &mut out);
            }
            Some("aarch64") => features(release, sides.host, |flag| flag == "atomics", &mut out),
            _ => {}
        }
        out
    }
}

fn of(release: &View<'_>, family: &'static str) -> Vec<(String, Value)> {
    let facts = release.family(family);
    facts
        .filter_map(|fact| Some((fact.id.key()?.to_owned(), fact.state.value()?.clone())))
        .collect()
}

/// A host at rest has no processors that could be asked.
fn levels(host: &View<'_>, key: &str, level: i64, out: &mut Derived) {
    let asked = FactId::single("cpu.x86-level");
    let Some(told) = host.fact(&asked) else { return };
    match told.state.value().and_then(Value::as_int) {
        Some(has) if has < level => {
            tell(out, key, &format!("x86-64-v{level}"), &format!("x86-64-v{has}"));
        }
        Some(_) => {}
        None => lack(out, key, asked, &told.state),
    }
}

fn features(release: &View<'_>, host: &View<'_>, fits: fn(&str) -> bool, out: &mut Derived) {
    let asked = FactId::single("cpu.flags");
    let Some(told) = host.fact(&asked) else { return };
    for (key, flag) in of(release, "build-file.cpu-flag") {
        let flag = flag.to_string();
        match told.state.value() {
            _ if !fits(&flag) => {}
            Some(flags) if flags.members().iter().any(|known| **known == flag) => {}
            Some(_) => tell(out, &key, &format!("the feature {flag}"), &format!("no {flag}")),
            None => lack(out, &key, asked.clone(), &told.state),
        }
    }
}

fn tell(out: &mut Derived, key: &str, needs: &str, has: &str) {
    for (family, value) in [(MISSING, needs), (THERE, has)] {
        push(out, FactId::keyed(family, key), State::Value(value.into()));
    }
}

fn lack(out: &mut Derived, key: &str, asked: FactId, state: &State) {
    let Some(reason) = state.doubt() else { return };
    let id = FactId::keyed(MISSING, key);
    out.lacks.insert(id.clone(), (Side::Host, asked));
    push(out, id, State::Unknown(reason.to_owned()));
}

fn push(out: &mut Derived, id: FactId, state: State) {
    out.facts.push(Fact {
        id,
        state,
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived("the build file and the processors of the host".to_owned()),
    });
}
