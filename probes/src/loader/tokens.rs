//! `$ORIGIN`, `$LIB`, `$PLATFORM` in paths, and lists of directories.

use super::{Libc, Rules};

/// The directories of a `DT_RPATH` or `DT_RUNPATH` of an object that lies in `origin`.
///
/// An empty element is the working directory for glibc, and skipped by musl. musl knows `$ORIGIN` alone: with any other
/// token it ignores the whole path (ldso/dynlink.c).
pub(super) fn search_path(path: &str, origin: &str, libc: Libc, rules: &Rules) -> Vec<String> {
    match libc {
        Libc::Glibc => path
            .split(':')
            .map(|element| expand(element, origin, rules))
            .collect(),
        Libc::Musl => {
            let unknown = |rest: &str| !rest.starts_with("ORIGIN") && !rest.starts_with("{ORIGIN}");
            if path.split('$').skip(1).any(unknown) {
                return Vec::new();
            }
            let elements = path.split([':', '\n']).filter(|element| !element.is_empty());
            elements
                .map(|element| element.replace("${ORIGIN}", origin).replace("$ORIGIN", origin))
                .collect()
        }
    }
}

/// The directories of `LD_LIBRARY_PATH` for a program that lies in `origin`: separated by colons, for glibc by semicolons
/// too, for musl by newlines.
pub(super) fn library_path(path: &str, origin: &str, libc: Libc, rules: &Rules) -> Vec<String> {
    match libc {
        _ if path.is_empty() => Vec::new(),
        Libc::Glibc => path
            .split([':', ';'])
            .map(|element| expand(element, origin, rules))
            .collect(),
        Libc::Musl => path
            .split([':', '\n'])
            .filter(|dir| !dir.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

/// Replaces the tokens of glibc, with braces or without (ld.so(8), "Dynamic string tokens").
pub(super) fn expand(text: &str, origin: &str, rules: &Rules) -> String {
    let mut parts = text.split('$');
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let tokens = [
            ("ORIGIN", origin),
            ("LIB", &rules.lib),
            ("PLATFORM", &rules.platform),
        ];
        let replaced = tokens.into_iter().find_map(|(name, value)| {
            let braced = || part.strip_prefix('{')?.strip_prefix(name)?.strip_prefix('}');
            Some((value, part.strip_prefix(name).or_else(braced)?))
        });
        match replaced {
            Some((value, rest)) => expanded.extend([value, rest]),
            None => expanded.extend(["$", part]),
        }
    }
    expanded
}

/// The path of a name in a directory; in the working directory for an empty one.
pub(super) fn join(directory: &str, name: &str) -> String {
    match directory {
        "" => format!("./{name}"),
        _ if directory.ends_with('/') => format!("{directory}{name}"),
        _ => format!("{directory}/{name}"),
    }
}

/// The directory of a path.
pub(super) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((directory, _)) => directory,
        None => ".",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_with_and_without_braces() {
        let rules = Rules {
            lib: "lib64".into(),
            platform: "x86_64".into(),
            ..Rules::default()
        };
        let paths = |path, libc| search_path(path, "/opt/app", libc, &rules);
        assert_eq!(
            paths("$ORIGIN/../${LIB}:/p/$PLATFORM::/x/$OTHER$", Libc::Glibc),
            ["/opt/app/../lib64", "/p/x86_64", "", "/x/$OTHER$"]
        );
        assert_eq!(
            paths("${ORIGIN}/lib::/usr/lib", Libc::Musl),
            ["/opt/app/lib", "/usr/lib"]
        );
        assert!(paths("$ORIGIN/lib:/$LIB", Libc::Musl).is_empty());
        assert_eq!(library_path("/a;/b:", "/", Libc::Glibc, &rules), ["/a", "/b", ""]);
        assert_eq!(
            (join("", "x"), join("/", "x"), join("/a", "x")),
            ("./x".into(), "/x".into(), "/a/x".into())
        );
        assert_eq!((parent("/a"), parent("/a/b"), parent("a")), ("/", "/a", "."));
    }
}
