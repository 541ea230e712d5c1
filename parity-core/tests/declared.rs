//! Facts written by hand: what is read, and what is told about mistakes.
#![allow(clippy::unwrap_used)]

use parity_core::declared::{DeclaredError, MAX_BYTES, MAX_MISTAKES, Source, parse, read};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::snapshot::{CoverageState, Snapshot};
use parity_core::version::Scheme;
use proptest::prelude::*;

const NOW: &str = "2026-02-03T04:05:06Z";

const SCHEMAS: &[Schema] = &[
    Schema::single("os.id", Kind::Text, "Id."),
    Schema::single("os.version", Kind::Version, "Version."),
    Schema::single("kernel.page-size", Kind::Number, "Bytes."),
    Schema::single("time.zoneinfo", Kind::Bool, "There."),
    Schema::single("host.name", Kind::Text, "Name.").identity(),
    Schema::family("listen", "protocol/port", Kind::Set, "Addresses."),
];

fn plain(text: &str) -> Result<Snapshot, DeclaredError> {
    let source = Source {
        path: "db.toml",
        now: NOW,
        schemas: &[],
    };
    parse(text, &source)
}

fn checked(text: &str) -> Result<Snapshot, DeclaredError> {
    let source = Source {
        path: "db.toml",
        now: NOW,
        schemas: SCHEMAS,
    };
    parse(text, &source)
}

fn id(text: &str) -> FactId {
    text.parse().unwrap()
}

#[test]
fn every_form_of_a_fact() {
    let snapshot = plain(
        r#"
target = "db.example"
taken_at = "2026-01-01"
complete = ["listen"]

[facts]
"os.id" = "debian"
"kernel.page-size" = 4096
"time.zoneinfo" = true
"listen[tcp/5432]" = ["127.0.0.1"]
"libc.version" = { value = "2.31", scheme = "generic" }
"library[x86_64/libfoo.so.1]" = { state = "absent" }
"library[x86_64/libbar.so.1]" = { state = "not-permitted" }
"firewall" = { state = "unknown", reason = "not told" }
"#,
    )
    .unwrap();
    assert_eq!(snapshot.target, "db.example");
    assert_eq!(snapshot.taken_at, "2026-01-01T00:00:00Z");
    assert_eq!(snapshot.state(&id("os.id")), State::Value("debian".into()));
    assert_eq!(
        snapshot.state(&id("kernel.page-size")),
        State::Value(Value::Int(4096))
    );
    assert_eq!(
        snapshot.state(&id("time.zoneinfo")),
        State::Value(Value::Bool(true))
    );
    assert_eq!(
        snapshot.state(&id("listen[tcp/5432]")),
        State::Value(Value::set(["127.0.0.1"]))
    );
    assert_eq!(snapshot.state(&id("listen[tcp/80]")), State::Absent);
    assert_eq!(snapshot.state(&id("library[x86_64/libfoo.so.1]")), State::Absent);
    assert_eq!(
        snapshot.state(&id("library[x86_64/libbar.so.1]")),
        State::NotPermitted
    );
    assert!(matches!(
        snapshot.state(&id("library[x86_64/libc.so.6]")),
        State::Unknown(_)
    ));
    assert_eq!(snapshot.state(&id("firewall")), State::Unknown("not told".into()));
    assert!(matches!(snapshot.state(&id("os.name")), State::Unknown(_)));
    let libc = snapshot.fact(&id("libc.version")).unwrap();
    assert_eq!(libc.scheme, Some(Scheme::Generic));
    assert_eq!(
        libc.origin,
        Origin::Declared {
            path: "db.toml".into(),
            line: 11
        }
    );
    assert!(!snapshot.is_complete());
    assert_eq!(Snapshot::parse(&snapshot.to_json()).unwrap(), snapshot);
}

#[test]
fn the_moment_and_the_name_have_defaults() {
    let snapshot = plain("[facts]\n\"os.id\" = \"debian\"\n").unwrap();
    assert_eq!(
        (snapshot.target.as_str(), snapshot.taken_at.as_str()),
        ("db.toml", NOW)
    );
    assert!(snapshot.is_complete(), "a single certain fact is told completely");
    for (moment, read) in [
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("\"2026-01-31T12:00:00+02:00\"", "2026-01-31T10:00:00Z"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
    ] {
        let snapshot = plain(&format!("taken_at = {moment}\ncomplete = ['os.id']")).unwrap();
        assert_eq!(snapshot.taken_at, read);
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_in_order() {
    let error = checked(
        r#"targt = "x"
complete = ["listn", "listen[a]", 3]
taken_at = "yesterday"
[facts]
"os.idd" = "debian"
"os.id[x]" = "debian"
"listen" = ["::"]
"listen[*]" = ["::"]
"kernel.page-size" = "4096"
"listen[tcp/1]" = "::"
"listen[tcp/2]" = { state = "abscent" }
"listen[tcp/3]" = { value = ["::"], state = "absent" }
"listen[tcp/4]" = { valeu = ["::"], state = "absent" }
"listen[tcp/5]" = { state = "absent", reason = "no" }
"os.version" = { value = "1", scheme = "semantic" }
"Os.Name" = "x"
"time.zoneinfo" = 1.5
host.name = "x"
"#,
    )
    .unwrap_err();
    let told = error.to_string();
    let lines: Vec<&str> = told.lines().collect();
    let wanted = [
        "db.toml:1:1: a file of facts has no `targt`; did you mean `target`?",
        "db.toml:2:13: there is no fact `listn`; did you mean `listen`?",
        "db.toml:2:22: `complete` holds names without a key: `listen`",
        "db.toml:2:35: `complete` is a list of names of facts",
        "db.toml:3:12: `taken_at` is a day",
        "db.toml:5:1: there is no fact `os.idd`; did you mean `os.id`?",
        "db.toml:6:1: there is only one `os.id`",
        "db.toml:7:1: `listen` needs a key in brackets: `listen[…]`, the protocol/port",
        "db.toml:8:15: the key `*` stands for all that are not listed",
        "db.toml:9:22: `kernel.page-size`: its value is a whole number",
        "db.toml:10:19: `listen[tcp/1]`: its value is a list of texts",
        "db.toml:11:29: the state of a fact has no `abscent`; did you mean `absent`?",
        "db.toml:12:19: `listen[tcp/3]` needs either a `value` or a `state`",
        "db.toml:13:21: a fact has no `valeu`; did you mean `value`?",
        "db.toml:14:19: `reason` belongs to the state `unknown`",
        "db.toml:15:40: \"semantic\" is not a version scheme",
        "db.toml:16:1: `Os.Name` is not a fact id",
        "db.toml:17:19: `time.zoneinfo`: there are no fractions",
        "db.toml:18:1: write the whole name in quotes, as in \"host.name\"",
    ];
    assert_eq!(lines.len(), wanted.len(), "{told}");
    for (line, wanted) in lines.iter().zip(wanted) {
        assert!(line.starts_with(wanted), "{line}\n{wanted}");
    }
}

#[test]
fn mistakes_of_syntax_and_doubles_have_a_place() {
    for (text, place) in [
        ("[facts]\n\"os.id\" = \n", "db.toml:2:"),
        ("[facts]\n\"os.id\" = 'a'\n\"os.id\" = 'b'\n", "db.toml:3:1: "),
        ("", "db.toml:1:1: it declares nothing"),
        ("facts = 3", "db.toml:1:9: `[facts]` is a table"),
        (
            "[facts]\n'a' = 99999999999999999999\n",
            "db.toml:2:7: `a`: the number is too large",
        ),
    ] {
        let told = plain(text).unwrap_err().to_string();
        assert!(told.contains(place), "{text}: {told}");
    }
}

#[test]
fn schemas_give_sets_stability_and_order() {
    let snapshot =
        checked("[facts]\n'listen[tcp/80]' = ['b', 'a', 'b']\n'os.version' = '12.4'\n'host.name' = 'db1'\n")
            .unwrap();
    assert_eq!(
        snapshot.state(&id("listen[tcp/80]")),
        State::Value(Value::set(["a", "b"]))
    );
    assert_eq!(
        snapshot.fact(&id("os.version")).unwrap().scheme,
        Some(Scheme::Generic)
    );
    let other = checked("[facts]\n'host.name' = 'db2'\n").unwrap();
    let comparison =
        parity_core::change::compare(&checked("[facts]\n'host.name' = 'db1'\n").unwrap(), &other);
    assert_eq!(comparison.changes, []);
}

#[test]
fn files_are_capped_and_must_be_text() {
    let source = Source {
        path: "db.toml",
        now: NOW,
        schemas: &[],
    };
    let endless = std::io::repeat(b'#');
    let error = read(endless, &source).unwrap_err().to_string();
    assert_eq!(error, format!("db.toml: larger than {} MiB", MAX_BYTES >> 20));
    assert!(matches!(
        read(&b"\xff\xfe"[..], &source),
        Err(DeclaredError::Io { .. })
    ));
    let many: String = (0..100_000).map(|n| format!("'lisen{n}' = 1\n")).collect();
    let Err(DeclaredError::Invalid { mistakes, .. }) = checked(&format!("[facts]\n{many}")) else {
        panic!("names that do not exist");
    };
    assert_eq!(mistakes.len(), MAX_MISTAKES);
    let deep = format!("[facts]\na = {}", "[".repeat(100_000));
    assert!(plain(&deep).is_err());
}

#[test]
fn an_overlay_wins_and_completes() {
    let mut host = plain(
        "complete = ['listen', 'os.id']\n[facts]\n'os.id' = 'debian'\n'listen[tcp/22]' = ['::']\n\
         'library[*]' = { state = 'not-permitted' }\n'library[x86_64/a]' = 'usr/lib/a'\n",
    )
    .unwrap();
    let before = host.id.clone();
    host.overlay(&plain("[facts]\n'listen[tcp/5432]' = ['::1']\n").unwrap());
    assert_ne!(host.id, before);
    assert_eq!(host.state(&id("listen[tcp/22]")).to_string(), "::");
    assert_eq!(host.state(&id("listen[tcp/5432]")).to_string(), "::1");
    assert_eq!(host.state(&id("listen[tcp/80]")), State::Absent);
    host.overlay(&plain("complete = ['listen', 'library']\n[facts]\n'listen[tcp/80]' = ['::']\n").unwrap());
    assert_eq!(host.state(&id("listen[tcp/22]")), State::Absent);
    assert_eq!(host.state(&id("listen[tcp/80]")).to_string(), "::");
    assert_eq!(host.state(&id("library[x86_64/a]")), State::Absent);
    assert_eq!(host.state(&id("os.id")).to_string(), "debian");
    assert!(
        host.coverage
            .iter()
            .any(|entry| entry.state == CoverageState::Observed)
    );
    assert_eq!(Snapshot::parse(&host.to_json()).unwrap(), host);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]a-z.\"'={}#,*0-9\n \\\\é]{0,80}") {
        let _ = plain(&format!("[facts]\n{text}"));
        let _ = checked(&text);
    }
}
