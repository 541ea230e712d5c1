//! How far the clock of a host is from the one of the machine that looks at it.

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, State};
use parity_core::need::{Native, Need};
use parity_core::probe::Observation;

const FACT: &str = "clock.off";

/// Less than this may be the way of the answer, in seconds.
const LEAST: u64 = 60;

pub(super) fn need() -> Need {
    Need::Native(Native::Clock)
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    match answers.clock() {
        Outcome::Got(ahead) => {
            if let Some((direction, seconds)) = off(ahead) {
                out.keyed(FACT, direction, seconds, need().origin());
            }
        }
        Outcome::Failed(failure) => {
            out.state(
                FactId::rest(FACT),
                State::Unknown(failure.reason),
                need().origin(),
            );
        }
        // Nothing runs there, or it does not say.
        _ => {
            let why = "no running system to ask".to_owned();
            out.state(FactId::rest(FACT), State::Unknown(why), need().origin());
        }
    }
}

/// The direction and the whole minutes, in seconds: what is seen twice in a row is the same.
fn off(ahead: i64) -> Option<(&'static str, i64)> {
    let minutes = i64::try_from(ahead.unsigned_abs() / LEAST * LEAST).ok()?;
    let direction = if ahead < 0 { "behind" } else { "ahead" };
    (minutes > 0).then_some((direction, minutes))
}

#[cfg(test)]
mod tests {
    use super::off;

    #[test]
    fn minutes_count_and_seconds_do_not() {
        for (ahead, expected) in [
            (0, None),
            (59, None),
            (-59, None),
            (61, Some(("ahead", 60))),
            (-259_263, Some(("behind", 259_260))),
            (i64::MAX, Some(("ahead", i64::MAX / 60 * 60))),
        ] {
            assert_eq!(off(ahead), expected, "{ahead}");
        }
        assert!(off(i64::MIN).is_some());
    }
}
