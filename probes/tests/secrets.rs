//! Equal secrets are told apart from others, and none is told.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "test code makes what probes read"
)]

use std::fs;

use parity_core::fact::FactId;
use parity_core::observe::{Options, observe};
use parity_core::probe::Subject;
use parity_core::redact::DigestKey;
use parity_core::snapshot::Snapshot;
use parity_core::target::Target;

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

fn seen(password: &str, key: Option<&[u8]>) -> Snapshot {
    let root = tempfile::TempDir::new().unwrap();
    for (path, text) in [
        ("etc/os-release", "ID=debian\n".to_owned()),
        (
            "etc/redis/redis.conf",
            format!("port 6379\nrequirepass \"{password}\"\n"),
        ),
        (
            "etc/environment",
            format!("LANG=C.UTF-8\nexport TOKEN={password}\n"),
        ),
    ] {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let target = Target::parse(&format!("rootfs:{}", root.path().display())).unwrap();
    let mut options = Options::at("2026-01-01T00:00:00Z");
    options.digest_key = key.map(|key| DigestKey::new(key).unwrap());
    observe(&target, Subject::Host, &parity_probes::probes(), &options).snapshot
}

fn digest(snapshot: &Snapshot, key: &str) -> Option<String> {
    let fact = snapshot.fact(&FactId::keyed("secret.digest", key))?;
    Some(fact.state.value()?.to_string())
}

#[test]
fn equal_secrets_have_equal_digests_under_one_key() {
    let [here, there, other] = ["hunter2", "hunter2", "hunter3"].map(|secret| seen(secret, Some(KEY)));
    for place in ["etc/redis/redis.conf:requirepass", "etc/environment:TOKEN"] {
        let told = digest(&here, place);
        assert!(told.is_some(), "{place}");
        assert_eq!(told, digest(&there, place));
        assert_ne!(told, digest(&other, place));
        assert_ne!(
            told,
            digest(
                &seen("hunter2", Some(b"another key, which is as long as needed")),
                place
            )
        );
    }
    assert!(!here.to_json().contains("hunter2"));
}

#[test]
fn without_a_key_nothing_is_known() {
    let snapshot = seen("hunter2", None);
    assert!(snapshot.family("secret.digest").next().is_none());
    let asked = FactId::keyed("secret.digest", "etc/environment:TOKEN");
    assert!(!snapshot.state(&asked).is_certain());
}
