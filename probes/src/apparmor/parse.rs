//! Profiles of AppArmor. Pure functions over text.

/// The paths that profiles of a file are attached to, where they have the rule `userns` (apparmor.d(5)).
pub(super) fn userns(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut attached: Option<String> = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with('#') || line.starts_with("@{") {
            continue;
        }
        if let Some(head) = line.strip_suffix('{') {
            // A profile inside of another one is entered from there.
            attached = attached.or_else(|| attachment(head));
        } else if is_userns(line)
            && let Some(path) = &attached
        {
            found.push(path.clone());
            attached = None;
        } else if line.starts_with('}') {
            attached = None;
        }
    }
    found
}

/// The path in `profile NAME PATH flags=(…)` and `PATH flags=(…)`.
fn attachment(head: &str) -> Option<String> {
    let words = head.split_whitespace().map(|word| word.trim_matches('"'));
    let path = words
        .into_iter()
        .find(|word| word.starts_with('/') || word.starts_with("@{"))?;
    Some(path.to_owned())
}

fn is_userns(line: &str) -> bool {
    let rule = line.split('#').next().unwrap_or(line).trim();
    let rule = rule.strip_prefix("allow ").unwrap_or(rule);
    rule == "userns," || (rule.starts_with("userns ") && rule.contains("create") && rule.ends_with(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_with_the_rule() {
        let text = "\
abi <abi/4.0>,
include <tunables/global>
# profile old /usr/bin/old {
profile chrome /opt/google/chrome/{,WebRTC/}chrome flags=(unconfined) {
  userns,
  include if exists <local/chrome>
}
/usr/bin/other {
  network,
}
/usr/bin/\"it\" {
  deny userns,
}
profile nameless flags=(unconfined) {
  userns,
}
profile b @{exec_path} { # comment
  userns create,
}
";
        assert_eq!(userns(text), ["/opt/google/chrome/{,WebRTC/}chrome"]);
        assert_eq!(
            userns("profile b /usr/bin/bwrap {\n allow userns create,\n}\n"),
            ["/usr/bin/bwrap"]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = userns(&text);
        }
    }
}
