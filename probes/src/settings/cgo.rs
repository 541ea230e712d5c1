//! Programs in Go that use the driver of SQLite in C, and builds that leave C out: the driver is a stub then, and every use of it an error.
//!
//! Source: <https://github.com/mattn/go-sqlite3> (`static_mock.go`, built without cgo), <https://pkg.go.dev/cmd/cgo>.

use super::processors;
use super::said::Said;
use crate::reading::{base_name, statements};

/// Sources that import the driver; nobody asks for it.
pub(super) const IMPORTS: &str = "cgo.imports";
/// Builds without C; nobody asks for it.
pub(super) const WITHOUT: &str = "cgo.without";
/// Builds with C, or a driver without any: which one is taken is not known then. Nobody asks for it.
pub(super) const OTHERWISE: &str = "cgo.otherwise";
/// What comes of both.
pub(super) const STUB: &str = "build-file.sqlite-stub";

/// The driver, and what is built upon it.
const DRIVERS: [&str; 2] = ["github.com/mattn/go-sqlite3", "gorm.io/driver/sqlite"];

/// Drivers without C.
const PURE: [&str; 4] = [
    "github.com/glebarez/",
    "github.com/ncruces/go-sqlite3",
    "modernc.org/sqlite",
    "zombiezen.com/go/sqlite",
];

pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    let is_source = name.ends_with(".go") && !name.ends_with("_test.go");
    is_source || processors::concerns(path)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if path.ends_with(".go") {
        return source(text, said);
    }
    for (number, line) in statements(text, &['#']) {
        let Some((_, rest)) = line.split_once("CGO_ENABLED") else {
            continue;
        };
        let value = rest.trim_start_matches([' ', '=', ':', '?', '"', '\'']);
        let family = if value.starts_with('0') {
            WITHOUT
        } else {
            OTHERWISE
        };
        said.add(family, "", "CGO_ENABLED=0", number);
    }
}

fn source(text: &str, said: &mut Said) {
    for (number, line) in statements(text, &[]) {
        let line = line.trim();
        let is_constraint = line.starts_with("//go:build") || line.starts_with("// +build");
        if is_constraint && (line.contains("cgo") || line.contains("sqlite") || line.contains("ignore")) {
            return said.add(OTHERWISE, "", "", number);
        }
        // An import ends in the path in quotes.
        let imported = line.strip_suffix('"').and_then(|line| line.rsplit_once('"'));
        let Some((_, imported)) = imported else { continue };
        if PURE.iter().any(|driver| imported.starts_with(driver)) {
            said.add(OTHERWISE, "", "", number);
        } else if DRIVERS.contains(&imported) {
            said.add(IMPORTS, "", imported, number);
        }
    }
}

/// The build without C and what it leaves out, where all sources and all builds say the same.
pub(super) fn together(found: &[(&str, Said)]) -> Option<(String, String)> {
    let first = |family: &'static str| {
        found.iter().find_map(|(path, said)| {
            let (value, _) = said.0.get(&(family, String::new()))?;
            Some(((*path).to_owned(), value.clone()))
        })
    };
    if first(OTHERWISE).is_some() {
        return None;
    }
    let (file, option) = first(WITHOUT)?;
    let (source, driver) = first(IMPORTS)?;
    Some((file, format!("{option}, and {source} imports {driver}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&'static str, &str)]) -> Option<(String, String)> {
        let read = |(path, text): &(&'static str, &str)| {
            let mut said = Said::default();
            super::read(path, text, &mut said);
            (*path, said)
        };
        let found: Vec<_> = files.iter().map(read).collect();
        together(&found)
    }

    #[test]
    fn builds_that_leave_the_driver_out() {
        let source = (
            "db.go",
            "package db\n\nimport (\n\t_ \"github.com/mattn/go-sqlite3\"\n)\n",
        );
        let image = (
            "Dockerfile",
            "FROM golang:1.21\nENV CGO_ENABLED=0\nRUN go build -o /api .\n",
        );
        let (file, why) = of(&[image, source]).unwrap();
        assert_eq!(file, "Dockerfile");
        assert_eq!(
            why,
            "CGO_ENABLED=0, and db.go imports github.com/mattn/go-sqlite3"
        );
        let gorm = ("db.go", "import \"gorm.io/driver/sqlite\"\n");
        assert!(of(&[("Makefile", "b:\n\tCGO_ENABLED=0 go build\n"), gorm]).is_some());
        let with_c = ("Makefile", "b:\n\tCGO_ENABLED=1 go build\n");
        let constrained = (
            "db.go",
            "//go:build cgo\n\npackage db\n\nimport _ \"github.com/mattn/go-sqlite3\"\n",
        );
        let pure = ("pure.go", "import _ \"modernc.org/sqlite\"\n");
        for files in [
            [image, pure].as_slice(),
            &[source],
            &[image],
            &[image, source, with_c],
            &[image, constrained],
            &[image, source, pure],
        ] {
            assert_eq!(of(files), None);
        }
        assert!(!concerns("db_test.go") && concerns("internal/db/db.go"));
    }
}
