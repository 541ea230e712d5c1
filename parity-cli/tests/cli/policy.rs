//! The policy of parity.toml: what it finds, hides, weighs and accepts.

use crate::world::{Run, World};

const LIVE: [&str; 3] = ["check", "--env", "production"];

/// A shop whose hosts have packages, and this policy.
fn shop(policy: &str) -> World {
    let world = World::shop();
    for (name, openssl, id) in [
        ("dev", "3.0.15-1~deb12u1", "d"),
        ("be1", "3.0.15-1~deb12u1", "a"),
        ("be2", "3.0.11-1~deb12u2", "b"),
        ("be3", "3.0.13-1~deb12u1", "a"),
    ] {
        let name = format!("{name}.toml");
        world.edit(
            &name,
            "complete = [",
            "complete = [\"package.deb\", \"host.machine-id\", ",
        );
        let facts = format!(
            "{}\"package.deb[openssl:amd64]\" = {{ value = \"{openssl}\", scheme = \"deb\" }}\n\"host.machine-id\" = \"{id}\"\n",
            world.read(&name)
        );
        world.text(&name, &facts);
    }
    world.text("parity.toml", &format!("{}{policy}", world.read("parity.toml")));
    world
}

/// The same check, first of the hosts and then of what `lock` keeps of them: what is found and not known is the same.
fn live_and_locked(world: &World) -> Run {
    let live = world.parity(&LIVE);
    let told = |run: &Run| {
        let report = run.json();
        let texts = |list: &str, key: &str| -> Vec<String> {
            let all = report[list].as_array().unwrap().iter();
            all.map(|one| one[key].to_string()).collect()
        };
        (texts("findings", "message"), texts("unknowns", "fact"))
    };
    let json = [&LIVE[..], &["--format", "json"]].concat();
    let of_hosts = world.parity(&json);
    world.parity(&["lock"]);
    let offline = world.parity(&["check", "--format", "json"]);
    assert_eq!(offline.code, of_hosts.code, "{}{}", offline.out, offline.err);
    assert_eq!(told(&offline), told(&of_hosts));
    live
}

#[test]
fn versions_that_are_not_allowed() {
    let world = shop(
        "[[policy.allow]]\nfact = \"package.deb[openssl:*]\"\nversions = \">= 3.0.13\"\nrole = \"backend\"\nreason = \"CVE-2024-0727\"\n",
    );
    world.golden("policy-version", &live_and_locked(&world));
    world.edit("parity.toml", "openssl:*", "opensssl:*");
    world.golden("policy-unused", &world.parity(&LIVE));
}

#[test]
fn what_must_be_equal() {
    let world =
        shop("[[policy.must-equal]]\nfact = \"package.*[openssl:*]\"\ndev = true\nlevel = \"warning\"\n");
    world.golden("policy-must-equal", &live_and_locked(&world));
}

#[test]
fn what_must_differ() {
    let world = shop("[[policy.must-differ]]\nfact = \"host.machine-id\"\n");
    world.golden("policy-must-differ", &live_and_locked(&world));
}

#[test]
fn what_somebody_is_interested_in() {
    let world = shop("[[policy.interest]]\nfact = \"package.*[openssl*]\"\nrole = \"backend\"\n");
    world.golden("policy-interest", &live_and_locked(&world));
    world.edit("be3.toml", "3.0.13-1~deb12u1", "3.0.14-1~deb12u1");
    world.golden("policy-interest-since", &world.parity(&LIVE));
}

#[test]
fn severities_decide_what_fails() {
    let level = |scope: &str| format!("[[policy.severity]]\nrule = \"libc-*\"\nlevel = \"warning\"\n{scope}");
    let world = shop(&level("role = \"backend\"\nenv = \"production\"\n"));
    world.golden("policy-severity", &world.parity(&LIVE));
    world
        .parity(&[&LIVE[..], &["--fail-on", "warning"]].concat())
        .ended(1);
    // It is not said of hosts that were named one by one.
    let named = ["check", "--against", "backend=facts:be2.toml"];
    world.parity(&named).ended(1);
    world.edit("parity.toml", "env = \"production\"\n", "");
    world.parity(&named).ended(0);
}

#[test]
fn ignored_findings_are_counted_in_every_format() {
    let world = shop("[[policy.ignore]]\nrule = \"libc-symbols\"\nreason = \"be2 is <replaced>\"\n");
    world.golden("policy-ignore", &world.parity(&LIVE));
    world.golden(
        "policy-ignore-verbose",
        &world.parity(&[&LIVE[..], &["-v"]].concat()),
    );
    let json = world.parity(&[&LIVE[..], &["--format", "json"]].concat());
    let report = json.ended(0).json();
    assert_eq!(report["summary"]["ignored"], 1);
    assert_eq!(report["ignored"][0]["rule"], "libc-symbols");
    for format in ["text", "markdown", "github", "gitlab", "sarif", "junit", "html"] {
        let run = world.parity(&[&LIVE[..], &["--format", format]].concat());
        assert!(
            run.ended(0).out.contains("1 finding ignored"),
            "{format}: {}",
            run.out
        );
    }
    world.text("be2.toml", &world.read("be3.toml"));
    world.golden("policy-ignore-unused", &world.parity(&LIVE));
    world.parity(&[&LIVE[..], &["-q"]].concat()).ended(0);
}

#[test]
fn differences_of_ignored_facts_are_not_listed() {
    let world = shop("[[policy.ignore]]\nfact = \"os.*\"\nreason = \"as the platform has it\"\n");
    let all = world.parity(&[&LIVE[..], &["--all"]].concat());
    assert!(
        !all.ended(1).out.contains("os.name") && all.out.contains("libc.version"),
        "{}",
        all.out
    );
}

#[test]
fn mistakes_of_a_policy_are_told_at_once() {
    let world = shop(
        r#"[policy]
fail-on = "eror"
[[policy.severity]]
rule = "libc-simbols"
role = "bakend"
level = "of"
[[policy.ignore]]
fact = "packge.deb[*]"
env = "prod"
[[policy.allow]]
fact = "package.deb[openssl]"
versions = "^3"
[[policy.must-equal]]
fact = "Timezone"
dev = 1
[[policy.intrest]]
[[waivers]]
fingerprint = "12"
rule = "libc-symbolz"
owner = ""
expires = 2026-02-30
"#,
    );
    let run = world.parity(&["check"]);
    world.golden("policy-mistakes", &run);
    assert_eq!(run.ended(2).out, "");
}

#[test]
fn rules_of_a_policy_are_explained() {
    let world = World::empty();
    world.golden("policy-explain", &world.parity(&["explain", "policy-must-equal"]));
    let rules = world.parity(&["rules", "--format", "json"]).ended(0).json();
    let ids: Vec<&str> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert!(ids.is_sorted());
    for id in ids.iter().filter(|id| id.starts_with("policy-")) {
        world.parity(&["explain", id]).ended(0);
    }
}
