//! Rulesets of nft(8) as `/etc/nftables.conf` has them. Pure functions over text.

use std::collections::BTreeSet;

use super::iptables::Input;
use super::ufw::ports;

/// Reads the base chain of the hook `input`. Rules that let in replies, the loopback interface, ICMP and other protocols are
/// passed over.
pub(super) fn input(text: &str) -> Input {
    let text = text.replace(';', "\n");
    let mut lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or(line).trim())
        .filter(|line| !line.is_empty());
    let (mut is_input, mut refuses, mut depth) = (false, false, 0_i32);
    let mut found = BTreeSet::new();
    let mut hooks = 0;
    while let Some(line) = lines.next() {
        // A set of ports may go over several lines.
        let mut rule = line.to_owned();
        while is_open(&rule) {
            let Some(more) = lines.next() else { break };
            rule = format!("{rule} {more}");
        }
        if rule.starts_with("include ") || rule.starts_with("define ") {
            return Input::Unclear;
        }
        if rule.starts_with("table ") || rule.starts_with("chain ") {
            is_input = false;
            depth += 1;
        } else if rule == "}" {
            is_input = false;
            depth -= 1;
        } else if rule.starts_with("type ") && rule.contains("hook ") {
            is_input = rule.contains("hook input");
            hooks += i32::from(is_input);
        } else if is_input {
            if let Some(policy) = rule.strip_prefix("policy ") {
                refuses |= policy.trim() == "drop";
                continue;
            }
            match verdict(&rule) {
                Verdict::Ports(more) => found.extend(more),
                Verdict::Rest => refuses = true,
                Verdict::Usual => {}
                Verdict::Unclear => return Input::Unclear,
            }
        }
    }
    match (hooks, refuses && depth == 0) {
        (1, true) => Input::Ports(found),
        (0 | 1, false) if depth == 0 => Input::All,
        _ => Input::Unclear,
    }
}

fn is_open(rule: &str) -> bool {
    let is_block = rule.starts_with("table ") || rule.starts_with("chain ");
    !is_block && rule.matches('{').count() > rule.matches('}').count()
}

enum Verdict {
    Ports(BTreeSet<u16>),
    /// Everything that comes so far is refused.
    Rest,
    Usual,
    Unclear,
}

fn verdict(rule: &str) -> Verdict {
    let words: Vec<&str> = rule.split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    if matches!(words.first(), Some(&"drop" | &"reject")) {
        return Verdict::Rest;
    }
    let is_loopback = (has("iif") || has("iifname")) && (has("lo") || has("\"lo\""));
    let is_usual = [
        "established",
        "icmp",
        "icmpv6",
        "udp",
        "invalid",
        "ipv6-icmp",
        "igmp",
    ]
    .iter()
    .any(|word| rule.contains(word));
    let is_tcp = rule.contains("tcp dport") || rule.contains("th dport");
    if is_tcp {
        let after = words.iter().skip_while(|word| **word != "dport").skip(1);
        let listed: String = after
            .take_while(|word| {
                !matches!(
                    **word,
                    "accept" | "drop" | "reject" | "ct" | "counter" | "log" | "limit"
                )
            })
            .copied()
            .collect();
        let listed = listed.trim_matches(['{', '}']).trim_matches(',').to_owned();
        // Names of services are numbers elsewhere.
        let named = [("ssh", "22"), ("http", "80"), ("https", "443")];
        let numbers = listed.split(',').map(|port| {
            let number = named.iter().find(|(name, _)| *name == port);
            number.map_or(port, |(_, number)| *number)
        });
        let numbers: Vec<&str> = numbers.collect();
        return match (ports(&numbers.join(",")), has("accept")) {
            (Some(found), true) => Verdict::Ports(found),
            (Some(_), false) => Verdict::Usual,
            (None, _) => Verdict::Unclear,
        };
    }
    let lets_in = has("accept") || has("jump") || has("goto") || has("vmap");
    match is_loopback || is_usual || !lets_in {
        true => Verdict::Usual,
        false => Verdict::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rules: &str) -> Input {
        input(&format!(
            "#!/usr/sbin/nft -f\nflush ruleset\ntable inet filter {{\n\tchain input {{\n{rules}\n\t}}\n\tchain forward {{\n\t\ttype filter hook forward priority 0;\n\t}}\n}}\n"
        ))
    }

    #[test]
    fn a_chain_lets_in_ports() {
        let ports = |list: &[u16]| Input::Ports(list.iter().copied().collect());
        let usual = "type filter hook input priority 0; policy drop;\nct state established,related accept\niif lo accept\nicmp type echo-request accept\n";
        assert_eq!(
            of(&format!("{usual}tcp dport {{ 22, 80,\n 443 }} accept")),
            ports(&[22, 80, 443])
        );
        assert_eq!(
            of(&format!(
                "{usual}tcp dport ssh ct state new accept\nip saddr 10.0.0.0/8 tcp dport 5432 accept"
            )),
            ports(&[22, 5432])
        );
        assert_eq!(
            of("type filter hook input priority filter; policy accept;\ntcp dport 22 accept\ndrop"),
            ports(&[22])
        );
        assert_eq!(
            of("type filter hook input priority filter;\ntcp dport 22 accept"),
            Input::All
        );
        assert_eq!(of(&format!("{usual}iifname \"eth1\" accept")), Input::Unclear);
        assert_eq!(of(&format!("{usual}tcp dport @open accept")), Input::Unclear);
        assert_eq!(input(""), Input::All);
        assert_eq!(input("include \"/etc/nftables.d/*.nft\""), Input::Unclear);
    }
}
