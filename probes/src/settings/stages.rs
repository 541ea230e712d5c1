//! Programs that one stage of a container file compiles and another one runs, with another C library.
//!
//! Sources: <https://docs.docker.com/build/building/multi-stage/>; the bases of rust and golang by version:
//! <https://github.com/docker-library/official-images/tree/master/library>, over its history; what is needed of glibc: its symbols
//! `__libc_start_main` (2.34: every program), `pidfd_spawnp` (2.39: Rust's standard library, rust-lang/rust library/std/src/sys), `pow`,
//! `exp`, `log` (2.29: programs with numbers).

use std::ops::RangeInclusive;

use super::said::Said;
use crate::images::{Libc, userland};
use crate::manifests::{instructions, parse_containerfile};

/// A stage: the image it begins with, what it runs and sets, and what it copies out of other stages.
#[derive(Debug, Default)]
struct Stage {
    name: String,
    image: Option<String>,
    commands: String,
    copies: Vec<Copied>,
    /// What its containers run.
    start: Option<String>,
}

/// What is copied out of another stage.
#[derive(Debug, Clone)]
struct Copied {
    line: u32,
    from: String,
    /// The rest of the instruction.
    what: String,
}

/// What is there to run a program with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Glibc(Option<u32>),
    Musl,
    Nothing,
}

/// Versions of an official image that stand upon one Debian.
struct Suite {
    image: &'static str,
    /// Minor versions, the last one included.
    minors: RangeInclusive<u32>,
    /// Minor version of its glibc.
    glibc: u32,
}

const fn suite(image: &'static str, minors: RangeInclusive<u32>, glibc: u32) -> Suite {
    Suite { image, minors, glibc }
}

/// Between the rows stands what moved while it was current.
const SUITES: [Suite; 9] = [
    suite("golang", 13..=15, 28),
    suite("golang", 17..=18, 31),
    suite("golang", 21..=23, 36),
    suite("golang", 25..=u32::MAX, 41),
    suite("rust", 20..=36, 24),
    suite("rust", 38..=54, 28),
    suite("rust", 57..=70, 31),
    suite("rust", 72..=88, 36),
    suite("rust", 90..=u32::MAX, 41),
];

/// Official images that are Debian where their tag does not say otherwise.
const DEBIAN: [&str; 6] = ["buildpack-deps", "gcc", "golang", "node", "python", "rust"];

/// The family that only tells where packages for Node.js are copied to another C library; nobody asks for it.
pub(super) const MODULES: &str = "container-file.modules";

/// What compilers of a container file are called in keys.
const GO: &str = "go";

/// Images whose Go has a C compiler beside it, and so links with the C library where a package asks for that: since Go 1.20 none does without
/// (<https://go.dev/doc/go1.20#cgo>). <https://github.com/docker-library/golang/blob/master/Dockerfile-linux.template> installs gcc on Debian.
const WITH_GCC: [&str; 3] = ["build-essential", "build-base", "gcc"];

/// Packages of Go that are linked with the C library where they can be, or that need one which is: "Name Resolution" of
/// <https://pkg.go.dev/net>, <https://pkg.go.dev/os/user>. Names that end with `/` stand for all below.
const LINKS_WITH_C: [&str; 18] = [
    "C",
    "crypto/tls",
    "github.com/gin-gonic/gin",
    "github.com/go-chi/chi/",
    "github.com/gofiber/fiber/",
    "github.com/gorilla/mux",
    "github.com/labstack/echo/",
    "github.com/mattn/go-sqlite3",
    "google.golang.org/grpc",
    "log/syslog",
    "net",
    "net/http",
    "net/http/httputil",
    "net/mail",
    "net/rpc",
    "net/smtp",
    "net/textproto",
    "os/user",
];

/// Commands that install packages for Node.js.
const INSTALLS: [&str; 5] = ["npm ci", "npm i", "npm rebuild", "pnpm i", "yarn"];

struct Compiler {
    name: &'static str,
    starts: &'static [&'static str],
    /// Words of commands that make a program which does without the library.
    without: &'static [&'static str],
    /// Minor versions of glibc that what it makes asks for, where there are so new ones.
    needs: &'static [u32],
}

const COMPILERS: [Compiler; 3] = [
    Compiler {
        name: "cargo",
        starts: &["cargo build", "cargo install"],
        without: &["musl", "zigbuild", "crt-static", "wasm"],
        needs: &[29, 34, 39],
    },
    Compiler {
        name: GO,
        starts: &["go build", "go install"],
        // Programs for another machine are built without the C library unless something says otherwise.
        without: &["GOARCH", "GOOS=windows", "musl", "netgo", "static", "wasm"],
        needs: &[34],
    },
    Compiler {
        name: "a compiler",
        starts: &["cmake --build", "g++ ", "gcc "],
        without: &["-static", "musl"],
        needs: &[34],
    },
];

/// The image that the last stage begins with.
pub(super) fn runs_in(text: &str) -> Option<String> {
    stages(text)?.pop()?.image
}

/// The image that the last stage begins with, and what it runs and sets.
pub(super) fn installs(text: &str) -> Option<(String, String)> {
    let last = stages(text)?.pop()?;
    Some((last.image?, last.commands))
}

/// What the containers of an image run, as it is written last.
pub(super) fn start(text: &str) -> Option<String> {
    stages(text)?.pop()?.start
}

/// The image that each stage begins with, and what it runs and sets.
pub(super) fn all(text: &str) -> Vec<(String, String)> {
    let stages = stages(text).unwrap_or_default().into_iter();
    stages
        .filter_map(|stage| Some((stage.image?, stage.commands)))
        .collect()
}

pub(super) fn read(text: &str, said: &mut Said) {
    let Some(stages) = stages(text) else { return };
    let Some((last, before)) = stages.split_last() else {
        return;
    };
    let Some((run_image, runs)) = of(last) else { return };
    let adds = |word: &str| last.commands.contains(word);
    if runs == Base::Musl && ["gcompat", "libc6-compat", "glibc"].into_iter().any(adds) {
        return;
    }
    for Copied { line, from, what } in &last.copies {
        let Some(builder) = before.iter().find(|stage| stage.name.eq_ignore_ascii_case(from)) else {
            continue;
        };
        if !holds_program(what) {
            continue;
        }
        if let Some((image, built)) = of(builder)
            && has_modules(builder, what)
            && !INSTALLS.iter().any(|word| last.commands.contains(word))
            && matches!(
                (built, runs),
                (Base::Glibc(_), Base::Musl) | (Base::Musl, Base::Glibc(_))
            )
        {
            let shown = |base: Base| if base == Base::Musl { "musl" } else { "glibc" };
            let value = format!(
                "{image} ({}), runs in {run_image} ({})",
                shown(built),
                shown(runs)
            );
            said.add(MODULES, "", value, *line);
        }
        let (Some((build_image, built)), Some(compiler)) = (of(builder), compiler(builder)) else {
            continue;
        };
        let Compiler { name, needs, .. } = compiler;
        let says =
            |build: &str, run: &str| format!("{build_image} ({build}) and runs in {run_image} ({run})");
        match (built, runs) {
            (Base::Glibc(Some(built)), Base::Glibc(Some(runs))) => {
                let asks = needs.iter().rfind(|minor| **minor <= built && **minor > runs);
                if let Some(minor) = asks {
                    let key = format!("{name}:2.{minor}");
                    let value = says(&format!("glibc 2.{built}"), &format!("glibc 2.{runs}"));
                    said.add("container-file.newer-libc", key, value, *line);
                }
            }
            (Base::Glibc(_), Base::Musl) => {
                said.add("container-file.other-libc", name, says("glibc", "musl"), *line);
            }
            (Base::Glibc(_), Base::Nothing) => {
                said.add(
                    "container-file.other-libc",
                    name,
                    says("glibc", "no C library"),
                    *line,
                );
            }
            (Base::Musl, Base::Glibc(_)) if builder.commands.contains("build-base") => {
                said.add("container-file.other-libc", name, says("musl", "glibc"), *line);
            }
            _ => {}
        }
    }
}

/// Whether what is copied holds the packages for Node.js that a stage installs.
fn has_modules(stage: &Stage, what: &str) -> bool {
    let is_tree = |word: &str| word.contains("node_modules") || word.trim_end_matches('/').ends_with("/app");
    INSTALLS.iter().any(|word| stage.commands.contains(word)) && what.split_whitespace().any(is_tree)
}

/// Whether what is copied may hold a program: certificates and time zones are copied by themselves.
fn holds_program(what: &str) -> bool {
    let mut paths = what.split_whitespace().filter(|word| word.starts_with('/'));
    paths
        .next()
        .is_none_or(|path| !path.starts_with("/etc/") && !path.starts_with("/usr/share/"))
}

/// What compiles here a program that needs the C library.
fn compiler(stage: &Stage) -> Option<Compiler> {
    let commands = stage.commands.as_str();
    let has = |words: &[&str]| words.iter().any(|word| commands.contains(word));
    let found = COMPILERS
        .into_iter()
        .find(|compiler| compiler.starts.iter().any(|start| is_run(commands, start)))?;
    let is_without = found.name == GO && !may_link_with_c(stage);
    (!has(found.without) && !is_without).then_some(found)
}

/// Whether a command begins like this. Names of packages that a command installs do not begin one, and what `go install` names with a version
/// is a tool of the build.
fn is_run(commands: &str, start: &str) -> bool {
    let mut found = commands.match_indices(start);
    found.any(|(at, _)| {
        let (before, rest) = commands.split_at(at);
        let rest = rest.split(['\n', '&', ';', '|']).next().unwrap_or(rest);
        // Variables, options of RUN and programs like `time` may stand before the command.
        let before = before.rsplit(['\n', '&', ';', '|', '(']).next().unwrap_or(before);
        let is_installing = before.contains("install") || before.contains("apk ");
        let is_tool = start == "go install" && rest.contains('@');
        !is_installing && !is_tool
    })
}

/// Whether the Go of a stage may link with the C library: it has a compiler for C, and nothing says otherwise.
fn may_link_with_c(stage: &Stage) -> bool {
    let commands = stage.commands.as_str();
    let image = stage.image.as_deref().unwrap_or_default();
    let name = image.split(':').next().unwrap_or(image);
    let has_gcc = (name.rsplit('/').next() == Some("golang") && !image.contains("alpine"))
        || WITH_GCC.iter().any(|word| commands.contains(word));
    let mut said = commands.match_indices("CGO_ENABLED").map(|(at, word)| {
        let rest = commands.get(at + word.len()..).unwrap_or_default();
        rest.trim_start_matches(['=', ' ', '"', '\'']).starts_with('1')
    });
    has_gcc && said.all(|is_on| is_on)
}

/// Whether what Go compiles is linked with the C library where that is possible: a file of its sources imports a package that is.
pub(super) fn links_with_c(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| {
        let mut quoted = line.split('"').skip(1);
        let is_import = line.ends_with('"') && !line.contains(['(', '=', ':']);
        let package = quoted.next().filter(|_| is_import).unwrap_or_default();
        LINKS_WITH_C.iter().any(|known| match known.strip_suffix('/') {
            Some(above) => package == above || package.starts_with(known),
            None => package == *known,
        })
    })
}

/// Whether a finding about a program depends on what Go links it with.
pub(super) fn is_of_go(family: &str, key: &str) -> bool {
    let is_about_libc = matches!(family, "container-file.newer-libc" | "container-file.other-libc");
    is_about_libc && key.split(':').next() == Some(GO)
}

fn of(stage: &Stage) -> Option<(&str, Base)> {
    let image = stage.image.as_deref()?;
    Some((image, base(image)?))
}

fn base(image: &str) -> Option<Base> {
    if image == "scratch" || image.contains("distroless/static") {
        return Some(Base::Nothing);
    }
    let distroless = image
        .contains("distroless/")
        .then(|| image.rsplit_once("-debian"))
        .flatten();
    if let Some((_, release)) = distroless {
        return base(&format!(
            "debian:{}",
            release.split(':').next().unwrap_or(release)
        ));
    }
    if let Some(userland) = userland(image) {
        return Some(match userland.libc {
            Libc::Glibc((_, minor)) => Base::Glibc(Some(minor)),
            Libc::Musl(_) => Base::Musl,
        });
    }
    let (name, tag) = image.split_once(':').unwrap_or((image, ""));
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    if name == "alpine" || tag.split('-').any(|word| word == "alpine") {
        return Some(Base::Musl);
    }
    let is_windows = tag.contains("windows") || tag.contains("nanoserver");
    let minor = minor(tag);
    let is_upon =
        |suite: &Suite| suite.image == name && minor.is_some_and(|minor| suite.minors.contains(&minor));
    let suite = SUITES.into_iter().find(is_upon);
    (DEBIAN.contains(&name) && !is_windows).then(|| Base::Glibc(suite.map(|suite| suite.glibc)))
}

/// N of `1.N` and `1.N.P`.
fn minor(tag: &str) -> Option<u32> {
    let mut numbers = tag.split('-').next()?.split('.');
    let major: u32 = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    (major == 1).then_some(minor)
}

/// The stages of a container file: each with what those it begins with run, set and copy.
fn stages(text: &str) -> Option<Vec<Stage>> {
    let parsed = parse_containerfile(text.as_bytes()).ok()?;
    let mut found: Vec<Stage> = Vec::new();
    for (line, instruction) in instructions(text) {
        let (word, rest) = instruction
            .split_once(char::is_whitespace)
            .unwrap_or((&instruction, ""));
        let word = word.to_ascii_uppercase();
        if word == "FROM" {
            let stage = parsed.get(found.len())?;
            let image = rest.split_whitespace().find(|part| !part.starts_with("--"));
            let below = found
                .iter()
                .rev()
                .find(|known| image.is_some_and(|image| known.name.eq_ignore_ascii_case(image)));
            let (commands, copies) = below
                .map(|known| (known.commands.clone(), known.copies.clone()))
                .unwrap_or_default();
            found.push(Stage {
                name: stage.name.clone(),
                image: stage.base.clone().ok(),
                commands,
                copies,
                start: None,
            });
            continue;
        }
        let Some(stage) = found.last_mut() else { continue };
        match word.as_str() {
            "ARG" | "ENV" | "RUN" => {
                stage.commands.push_str(rest);
                stage.commands.push('\n');
            }
            "CMD" | "ENTRYPOINT" => stage.start = Some(rest.to_owned()),
            "COPY" => {
                let from = rest
                    .split_whitespace()
                    .find_map(|part| part.strip_prefix("--from="));
                stage.copies.extend(from.map(|from| Copied {
                    line,
                    from: from.to_owned(),
                    what: rest.to_owned(),
                }));
            }
            _ => {}
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(text, &mut said);
        let told = said.0.into_iter();
        told.map(|((family, key), (value, line))| format!("{line} {family} {key}: {value}"))
            .collect()
    }

    #[test]
    fn what_is_compiled_and_run() {
        let rust = "FROM rust:1.91 AS builder\nRUN cargo build --release\nFROM debian:bookworm-slim\nCOPY --from=builder /a /a\n";
        let told_of_rust = [
            "4 container-file.newer-libc cargo:2.39: rust:1.91 (glibc 2.41) and runs in debian:bookworm-slim (glibc 2.36)",
        ];
        assert_eq!(told(rust), told_of_rust);
        for harmless in [
            rust.replace("1.91", "1.91-bookworm"),
            rust.replace("1.91", "1.71"),
            rust.replace("--release", "--target x86_64-unknown-linux-musl"),
            rust.replace("--release", "--target wasm32-wasi"),
            rust.replace("debian:bookworm-slim", "debian:trixie-slim"),
            rust.replace("--from=builder ", ""),
        ] {
            assert!(told(&harmless).is_empty(), "{harmless}");
        }
        let go = "FROM golang:1.22 AS base\nFROM base as build\nRUN go build -o /app\nFROM alpine:3.19\nCOPY --from=build /app /app\n";
        let told_of_go =
            ["5 container-file.other-libc go: golang:1.22 (glibc) and runs in alpine:3.19 (musl)"];
        assert_eq!(told(go), told_of_go);
        for harmless in [
            go.replace("golang:1.22", "golang:1.22-alpine"),
            go.replace("RUN go", "ENV CGO_ENABLED=0\nRUN go"),
            go.replace("RUN go", "ARG CGO_ENABLED=\"0\"\nRUN go"),
            go.replace("RUN go", "RUN GOOS=linux GOARCH=$TARGETARCH go"),
            go.replace("go build -o /app", "go install example.com/tool@latest"),
            go.replace(
                "--from=build /app /app",
                "--from=build /etc/ssl/certs/ca.crt /etc/ssl/certs/",
            ),
            go.replace("golang:1.22", "debian:12"),
            go.replace("FROM alpine:3.19", "FROM alpine:3.19\nRUN apk add gcompat"),
            go.replace("alpine:3.19", "debian:12"),
        ] {
            assert!(told(&harmless).is_empty(), "{harmless}");
        }
        assert_eq!(
            told(&go.replace("RUN go", "RUN CGO_ENABLED=1 GOOS=linux go")),
            told_of_go
        );
        let installs = go.replace("go build -o /app", "apt-get install -y gcc make && pip install .");
        assert!(told(&installs).is_empty());
        for (source, expected) in [
            ("import (\n\t\"fmt\"\n\t\"net/http\"\n)\n", true),
            ("import \"C\"\n", true),
            ("import web \"github.com/labstack/echo/v4\"\n", true),
            ("import (\n\t\"net/url\"\n)\n", false),
            ("fmt.Println(\"net\")\n", false),
        ] {
            assert_eq!(links_with_c(source), expected, "{source}");
        }
        let node = "FROM node:20 AS deps\nRUN npm ci\nFROM node:20-alpine\nCOPY --from=deps /app/node_modules ./node_modules\n";
        assert_eq!(
            told(node),
            ["4 container-file.modules : node:20 (glibc), runs in node:20-alpine (musl)"]
        );
        assert!(told(&node.replace("node:20 AS", "node:20-alpine AS")).is_empty());
        assert!(told(&format!("{node}RUN npm rebuild\n")).is_empty());
        assert_eq!(told(&go.replace("alpine:3.19", "scratch")).len(), 1);
        assert_eq!(
            told(&go.replace("alpine:3.19", "gcr.io/distroless/base-debian11")).len(),
            1
        );
    }
}
