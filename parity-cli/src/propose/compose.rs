//! Links between roles, from what a compose file starts together. Of variables only names are looked at.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::files::Files;
use super::{Link, Said, names};

const FILES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
];

/// Files that show which variables a program wants.
const EXAMPLES: [&str; 4] = [".env.example", ".env.sample", ".env.dist", ".env.template"];

/// Names of variables that tell to what a program connects, by how they begin.
const VARIABLES: [(&str, &str, u16); 12] = [
    ("POSTGRES", "db", 5432),
    ("PGHOST", "db", 5432),
    ("MYSQL", "db", 3306),
    ("MARIADB", "db", 3306),
    ("MONGO", "db", 27017),
    ("REDIS", "cache", 6379),
    ("VALKEY", "cache", 6379),
    ("MEMCACHE", "cache", 11211),
    ("AMQP", "queue", 5672),
    ("RABBITMQ", "queue", 5672),
    ("KAFKA", "queue", 9092),
    ("ELASTICSEARCH", "search", 9200),
];

/// What a variable ends with that tells a place.
const PLACES: [&str; 6] = ["_URL", "_URI", "_HOST", "_DSN", "_SERVER", "PGHOST"];

/// A service of a compose file.
#[derive(Debug)]
pub(super) struct Service {
    file: &'static str,
    name: String,
    image: Option<String>,
    /// What its image is, where that is something known.
    known: Option<(&'static str, u16)>,
    /// The ports it publishes or exposes, inside the container.
    ports: Vec<u16>,
    depends_on: Vec<String>,
    variables: Vec<String>,
}

/// The services of the first compose file there is.
pub(super) fn services(files: &Files) -> Vec<Service> {
    let Some((file, document)) = FILES.iter().find_map(|file| Some((*file, files.yaml(file)?))) else {
        return Vec::new();
    };
    let services = document.get("services").and_then(Value::as_object);
    let services = services.into_iter().flatten();
    services
        .map(|(name, service)| of_service(file, name, service))
        .collect()
}

fn of_service(file: &'static str, name: &str, service: &Value) -> Service {
    let image = service.get("image").and_then(Value::as_str);
    let ports = |key: &str| {
        service
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let ports = ports("ports").into_iter().chain(ports("expose"));
    Service {
        file,
        name: name.to_owned(),
        known: image.and_then(names::of_image),
        image: image.map(str::to_owned),
        ports: ports.filter_map(|port| inner_port(&port)).collect(),
        depends_on: keys(service.get("depends_on")),
        variables: keys(service.get("environment"))
            .iter()
            .map(|variable| variable.split('=').next().unwrap_or(variable).to_owned())
            .collect(),
    }
}

/// The members of a list, or the keys of a table.
fn keys(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::Object(table)) => table.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// `127.0.0.1:8080:80/tcp` is 80 inside.
fn inner_port(port: &Value) -> Option<u16> {
    let port = match port {
        Value::Object(table) => table.get("target")?,
        port => port,
    };
    match port {
        Value::Number(number) => u16::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.split('/').next()?.rsplit(':').next()?.parse().ok(),
        _ => None,
    }
}

/// Who connects to whom: services that depend on others, and variables that name a place.
pub(super) fn links(services: &[Service], files: &Files, application: &str) -> Vec<Said<Link>> {
    let by_name: BTreeMap<&str, &Service> = services.iter().map(|s| (s.name.as_str(), s)).collect();
    let role = |service: &Service| service.known.map_or(application, |(role, _)| role).to_owned();
    let mut links: Vec<Said<Link>> = Vec::new();
    for service in services {
        for other in service
            .depends_on
            .iter()
            .filter_map(|name| by_name.get(name.as_str()))
        {
            let port = other.known.map(|(_, port)| port).or(other.ports.first().copied());
            let (from, to) = (role(service), role(other));
            let (Some(port), true) = (port, from != to) else {
                continue;
            };
            let what = other.image.as_deref().unwrap_or("built here");
            let why = format!(
                "{}: `{}` depends on `{}` ({what}).",
                service.file, service.name, other.name
            );
            add(&mut links, Link { from, to, port }, why);
        }
    }
    for (place, variable) in variables(services, files) {
        let Some((_, to, port)) = VARIABLES.iter().find(|(start, ..)| is_place(&variable, start)) else {
            continue;
        };
        let link = Link {
            from: application.to_owned(),
            to: (*to).to_owned(),
            port: *port,
        };
        add(&mut links, link, format!("{place}: the variable {variable}."));
    }
    links
}

/// Names of variables, and where they stand.
fn variables(services: &[Service], files: &Files) -> BTreeSet<(String, String)> {
    let own = services.iter().filter(|service| service.known.is_none());
    let composed = own.flat_map(|service| {
        let place = format!("{}, `{}`", service.file, service.name);
        service
            .variables
            .iter()
            .map(move |variable| (place.clone(), variable.clone()))
    });
    let examples = EXAMPLES.iter().flat_map(|file| {
        let text = files.text(file).unwrap_or_default();
        let names = text.lines().filter_map(|line| line.split_once('='));
        let names: Vec<String> = names.map(|(name, _)| name.trim().to_owned()).collect();
        names.into_iter().map(|name| ((*file).to_owned(), name))
    });
    composed.chain(examples).collect()
}

fn is_place(variable: &str, start: &str) -> bool {
    let name = variable.to_ascii_uppercase();
    name.starts_with(start) && PLACES.iter().any(|end| name.ends_with(end))
}

/// One of a kind: the first reason stays.
fn add(links: &mut Vec<Said<Link>>, link: Link, why: String) {
    let same = |known: &Said<Link>| known.value == link;
    if link.from != link.to && !links.iter().any(same) {
        links.push(Said { value: link, why });
    }
}
