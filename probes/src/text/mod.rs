//! Shapes that several text formats share.

mod lines;
mod stanza;

pub use lines::{Line, Lines, lines, lossy};
pub use stanza::{Field, Stanza, Stanzas, stanzas};
