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
    let mut east_asian = 0_i64;
    for pattern in DIRECTORIES {
        match answers.entries(&listing(pattern)) {
            Outcome::Got(found) => {
                for entry in found.entries.iter().filter(|entry| is_font(&entry.path)) {
                    count = count.saturating_add(1);
                    east_asian = east_asian.saturating_add(i64::from(is_east_asian(&entry.path)));
                }
            }
            Outcome::Absent | Outcome::NotApplicable => {}
            // The fonts of another user are not those of a service.
            Outcome::NotPermitted if pattern.starts_with("root/") => {}
            Outcome::NotPermitted => return unknown(State::NotPermitted, pattern, out),
            Outcome::Failed(failure) => return unknown(State::Unknown(failure.reason), pattern, out),
        }
    }
    out.value("fonts.count", count, Origin::file("usr/share/fonts"));
    out.value("fonts.east-asian", east_asian, Origin::file("usr/share/fonts"));
}

fn unknown(state: State, pattern: &str, out: &mut Observation<'_>) {
    for name in ["fonts.count", "fonts.east-asian"] {
        out.state(FactId::single(name), state.clone(), Origin::file(pattern));
    }
}

/// What the names of fonts with Chinese, Japanese or Korean characters hold, in small letters: those of the packages that Debian has in
/// its tasks for these languages, and those of Windows and macOS that people copy.
#[rustfmt::skip]
const EAST_ASIAN: [&str; 40] = [
    "baekmuk", "cjk", "droidsansfallback", "msgothic", "hanamin", "hanazono", "heiti", "ipaex", "ipag", "ipam", "lxgw",
    "malgun", "meiryo", "mincho", "mplus", "msyh", "nanum", "notosanshk", "notosansjp", "notosanskr", "notosanssc", "notosanstc",
    "notoserifjp", "notoserifkr", "notoserifsc", "notoseriftc", "pingfang", "sarasa", "simhei", "simkai", "simsun", "sourcehan",
    "takao", "tw-kai", "ukai", "uming", "undotum", "unifont", "vl-gothic", "wqy",
];

fn is_east_asian(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    EAST_ASIAN.iter().any(|part| name.contains(part))
}

fn is_font(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}
