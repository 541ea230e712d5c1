//! How YAML that people write is read.

use serde_saphyr::Options;

/// Few anchors with very many aliases are usual where services share settings. What grows beyond bounds when aliases are followed
/// is still refused: the other limits count what is made of them.
pub(crate) fn yaml_options() -> Options {
    serde_saphyr::options! {
        with_snippet: false,
        budget: serde_saphyr::budget! { enforce_alias_anchor_ratio: false },
    }
}
