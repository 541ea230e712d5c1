use super::*;
use proptest::prelude::*;

const STATUS: &[u8] = b"Package: held\nStatus: hold ok installed\nArchitecture: amd64\nSource: src (1:2.0-1)\n\
Version: 1:2.0-1+b1\nDescription: na\xefve\n .\n Package: not a field\nMaintainer: A <a@example.org>\n\n\
package: gone\nStatus: Deinstall ok config-files\nVersion: 0:3\n\n\
Package: never\nStatus: purge ok not-installed\n\n\
Package: broken\nStatus: install reinstreq half-configured\nArchitecture: all\nVersion: 4~rc1\nSource: other\n\n";

const QUERY: &[u8] = b"held\t1:2.0-1+b1\tamd64\thold ok installed\tsrc (1:2.0-1)\n\
gone\t3\t\tdeinstall ok config-files\t\n\
broken\t4~rc1\tall\tinstall reinstreq half-configured\tother\n";

fn fault(bytes: &[u8]) -> Fault {
    parse_status(bytes).unwrap_err().fault
}

#[test]
fn keeps_every_state_but_not_installed() {
    let packages = parse_status(STATUS).unwrap();
    let seen: Vec<_> = packages
        .iter()
        .map(|p| (p.name.as_str(), p.version.as_str(), p.line))
        .collect();
    assert_eq!(
        seen,
        [
            ("held", "1:2.0-1+b1", 1),
            ("gone", "3", 11),
            ("broken", "4~rc1", 18)
        ]
    );
    let held = &packages[0];
    assert_eq!(
        held.status,
        Some(Status {
            want: Want::Hold,
            flag: Flag::Ok,
            state: State::Installed
        })
    );
    assert_eq!((held.source_name(), held.source_version()), ("src", "1:2.0-1"));
    assert_eq!(
        (packages[1].source_name(), packages[1].source_version()),
        ("gone", "3")
    );
    assert_eq!(
        (packages[2].source_name(), packages[2].source_version()),
        ("other", "4~rc1")
    );
    assert_eq!(packages[2].status.unwrap().state.as_str(), "half-configured");
}

#[test]
fn both_routes_give_equal_packages() {
    assert_eq!(parse_status(STATUS).unwrap(), parse_query(QUERY).unwrap());
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let crlf: Vec<u8> = STATUS
        .iter()
        .flat_map(|&b| if b == b'\n' { vec![b'\r', b'\n'] } else { vec![b] })
        .collect();
    assert_eq!(parse_status(&crlf).unwrap(), parse_status(STATUS).unwrap());
}

#[test]
fn status_d_has_no_status() {
    let packages = parse_status(b"Package: base-files\nVersion: 12\nArchitecture: arm64\n").unwrap();
    assert_eq!((packages.len(), packages[0].status), (1, None));
}

#[test]
fn says_what_is_wrong() {
    assert_eq!(fault(b"Package: a\nVersion: 1"), Fault::Truncated("a stanza"));
    assert_eq!(fault(b"Package: a\n"), Fault::Missing("Version"));
    assert_eq!(fault(b"Version: 1\n"), Fault::Missing("Package"));
    assert_eq!(
        fault(b"Package: a\nVersion: 1\nversion: 2\n"),
        Fault::Duplicate("Version")
    );
    assert!(matches!(
        fault(b"Package: a\nVersion: 1\nStatus: install ok fine\n"),
        Fault::Malformed(_)
    ));
    assert!(matches!(
        fault(b"Package: a\nVersion: 1\nStatus: install ok installed x\n"),
        Fault::Malformed(_)
    ));
    let mixed = b"Package: a\nVersion: 1\nStatus: install ok installed\n\nPackage: b\nVersion: 1\n";
    assert!(matches!(fault(mixed), Fault::Missing(_)));
    assert_eq!(
        parse_query(b"a\t1\t\t\t").unwrap_err().fault,
        Fault::Truncated("a line")
    );
    assert!(matches!(
        parse_query(b"dpkg-query: no packages\n").unwrap_err().fault,
        Fault::Malformed(_)
    ));
}

#[test]
fn a_cut_is_an_error_or_falls_between_entries() {
    let whole = parse_status(STATUS).unwrap();
    for end in 0..STATUS.len() {
        if let Ok(packages) = parse_status(&STATUS[..end]) {
            let lines = STATUS[..end].iter().filter(|&&byte| byte == b'\n').count();
            let begun = whole.iter().filter(|package| package.line <= lines).count();
            assert!(end == 0 || STATUS[end - 1] == b'\n', "cut at {end}");
            assert_eq!(packages.len(), begun, "cut at {end}");
        }
    }
    for end in 0..QUERY.len() {
        assert_eq!(
            parse_query(&QUERY[..end]).is_ok(),
            end == 0 || QUERY[end - 1] == b'\n'
        );
    }
}

proptest! {
    #[test]
    fn no_mutation_panics(changes in prop::collection::vec((0..STATUS.len(), any::<u8>()), 1..8), end in 0..=STATUS.len()) {
        let mut bytes = STATUS.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let _ = parse_status(&bytes[..end]);
        let _ = parse_query(&bytes[..end]);
    }

    #[test]
    fn what_is_written_is_read(names in prop::collection::vec("[a-z0-9][a-z0-9+.-]{1,12}", 0..20), version in "[0-9][a-z0-9.+~-]{0,9}") {
        let mut status = String::new();
        let mut query = String::new();
        for name in &names {
            status += &format!("Package: {name}\nStatus: install ok installed\nArchitecture: all\nVersion: {version}\n\n");
            query += &format!("{name}\t{version}\tall\tinstall ok installed\t\n");
        }
        let packages = parse_status(status.as_bytes()).unwrap();
        prop_assert_eq!(&packages, &parse_query(query.as_bytes()).unwrap());
        prop_assert_eq!(packages.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), names);
    }
}
