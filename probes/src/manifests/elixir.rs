//! `mix.exs`. Source: [Mix.Project](https://hexdocs.pm/mix/Mix.Project.html), [Version](https://hexdocs.pm/elixir/Version.html#module-requirements).

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed, numbered};

/// `elixir: "~> 1.15"` of the project; the operators are those of RubyGems. One with `or` tells nothing.
pub(super) fn mix(text: &str) -> Parsed {
    for (number, line) in numbered(text) {
        let line = line.split('#').next().unwrap_or_default();
        let range = line
            .split_once("elixir: \"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(range, _)| range.replace(" and ", ", "));
        if let Some(range) = range.filter(|range| !range.contains(" or ")) {
            return Ok(vec![Declaration::range(
                "elixir",
                RangeSyntax::Gem,
                &range,
                number,
            )]);
        }
    }
    Ok(Vec::new())
}
