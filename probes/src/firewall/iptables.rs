//! What iptables-save(8) writes. Pure functions over text.

use std::collections::BTreeSet;

use super::ufw::ports;

/// What the chain INPUT lets in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Everything that no rule refuses.
    All,
    /// These TCP ports alone.
    Ports(BTreeSet<u16>),
    /// Its rules are of another shape.
    Unclear,
}

/// Reads the chain INPUT of the table `filter`. Rules that let in replies, the loopback interface and ICMP are passed over.
pub(super) fn input(text: &str) -> Input {
    let (mut refuses, mut found, mut is_filter) = (false, BTreeSet::new(), false);
    for line in text.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('*') {
            is_filter = table == "filter";
        } else if let Some(policy) = line.strip_prefix(":INPUT ").filter(|_| is_filter) {
            refuses = policy.starts_with("DROP");
        } else if let Some(rule) = line.strip_prefix("-A INPUT").filter(|_| is_filter) {
            let words: Vec<&str> = rule.split_whitespace().collect();
            let after = |flag: &str| {
                let at = words.iter().position(|word| *word == flag)?;
                words.get(at + 1).copied()
            };
            let named = after("--dport").or_else(|| after("--dports"));
            let is_plain = matches!(words.as_slice(), ["-j", "DROP" | "REJECT", ..]);
            let is_usual = rule.contains("ESTABLISHED") || after("-i") == Some("lo") || rule.contains("icmp");
            match (after("-j"), named) {
                (Some("DROP" | "REJECT"), _) if is_plain => {
                    refuses = true;
                    break;
                }
                (Some("ACCEPT"), _) if is_usual => {}
                (Some("ACCEPT"), _) if after("-p") == Some("udp") => {}
                (Some("ACCEPT"), Some(list)) => match ports(list) {
                    Some(list) => found.extend(list),
                    None => return Input::Unclear,
                },
                (Some("DROP" | "REJECT" | "LOG"), _) if !rule.contains(" ! ") => {}
                _ => return Input::Unclear,
            }
        }
    }
    if refuses { Input::Ports(found) } else { Input::All }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_of_the_usual_shape() {
        let head = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p icmp -j ACCEPT\n\
                    -A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT\n";
        let only_ssh = Input::Ports(BTreeSet::from([22]));
        assert_eq!(
            input(&format!(
                "{head}-A INPUT -j REJECT --reject-with icmp-host-prohibited\nCOMMIT\n"
            )),
            only_ssh
        );
        assert_eq!(input(&format!("{head}COMMIT\n")), Input::All);
        assert_eq!(
            input(&format!("{head}-A INPUT -j mine\n-A INPUT -j DROP\n")),
            Input::Unclear
        );
        assert_eq!(
            input(&format!(
                "{head}-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -j DROP\n"
            )),
            Input::Unclear
        );
        let dropping = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT\n";
        assert_eq!(input(dropping), Input::Ports(BTreeSet::from([80, 443])));
        assert_eq!(input("*nat\n:INPUT DROP [0:0]\n"), Input::All);
    }
}
