//! `parity check --explain-silence`: why something was not reported.

use crate::elf::Program;
use crate::world::{Run, World};

fn ask(world: &World, question: &str) -> Run {
    world.parity(&["check", "--env", "production", "--explain-silence", question])
}

/// That it ends well and says this.
fn says(run: &Run, texts: &[&str]) {
    run.ended(0);
    for text in texts {
        assert!(run.out.contains(text), "`{text}` is not in:\n{}", run.out);
    }
}

#[test]
fn what_was_reported_says_so() {
    let world = World::shop();
    world.golden("silence-reported", &ask(&world, "libc.version"));
}

#[test]
fn what_meets_a_need_is_shown_with_its_values() {
    let world = World::shop();
    world.write("bin/api", &Program::needing("GLIBC_2.31").bytes());
    let run = ask(&world, "library.nodes[x86_64/libc.so.6]");
    says(&run, &["rules looked at it", "libc-symbols"]);
}

#[test]
fn what_nothing_needs_was_folded() {
    let world = World::shop();
    says(
        &ask(&world, "os.version-id"),
        &["nothing in this release needs it"],
    );
}

#[test]
fn what_an_image_brings_is_left_to_it() {
    let world = World::shop();
    world.text("Dockerfile", "FROM debian:13\nCOPY bin /bin\n");
    for name in ["be1.toml", "be2.toml", "be3.toml"] {
        let text = world.read(name);
        world.text(name, &format!("{text}\n\"container.engines\" = [\"docker\"]\n"));
    }
    let release = world.path(".");
    let release = release.to_str().unwrap();
    let run = world.parity(&[
        "check",
        "--env",
        "production",
        "--artifact",
        release,
        "--explain-silence",
        "libc.version",
    ]);
    says(&run, &["an image of its own", "Dockerfile, run by docker"]);
}

#[test]
fn a_name_that_nobody_knows_is_corrected() {
    let world = World::shop();
    ask(&world, "libc.versoin").told(2, &["did you mean `libc.version`?"]);
    ask(&world, "no-such-package").told(2, &["no fact or package"]);
}

#[test]
fn programs_get_a_document() {
    let world = World::shop();
    let run = world.parity(&[
        "check",
        "--env",
        "production",
        "--explain-silence",
        "libc.version",
        "--format",
        "json",
    ]);
    let told = run.ended(0).json();
    assert_eq!(told["why"], "reported");
    assert_eq!(told["facts"][0]["fact"], "libc.version");
    assert!(
        told["steps"]
            .as_array()
            .unwrap()
            .iter()
            .any(|step| step["came"] == "fired"),
        "{told}"
    );
}
