//! Zones of the tz database that programs look up by name.

use super::language::{Language, arguments};

/// Calls that fail where the system has no tz database. Java, JavaScript and PHP bring their own.
fn calls(language: Language) -> &'static [&'static str] {
    match language {
        Language::Go => &["LoadLocation("],
        Language::Python => &["ZoneInfo("],
        Language::Ruby => &["TZInfo::Timezone.get(", "config.time_zone ="],
        _ => &[],
    }
}

/// Areas of the tz database.
const AREAS: [&str; 11] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Etc/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

pub(super) fn is_zone(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    let is_place = AREAS
        .iter()
        .any(|area| name.len() > area.len() && name.starts_with(area));
    is_place && name.chars().all(is_plain)
}

/// Names that were given up for others, in areas of their own or beside the new ones: Debian 13 and Ubuntu 24.04 have them in a package
/// of their own, `tzdata-legacy`.
const LEGACY_AREAS: [&str; 5] = ["Brazil/", "Canada/", "Chile/", "Mexico/", "US/"];
const LEGACY: [&str; 12] = [
    "Asia/Calcutta",
    "Asia/Katmandu",
    "Asia/Rangoon",
    "Asia/Saigon",
    "EST5EDT",
    "GB",
    "Japan",
    "NZ",
    "PRC",
    "PST8PDT",
    "Singapore",
    "Turkey",
];

/// The zones that a source looks up by a name that was given up, and the line of the first.
pub(super) fn given_up(text: &str, language: Language) -> (Vec<String>, u32) {
    let (mut zones, mut first) = (Vec::new(), 0);
    for call in calls(language).iter().filter(|call| !call.starts_with("config.")) {
        for (line, zone, _) in arguments(text, call) {
            let in_area = LEGACY_AREAS.iter().any(|area| zone.starts_with(area));
            if in_area || LEGACY.contains(&zone) {
                zones.push(zone.to_owned());
                first = if first == 0 { line } else { first.min(line) };
            }
        }
    }
    (zones, first)
}

/// The zones that a source looks up, and the line of the first.
pub(super) fn looked_up(text: &str, language: Language) -> (Vec<String>, u32) {
    let (mut zones, mut first) = (Vec::new(), 0);
    for call in calls(language) {
        for (line, zone, _) in arguments(text, call) {
            // Rails has names of its own for zones; every one of them is looked up.
            let is_rails = call.starts_with("config.") && zone != "UTC" && !zone.is_empty();
            if is_zone(zone) || is_rails {
                zones.push(zone.to_owned());
                first = if first == 0 { line } else { first.min(line) };
            }
        }
    }
    (zones, first)
}

/// Whether the sources of a release bring the tz database with them.
pub(super) fn is_brought(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "Gemfile.lock" | "Gemfile" => text.contains("tzinfo-data"),
        "requirements.txt" | "pyproject.toml" | "Pipfile.lock" | "poetry.lock" => text.lines().any(|line| {
            line.trim_start_matches(['"', ' ']).starts_with("tzdata") || line.contains("name = \"tzdata\"")
        }),
        _ => name.ends_with(".go") && (text.contains("\"time/tzdata\"") || text.contains("timetzdata")),
    }
}
