//! What names tell: of images, of hosts, of groups.

/// What an image is: the role of the host that runs it elsewhere, and the port it listens on by default.
/// Ports: the service name registry of IANA and the documentation of each image.
const IMAGES: [(&str, &str, u16); 20] = [
    ("postgres", "db", 5432),
    ("postgis", "db", 5432),
    ("timescaledb", "db", 5432),
    ("pgvector", "db", 5432),
    ("mysql", "db", 3306),
    ("mariadb", "db", 3306),
    ("percona", "db", 3306),
    ("mongo", "db", 27017),
    ("redis", "cache", 6379),
    ("valkey", "cache", 6379),
    ("memcached", "cache", 11211),
    ("rabbitmq", "queue", 5672),
    ("nats", "queue", 4222),
    ("kafka", "queue", 9092),
    ("elasticsearch", "search", 9200),
    ("opensearch", "search", 9200),
    ("nginx", "web", 80),
    ("httpd", "web", 80),
    ("caddy", "web", 80),
    ("haproxy", "web", 80),
];

/// Parts of names of hosts that tell a role.
const ROLES: [(&str, &[&str]); 6] = [
    (
        "web",
        &["web", "www", "nginx", "frontend", "front", "proxy", "lb"],
    ),
    (
        "db",
        &[
            "db",
            "database",
            "sql",
            "postgres",
            "postgresql",
            "pg",
            "mysql",
            "mariadb",
            "mongo",
        ],
    ),
    ("backend", &["app", "api", "backend", "be"]),
    ("cache", &["cache", "redis", "valkey", "memcached"]),
    ("queue", &["queue", "mq", "rabbit", "rabbitmq", "kafka", "nats"]),
    ("worker", &["worker", "jobs", "sidekiq", "celery"]),
];

/// Parts of names that tell an environment.
const ENVIRONMENTS: [(&str, &[&str]); 2] = [
    ("production", &["production", "prod", "prd", "live"]),
    ("staging", &["staging", "stage", "stg", "preprod", "uat"]),
];

/// Parts of names of machines on which nothing is released.
const ELSEWHERE: [&str; 9] = [
    "dev",
    "devel",
    "development",
    "test",
    "testing",
    "local",
    "localhost",
    "vagrant",
    "sandbox",
];

/// The role and the port of an image, by the last part of its name.
pub(super) fn of_image(image: &str) -> Option<(&'static str, u16)> {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split([':', '@']).next().unwrap_or(name).to_ascii_lowercase();
    let known = |known: &&(&str, &str, u16)| name == known.0 || parts(&name).any(|part| part == known.0);
    IMAGES.iter().find(known).map(|(_, role, port)| (*role, *port))
}

/// The role that a name of a host tells.
pub(super) fn role(name: &str) -> Option<&'static str> {
    of_parts(name, &ROLES)
}

/// The environment that a name tells.
pub(super) fn environment(name: &str) -> Option<&'static str> {
    of_parts(name, &ENVIRONMENTS)
}

/// Whether a name tells that nothing is released there.
pub(super) fn is_elsewhere(name: &str) -> bool {
    parts(name).any(|part| ELSEWHERE.contains(&part))
}

fn of_parts<'t>(name: &str, table: &[(&'t str, &[&str])]) -> Option<&'t str> {
    let name = name.to_ascii_lowercase();
    let says = |part: &str, words: &[&str]| {
        let endings = ["servers", "server", "hosts", "nodes", "s"];
        let stems = endings.iter().filter_map(|ending| part.strip_suffix(ending));
        words.contains(&part) || stems.into_iter().any(|stem| words.contains(&stem))
    };
    let told = |(_, words): &&(&str, &[&str])| parts(&name).any(|part| says(part, words));
    table.iter().find(told).map(|(meaning, _)| *meaning)
}

/// `prod-db2` has `prod` and `db`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphabetic())
        .filter(|part| !part.is_empty())
}
