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

/// The lines `PATTERN [-TYPE] CONTEXT` of file_contexts.local (file_contexts(5)): patterns with the type of their context.
pub(super) fn contexts(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let said = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let (pattern, context) = (words.next()?, words.next_back()?);
        Some(format!("{pattern} {}", context.split(':').nth(2)?))
    });
    said.collect()
}

/// The lines `portcon tcp PORT[-PORT] CONTEXT` of ports.local: types with their ports of TCP.
pub(super) fn ports(text: &str) -> Vec<String> {
    let said = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let is_tcp = words.next()? == "portcon" && words.next()? == "tcp";
        let (port, context) = (words.next()?, words.next()?);
        is_tcp.then(|| Some(format!("{} {port}", context.split(':').nth(2)?)))?
    });
    said.collect()
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
    fn what_was_added_to_the_policy() {
        let text =
            "# made by\n/data/www(/.*)?    system_u:object_r:httpd_sys_content_t:s0\n/x -d u:r:y_t:s0\nbad\n";
        assert_eq!(contexts(text), ["/data/www(/.*)? httpd_sys_content_t", "/x y_t"]);
        let text = "portcon tcp 8888 system_u:object_r:http_port_t:s0\nportcon udp 1 a:b:c:s0\n";
        assert_eq!(ports(text), ["http_port_t 8888"]);
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
