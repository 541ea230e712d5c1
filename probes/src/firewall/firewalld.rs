//! Files of firewalld: firewalld.conf(5), firewalld.zone(5), firewalld.service(5), firewalld.policy(5). Pure functions over text.

use std::collections::{BTreeMap, BTreeSet};

use super::ufw::ports;

/// A tag and its attributes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: BTreeMap<&'a str, &'a str>,
}

/// The tags of an XML file, closing ones and comments left out.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let Some((inside, behind)) = after.split_once('>') else {
            break;
        };
        rest = behind;
        if inside.starts_with(['/', '?', '!']) {
            continue;
        }
        let inside = inside.trim_end_matches('/');
        let name = inside.split_whitespace().next().unwrap_or_default();
        let mut attributes = BTreeMap::new();
        let mut pairs = inside.get(name.len()..).unwrap_or_default();
        while let Some((key, after)) = pairs.split_once('=') {
            let after = after.trim_start();
            let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                break;
            };
            let Some((value, behind)) = after.get(1..).and_then(|after| after.split_once(quote)) else {
                break;
            };
            attributes.insert(key.trim(), value);
            pairs = behind;
        }
        found.push(Tag { name, attributes });
    }
    found
}

/// The default zone of firewalld.conf; `public` where it names none.
pub(super) fn default_zone(text: &str) -> &str {
    let values = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("DefaultZone="));
    values
        .map(str::trim)
        .next_back()
        .filter(|zone| !zone.is_empty())
        .unwrap_or("public")
}

/// What a zone lets in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Zone {
    pub(super) accepts_all: bool,
    pub(super) ports: BTreeSet<u16>,
    pub(super) services: BTreeSet<String>,
    /// Why its ports are not all that counts.
    pub(super) unclear: Option<&'static str>,
}

/// A zone file.
pub(super) fn zone(text: &str) -> Zone {
    let mut zone = Zone::default();
    for tag in tags(text) {
        let attribute = |name: &str| tag.attributes.get(name).copied().unwrap_or_default();
        match tag.name {
            "zone" => zone.accepts_all = attribute("target") == "ACCEPT",
            "service" => {
                zone.services.insert(attribute("name").to_owned());
            }
            "port" if attribute("protocol") == "tcp" => match ports(attribute("port")) {
                Some(ports) => zone.ports.extend(ports),
                None => zone.unclear = Some("it has a range of ports"),
            },
            "rule" => zone.unclear = Some("it has rich rules"),
            "forward-port" => zone.unclear = Some("it forwards ports"),
            _ => {}
        }
    }
    zone
}

/// Whether a zone is chosen by interface or source, and not only by default.
pub(super) fn is_bound(text: &str) -> bool {
    tags(text)
        .iter()
        .any(|tag| matches!(tag.name, "interface" | "source"))
}

/// The TCP ports of a service file; none where it includes others.
pub(super) fn service(text: &str) -> Option<BTreeSet<u16>> {
    let mut found = BTreeSet::new();
    for tag in tags(text) {
        let attribute = |name: &str| tag.attributes.get(name).copied().unwrap_or_default();
        match tag.name {
            "include" => return None,
            "port" if attribute("protocol") == "tcp" => found.extend(ports(attribute("port"))?),
            _ => {}
        }
    }
    Some(found)
}

/// Whether a policy accepts what comes from the zone of containers.
pub(super) fn accepts_containers(text: &str) -> bool {
    let tags = tags(text);
    let from = |name: &str| {
        tags.iter()
            .any(|tag| tag.name == "ingress-zone" && tag.attributes.get("name") == Some(&name))
    };
    let accepts = tags
        .iter()
        .any(|tag| tag.name == "policy" && tag.attributes.get("target") == Some(&"ACCEPT"));
    accepts && (from("docker") || from("ANY"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_services_and_policies() {
        let text = "<?xml version=\"1.0\"?>\n<!-- <port port=\"1\" protocol=\"tcp\"/> -->\n<zone>\n <short>Public</short>\n \
                    <service name=\"ssh\"/>\n <port protocol='tcp' port=\"5432-5433\"/>\n <port port=\"53\" protocol=\"udp\"/>\n</zone>";
        let found = zone(text);
        assert_eq!(found.ports.into_iter().collect::<Vec<_>>(), [5432, 5433]);
        assert_eq!(found.services.into_iter().collect::<Vec<_>>(), ["ssh"]);
        assert!(zone("<zone target=\"ACCEPT\">").accepts_all);
        assert_eq!(
            zone("<zone><rule family=\"ipv4\">").unclear,
            Some("it has rich rules")
        );
        assert!(is_bound("<zone><interface name=\"eth0\"/></zone>") && !is_bound(text));
        assert_eq!(default_zone("# DefaultZone=x\nDefaultZone=drop\n"), "drop");
        assert_eq!(
            service("<service><port protocol=\"tcp\" port=\"5432\"/></service>")
                .unwrap()
                .len(),
            1
        );
        assert_eq!(service("<service><include service=\"http\"/></service>"), None);
        assert!(accepts_containers(
            "<policy target=\"ACCEPT\"><ingress-zone name=\"docker\"/><egress-zone name=\"ANY\"/></policy>"
        ));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[<>/a-z =\"'é!-]{0,120}") {
            let _ = (zone(&text), service(&text), accepts_containers(&text), is_bound(&text), default_zone(&text));
        }
    }
}
