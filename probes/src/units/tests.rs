use proptest::prelude::*;

use super::parse::Created;
use super::*;

fn needs(text: &str) -> Vec<String> {
    let unit = unit_file(text);
    unit.needs
        .into_iter()
        .map(|(name, (since, line))| format!("{name} {since} line {line}"))
        .collect()
}

#[test]
fn the_table_is_sorted_and_has_no_entry_twice() {
    let keys: Vec<_> = FEATURES
        .iter()
        .map(|f| (f.effect == Effect::Confines, f.directive, f.value))
        .collect();
    assert!(keys.is_sorted_by(|a, b| a < b));
    assert!(FEATURES.iter().all(|feature| feature.since >= 219));
}

#[test]
fn directives_and_forms_of_values() {
    let unit = "\
[Unit]
AssertEnvironment=A
[Service]
Type=exec
StandardOutput=append:/var/log/app.log
StandardError=journal
ExecCondition=+/usr/bin/check
ExecStart=app --serve
ExecStop=:/bin/kill $MAINPID
ProtectHostname=yes
LoadCredential=
";
    assert_eq!(
        needs(unit),
        [
            "AssertEnvironment= 246 line 2",
            "ExecCondition= 243 line 7",
            "ExecCondition=+ 231 line 7",
            "ExecStart=app 239 line 8",
            "ExecStop=: 242 line 9",
            "StandardOutput=append: 240 line 5",
            "Type=exec 240 line 4",
        ]
    );
    let hardening: Vec<_> = unit_file(unit).hardening.into_keys().collect();
    assert_eq!(hardening, ["ProtectHostname="]);
}

#[test]
fn what_every_systemd_has_needs_nothing() {
    let unit = "[Unit]\nAfter=network.target\n[Service]\nType=notify\nStandardOutput=journal\nRestart=always\n\
                ExecStart=/usr/bin/app\nUser=app\n[Install]\nWantedBy=multi-user.target\n";
    assert_eq!(needs(unit), [""; 0]);
}

#[test]
fn programs_and_users() {
    let unit = unit_file(
        "[Service]\nUser=app\nExecStartPre=-/usr/bin/may-fail\nExecStart=@/usr/bin/node node a.js\nExecStop=/bin/kill x\n",
    );
    assert_eq!(unit.programs.into_keys().collect::<Vec<_>>(), ["/usr/bin/node"]);
    assert_eq!(unit.user, Some(("app".to_owned(), 2)));
    for none in ["User=1000", "User=%i", "User=", "User=app\nDynamicUser=yes"] {
        assert_eq!(unit_file(&format!("[Service]\n{none}\n")).user, None, "{none}");
    }
    let mut created = Created::default();
    created.add("# c\nu app - \"The app\" /var/lib/app\ng other\nu! locked -\n");
    assert_eq!(created.users, ["app", "locked"].map(str::to_owned).into());
    assert_eq!(
        created.groups,
        ["app", "locked", "other"].map(str::to_owned).into()
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in "[ -~\n]{0,200}") {
        let _ = (unit_file(&text), Created::default().add(&text));
    }
}
