//! The probe `images`: which images a release starts; and what images need of processor, kernel and container engine.

mod architectures;
mod beneath;
mod derive;
mod distributions;
mod elsewhere;
mod housing;
mod java;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod quadlet;
mod runtimes;
mod schema;
mod software;
#[cfg(feature = "collect")]
mod started;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

pub use derive::ImageNeeds;
pub use distributions::{Libc, Userland, userland};
pub(crate) use distributions::{release_of, shown};
pub use housing::Housing;
pub use java::{Java, java};
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use runtimes::ImageRuntimes;
pub use schema::{DERIVED, SCHEMAS};
pub use software::{Needs, needs};
#[cfg(feature = "collect")]
pub(crate) use started::is_systemd;
#[cfg(feature = "collect")]
pub use started::{Started, started};
