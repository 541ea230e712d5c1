//! Reads `parity.toml`, all mistakes at once.

mod entries;
mod names;
mod policy;
mod waivers;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ArtifactEntry, Config, Environment, Placed, Vocabulary, stays_below};
use crate::judge::Link;
use crate::mistake::{Mistake, closest, line_of};
use crate::server::ServerAddress;
use crate::target::Target;

type Value<'a> = Spanned<DeValue<'a>>;

pub(super) fn read(text: &str, known: &Vocabulary) -> Result<Config, Vec<Mistake>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let syntax = errors
        .iter()
        .map(|error| Mistake::new(error.span().unwrap_or(0..0), error.message().trim().to_owned()));
    let mut reader = Reader {
        text,
        known,
        mistakes: syntax.collect(),
        scopes: Vec::new(),
    };
    let config = reader.config(table.get_ref());
    reader.mistakes.sort_by_key(|mistake| mistake.span.start);
    if reader.mistakes.is_empty() {
        Ok(config)
    } else {
        Err(reader.mistakes)
    }
}

struct Reader<'t> {
    text: &'t str,
    known: &'t Vocabulary,
    mistakes: Vec<Mistake>,
    /// Roles and environments that entries of the policy name.
    scopes: Vec<(Named, Placed<String>)>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Role,
    Environment,
}

impl Reader<'_> {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        let known = [
            "artifacts",
            "environments",
            "links",
            "dev",
            "facts",
            "policy",
            "waivers",
        ];
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "artifacts" => self.artifacts(value, &mut config),
                "environments" => self.environments(value, &mut config),
                "links" => config.links = self.links(value),
                "dev" => config.dev = self.dev(value),
                "facts" => config.facts = self.facts(value),
                "policy" => self.policy(value, &mut config),
                "waivers" => config.policy.waivers = self.waivers(value),
                _ => self.unknown_key(key, &known),
            }
        }
        self.check_roles(table, &config);
        self.check_facts(table, &config);
        self.check_scopes(&config);
        config
    }

    fn artifacts(&mut self, value: &Value<'_>, config: &mut Config) {
        let Some(table) = self.table(value, "artifacts by role: `backend = [\"target/release/app\"]`") else {
            return;
        };
        for (role, paths) in table {
            for path in self.one_or_many(paths, "a path, or a list of paths") {
                if let Some(path) = self.path(path) {
                    config.artifacts.push(ArtifactEntry {
                        role: role.get_ref().to_string(),
                        path: path.value,
                        span: path.span,
                    });
                }
            }
        }
    }

    fn environments(&mut self, value: &Value<'_>, config: &mut Config) {
        let what = "environments by name: `[environments.production]`";
        let Some(table) = self.table(value, what) else {
            return;
        };
        for (name, roles) in table {
            let Some(roles) = self.table(roles, "targets by role: `web = [\"ssh://web1\"]`") else {
                continue;
            };
            let mut environment = Environment::default();
            let mut seen: BTreeMap<(String, String), Range<usize>> = BTreeMap::new();
            for (role, targets) in roles {
                let role = role.get_ref().to_string();
                let mut placed = Vec::new();
                for target in self.one_or_many(targets, "a target, or a list of targets") {
                    let Some(target) = self.target(target) else {
                        continue;
                    };
                    let key = (role.clone(), target.value.to_string());
                    if let Some(first) = seen.get(&key) {
                        let message = format!("`{}` is listed twice in the role `{role}`", target.value);
                        let mistake =
                            Mistake::new(target.span.clone(), message).help("remove one of the two");
                        self.mistakes
                            .push(mistake.related(first.clone(), "first listed here"));
                        continue;
                    }
                    seen.insert(key, target.span.clone());
                    placed.push(target);
                }
                environment.roles.insert(role, placed);
            }
            if environment.targets().next().is_none() {
                let message = format!("the environment `{}` has no target", name.get_ref());
                self.mistakes.push(
                    Mistake::new(name.span(), message).help("name at least one: web = [\"ssh://HOST\"]"),
                );
            }
            config
                .environments
                .insert(name.get_ref().to_string(), environment);
        }
    }

    fn links(&mut self, value: &Value<'_>) -> Vec<Link> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(value, "`links` is a list of tables: `[[links]]`");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.link(item)).collect()
    }

    fn link(&mut self, item: &Value<'_>) -> Option<Link> {
        let table = self.table(item, "a link: `from`, `to` and `port`")?;
        let (mut from, mut to, mut port) = (None, None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "from" => from = self.text(value, "the role that connects"),
                "to" => to = self.text(value, "the role that listens"),
                "port" => port = self.port(value),
                _ => self.unknown_key(key, &["from", "to", "port"]),
            }
        }
        for (name, missing) in [
            ("from", from.is_none()),
            ("to", to.is_none()),
            ("port", port.is_none()),
        ] {
            if missing && !table.iter().any(|(key, _)| key.get_ref() == name) {
                self.wrong(item, &format!("this link has no `{name}`"));
            }
        }
        Some(Link {
            from: from?.value,
            to: to?.value,
            port: port?,
        })
    }

    fn port(&mut self, value: &Value<'_>) -> Option<u16> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse::<u16>().ok().filter(|port| *port > 0),
            _ => None,
        };
        if number.is_none() {
            self.wrong(value, "a port is a number from 1 to 65535");
        }
        number
    }

    fn dev(&mut self, value: &Value<'_>) -> Option<Target> {
        let table = self.table(value, "`target = \"…\"`")?;
        let mut target = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "target" => target = self.target(value).map(|placed| placed.value),
                _ => self.unknown_key(key, &["target"]),
            }
        }
        target
    }

    fn facts(&mut self, value: &Value<'_>) -> BTreeMap<String, Vec<Target>> {
        let what = "files or servers by target: `\"ssh://db1\" = \"facts/db1.toml\"`";
        let Some(table) = self.table(value, what) else {
            return BTreeMap::new();
        };
        let mut facts = BTreeMap::new();
        for (target, sources) in table {
            let sources = self.one_or_many(sources, "a file of facts, a server, or a list of them");
            let sources = sources
                .into_iter()
                .filter_map(|source| self.source_of_facts(source));
            facts.insert(target.get_ref().to_string(), sources.collect());
        }
        facts
    }

    /// A server, or else the path of a file.
    fn source_of_facts(&mut self, value: &Value<'_>) -> Option<Target> {
        let is_server = value.get_ref().as_str().and_then(ServerAddress::parse).is_some();
        match is_server {
            true => self.target(value).map(|target| target.value),
            false => self.path(value).map(|path| Target::Facts(path.value)),
        }
    }

    fn target(&mut self, value: &Value<'_>) -> Option<Placed<Target>> {
        let text = self.text(value, "a target")?;
        match Target::parse(&text.value) {
            Ok(target)
                if target
                    .path()
                    .is_some_and(|path| path.is_relative() && !stays_below(path)) =>
            {
                self.leads_out(text.span);
                None
            }
            Ok(target) => Some(Placed {
                value: target,
                span: text.span,
            }),
            Err(error) => {
                self.mistakes.push(Mistake::new(text.span, error.to_string()));
                None
            }
        }
    }

    fn path(&mut self, value: &Value<'_>) -> Option<Placed<PathBuf>> {
        let text = self.text(value, "a path")?;
        let path = PathBuf::from(&text.value);
        if !stays_below(&path) || text.value.is_empty() {
            self.leads_out(text.span);
            return None;
        }
        Some(Placed {
            value: path,
            span: text.span,
        })
    }

    fn leads_out(&mut self, span: Range<usize>) {
        let mistake = Mistake::new(span, "the path leads out of the directory of this file");
        self.mistakes
            .push(mistake.help("write a path without `..`; other paths go on the command line"));
    }

    fn text(&mut self, value: &Value<'_>, what: &str) -> Option<Placed<String>> {
        match value.get_ref() {
            DeValue::String(text) => Some(Placed {
                value: text.to_string(),
                span: value.span(),
            }),
            _ => {
                self.wrong(value, &format!("expected {what}, in quotes"));
                None
            }
        }
    }

    fn table<'v, 'a>(&mut self, value: &'v Value<'a>, what: &str) -> Option<&'v DeTable<'a>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.wrong(value, &format!("expected {what}"));
                None
            }
        }
    }

    fn one_or_many<'v, 'a>(&mut self, value: &'v Value<'a>, what: &str) -> Vec<&'v Value<'a>> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            DeValue::String(_) => vec![value],
            _ => {
                self.wrong(value, &format!("expected {what}"));
                Vec::new()
            }
        }
    }

    /// The line of a place, counted from 1.
    fn line(&self, span: &Range<usize>) -> usize {
        line_of(self.text, span.start)
    }

    fn unknown_key(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&str]) {
        let name = key.get_ref();
        let mistake = Mistake::new(key.span(), format!("unknown key `{name}`"));
        self.mistakes.push(match closest(name, known.iter().copied()) {
            Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
            None => mistake.help(format!("known here: {}", known.join(", "))),
        });
    }

    fn wrong(&mut self, value: &Value<'_>, message: &str) {
        self.mistakes.push(Mistake::new(value.span(), message));
    }
}

#[cfg(test)]
mod tests;
