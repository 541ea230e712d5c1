//! Container files that only BuildKit builds.
//!
//! Source: <https://docs.docker.com/reference/dockerfile/> and <https://docs.docker.com/build/buildkit/>: BuildKit is the default of
//! Docker since 23.0; the builder before it has none of this.

use super::said::Said;
use crate::reading::numbered;

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is = |word: &str| name == word || name.strip_prefix(word).is_some_and(|rest| rest.starts_with('.'));
    is("Dockerfile") || is("Containerfile") || name.ends_with(".Dockerfile") || name.ends_with(".dockerfile")
}

/// Options of instructions that the old builder refuses.
#[rustfmt::skip]
const OPTIONS: &[(&str, &str)] = &[
    ("ADD", "--checksum"), ("ADD", "--chmod"), ("ADD", "--exclude"), ("ADD", "--keep-git-dir"), ("ADD", "--link"),
    ("COPY", "--chmod"), ("COPY", "--exclude"), ("COPY", "--link"), ("COPY", "--parents"),
    ("RUN", "--device"), ("RUN", "--mount"), ("RUN", "--network"), ("RUN", "--security"),
];

pub(super) fn read(text: &str, said: &mut Said) {
    for (number, line) in numbered(text) {
        let mut words = line.split_whitespace();
        let Some(instruction) = words.next().map(str::to_ascii_uppercase) else {
            continue;
        };
        let options = words.clone().take_while(|word| word.starts_with("--"));
        for option in options {
            let name = option.split('=').next().unwrap_or(option);
            if OPTIONS.contains(&(instruction.as_str(), name)) {
                let what = format!("{instruction} {name}");
                said.add("container-file.buildkit", what.clone(), what, number);
            }
        }
        let begins_text = words.any(|word| word.strip_prefix("<<").is_some_and(is_delimiter));
        if begins_text && ["RUN", "COPY", "ADD"].contains(&instruction.as_str()) && !line.contains(" cat ") {
            let what = format!("{instruction} <<");
            said.add("container-file.buildkit", what.clone(), what, number);
        }
    }
}

/// `<<EOF`, `<<-EOF`, `<<"EOF"`.
fn is_delimiter(word: &str) -> bool {
    let word = word.trim_start_matches('-').trim_matches(['"', '\'']);
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a file of the release turns BuildKit on for the old Docker.
pub(super) fn turns_on(text: &str) -> bool {
    [
        "DOCKER_BUILDKIT=1",
        "DOCKER_BUILDKIT: 1",
        "DOCKER_BUILDKIT: \"1\"",
        "docker buildx",
        "buildctl",
        "podman build",
        "buildah",
    ]
    .iter()
    .any(|word| text.contains(word))
}
