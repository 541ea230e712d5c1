//! Patterns of paths, as [`Need::Glob`](crate::need::Need::Glob) has them.

/// The directory below which a pattern looks, and the components that follow: those from the first wildcard on, or the
/// last one.
pub(super) fn split(pattern: &str) -> (String, Vec<&str>) {
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    let literal = parts
        .iter()
        .take_while(|part| !has_wildcard(part))
        .count()
        .min(parts.len().saturating_sub(1));
    let (base, rest) = parts.split_at(literal);
    (base.join("/"), rest.to_vec())
}

/// Whether a component matches more than its own name.
pub(super) fn has_wildcard(part: &str) -> bool {
    part.contains(['*', '?'])
}

/// Shell matching within one component, byte by byte: `*` any run, `?` one byte, a leading dot only where it is written.
pub(super) fn matches(pattern: &[u8], name: &[u8]) -> bool {
    fn run(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern.split_first(), name.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => (0..=name.len()).any(|at| run(rest, &name[at..])),
            (Some((b'?', rest)), Some((_, more))) => run(rest, more),
            (Some((want, rest)), Some((have, more))) => want == have && run(rest, more),
            _ => false,
        }
    }
    (!name.starts_with(b".") || pattern.starts_with(b".")) && run(pattern, name)
}

/// Why a name cannot be carried, where it cannot.
pub(super) fn unspeakable(name: &[u8]) -> Option<&'static str> {
    match std::str::from_utf8(name) {
        Err(_) => Some("holds a name that is not UTF-8"),
        Ok(name) if name.chars().any(char::is_control) => Some("holds a name with control characters"),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_in_the_shell() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("*", ".a", false),
            (".*", ".a", true),
            ("lib*.so*", "libc.so.6", true),
            ("lib*.so*", "libc.a", false),
            ("?", "ab", false),
            ("a?c", "abc", true),
            ("", "", true),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes()),
                expected,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn a_pattern_without_wildcard_looks_for_its_last_component() {
        for (pattern, base, rest) in [
            ("etc/passwd", "etc", &["passwd"][..]),
            ("etc/*/x", "etc", &["*", "x"]),
            ("etc", "", &["etc"]),
            ("", "", &[]),
        ] {
            assert_eq!(split(pattern), (base.to_owned(), rest.to_vec()), "{pattern}");
        }
    }
}
