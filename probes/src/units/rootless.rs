//! Units that run containers as somebody who is not root: these take their ids from ranges of that account (subuid(5)).

use super::forbids::{Unit, base, program};

/// What runs containers without root, by the program.
const PROGRAMS: [&str; 4] = ["buildah", "dockerd-rootless.sh", "podman", "podman-compose"];

/// Words of podman that start no container.
const ASKING: [&str; 6] = ["--version", "auto-update", "info", "login", "pull", "version"];

/// The account, and the line that names it.
pub(super) fn account(unit: &Unit<'_>, commands: &[(Vec<String>, u32)]) -> Option<(String, u32)> {
    let user = unit.last("User")?;
    let is_named = !matches!(user.value.as_str(), "" | "root" | "0") && !user.value.contains('%');
    let runs = |words: &Vec<String>| {
        PROGRAMS.contains(&base(program(words)))
            && !words.get(1).is_some_and(|word| ASKING.contains(&word.as_str()))
    };
    let is_rootless = is_named && commands.iter().any(|(words, _)| runs(words));
    is_rootless.then(|| (user.value.clone(), user.line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systemd::parse::assignments;

    #[test]
    fn who_runs_containers() {
        let of = |text: &str| {
            let all = assignments(&format!("[Service]\n{text}"));
            let unit = Unit::of(&all);
            account(&unit, &unit.commands()).map(|(user, _)| user)
        };
        assert_eq!(
            of("User=web\nExecStart=/usr/bin/podman run --rm nginx\n").as_deref(),
            Some("web")
        );
        for text in [
            "ExecStart=/usr/bin/podman run --rm nginx\n",
            "User=root\nExecStart=/usr/bin/podman run --rm nginx\n",
            "User=web\nExecStart=/usr/bin/podman auto-update\n",
            "User=web\nExecStart=/usr/bin/docker run --rm nginx\n",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
