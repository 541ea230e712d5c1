//! Bundler, which is a gem: its version stands in the name of its specification
//! (<https://guides.rubygems.org/specification-reference/>).

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};

use crate::installed::leading_version;

/// Directories of specifications: of Ruby itself, of gems installed for everybody, of packages, of images, of rbenv for everybody.
const SPECIFICATIONS: [&str; 8] = [
    "usr/lib/ruby/gems/*/specifications",
    "usr/local/bundle/specifications",
    "usr/local/lib/ruby/gems/*/specifications",
    "usr/local/rbenv/versions/*/lib/ruby/gems/*/specifications",
    "usr/share/gems/specifications",
    "usr/share/ruby/gems/*/specifications",
    "usr/share/rubygems-integration/all/specifications",
    "var/lib/gems/*/specifications",
];

pub(super) fn needs() -> Vec<Need> {
    let directories = SPECIFICATIONS
        .iter()
        .flat_map(|directory| ["", "/default"].map(|below| format!("{directory}{below}")));
    directories
        .map(|directory| Need::glob(format!("{directory}/bundler-*.gemspec"), Take::Stat))
        .collect()
}

/// Every version that is there.
pub(super) fn versions(answers: &Answers) -> Vec<(String, Origin)> {
    let mut versions = Vec::new();
    for need in needs() {
        for entry in answers
            .entries(&need)
            .got()
            .into_iter()
            .flat_map(|found| &found.entries)
        {
            let name = entry.path.rsplit('/').next().unwrap_or_default();
            let version = name
                .strip_prefix("bundler-")
                .and_then(|name| leading_version(name.strip_suffix(".gemspec")?));
            versions.extend(version.map(|version| (version, Origin::file(entry.path.clone()))));
        }
    }
    versions
}
