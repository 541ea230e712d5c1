//! Shapes that several text formats share.

mod interpolate;
mod json_lines;
mod lines;
mod stanza;
mod yaml;

pub use interpolate::interpolate;
pub use json_lines::json_line;
pub use lines::{Line, Lines, lines, lossy};
pub use stanza::{Field, Stanza, Stanzas, stanzas};
pub(crate) use yaml::yaml_options;
