//! Units of Podman, `NAME.container` (podman-systemd.unit(5)).

use super::Started;
use crate::systemd::parse::{assignments, words};

/// What such a unit starts.
pub(super) fn container(text: &str) -> Started {
    let mut started = Started::default();
    for assignment in assignments(text) {
        let value = assignment.value.as_str();
        match assignment.name.as_str() {
            "Image" if !value.contains('%') && !value.ends_with(".build") && !value.ends_with(".image") => {
                started.image = Some(Ok(value.to_owned()));
            }
            "Tmpfs" => {
                let (place, options) = value.split_once(':').unwrap_or((value, ""));
                let is_exec = options.split(',').any(|option| option == "exec");
                let word = if is_exec { "exec" } else { "noexec" };
                started.traits.insert(format!("{word} {place}"));
            }
            "SeccompProfile" if value == "unconfined" => {
                started.traits.insert("seccomp-unconfined".to_owned());
            }
            "Memory" | "MemoryMax" => {
                started.traits.insert("memory-limit".to_owned());
            }
            "Exec" => started.settings(&words(value)),
            "PodmanArgs" => {
                let words = words(value);
                if words.iter().any(|word| word == "--privileged") {
                    started.traits.insert("privileged".to_owned());
                }
                if words.iter().any(|word| word.starts_with("--memory")) {
                    started.traits.insert("memory-limit".to_owned());
                }
            }
            _ => {}
        }
    }
    started
}
