//! What keeps programs of a release from user namespaces on a host.

use std::collections::BTreeMap;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{FactId, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::view::View;

/// What the derivation gives.
pub const DERIVED: &[Schema] = &[Schema::family(
    "userns.denied",
    "file=fact=setting",
    Kind::Text,
    "What in a file of the release a setting of the host keeps from making user namespaces; the fact tells the setting.",
)];

/// Settings that forbid user namespaces to those without privileges, and the value that does. The first two forbid them to everybody:
/// user_namespaces(7), <https://salsa.debian.org/kernel-team/linux/-/blob/debian/latest/debian/patches/debian/add-sysctl-to-disallow-unprivileged-CLONE_NEWUSER-by-default.patch>,
/// <https://discourse.ubuntu.com/t/spec-unprivileged-user-namespace-restrictions-via-apparmor-in-ubuntu-23-10/37626>.
const FORBIDDING: [(&str, &str); 3] = [
    ("user.max_user_namespaces", "0"),
    ("kernel.unprivileged_userns_clone", "0"),
    (APPARMOR, "1"),
];

const APPARMOR: &str = "kernel.apparmor_restrict_unprivileged_userns";

/// Works out what keeps programs from user namespaces.
#[derive(Debug, Clone, Copy)]
pub struct Userns;

impl Derivation for Userns {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let Some(release) = sides.release else {
            return Derived::default();
        };
        let mut out = BTreeMap::new();
        for (file, what) in release
            .family("sandbox.userns")
            .filter_map(|fact| Some((fact.id.key()?, fact.state.value()?.clone())))
        {
            if is_started_by_root(release, file) {
                continue;
            }
            let name = file.rsplit('/').next().unwrap_or(file);
            let forbidding = FORBIDDING.into_iter().find_map(|(setting, value)| {
                let fact = forbids(sides.host, setting, value)?;
                (setting != APPARMOR || !has_profile(sides.host, name)).then_some((setting, fact))
            });
            if let Some((setting, fact)) = forbidding {
                out.insert(
                    FactId::keyed("userns.denied", format!("{file}={fact}={setting}")),
                    what,
                );
            }
        }
        Derived::certain(out, "settings and profiles of the host")
    }
}

/// The fact that says so: the setting in effect, else that of the next boot. One that the host refused to tell may say so.
fn forbids(host: &View<'_>, setting: &str, forbidding: &str) -> Option<&'static str> {
    let id = |name: &'static str| FactId::keyed(name, setting);
    let says = |state: &State| state.value().is_some_and(|value| value.to_string() == forbidding);
    let now = host.state(&id("sysctl"));
    if now.is_certain() {
        return says(&now).then_some("sysctl");
    }
    let was_refused = host.fact(&id("sysctl")).is_some() || host.fact(&FactId::rest("sysctl")).is_some();
    let at_boot = says(&host.state(&id("sysctl.persisted"))).then_some("sysctl.persisted");
    at_boot.or((was_refused && setting == APPARMOR).then_some("sysctl"))
}

/// Whether a unit of the release starts the file, and as root.
fn is_started_by_root(release: &View<'_>, file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let mut units = release
        .family("unit-file.place")
        .filter_map(|fact| fact.id.key()?.rsplit_once(':'));
    units.any(|(unit, program)| {
        let user = release.state(&FactId::keyed("unit-file.user", unit));
        program == name && user.value().is_none_or(|user| user.to_string() == "root")
    })
}

/// Whether a profile that allows it may be attached to a program of this name, wherever it is installed.
fn has_profile(host: &View<'_>, name: &str) -> bool {
    let profiles = host.state(&FactId::single("apparmor.userns"));
    let members = profiles.value().map(Value::members).unwrap_or_default();
    members.iter().any(|path| {
        let last = path.rsplit('/').next().unwrap_or(path);
        let is_local = ["/usr/", "/bin/", "/sbin/"]
            .iter()
            .all(|begin| !path.starts_with(begin));
        last == name || (is_local && last.contains('*')) || path.contains(&format!("/{name}"))
    })
}
