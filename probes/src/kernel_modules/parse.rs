//! The lists of modules.bin(5)'s texts. Pure functions.

use std::collections::BTreeSet;

/// Names of the modules in `modules.dep` or `modules.builtin`: each line begins with the path of one.
pub(super) fn listed(text: &str) -> BTreeSet<String> {
    let paths = text.lines().filter_map(|line| line.split(':').next());
    let names = paths.filter_map(|path| {
        let file = path.trim().rsplit('/').next()?;
        let (name, _) = file.split_once(".ko")?;
        Some(name.replace('-', "_"))
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// Names in `/proc/modules` (proc_modules(5)).
pub(super) fn loaded(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// Whether a release of the kernel is at least one of Linux.
pub(super) fn is_at_least(release: &str, least: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split(|c: char| !c.is_ascii_digit())
            .map_while(|part| part.parse().ok())
            .take(2)
            .collect()
    };
    let own = numbers(release);
    own.len() == 2 && own >= numbers(least)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_of_modules() {
        let dep = "kernel/net/bridge/br_netfilter.ko.zst: kernel/net/bridge/bridge.ko.zst\nkernel/drivers/net/dm-crypt.ko:\n";
        assert_eq!(
            listed(dep).into_iter().collect::<Vec<_>>(),
            ["br_netfilter", "dm_crypt"]
        );
        assert!(loaded("wireguard 94208 0 - Live 0x0\n").contains("wireguard"));
        assert!(is_at_least("5.15.0-107-generic", "5.6") && is_at_least("6.1.0", ""));
        assert!(!is_at_least("4.19.0-20-amd64", "5.6") && !is_at_least("", "5.6"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC*") {
            listed(&text);
            loaded(&text);
            is_at_least(&text, "5.6");
        }
    }
}
