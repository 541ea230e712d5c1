use super::*;
use parity_core::snapshot::{Coverage, CoverageState, Snapshot};

const GLIBC: &str = "/lib64/ld-linux-x86-64.so.2";

/// A snapshot of these facts: names ending in `!` are unknown, values with commas or of sets are lists.
fn snapshot(probes: &[(&str, &[Schema])], facts: &[(&str, &str)]) -> Snapshot {
    let schemas = || probes.iter().flat_map(|(_, schemas)| *schemas);
    let facts = facts.iter().map(|(id, value)| {
        let id: FactId = id.parse().unwrap();
        let is_list = schemas().any(|schema| {
            schema.name == id.name()
                && matches!(
                    schema.kind,
                    parity_core::schema::Kind::Set | parity_core::schema::Kind::List
                )
        });
        let state = match value.strip_prefix('?') {
            Some(reason) => State::Unknown(reason.to_owned()),
            None if is_list => State::Value(Value::List(value.split(", ").map(str::to_owned).collect())),
            None => State::Value(Value::from(*value)),
        };
        Fact {
            id,
            state,
            scheme: None,
            stability: Stability::Stable,
            origin: Origin::Derived("the test".into()),
        }
    });
    let mut snapshot = Snapshot::new("test", "2026-01-01T00:00:00Z", facts.collect());
    let names = schemas().map(|schema| schema.name.to_string());
    snapshot.coverage.push(Coverage {
        probe: "test".into(),
        state: CoverageState::Observed,
        reason: None,
        millis: 0,
        facts: names.chain(["kernel.machine".to_owned()]).collect(),
    });
    snapshot
}

fn release(facts: &[(&str, &str)]) -> Snapshot {
    snapshot(&[("elf", crate::elf::SCHEMAS)], facts)
}

fn host(facts: &[(&str, &str)]) -> Snapshot {
    let usual = [
        ("kernel.machine", "x86_64"),
        ("libc.family", "glibc"),
        ("loader.interpreter[/lib64/ld-linux-x86-64.so.2]", "x86_64"),
        ("library[x86_64/libc.so.6]", "/lib64/libc.so.6"),
        ("library.nodes[x86_64/libc.so.6]", "GLIBC_2.2.5, GLIBC_2.36"),
    ];
    let others = usual
        .iter()
        .filter(|(id, _)| facts.iter().all(|(other, _)| other != id));
    let all: Vec<_> = others.chain(facts).copied().collect();
    snapshot(&[("loader", super::super::SCHEMAS)], &all)
}

fn derive(release: &Snapshot, host: &Snapshot) -> Vec<(String, String)> {
    let (release, host) = (View::new(release), View::new(host));
    let sides = Sides {
        release: Some(&release),
        dev: None,
        host: &host,
    };
    let facts = Loading.derive(sides).facts.into_iter();
    facts
        .map(|fact| (fact.id.to_string(), fact.state.to_string()))
        .collect()
}

fn told(release: &[(&str, &str)], host: &Snapshot) -> Vec<(String, String)> {
    let facts = derive(&self::release(release), host).into_iter();
    facts.filter(|(id, _)| !id.starts_with("load.defined")).collect()
}

fn fact(id: &str, value: &str) -> (String, String) {
    (id.to_owned(), value.to_owned())
}

#[test]
fn files_for_other_machines_are_silent_where_one_fits() {
    let both = [
        ("elf.architecture[arm/a.so]", "aarch64"),
        ("elf.needed[arm/a.so]", "libnone.so.1"),
        ("elf.architecture[x86/a.so]", "x86_64"),
        ("elf.needed[x86/a.so]", "libc.so.6"),
    ];
    assert_eq!(told(&both, &host(&[])), []);
    assert_eq!(
        told(&both[..2], &host(&[])),
        [fact("load.foreign[arm/a.so]", "aarch64")]
    );
    let libcs = [
        ("elf.architecture[glibc/a.node]", "x86_64"),
        ("elf.needed[glibc/a.node]", "libc.so.6"),
        ("elf.architecture[musl/a.node]", "x86_64"),
        ("elf.needed[musl/a.node]", "libc.musl-x86_64.so.1"),
    ];
    assert_eq!(told(&libcs, &host(&[])), []);
    let wrong = [fact("load.wrong-libc[musl/a.node]", "musl")];
    assert_eq!(told(&libcs[2..], &host(&[])), wrong);
}

#[test]
fn what_is_not_known_of_the_host_is_named() {
    let app = [
        ("elf.architecture[app]", "x86_64"),
        ("elf.interpreter[app]", GLIBC),
        ("elf.needed[app]", "liba.so.1, libc.so.6"),
        ("elf.version-needs[app]", "liba.so.1 A_2, libc.so.6 GLIBC_2.38"),
    ];
    let known = [
        ("library[x86_64/liba.so.1]", "/lib64/liba.so.1"),
        ("library.nodes[x86_64/liba.so.1]", "?cut off"),
    ];
    let undefined = fact("load.undefined[app:libc.so.6]", "GLIBC_2.38");
    let nodes = fact("load.undefined[app:liba.so.1]", "unknown (cut off)");
    assert_eq!(told(&app, &host(&known)), [nodes, undefined.clone()]);
    let library = fact("load.missing-library[app:liba.so.1]", "unknown (not read)");
    let unknown = [("library[x86_64/liba.so.1]", "?not read")];
    assert_eq!(told(&app, &host(&unknown)), [library, undefined.clone()]);
    let missing = fact("load.missing-library[app:liba.so.1]", "x86_64");
    assert_eq!(told(&app, &host(&[])), [missing.clone(), undefined.clone()]);

    let unobserved = Snapshot::new("host", "2026-01-01T00:00:00Z", Vec::new());
    let facts = told(&app, &unobserved);
    assert!(!facts.is_empty() && facts.iter().all(|(_, state)| state.starts_with("unknown")));
    let unread = [
        ("elf.architecture[app]", "?cut off"),
        ("elf.needed[app]", "?cut off"),
    ];
    assert_eq!(
        told(&unread, &host(&[])),
        [fact("load.foreign[app]", "unknown (cut off)")]
    );
}

#[test]
fn a_library_of_the_host_fails_with_what_it_misses() {
    let app = [
        ("elf.architecture[app]", "x86_64"),
        ("elf.interpreter[app]", GLIBC),
        ("elf.needed[app]", "liba.so.1"),
        ("elf.architecture[lib/libshipped.so.1]", "x86_64"),
        ("elf.soname[lib/libshipped.so.1]", "libshipped.so.1"),
    ];
    let a = ("library[x86_64/liba.so.1]", "/lib64/liba.so.1");
    let missing = (
        "library.missing[x86_64/liba.so.1]",
        "libgone.so.1, libshipped.so.1",
    );
    // `elf.needed` is absent of what has no dynamic section.
    let shipped = [&app[..], &[("elf.needed[lib/libshipped.so.1]", "libc.so.6")]].concat();
    assert_eq!(
        told(&shipped, &host(&[a, missing])),
        [fact("load.missing-library[app:libgone.so.1]", "x86_64")]
    );
    assert_eq!(told(&shipped, &host(&[a])), []);
}

#[test]
fn a_search_path_decides_which_shipped_library_is_held_against_the_versions() {
    let app = |search: &'static str| {
        vec![
            ("elf.architecture[bin/app]", "x86_64"),
            ("elf.interpreter[bin/app]", GLIBC),
            ("elf.needed[bin/app]", "libssl.so.3"),
            ("elf.runpath[bin/app]", search),
            ("elf.version-needs[bin/app]", "libssl.so.3 OPENSSL_3.2.0"),
            ("elf.architecture[lib/libssl.so.3.0.9]", "x86_64"),
            ("elf.soname[lib/libssl.so.3.0.9]", "libssl.so.3"),
            ("elf.needed[lib/libssl.so.3.0.9]", "libc.so.6"),
            ("elf.version-definitions[lib/libssl.so.3.0.9]", "OPENSSL_3.0.0"),
        ]
    };
    let undefined = [fact("load.undefined[bin/app:libssl.so.3]", "OPENSSL_3.2.0")];
    assert_eq!(told(&app("$ORIGIN/../lib"), &host(&[])), undefined);
    assert_eq!(told(&app("$ORIGIN/elsewhere"), &host(&[])), []);
    assert_eq!(told(&app("$ORIGIN/../../out"), &host(&[])), []);
}

#[test]
fn a_program_gives_its_search_path_to_its_libraries() {
    let facts = [
        ("elf.architecture[bin/app]", "x86_64"),
        ("elf.interpreter[bin/app]", GLIBC),
        ("elf.needed[bin/app]", "liba.so"),
        ("elf.rpath[bin/app]", "$ORIGIN/../lib:/opt/vendor"),
        ("elf.architecture[lib/liba.so]", "x86_64"),
        ("elf.needed[lib/liba.so]", "libvendor.so"),
    ];
    let unknown = "unknown (no probe looks for /opt/vendor/libvendor.so)";
    assert_eq!(
        told(&facts, &host(&[])),
        [fact("load.missing-library[lib/liba.so:libvendor.so]", unknown)]
    );
}

#[test]
fn musl_does_not_look_at_versions() {
    let module = [
        ("elf.architecture[a.so]", "x86_64"),
        ("elf.needed[a.so]", "libz.so.1"),
        ("elf.version-needs[a.so]", "libz.so.1 ZLIB_9"),
    ];
    let z = [
        ("library[x86_64/libz.so.1]", "/lib/libz.so.1"),
        ("library.nodes[x86_64/libz.so.1]", "ZLIB_1"),
    ];
    assert_eq!(
        told(&module, &host(&z)),
        [fact("load.undefined[a.so:libz.so.1]", "ZLIB_9")]
    );
    assert_eq!(told(&module, &host(&[z[0], z[1], ("libc.family", "musl")])), []);
}

proptest::proptest! {
    /// Whatever the facts say: no panic, and no fact stands twice.
    #[test]
    fn any_facts_are_judged(
        paths in proptest::collection::vec("[a-c]{1,2}(/[a-c.]{1,3}){0,2}", 0..5),
        needed in "([a-c./$]{0,6}(, )?){0,4}",
        search in "(\\$ORIGIN|/lib|[a-c./:]{0,5}){0,4}",
        architecture in "x86_64|i386|machine-7|pdp11|",
    ) {
        let facts = paths.iter().flat_map(|path| {
            [("architecture", &architecture), ("needed", &needed), ("runpath", &search), ("soname", &needed)]
                .map(|(name, value)| (format!("elf.{name}[{path}]"), value.as_str()))
        });
        let facts: Vec<_> = facts.collect();
        let facts: Vec<_> = facts.iter().map(|(id, value)| (id.as_str(), *value)).collect();
        let told = told(&facts, &host(&[]));
        let ids: BTreeSet<_> = told.iter().map(|(id, _)| id).collect();
        proptest::prop_assert_eq!(ids.len(), told.len());
    }
}
