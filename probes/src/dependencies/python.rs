//! Versions of Python distributions that a release pins.
//!
//! Sources: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>, <https://pipenv.pypa.io/en/latest/pipfile.html>,
//! <https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock>.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Pinned versions by lower-case name, where a file is of a kind that pins; `None`: it is of none.
#[must_use]
pub fn pins(path: &str, text: &str) -> Option<BTreeMap<String, String>> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with("requirements") && name.ends_with(".txt") {
        return Some(requirements(text));
    }
    match name {
        "Pipfile.lock" => Some(pipfile_lock(text)),
        "pdm.lock" | "poetry.lock" | "uv.lock" => Some(toml_lock(text)),
        _ => None,
    }
}

/// `NAME==VERSION`, with extras before and a marker, a hash or a comment after it; `~=` tells the least version.
fn requirements(text: &str) -> BTreeMap<String, String> {
    let mut pins = BTreeMap::new();
    for line in text.lines() {
        let line = line.split(['#', ';']).next().unwrap_or_default().trim();
        let Some((name, version)) = line.split_once("==").or_else(|| line.split_once("~=")) else {
            continue;
        };
        let name = name.split('[').next().unwrap_or_default().trim();
        let version = version.split([',', ' ', '\\']).next().unwrap_or_default();
        add(&mut pins, name, version.trim_end_matches(".*"));
    }
    pins
}

/// The packages whose version a file leaves open for some Python or machine: other versions by marker, or bounds (`~=`, `==1.*`).
#[must_use]
pub fn undecided(path: &str, text: &str) -> BTreeSet<String> {
    let (mut seen, mut open) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        let (name, is_open) = if path.ends_with(".txt") {
            let line = line.split(" #").next().unwrap_or_default();
            let (pin, marker) = line.split_once(';').unwrap_or((line, ""));
            let end = pin.find(|c: char| "=~<>![ ".contains(c)).unwrap_or(pin.len());
            let is_bounds = pin.contains("~=") || pin.contains(".*");
            (pin.get(..end).unwrap_or_default(), is_bounds || is_narrow(marker))
        } else if let Some(name) = line.strip_prefix("name = ") {
            (name.trim_matches('"'), false)
        } else {
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        if is_open || !seen.insert(name.clone()) {
            open.insert(name);
        }
    }
    open
}

/// Does a marker leave out later Pythons or other machines? That a Python is new enough says nothing but what the package asks for.
fn is_narrow(marker: &str) -> bool {
    let marker = marker.split(" --").next().unwrap_or_default();
    marker.contains('<') || marker.contains("==") || marker.contains("!=") || marker.contains(" in ")
}

/// The packages that a list of requirements takes the newest version of: no version, or a least one and no bound.
pub fn newest<'a>(path: &str, text: &'a str) -> impl Iterator<Item = String> + use<'a> {
    let is_list = path.ends_with(".txt");
    let lines = text.lines().filter(move |_| is_list);
    lines.filter_map(|line| {
        let line = line.split(['#', ';']).next().unwrap_or_default().trim();
        let end = line
            .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
            .unwrap_or(line.len());
        let (name, range) = line.split_at_checked(end)?;
        let range = range.split(']').next_back().unwrap_or_default().trim();
        let is_open = range.is_empty() || range.starts_with(">=") && !range.contains(',');
        let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        (is_name && is_open).then(|| name.to_ascii_lowercase().replace('_', "-"))
    })
}

fn pipfile_lock(text: &str) -> BTreeMap<String, String> {
    let mut pins = BTreeMap::new();
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let packages = value.get("default").and_then(Value::as_object);
    for (name, entry) in packages.into_iter().flatten() {
        if let Some(version) = entry.get("version").and_then(Value::as_str) {
            add(&mut pins, name, version.trim_start_matches('='));
        }
    }
    pins
}

fn toml_lock(text: &str) -> BTreeMap<String, String> {
    let mut pins = BTreeMap::new();
    let (mut name, mut is_package) = (None, false);
    for line in text.lines() {
        if line.starts_with('[') {
            (name, is_package) = (None, line.trim_end() == "[[package]]");
        }
        let value = |key: &str| {
            let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim();
            value.strip_prefix('"')?.strip_suffix('"')
        };
        if let Some(found) = value("name").filter(|_| is_package) {
            name = Some(found);
        } else if let (Some(name), Some(version)) = (name, value("version")) {
            add(&mut pins, name, version);
        }
    }
    pins
}

fn add(pins: &mut BTreeMap<String, String>, name: &str, version: &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.is_empty() && name.chars().all(is_name) && version.starts_with(|c: char| c.is_ascii_digit()) {
        pins.insert(name.to_ascii_lowercase(), version.to_owned());
    }
}
