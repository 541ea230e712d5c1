//! Variables that the service of FPM is given and keeps from its workers.
//!
//! Source: `clear_env` and `env` in <https://www.php.net/manual/en/install.fpm.configuration.php>.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use super::pools::Pool;
use crate::reading::documents;
use crate::systemd::parse::{assignments, environment_names};

/// What an administrator gives the service.
const UNITS: [&str; 2] = [
    "etc/systemd/system/php*-fpm.service",
    "etc/systemd/system/php*-fpm.service.d/*.conf",
];

fn unit(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(256 << 10))
}

pub(super) fn needs() -> Vec<Need> {
    UNITS.map(unit).into()
}

/// What the pools let through: nothing is told where one of them lets everything through.
#[derive(Debug, Default)]
pub(super) struct Passed {
    all: bool,
    any: bool,
    /// A pool could not be read.
    pub(super) is_open: bool,
    names: BTreeSet<String>,
}

impl Passed {
    pub(super) fn add(&mut self, pool: &Pool) {
        self.any = true;
        let clear = pool.get("clear_env").map(|(value, _)| value.to_ascii_lowercase());
        self.all |= clear.is_some_and(|value| !matches!(value.as_str(), "1" | "on" | "true" | "yes"));
        let given = pool
            .keys()
            .filter_map(|key| key.strip_prefix("env[")?.strip_suffix(']'));
        self.names.extend(given.map(str::to_owned));
    }

    /// Tells of the variables that stay behind.
    pub(super) fn tell(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut given: BTreeMap<String, Origin> = BTreeMap::new();
        for pattern in UNITS {
            for file in documents(answers, &unit(pattern), &["php.environment-kept"], out) {
                for assignment in assignments(&file.text) {
                    if assignment.name == "Environment" {
                        let names = environment_names(&assignment.value).into_iter();
                        given.extend(names.map(|name| (name, file.line(assignment.line))));
                    }
                }
            }
        }
        if self.all || self.is_open || !self.any {
            return;
        }
        for (name, origin) in given {
            if !self.names.contains(&name) {
                out.keyed("php.environment-kept", name, "clear_env is on", origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pools::pools;
    use super::Passed;

    fn passed(text: &str) -> (bool, Vec<String>) {
        let mut passed = Passed::default();
        for pool in pools(text) {
            passed.add(&pool);
        }
        (passed.all, passed.names.into_iter().collect())
    }

    #[test]
    fn what_pools_let_through() {
        assert_eq!(
            passed("[www]\nlisten = /a\n;clear_env = no\n"),
            (false, Vec::new())
        );
        assert_eq!(passed("[www]\nclear_env = no\n"), (true, Vec::new()));
        assert_eq!(passed("[www]\nclear_env = yes\n"), (false, Vec::new()));
        assert_eq!(
            passed("[www]\nenv[DB_HOST] = $DB_HOST\nenv[PATH] = /bin\n"),
            (false, vec!["DB_HOST".to_owned(), "PATH".to_owned()])
        );
    }
}
