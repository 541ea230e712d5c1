//! How old a lock is: what was true of production then may not be now.

use std::time::Duration;

use jiff::Timestamp;

use super::Lock;
use crate::finding::{Finding, Severity, fingerprint};

/// The id of the finding about a lock that is too old.
pub const AGE_RULE: &str = "lock-age";

/// How old a lock may become where nobody says otherwise: 30 days.
pub const MAX_AGE: Duration = days(30);

const DAY: u64 = 24 * 60 * 60;

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * DAY)
}

impl Lock {
    /// When it was written, or its newest observation where it does not say (RFC 3339).
    pub fn time(&self) -> Option<&str> {
        let observed = || {
            self.hosts
                .iter()
                .map(|host| host.snapshot.taken_at.as_str())
                .max()
        };
        self.locked_at.as_deref().or_else(observed)
    }

    /// What is found of a lock in this file that is older than it may be: a warning, since production need not have changed.
    ///
    /// ```
    /// use parity_core::lock::{Lock, MAX_AGE};
    ///
    /// let lock = "format = 1\nenvironment = 'production'\ntargets = [{ name = 'web1', taken_at = '2026-01-01T00:00:00Z' }]\nfacts = []\n";
    /// let lock = Lock::parse(lock).unwrap();
    /// let found = |now: &str| lock.too_old("parity.lock", now.parse().unwrap(), MAX_AGE);
    /// assert_eq!(found("2026-01-31T00:00:00Z"), None);
    /// assert_eq!(found("2026-02-15T00:00:00Z").unwrap().message, "parity.lock is 45 days old: production may have changed since");
    /// ```
    pub fn too_old(&self, file: &str, now: Timestamp, limit: Duration) -> Option<Finding> {
        let time = self.time()?;
        let age = Duration::try_from(now.duration_since(time.parse().ok()?)).ok()?;
        if age <= limit {
            return None;
        }
        let environment = &self.environment;
        Some(Finding {
            rule: AGE_RULE.to_owned(),
            severity: Severity::Warning,
            role: None,
            target: file.to_owned(),
            subject: environment.clone(),
            also: Vec::new(),
            message: format!(
                "{file} is {} old: {environment} may have changed since",
                told(age)
            ),
            needs: format!("an observation of the last {}", told(limit)),
            provides: format!("the last one is {} old, of {time}", told(age)),
            you_see: None,
            help: format!("parity lock --env {environment}"),
            fine_on: Vec::new(),
            evidence: Vec::new(),
            waiver: None,
            since: None,
            causes: Vec::new(),
            is_at_start: false,
            fingerprint: fingerprint(&[AGE_RULE, environment]),
        })
    }
}

/// Whole days, or hours where there is none.
fn told(time: Duration) -> String {
    let (number, unit) = match time.as_secs() / DAY {
        0 => (time.as_secs() / 3600, "hour"),
        days => (days, "day"),
    };
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{s}")
}

/// Reads an age: `14d`, `2w` or `36h`, more than nothing and at most a hundred years.
///
/// ```
/// use parity_core::lock::age;
/// assert_eq!(age("2w"), age("14d"));
/// assert_eq!(age("a while"), None);
/// ```
pub fn age(text: &str) -> Option<Duration> {
    let (number, seconds) = match text.split_at_checked(text.len().checked_sub(1)?)? {
        (number, "h") => (number, 3600),
        (number, "d") => (number, DAY),
        (number, "w") => (number, 7 * DAY),
        _ => return None,
    };
    let is_plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let age = is_plain.then(|| number.parse::<u64>().ok()?.checked_mul(seconds))??;
    (1..=36_500 * DAY)
        .contains(&age)
        .then(|| Duration::from_secs(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_positive_and_bounded() {
        for text in [
            "",
            "d",
            "0d",
            "-1d",
            "+1d",
            "1.5d",
            "1 d",
            "1é",
            "99999999999999999999d",
            "36501d",
            "1m",
        ] {
            assert_eq!(age(text), None, "{text}");
        }
        assert_eq!(age("36500d"), Some(days(36_500)));
        assert_eq!(age("36h"), Some(Duration::from_secs(36 * 3600)));
        assert_eq!(
            (told(days(1)), told(Duration::from_secs(7200))),
            ("1 day".into(), "2 hours".into())
        );
    }
}
