//! Known orders, and the laws that every order keeps.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod version_support;

use std::cmp::Ordering;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use parity_core::version::{MAX_BYTES, Range, RangeSyntax, Scheme};
use version_support::{nasty, pair, realistic};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/version-vectors");

#[test]
fn every_known_order_is_kept_in_both_directions() {
    if !Path::new(VECTORS).is_dir() {
        eprintln!("skipped: no version vectors beside this workspace");
        return;
    }
    for scheme in Scheme::ALL
        .into_iter()
        .filter(|scheme| *scheme != Scheme::Generic)
    {
        let text = fs::read_to_string(format!("{VECTORS}/{scheme}.tsv")).unwrap();
        let wrong: Vec<String> = text.lines().filter_map(|line| mismatch(scheme, line)).collect();
        let (lines, wrong_lines) = (text.lines().count(), wrong.len());
        eprintln!("{scheme}: {lines} lines, {wrong_lines} mismatches");
        assert!(lines > 100, "{scheme}: the vectors are cut");
        assert!(wrong.is_empty(), "{scheme}:\n{}", wrong.join("\n"));
    }
}

fn mismatch(scheme: Scheme, line: &str) -> Option<String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [a, sign, b] = columns[..] else {
        return Some(format!("not three columns: {line}"));
    };
    let expected = match sign {
        "<" => Ordering::Less,
        "=" => Ordering::Equal,
        ">" => Ordering::Greater,
        _ => return Some(format!("no sign: {line}")),
    };
    let (there, back) = (scheme.compare(a, b), scheme.compare(b, a));
    let agrees = there == Ok(expected) && back == Ok(expected.reverse());
    (!agrees).then(|| format!("{line}: {there:?}, back {back:?}"))
}

/// The generic order may answer less than the right one, but not otherwise.
#[test]
fn the_generic_order_contradicts_no_plain_numbers() {
    for (a, b) in [
        ("1.2", "1.10"),
        ("7.4.3", "7.4.32"),
        ("0.9", "1.0"),
        ("17", "21.0.1"),
    ] {
        for scheme in Scheme::ALL {
            assert_eq!(scheme.compare(a, b), Ok(Ordering::Less), "{scheme} {a} {b}");
        }
    }
}

fn scheme() -> impl Strategy<Value = Scheme> {
    prop::sample::select(&Scheme::ALL[..])
}

fn scheme_and_pair() -> impl Strategy<Value = (Scheme, (String, String))> {
    scheme().prop_flat_map(|scheme| (Just(scheme), pair(scheme)))
}

/// Triples on which the order is meant to be transitive. Two orders are not, over all they accept,
/// and neither are the tools': in pacman's a missing release equals every release and a separator
/// weighs by what stands on the other side, in Maven's a qualifier may stand for a number.
fn triple() -> impl Strategy<Value = (Scheme, Vec<String>)> {
    scheme().prop_flat_map(|scheme| {
        let one = match scheme {
            Scheme::Pacman => realistic(scheme),
            Scheme::Maven => maven_with_dashed_qualifiers(),
            _ => prop_oneof![3 => realistic(scheme), 1 => nasty()].boxed(),
        };
        (Just(scheme), prop::collection::vec(one, 3))
    })
}

fn maven_with_dashed_qualifiers() -> BoxedStrategy<String> {
    let pattern =
        "[0-3](\\.[0-9]{1,2}){0,3}(-(alpha|beta|m|rc|CR|SP|GA|jre|x)(-?[0-9]{1,2})?)?(-SNAPSHOT|-[0-9])?";
    proptest::string::string_regex(pattern).unwrap().boxed()
}

/// Enough for every scheme to have its turn; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let set = ProptestConfig::default();
    ProptestConfig {
        cases: set.cases.max(1024),
        failure_persistence: None,
        ..set
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn antisymmetric_and_reflexive((scheme, (a, b)) in scheme_and_pair()) {
        let (there, back) = (scheme.compare(&a, &b), scheme.compare(&b, &a));
        prop_assert_eq!(there.as_ref().ok().copied(), back.as_ref().ok().copied().map(Ordering::reverse));
        if scheme.is_valid(&a).is_ok() {
            prop_assert_eq!(scheme.compare(&a, &a), Ok(Ordering::Equal));
        }
        if scheme.is_valid(&a).is_ok() && scheme.is_valid(&b).is_ok() && scheme != Scheme::Generic {
            prop_assert!(there.is_ok());
        }
    }

    #[test]
    fn transitive((scheme, mut triple) in triple()) {
        triple.retain(|version| scheme.is_valid(version).is_ok());
        let [a, b, c] = &triple[..] else { return Ok(()) };
        for [a, b, c] in [[a, b, c], [b, c, a], [c, a, b]] {
            let order = |a: &str, b: &str| scheme.compare(a, b).ok();
            if let (Some(ab), Some(bc), Some(ac)) = (order(a, b), order(b, c), order(a, c)) {
                if ab.is_le() && bc.is_le() {
                    prop_assert!(ac.is_le(), "{scheme}: {a} {ab:?} {b} {bc:?} {c}, yet {ac:?}");
                }
                if ab.is_eq() {
                    prop_assert_eq!(bc, ac, "{} = {} stand differently to {}", a, b, c);
                }
            }
        }
    }

    /// Where the generic order answers for two Debian, rpm or SemVer versions without words, the
    /// right order says the same or sees a difference where the numbers are equal.
    #[test]
    fn generic_is_careful(a in realistic(Scheme::Generic), b in realistic(Scheme::Generic)) {
        if let Ok(order @ (Ordering::Less | Ordering::Greater)) = Scheme::Generic.compare(&a, &b) {
            for scheme in [Scheme::Deb, Scheme::Rpm, Scheme::Semver] {
                if let Ok(right) = scheme.compare(&a, &b) {
                    prop_assert!(right == order || right.is_eq(), "{scheme}: {a} {b} {right:?}");
                }
            }
        }
    }

    #[test]
    fn no_input_panics(text in ".{0,40}", other in nasty(), pieces in nasty()) {
        for scheme in Scheme::ALL {
            let _ = scheme.compare(&text, &other);
            let _ = scheme.compare(&other, &pieces);
            let _ = scheme.is_valid(&text);
        }
        for syntax in RangeSyntax::ALL {
            for range in [text.clone(), other.clone(), format!("^{pieces} || >={other},~> {text}")] {
                if let Ok(range) = Range::parse(syntax, &range) {
                    let _ = range.contains(&pieces);
                    let _ = range.contains(&text);
                }
            }
        }
    }
}

#[test]
fn the_longest_and_deepest_input_is_read() {
    for piece in ["1.", "1-", "1a", "-", ".", "~", "^", "a.", "9", "0"] {
        let long = format!("1{}", piece.repeat(MAX_BYTES / piece.len() - 1));
        let longer = format!("{long}1");
        for scheme in Scheme::ALL {
            let there = scheme.compare(&long, &longer).ok();
            assert_eq!(there.map(Ordering::reverse), scheme.compare(&longer, &long).ok());
        }
    }
}
