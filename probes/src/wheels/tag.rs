//! Compatibility tags: PEP 425, and for platforms PEP 513, 571, 599, 600 and 656.

use std::fmt;

/// One tag of a wheel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Implementation and version, such as `cp311` or `py3`.
    pub python: String,
    /// Such as `cp311`, `abi3` or `none`.
    pub abi: String,
    /// Such as `any` or `manylinux_2_17_x86_64`.
    pub platform: String,
}

/// A C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Libc {
    /// The GNU C library.
    Glibc,
    /// musl.
    Musl,
}

/// Where a wheel may be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Platform {
    /// Everywhere.
    Any,
    /// On Linux on this machine (in the words of `uname -m`), with a C library at least as new where one is named.
    Linux {
        /// The machine.
        machine: String,
        /// Its C library, major and minor version.
        libc: Option<(Libc, u32, u32)>,
    },
    /// On another system.
    Other,
}

impl Tag {
    /// A tag of its three parts.
    #[must_use]
    pub fn new(python: &str, abi: &str, platform: &str) -> Tag {
        Tag {
            python: python.to_owned(),
            abi: abi.to_owned(),
            platform: platform.to_owned(),
        }
    }

    /// Reads `PYTHON-ABI-PLATFORM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Tag> {
        let mut parts = text.splitn(3, '-');
        Some(Tag::new(parts.next()?, parts.next()?, parts.next()?))
    }

    /// Whether CPython of this version takes it: its own ABI, the stable one of its own or an older version, or none.
    #[must_use]
    pub fn fits_python(&self, major: u32, minor: u32) -> bool {
        let (letters, digits) = split(&self.python);
        let Some((tag_major, tag_minor)) = version(digits) else {
            return false;
        };
        let is_older = tag_major == major && tag_minor.is_none_or(|tag_minor| tag_minor <= minor);
        let is_same = tag_major == major && tag_minor == Some(minor);
        match (letters, self.abi.as_str()) {
            ("py", "none") => is_older,
            ("cp", "abi3") => is_older && tag_minor.is_some(),
            // The ABI of a debug build or one without the global lock is another; `m` and `u` were marks of the usual one.
            ("cp", "none") => is_same,
            ("cp", abi) => is_same && matches!(abi.strip_prefix(&self.python), Some("" | "m" | "mu")),
            _ => false,
        }
    }

    /// Where it may be installed.
    #[must_use]
    pub fn platform(&self) -> Platform {
        let text = self.platform.as_str();
        if text == "any" {
            return Platform::Any;
        }
        let linux = |machine: &str, libc| Platform::Linux {
            machine: machine.to_owned(),
            libc,
        };
        let glibc = |minor| Some((Libc::Glibc, 2, minor));
        for (prefix, libc) in [
            ("linux_", None),
            ("manylinux1_", glibc(5)),
            ("manylinux2010_", glibc(12)),
            ("manylinux2014_", glibc(17)),
        ] {
            if let Some(machine) = text.strip_prefix(prefix) {
                return linux(machine, libc);
            }
        }
        for (prefix, libc) in [("manylinux_", Libc::Glibc), ("musllinux_", Libc::Musl)] {
            let numbered = text.strip_prefix(prefix).and_then(|rest| {
                let mut parts = rest.splitn(3, '_');
                let (major, minor) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                Some((major, minor, parts.next()?))
            });
            if let Some((major, minor, machine)) = numbered {
                return linux(machine, Some((libc, major, minor)));
            }
        }
        Platform::Other
    }

    /// The Python it is built for, for people.
    #[must_use]
    pub fn python_for_people(&self) -> String {
        let (letters, digits) = split(&self.python);
        let name = match letters {
            "cp" => "CPython",
            "pp" => "PyPy",
            _ => "Python",
        };
        match version(digits) {
            Some((major, Some(minor))) if self.abi == "abi3" => format!("{name} {major}.{minor} or newer"),
            Some((major, Some(minor))) => format!("{name} {major}.{minor}"),
            Some((major, None)) => format!("{name} {major}"),
            None => self.python.clone(),
        }
    }

    /// The platform it is built for, for people.
    #[must_use]
    pub fn platform_for_people(&self) -> String {
        let systems = [
            ("macosx", "macOS"),
            ("win", "Windows"),
            ("android", "Android"),
            ("ios", "iOS"),
        ];
        match self.platform() {
            Platform::Any => "any machine".to_owned(),
            Platform::Linux { machine, libc } => match libc {
                None => format!("Linux on {machine}"),
                Some((Libc::Glibc, ..)) => format!("Linux with glibc on {machine}"),
                Some((Libc::Musl, ..)) => format!("Linux with musl on {machine}"),
            },
            Platform::Other => {
                let known = systems
                    .iter()
                    .find(|(prefix, _)| self.platform.starts_with(prefix));
                known.map_or_else(|| self.platform.clone(), |(_, name)| (*name).to_owned())
            }
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.python, self.abi, self.platform)
    }
}

fn split(text: &str) -> (&str, &str) {
    let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(at)
}

/// `311` is 3.11, `3` is 3.
fn version(digits: &str) -> Option<(u32, Option<u32>)> {
    let (major, minor) = digits.split_at_checked(1)?;
    let major = major.parse().ok()?;
    match minor {
        "" => Some((major, None)),
        minor => Some((major, Some(minor.parse().ok()?))),
    }
}
