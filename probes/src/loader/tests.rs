//! Machines that exist only here: musl's rules, and everything that is not known.

use super::*;
use crate::elf::{Abi, Class, Endian, Kind, Linkage, NeededNode, VersionNeed};
use std::collections::HashMap;

const X86_64: Abi = Abi {
    class: Class::Elf64,
    endian: Endian::Little,
    machine: 62,
    arm_float: None,
};

fn object(soname: &str, needed: &[&str]) -> Linkage {
    Linkage {
        abi: X86_64,
        kind: Kind::Dynamic,
        dynamic: true,
        pie: false,
        interpreter: None,
        needed: needed.iter().map(|name| (*name).to_owned()).collect(),
        soname: (!soname.is_empty()).then(|| soname.to_owned()),
        rpath: None,
        runpath: None,
        ignores_default_directories: false,
        version_needs: Vec::new(),
        version_definitions: None,
        versioned_symbols: true,
        names_of_glibc: Vec::new(),
        notes: crate::elf::Notes::default(),
    }
}

fn program(interpreter: &str, needed: &[&str]) -> Linkage {
    Linkage {
        interpreter: Some(interpreter.to_owned()),
        pie: true,
        ..object("", needed)
    }
}

/// Files by path; a path that leads to another one is a symbolic link.
#[derive(Default)]
struct Machine {
    files: HashMap<String, Linkage>,
    links: HashMap<String, String>,
    unknown: Vec<String>,
    cache: Option<LdCache>,
    cache_unknown: bool,
    rules: Rules,
}

impl Machine {
    fn new(rules: Rules, files: Vec<(&str, Linkage)>) -> Machine {
        let files = files
            .into_iter()
            .map(|(path, linkage)| (path.to_owned(), linkage))
            .collect();
        Machine {
            files,
            rules,
            ..Machine::default()
        }
    }
}

impl Inventory for Machine {
    fn file(&self, path: &str) -> Lookup<'_> {
        if self.unknown.iter().any(|unknown| unknown == path) {
            return Lookup::Unknown("not permitted");
        }
        let real = self.links.get(path).map_or(path, String::as_str);
        match self.files.get_key_value(real) {
            Some((real, linkage)) => Lookup::Object { real, linkage },
            None => Lookup::Absent,
        }
    }

    fn cache(&self) -> CacheLookup<'_> {
        match &self.cache {
            _ if self.cache_unknown => CacheLookup::Unknown("not read"),
            Some(cache) => CacheLookup::Known(cache),
            None => CacheLookup::Absent,
        }
    }

    fn rules(&self, _: Libc, _: &Abi) -> Option<Rules> {
        Some(self.rules.clone())
    }
}

const MUSL: &str = "/lib/ld-musl-x86_64.so.1";
const GLIBC: &str = "/lib64/ld-linux-x86-64.so.2";

fn paths(report: &LoadReport) -> Vec<(&str, &str)> {
    report
        .chosen
        .iter()
        .map(|(name, chosen)| (name.as_str(), chosen.path.as_str()))
        .collect()
}

#[test]
fn musl_is_its_own_libraries_and_ignores_versions() {
    let mut main = program(MUSL, &["libc.musl-x86_64.so.1", "libm.so.6", "libgcc_s.so.1"]);
    let node = NeededNode {
        name: "GCC_99".to_owned(),
        weak: false,
    };
    main.version_needs = vec![VersionNeed {
        soname: "libgcc_s.so.1".to_owned(),
        nodes: vec![node],
    }];
    let mut gcc = object("libgcc_s.so.1", &["libc.so"]);
    gcc.version_definitions = Some(Vec::new());
    let musl = object("libc.so", &[]);
    let files = vec![("/app", main), (MUSL, musl), ("/usr/lib/libgcc_s.so.1", gcc)];
    let report = load("/app", &Machine::new(Rules::musl(None), files)).unwrap();
    assert_eq!(
        paths(&report),
        [
            ("libc.musl-x86_64.so.1", MUSL),
            ("libc.so", MUSL),
            ("libgcc_s.so.1", "/usr/lib/libgcc_s.so.1"),
            ("libm.so.6", MUSL),
        ]
    );
    assert!(!report.fails() && report.missing_nodes.is_empty());
}

#[test]
fn musl_inherits_a_runpath_and_asks_the_environment_first() {
    let mut main = program(MUSL, &["liba.so"]);
    main.runpath = Some("$ORIGIN/lib".to_owned());
    let files = || {
        vec![
            ("/opt/app", main.clone()),
            (MUSL, object("libc.so", &[])),
            ("/opt/lib/liba.so", object("liba.so", &["libb.so"])),
            ("/opt/lib/libb.so", object("libb.so", &[])),
            ("/env/libb.so", object("libb.so", &[])),
        ]
    };
    let report = load("/opt/app", &Machine::new(Rules::musl(None), files())).unwrap();
    assert_eq!(report.chosen["libb.so"].via, Via::Rpath("/opt/app".to_owned()));
    let rules = Rules {
        library_path: Some("/env".to_owned()),
        ..Rules::musl(None)
    };
    let report = load("/opt/app", &Machine::new(rules, files())).unwrap();
    assert_eq!(report.chosen["libb.so"].path, "/env/libb.so");
}

#[test]
fn musl_stops_at_a_file_for_another_machine() {
    let foreign = Linkage {
        abi: Abi {
            class: Class::Elf32,
            machine: 3,
            ..X86_64
        },
        ..object("liba.so", &[])
    };
    let files = vec![
        ("/app", program(MUSL, &["liba.so"])),
        (MUSL, object("libc.so", &[])),
        ("/lib/liba.so", foreign),
        ("/usr/lib/liba.so", object("liba.so", &[])),
    ];
    let report = load("/app", &Machine::new(Rules::musl(None), files)).unwrap();
    assert_eq!(
        (report.rejected.len(), report.rejected[0].reason),
        (1, Reason::OtherMachine)
    );
}

fn glibc(needed: &[&str]) -> Vec<(&'static str, Linkage)> {
    vec![
        ("/app", program(GLIBC, needed)),
        (GLIBC, object("ld-linux-x86-64.so.2", &[])),
    ]
}

#[test]
fn what_is_not_known_is_undecided_and_never_missing() {
    let files = || {
        let mut files = glibc(&["liba.so", "libb.so"]);
        files.push(("/usr/lib64/liba.so", object("liba.so", &[])));
        files
    };
    let unreadable = "/lib64/liba.so".to_owned();
    let machine = Machine {
        unknown: vec![unreadable],
        ..Machine::new(Rules::lib64(&X86_64), files())
    };
    let report = load("/app", &machine).unwrap();
    assert_eq!(
        (report.undecided.len(), report.undecided[0].subject.as_str()),
        (1, "liba.so")
    );
    assert_eq!(
        (report.missing.len(), report.missing[0].soname.as_str()),
        (1, "libb.so")
    );

    let machine = Machine {
        cache_unknown: true,
        ..Machine::new(Rules::lib64(&X86_64), files())
    };
    let report = load("/app", &machine).unwrap();
    assert_eq!((report.undecided.len(), report.missing.len()), (2, 0));

    let machine = Machine {
        unknown: vec![GLIBC.to_owned()],
        ..Machine::new(Rules::lib64(&X86_64), files())
    };
    let report = load("/app", &machine).unwrap();
    assert_eq!(report.interpreter, Interpreter::Undecided(GLIBC.to_owned()));
    assert_eq!(report.chosen["liba.so"].path, "/usr/lib64/liba.so");
}

#[test]
fn an_entry_of_the_cache_counts_for_its_own_abi_and_processor() {
    let entry = |path: &str, flags, hwcaps: Option<&str>| CacheEntry {
        soname: "liba.so".to_owned(),
        path: path.to_owned(),
        flags,
        os_version: 0,
        hwcaps: hwcaps.map(str::to_owned),
        legacy_hwcap: 0,
    };
    let entries = vec![
        entry("/v4/liba.so", 0x303, Some("x86-64-v4")),
        entry("/32/liba.so", 3, None),
        entry("/v2/liba.so", 0x303, Some("x86-64-v2")),
        entry("/plain/liba.so", 0x303, None),
    ];
    let chosen = |hwcaps: &[&str], entries: &[CacheEntry]| {
        let mut files = glibc(&["liba.so"]);
        files.extend(
            ["/v4/liba.so", "/32/liba.so", "/v2/liba.so", "/plain/liba.so"].map(|p| (p, object("", &[]))),
        );
        let hwcaps = hwcaps.iter().map(|name| (*name).to_owned()).collect();
        let rules = Rules {
            hwcaps,
            ..Rules::lib64(&X86_64)
        };
        let cache = Some(LdCache {
            entries: entries.to_vec(),
        });
        load(
            "/app",
            &Machine {
                cache,
                ..Machine::new(rules, files)
            },
        )
        .unwrap()
    };
    assert_eq!(
        chosen(&["x86-64-v3", "x86-64-v2"], &entries).chosen["liba.so"].path,
        "/v2/liba.so"
    );
    assert_eq!(chosen(&[], &entries).chosen["liba.so"].path, "/plain/liba.so");
    let legacy = CacheEntry {
        legacy_hwcap: 4,
        ..entries[3].clone()
    };
    assert_eq!(
        chosen(&[], &[legacy]).undecided.len(),
        1,
        "which bits the processor has is not known"
    );
}

#[test]
fn an_interpreter_for_another_machine_is_rejected() {
    let mut files = glibc(&["liba.so"]);
    files[1].1.abi.machine = 183;
    let report = load("/app", &Machine::new(Rules::lib64(&X86_64), files)).unwrap();
    assert_eq!(
        report.interpreter,
        Interpreter::Rejected(GLIBC.to_owned(), Reason::OtherMachine)
    );
    assert!(report.fails() && report.chosen.is_empty());
}

#[test]
fn two_names_of_one_file_are_one_object_and_cycles_end() {
    let mut files = glibc(&["liba.so", "libalias.so"]);
    files.push(("/lib64/liba.so", object("", &["libalias.so", "liba.so"])));
    let links = HashMap::from([("/usr/lib64/libalias.so".to_owned(), "/lib64/liba.so".to_owned())]);
    let report = load(
        "/app",
        &Machine {
            links,
            ..Machine::new(Rules::lib64(&X86_64), files)
        },
    )
    .unwrap();
    assert_eq!(
        paths(&report),
        [("liba.so", "/lib64/liba.so"), ("libalias.so", "/lib64/liba.so")]
    );
}

#[test]
fn glibc_names_a_missing_library_once_and_musl_for_every_object() {
    for (interpreter, rules, times) in [(GLIBC, Rules::lib64(&X86_64), 1), (MUSL, Rules::musl(None), 2)] {
        let directory = rules.default_directories[0].clone();
        let liba = format!("{directory}/liba.so");
        let files = vec![
            ("/app", program(interpreter, &["liba.so", "libz.so"])),
            (interpreter, object("ld.so", &[])),
            (liba.as_str(), object("liba.so", &["libz.so"])),
        ];
        let report = load("/app", &Machine::new(rules, files)).unwrap();
        assert_eq!(report.missing.len(), times, "{interpreter}");
        assert_eq!(report.missing[0].needed_by, "/app");
    }
}

proptest::proptest! {
    /// Whatever needs whatever: loading ends, and every needed name is chosen, missing, or undecided.
    #[test]
    fn any_graph_of_needs_ends(
        needs in proptest::collection::vec(proptest::collection::vec(0usize..12, 0..6), 8),
        unknown in 0usize..12,
    ) {
        let names = (0..12).map(|index| format!("lib{index}.so")).collect::<Vec<_>>();
        let paths = names.iter().map(|name| format!("/lib64/{name}")).collect::<Vec<_>>();
        let needed = |of: &[usize]| of.iter().map(|index| names[*index].as_str()).collect::<Vec<_>>();
        let mut files = glibc(&needed(&needs[0]));
        let libraries = needs.iter().enumerate().map(|(index, of)| (paths[index].as_str(), object("", &needed(of))));
        let mut machine = Machine::new(Rules::lib64(&X86_64), libraries.chain(files.drain(..)).collect());
        machine.unknown = vec![paths[unknown].clone()];
        let report = load("/app", &machine).unwrap();
        for index in &needs[0] {
            let name = &names[*index];
            let states = [
                report.chosen.contains_key(name),
                report.missing.iter().any(|missing| missing.soname == *name),
                report.undecided.iter().any(|undecided| undecided.subject == *name),
            ];
            proptest::prop_assert_eq!(states.iter().filter(|state| **state).count(), 1);
            proptest::prop_assert_eq!(states[2], *index == unknown);
        }
    }
}
