//! Where an engine keeps images, and what lies below. Pure functions over text.

use serde::Deserialize;

/// What a configuration says of the place of images.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layers {
    pub(super) directory: Option<String>,
    pub(super) driver: Option<String>,
    /// Whether the engine makes a bridge and turns forwarding on.
    pub(super) is_routed: bool,
}

#[derive(Default, Deserialize)]
struct Daemon {
    #[serde(rename = "data-root")]
    data_root: Option<String>,
    graph: Option<String>,
    #[serde(rename = "storage-driver")]
    storage_driver: Option<String>,
    bridge: Option<String>,
}

/// `/etc/docker/daemon.json` (dockerd(8)).
pub(super) fn docker(bytes: &[u8]) -> Result<Layers, String> {
    let daemon: Daemon = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    Ok(Layers {
        directory: daemon.data_root.or(daemon.graph),
        driver: daemon.storage_driver,
        is_routed: daemon.bridge.as_deref() != Some("none"),
    })
}

#[derive(Default, Deserialize)]
struct StorageFile {
    storage: Option<Storage>,
}

#[derive(Default, Deserialize)]
struct Storage {
    driver: Option<String>,
    graphroot: Option<String>,
}

/// `/etc/containers/storage.conf` (containers-storage.conf(5)).
pub(super) fn storage(text: &str) -> Result<Layers, String> {
    let file: StorageFile = toml::from_str(text).map_err(|error| error.to_string().replace('\n', " "))?;
    let storage = file.storage.unwrap_or_default();
    Ok(Layers {
        directory: storage.graphroot,
        driver: storage.driver.filter(|driver| !driver.is_empty()),
        is_routed: true,
    })
}

/// The mount that a path lies on, and its type, of `/proc/self/mounts`.
pub(super) fn mount_of(mounts: &str, path: &str) -> Option<(String, String)> {
    let covers = |place: &str| {
        place == "/" || path == place || path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
    };
    let mut found: Option<(String, String)> = None;
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        if let (Some(place), Some(kind)) = (words.next(), words.next())
            && covers(place)
            && kind != "autofs"
            && found.as_ref().is_none_or(|(known, _)| place.len() >= known.len())
        {
            found = Some((place.to_owned(), kind.to_owned()));
        }
    }
    found
}

/// `ftype=` of what xfs_info(8) prints; a version that does not print it knows of no such thing.
pub(super) fn ftype(printed: &str) -> Option<i64> {
    let after = printed.split("ftype=").nth(1)?;
    match after.chars().next() {
        Some('0') => Some(0),
        Some('1') => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_tell_places_and_drivers() {
        let found =
            docker(br#"{"data-root": "/data/docker", "storage-driver": "overlay2", "dns": ["192.0.2.1"]}"#);
        assert_eq!(
            found.unwrap(),
            Layers {
                directory: Some("/data/docker".into()),
                driver: Some("overlay2".into()),
                is_routed: true,
            }
        );
        assert!(docker(b"{").is_err());
        assert!(!docker(br#"{"bridge": "none"}"#).unwrap().is_routed);
        let found = storage("[storage]\ndriver = \"vfs\"\n[storage.options]\nsize = \"\"\n").unwrap();
        assert_eq!(found.driver.as_deref(), Some("vfs"));
        assert!(storage("[storage\n").is_err());
    }

    #[test]
    fn the_longest_mount_that_covers_counts() {
        let mounts = "/dev/a / xfs rw 0 0\n/dev/b /var ext4 rw 0 0\n/dev/c /var/lib xfs rw 0 0\nt /var/lib2 tmpfs rw 0 0\n";
        let mount = |path| mount_of(mounts, path).unwrap().0;
        assert_eq!(mount("/var/lib/docker"), "/var/lib");
        assert_eq!(mount("/var/lib3"), "/var");
        assert_eq!(mount("/home"), "/");
    }

    #[test]
    fn xfs_tells_its_type_of_entries() {
        assert_eq!(
            ftype("naming   =version 2   bsize=4096   ascii-ci=0 ftype=0\n"),
            Some(0)
        );
        assert_eq!(
            ftype("naming   =version 2   bsize=4096   ascii-ci=0, ftype=1\n"),
            Some(1)
        );
        assert_eq!(ftype("naming   =version 2"), None);
    }
}
