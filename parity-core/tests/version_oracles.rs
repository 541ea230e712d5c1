//! The real tools as judges of the orders and ranges. `PARITY_ORACLE_PAIRS` sets how many pairs
//! each is asked, `PARITY_ORACLE_SEED` which; a tool that is not here is skipped, saying so.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may stop, and says what it skipped"
)]

mod version_support;

use std::cmp::Ordering;
use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use parity_core::version::{Range, RangeSyntax, Scheme};
use version_support::{pair, ranges, small};

type Pairs = Vec<(String, String)>;

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

fn sample(strategy: &BoxedStrategy<(String, String)>) -> Pairs {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&setting("PARITY_ORACLE_SEED", 1).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let count = setting("PARITY_ORACLE_PAIRS", 300);
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .filter(|(a, b)| !format!("{a}{b}").contains(['\t', '\n', '\0']))
        .collect()
}

fn is_here(program: &str, argument: &str) -> bool {
    let quiet = Command::new(program)
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let here = quiet.is_ok_and(|status| status.success());
    if !here {
        eprintln!("skipped: {program} does not run here");
    }
    here
}

/// Writes the pairs to the program, tab-separated, and reads one answer a line.
fn ask(command: &mut Command, pairs: &Pairs) -> Vec<String> {
    let lines: String = pairs.iter().map(|(a, b)| format!("{a}\t{b}\n")).collect();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{command:?}");
    let answers: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(answers.len(), pairs.len(), "{command:?}");
    answers
}

/// The same, where the program and its library are here: it must end well without any pair.
fn ask_if_here(program: &str, arguments: &[&str], pairs: &Pairs) -> Option<Vec<String>> {
    let mut nothing = Command::new(program);
    nothing
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if nothing.status().is_ok_and(|status| status.success()) {
        return Some(ask(Command::new(program).args(arguments), pairs));
    }
    eprintln!("skipped: {program} does not run here, or lacks the library that judges");
    None
}

fn run(program: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap().trim().to_owned(),
    )
}

/// `-1`, `0`, `1` or `<`, `=`, `>`; anything else means that the tool does not order the pair.
fn order(answer: &str) -> Option<Ordering> {
    match answer {
        "-1" | "<" => Some(Ordering::Less),
        "0" | "=" => Some(Ordering::Equal),
        "1" | ">" => Some(Ordering::Greater),
        _ => None,
    }
}

/// Whether so many digits stand in a row.
fn has_digits(text: &str, count: usize) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() >= count)
}

/// How far our reading of what is a version may differ from the tool's.
#[derive(Clone, Copy, PartialEq)]
enum Validity {
    /// We order what the tool orders, and nothing else.
    Same,
    /// The tool orders strings that we do not.
    Narrower,
    /// We order strings that the tool does not.
    Wider,
}

fn judge(scheme: Scheme, validity: Validity, pairs: &Pairs, answers: &[Option<Ordering>]) {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for ((a, b), theirs) in pairs.iter().zip(answers) {
        let ours = scheme.compare(a, b);
        let agrees = match (&ours, theirs) {
            (Ok(ours), Some(theirs)) => ours == theirs,
            (Ok(_), None) => validity == Validity::Wider,
            (Err(_), Some(_)) => validity == Validity::Narrower,
            (Err(_), None) => true,
        };
        compared += usize::from(ours.is_ok() && theirs.is_some());
        if !agrees {
            wrong.push(format!("{a:?} {b:?}: ours {ours:?}, theirs {theirs:?}"));
        }
    }
    report(scheme.name(), pairs.len(), compared, &wrong);
}

fn report(name: &str, asked: usize, compared: usize, wrong: &[String]) {
    eprintln!(
        "{name}: {asked} pairs, {compared} ordered by both, {} mismatches",
        wrong.len()
    );
    assert!(
        wrong.is_empty(),
        "{name}:\n{}",
        wrong[..wrong.len().min(30)].join("\n")
    );
    assert!(compared * 4 > asked, "{name}: too few pairs are versions");
}

#[test]
fn deb_as_dpkg() {
    if !is_here("dpkg", "--version") {
        return;
    }
    let valid = |version: &str| run("dpkg", &["--validate-version", "--", version]).0;
    let holds = |a: &str, sign: &str, b: &str| run("dpkg", &["--compare-versions", "--", a, sign, b]).0;
    let pairs = sample(&pair(Scheme::Deb));
    let answers: Vec<_> = pairs
        .iter()
        .map(|(a, b)| match () {
            () if !valid(a) || !valid(b) => None,
            () if holds(a, "lt", b) => Some(Ordering::Less),
            () if holds(a, "gt", b) => Some(Ordering::Greater),
            () => Some(Ordering::Equal),
        })
        .collect();
    judge(Scheme::Deb, Validity::Same, &pairs, &answers);
}

#[test]
fn rpm_as_rpm() {
    if !is_here("rpm", "--version") {
        return;
    }
    let pairs = sample(&pair(Scheme::Rpm));
    let file = tempfile::NamedTempFile::new().unwrap();
    let lines: String = pairs.iter().map(|(a, b)| format!("{a}\t{b}\n")).collect();
    fs::write(file.path(), lines).unwrap();
    let script = format!(
        "%{{lua: for line in io.lines('{}') do
            local a, b = line:match('^([^\\t]*)\\t(.*)$')
            local known, order = pcall(rpm.vercmp, a, b)
            print((known and order or 'unknown') .. '\\n')
        end}}",
        file.path().display()
    );
    let (_, output) = run("rpm", &["--eval", &script]);
    let answers: Vec<_> = output
        .lines()
        .filter(|line| !line.is_empty())
        .map(order)
        .collect();
    assert_eq!(answers.len(), pairs.len());
    judge(Scheme::Rpm, Validity::Narrower, &pairs, &answers);
}

#[test]
fn pacman_as_vercmp() {
    if !is_here("vercmp", "--help") {
        return;
    }
    let mut pairs = sample(&pair(Scheme::Pacman));
    pairs.retain(|(a, b)| !a.starts_with('-') && !b.starts_with('-'));
    let answers: Vec<_> = pairs
        .iter()
        .map(|(a, b)| order(&run("vercmp", &[a, b]).1))
        .collect();
    judge(Scheme::Pacman, Validity::Narrower, &pairs, &answers);
}

#[test]
fn apk_as_apk() {
    if !is_here("apk", "--version") {
        return;
    }
    let mut pairs = sample(&pair(Scheme::Apk));
    // apk's numbers wrap at 64 bits.
    pairs.retain(|(a, b)| !has_digits(a, 19) && !has_digits(b, 19));
    pairs.retain(|(a, b)| !a.starts_with('-') && !b.starts_with('-'));
    let answers: Vec<_> = pairs
        .iter()
        .map(|(a, b)| order(&run("apk", &["version", "-t", a, b]).1))
        .collect();
    judge(Scheme::Apk, Validity::Narrower, &pairs, &answers);
    let valid = |version: &str| run("apk", &["version", "-c", version]).0;
    for (version, _) in &pairs {
        let version = version.trim();
        assert_eq!(
            Scheme::Apk.is_valid(version).is_ok(),
            valid(version),
            "{version:?}"
        );
    }
}

const PACKAGING: &str = "
import sys
try:
    import packaging
    from packaging import version, specifiers
except ImportError:
    from pip._vendor import packaging
    from pip._vendor.packaging import version, specifiers
# Older ones read the corners of < and of prefixes otherwise than the specification.
if sys.argv[1] == 'contains' and int(packaging.__version__.split('.')[0]) < 26:
    sys.exit(1)
def order(a, b):
    try:
        a, b = version.Version(a), version.Version(b)
        return (a > b) - (a < b)
    except version.InvalidVersion:
        return 'unknown'
def contains(range, v):
    try:
        v = version.Version(v)
    except version.InvalidVersion:
        return 'no version'
    try:
        return str(specifiers.SpecifierSet(range).contains(v, prereleases=True)).lower()
    except specifiers.InvalidSpecifier:
        return 'no range'
sys.stdin.reconfigure(encoding='utf-8', newline='\\n')
for line in sys.stdin:
    a, b = line.rstrip('\\n').split('\\t')
    print({'order': order, 'contains': contains}[sys.argv[1]](a, b))
";

fn packaging(question: &str, pairs: &Pairs) -> Option<Vec<String>> {
    ask_if_here("python3", &["-c", PACKAGING, question], pairs)
}

#[test]
fn pep440_as_packaging() {
    let pairs = sample(&pair(Scheme::Pep440));
    let Some(answers) = packaging("order", &pairs) else {
        return;
    };
    let answers: Vec<_> = answers.iter().map(|answer| order(answer)).collect();
    // Numbers over 64 bits are refused here, and ordered there.
    judge(Scheme::Pep440, Validity::Narrower, &pairs, &answers);
    for ((a, b), theirs) in pairs.iter().zip(answers) {
        let huge = format!("{a} {b}")
            .split(|c: char| !c.is_ascii_digit())
            .any(|run| run.len() > 19);
        assert!(
            huge || theirs.is_none() || Scheme::Pep440.compare(a, b).is_ok(),
            "{a:?} {b:?}"
        );
    }
}

const RUBY: &str = "
STDIN.set_encoding('UTF-8')
STDIN.each_line do |line|
  a, b = line.chomp.split(\"\\t\", -1)
  begin
    puts ARGV[0] == 'order' ?
      Gem::Version.new(a) <=> Gem::Version.new(b) :
      Gem::Requirement.new(a.split(',', -1)).satisfied_by?(Gem::Version.new(b))
  rescue ArgumentError
    puts 'unknown'
  end
end
";

#[test]
fn gem_as_ruby() {
    if !is_here("ruby", "--version") {
        return;
    }
    let mut pairs = sample(&pair(Scheme::Gem));
    // Ruby reads nothing as zero; here nothing is no version.
    pairs.retain(|(a, b)| !a.trim().is_empty() && !b.trim().is_empty());
    let answers = ask(Command::new("ruby").args(["-e", RUBY, "order"]), &pairs);
    let answers: Vec<_> = answers.iter().map(|answer| order(answer)).collect();
    judge(Scheme::Gem, Validity::Same, &pairs, &answers);
}

const NODE: &str = "
const path = require('path');
const places = ['semver', path.join(path.dirname(process.execPath), '../lib/node_modules/npm/node_modules/semver')];
const place = places.find((p) => { try { require.resolve(p); return true; } catch { return false; } });
if (!place) process.exit(1);
const semver = require(place);
const lines = require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1);
for (const line of lines) {
  const [a, b] = line.split('\\t');
  if (process.argv[1] === 'order')
    console.log(semver.valid(a) && semver.valid(b) ? String(semver.compare(a, b)) : 'unknown');
  else if (semver.validRange(a) === null) console.log('no range');
  else console.log(semver.valid(b) ? String(semver.satisfies(b, a)) : 'no version');
}
";

fn node(question: &str, pairs: &Pairs) -> Option<Vec<String>> {
    ask_if_here("node", &["-e", NODE, "--", question], pairs)
}

#[test]
fn semver_as_node() {
    let pairs = sample(&pair(Scheme::Semver));
    let Some(answers) = node("order", &pairs) else {
        return;
    };
    let answers: Vec<_> = answers.iter().map(|answer| order(answer)).collect();
    judge(Scheme::Semver, Validity::Wider, &pairs, &answers);
}

const JAVA: &str = "
import org.apache.maven.artifact.versioning.ComparableVersion;
public class Order {
    public static void main(String[] arguments) throws Exception {
        var lines = new java.io.BufferedReader(new java.io.InputStreamReader(System.in, \"UTF-8\"));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] pair = line.split(\"\\t\", -1);
            int order = new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]));
            System.out.println(Integer.signum(order));
        }
    }
}
";

/// Where Debian's libmaven3-core-java puts it. Maven 3.9.3 changed the order, so only 3.8 judges.
const MAVEN_JAR: &str = "/usr/share/java/maven3-artifact-3.8.7.jar";

#[test]
fn maven_as_maven() {
    if !Path::new(MAVEN_JAR).exists() || !is_here("java", "-version") {
        eprintln!("skipped: Maven 3.8.7 of Debian is not here");
        return;
    }
    let mut pairs = sample(&pair(Scheme::Maven));
    // Maven itself orders ten or more zeros as more than one zero, against its specification.
    pairs.retain(|(a, b)| !format!("{a} {b}").contains("0000000000"));
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("Order.java");
    fs::write(&source, JAVA).unwrap();
    let answers = ask(Command::new("java").args(["-cp", MAVEN_JAR]).arg(&source), &pairs);
    let answers: Vec<_> = answers.iter().map(|answer| order(answer)).collect();
    judge(Scheme::Maven, Validity::Narrower, &pairs, &answers);
}

/// Pairs of a range and a version.
fn judge_ranges(syntax: RangeSyntax, pairs: &Pairs, answers: &[String]) {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for ((range, version), theirs) in pairs.iter().zip(answers) {
        let ours = Range::parse(syntax, range);
        let agrees = match (&ours, theirs.as_str()) {
            (Ok(range), "true" | "false") => {
                compared += 1;
                range
                    .contains(version)
                    .is_ok_and(|ours| ours.to_string() == *theirs)
            }
            (Err(_), "true" | "false") => false,
            (Ok(_), "no range") => false,
            _ => true,
        };
        if !agrees {
            wrong.push(format!(
                "{range:?} contains {version:?}: theirs {theirs}, ours {ours:?}"
            ));
        }
    }
    report(&format!("{syntax} ranges"), pairs.len(), compared, &wrong);
}

fn range_and_version(syntax: RangeSyntax, scheme: Scheme) -> Pairs {
    sample(&(ranges(syntax), small(scheme)).boxed())
}

#[test]
fn npm_ranges_as_node() {
    let pairs = range_and_version(RangeSyntax::Npm, Scheme::Semver);
    let Some(answers) = node("contains", &pairs) else {
        return;
    };
    judge_ranges(RangeSyntax::Npm, &pairs, &answers);
}

#[test]
fn pep440_ranges_as_packaging() {
    let pairs = range_and_version(RangeSyntax::Pep440, Scheme::Pep440);
    let Some(answers) = packaging("contains", &pairs) else {
        return;
    };
    judge_ranges(RangeSyntax::Pep440, &pairs, &answers);
}

#[test]
fn gem_ranges_as_ruby() {
    if !is_here("ruby", "--version") {
        return;
    }
    let pairs = range_and_version(RangeSyntax::Gem, Scheme::Gem);
    let answers = ask(Command::new("ruby").args(["-e", RUBY, "contains"]), &pairs);
    judge_ranges(RangeSyntax::Gem, &pairs, &answers);
}
