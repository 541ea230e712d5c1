use std::fs;

use parity_core::config::Config;

use super::*;

/// What is proposed for a project of these files.
fn proposed(files: &[(&str, &str)]) -> (String, Config) {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let proposal = look(directory.path(), Some(&directory.path().join("home")));
    let text = write(&proposal);
    let config = Config::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"));
    (text, config)
}

/// `environment role target` of every host.
fn hosts(config: &Config) -> Vec<String> {
    let environments = config.environments.iter();
    environments
        .flat_map(|(name, environment)| {
            environment
                .targets()
                .map(move |(role, target)| format!("{name} {role} {target}"))
        })
        .collect()
}

const INVENTORY: &str = "\
jump ansible_host=10.0.0.1
[webservers]
web[01:02].example ansible_user=deploy # the first two
[databases]
db1 ansible_host=10.0.0.9 ansible_port=2222
local1 ansible_connection=local
made ansible_host=\"{{ address }}\"
[databases:vars]
ansible_user = postgres
[production:children]
webservers
databases
";

#[test]
fn groups_of_an_inventory_are_roles() {
    let (text, config) = proposed(&[("hosts.ini", INVENTORY)]);
    assert_eq!(
        hosts(&config),
        [
            "production databases ssh://postgres@10.0.0.9:2222",
            "production webservers ssh://deploy@web01.example",
            "production webservers ssh://deploy@web02.example",
        ]
    );
    assert!(text.contains("hosts.ini, the group `webservers`"), "{text}");
    assert!(
        text.contains("#   ssh://10.0.0.1: from hosts.ini, which gives it no group"),
        "{text}"
    );
    assert!(text.contains("made: its address is made by a template"), "{text}");
}

#[test]
fn inventories_in_yaml_and_by_environment() {
    let yaml = "all:\n  vars: {ansible_user: ops}\n  children:\n    app:\n      hosts:\n        a1: {ansible_host: a1.example}\n        a2:\n    db:\n      hosts: {d1: }\n";
    let (_, config) = proposed(&[
        ("ansible/inventories/production/hosts.yml", yaml),
        (
            "ansible/inventories/staging/hosts.yml",
            "app:\n  hosts:\n    s1: {ansible_port: 2200}\n",
        ),
        ("ansible/inventories/dev/hosts.yml", "app:\n  hosts: {v1: }\n"),
        (
            "ansible/inventories/production/group_vars/all.yml",
            "app: {hosts: {no: }}",
        ),
        ("main.yml", "- hosts: app\n"),
    ]);
    assert_eq!(
        hosts(&config),
        [
            "production app ssh://ops@a1.example",
            "production app ssh://ops@a2",
            "production db ssh://ops@d1",
            "staging app ssh://s1:2200"
        ]
    );
}

#[test]
fn aliases_of_ssh_are_hosts_where_their_name_says_for_what() {
    let (text, config) = proposed(&[
        (
            "home/.ssh/config",
            "Include conf.d/*.conf\nHost *\n  User me\nHost github.com\nHost shop-web1 shop-web2 !x # y\nHost=\"db1\"\nHost dev-db bastion\n",
        ),
        (
            "home/.ssh/conf.d/a.conf",
            "host staging-api\nInclude ~/.ssh/config\n",
        ),
        ("home/.ssh/conf.d/a.bak", "Host old-db\n"),
    ]);
    assert_eq!(
        hosts(&config),
        [
            "production db ssh:db1",
            "production web ssh:shop-web1",
            "production web ssh:shop-web2",
            "staging backend ssh:staging-api"
        ]
    );
    assert!(
        text.contains("#   ssh:bastion: from your ssh configuration"),
        "{text}"
    );
    assert!(!text.contains("github") && !text.contains("old-db"), "{text}");
}

const COMPOSE: &str = "\
services:
  api:
    build: .
    depends_on: [db, mail]
    environment:
      REDIS_URL: redis://:secret@cache
  db: {image: 'docker.io/library/postgres:17'}
  mail: {image: example/mail, expose: ['25']}
  proxy:
    image: nginx
    depends_on: {api: {condition: service_started}}
";

#[test]
fn what_starts_together_is_linked() {
    let (text, config) = proposed(&[
        ("compose.yaml", COMPOSE),
        (".env.example", "AMQP_URL=amqp://u:secret@q\n"),
    ]);
    let links: Vec<String> = config
        .links
        .iter()
        .map(|l| format!("{} {} {}", l.from, l.to, l.port))
        .collect();
    assert_eq!(
        links,
        ["backend db 5432", "backend queue 5672", "backend cache 6379"]
    );
    assert!(!text.contains("secret"), "{text}");
    assert!(
        text.contains("`api` depends on `db` (docker.io/library/postgres:17)"),
        "{text}"
    );
}

#[test]
fn links_use_the_roles_that_there_are() {
    let (text, config) = proposed(&[("compose.yaml", COMPOSE), ("hosts", INVENTORY)]);
    let links: Vec<String> = config
        .links
        .iter()
        .map(|l| format!("{} {} {}", l.from, l.to, l.port))
        .collect();
    assert_eq!(links, ["webservers databases 5432"], "{text}");
    assert!(
        text.contains("No host has the role cache: name one above."),
        "{text}"
    );
}

#[test]
fn what_is_built_with_node_is_no_project_of_node() {
    let what = |files: &[(&str, &str)]| {
        let (text, _) = proposed(files);
        let line = text.lines().find(|line| line.contains(" project of "));
        line.map(|line| {
            line.split_once(" project of ")
                .unwrap()
                .1
                .split(',')
                .next()
                .unwrap()
                .to_owned()
        })
    };
    let package = ("package.json", r#"{"scripts": {"start": "vite"}}"#);
    for (other, expected) in [
        ("composer.json", Some("PHP")),
        ("Gemfile", Some("Ruby")),
        ("pyproject.toml", Some("Python")),
        ("pom.xml", None),
        ("README", Some("Node")),
    ] {
        assert_eq!(what(&[package, (other, "")]).as_deref(), expected, "{other}");
    }
    let server = ("package.json", r#"{"scripts": {"start": "node server.js"}}"#);
    assert_eq!(
        what(&[server, ("requirements.txt", "mkdocs")]).as_deref(),
        Some("Node")
    );
}

#[test]
fn programs_of_go_are_named_as_go_names_them() {
    let (text, config) = proposed(&[
        ("go.mod", "module shop.example/api/v2\n"),
        ("main.go", ""),
        ("cmd/worker/main.go", ""),
        ("cmd/internal/x.go", ""),
    ]);
    let paths: Vec<String> = config
        .artifacts
        .iter()
        .map(|artifact| artifact.path.display().to_string())
        .collect();
    assert_eq!(paths, ["api", "worker"]);
    assert!(text.contains("`go build ./cmd/worker`"), "{text}");
}

#[test]
fn a_container_begins_with_an_image_and_not_with_a_stage() {
    let dockerfile = "ARG V=22\nFROM --platform=$BUILDPLATFORM node:$V AS base\nFROM base\n";
    let (text, _) = proposed(&[("Dockerfile", dockerfile)]);
    assert!(text.contains("makes (from node:22)"), "{text}");
}

#[test]
fn manifests_tell_what_ships() {
    let shipped = |files: &[(&str, &str)]| {
        let (text, config) = proposed(files);
        let paths: Vec<String> = config
            .artifacts
            .iter()
            .map(|a| a.path.display().to_string())
            .collect();
        (paths, text)
    };
    let package = "[package]\nname = \"shop-api\"\n";
    let (paths, _) = shipped(&[("Cargo.toml", package), ("src/main.rs", "")]);
    assert_eq!(paths, ["target/release/shop-api"]);
    let (paths, _) = shipped(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"cli\"]\n"),
        (
            "cli/Cargo.toml",
            "[package]\nname = \"cli\"\n[[bin]]\nname = \"shop\"\n",
        ),
        ("crates/one/Cargo.toml", package),
        ("crates/one/src/lib.rs", ""),
    ]);
    assert_eq!(paths, ["target/release/shop"]);
    assert_eq!(shipped(&[("package.json", "{}")]).0, ["."]);
    assert_eq!(
        shipped(&[("go.mod", "module example.org/x/shop\n"), ("main.go", "")]).0,
        ["shop"]
    );
    assert_eq!(shipped(&[]).0, [""; 0]);
}

#[test]
fn workflows_give_hints_only() {
    let (text, config) = proposed(&[
        (
            ".github/workflows/deploy.yml",
            "run: |\n  rsync -a dist/ deploy@web1.example:/srv/\n  # mail me@example.org\n",
        ),
        ("Dockerfile", "FROM rust:1 AS build\nFROM debian:12-slim\n"),
    ]);
    assert!(
        text.contains("#   ssh://deploy@web1.example: mentioned in .github/workflows/deploy.yml, line 2"),
        "{text}"
    );
    assert!(
        !text.contains("me@example.org") && text.contains("debian:12-slim"),
        "{text}"
    );
    assert!(config.environments.is_empty());
}

#[test]
fn hostile_files_make_no_lines_of_their_own() {
    let (text, config) = proposed(&[
        (
            "hosts",
            "[\"]\\nx = 1]\nweb1\n[a\u{1b}b\u{7f}]\nweb2\n[w]\n-oProxyCommand=x\n",
        ),
        (
            "compose.yaml",
            "services:\n  \"a\\n[dev]\\ntarget = 'x'\": {build: ., depends_on: [db]}\n  db: {image: postgres}\n",
        ),
        (".github/workflows/x.yml", "ssh a@-oProxyCommand\u{1b}\n"),
    ]);
    assert_eq!(config.dev, None, "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains("\"ssh://-o"), "{text}");
}
