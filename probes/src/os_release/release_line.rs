//! The line of files such as `etc/redhat-release`: `NAME release VERSION (CODENAME)`.

use crate::text::{lines, lossy};

/// What one such line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReleaseLine {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) codename: Option<String>,
}

/// Words in brackets that name the machine, not the release.
const MACHINES: [&str; 12] = [
    "x86_64", "x86-64", "i386", "i586", "i686", "ia64", "aarch64", "ppc", "ppc64", "ppc64le", "s390", "s390x",
];

impl ReleaseLine {
    /// Reads the first line of a file; none where it names nothing.
    pub(super) fn read(file: &[u8]) -> Option<Self> {
        let line = lossy(lines(file).next()?.bytes);
        let (before, bracket) = match line.split_once('(') {
            Some((before, after)) => (before, after.split(')').next()),
            None => (line.as_str(), None),
        };
        let words: Vec<&str> = before.split_whitespace().collect();
        let is_release = |word: &&str| word.eq_ignore_ascii_case("release");
        let (name, version) = match words.iter().position(is_release) {
            Some(at) => (words.get(..at)?, words.get(at + 1)),
            None => {
                let at = words
                    .iter()
                    .position(|word| word.starts_with(|c: char| c.is_ascii_digit()));
                (
                    words.get(..at.unwrap_or(words.len()))?,
                    at.and_then(|at| words.get(at)),
                )
            }
        };
        let codename = bracket
            .map(str::trim)
            .filter(|name| !name.is_empty() && !MACHINES.contains(name));
        (!name.is_empty()).then(|| Self {
            name: name.join(" "),
            version: version.map(|version| (*version).to_owned()),
            codename: codename.map(str::to_owned),
        })
    }

    /// The line of `etc/SuSE-release`, made precise by the `VERSION`, `PATCHLEVEL` and `CODENAME` lines after it.
    pub(super) fn read_suse(file: &[u8]) -> Option<Self> {
        let mut line = Self::read(file)?;
        let mut patch_level = None;
        for text in lines(file).skip(1).map(|line| lossy(line.bytes)) {
            let Some((key, value)) = text.split_once('=') else {
                continue;
            };
            let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
            match key.trim() {
                "VERSION" => line.version = value.or(line.version),
                "PATCHLEVEL" => patch_level = value.filter(|level| level != "0"),
                "CODENAME" => line.codename = value.or(line.codename),
                _ => {}
            }
        }
        if let (Some(version), Some(level)) = (&mut line.version, patch_level) {
            *version = format!("{version}.{level}");
        }
        Some(line)
    }

    /// The id that os-release files of the same distribution have.
    pub(super) fn id(&self) -> String {
        const KNOWN: [(&str, &str); 13] = [
            ("red hat enterprise linux", "rhel"),
            ("centos", "centos"),
            ("fedora", "fedora"),
            ("oracle linux", "ol"),
            ("enterprise linux enterprise linux", "ol"),
            ("scientific linux", "scientific"),
            ("cloudlinux", "cloudlinux"),
            ("amazon linux", "amzn"),
            ("mandriva", "mandriva"),
            ("opensuse", "opensuse"),
            ("suse linux enterprise server", "sles"),
            ("suse linux enterprise desktop", "sled"),
            ("gentoo", "gentoo"),
        ];
        let name = self.name.to_lowercase();
        match KNOWN.iter().find(|(prefix, _)| name.starts_with(prefix)) {
            Some((_, id)) => (*id).to_owned(),
            None => id_of_name(&name),
        }
    }

    /// `NAME VERSION (CODENAME)`, as os-release writes a pretty name.
    pub(super) fn pretty_name(&self) -> String {
        let mut pretty = self.name.clone();
        for part in [
            self.version.clone(),
            self.codename.as_ref().map(|name| format!("({name})")),
        ]
        .into_iter()
        .flatten()
        {
            pretty = format!("{pretty} {part}");
        }
        pretty
    }
}

/// The characters of an id as os-release(5) allows them, of any name.
pub(super) fn id_of_name(name: &str) -> String {
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || ".-".contains(c) {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    name.trim().chars().map(allowed).collect()
}
