//! What the functions of a Go program tell: the linker keeps only those that can be reached.
//!
//! Names of functions stand in the table of the runtime, stripped or not: <https://pkg.go.dev/debug/gosym>.

use std::collections::BTreeSet;

use memchr::memmem;

use super::zones::is_zone;

/// What a Go program needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Program {
    /// It trusts the certificates of the system.
    pub(super) certificates: bool,
    /// Zones it looks up; empty where none is named in it.
    pub(super) zones: BTreeSet<String>,
}

/// The mark of a Go program: the name of its build id note, or the header of its build information.
pub(super) fn is_go(head: &[u8]) -> bool {
    head.starts_with(b"\x7fELF") && has(head, b"Go\0\0")
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    memmem::find(bytes, what).is_some()
}

/// Looks at a whole program.
pub(super) fn program(bytes: &[u8]) -> Program {
    let connects = has(bytes, b"crypto/tls.(*Conn).clientHandshake");
    let loads = has(bytes, b"crypto/x509.loadSystemRoots") || has(bytes, b"crypto/x509.initSystemRoots");
    let has_own = has(bytes, b"x509roots/fallback") || has(bytes, b"gocertifi");
    let finds_zones = has(bytes, b"time.LoadLocation\0");
    let brings_zones = has(bytes, b"time/tzdata.");
    Program {
        certificates: connects && loads && !has_own,
        zones: match finds_zones && !brings_zones {
            true => zones(bytes),
            false => BTreeSet::new(),
        },
    }
}

/// As many names are told.
const MAX_ZONES: usize = 8;

/// Names of zones among the constants, which stand one after the other without a mark between them.
fn zones(bytes: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for area in ["America/", "Asia/", "Australia/", "Europe/"] {
        for at in memmem::find_iter(bytes, area) {
            let rest = bytes.get(at + area.len()..).unwrap_or_default();
            if let Some(place) = PLACES.iter().find(|place| rest.starts_with(place.as_bytes())) {
                let zone = format!("{area}{place}");
                if is_zone(&zone) && found.len() < MAX_ZONES {
                    found.insert(zone);
                }
            }
        }
    }
    found
}

/// Places that are told apart in a run of constants.
const PLACES: [&str; 30] = [
    "Amsterdam",
    "Berlin",
    "Calcutta",
    "Chicago",
    "Denver",
    "Dublin",
    "Hong_Kong",
    "Istanbul",
    "Jakarta",
    "Kiev",
    "Kolkata",
    "Lisbon",
    "London",
    "Los_Angeles",
    "Madrid",
    "Melbourne",
    "Mexico_City",
    "Moscow",
    "New_York",
    "Oslo",
    "Paris",
    "Prague",
    "Rome",
    "Sao_Paulo",
    "Seoul",
    "Shanghai",
    "Singapore",
    "Sydney",
    "Tokyo",
    "Zurich",
];
