use super::perl::known;

#[test]
fn modules_by_their_files() {
    let paths = [
        "usr/share/perl/5.36.0/FindBin.pm",
        "usr/share/perl5/vendor_perl/JSON/PP.pm",
        "usr/lib64/perl5/Time/HiRes.pm",
        "usr/share/perl5/MyJSON.pm",
        "usr/share/perl5/DBI.pm.bak",
    ];
    let found: Vec<&str> = known(&paths).into_iter().collect();
    assert_eq!(found, ["FindBin", "JSON::PP", "Time::HiRes"]);
}
