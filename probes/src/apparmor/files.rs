//! What profiles of AppArmor let programs write. Pure functions over text.
//!
//! Source: apparmor.d(5).

use std::collections::BTreeMap;

/// The rules for files of the profiles in a text that are enforced, by the path that each is attached to: `PATTERN ACCESS`.
pub(super) fn rules(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut attached: Option<String> = None;
    let mut depth = 0_u32;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#") && !line.starts_with("#include") {
            continue;
        }
        if let Some(head) = line.strip_suffix('{') {
            depth = depth.saturating_add(1);
            let is_enforced = !head.contains("complain") && !head.contains("unconfined");
            if depth == 1 {
                let words = head.split_whitespace().map(|word| word.trim_matches('"'));
                let path = words.into_iter().find(|word| word.starts_with('/'));
                attached = path.filter(|_| is_enforced).map(str::to_owned);
                if let Some(path) = &attached {
                    found.entry(path.clone()).or_default();
                }
            }
        } else if line.starts_with('}') {
            depth = depth.saturating_sub(1);
            attached = attached.filter(|_| depth > 0);
        } else if let (Some(path), 1) = (&attached, depth)
            && let Some(rule) = rule(line)
        {
            found.entry(path.clone()).or_default().push(rule);
        }
    }
    found
}

/// The rules of a file that is included into a profile.
pub(super) fn included(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter_map(rule).collect()
}

/// `PATTERN ACCESS,`, with words before it that do not take a right away.
fn rule(line: &str) -> Option<String> {
    let line = line.split(" #").next().unwrap_or(line).trim();
    let line = line.strip_suffix(',')?;
    let mut words = line
        .split_whitespace()
        .skip_while(|word| matches!(*word, "allow" | "audit" | "file" | "owner"));
    let pattern = words.next()?.trim_matches('"');
    let is_path = pattern.starts_with('/') || pattern.starts_with("@{");
    let access = words.next().filter(|_| is_path)?;
    Some(format!("{pattern} {access}"))
}

/// `alias FROM -> TO,` of tunables/alias: what is written for the first counts for the second.
pub(super) fn aliases(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter_map(|line| line.strip_prefix("alias "));
    let said = lines.filter_map(|line| {
        let (from, to) = line.trim_end_matches(',').split_once("->")?;
        Some(format!("{} -> {}", from.trim(), to.trim()))
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_profile_lets_a_program_do() {
        let text = "\
#include <tunables/global>
/usr/sbin/mysqld flags=(attach_disconnected) {
  #include <abstractions/base>
  capability setgid,
  network tcp,
  # /data/ r,
  /var/lib/mysql/** rwk,
  owner /tmp/** rw, # for a while
  deny /etc/shadow r,
  ^hat {
    /x rw,
  }
}
profile slapd /usr/sbin/slapd flags=(complain) {
  /var/lib/ldap/ r,
}
";
        let found = rules(text);
        assert_eq!(found["/usr/sbin/mysqld"], ["/var/lib/mysql/** rwk", "/tmp/** rw"]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            included("/data/mysql/ r,\n/data/mysql/** rwk,\n"),
            ["/data/mysql/ r", "/data/mysql/** rwk"]
        );
        assert_eq!(
            aliases("alias /var/lib/mysql/ -> /data/mysql/,\n"),
            ["/var/lib/mysql/ -> /data/mysql/"]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[ -~\\n{}]{0,200}") {
            let _ = (rules(&text), included(&text), aliases(&text));
        }
    }
}
