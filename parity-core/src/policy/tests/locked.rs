use super::*;
use crate::lock::Lock;

#[test]
fn what_a_policy_reaches_is_locked() {
    let id = "host.machine-id";
    let mut hosts = vec![
        web("web1", &[(OPENSSL, "1"), ("package.deb[zlib1g]", "1"), (id, "a")]),
        web("web2", &[(OPENSSL, "2"), (id, "a")]),
    ];
    let mut dev = machine("laptop", &[(id, "dev")]);
    let snapshots = hosts.iter_mut().map(|host| &mut host.snapshot).chain([&mut dev]);
    let facts = snapshots.flat_map(|snapshot| &mut snapshot.facts);
    facts
        .filter(|fact| fact.id.name() == id)
        .for_each(|fact| fact.stability = Stability::Identity);
    let policy = Policy {
        alike: [
            alike(Likeness::Equal, "package.deb[openssl*]", false).alike,
            alike(Likeness::Different, id, false).alike,
        ]
        .concat(),
        ..allow("package.*[apache2]", ">= 2")
    };
    let live = Case {
        dev: Some(dev),
        hosts,
        ..Case::default()
    };
    let judgement = applied(&policy, &live);
    let text = Lock::of("production", &live.hosts, &judgement).to_toml();
    assert!(!text.contains("zlib1g"), "{text}");
    let locked = Lock::parse(&text).unwrap();
    let offline = Case {
        hosts: locked.hosts,
        ..live.clone()
    };
    let again = applied(&policy, &offline);
    assert_eq!(messages(&again), messages(&judgement));
    assert_eq!(again.unknowns, []);
    // What tells machines apart is no difference, locked or not.
    let changes = |case: &Case| {
        Report::new(case, Judgement::default(), Threshold::default(), true)
            .changes
            .list
            .iter()
            .any(|change| change.change.fact.name() == id)
    };
    assert!(!changes(&live) && !changes(&offline));
    // What was written into the policy after the lock is not known.
    let later = applied(&allow("package.deb[nginx]", ">= 1"), &offline);
    assert_eq!(later.unknowns.len(), 2);
    assert!(
        later.unknowns[0].reason.contains("parity lock"),
        "{:?}",
        later.unknowns
    );
}

/// One fact of which there is one, from a probe that cannot tell the others of its name.
#[test]
fn of_a_single_fact_the_rest_of_its_name_does_not_count() {
    let mut host = web("web1", &[("host.machine-id", "a")]);
    host.snapshot.facts[0].state = State::Absent;
    host.snapshot.facts[0].stability = Stability::Identity;
    host.snapshot.coverage[0].state = CoverageState::NotApplicable;
    let live = case(
        &[],
        vec![
            host.clone(),
            Host {
                snapshot: Snapshot {
                    target: "web2".into(),
                    ..host.snapshot.clone()
                },
                ..host
            },
        ],
    );
    let policy = alike(Likeness::Different, "host.machine-id", false);
    let judgement = applied(&policy, &live);
    assert_eq!(judgement.unknowns, []);
    let text = Lock::of("production", &live.hosts, &judgement).to_toml();
    let offline = Case {
        hosts: Lock::parse(&text).unwrap().hosts,
        ..live
    };
    assert_eq!(applied(&policy, &offline).unknowns, []);
}
