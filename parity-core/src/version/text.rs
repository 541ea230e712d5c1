//! Splitting and comparing runs of characters.

use std::cmp::Ordering;

/// The longest beginning whose characters all satisfy `belongs`, and what follows it.
pub(super) fn split_run(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// The digits `text` begins with, and what follows them.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    split_run(text, |c| c.is_ascii_digit())
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Orders two runs of ASCII digits as numbers of any size. An empty run is zero.
pub(super) fn compare_digits(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Removes one leading `v` or `V` where a digit follows it.
pub(super) fn without_v(text: &str) -> &str {
    match text.strip_prefix(['v', 'V']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// A number of a version. The reason, if there is none: no digits, or over 64 bits.
pub(super) fn number(text: &str) -> Result<u64, String> {
    if !is_digits(text) {
        return Err(format!("{text:?} is not a number"));
    }
    text.parse()
        .map_err(|_| "a number in it is over 64 bits".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_as_numbers_of_any_size() {
        assert_eq!(compare_digits("", "000"), Ordering::Equal);
        assert_eq!(compare_digits("9", "0010"), Ordering::Less);
        let huge = "9".repeat(200);
        assert_eq!(compare_digits(&huge, &format!("1{huge}")), Ordering::Less);
    }

    #[test]
    fn only_a_v_before_a_digit_goes() {
        assert_eq!(without_v("v1.2"), "1.2");
        assert_eq!(without_v("version"), "version");
        assert_eq!(without_v("vv1"), "vv1");
    }
}
