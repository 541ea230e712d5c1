//! Files of ufw(8). Pure functions over text.

use std::collections::BTreeSet;

/// Longer ranges are as good as all ports.
const MAX_RANGE: u16 = 1000;

/// `80`, `80,443`, `6000:6007`, `6000-6007`; none where it is too long or no list of ports.
pub(super) fn ports(text: &str) -> Option<BTreeSet<u16>> {
    let mut found = BTreeSet::new();
    for part in text.split(',') {
        let (first, last) = part.split_once([':', '-']).unwrap_or((part, part));
        let (first, last): (u16, u16) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        if last.checked_sub(first)? > MAX_RANGE {
            return None;
        }
        found.extend(first..=last);
    }
    Some(found)
}

/// Whether /etc/ufw/ufw.conf starts it.
pub(super) fn is_enabled(text: &str) -> bool {
    let values = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("ENABLED="));
    values
        .map(|value| value.trim().trim_matches('"').to_ascii_lowercase())
        .next_back()
        .as_deref()
        == Some("yes")
}

/// Whether /etc/default/ufw refuses what no rule lets in.
pub(super) fn refuses(text: &str) -> bool {
    let values = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("DEFAULT_INPUT_POLICY="));
    let policy = values
        .map(|value| value.trim().trim_matches('"').to_ascii_uppercase())
        .next_back();
    matches!(policy.as_deref(), Some("DROP" | "REJECT"))
}

/// The TCP ports that the rules let in, from wherever: `### tuple ### allow tcp 5432 0.0.0.0/0 any 0.0.0.0/0 in`. None where a rule
/// lets in more than ports.
pub(super) fn allowed(text: &str) -> Option<BTreeSet<u16>> {
    let mut found = BTreeSet::new();
    for tuple in text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("### tuple ###"))
    {
        let words: Vec<&str> = tuple.split_whitespace().collect();
        let [action, protocol, port, ..] = words.as_slice() else {
            return None;
        };
        let is_out = words.last().is_some_and(|way| way.starts_with("out"));
        let lets_in =
            matches!(action.split('_').next(), Some("allow" | "limit")) && !action.starts_with("route");
        if lets_in && !is_out && matches!(*protocol, "tcp" | "any") {
            found.extend(ports(port)?);
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_let_in_ports() {
        let text = "*filter\n### RULES ###\n### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n\
                    -A ufw-user-input -p tcp --dport 22 -j ACCEPT\n### tuple ### limit any 80,443 0.0.0.0/0 any 0.0.0.0/0 in\n\
                    ### tuple ### deny tcp 25 0.0.0.0/0 any 0.0.0.0/0 in\n### tuple ### allow udp 53 0.0.0.0/0 any 0.0.0.0/0 in\n";
        assert_eq!(
            allowed(text).unwrap().into_iter().collect::<Vec<_>>(),
            [22, 80, 443]
        );
        assert_eq!(
            allowed("### tuple ### allow any any 0.0.0.0/0 any 10.0.0.0/8 in\n"),
            None
        );
        assert!(is_enabled("ENABLED=yes\n") && !is_enabled("#ENABLED=yes\nENABLED=no\n"));
        assert!(refuses("DEFAULT_INPUT_POLICY=\"DROP\"\n") && !refuses("DEFAULT_INPUT_POLICY=\"ACCEPT\"\n"));
        assert_eq!((ports("1:65535"), ports("x"), ports("5:4")), (None, None, None));
    }
}
