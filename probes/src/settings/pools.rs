//! Accounts that a pool of PHP-FPM in a release names (<https://www.php.net/manual/en/install.fpm.configuration.php>).

use super::said::Said;
use crate::reading::statements;

pub(super) fn concerns(path: &str, head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let has = |key: &str| head.lines().any(|line| line.trim_start().starts_with(key));
    path.ends_with(".conf") && has("[") && has("listen") && (has("pm ") || has("pm=") || has("user"))
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let file = path.rsplit('/').next().unwrap_or(path);
    for pool in crate::php::pools::pools(text) {
        if let Some((address, line)) = pool.listen() {
            said.add(
                "pool-file.listen",
                format!("{file}:{address}"),
                format!("listen = {address}"),
                line,
            );
        }
    }
    for (line, statement) in statements(text, &[';', '#']) {
        let Some((key, value)) = statement.split_once('=') else {
            continue;
        };
        let (key, value) = (key.trim(), value.trim().trim_matches(['"', '\'']));
        let is_name = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && value
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let family = match key {
            "user" | "listen.owner" => "pool-file.user",
            "group" | "listen.group" => "pool-file.group",
            _ => continue,
        };
        if is_name {
            said.add(family, value, format!("{key} = {value}"), line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_of_a_pool() {
        let text =
            "[shop]\nuser = deploy\ngroup=web\nlisten = /run/a.sock\nlisten.owner = $pool\npm = static\n";
        assert!(concerns("deploy/shop.conf", text.as_bytes()));
        let mut said = Said::default();
        read("deploy/shop.conf", text, &mut said);
        let keys: Vec<_> = said
            .0
            .keys()
            .map(|(family, key)| format!("{family} {key}"))
            .collect();
        assert_eq!(
            keys,
            [
                "pool-file.group web",
                "pool-file.listen shop.conf:/run/a.sock",
                "pool-file.user deploy"
            ]
        );
        assert!(!concerns("a.conf", b"[a]\nb = c\n"));
    }
}
