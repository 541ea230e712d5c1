//! Names of wheels (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention>).

use super::tag::Tag;

/// What the name of a wheel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelName {
    /// Name and version, as `name-version`, the name normalized.
    pub distribution: String,
    /// Every combination of its tags.
    pub tags: Vec<Tag>,
}

/// More combinations are no name that a build tool writes.
const MAX_TAGS: usize = 256;

impl WheelName {
    /// Reads a file name. `None`: it is not that of a wheel.
    ///
    /// ```
    /// use parity_probes::wheels::WheelName;
    /// let name = WheelName::parse("Foo_Bar-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl").unwrap();
    /// assert_eq!(name.distribution, "foo-bar-1.0");
    /// assert_eq!(name.tags[1].to_string(), "cp311-cp311-manylinux2014_x86_64");
    /// assert_eq!(WheelName::parse("foo.whl"), None);
    /// ```
    #[must_use]
    pub fn parse(file: &str) -> Option<WheelName> {
        let parts: Vec<&str> = file.strip_suffix(".whl")?.split('-').collect();
        let ([name, version, python, abi, platform] | [name, version, _, python, abi, platform]) =
            parts.as_slice()
        else {
            return None;
        };
        let mut tags = Vec::new();
        for python in python.split('.') {
            for abi in abi.split('.') {
                for platform in platform.split('.') {
                    tags.push(Tag::new(python, abi, platform));
                }
            }
            if tags.len() > MAX_TAGS {
                return None;
            }
        }
        Some(WheelName {
            distribution: format!("{}-{version}", normalized(name)),
            tags,
        })
    }
}

/// Lower case, runs of `-`, `_` and `.` as one `-`
/// (<https://packaging.python.org/en/latest/specifications/name-normalization/>).
pub(super) fn normalized(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
