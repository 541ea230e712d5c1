use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[test]
fn pinned_versions() {
    let version = |path: &str, text: &str| {
        pins(path, text)
            .unwrap()
            .get("django")
            .cloned()
            .unwrap_or_default()
    };
    let requirements = "-r base.txt\nrequests>=2\nDjango[argon2]==2.2.7 ; python_version >= '3' # web\n";
    assert_eq!(version("api/requirements-prod.txt", requirements), "2.2.7");
    assert_eq!(
        version("requirements.txt", "django~=4.2.1 --hash=sha256:00"),
        "4.2.1"
    );
    assert_eq!(version("requirements.txt", "django>=2.2"), "");
    assert_eq!(
        version(
            "Pipfile.lock",
            r#"{"default": {"django": {"version": "==3.2.5"}}}"#
        ),
        "3.2.5"
    );
    let poetry = "[[package]]\nname = \"django\"\nversion = \"5.1\"\n\n[package.extras]\nname = \"x\"\n";
    assert_eq!(version("poetry.lock", poetry), "5.1");
    assert_eq!(pins("setup.py", ""), None);
}

#[test]
fn versions_that_are_open() {
    let open = |path: &str, text: &str| undecided(path, text).into_iter().collect::<Vec<_>>().join(" ");
    let list = "numpy==1.24.4 ; python_version < \"3.12\"\npandas==2.0.0\npydantic~=2.0\nPyYAML==6.0 ; python_version >= \"3.8\"\ntorch==2.*\n";
    assert_eq!(open("requirements.txt", list), "numpy pydantic torch");
    let twice = "scipy==1.10.1\nscipy==1.11.4 ; python_version >= '3.12'\n";
    assert_eq!(open("requirements.txt", twice), "scipy");
    let lock = "[[package]]\nname = \"numpy\"\nversion = \"2.0.2\"\n[[package]]\nname = \"numpy\"\nversion = \"2.3.0\"\n[[package]]\nname = \"torch\"\n";
    assert_eq!(open("uv.lock", lock), "numpy");
}

#[test]
fn databases_of_frameworks() {
    let of = |pins: &[(&str, &str)], backends: &[&str]| {
        let pins: BTreeMap<String, String> = pins
            .iter()
            .map(|(name, version)| ((*name).to_owned(), (*version).to_owned()))
            .collect();
        let backends: Vec<String> = backends.iter().map(|name| (*name).to_owned()).collect();
        let found = minima(&pins, &backends).into_iter();
        found
            .map(|minimum| (minimum.database, minimum.version))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(&[("django", "2.2.7")], &["sqlite3"]),
        [(Database::Sqlite, "3.8.3")]
    );
    assert_eq!(
        of(&[("django", "3.1")], &["sqlite3"]),
        [(Database::Sqlite, "3.8.3")]
    );
    assert_eq!(
        of(&[("django", "5.2.1")], &["sqlite3"]),
        [(Database::Sqlite, "3.31.0")]
    );
    assert_eq!(of(&[("django", "2.2.7")], &["postgresql"]), []);
    assert_eq!(
        of(&[("django", "5.1")], &["postgresql"]),
        [(Database::Server("postgresql"), "13")]
    );
    let both = [
        (Database::Server("mariadb"), "10.4"),
        (Database::Server("mysql"), "8.0.11"),
    ];
    assert_eq!(of(&[("django", "5.0")], &["mysql"]), both);
    assert_eq!(of(&[("chromadb", "0.4")], &[]), [(Database::Sqlite, "3.35.0")]);
    assert_eq!(of(&[("chromadb", "0.4"), ("pysqlite3-binary", "0.5")], &[]), []);
}

#[test]
fn ranges_of_dotnet() {
    let range = |roll: &str| {
        let text = format!(
            r#"{{"runtimeOptions": {{"rollForward": "{roll}", "frameworks": [{{"name": "a", "version": "8.0.2"}}]}}}}"#
        );
        runtime_config(text.as_bytes()).unwrap().remove(0).1
    };
    assert_eq!(range("Minor"), ">=8.0.2 <9.0.0");
    assert_eq!(range("LatestMajor"), ">=8.0.2");
    assert_eq!(range("latestPatch"), ">=8.0.2 <8.1.0");
    assert_eq!(range("Disable"), "8.0.2");
    let own = br#"{"runtimeOptions": {"includedFrameworks": [{"name": "a", "version": "8.0.2"}]}}"#;
    assert_eq!(runtime_config(own).unwrap(), []);
}

#[test]
fn packages_of_composer() {
    let lock = br#"{"packages": [{"name": "a/a", "require": {"php": ">=8.1"}}, {"name": "b/b", "require": {"php": ">=8.1"}}],
        "packages-dev": [{"name": "c/c", "require": {"php": ">=8.3"}}]}"#;
    let required = composer_lock(lock).unwrap();
    assert_eq!(
        required,
        [Required {
            package: "a/a".to_owned(),
            range: ">=8.1".to_owned()
        }]
    );
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = (composer_lock(&bytes), runtime_config(&bytes), undeclared(&bytes), platform_check(&text));
        for name in ["requirements.txt", "Pipfile.lock", "poetry.lock"] {
            let _ = pins(name, &text);
        }
    }
}
