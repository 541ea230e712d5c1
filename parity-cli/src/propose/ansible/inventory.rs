//! One inventory: groups, their hosts and their variables.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

type Variables = BTreeMap<String, String>;

/// Groups that every inventory has.
const IMPLICIT: [&str; 2] = ["all", "ungrouped"];

/// As many hosts a pattern stands for.
const MAX_RANGE: u32 = 200;

/// As deep as groups are followed.
const DEPTH: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Inventory {
    groups: BTreeMap<String, Group>,
    hosts: BTreeMap<String, Variables>,
}

#[derive(Debug, Default)]
struct Group {
    hosts: BTreeSet<String>,
    children: BTreeSet<String>,
    variables: Variables,
}

impl Inventory {
    /// `None` for a text that is no inventory.
    pub(super) fn read(file: &str, text: &str) -> Option<Inventory> {
        let mut inventory = Inventory::default();
        if file.ends_with(".yml") || file.ends_with(".yaml") {
            let document: Value = serde_saphyr::from_str(text).ok()?;
            for (name, group) in document.as_object()? {
                inventory.add_group(name, group, 0)?;
            }
        } else {
            inventory.read_ini(text)?;
        }
        (!inventory.hosts.is_empty()).then_some(inventory)
    }

    fn add_group(&mut self, name: &str, group: &Value, depth: usize) -> Option<()> {
        let fields = match group {
            Value::Object(fields) if depth < DEPTH => fields,
            Value::Null => return Some(()),
            _ => return None,
        };
        let known = |key: &String| ["hosts", "children", "vars"].contains(&key.as_str());
        if !fields.keys().all(known) {
            return None;
        }
        let members = |key: &str| fields.get(key).and_then(Value::as_object).into_iter().flatten();
        for (pattern, variables) in members("hosts") {
            for host in expand(pattern) {
                self.hosts
                    .entry(host.clone())
                    .or_default()
                    .extend(texts(variables));
                self.groups.entry(name.to_owned()).or_default().hosts.insert(host);
            }
        }
        let own = fields.get("vars").map(texts).unwrap_or_default();
        self.groups
            .entry(name.to_owned())
            .or_default()
            .variables
            .extend(own);
        for (child, group) in members("children") {
            self.groups
                .entry(name.to_owned())
                .or_default()
                .children
                .insert(child.clone());
            self.add_group(child, group, depth + 1)?;
        }
        Some(())
    }

    fn read_ini(&mut self, text: &str) -> Option<()> {
        let (mut group, mut kind) = ("ungrouped".to_owned(), "");
        let mut has_group = false;
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
                let (name, rest) = header.split_once(':').unwrap_or((header, ""));
                kind = match rest {
                    "" => "",
                    "vars" => "vars",
                    "children" => "children",
                    _ => return None,
                };
                group = name.trim().to_owned();
                has_group = true;
                continue;
            }
            let words = words(line);
            let (first, rest) = words.split_first()?;
            let entry = self.groups.entry(group.clone()).or_default();
            match kind {
                "vars" => {
                    let (name, value) = line.split_once('=')?;
                    entry
                        .variables
                        .insert(name.trim().to_owned(), unquoted(value.trim()));
                }
                "children" => drop(entry.children.insert(first.clone())),
                _ => {
                    let variables: Vec<(&str, &str)> =
                        rest.iter().map_while(|word| word.split_once('=')).collect();
                    for host in expand(first) {
                        entry.hosts.insert(host.clone());
                        let own = variables
                            .iter()
                            .map(|(name, value)| ((*name).to_owned(), unquoted(value)));
                        self.hosts.entry(host).or_default().extend(own);
                    }
                }
            }
        }
        has_group.then_some(())
    }

    pub(super) fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.keys().map(String::as_str)
    }

    /// Groups that name the host themselves.
    pub(super) fn own_groups_of(&self, host: &str) -> Vec<&str> {
        let named = self.groups.iter().filter(|(_, group)| group.hosts.contains(host));
        named
            .map(|(name, _)| name.as_str())
            .filter(|name| !IMPLICIT.contains(name))
            .collect()
    }

    /// Every group it is in, the nearest first.
    pub(super) fn groups_of(&self, host: &str) -> Vec<&str> {
        let mut found: Vec<&str> = self.own_groups_of(host);
        let mut from = 0;
        while let Some(child) = found.get(from).copied() {
            from += 1;
            let parents = self
                .groups
                .iter()
                .filter(|(_, group)| group.children.contains(child));
            for (name, _) in parents {
                if !found.contains(&name.as_str()) {
                    found.push(name);
                }
            }
        }
        found
    }

    /// How ssh reaches a host; nothing for one that ssh does not reach.
    pub(super) fn target(&self, host: &str) -> Result<Option<String>, &'static str> {
        let connection = self.variable(host, "connection");
        if connection.is_some_and(|how| !["ssh", "smart", "paramiko"].contains(&how)) || host == "localhost" {
            return Ok(None);
        }
        let address = self.variable(host, "host").unwrap_or(host);
        let user = self.variable(host, "user").map(|user| format!("{user}@"));
        let port = self.variable(host, "port").map(|port| format!(":{port}"));
        let (user, port) = (user.unwrap_or_default(), port.unwrap_or_default());
        let address = match address.contains(':') {
            true => format!("[{address}]"),
            false => address.to_owned(),
        };
        match [&user, &address, &port].iter().any(|part| part.contains("{{")) {
            true => Err("its address is made by a template"),
            false => Ok(Some(format!("ssh://{user}{address}{port}"))),
        }
    }

    /// `ansible_NAME`, or as it was called before: of the host, else of its groups, else of all.
    fn variable(&self, host: &str, name: &str) -> Option<&str> {
        let of = |variables: &'_ Variables| {
            let names = [format!("ansible_{name}"), format!("ansible_ssh_{name}")];
            names.iter().find_map(|name| variables.get(name)).cloned()
        };
        let own = self.hosts.get(host);
        let groups = self.groups_of(host).into_iter().chain(IMPLICIT);
        let inherited = groups
            .filter_map(|group| self.groups.get(group))
            .map(|group| &group.variables);
        let found = own
            .into_iter()
            .chain(inherited)
            .find(|variables| of(variables).is_some())?;
        let names = [format!("ansible_{name}"), format!("ansible_ssh_{name}")];
        names.iter().find_map(|name| found.get(name)).map(String::as_str)
    }
}

/// Variables that are one text or one number.
fn texts(value: &Value) -> Variables {
    let fields = value.as_object().into_iter().flatten();
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Some((name.clone(), text.clone())),
        Value::Number(number) => Some((name.clone(), number.to_string())),
        _ => None,
    };
    fields.filter_map(text).collect()
}

/// Words of a line, up to a comment; quotes hold spaces together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '#') if word.is_empty() => break,
            (None, c) if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (_, c) => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

/// `web[01:03].example` stands for three hosts.
fn expand(pattern: &str) -> Vec<String> {
    let plain = || vec![pattern.to_owned()];
    let Some((before, rest)) = pattern.split_once('[') else {
        return plain();
    };
    let Some((range, after)) = rest.split_once(']') else {
        return plain();
    };
    let Some((from, to)) = range.split_once(':') else {
        return plain();
    };
    let letter = |text: &str| {
        text.chars()
            .next()
            .filter(|c| text.len() == 1 && c.is_ascii_alphabetic())
    };
    let names: Vec<String> = match (from.parse::<u32>(), to.parse::<u32>(), letter(from), letter(to)) {
        (Ok(first), Ok(last), ..) if last.saturating_sub(first) < MAX_RANGE => (first..=last)
            .map(|n| format!("{n:0width$}", width = from.len()))
            .collect(),
        (.., Some(first), Some(last)) => (first..=last).map(String::from).collect(),
        _ => return plain(),
    };
    let expanded = names.iter().map(|name| format!("{before}{name}{after}"));
    // A second range in the same name.
    expanded
        .flat_map(|name| match after.contains('[') && names.len() < 20 {
            true => expand(&name),
            false => vec![name],
        })
        .collect()
}
