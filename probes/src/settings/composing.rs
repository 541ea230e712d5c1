//! Elements of compose files by the version of Docker Compose that takes them.
//!
//! Source: <https://docs.docker.com/reference/compose-file/> ("Requires Docker Compose …"),
//! <https://docs.docker.com/compose/releases/release-notes/>, and the table of formats in
//! <https://github.com/docker/compose/blob/v1/CHANGELOG.md>.

use serde_json::Value;

use super::said::Said;

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose."))
}

/// First version of `docker-compose` for a `version`; the lists of version 1 of the tool.
#[rustfmt::skip]
const FORMATS: &[(&str, &str)] = &[
    ("2", "1.6.0"), ("2.0", "1.6.0"), ("2.1", "1.9.0"), ("2.2", "1.13.0"), ("2.3", "1.16.0"), ("2.4", "1.21.0"),
    ("3", "1.10.0"), ("3.0", "1.10.0"), ("3.1", "1.11.0"), ("3.2", "1.12.0"), ("3.3", "1.14.0"), ("3.4", "1.17.0"),
    ("3.5", "1.18.0"), ("3.6", "1.20.0"), ("3.7", "1.22.0"), ("3.8", "1.25.5"), ("3.9", "1.27.0"),
];

/// Since this version the formats 2 and 3 are one, and `version` need not be there.
const MERGED: &str = "1.27.0";

/// Elements at the top of the file.
#[rustfmt::skip]
const TOP: &[(&str, &str)] = &[("include", "2.20.0"), ("models", "2.38.0"), ("name", "2.3.3")];

/// Elements of a service.
#[rustfmt::skip]
const SERVICE: &[(&str, &str)] = &[
    ("/annotations", "2.16.0"), ("/attach", "2.20.0"), ("/build/additional_contexts", "2.17.0"), ("/build/dockerfile_inline", "2.17.0"),
    ("/build/entitlements", "2.27.1"), ("/build/privileged", "2.15.0"), ("/build/secrets", "2.5.0"), ("/build/ssh", "2.2.0"), ("/build/tags", "2.6.0"),
    ("/deploy/resources/reservations/devices", "1.28.0"), ("/develop", "2.22.0"), ("/gpus", "2.30.0"), ("/healthcheck/start_interval", "2.20.3"),
    ("/label_file", "2.32.2"), ("/post_start", "2.30.0"), ("/pre_stop", "2.30.0"), ("/profiles", "1.28.0"), ("/provider", "2.36.0"),
    ("/pull_policy", "2.0.0"), ("/use_api_socket", "2.37.0"),
];

/// What a file asks of the tool; a file that is no YAML is told by the probe `compose`.
pub(super) fn read(text: &str, said: &mut Said) {
    let options = serde_saphyr::options! { with_snippet: false };
    let Ok(file) = serde_saphyr::from_str_with_options::<Value>(text, options) else {
        return;
    };
    let Some(services) = file.get("services").and_then(Value::as_object) else {
        return;
    };
    let mut needs = |what: &str, since: &str| {
        let line = line_of(text, what);
        said.add("compose-file.needs", what, since, line);
    };
    let version = file
        .get("version")
        .map(|version| version.to_string().trim_matches('"').to_owned());
    match version.as_deref() {
        None => needs("a file without version", MERGED),
        Some(version) => {
            if let Some((_, since)) = FORMATS.iter().find(|(format, _)| *format == version) {
                needs(&format!("version {version}"), since);
            }
        }
    }
    let is_third = version.as_deref().is_some_and(|version| version.starts_with('3'));
    for (name, since) in TOP.iter().filter(|(name, _)| file.get(name).is_some()) {
        needs(name, since);
    }
    for service in services.values() {
        for (pointer, since) in SERVICE
            .iter()
            .filter(|(pointer, _)| service.pointer(pointer).is_some())
        {
            needs(
                pointer
                    .trim_start_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap_or(pointer),
                since,
            );
        }
        let depends = service.get("depends_on").and_then(Value::as_object);
        let has = |name: &str| depends.is_some_and(|all| all.values().any(|one| one.get(name).is_some()));
        if is_third && depends.is_some() {
            needs("depends_on with conditions", MERGED);
        }
        if has("required") {
            needs("depends_on with required", "2.20.2");
        }
        if has("restart") {
            needs("depends_on with restart", "2.17.0");
        }
        let files = service.get("env_file").and_then(Value::as_array);
        if files.is_some_and(|files| files.iter().any(Value::is_object)) {
            needs("env_file with path", "2.24.0");
        }
    }
    for tag in ["!reset", "!override"]
        .iter()
        .filter(|tag| text.contains(&format!(" {tag}")))
    {
        needs(tag, "2.24.4");
    }
    aliases(text, services, said);
    binds(text, services, said);
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
fn line_of(text: &str, word: &str) -> u32 {
    let word = word.split(' ').next().unwrap_or(word);
    let at = text.lines().position(|line| line.contains(word)).unwrap_or(0);
    u32::try_from(at).unwrap_or(0).saturating_add(1)
}
