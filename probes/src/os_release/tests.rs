use super::*;
use proptest::prelude::*;

fn known(files: &ReleaseFiles<'_>) -> OsIdentity {
    identify(files).unwrap().unwrap()
}

fn said(identity: &OsIdentity) -> [String; 4] {
    let OsIdentity {
        id,
        name,
        version_id,
        codename,
        ..
    } = identity.clone();
    [
        id,
        name,
        version_id.unwrap_or_default(),
        codename.unwrap_or_default(),
    ]
}

#[test]
fn os_release_decides_and_others_fill_the_gaps() {
    let os_release =
        b"ID=debian\nNAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n\
VERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n";
    let files = ReleaseFiles {
        os_release: Some(os_release),
        debian_version: Some(b"12.4\n"),
        lsb_release: Some(b"DISTRIB_ID=Other\nDISTRIB_RELEASE=99.1.1\n"),
        ..Default::default()
    };
    let identity = known(&files);
    assert_eq!(said(&identity), ["debian", "Debian GNU/Linux", "12", "bookworm"]);
    assert_eq!(identity.full_version.as_deref(), Some("12.4"));
}

#[test]
fn a_derivative_does_not_take_the_version_of_debian() {
    let files = ReleaseFiles {
        os_release: Some(b"ID=linuxmint\nID_LIKE=debian\nVERSION_ID=\"6\"\n"),
        debian_version: Some(b"12.4\n"),
        ..Default::default()
    };
    assert_eq!(known(&files).full_version.as_deref(), Some("6"));
}

#[test]
fn a_rebuild_does_not_take_the_code_name_of_red_hat() {
    let files = ReleaseFiles {
        os_release: Some(b"ID=ol\nNAME=\"Oracle Linux Server\"\nVERSION_ID=7.5\nID_LIKE=\"fedora rhel\"\n"),
        redhat_release: Some(b"Red Hat Enterprise Linux Server release 7.5 (Maipo)\n"),
        ..Default::default()
    };
    let identity = known(&files);
    assert_eq!((identity.id.as_str(), identity.codename), ("ol", None));
    assert_eq!(identity.id_like, ["fedora", "rhel"]);
}

#[test]
fn systems_without_os_release() {
    let redhat = |text| ReleaseFiles {
        redhat_release: Some(text),
        ..Default::default()
    };
    let identity = known(&redhat(
        b"Red Hat Enterprise Linux AS release 4 (Nahant Update 8)\n",
    ));
    assert_eq!(
        said(&identity),
        ["rhel", "Red Hat Enterprise Linux AS", "4", "Nahant Update 8"]
    );
    assert_eq!(
        identity.pretty_name,
        "Red Hat Enterprise Linux AS 4 (Nahant Update 8)"
    );

    let suse = |text| ReleaseFiles {
        suse_release: Some(text),
        ..Default::default()
    };
    let identity = known(&suse(
        b"SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n",
    ));
    assert_eq!(
        said(&identity),
        ["sles", "SUSE Linux Enterprise Server", "11.4", ""]
    );
    let identity = known(&suse(
        b"openSUSE 11.4 (i586)\nVERSION = 11.4\nCODENAME = Celadon\n",
    ));
    assert_eq!(said(&identity), ["opensuse", "openSUSE", "11.4", "Celadon"]);

    let alpine = ReleaseFiles {
        alpine_release: Some(b"3.2.0\n"),
        ..Default::default()
    };
    assert_eq!(said(&known(&alpine)), ["alpine", "Alpine Linux", "3.2.0", ""]);

    let debian = |text| ReleaseFiles {
        debian_version: Some(text),
        ..Default::default()
    };
    assert_eq!(
        said(&known(&debian(b"5.0.10\n"))),
        ["debian", "Debian GNU/Linux", "5.0.10", ""]
    );
    assert_eq!(
        said(&known(&debian(b"wheezy/sid\n"))),
        ["debian", "Debian GNU/Linux", "wheezy/sid", "wheezy"]
    );

    let ubuntu = ReleaseFiles {
        lsb_release: Some(b"DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\nDISTRIB_DESCRIPTION=\"Ubuntu 10.04 LTS\"\n"),
        ..debian(b"squeeze/sid\n")
    };
    assert_eq!(said(&known(&ubuntu)), ["ubuntu", "Ubuntu", "10.04", "lucid"]);
    assert_eq!(known(&ubuntu).pretty_name, "Ubuntu 10.04 LTS");
}

#[test]
fn nothing_is_not_a_system() {
    assert_eq!(identify(&ReleaseFiles::default()).unwrap(), None);
    let empty = Some(&b""[..]);
    let files = ReleaseFiles {
        os_release: empty,
        redhat_release: empty,
        debian_version: empty,
        ..Default::default()
    };
    assert_eq!(identify(&files).unwrap(), None);
}

proptest! {
    #[test]
    fn no_file_panics(text: Vec<u8>, which in 0..7) {
        let file = |at| (at == which).then_some(text.as_slice());
        let files = ReleaseFiles {
            os_release: file(0),
            redhat_release: file(1),
            suse_release: file(2),
            alpine_release: file(3),
            own_release: file(4),
            lsb_release: file(5),
            debian_version: file(6),
        };
        let _ = identify(&files);
    }

    #[test]
    fn no_release_line_panics(text in "[ a-zA-Z(]{0,12}( release)?[ 0-9.)(]{0,8}") {
        let _ = identify(&ReleaseFiles { redhat_release: Some(text.as_bytes()), ..Default::default() });
    }
}
