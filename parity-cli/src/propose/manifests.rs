//! What a project ships, by its manifests.

use super::files::{Files, join};
use super::{Said, Shipped};

/// Manifests of projects that ship as they lie there.
const DIRECTORIES: [(&str, &str); 6] = [
    ("package.json", "a project of Node"),
    ("pyproject.toml", "a project of Python"),
    ("requirements.txt", "a project of Python"),
    ("composer.json", "a project of PHP"),
    ("Gemfile", "a project of Ruby"),
    ("manage.py", "a project of Django"),
];

/// As many programs are proposed.
const MAX_PROGRAMS: usize = 8;

pub(super) fn shipped(files: &Files) -> Vec<Said<Shipped>> {
    let mut shipped = programs_of_cargo(files);
    if files.has("go.mod") {
        shipped.extend(program_of_go(files));
    }
    shipped.extend(archives(files));
    if shipped.is_empty() {
        let found = DIRECTORIES.iter().find(|(manifest, _)| files.has(manifest));
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
            let build = (!files.is_program(&path)).then_some("cargo build --release");
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

/// `go build` names a program after the last part of its module.
fn program_of_go(files: &Files) -> Option<Said<Shipped>> {
    let text = files.text("go.mod")?;
    let module = text.lines().find_map(|line| line.strip_prefix("module "))?;
    let name = module.trim().rsplit('/').next().or(files.name())?.to_owned();
    files.has("main.go").then(|| Said {
        value: Shipped {
            build: (!files.is_program(&name)).then_some("go build"),
            path: name.clone(),
        },
        why: format!("go.mod: the program `{name}`, as `go build` makes it."),
    })
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
