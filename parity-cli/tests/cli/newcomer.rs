//! What somebody meets who has not read the manual.

use crate::world::World;

#[test]
fn a_host_of_the_ssh_configuration_is_suggested() {
    let world = World::empty();
    world.text(".ssh/config", "Host web1 web2\n  HostName 192.0.2.1\n");
    world
        .parity(&["check", "--against", "web1", "--artifact", "."])
        .told(2, &["`web1` is not a target", "write ssh:web1"]);
    let other = world.parity(&["diff", "local", "web3"]);
    assert!(
        other.code == 2 && !other.err.contains("ssh:web3"),
        "{}",
        other.err
    );
}

#[test]
fn every_rule_that_a_report_may_name_is_explained() {
    let world = World::empty();
    let listed = world.parity(&["rules", "--format", "json"]);
    let listed = listed.json();
    let ids: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    for id in parity_core::policy::RULES {
        assert!(ids.contains(&id), "{id}");
    }
    for id in ids {
        let explained = world.parity(&["explain", id]);
        explained.ended(0);
        assert!(
            explained.out.contains(id) && explained.out.contains("What to do"),
            "{id}"
        );
    }
}

/// Each entry that `parity init` proposes as an example is one that a configuration may have.
#[test]
fn the_examples_of_a_policy_are_read_as_they_stand() {
    let world = World::shop();
    let proposed = World::empty();
    proposed.parity(&["init"]).ended(0);
    let text = proposed.read("parity.toml");
    let (_, policy) = text
        .split_once("take away the first `# ` of what you want.\n")
        .unwrap();
    let is_setting = |line: &&str| line.starts_with('[') || line.contains(" = ");
    let settings: Vec<&str> = policy
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(is_setting)
        .collect();
    assert!(settings.len() > 10, "{policy}");
    let shop = world.read("parity.toml");
    world.text("parity.toml", &format!("{}\n{shop}", settings.join("\n")));
    world.parity(&["allow"]).ended(0);
    let check = world.parity(&["check", "--env", "production"]);
    assert!(check.ended(1).out.contains("libc-symbols"), "{}", check.out);
}
