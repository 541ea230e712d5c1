//! Versions that may be cut short, as tags of images are.

/// The numbers of a version; what is not said counts as the newest there is, as a tag `5.7` stands for the last 5.7.
pub(super) fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.split(|c: char| !c.is_ascii_digit());
    let first = parts.next()?.parse().ok()?;
    let mut next = || {
        parts
            .next()
            .and_then(|part| part.parse().ok())
            .unwrap_or(u32::MAX)
    };
    Some([first, next(), next()])
}
