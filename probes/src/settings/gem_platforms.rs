//! Platforms that a Gemfile.lock was resolved for.
//!
//! Source: `validate_platforms!` of <https://github.com/rubygems/rubygems/blob/master/bundler/lib/bundler/definition.rb>: without the
//! platform `ruby`, the one of the machine must be among them.

use super::said::Said;
use crate::reading::numbered;

/// Machines as `uname -m` names them, which Bundler calls the same.
const MACHINES: [&str; 2] = ["aarch64", "x86_64"];

pub(super) fn concerns(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("Gemfile.lock" | "gems.locked"))
}

pub(super) fn read(text: &str, said: &mut Said) {
    let section = numbered(text)
        .skip_while(|(_, line)| *line != "PLATFORMS")
        .skip(1)
        .take_while(|(_, line)| line.starts_with(' '));
    let platforms: Vec<(u32, &str)> = section.map(|(number, line)| (number, line.trim())).collect();
    let Some((line, _)) = platforms.first() else {
        return;
    };
    let runs_anywhere = |platform: &str| matches!(platform, "java" | "ruby");
    if platforms.iter().any(|(_, platform)| runs_anywhere(platform)) {
        return;
    }
    let names: Vec<&str> = platforms.iter().map(|(_, platform)| *platform).collect();
    for machine in MACHINES {
        let suits = |name: &&str| {
            name.strip_prefix(machine)
                .is_some_and(|rest| rest.starts_with("-linux"))
        };
        if !names.iter().any(suits) {
            said.add("gem-lock.without", machine, names.join(", "), *line);
        }
    }
}
