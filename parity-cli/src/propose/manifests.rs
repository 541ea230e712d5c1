//! What a project ships, by its manifests.

use super::files::{Files, join};
use super::{Said, Shipped};

/// Manifests of projects that ship as they lie there. Node.js comes last: many of the others build their pages with it.
const DIRECTORIES: [(&str, &str); 6] = [
    ("composer.json", "a project of PHP"),
    ("Gemfile", "a project of Ruby"),
    ("manage.py", "a project of Django"),
    ("pyproject.toml", "a project of Python"),
    ("requirements.txt", "a project of Python"),
    ("package.json", "a project of Node"),
];

/// Manifests of projects that ship what is made of them.
const COMPILED: [&str; 5] = [
    "Cargo.toml",
    "build.gradle",
    "build.gradle.kts",
    "go.mod",
    "pom.xml",
];

/// As many programs are proposed.
const MAX_PROGRAMS: usize = 8;

pub(super) fn shipped(files: &Files) -> Vec<Said<Shipped>> {
    let mut shipped = programs_of_cargo(files);
    shipped.extend(programs_of_go(files));
    shipped.extend(archives(files));
    if shipped.is_empty() {
        let is_compiled = COMPILED.iter().any(|manifest| files.has(manifest));
        let is_started = starts_node(files);
        let found = DIRECTORIES.iter().find(|(manifest, _)| match *manifest {
            "package.json" => files.has(manifest) && (is_started || !is_compiled),
            _ => files.has(manifest) && !is_started,
        });
        shipped.extend(found.map(|(manifest, what)| Said {
            value: Shipped {
                path: ".".to_owned(),
                build: None,
            },
            why: format!("{manifest}: {what}, shipped as it lies here."),
        }));
    }
    shipped
}

/// Whether the project is started by Node.js itself, and not by what makes its pages.
fn starts_node(files: &Files) -> bool {
    let manifest = files.text("package.json").unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    let start = manifest
        .pointer("/scripts/start")
        .and_then(serde_json::Value::as_str);
    start.is_some_and(|start| start.starts_with("node "))
}

/// Programs of a package, or of the members of a workspace.
fn programs_of_cargo(files: &Files) -> Vec<Said<Shipped>> {
    let Some(manifest) = files
        .text("Cargo.toml")
        .and_then(|text| text.parse::<toml::Table>().ok())
    else {
        return Vec::new();
    };
    let members = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("members"));
    let members = members.and_then(toml::Value::as_array).into_iter().flatten();
    let members =
        members
            .filter_map(toml::Value::as_str)
            .flat_map(|member| match member.strip_suffix("/*") {
                Some(directory) => files.list(directory),
                None => vec![member.to_owned()],
            });
    let mut found = Vec::new();
    for directory in std::iter::once(String::new()).chain(members) {
        let place = join(&directory, "Cargo.toml");
        let package = files
            .text(&place)
            .and_then(|text| text.parse::<toml::Table>().ok());
        for program in package
            .iter()
            .flat_map(|package| programs_of_package(files, &directory, package))
        {
            let path = format!("target/release/{program}");
            let build = (!files.is_program(&path)).then(|| "cargo build --release".to_owned());
            found.push(Said {
                value: Shipped { path, build },
                why: format!("{place}: the program `{program}`, as `cargo build --release` makes it."),
            });
        }
    }
    found.truncate(MAX_PROGRAMS);
    found
}

fn programs_of_package(files: &Files, directory: &str, package: &toml::Table) -> Vec<String> {
    let named = |table: &toml::Value| table.get("name").and_then(toml::Value::as_str).map(str::to_owned);
    let bins = package
        .get("bin")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let mut programs: Vec<String> = bins.filter_map(named).collect();
    if programs.is_empty() && files.has(&join(directory, "src/main.rs")) {
        programs.extend(package.get("package").and_then(named));
    }
    programs.retain(|name| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    });
    programs
}

/// `go build` names a program after its directory; at the top after the last part of the module that is no major version
/// (<https://go.dev/ref/mod#major-version-suffixes>).
fn programs_of_go(files: &Files) -> Vec<Said<Shipped>> {
    let Some(text) = files.text("go.mod") else {
        return Vec::new();
    };
    let module = text.lines().find_map(|line| line.strip_prefix("module "));
    let is_major = |part: &&str| {
        let number = part.strip_prefix('v').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut parts = module.unwrap_or_default().trim().rsplit('/');
    let name = parts
        .find(|part| !is_major(part) && !part.is_empty())
        .or(files.name());
    let program = |name: &str, build: String| Said {
        why: format!("go.mod: the program `{name}`, as `{build}` makes it."),
        value: Shipped {
            build: (!files.is_program(name)).then_some(build),
            path: name.to_owned(),
        },
    };
    let at_top = name.filter(|_| files.has("main.go"));
    let at_top = at_top.map(|name| program(name, "go build".to_owned()));
    let commands = files.list("cmd").into_iter();
    let commands = commands.filter(|directory| files.has(&join(directory, "main.go")));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let commands = commands.filter_map(|directory| {
        let name = directory
            .rsplit('/')
            .next()
            .filter(|name| name.chars().all(is_plain))?;
        Some(program(name, format!("go build ./{directory}")))
    });
    at_top.into_iter().chain(commands).take(MAX_PROGRAMS).collect()
}

/// What Maven or Gradle made.
fn archives(files: &Files) -> Vec<Said<Shipped>> {
    let made = [
        ("pom.xml", "target"),
        ("build.gradle", "build/libs"),
        ("build.gradle.kts", "build/libs"),
    ];
    let made = made.iter().filter(|(manifest, _)| files.has(manifest));
    made.flat_map(|(manifest, directory)| {
        let archives = files.list(directory).into_iter().filter(|path| {
            path.ends_with(".jar") && !path.ends_with("-sources.jar") && !path.ends_with("-plain.jar")
        });
        archives.map(move |path| Said {
            value: Shipped { path, build: None },
            why: format!("{manifest}: the archive that was built last."),
        })
    })
    .collect()
}
