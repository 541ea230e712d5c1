//! Snapshots that somebody serves.

use std::time::Duration;

use super::{Deadline, TransportError};
use crate::snapshot::{MAX_BYTES, Snapshot};

/// A snapshot behind a URL.
#[derive(Debug)]
pub struct Https<'a> {
    url: &'a str,
    deadline: Deadline,
}

impl<'a> Https<'a> {
    /// The snapshot at this URL, fetched until the deadline.
    pub fn new(url: &'a str, deadline: impl Into<Deadline>) -> Https<'a> {
        Https {
            url,
            deadline: deadline.into(),
        }
    }

    /// Fetches and reads it. Redirects are refused: a snapshot is where it was said to be.
    ///
    /// # Errors
    /// No connection, a bad certificate, another status than 200, too many bytes, not a snapshot.
    pub fn snapshot(&self) -> Result<Snapshot, TransportError> {
        let url = self.url;
        let left = self.deadline.left();
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(left))
            .timeout_connect(Some(left.min(Duration::from_secs(10))))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(64 << 10)
            .build()
            .into();
        let mut response = agent
            .get(url)
            .header("accept", "application/json")
            .call()
            .map_err(|error| TransportError::new("http-failed", format!("{url}: {error}")))?;
        match response.status().as_u16() {
            200 => {}
            status @ 300..=399 => {
                let message = format!("{url}: answers with a redirect ({status}), which is not followed");
                return Err(TransportError::new("http-redirect", message).help("name the final address"));
            }
            status => {
                return Err(TransportError::new(
                    "http-status",
                    format!("{url}: answers with status {status}"),
                ));
            }
        }
        let reader = response.body_mut().with_config().limit(MAX_BYTES).reader();
        Snapshot::read(reader).map_err(|error| {
            TransportError::new(
                "http-no-snapshot",
                format!("{url}: no snapshot is served there: {error}"),
            )
        })
    }
}
