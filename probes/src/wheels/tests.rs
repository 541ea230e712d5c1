use proptest::prelude::*;

use super::*;

fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

#[test]
fn versions_of_python() {
    for (text, minor, fits) in [
        ("py3-none-any", 8, true),
        ("py2.py3-none-any", 8, false),
        ("py2-none-any", 8, false),
        ("py39-none-any", 8, false),
        ("cp38-cp38-linux_x86_64", 8, true),
        ("cp37-cp37m-linux_x86_64", 7, true),
        ("cp38-cp38-linux_x86_64", 10, false),
        ("cp36-abi3-linux_x86_64", 12, true),
        ("cp312-abi3-linux_x86_64", 11, false),
        ("cp313-cp313t-linux_x86_64", 13, false),
        ("pp310-pypy310_pp73-linux_x86_64", 10, false),
        ("cp310-none-win_amd64", 10, true),
    ] {
        assert_eq!(tag(text).fits_python(3, minor), fits, "{text} on 3.{minor}");
    }
}

#[test]
fn platforms() {
    let linux = |machine: &str, libc| Platform::Linux {
        machine: machine.to_owned(),
        libc,
    };
    for (text, platform) in [
        ("py3-none-any", Platform::Any),
        ("x-x-linux_aarch64", linux("aarch64", None)),
        (
            "x-x-manylinux1_x86_64",
            linux("x86_64", Some((Libc::Glibc, 2, 5))),
        ),
        (
            "x-x-manylinux2014_ppc64le",
            linux("ppc64le", Some((Libc::Glibc, 2, 17))),
        ),
        (
            "x-x-manylinux_2_28_x86_64",
            linux("x86_64", Some((Libc::Glibc, 2, 28))),
        ),
        (
            "x-x-musllinux_1_2_aarch64",
            linux("aarch64", Some((Libc::Musl, 1, 2))),
        ),
        ("x-x-macosx_11_0_arm64", Platform::Other),
        ("x-x-win_amd64", Platform::Other),
        ("x-x-manylinux_2", Platform::Other),
    ] {
        assert_eq!(tag(text).platform(), platform, "{text}");
    }
}

#[test]
fn names_with_a_build_number() {
    let name = WheelName::parse("a.b-1.0-2-py2.py3-none-any.whl").unwrap();
    assert_eq!(name.distribution, "a-b-1.0");
    assert_eq!(name.tags.len(), 2);
    assert_eq!(WheelName::parse("a-b-c-d-e-f-g.whl"), None);
}

proptest! {
    #[test]
    fn names_never_panic(text in "[a-z0-9._é-]{0,60}") {
        if let Some(name) = WheelName::parse(&format!("{text}.whl")) {
            for tag in name.tags {
                let _ = (tag.fits_python(3, 11), tag.platform(), tag.python_for_people(), tag.platform_for_people());
            }
        }
    }
}
