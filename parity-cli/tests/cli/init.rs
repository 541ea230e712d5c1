//! `parity init`: what it proposes is read by the next command, which says what comes next.

use crate::world::World;

/// What is proposed, and how it was told.
fn proposed(world: &World, name: &str) {
    let run = world.parity(&["init"]);
    world.golden(&format!("init-{name}"), &run);
    world.golden_file(&format!("init-{name}.toml"), &world.read("parity.toml"));
}

#[test]
fn an_empty_directory() {
    let world = World::empty();
    proposed(&world, "empty");
    world
        .parity(&["check"])
        .told(2, &["there is no parity.lock here", "parity lock"]);
    world
        .parity(&["lock"])
        .told(2, &["parity.toml names no hosts", "[environments.production]"]);
}

#[test]
fn a_project_of_cargo() {
    let world = World::empty();
    world
        .text(
            "Cargo.toml",
            "[package]\nname = \"shop-api\"\nversion = \"1.0.0\"\n",
        )
        .text("src/main.rs", "fn main() {}\n");
    proposed(&world, "cargo");
    let against = ["check", "--against", "facts:be1.toml"];
    world.text("be1.toml", &crate::world::host("be1", "2.36"));
    world.parity(&against).told(
        2,
        &[
            "the artifact target/release/shop-api is not there",
            "build it first",
        ],
    );
    let program = crate::elf::Program::needing("GLIBC_2.34");
    world.write("target/release/shop-api", &program.bytes());
    world.parity(&against).ended(0);
}

#[test]
fn a_project_of_compose() {
    let world = World::empty();
    world
        .text(
            "compose.yaml",
            "services:\n  api:\n    build: .\n    depends_on: [db, cache]\n    environment:\n      DATABASE_URL: postgres://u:secret@db/x\n  \
             db:\n    image: postgres:17\n  cache:\n    image: redis:7\n",
        )
        .text("Dockerfile", "FROM node:22-slim\n")
        .text("package.json", "{\"name\": \"shop\"}\n")
        .text(".ssh/config", "Host shop-app1 shop-app2\nHost shop-db\nHost shop-redis\nHost bastion\n");
    proposed(&world, "compose");
    assert!(!world.read("parity.toml").contains("secret"));
    let plan = world.parity(&["plan", "ssh:shop-app1"]);
    assert!(plan.code == 0 || plan.err.contains("ssh"), "{}", plan.err);
    world
        .parity(&["check"])
        .told(2, &["there is no parity.lock here"]);
}

#[test]
fn a_project_of_ansible() {
    let world = World::empty();
    world
        .text(
            "ansible.cfg",
            "[defaults]\ninventory = ./inventories/production\n",
        )
        .text(
            "inventories/production/hosts",
            "[web]\nweb[1:2].example ansible_user=deploy\n[db]\ndb1.example ansible_port=2222\n",
        )
        .text(
            "inventories/staging/hosts.yml",
            "web:\n  hosts:\n    s1.example:\ndb:\n  hosts:\n    s1.example:\n",
        )
        .text("requirements.txt", "psycopg==3.2\n")
        .text(".env.example", "DATABASE_URL=\nPOSTGRES_HOST=\n")
        .text(
            ".github/workflows/deploy.yml",
            "jobs:\n  x:\n    steps:\n      - run: ssh deploy@web1.example ./restart\n",
        );
    proposed(&world, "ansible");
    world
        .parity(&["check", "--env", "nowhere"])
        .told(2, &["--env with one of: production, staging"]);
}

#[test]
fn nothing_outside_of_the_project_is_read_for_it() {
    let world = World::empty();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("hosts"), "[web]\nsecret1.example\n").unwrap();
    std::os::unix::fs::symlink(outside.path().join("hosts"), world.path("hosts")).unwrap();
    std::os::unix::fs::symlink(outside.path(), world.path("inventories")).unwrap();
    world.parity(&["init"]).ended(0);
    assert!(
        !world.read("parity.toml").contains("secret1"),
        "{}",
        world.read("parity.toml")
    );
}
