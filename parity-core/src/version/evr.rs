//! `[epoch:]version[-release]`, as rpm and pacman split it.

/// Leading digits before a colon are the epoch; what follows the last dash is the release.
/// The colon may have no digits before it, and the release may be empty.
pub(super) struct Evr<'a> {
    pub(super) epoch: &'a str,
    pub(super) version: &'a str,
    pub(super) release: Option<&'a str>,
}

impl<'a> Evr<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("it has white space or a control character in it".into());
        }
        let (digits, rest) = super::text::split_digits(text);
        let (epoch, rest) = match rest.strip_prefix(':') {
            Some(rest) => (digits, rest),
            None => ("", text),
        };
        let (version, release) = match rest.rsplit_once('-') {
            Some((version, release)) => (version, Some(release)),
            None => (rest, None),
        };
        if version.is_empty() {
            return Err("nothing stands where the version belongs".into());
        }
        Ok(Self {
            epoch,
            version,
            release,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (&str, &str, Option<&str>) {
        let evr = Evr::parse(text).unwrap();
        (evr.epoch, evr.version, evr.release)
    }

    #[test]
    fn epoch_needs_digits_and_release_follows_the_last_dash() {
        assert_eq!(split("2:1.0-rc1-3"), ("2", "1.0-rc1", Some("3")));
        assert_eq!(split(":1.0"), ("", "1.0", None));
        assert_eq!(split("a:1"), ("", "a:1", None));
        assert_eq!(split("1-"), ("", "1", Some("")));
        assert!(Evr::parse("1:").is_err());
        assert!(Evr::parse("-1").is_err());
        assert!(Evr::parse("1 2").is_err());
    }
}
