use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::*;
use crate::need::Take;
use crate::transport::Tree;

fn soon() -> Deadline {
    Deadline::from(Instant::now() + Duration::from_secs(60))
}

/// A member of an archive: a file with content, `name -> target` a link, `name/` a directory.
fn member(name: &str, content: &[u8]) -> Vec<u8> {
    let (name, link) = name.split_once(" -> ").unwrap_or((name, ""));
    let kind = match (link, name.ends_with('/')) {
        ("", true) => b'5',
        ("", false) => b'0',
        _ => b'2',
    };
    let mut header = vec![0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    let mode: &[u8] = if kind == b'5' { b"0000755" } else { b"0000644" };
    header[100..107].copy_from_slice(mode);
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link.as_bytes());
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    header.extend(content);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive: Vec<u8> = members
        .iter()
        .flat_map(|(name, content)| member(name, content))
        .collect();
    archive.resize(archive.len() + 1024, 0);
    archive
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 1).unwrap()
}

fn sha(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

const LIBRARY: &[u8] = b"\x7fELF and what follows of a library";

fn lower() -> Vec<u8> {
    tar(&[
        ("etc/", b""),
        ("etc/os-release -> ../usr/lib/os-release", b""),
        ("etc/gone", b"of the lower layer"),
        ("usr/lib/", b""),
        ("usr/lib/os-release", b"ID=old\n"),
        ("lib -> usr/lib", b""),
        ("opt/x/old", b""),
    ])
}

fn upper() -> Vec<u8> {
    tar(&[
        ("etc/.wh.gone", b""),
        ("etc/empty", b""),
        ("usr/lib/os-release", b"ID=new\n"),
        ("usr/lib/libx.so.1", LIBRARY),
        ("usr/lib/libx.so -> libx.so.1", b""),
        ("opt/x/", b""),
        ("opt/x/.wh..wh..opq", b""),
        ("opt/x/new", b"1"),
        ("dangling -> /nowhere", b""),
    ])
}

/// What the two layers are together, on the disk.
fn on_disk(top: &Path) -> PathBuf {
    let root = top.join("root");
    for directory in ["etc", "usr/lib", "opt/x"] {
        fs::create_dir_all(root.join(directory)).unwrap();
    }
    for (path, content) in [
        ("etc/empty", &b""[..]),
        ("usr/lib/os-release", b"ID=new\n"),
        ("usr/lib/libx.so.1", LIBRARY),
        ("opt/x/new", b"1"),
    ] {
        fs::write(root.join(path), content).unwrap();
    }
    for (target, path) in [
        ("../usr/lib/os-release", "etc/os-release"),
        ("usr/lib", "lib"),
        ("libx.so.1", "usr/lib/libx.so"),
        ("/nowhere", "dangling"),
    ] {
        symlink(target, root.join(path)).unwrap();
    }
    root
}

fn needs() -> Vec<Need> {
    let mut needs = vec![
        Need::file("etc/os-release"),
        Need::file("etc/empty"),
        Need::file("etc/gone"),
        Need::file("etc"),
        Need::file("dangling"),
        Need::file("lib/libx.so"),
        Need::file_up_to("lib/libx.so", 5),
        Need::range("usr/lib/libx.so.1", 0, 4),
        Need::range("lib/libx.so.1", 2, 6),
        Need::range("lib/libx.so.1", 30, 100),
        Need::range("lib/libx.so.1", 1000, 1),
        Need::FirstOf(vec![Need::command(["uname"]), Need::file("etc/os-release")]),
        Need::Offline(Box::new(Need::file("opt/x/new"))),
        Need::file("etc/os-release").variables(),
        Need::command(["uname"]),
    ];
    for pattern in ["*", "etc/*", "lib/*.so*", "usr/**", "opt/**", "opt/*/*", "none/*"] {
        let takes = [Take::Stat, Take::Head(4), Take::Content(100), Take::Content(3)];
        needs.extend(takes.map(|take| Need::glob(pattern, take)));
    }
    needs
}

fn oci(layers: &[Vec<u8>], diff_ids: &[String]) -> Vec<(String, Vec<u8>)> {
    let blob = |bytes: &[u8]| (format!("blobs/sha256/{}", sha(bytes)), bytes.to_vec());
    let about =
        |bytes: &[u8]| serde_json::json!({"digest": format!("sha256:{}", sha(bytes)), "size": bytes.len()});
    let config =
        serde_json::json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": diff_ids}});
    let config = config.to_string().into_bytes();
    let descriptors: Vec<_> = layers.iter().map(|layer| about(layer)).collect();
    let manifest = serde_json::json!({"config": about(&config), "layers": descriptors})
        .to_string()
        .into_bytes();
    let index = serde_json::json!({"manifests": [about(&manifest)]})
        .to_string()
        .into_bytes();
    let mut parts = vec![("index.json".to_owned(), index), blob(&config), blob(&manifest)];
    parts.extend(layers.iter().map(|layer| blob(layer)));
    parts
}

fn saved(layers: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
    let names: Vec<String> = (0..layers.len()).map(|at| format!("{at}/layer.tar")).collect();
    let ids: Vec<String> = layers
        .iter()
        .map(|layer| format!("sha256:{}", sha(layer)))
        .collect();
    let config = serde_json::json!({"rootfs": {"diff_ids": ids}})
        .to_string()
        .into_bytes();
    let name = format!("{}.json", sha(&config));
    let manifest = serde_json::json!([{"Config": name, "RepoTags": ["shop:1"], "Layers": names}]);
    let mut parts = vec![
        (name, config),
        ("manifest.json".to_owned(), manifest.to_string().into_bytes()),
    ];
    parts.extend(names.into_iter().zip(layers.iter().cloned()));
    parts
}

fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    tar(&members)
}

fn spread(top: &Path, name: &str, parts: &[(String, Vec<u8>)]) -> PathBuf {
    for (path, bytes) in parts {
        let path = top.join(name).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    top.join(name)
}

#[test]
fn every_form_answers_as_the_tree_on_the_disk() {
    let top = tempfile::tempdir().unwrap();
    let expected = Tree::at(&on_disk(top.path()), soon())
        .unwrap()
        .ask(&needs())
        .unwrap();
    let plain = [lower(), upper()];
    let ids = plain.each_ref().map(|layer| format!("sha256:{}", sha(layer)));
    let gzipped = plain.each_ref().map(|layer| gzip(layer));
    let mixed = [zstd(&plain[0]), plain[1].clone()];
    let write = |name: &str, bytes: Vec<u8>| {
        fs::write(top.path().join(name), bytes).unwrap();
        top.path().join(name)
    };
    let one: Vec<(&str, &[u8])> = vec![
        ("./", b""),
        ("./etc/", b""),
        ("./etc/os-release -> ../usr/lib/os-release", b""),
        ("./etc/empty", b""),
        ("./usr/", b""),
        ("./usr/lib/", b""),
        ("./usr/lib/os-release", b"ID=new\n"),
        ("./usr/lib/libx.so.1", LIBRARY),
        ("./usr/lib/libx.so -> libx.so.1", b""),
        ("./lib -> usr/lib", b""),
        ("./opt/x/new", b"1"),
        ("./dangling -> /nowhere", b""),
    ];
    for path in [
        write("saved.tar", archive(&saved(&plain))),
        write("saved.tar.gz", gzip(&archive(&saved(&plain)))),
        spread(top.path(), "saved", &saved(&plain)),
        spread(top.path(), "layout", &oci(&gzipped, &ids)),
        spread(top.path(), "mixed", &oci(&mixed, &ids)),
        write("oci.tar", archive(&oci(&mixed, &[]))),
        write("oci.tar.zst", zstd(&archive(&oci(&gzipped, &ids)))),
        write("tree.tar", tar(&one)),
        write("tree.tgz", gzip(&tar(&one))),
    ] {
        let mut image = Image::open(&path, None, soon()).unwrap_or_else(|error| panic!("{error}"));
        for (round, needs) in [needs(), needs()].into_iter().enumerate() {
            let answers = image.ask(&needs).unwrap();
            for ((need, answer), expected) in needs.iter().zip(&answers).zip(&expected) {
                assert_eq!(answer, expected, "{}, round {round}: {need}", path.display());
            }
        }
    }
}

/// What opening an archive of these bytes says.
fn refusal(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    match Image::open(file.path(), None, soon()) {
        Ok(_) => "no refusal".to_owned(),
        Err(error) => {
            assert_eq!(error.code, "bad-image", "{error}");
            error.message
        }
    }
}

#[test]
fn what_is_not_as_announced_is_refused() {
    let layers = [lower(), upper()];
    let says = |parts: &[(String, Vec<u8>)], what: &str| {
        let refusal = refusal(&archive(parts));
        assert!(refusal.contains(what), "{refusal}");
    };
    let mut parts = oci(&layers, &[]);
    let last = parts.len() - 1;
    parts[last].1[600] ^= 1;
    says(&parts, "the digest is sha256:");
    parts[last].1.pop();
    says(&parts, "bytes, not");
    parts.pop();
    says(&parts, "is not in the archive");
    says(
        &oci(&layers, &["sha256:../../etc/passwd".to_owned(), String::new()]),
        "is no SHA-256 digest",
    );
    says(&oci(&layers, &[sha(b"")]), "2 layers, of which 1 have a digest");
    let other = format!("sha256:{}", sha(b"other"));
    says(&oci(&layers, &[other.clone(), other]), "the digest is sha256:");
    let mut parts = saved(&layers);
    parts[3].1[1537] ^= 1;
    says(&parts, "1/layer.tar: the digest is");
    let whole = gzip(&archive(&saved(&layers)));
    for cut in [1, 10, whole.len() / 2, whole.len() - 1] {
        let refusal = refusal(&whole[..cut]);
        assert!(!refusal.contains("no refusal"), "cut at {cut}");
    }
    assert!(refusal(b"").contains("cut off at byte 0"));
    assert!(refusal(b"BZh91AY").contains("bzip2"));
}

#[test]
fn a_bomb_is_refused() {
    let start = Instant::now();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = member("etc/x", b"");
    header[124..135].copy_from_slice(b"07777777777");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    encoder.write_all(&header).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..120 {
        encoder.write_all(&zeros).unwrap();
    }
    let refusal = refusal(&encoder.finish().unwrap());
    assert!(
        refusal.contains("more than 200 bytes unpacked of each packed one"),
        "{refusal}"
    );
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn of_several_images_one_platform_is_read() {
    let manifest = |at: usize, architecture: &str| {
        let layer = tar(&[("etc/os-release", architecture.as_bytes())]);
        let mut parts = oci(&[layer], &[]);
        let config = serde_json::json!({"os": "linux", "architecture": architecture})
            .to_string()
            .into_bytes();
        let mut manifest: serde_json::Value = serde_json::from_slice(&parts[2].1).unwrap();
        manifest["config"] =
            serde_json::json!({"digest": format!("sha256:{}", sha(&config)), "size": config.len()});
        let manifest = manifest.to_string().into_bytes();
        let descriptor = serde_json::json!({
            "digest": format!("sha256:{}", sha(&manifest)), "size": manifest.len(),
            "platform": {"os": "linux", "architecture": architecture},
            "annotations": {"at": at.to_string()},
        });
        parts[1] = (format!("blobs/sha256/{}", sha(&config)), config);
        parts[2] = (format!("blobs/sha256/{}", sha(&manifest)), manifest);
        (descriptor, parts.split_off(1))
    };
    let here = Platform::default().to_string();
    let here = here.strip_prefix("linux/").unwrap();
    let (one, mut parts) = manifest(0, here);
    let (other, more) = manifest(1, "mips64");
    parts.extend(more);
    let attestation = serde_json::json!({
        "digest": format!("sha256:{}", sha(b"")), "size": 0,
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
    });
    let index = serde_json::json!({"manifests": [one, one, other, attestation]});
    parts.push(("index.json".to_owned(), index.to_string().into_bytes()));
    let top = tempfile::tempdir().unwrap();
    let path = spread(top.path(), "layout", &parts);
    let read = |platform: Option<&str>| -> Result<String, String> {
        let mut image = Image::open(&path, platform, soon()).map_err(|error| error.message)?;
        let answers = image.ask(&[Need::file("etc/os-release")]).unwrap();
        match &answers[..] {
            [Outcome::Got(Answer::Bytes(bytes))] => Ok(String::from_utf8(bytes.clone()).unwrap()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(read(None).unwrap(), here);
    assert_eq!(read(Some("linux/mips64")).unwrap(), "mips64");
    let refusal = read(Some("linux/s390x")).unwrap_err();
    assert!(
        refusal.contains("linux/mips64") && !refusal.contains("unknown"),
        "{refusal}"
    );
}
