use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;

use super::*;

/// An archive with these files, packed where `packs` says so.
fn archive(files: &[(&str, &[u8])], packs: bool) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let u16s = |numbers: &[u16]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    for (name, content) in files {
        let packed = if packs {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        } else {
            content.to_vec()
        };
        let method = if packs { 8 } else { 0 };
        let (name_length, offset) = (name.len() as u16, out.len() as u32);
        let sizes: Vec<u8> = [0, packed.len() as u32, content.len() as u32]
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .collect();
        out.extend(b"PK\x03\x04");
        out.extend(u16s(&[20, 0, method, 0, 0]));
        out.extend(&sizes);
        out.extend(u16s(&[name_length, 0]));
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(u16s(&[20, 20, 0, method, 0, 0]));
        directory.extend(&sizes);
        directory.extend(u16s(&[name_length, 0, 0, 0, 0]));
        directory.extend(0_u32.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (begin, size, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06");
    out.extend(u16s(&[0, 0, count, count]));
    out.extend(size.to_le_bytes());
    out.extend(begin.to_le_bytes());
    out.extend(u16s(&[0]));
    out
}

/// A class file of this version that names these classes, with a number that takes two places before them.
fn class_file(major: u16, names: &[&str]) -> Vec<u8> {
    let mut out = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0];
    out.extend(major.to_be_bytes());
    let count = 3 + 2 * names.len() as u16;
    out.extend(count.to_be_bytes());
    out.extend([5, 0, 0, 0, 0, 0, 0, 0, 1]);
    for (at, name) in names.iter().enumerate() {
        out.push(1);
        out.extend((name.len() as u16).to_be_bytes());
        out.extend(name.as_bytes());
        out.push(7);
        out.extend((3 + 2 * at as u16).to_be_bytes());
    }
    out
}

#[test]
fn classes_are_read() {
    let bytes = class_file(65, &["java/lang/Object", "[Ljavax/xml/bind/JAXB;"]);
    let read = class(&bytes).unwrap();
    assert_eq!(
        (read.major, read.names),
        (65, vec!["java/lang/Object", "javax/xml/bind/JAXB;"])
    );
    for end in 0..bytes.len() {
        assert!(class(&bytes[..end]).is_err(), "{end}");
    }
}

#[test]
fn the_highest_version_counts_and_that_of_newer_runtimes_does_not() {
    let (old, new) = (class_file(52, &[]), class_file(65, &[]));
    let newest = class_file(67, &[]);
    let nested = archive(&[("lib/B.class", &new)], true);
    let files: [(&str, &[u8]); 4] = [
        ("BOOT-INF/classes/A.class", &old),
        ("BOOT-INF/lib/b.jar", &nested),
        ("META-INF/versions/23/A.class", &newest),
        ("module-info.class", &newest),
    ];
    for packs in [false, true] {
        assert_eq!(jar_facts(&archive(&files, packs), false).unwrap().major, Some(65));
    }
    let mut with_a_script_before = b"#!/bin/sh\nexec java -jar $0\n".to_vec();
    with_a_script_before.extend(archive(&files, true));
    assert_eq!(jar_facts(&with_a_script_before, false).unwrap().major, Some(65));
}

#[test]
fn removed_packages_are_those_that_own_classes_name() {
    let uses = class_file(52, &["javax/xml/bind/JAXBContext"]);
    let plain = archive(
        &[("a/A.class", &uses), ("META-INF/maven/a/a/pom.properties", b"")],
        true,
    );
    assert_eq!(
        jar_facts(&plain, false)
            .unwrap()
            .names
            .into_iter()
            .collect::<Vec<_>>(),
        ["javax/xml/bind/"]
    );
    let poms: [(&str, &[u8]); 3] = [
        ("a/A.class", &uses),
        ("m/a/pom.properties", b""),
        ("m/b/pom.properties", b""),
    ];
    assert!(jar_facts(&archive(&poms, true), false).unwrap().names.is_empty());
    let library = archive(
        &[("javax/xml/bind/JAXBContext.class", &class_file(52, &[]))],
        true,
    );
    let facts = jar_facts(&archive(&[("WEB-INF/lib/jaxb.jar", &library)], false), true).unwrap();
    assert!(facts.holds.contains("javax/xml/bind/"));
}

#[test]
fn the_namespace_of_servlets() {
    let servlet = class_file(61, &["javax/servlet/http/HttpServlet"]);
    let of = |files: &[(&str, &[u8])]| {
        let facts = jar_facts(&archive(files, true), true).unwrap();
        facts
            .servlets
            .into_iter()
            .map(Namespace::name)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&[("WEB-INF/classes/A.class", &servlet)]), ["javax"]);
    let library = archive(
        &[(
            "META-INF/services/jakarta.servlet.ServletContainerInitializer",
            b"x",
        )],
        false,
    );
    assert_eq!(of(&[("WEB-INF/lib/l.jar", &library)]), ["jakarta"]);
    assert_eq!(
        of(&[
            ("WEB-INF/classes/A.class", &servlet),
            ("WEB-INF/lib/l.jar", &library)
        ]),
        ["javax", "jakarta"]
    );
}

#[test]
fn what_is_cut_off_is_an_error() {
    let whole = archive(&[("a/A.class", &class_file(61, &["a/B"]))], true);
    for end in 0..whole.len() {
        assert!(jar_facts(&whole[..end], false).is_err(), "{end}");
    }
    assert!(jar_facts(&archive(&[("a/A.class", b"no class")], true), false).is_err());
}

proptest! {
    #[test]
    fn no_mutation_panics(at in 0_usize..2000, byte in any::<u8>()) {
        let nested = archive(&[("a/B.class", &class_file(61, &["a/C"]))], true);
        let mut bytes = archive(&[("a/A.class", &class_file(61, &["a/B"])), ("lib/b.jar", &nested)], false);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = jar_facts(&bytes, true);
    }
}
