//! Who said so, as a person would write it: a path that can be opened, or a command that can be repeated.

use std::path::Path;

use parity_core::fact::Origin;
use parity_core::finding::Evidence;
use parity_core::view::Side;

/// Where an observation comes from; nothing where nobody says.
pub(crate) fn told(evidence: &Evidence) -> Option<String> {
    let origin = evidence.origin.as_ref()?;
    let Origin::File { path, line } = origin else {
        return Some(origin.to_string());
    };
    let line = line.map(|line| line.to_string());
    if is_command(path) {
        return Some(match line {
            Some(line) => format!("line {line} of `{path}`"),
            None => format!("`{path}`"),
        });
    }
    let path = match evidence.side {
        Side::Host | Side::Peer if !path.starts_with('/') => format!("/{path}"),
        Side::Release => shipped(&evidence.target, path),
        Side::Host | Side::Peer | Side::Dev => path.clone(),
    };
    Some(match line {
        Some(line) => format!("{path}:{line}"),
        None => path,
    })
}

/// A file of the release: the artifact itself, or a file in it.
fn shipped(artifact: &str, path: &str) -> String {
    match Path::new(artifact).file_name() {
        Some(name) if Path::new(path) == name => artifact.to_owned(),
        _ => Path::new(artifact).join(path).display().to_string(),
    }
}

/// What a package manager prints has lines too, and is no file: `dpkg-query -W`.
fn is_command(path: &str) -> bool {
    let mut words = path.split(' ');
    words.next().is_some_and(|word| !word.contains('/')) && words.any(|word| word.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(side: Side, path: &str, line: Option<u32>) -> String {
        let path = path.to_owned();
        let evidence = Evidence {
            side,
            target: "build/app".to_owned(),
            fact: parity_core::fact::FactId::single("os.id"),
            value: None,
            origin: Some(Origin::File { path, line }),
        };
        told(&evidence).unwrap()
    }

    #[test]
    fn paths_can_be_opened_and_commands_repeated() {
        assert_eq!(shown(Side::Host, "etc/os-release", None), "/etc/os-release");
        assert_eq!(
            shown(Side::Host, "dpkg-query -W", Some(153)),
            "line 153 of `dpkg-query -W`"
        );
        assert_eq!(shown(Side::Release, "app", None), "build/app");
        assert_eq!(
            shown(Side::Release, "conf/nginx.conf", Some(3)),
            "build/app/conf/nginx.conf:3"
        );
        assert_eq!(shown(Side::Dev, "compose.yaml", Some(4)), "compose.yaml:4");
    }
}
