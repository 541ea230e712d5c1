//! Zones of the tz database that programs look up by name.

use super::language::{Language, arguments};

/// Calls that fail where the system has no tz database. Java, JavaScript and PHP bring their own.
fn calls(language: Language) -> &'static [&'static str] {
    match language {
        Language::Go => &["LoadLocation("],
        // Django looks its zone up when it reads its settings.
        Language::Python => &["ZoneInfo(", "TIME_ZONE ="],
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
/// of their own, `tzdata-legacy`. They are what tzdata of Debian 12 has and that of Debian 13 has not.
const LEGACY_AREAS: [&str; 5] = ["Brazil/", "Canada/", "Chile/", "Mexico/", "US/"];
#[rustfmt::skip]
const LEGACY: [&str; 84] = [
    "Africa/Asmera", "America/Argentina/ComodRivadavia", "America/Buenos_Aires", "America/Catamarca",
    "America/Cordoba", "America/Fort_Wayne", "America/Godthab", "America/Indianapolis", "America/Jujuy",
    "America/Knox_IN", "America/Louisville", "America/Mendoza", "America/Rosario", "Antarctica/South_Pole",
    "Asia/Ashkhabad", "Asia/Calcutta", "Asia/Choibalsan", "Asia/Chungking", "Asia/Dacca", "Asia/Katmandu",
    "Asia/Macao", "Asia/Rangoon", "Asia/Saigon", "Asia/Thimbu", "Asia/Ujung_Pandang", "Asia/Ulan_Bator",
    "Atlantic/Faeroe", "Australia/ACT", "Australia/LHI", "Australia/NSW", "Australia/North", "Australia/Queensland",
    "Australia/South", "Australia/Tasmania", "Australia/Victoria", "Australia/West", "CET", "CST6CDT", "Cuba", "EET",
    "EST", "EST5EDT", "Egypt", "Eire", "Europe/Kiev", "Europe/Uzhgorod", "Europe/Zaporozhye", "GB", "GB-Eire",
    "GMT+0", "GMT-0", "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan",
    "Kwajalein", "Libya", "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Pacific/Enderbury",
    "Pacific/Ponape", "Pacific/Truk", "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey", "UCT", "Universal",
    "W-SU", "WET", "Zulu",
];

/// Zones of the last years (the file NEWS of <https://github.com/eggert/tz>): an older tz database does not have them.
#[rustfmt::skip]
const LATE: [&str; 9] = [
    "America/Ciudad_Juarez", "America/Coyhaique", "America/Nuuk", "America/Punta_Arenas", "Asia/Famagusta", "Asia/Qostanay",
    "Asia/Yangon", "Europe/Kyiv", "Pacific/Kanton",
];

/// The file of the tz database whose presence tells whether a zone is known: those that were given up come and go together.
pub(super) fn witness(zone: &str) -> &str {
    match zone {
        zone if LATE.contains(&zone) => zone,
        zone if is_given_up(zone) => "US/Pacific",
        _ => "Etc/UTC",
    }
}

fn is_given_up(zone: &str) -> bool {
    LEGACY_AREAS.iter().any(|area| zone.starts_with(area)) || LEGACY.contains(&zone)
}

/// The zone that a unit sets for what it starts, and the line.
pub(super) fn set_by_unit(text: &str) -> Option<(&str, u32)> {
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let assigned = line.trim().strip_prefix("Environment=")?;
        let zone = assigned
            .split([' ', '"', '\''])
            .find_map(|word| word.strip_prefix("TZ="))?
            .trim_start_matches(':');
        (is_zone(zone) || is_given_up(zone)).then_some((zone, number))
    })
}

/// The zones that a source looks up by a name that was given up, and the line of the first.
pub(super) fn given_up(text: &str, language: Language) -> (Vec<String>, u32) {
    let (mut zones, mut first) = (Vec::new(), 0);
    for call in calls(language).iter().filter(|call| !call.starts_with("config.")) {
        for (line, zone, _) in arguments(text, call) {
            if is_given_up(zone) {
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
        "requirements.txt" | "pyproject.toml" | "Pipfile" | "Pipfile.lock" | "poetry.lock" => {
            let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
            text.lines()
                .any(|line| line.split(is_end).any(|word| word == "tzdata"))
        }
        "uv.lock" => text.contains("name = \"tzdata\""),
        _ => name.ends_with(".go") && (text.contains("\"time/tzdata\"") || text.contains("timetzdata")),
    }
}
