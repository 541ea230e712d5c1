//! Programs that come with what a release has installed: `gunicorn` of requirements.txt, `puma` of a Gemfile, `next` of a package.json.

/// Programs that are not called like the package they come with.
const PACKAGES: [(&str, &str); 9] = [
    ("django-admin", "django"),
    ("flask", "flask"),
    ("nest", "@nestjs/cli"),
    ("ng", "@angular/cli"),
    ("rackup", "rack"),
    ("rake", "gemfile"),
    ("sequelize", "sequelize-cli"),
    ("tsc", "typescript"),
    ("vue-cli-service", "@vue/cli-service"),
];

/// Whether a file names packages that are installed with the release.
pub(super) fn is_manifest(name: &str) -> bool {
    let known = [
        "Gemfile",
        "Gemfile.lock",
        "Pipfile",
        "composer.json",
        "environment.yml",
        "package.json",
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
    ];
    known.contains(&name) || (name.starts_with("requirements") && name.ends_with(".txt"))
}

/// Whether one of the manifests, given one after the other, names the package that a program comes with.
pub(super) fn is_brought(program: &str, manifests: &str) -> bool {
    let package = PACKAGES
        .iter()
        .find(|(name, _)| *name == program)
        .map_or(program, |(_, package)| package);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    manifests.match_indices(package).any(|(at, _)| {
        let before = manifests.get(..at).and_then(|text| text.chars().next_back());
        let after = manifests
            .get(at + package.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_manifests_name() {
        let manifests = "flask==3.0\ngunicorn[gevent]>=21\n{\"dependencies\": {\"@angular/cli\": \"17\"}}\ngem 'puma', '~> 6'\n";
        for program in ["flask", "gunicorn", "ng", "puma"] {
            assert!(is_brought(program, manifests), "{program}");
        }
        for program in ["ffmpeg", "uni", "cli-x", "tsc"] {
            assert!(!is_brought(program, manifests), "{program}");
        }
    }
}
