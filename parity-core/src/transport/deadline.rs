//! When observing ends: at a time, or as soon as somebody says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::answer::Failure;

/// How often a wait looks whether it was interrupted.
const GLANCE: Duration = Duration::from_millis(50);

/// The end of all work on a target.
#[derive(Debug, Clone)]
pub struct Deadline {
    at: Instant,
    stop: Option<Arc<AtomicBool>>,
}

impl From<Instant> for Deadline {
    fn from(at: Instant) -> Deadline {
        Deadline { at, stop: None }
    }
}

impl Deadline {
    /// At this time, or once `stop` is set.
    pub fn new(at: Instant, stop: Arc<AtomicBool>) -> Deadline {
        Deadline { at, stop: Some(stop) }
    }

    /// Whether it was interrupted.
    pub fn interrupted(&self) -> bool {
        self.stop
            .as_ref()
            .is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Whether it has come.
    pub fn is_over(&self) -> bool {
        self.interrupted() || Instant::now() >= self.at
    }

    /// What is left of the time; nothing once it was interrupted.
    pub fn left(&self) -> Duration {
        if self.interrupted() {
            return Duration::ZERO;
        }
        self.at.saturating_duration_since(Instant::now())
    }

    /// How long a wait may last before it looks again.
    pub(super) fn glance(&self) -> Duration {
        let left = self.left();
        if self.stop.is_some() {
            left.min(GLANCE)
        } else {
            left
        }
    }

    /// The same end, or earlier.
    pub(super) fn at_most(&self, wait: Duration) -> Deadline {
        Deadline {
            at: self.at.min(Instant::now() + wait),
            stop: self.stop.clone(),
        }
    }

    /// Why there is no answer, once it has come.
    pub(super) fn failure(&self, what: &str) -> Failure {
        if self.interrupted() {
            Failure::new("interrupted", format!("{what}: interrupted before it was done"))
        } else {
            Failure::new("timed-out", format!("{what}: the time for this target was over"))
        }
    }
}
