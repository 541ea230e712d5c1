//! Runtimes that pinned packages install or run with, where the lock file itself does not say: Python and Ruby.
//!
//! Sources: `Requires-Python` of the releases on PyPI; <https://docs.djangoproject.com/en/stable/faq/install/#faq-python-version-support>;
//! the imports of `cgi` and `distutils` in Django before 4.2 and 4.0; <https://www.tensorflow.org/install/source#tested_build_configurations>
//! (wheels alone are published); <https://github.com/pydantic/pydantic/issues/9637>; <https://github.com/celery/celery/issues/4500>;
//! <https://guides.rubyonrails.org/upgrading_ruby_on_rails.html#ruby-versions>; <https://nokogiri.org/CHANGELOG.html>;
//! <https://github.com/mikel/mail/pull/1439>.
//!
//! Upper ends, from where on there are no wheels and the source does not build or work: <https://github.com/aio-libs/aiohttp/issues/7646>,
//! <https://github.com/python-greenlet/greenlet/issues/370>, <https://github.com/numpy/numpy/issues/23808>,
//! <https://pypi.org/project/onnxruntime/1.16.3/#files>, <https://github.com/pydantic/pydantic/issues/11524>,
//! <https://github.com/pydantic/pydantic/issues/12220>, <https://github.com/yaml/pyyaml/issues/724> (and 760),
//! <https://github.com/Rapptz/discord.py/issues/9477>, <https://github.com/Pycord-Development/pycord/issues/2763>,
//! <https://github.com/sqlalchemy/sqlalchemy/issues/11334>, <https://github.com/pytorch/vision#installation>.

use std::collections::BTreeMap;

/// A package that is pinned, and the versions of its runtime that it runs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunsWith {
    /// Its name and version, for people.
    pub package: String,
    /// The runtime.
    pub runtime: &'static str,
    /// Its versions, as a range of npm.
    pub range: String,
}

/// Name, first version, version that it does not hold for any more (nothing: none yet), versions of Python.
type Row = (&'static str, [u32; 2], [u32; 3], &'static str);

const NONE: [u32; 3] = [u32::MAX, 0, 0];

/// Of several rows of a package all that fit hold. Sorted by name.
#[rustfmt::skip]
const PYTHON: [Row; 61] = [
    ("aiohttp", [3, 0], [3, 9, 0], "<3.12"),
    ("celery", [4, 0], [4, 3, 0], "<3.7"),
    ("django", [1, 0], [1, 11, 17], "<3.7"),
    ("django", [1, 0], [4, 2, 0], "<3.13"),
    ("django", [3, 0], [4, 0, 0], ">=3.6"), ("django", [4, 0], [5, 0, 0], ">=3.8"),
    ("django", [5, 0], [6, 0, 0], ">=3.10"), ("django", [6, 0], NONE, ">=3.12"),
    ("flask", [2, 0], [2, 1, 0], ">=3.6"), ("flask", [2, 1], [2, 3, 0], ">=3.7"), ("flask", [2, 3], [3, 1, 0], ">=3.8"),
    ("flask", [3, 1], NONE, ">=3.9"),
    ("greenlet", [0, 4], [3, 0, 0], "<3.12"),
    ("numpy", [1, 0], [1, 26, 0], "<3.12"),
    ("numpy", [1, 19], [1, 20, 0], ">=3.6"), ("numpy", [1, 20], [1, 22, 0], ">=3.7"), ("numpy", [1, 22], [1, 25, 0], ">=3.8"),
    ("numpy", [1, 25], [2, 1, 0], ">=3.9"), ("numpy", [2, 1], [2, 3, 0], ">=3.10"), ("numpy", [2, 3], [2, 5, 0], ">=3.11"),
    ("numpy", [2, 5], NONE, ">=3.12"),
    ("onnxruntime", [1, 0], [1, 17, 0], "<3.12"),
    ("pandas", [1, 0], [1, 2, 0], ">=3.6.1"), ("pandas", [1, 2], [1, 4, 0], ">=3.7.1"), ("pandas", [1, 4], [2, 1, 0], ">=3.8"),
    ("pandas", [2, 1], [3, 0, 0], ">=3.9"), ("pandas", [3, 0], NONE, ">=3.11"),
    ("pillow", [8, 0], [9, 0, 0], ">=3.6"), ("pillow", [9, 0], [10, 0, 0], ">=3.7"), ("pillow", [10, 0], [11, 0, 0], ">=3.8"),
    ("pillow", [11, 0], [12, 0, 0], ">=3.9"), ("pillow", [12, 0], [13, 0, 0], ">=3.10"), ("pillow", [13, 0], NONE, ">=3.11"),
    ("pydantic", [1, 8], [1, 10, 16], "<3.12.4"),
    ("pydantic", [2, 0], [2, 8, 0], "<3.13"), ("pydantic", [2, 8], [2, 12, 0], "<3.14"),
    ("pyyaml", [5, 4], [6, 0, 0], "<3.10"), ("pyyaml", [6, 0], [6, 0, 1], "<3.12"),
    ("scikit-learn", [0, 23], [1, 0, 0], ">=3.6"), ("scikit-learn", [1, 0], [1, 1, 0], ">=3.7"),
    ("scikit-learn", [1, 1], [1, 4, 0], ">=3.8"), ("scikit-learn", [1, 4], [1, 7, 0], ">=3.9"),
    ("scikit-learn", [1, 7], [1, 8, 0], ">=3.10"), ("scikit-learn", [1, 8], NONE, ">=3.11"),
    ("scipy", [1, 5], [1, 6, 0], ">=3.6"), ("scipy", [1, 8], [1, 10, 0], ">=3.8"), ("scipy", [1, 10], [1, 11, 0], ">=3.8 <3.12"),
    ("scipy", [1, 11], [1, 14, 0], ">=3.9"), ("scipy", [1, 14], [1, 16, 0], ">=3.10"), ("scipy", [1, 16], [1, 18, 0], ">=3.11"),
    ("scipy", [1, 18], NONE, ">=3.12"),
    ("sqlalchemy", [2, 0], [2, 0, 30], "<3.13"),
    ("tensorflow", [2, 8], [2, 11, 0], ">=3.7 <3.11"), ("tensorflow", [2, 11], [2, 12, 0], ">=3.7 <3.11"),
    ("tensorflow", [2, 12], [2, 14, 0], ">=3.8 <3.12"), ("tensorflow", [2, 14], [2, 16, 0], ">=3.9 <3.12"),
    ("tensorflow", [2, 16], [2, 20, 0], ">=3.9 <3.13"), ("tensorflow", [2, 20], NONE, ">=3.9 <3.14"),
    ("torch", [1, 9], [1, 11, 0], "<3.10"), ("torch", [1, 11], [1, 13, 0], "<3.11"), ("torch", [1, 13], [2, 2, 0], "<3.12"),
];

/// Django imported `distutils`, which Python has not any more, unless setuptools brings it.
const DJANGO_WITH_DISTUTILS: ([u32; 2], [u32; 3], &str) = ([3, 0], [4, 0, 0], "<3.12");

/// They import `audioop`, which Python has not any more, unless a package brings it: name, and first version that asks for that package.
const WITH_AUDIOOP: [(&str, [u32; 3]); 3] = [
    ("discord-py", [2, 5, 0]),
    ("discord.py", [2, 5, 0]),
    ("py-cord", [2, 7, 0]),
];

/// Of Ruby, in the same way.
#[rustfmt::skip]
const RUBY: [Row; 13] = [
    ("nokogiri", [1, 14], [1, 16, 0], ">=2.7"), ("nokogiri", [1, 16], [1, 18, 0], ">=3.0"), ("nokogiri", [1, 18], [1, 19, 0], ">=3.1"),
    ("nokogiri", [1, 19], NONE, ">=3.2"),
    ("railties", [5, 0], [6, 0, 0], ">=2.2 <3.0"), ("railties", [6, 0], [6, 1, 0], ">=2.5 <3.1"), ("railties", [6, 1], [7, 0, 0], ">=2.5"),
    ("railties", [7, 0], [7, 2, 0], ">=2.7"), ("railties", [7, 2], [8, 0, 0], ">=3.1"), ("railties", [8, 0], NONE, ">=3.2"),
    ("sidekiq", [7, 0], [8, 0, 0], ">=2.7"), ("sidekiq", [8, 0], NONE, ">=3.2"),
    ("puma", [7, 0], NONE, ">=3.0"),
];

/// Native gems of nokogiri hold modules for certain Rubies: the first version for which this is the first Ruby without.
const NOKOGIRI_NATIVE: [([u32; 2], &str); 5] = [
    ([1, 11], "<3.1"),
    ([1, 13], "<3.2"),
    ([1, 14], "<3.3"),
    ([1, 16], "<3.4"),
    ([1, 18], "<3.5"),
];

fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split('.').map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part.get(..end)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    });
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

fn holds(version: [u32; 3], since: [u32; 2], until: [u32; 3]) -> bool {
    [version[0], version[1]] >= since && version < until
}

fn rows(table: &'static [Row], name: &str, version: &str) -> impl Iterator<Item = &'static str> {
    let numbers = numbers(version);
    let fits =
        move |(of, since, until, _): &&Row| of.eq_ignore_ascii_case(name) && holds(numbers, *since, *until);
    let found: Vec<&str> = table.iter().filter(fits).map(|(.., range)| *range).collect();
    found.into_iter()
}

/// What pinned distributions of Python run with; `pins` by their names in small letters.
#[must_use]
pub fn python_packages(pins: &BTreeMap<String, String>) -> Vec<RunsWith> {
    let mut found = Vec::new();
    for (name, version) in pins {
        let mut ranges: Vec<&str> = rows(&PYTHON, name, version).collect();
        let (since, until, range) = DJANGO_WITH_DISTUTILS;
        if name == "django" && holds(numbers(version), since, until) && !pins.contains_key("setuptools") {
            ranges.push(range);
        }
        let imports_audioop = WITH_AUDIOOP
            .iter()
            .any(|(of, until)| of == name && numbers(version) < *until);
        if imports_audioop && !pins.contains_key("audioop-lts") {
            ranges.push("<3.13");
        }
        found.extend(ranges.into_iter().map(|range| RunsWith {
            package: format!("{name} {version}"),
            runtime: "python",
            range: range.to_owned(),
        }));
    }
    found
}

/// What the gems of a `Gemfile.lock` run with.
#[must_use]
pub fn gems(lock: &str) -> Vec<RunsWith> {
    let listed: Vec<(&str, &str)> = lock
        .lines()
        .filter_map(|line| {
            let line = line.strip_prefix("    ").filter(|line| !line.starts_with(' '))?;
            let (name, version) = line.split_once(" (")?;
            Some((name, version.strip_suffix(')')?))
        })
        .collect();
    let mut found = Vec::new();
    let mut push = |name: &str, version: &str, range: &str| {
        let one = RunsWith {
            package: format!("{name} {version}"),
            runtime: "ruby",
            range: range.to_owned(),
        };
        if !found.contains(&one) {
            found.push(one);
        }
    };
    for (name, version) in &listed {
        let plain = version.split('-').next().unwrap_or(version);
        rows(&RUBY, name, plain).for_each(|range| push(name, plain, range));
        let has_source = listed
            .iter()
            .any(|(other, version)| other == name && !version.contains('-'));
        if *name == "nokogiri" && version.contains("-x86_64-linux") && !has_source {
            let [major, minor, _] = numbers(plain);
            let mut native = NOKOGIRI_NATIVE
                .iter()
                .filter(|(since, _)| *since <= [major, minor]);
            if let Some((_, range)) = native.next_back() {
                push(name, version, range);
            }
        }
        // It requires net/smtp, which is a gem of its own since Ruby 3.1, and names it since 2.8.
        let has_smtp = listed.iter().any(|(other, _)| *other == "net-smtp");
        if *name == "mail" && numbers(plain) < [2, 8, 0] && !has_smtp {
            push(name, plain, "<3.1");
        }
    }
    found
}

/// What packages of a `poetry.lock` ask for that are always installed: the first package of each range.
#[must_use]
pub fn poetry(lock: &str) -> Vec<RunsWith> {
    let mut found: BTreeMap<String, RunsWith> = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let head = package.split("\n[").next().unwrap_or(package);
        let value = |key: &str| {
            let line = head
                .lines()
                .find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
            line.map(|line| line.trim().trim_matches('"'))
        };
        let is_main = value("groups").is_none_or(|groups| groups.contains("\"main\""))
            && value("category").is_none_or(|category| category == "main");
        let is_conditional = value("optional") == Some("true") || value("markers").is_some();
        let (Some(name), Some(version), Some(range)) =
            (value("name"), value("version"), value("python-versions"))
        else {
            continue;
        };
        if let Some(range) = bounds(range).filter(|_| is_main && !is_conditional) {
            found.entry(range.clone()).or_insert_with(|| RunsWith {
                package: format!("{name} {version}"),
                runtime: "python",
                range,
            });
        }
    }
    found.into_values().collect()
}

/// The bounds of a range of PEP 440, as a range of npm; exceptions (`!=`) are left out, what is written otherwise tells nothing.
fn bounds(range: &str) -> Option<String> {
    let mut clauses = Vec::new();
    for clause in range
        .split(',')
        .map(str::trim)
        .filter(|clause| !clause.starts_with("!="))
    {
        let operator = [">=", "<=", "<", ">"]
            .into_iter()
            .find(|operator| clause.starts_with(operator))?;
        let version = clause.strip_prefix(operator)?.trim();
        let is_plain = version
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_plain {
            return None;
        }
        clauses.push(format!("{operator}{version}"));
    }
    // What every Python 3 that still runs has tells nothing.
    let says = |clause: &String| match clause.strip_prefix(">=3.") {
        Some(minor) => {
            minor
                .split('.')
                .next()
                .and_then(|minor| minor.parse::<u32>().ok())
                > Some(6)
        }
        None => clause.starts_with('<'),
    };
    clauses.iter().any(says).then(|| clauses.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: Vec<RunsWith>) -> Vec<String> {
        found
            .into_iter()
            .map(|one| format!("{} {} {}", one.package, one.runtime, one.range))
            .collect()
    }

    #[test]
    fn pinned_packages_of_python() {
        let pins = |list: &[(&str, &str)]| {
            list.iter()
                .map(|(name, version)| ((*name).to_owned(), (*version).to_owned()))
                .collect()
        };
        assert_eq!(
            told(python_packages(&pins(&[("numpy", "2.1.0")]))),
            ["numpy 2.1.0 python >=3.10"]
        );
        assert_eq!(
            told(python_packages(&pins(&[
                ("django", "3.2.25"),
                ("setuptools", "70.0.0")
            ]))),
            ["django 3.2.25 python <3.13", "django 3.2.25 python >=3.6"]
        );
        assert_eq!(told(python_packages(&pins(&[("example", "1.0")]))), [""; 0]);
        let of_discord =
            |version: &str, more: &str| told(python_packages(&pins(&[("discord.py", version), (more, "1")])));
        assert_eq!(of_discord("2.3.2", "x"), ["discord.py 2.3.2 python <3.13"]);
        assert_eq!(of_discord("2.5.0", "x"), [""; 0]);
        assert_eq!(of_discord("2.3.2", "audioop-lts"), [""; 0]);
        assert_eq!(
            told(python_packages(&pins(&[
                ("numpy", "1.24.4"),
                ("torch", "2.1.0+cpu")
            ]))),
            [
                "numpy 1.24.4 python <3.12",
                "numpy 1.24.4 python >=3.8",
                "torch 2.1.0+cpu python <3.12"
            ]
        );
    }

    #[test]
    fn gems_of_a_lock() {
        let lock = "GEM\n  specs:\n    mail (2.7.1)\n      mini_mime (>= 0.1.1)\n    nokogiri (1.12.5-x86_64-linux)\n    railties (7.1.3)\n";
        assert_eq!(
            told(gems(lock)),
            [
                "mail 2.7.1 ruby <3.1",
                "nokogiri 1.12.5-x86_64-linux ruby <3.1",
                "railties 7.1.3 ruby >=2.7"
            ]
        );
    }

    #[test]
    fn packages_of_poetry() {
        let lock = "[[package]]\nname = \"numpy\"\nversion = \"2.1.0\"\noptional = false\npython-versions = \">=3.10\"\ngroups = [\"main\"]\n\n[[package]]\nname = \"pytest\"\nversion = \"8\"\npython-versions = \">=3.12\"\ngroups = [\"dev\"]\n";
        assert_eq!(told(poetry(lock)), ["numpy 2.1.0 python >=3.10"]);
        assert_eq!(bounds(">=2.7, !=3.0.*, <3.12").as_deref(), Some(">=2.7 <3.12"));
        assert_eq!(bounds("^3.8"), None);
    }
}
