//! Formats of SELinux. Pure functions over text.

use std::collections::BTreeMap;

/// The value of `SELINUX=` in /etc/selinux/config (selinux_config(5)).
pub(super) fn configured(text: &str) -> Option<&'static str> {
    let lines = text.lines().map(str::trim);
    let mut values = lines.filter_map(|line| line.strip_prefix("SELINUX="));
    let value = values.next_back()?;
    let value = value.trim().to_ascii_lowercase();
    ["enforcing", "permissive", "disabled"]
        .into_iter()
        .find(|mode| *mode == value)
}

/// What the command line of the kernel makes of it (Documentation/admin-guide/kernel-parameters.txt).
pub(super) fn forced(cmdline: &str) -> Option<&'static str> {
    let words = || cmdline.split_whitespace();
    if words().any(|word| word == "selinux=0") {
        return Some("disabled");
    }
    words().rev().find_map(|word| match word {
        "enforcing=0" => Some("permissive"),
        "enforcing=1" => Some("enforcing"),
        _ => None,
    })
}

/// The value in effect of a file below /sys/fs/selinux/booleans: `CURRENT PENDING`.
pub(super) fn switch(text: &str) -> Option<&'static str> {
    match text.split_whitespace().next()? {
        "1" => Some("on"),
        "0" => Some("off"),
        _ => None,
    }
}

/// The lines `NAME=0`, `NAME=1`, `NAME=on` of booleans.local (booleans(5)).
pub(super) fn stored(text: &str) -> BTreeMap<String, &'static str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            let value = match value.trim() {
                "1" | "on" | "true" => "on",
                "0" | "off" | "false" => "off",
                _ => return None,
            };
            Some((name.trim().to_owned(), value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        assert_eq!(
            configured("# SELINUX= can be\nSELINUX=Enforcing\nSELINUXTYPE=targeted\n"),
            Some("enforcing")
        );
        assert_eq!(configured("SELINUXTYPE=targeted\n"), None);
        assert_eq!(forced("quiet enforcing=0"), Some("permissive"));
        assert_eq!(forced("selinux=0 enforcing=1"), Some("disabled"));
        assert_eq!(forced("quiet"), None);
    }

    #[test]
    fn switches() {
        assert_eq!(
            (switch("1 1"), switch("0 1"), switch("x")),
            (Some("on"), Some("off"), None)
        );
        let stored = stored("# made by\nhttpd_can_network_connect=1\nbad\nx=2\n");
        assert_eq!(
            stored.into_iter().collect::<Vec<_>>(),
            [("httpd_can_network_connect".into(), "on")]
        );
    }
}
