use super::*;

fn allows(syntax: RangeSyntax, range: &str, yes: &[&str], no: &[&str]) {
    let parsed = Range::parse(syntax, range).unwrap_or_else(|error| panic!("{error}"));
    for version in yes {
        assert_eq!(parsed.contains(version), Ok(true), "{range} must allow {version}");
    }
    for version in no {
        assert_eq!(
            parsed.contains(version),
            Ok(false),
            "{range} must not allow {version}"
        );
    }
}

fn refuses(syntax: RangeSyntax, ranges: &[&str]) {
    for range in ranges {
        assert!(
            Range::parse(syntax, range).is_err(),
            "{range:?} is no {syntax} range"
        );
    }
}

#[test]
fn npm() {
    use RangeSyntax::Npm;
    allows(
        Npm,
        ">=18 <21 || ^22.1",
        &["18", "v20.9.0", "22.1.0", "22.9"],
        &["17.9", "21.0.0", "22.0.4", "23.0.0"],
    );
    allows(Npm, "18.x", &["18.0.0", "18.99.1"], &["17.9.9", "19.0.0"]);
    allows(Npm, "18.*", &["18.19.0+dfsg-6~deb12u2"], &["19"]);
    allows(Npm, "*", &["0.0.0", "99"], &["1.0.0-rc.1"]);
    allows(Npm, "~1.2", &["1.2.0", "1.2.9"], &["1.3.0", "1.1.9"]);
    allows(Npm, "~ 1", &["1.9.0"], &["2.0.0"]);
    allows(Npm, "1.2 - 2.3", &["1.2.0", "2.3.9"], &["2.4.0", "1.1.9"]);
    allows(Npm, "1.2.3 - 2.3.4", &["2.3.4"], &["2.3.5"]);
    allows(Npm, "^0.2.3", &["0.2.9"], &["0.3.0"]);
    allows(Npm, "^0.0.3", &["0.0.3"], &["0.0.4"]);
    allows(Npm, ">1.2", &["1.3.0"], &["1.2.9"]);
    allows(Npm, "<= 1.2", &["1.2.9"], &["1.3.0"]);
    allows(Npm, ">=7.4.4", &["7.4.32"], &["7.4.3"]);
    allows(
        Npm,
        "^1.2.3-rc.1",
        &["1.2.3-rc.2", "1.2.3"],
        &["1.2.4-rc.1", "1.2.3-beta"],
    );
    refuses(
        Npm,
        &[
            "latest",
            "",
            " ",
            ">=18 ||",
            "lts/*",
            "1.2.3.4",
            "x.1",
            "1.x-rc",
            ">=",
            "^",
            "1.-2",
            "18446744073709551616",
            "^18446744073709551615",
        ],
    );
}

#[test]
fn pep440() {
    use RangeSyntax::Pep440;
    allows(
        Pep440,
        ">=3.9,<4,!=3.10.*",
        &["3.9", "3.11.2+", "v3.12.0"],
        &["3.8.9", "3.10", "3.10.4", "4"],
    );
    allows(Pep440, "~=3.8", &["3.8", "3.99"], &["4.0", "3.7"]);
    allows(Pep440, "==3.10.*", &["3.10", "3.10.1"], &["3", "3.1"]);
    allows(Pep440, "!=3.10.*", &["3", "3.9"], &["3.10.0"]);
    allows(Pep440, ">=3.14", &["3.14.0"], &["3.14.0rc1"]);
    allows(Pep440, ">=3.9", &["3.14.0rc1"], &[]);
    allows(Pep440, "<3.14.0rc2", &["3.14.0rc1", "3.13"], &["3.14.0rc2"]);
    allows(Pep440, "<3.14", &["3.13.9"], &["3.14.0a1", "3.14.0.dev0"]);
    allows(Pep440, ">3.8", &["3.8.1"], &["3.8", "3.8.0.post1", "3.8+local"]);
    allows(Pep440, "==3.8", &["3.8.0+debian"], &["3.8.1"]);
    refuses(Pep440, &["3.9", "", ">=three", "===3.9", ">3.9.*", "~=3", "^3.9"]);
}

#[test]
fn composer() {
    use RangeSyntax::Composer;
    allows(
        Composer,
        "^8.1",
        &["8.1.0", "8.4.2", "8.1.0RC1", "8.2.7-1+deb12u1", "8.4.0-dev"],
        &["8.0.30", "9.0.0", "9.0.0-dev"],
    );
    allows(
        Composer,
        ">=7.4 <9",
        &["7.4.3-4ubuntu2.19", "8.9.9"],
        &["7.3.33", "9.0.0", "9.0.0RC1"],
    );
    allows(
        Composer,
        "8.1.* || 8.2.*",
        &["8.1.0", "8.2.99"],
        &["8.3.0", "8.0.30"],
    );
    allows(Composer, "8.1.*|8.2.*", &["8.2.0"], &["8.3.0"]);
    allows(Composer, "~8.0", &["8.0", "8.9"], &["9.0", "7.4"]);
    allows(Composer, "~8.0.2", &["8.0.9"], &["8.0.1", "8.1.0"]);
    allows(Composer, "~8", &["8.9.0"], &["9.0.0"]);
    allows(Composer, "^0.3", &["0.3.9"], &["0.4.0"]);
    allows(Composer, "^0.0.3", &["0.0.3"], &["0.0.4"]);
    allows(Composer, "^0", &["0.9.0"], &["1.0.0"]);
    allows(Composer, "7.1 - 8.2", &["7.1.0", "8.2.99"], &["8.3.0", "7.0.9"]);
    allows(Composer, "7.1 - 8.2.0", &["8.2.0"], &["8.2.1"]);
    allows(
        Composer,
        ">= 8.1, != 8.1.3",
        &["8.1.2", "8.1.4"],
        &["8.1.3", "8.0.0"],
    );
    allows(Composer, ">8.1.0", &["8.1.0pl1", "8.1.1"], &["8.1.0", "8.1.0RC7"]);
    allows(
        Composer,
        ">=8.1.0RC2",
        &["8.1.0RC2", "8.1.0RC10", "8.1.0"],
        &["8.1.0RC1", "8.1.0RC2-dev", "8.1.0beta3"],
    );
    allows(Composer, "*", &["5.3"], &[]);
    refuses(
        Composer,
        &[
            "dev-main",
            "",
            "^8.1 ||",
            ">=8.*",
            "8.1.*.2",
            "latest",
            "1.2.3.4.5",
            "8.1@beta",
            "self.version",
        ],
    );
}

#[test]
fn go() {
    use RangeSyntax::Go;
    allows(
        Go,
        "1.22.0",
        &["go1.22.0", "1.22.3", "go1.23rc1", "go1.22.3-vendor", "2"],
        &["1.22", "1.22rc1", "1.21.9"],
    );
    allows(Go, "1.21", &["1.21", "1.21rc1", "1.21.0"], &["1.20.14"]);
    allows(Go, "1.20", &["1.20", "go1.20.1"], &["1.20rc1", "1.19.9"]);
    refuses(
        Go,
        &["", "go", ">=1.22", "1.22.x", "1.22.0rc1", "1.", "1.22alpha1"],
    );
    assert!(
        Range::parse(Go, "1.22")
            .unwrap()
            .contains("devel go1.23-abcdef")
            .is_err()
    );
}

#[test]
fn cargo() {
    use RangeSyntax::Cargo;
    allows(
        Cargo,
        "1.70",
        &["1.70.0", "1.100.0", "1.70.0-nightly", "2"],
        &["1.69.9", "1.7.0"],
    );
    refuses(
        Cargo,
        &["", "^1.70", ">=1.70", "1.70.0-beta.1", "1.70.0.0", "stable"],
    );
}

#[test]
fn gem() {
    use RangeSyntax::Gem;
    allows(Gem, ">= 2.7", &["2.7.0", "3.1.2p20"], &["2.6.9", "2.7.0.rc1"]);
    allows(Gem, "~> 3.1", &["3.1", "3.9.9"], &["4.0", "3.0.9", "4.0.0.pre1"]);
    allows(Gem, "~> 3.1.2", &["3.1.2", "3.1.10"], &["3.2.0", "3.1.1"]);
    allows(Gem, "~>3", &["3.9"], &["4", "2.9"]);
    allows(
        Gem,
        ">= 2.7, < 3.3, != 3.0.0",
        &["2.7.8", "3.2.9"],
        &["3.3.0", "3.0.0", "3"],
    );
    allows(Gem, "3.1.2", &["3.1.2", "3.1.2.0"], &["3.1.3"]);
    refuses(Gem, &["", ">= ", ">= 2.7,", "ruby", "^ 2.7", ">= 2.7 < 3"]);
}

#[test]
fn prefix() {
    use RangeSyntax::Prefix;
    allows(
        Prefix,
        "3.11",
        &["3.11.0", "3.11.2+", "v3.11"],
        &["3.1.1", "3.110.0", "3.12.0"],
    );
    allows(
        Prefix,
        "20.9.0",
        &["v20.9.0", "20.9.0+build"],
        &["20.9.1", "20.9.0-rc.1", "20.9.0.1", "21"],
    );
    allows(Prefix, "20", &["20.0.0", "20"], &["2.0.0", "200.0.0"]);
    allows(Prefix, "3.13.0rc1", &["3.13.0rc1"], &["3.13.0", "3.13.0rc2"]);
    allows(Prefix, "1.8", &["1.8.0_392"], &["11.0.2"]);
    allows(Prefix, "1.8.0_392", &["1.8.0_392"], &["1.8.0_402"]);
    refuses(
        Prefix,
        &[
            "",
            "system",
            "latest",
            "lts/*",
            "ref:abc",
            "3.11.",
            "3.11 2.7",
            "pypy3.9-7.3",
        ],
    );
    let short = Range::parse(Prefix, "20.9.0")
        .unwrap()
        .contains("20")
        .unwrap_err();
    assert!(matches!(short, Incomparable::Unordered { .. }), "{short}");
}

#[test]
fn names_are_the_serialised_form() {
    for syntax in RangeSyntax::ALL {
        assert_eq!(serde_json::to_value(syntax).unwrap(), syntax.name());
        assert_eq!(syntax.name().parse(), Ok(syntax));
    }
}
