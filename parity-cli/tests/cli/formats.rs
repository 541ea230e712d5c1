//! The same report in every format, each read by what reads it in earnest, with names and values that attack all of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::elf::Program;
use crate::world::{Run, World, host};

const LIVE: [&str; 3] = ["check", "--env", "production"];

/// Every format for a file, by the name of its file.
const FORMATS: [(&str, &str); 5] = [
    ("markdown", "report.md"),
    ("github", "summary.md"),
    ("gitlab", "report.gitlab.json"),
    ("sarif", "report.sarif"),
    ("junit", "report.xml"),
];

/// Ends an element, a string, a cell, a comment, a code span and a command; mentions, links and colours.
const HOSTILE: &str = "\"'`x`]]>--></script></td><img src=x onerror=alert(1)>|{0}[a](http://evil.example)@octocat #1 www.evil.example\n::error::y%0A$x$\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\u{ffff}";

/// Debian's, which has its packages.
const PYTHON: &str = "/usr/bin/python3";

/// A name of a file that attacks what shows it.
const FILE: &str = "a|b`<i>'&@octocat%0A.so";

/// The shop, with a host and a program that are hostile.
pub(crate) fn hostile() -> World {
    let world = World::shop();
    let text = |text: &str| serde_json::to_string(text).unwrap().replace('\u{7f}', "");
    let path = format!("bin/{FILE}");
    world.write(&path, &Program::needing("GLIBC_2.34").bytes());
    world.edit(
        "parity.toml",
        "[\"bin/api\"]",
        &format!("[\"bin/api\", {}]", text(&path)),
    );
    world.edit("be2.toml", "\"Debian with 2.31\"", &text(HOSTILE));
    world.edit("be3.toml", "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
    world.edit("be3.toml", ", \"library.nodes\"", "");
    world
}

/// Every format in one run.
fn told(world: &World) -> Run {
    let mut arguments: Vec<String> = LIVE.iter().map(ToString::to_string).collect();
    for (format, file) in FORMATS {
        arguments.extend(["--format".to_owned(), format!("{format}={file}")]);
    }
    arguments.extend(["--format", "html=report.html", "--format", "github"].map(str::to_owned));
    world.parity(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What a program made of a file; nothing where it is not installed, which is said.
fn read_by(program: &str, arguments: &[&str], needs: &str) -> Option<String> {
    let works = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).output().ok()
    };
    let probe = match program {
        PYTHON => works(&["-c", needs]),
        _ => works(&["--version"]),
    };
    if !probe.is_some_and(|output| output.status.success()) {
        eprintln!("skipped: {program} is not installed, or not all of it ({needs})");
        return None;
    }
    let output = works(arguments).unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {told}{error}");
    Some(told)
}

fn path(world: &World, name: &str) -> String {
    world.path(name).to_str().unwrap().to_owned()
}

#[test]
fn every_format_of_a_plain_report() {
    let world = World::shop();
    let run = told(&world);
    world.golden("formats-annotations", &run);
    for (_, file) in FORMATS {
        world.golden_file(&format!("formats-plain-{file}"), &world.read(file));
    }
}

#[test]
fn every_format_of_a_hostile_report() {
    let world = hostile();
    let run = told(&world);
    world.golden("formats-hostile-annotations", &run);
    for (_, file) in FORMATS {
        world.golden_file(&format!("formats-hostile-{file}"), &world.read(file));
    }
}

#[test]
fn nothing_drives_a_terminal_in_any_format() {
    let world = hostile();
    let run = told(&world);
    run.ended(1);
    let is_quiet = |c: char| c == '\n' || (!c.is_control() && !"\u{202e}\u{ffff}".contains(c));
    for (name, text) in FORMATS.map(|(_, file)| (file, world.read(file))) {
        let loud: Vec<char> = text.chars().filter(|c| !is_quiet(*c)).collect();
        assert!(loud.is_empty(), "{name}: {loud:?}");
    }
    assert!(run.out.chars().all(is_quiet), "{}", run.out);
}

#[test]
fn a_line_of_annotations_is_one_command() {
    let run = told(&hostile());
    for line in run.out.lines() {
        let kind = ["error", "warning", "notice"]
            .iter()
            .find_map(|kind| line.strip_prefix(&format!("::{kind} ")));
        let (properties, message) = kind.unwrap_or_else(|| panic!("{line}")).split_once("::").unwrap();
        for property in properties.split(',') {
            let (key, value) = property.split_once('=').unwrap();
            assert!(
                ["file", "line", "title"].contains(&key) && !value.contains(':'),
                "{line}"
            );
        }
        // What the user wrote as %0A is no new line.
        assert!(
            !message.contains("octocat%0A") && !message.contains("y%0A$x"),
            "{line}"
        );
    }
}

#[test]
fn sarif_is_as_its_schema_says() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/sarif/sarif-schema-2.1.0.json");
    let program = "
import json, sys
from jsonschema import validators, FormatChecker
schema, document = (json.load(open(path)) for path in sys.argv[1:3])
V = validators.validator_for(schema)
V.check_schema(schema)
for error in V(schema, format_checker=FormatChecker()).iter_errors(document):
    print('/'.join(map(str, error.path)) + ': ' + error.message)
";
    for world in [World::shop(), hostile()] {
        told(&world);
        let report = path(&world, "report.sarif");
        let arguments = ["-c", program, schema.to_str().unwrap(), &report];
        let Some(mistakes) = read_by(PYTHON, &arguments, "import jsonschema") else {
            return;
        };
        assert_eq!(mistakes, "");
        // A validator that accepts everything proves nothing.
        world.edit("report.sarif", "\"version\": \"2.1.0\"", "\"version\": \"2.2.0\"");
        assert!(
            read_by(PYTHON, &arguments, "import jsonschema")
                .unwrap()
                .contains("version")
        );
    }
}

#[test]
fn sarif_points_into_the_files_of_the_user() {
    let world = World::shop();
    told(&world);
    let log: Json = serde_json::from_str(&world.read("report.sarif")).unwrap();
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let at = |location: &Json| {
        let place = &location["physicalLocation"];
        format!(
            "{}:{}",
            place["artifactLocation"]["uri"].as_str().unwrap(),
            place["region"]["startLine"]
        )
    };
    assert_eq!(at(&result["locations"][0]), "parity.toml:2");
    assert_eq!(at(&result["relatedLocations"][0]), "parity.toml:4");
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], result["ruleId"]);
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("What to do"));
    let fingerprint = |world: &World| {
        told(world);
        let log: Json = serde_json::from_str(&world.read("report.sarif")).unwrap();
        log["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    let first = fingerprint(&world);
    world.edit("be2.toml", "Debian with 2.31", "another name");
    world.edit(
        "parity.toml",
        "[artifacts]",
        "# a comment moves every line\n[artifacts]",
    );
    assert_eq!(fingerprint(&world), first);
}

#[test]
fn the_lock_is_where_a_host_stands_without_a_network() {
    let world = World::shop();
    world.write("elsewhere/.git/HEAD", b"").parity(&["lock"]).ended(0);
    fs::rename(world.path("parity.lock"), world.path("elsewhere/parity.lock")).unwrap();
    fs::remove_file(world.path("parity.toml")).unwrap();
    let line = "parity -C elsewhere check --dev facts:../dev.toml --artifact ../bin/api --format gitlab";
    let report = world.shell(line).ended(1).json();
    // The program lies outside of the repository: the line of the host in the lock is inside.
    assert_eq!(report[0]["location"]["path"], "parity.lock");
    assert_eq!(report[0]["location"]["lines"]["begin"], 7);
}

#[test]
fn junit_is_read_by_a_consumer() {
    let program = "
import sys
from xml.etree import ElementTree
from junitparser import JUnitXml, Failure, Error, Skipped
ElementTree.parse(sys.argv[1])
for suite in JUnitXml.fromfile(sys.argv[1]):
    print(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped)
    for case in suite:
        print(' ', case.classname, [type(result).__name__ for result in case.result], '<' in case.name)
";
    let world = hostile();
    told(&world);
    let arguments = ["-c", program, &path(&world, "report.xml")];
    let Some(read) = read_by(PYTHON, &arguments, "import junitparser") else {
        return;
    };
    assert_eq!(
        read,
        "facts:be1.toml (backend) 1 0 0 0\n  parity check [] False\n\
         facts:be2.toml (backend) 1 1 0 0\n  libc-symbols ['Failure'] False\n\
         facts:be3.toml (backend) 2 0 2 0\n  libc-symbols ['Error'] False\n  libc-symbols ['Error'] True\n"
    );
}

#[test]
fn markdown_shows_what_hosts_say_and_obeys_none_of_it() {
    let world = hostile();
    told(&world);
    for file in ["report.md", "summary.md"] {
        let arguments = [
            "-e",
            "table",
            "-e",
            "autolink",
            "-e",
            "strikethrough",
            "--unsafe",
            &path(&world, file),
        ];
        let Some(html) = read_by("cmark-gfm", &arguments, "the package cmark-gfm") else {
            return;
        };
        for markup in ["<a ", "<img", "<i>", "<script", "</td><img"] {
            assert!(!html.contains(markup), "{markup} in {html}");
        }
        let outside_code = without(&without(&html, "<code>", "</code>"), "<!--", "-->\n");
        for reference in ["@octocat", " #1 ", "www.evil", "http://evil"] {
            assert!(!outside_code.contains(reference), "{reference} in {outside_code}");
        }
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{html}");
        let cells = |row: &str| row.matches("<td>").count();
        let rows: Vec<usize> = html
            .split("<tr>")
            .skip(1)
            .map(cells)
            .filter(|cells| *cells > 0)
            .collect();
        assert!(rows.iter().all(|cells| [2, 4].contains(cells)), "{rows:?}");
    }
    assert!(
        world
            .read("report.md")
            .starts_with("<!-- parity:check -->\n## ⛔ parity: blocked\n")
    );
}

fn without(text: &str, from: &str, to: &str) -> String {
    let mut parts = text.split(from);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut out, part| {
        out.push_str(part.split_once(to).map_or("", |(_, rest)| rest));
        out
    })
}

#[test]
fn a_comparison_as_a_comment() {
    let world = hostile();
    let arguments = [
        "diff",
        "facts:be1.toml",
        "facts:be2.toml",
        "facts:be3.toml",
        "--format",
        "markdown=diff.md",
    ];
    world.parity(&arguments).ended(1);
    world.golden_file("formats-diff.md", &world.read("diff.md"));
    let arguments = [
        "-e",
        "table",
        "-e",
        "autolink",
        "--unsafe",
        &path(&world, "diff.md"),
    ];
    let Some(html) = read_by("cmark-gfm", &arguments, "the package cmark-gfm") else {
        return;
    };
    for markup in ["<a ", "<img", "<script"] {
        assert!(!html.contains(markup), "{markup} in {html}");
    }
    let rows: Vec<usize> = html
        .split("<tr>")
        .skip(2)
        .map(|row| row.matches("<td>").count())
        .collect();
    assert!(
        !rows.is_empty() && rows.iter().all(|cells| *cells == 4),
        "{rows:?}"
    );
}

#[test]
fn a_comment_is_cut_below_the_limit_and_says_so() {
    let world = World::shop();
    let roles = || (0..150).map(|n| format!("role-{n}"));
    for role in roles() {
        world.text(&format!("{role}.toml"), &host(&role, "2.31"));
    }
    let lines = |line: fn(String) -> String| roles().map(line).collect::<String>();
    let artifacts = lines(|role| format!("{role} = [\"bin/api\"]\n"));
    let hosts = lines(|role| format!("{role} = [\"facts:{role}.toml\"]\n"));
    let dev = "[dev]\ntarget = \"facts:dev.toml\"\n";
    let text = format!("[artifacts]\n{artifacts}[environments.production]\n{hosts}{dev}");
    world.text("parity.toml", &text);
    world
        .parity(&[&LIVE[..], &["--format", "markdown=report.md"]].concat())
        .ended(1);
    let comment = world.read("report.md");
    assert!(comment.chars().count() < 65_536, "{}", comment.chars().count());
    let shown = comment.matches("\n### error").count();
    let hidden = format!("this page is full: {} findings.**", 150 - shown);
    assert!(
        shown > 10 && comment.contains(&hidden),
        "{shown}: {}",
        &comment[comment.len() - 400..]
    );
}

#[test]
fn a_format_that_a_command_lacks_is_a_mistake() {
    let world = World::shop();
    world
        .parity(&["diff", "facts:be1.toml", "facts:be2.toml", "--format", "sarif"])
        .told(
            2,
            &[
                "this command has no report in the format sarif",
                "write text, json, markdown or html",
            ],
        );
    world
        .parity(&["check", "--format", "text", "--format", "github"])
        .told(2, &["two reports would go to standard output"]);
}

#[test]
fn reports_are_written_whatever_becomes_of_another() {
    let world = World::shop();
    let run = world.parity(
        &[
            &LIVE[..],
            &[
                "--format",
                "sarif=missing/x.sarif",
                "--format",
                "junit=report.xml",
            ],
        ]
        .concat(),
    );
    run.told(1, &["missing/x.sarif: "]);
    assert!(world.read("report.xml").ends_with("</testsuites>\n"));
}
