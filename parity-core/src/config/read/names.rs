//! Names in `parity.toml` that stand for something in it: a typing error would be about nothing.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{Named, Reader};
use crate::config::{Config, Environment};
use crate::mistake::{Mistake, closest};

impl Reader<'_> {
    /// Facts for a target that no environment has would be laid over nothing.
    pub(super) fn check_facts(&mut self, table: &DeTable<'_>, config: &Config) {
        let environments = config.environments.values();
        let targets: Vec<String> = environments
            .flat_map(Environment::targets)
            .map(|(_, target)| target.to_string())
            .collect();
        let facts = table.iter().find(|(key, _)| key.get_ref() == "facts");
        let Some(DeValue::Table(facts)) = facts.map(|(_, value)| value.get_ref()) else {
            return;
        };
        for (name, _) in facts
            .iter()
            .filter(|(name, _)| !targets.iter().any(|t| t == name.get_ref()))
        {
            let mistake = Mistake::new(
                name.span(),
                format!("no environment has the target `{}`", name.get_ref()),
            );
            let meant = closest(name.get_ref(), targets.iter().map(String::as_str));
            self.mistakes.push(match meant {
                Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
                None => mistake.help("write the target as the environment has it, in quotes"),
            });
        }
    }

    /// A link or an artifact names a role that no environment has: a typing error that would judge nothing.
    pub(super) fn check_roles(&mut self, table: &DeTable<'_>, config: &Config) {
        let mut roles: Vec<&str> = config
            .environments
            .values()
            .flat_map(|e| e.roles.keys())
            .map(String::as_str)
            .collect();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            return;
        }
        let mut check = |name: &str, span: Range<usize>| {
            if !roles.contains(&name) {
                let mistake = Mistake::new(span, format!("no environment has the role `{name}`"));
                self.mistakes.push(suggest(mistake, name, &roles));
            }
        };
        for artifact in &config.artifacts {
            check(&artifact.role, artifact.span.clone());
        }
        let links = table
            .iter()
            .find(|(key, _)| key.get_ref() == "links")
            .map(|(_, value)| value.get_ref());
        if let Some(DeValue::Array(items)) = links {
            for item in items {
                let DeValue::Table(link) = item.get_ref() else {
                    continue;
                };
                for (key, value) in link {
                    if let (true, DeValue::String(role)) =
                        (matches!(key.get_ref().as_ref(), "from" | "to"), value.get_ref())
                    {
                        check(role, value.span());
                    }
                }
            }
        }
    }

    /// An entry of the policy names a role or an environment that there is not: it would be about no host.
    pub(super) fn check_scopes(&mut self, config: &Config) {
        let environments: Vec<&str> = config.environments.keys().map(String::as_str).collect();
        let mut roles: Vec<&str> = config
            .environments
            .values()
            .flat_map(|environment| environment.roles.keys())
            .map(String::as_str)
            .collect();
        roles.sort_unstable();
        roles.dedup();
        for (named, name) in std::mem::take(&mut self.scopes) {
            let (known, message) = match named {
                Named::Role => (&roles, format!("no environment has the role `{}`", name.value)),
                Named::Environment => (&environments, format!("there is no environment `{}`", name.value)),
            };
            if !known.is_empty() && !known.contains(&name.value.as_str()) {
                self.mistakes
                    .push(suggest(Mistake::new(name.span, message), &name.value, known));
            }
        }
    }
}

/// The mistake, with the known word that was meant, or else all of them.
pub(super) fn suggest(mistake: Mistake, wrong: &str, known: &[&str]) -> Mistake {
    match closest(wrong, known.iter().copied()) {
        Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
        None => mistake.help(format!("there are {}", known.join(", "))),
    }
}
