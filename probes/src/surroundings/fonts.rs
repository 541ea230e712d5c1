//! Fonts, where fontconfig looks for them (fonts.conf(5)).

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

const DIRECTORIES: [&str; 5] = [
    "usr/share/fonts/**",
    "usr/local/share/fonts/**",
    "usr/share/X11/fonts/**",
    "root/.fonts/**",
    "root/.local/share/fonts/**",
];

/// Fonts with outlines: what a text can be drawn with in any size.
const ENDINGS: [&str; 9] = [
    ".ttf", ".otf", ".ttc", ".otc", ".pfb", ".pfa", ".t1", ".woff", ".woff2",
];

fn listing(pattern: &str) -> Need {
    Need::Glob {
        pattern: pattern.to_owned(),
        take: Take::Stat,
        max_entries: 100_000,
    }
}

pub(super) fn needs() -> Vec<Need> {
    DIRECTORIES.map(listing).into()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let mut count = 0_i64;
    for pattern in DIRECTORIES {
        match answers.entries(&listing(pattern)) {
            Outcome::Got(found) => {
                let fonts = found.entries.iter().filter(|entry| is_font(&entry.path)).count();
                count = count.saturating_add(i64::try_from(fonts).unwrap_or(i64::MAX));
            }
            Outcome::Absent | Outcome::NotApplicable => {}
            // The fonts of another user are not those of a service.
            Outcome::NotPermitted if pattern.starts_with("root/") => {}
            Outcome::NotPermitted => return unknown(State::NotPermitted, pattern, out),
            Outcome::Failed(failure) => return unknown(State::Unknown(failure.reason), pattern, out),
        }
    }
    out.value("fonts.count", count, Origin::file("usr/share/fonts"));
}

fn unknown(state: State, pattern: &str, out: &mut Observation<'_>) {
    out.state(FactId::single("fonts.count"), state, Origin::file(pattern));
}

fn is_font(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}
