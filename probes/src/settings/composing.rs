//! What compose files ask of the host: a name that only Docker Desktop gives, labels of SELinux, and what `started` reads.

use serde_json::Value;

use super::said::Said;
use super::{bridged, modules, started};
use crate::text::yaml_options;

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose."))
}

/// What a file asks of the tool; a file that is no YAML is told by the probe `compose`.
pub(super) fn read(text: &str, said: &mut Said) {
    let Ok(file) = serde_saphyr::from_str_with_options::<Value>(text, yaml_options()) else {
        return;
    };
    let Some(services) = file.get("services").and_then(Value::as_object) else {
        return;
    };
    aliases(text, services, said);
    bridged::composed(text, services, said);
    binds(text, services, said);
    quoted(text, services, said);
    started::read(text, &file, services, said);
    for service in services.values() {
        modules::composed(service, |word| line_of(text, word), said);
    }
}

/// Directories of the project in a container that nothing relabels (`:z`, `:Z`, `selinux:`), and that keeps its confinement.
fn binds(text: &str, services: &serde_json::Map<String, Value>, said: &mut Said) {
    for (name, service) in services {
        let options = service
            .get("security_opt")
            .map(Value::to_string)
            .unwrap_or_default();
        let is_free =
            options.contains("label") || service.get("privileged").and_then(Value::as_bool) == Some(true);
        let volumes = service
            .get("volumes")
            .and_then(Value::as_array)
            .filter(|_| !is_free);
        let own = volumes
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .find(|volume| {
                let mut parts = volume.split(':');
                let is_own = parts
                    .next()
                    .is_some_and(|source| source.starts_with("./") || source.starts_with("../"));
                let options = parts.nth(1).unwrap_or_default();
                is_own && !options.split(',').any(|option| option.eq_ignore_ascii_case("z"))
            });
        if let Some(volume) = own {
            said.add("compose-file.unlabelled", name, volume, line_of(text, volume));
        }
    }
}

/// Variables of a list whose values stand between quotes: YAML leaves those in them, and the program gets them
/// (`- TZ="Europe/Berlin"`; the quotes have to be around all of it).
fn quoted(text: &str, services: &serde_json::Map<String, Value>, said: &mut Said) {
    for (name, service) in services {
        let listed = service.get("environment").and_then(Value::as_array);
        for (variable, value) in listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter_map(|it| it.split_once('='))
        {
            let inner = ['"', '\'']
                .into_iter()
                .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
            let is_plain =
                inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['"', '\'', '{', '[']));
            if is_plain {
                let key = format!("{name}:{variable}");
                said.add(
                    "compose-file.quoted",
                    key,
                    "quotes",
                    line_of(text, &format!("{variable}=")),
                );
            }
        }
    }
}

/// The name by which containers of Docker Desktop reach the host; elsewhere it has to be given to them.
const ALIAS: &str = "host.docker.internal";

fn aliases(text: &str, services: &serde_json::Map<String, Value>, said: &mut Said) {
    for (name, service) in services {
        let is_used = ["environment", "command", "entrypoint"]
            .iter()
            .filter_map(|part| service.get(part))
            .any(|part| part.to_string().contains(ALIAS));
        let is_given = service
            .get("extra_hosts")
            .is_some_and(|hosts| hosts.to_string().contains(ALIAS));
        let is_host = service.get("network_mode").and_then(Value::as_str) == Some("host");
        if is_used && !is_given && !is_host {
            said.add("compose-file.host-alias", name, ALIAS, line_of(text, ALIAS));
        }
    }
}

/// The first line that has the word, else the first of all.
pub(super) fn line_of(text: &str, word: &str) -> u32 {
    let word = word.split(' ').next().unwrap_or(word);
    let at = text.lines().position(|line| line.contains(word)).unwrap_or(0);
    u32::try_from(at).unwrap_or(0).saturating_add(1)
}
