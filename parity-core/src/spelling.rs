//! How paths of a release are spelled, so that they can be parts of keys.
//!
//! Keys join a path with other words by `:` and `=`, as in `needs[bin/app:libc.so.6]`. A file may be called anything, so in a
//! path these two are written as in a URL: `%3A` and `%3D`. A `%` stays, unless it would then be read as one of these.

use std::borrow::Cow;

const SPELLED: [(char, &str); 3] = [(':', "3A"), ('=', "3D"), ('%', "25")];

fn is_code(rest: &str) -> bool {
    SPELLED.iter().any(|(_, code)| rest.starts_with(code))
}

/// The path as it stands in keys.
///
/// ```
/// use parity_core::spelling::spelled;
///
/// assert_eq!(spelled("db/10:30.sql"), "db/10%3A30.sql");
/// assert_eq!(spelled("100%.sql"), "100%.sql");
/// assert_eq!(spelled("100%3A.sql"), "100%253A.sql");
/// ```
#[must_use]
pub fn spelled(path: &str) -> Cow<'_, str> {
    if !path.contains([':', '=', '%']) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len() + 8);
    for (at, c) in path.char_indices() {
        let code = SPELLED
            .iter()
            .find(|(plain, _)| *plain == c)
            .map(|(_, code)| *code);
        let rest = path.get(at + c.len_utf8()..).unwrap_or_default();
        match code {
            Some(code) if c != '%' || is_code(rest) => {
                out.push('%');
                out.push_str(code);
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The path as the file system has it.
///
/// ```
/// assert_eq!(parity_core::spelling::plain("db/10%3A30.sql"), "db/10:30.sql");
/// ```
#[must_use]
pub fn plain(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        match SPELLED
            .iter()
            .find_map(|(plain, code)| Some((*plain, after.strip_prefix(code)?)))
        {
            Some((plain, after)) => {
                out.push(plain);
                rest = after;
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_path_comes_back(path in "[a%:=/0-9A-D5]{0,24}") {
            prop_assert_eq!(plain(&spelled(&path)).into_owned(), path);
        }

        #[test]
        fn no_separator_is_left(path in "\\PC{0,24}") {
            prop_assert!(!spelled(&path).contains([':', '=']));
            prop_assert_eq!(plain(&spelled(&path)).into_owned(), path);
        }
    }
}
