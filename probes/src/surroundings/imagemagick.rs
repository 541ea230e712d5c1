//! What ImageMagick may do: <https://imagemagick.org/script/security-policy.php>.

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::documents;

/// Formats that policies of distributions speak of.
pub(super) const CODERS: [&str; 14] = [
    "EPHEMERAL",
    "EPS",
    "HTTP",
    "HTTPS",
    "LABEL",
    "MSL",
    "MVG",
    "PDF",
    "PS",
    "PS2",
    "PS3",
    "TEXT",
    "URL",
    "XPS",
];

fn policies() -> [Need; 2] {
    [
        "etc/ImageMagick*/policy.xml",
        "usr/local/etc/ImageMagick*/policy.xml",
    ]
    .map(|pattern| Need::glob(pattern, Take::Content(1 << 20)))
}

pub(super) fn needs() -> Vec<Need> {
    policies().into()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let found = policies().map(|need| documents(answers, &need, &["imagemagick.rights"], out));
    if let Some(file) = found.iter().flatten().next() {
        for coder in CODERS {
            let rights = rights(&file.text, coder);
            out.keyed(
                "imagemagick.rights",
                coder,
                rights,
                Origin::file(file.path.clone()),
            );
        }
    }
}

/// The rights that the last policy which fits gives.
pub(super) fn rights(text: &str, coder: &str) -> String {
    let mut rights = "all".to_owned();
    for element in without_comments(text).split("<policy ").skip(1) {
        let element = element.split('>').next().unwrap_or_default();
        let attribute = |name: &str| {
            let (_, rest) = element.split_once(&format!("{name}="))?;
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest.get(1..)?.split(quote).next()
        };
        let of_formats = attribute("domain").is_some_and(|domain| ["coder", "module"].contains(&domain));
        if of_formats && attribute("pattern").is_some_and(|pattern| fits(pattern, coder)) {
            rights = attribute("rights").unwrap_or("none").replace(' ', "");
        }
    }
    rights
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut kept, part| {
        kept.push_str(part.split_once("-->").map_or("", |(_, after)| after));
        kept
    })
}

/// `PDF`, `PS*`, `*` or `{PS,PDF}`, in any case.
fn fits(pattern: &str, coder: &str) -> bool {
    let alternatives = pattern.trim_start_matches('{').trim_end_matches('}').split(',');
    let mut alternatives = alternatives.map(|one| one.trim().to_ascii_uppercase());
    alternatives.any(|one| match one.strip_suffix('*') {
        Some(begin) => coder.starts_with(begin),
        None => one == coder,
    })
}
