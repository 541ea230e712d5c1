//! Database servers as targets, as far as none has to be there. With real ones: `tests/live_servers.rs`.

use crate::world::World;

#[test]
fn a_plan_shows_every_question() {
    let world = World::empty();
    for (target, questions) in [
        (
            "postgresql://parity@db1/shop",
            &[
                "BEGIN TRANSACTION READ ONLY",
                "FROM pg_available_extensions",
                "since PostgreSQL 15",
                "datcollversion",
            ][..],
        ),
        (
            "mysql://db1",
            &["START TRANSACTION READ ONLY", "SHOW GLOBAL VARIABLES"],
        ),
        ("rediss://cache", &["INFO server", "CONFIG GET maxmemory-policy"]),
    ] {
        let run = world.parity(&["plan", target]);
        assert!(
            questions.iter().all(|question| run.out.contains(question)),
            "{}",
            run.out
        );
        assert!(!run.out.contains("read /"), "{}", run.out);
        assert_eq!(run.out.contains("SHOW GLOBAL"), target.starts_with("mysql"));
    }
    let host = world.parity(&["plan", "rootfs:/"]);
    assert!(!host.out.contains("pg_available_extensions"));
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    let world = World::empty();
    for target in [
        "postgresql://u:CANARY@db1/shop",
        "mysql://u:CANARY@db1",
        "rediss://:CANARY@cache",
    ] {
        let run = world.parity(&["snapshot", target]);
        run.told(2, &["a password in a URL"]);
        assert!(!run.err.contains("CANARY"), "{}", run.err);
        world.text(
            "parity.toml",
            &format!("[environments.production]\ndb = \"{target}\"\n"),
        );
        let run = world.parity(&["check", "--env", "production"]);
        run.told(2, &["parity.toml:2", "a password in a URL"]);
        assert!(!run.err.contains("CANARY"), "{}", run.err);
    }
}

#[test]
fn nobody_there_is_inconclusive() {
    let world = World::empty();
    for target in [
        "postgresql://u@127.0.0.1:1/shop",
        "mysql://127.0.0.1:1",
        "redis://127.0.0.1:1",
    ] {
        world
            .parity(&["snapshot", target])
            .told(3, &["nothing listens there"]);
    }
}

#[test]
fn servers_and_files_may_be_laid_over_a_host() {
    let world = World::shop();
    let facts = "\n[facts]\n\"facts:be1.toml\" = [\"more.toml\", \"postgresql://parity@127.0.0.1:1/shop\"]\n";
    world.text("parity.toml", &format!("{}{facts}", world.read("parity.toml")));
    world.text("more.toml", "[facts]\n'os.id' = 'debian'\n");
    world.parity(&["allow"]).ended(0);
    let run = world.parity(&["check", "--env", "production"]);
    assert!(
        run.out.contains("127.0.0.1:1: nothing listens there"),
        "{}{}",
        run.out,
        run.err
    );
}
