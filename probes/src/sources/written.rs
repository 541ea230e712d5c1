//! Names of files of the release that its code writes out: paths between quotes, and modules of Python.

use std::collections::BTreeSet;

use super::case::{Names, resolved};
use super::literals::{Language, Literal};

/// What stands before the name of a file, so that a name without a directory is one too.
const NAMING: [&str; 33] = [
    "#include",
    ".sendFile(",
    "ClassPathResource(",
    "FileInputStream(",
    "ParseFiles(",
    "action=",
    "asset(",
    "file_get_contents(",
    "filename=",
    "fopen(",
    "get_template(",
    "getResource(",
    "getResourceAsStream(",
    "href=",
    "include",
    "include(",
    "include_once",
    "include_once(",
    "open(",
    "os.Open(",
    "os.ReadFile(",
    "parse_ini_file(",
    "readFile(",
    "readFileSync(",
    "render(request,",
    "render_template(",
    "require",
    "require(",
    "require_once",
    "require_once(",
    "require_relative",
    "src=",
    "template_name=",
];

/// Calls that ask whether a file is there.
const LOOKING: [&str; 6] = [
    "exists(",
    "existsSync(",
    "is_dir(",
    "is_file(",
    "isfile(",
    "unlink(",
];

/// Endings of what people read, and of what code writes anew.
const ASIDE: [&str; 7] = ["bak", "lock", "log", "md", "out", "pid", "tmp"];

/// A reference to a file of the same release, and where it may lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// As it is written.
    pub text: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Paths that it may mean, the nearest first.
    pub candidates: Vec<String>,
}

/// The literals of a file that are paths.
#[must_use]
pub fn paths(from: &str, literals: &[Literal], language: Language) -> Vec<Written> {
    // Code that looks for a file knows that it may not be there.
    let looks = |literal: &&Literal| LOOKING.iter().any(|call| literal.before.contains(call));
    let looked_for: BTreeSet<&str> = literals
        .iter()
        .filter(looks)
        .map(|literal| literal.text.as_str())
        .collect();
    let path = |literal: &Literal| {
        let is_ruby = from.ends_with(".rb") && literal.before.ends_with("require_relative");
        let named = if is_ruby && !literal.text.ends_with(".rb") {
            format!("{}.rb", literal.text)
        } else {
            literal.text.clone()
        };
        let is_named = NAMING.iter().any(|before| literal.before.ends_with(before));
        let is_module = language == Language::JavaScript
            && ["from", "import", "import(", "require(", "require.resolve("]
                .iter()
                .any(|before| literal.before.ends_with(before));
        (literal.is_whole
            && !looked_for.contains(literal.text.as_str())
            && !is_module
            && is_path(&named, is_named))
        .then(|| Written {
            text: literal.text.clone(),
            line: literal.line,
            candidates: near(from, &named),
        })
    };
    literals.iter().filter_map(path).collect()
}

fn is_path(text: &str, is_named: bool) -> bool {
    let text = text.split(['?', '#']).next().unwrap_or(text);
    let (directory, name) = text.rsplit_once('/').unwrap_or(("", text));
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let is_plain = |c: char| c.is_alphanumeric() || "._-/@+".contains(c);
    !stem.trim_matches('.').is_empty()
        && (1..=5).contains(&ending.len())
        && ending.chars().all(|c| c.is_ascii_alphanumeric())
        && !ASIDE.contains(&ending)
        && (is_named || !directory.trim_matches(['.', '/']).is_empty())
        && !text.starts_with("//")
        && text.len() <= 200
        && text.chars().all(is_plain)
}

/// Where a path may lead: beside the file, beside each directory above it.
fn near(from: &str, text: &str) -> Vec<String> {
    let text = text.split(['?', '#']).next().unwrap_or(text);
    if text.starts_with("../") {
        return resolved(from, text).into_iter().collect();
    }
    let relative = text.trim_start_matches('/').trim_start_matches("./");
    let mut directory = from;
    let mut found = Vec::new();
    while let Some((above, _)) = directory.rsplit_once('/') {
        found.push(format!("{above}/{relative}"));
        directory = above;
    }
    found.push(relative.to_owned());
    found
}

/// The files and directories of the project that a compose file names: words that begin with `./`, up to a colon.
#[must_use]
pub fn mounted(from: &str, text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    for (line, statement) in (1..).zip(text.lines()) {
        let code = statement.split(" #").next().unwrap_or(statement);
        if code.trim_start().starts_with('#') {
            continue;
        }
        for word in code.split(|c: char| c.is_whitespace() || "\"'=[],".contains(c)) {
            let path = word.split(':').next().unwrap_or(word).trim_end_matches('/');
            let is_plain = |c: char| c.is_alphanumeric() || "._-/@+".contains(c);
            if path.starts_with("./") && path.len() > 2 && path.chars().all(is_plain) {
                found.push(Written {
                    text: path.to_owned(),
                    line,
                    candidates: resolved(from, path).into_iter().collect(),
                });
            }
        }
    }
    found
}

/// Modules of others that begin with a capital, as they are imported: a file of that name in small letters is not meant.
const CAPITAL: [&str; 12] = [
    "ConfigParser",
    "Cookie",
    "Crypto",
    "HTMLParser",
    "Image",
    "OpenSSL",
    "PIL",
    "Queue",
    "SocketServer",
    "StringIO",
    "Tkinter",
    "Xlib",
];

/// The modules that a source of Python imports whatever happens: lines that begin with `import` or `from`.
#[must_use]
pub fn modules(from: &str, text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    for (line, statement) in (1..).zip(text.lines()) {
        let module = match (statement.strip_prefix("from "), statement.strip_prefix("import ")) {
            (Some(rest), _) => rest.split_whitespace().next(),
            (_, Some(rest)) => rest.split([',', ' ', ';']).next(),
            _ => None,
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._".contains(c);
        let Some(module) = module.filter(|module| module.chars().all(is_name)) else {
            continue;
        };
        let first = module.split('.').next().unwrap_or(module);
        // One name in small letters is how modules of others are called.
        let is_small = first == module && !first.contains(|c: char| c.is_ascii_uppercase());
        let is_of_others = is_small || CAPITAL.contains(&first);
        if is_of_others || module.trim_matches('.').is_empty() {
            continue;
        }
        found.push(Written {
            text: module.to_owned(),
            line,
            candidates: of_module(from, module),
        });
    }
    found
}

fn of_module(from: &str, module: &str) -> Vec<String> {
    let below = module.trim_start_matches('.');
    let path = below.replace('.', "/");
    let levels = module.len() - below.len();
    let stems = match levels {
        0 => near(from, &path),
        levels => {
            let up = format!("{}{path}", "../".repeat(levels - 1));
            resolved(from, &up).into_iter().collect()
        }
    };
    stems
        .iter()
        .flat_map(|stem| [format!("{stem}.py"), format!("{stem}/__init__.py")])
        .collect()
}

impl Names<'_> {
    /// The file or directory that a compose file means where case is ignored, if there is none with the name as it is written.
    #[must_use]
    pub fn mounted_otherwise(&self, written: &Written) -> Option<String> {
        let path = written.candidates.first()?;
        if self.has(path) || self.has_directory(path) {
            return None;
        }
        let file = self.ignoring_case(path).map(str::to_owned);
        file.or_else(|| self.directory_ignoring_case(path))
    }

    /// The file that is meant where case is ignored, if none of the places has one with the name as it is written.
    #[must_use]
    pub fn written_otherwise(&self, written: &Written) -> Option<&str> {
        let is_there = |path: &String| self.has(path) || self.has_directory(path);
        let is_module = |path: &String| {
            let stem = path.strip_suffix("/__init__.py");
            stem.is_some_and(|stem| self.has_directory(stem))
        };
        let places = &written.candidates;
        if places.iter().any(|path| is_there(path) || is_module(path)) || self.is_searched(&written.text) {
            return None;
        }
        let near = places.iter().find_map(|path| self.ignoring_case(path));
        near.or_else(|| self.searched_ignoring_case(&written.text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::literals::literals;
    use super::*;

    fn found(from: &str, text: &str, files: &[&str]) -> Vec<(String, String)> {
        let names = Names::new(files.iter().copied());
        let language = Language::of(from).unwrap();
        let mut written = paths(from, &literals(text, language), language);
        if from.ends_with(".py") {
            written.extend(modules(from, text));
        }
        let differing = |written: &Written| {
            let file = names.written_otherwise(written)?;
            Some((written.text.clone(), file.to_owned()))
        };
        written.iter().filter_map(differing).collect()
    }

    #[test]
    fn names_in_another_case() {
        let pairs = [
            (
                "app.py",
                "from app.Models import User\n",
                "app/models.py",
                "app.Models",
            ),
            (
                "app/views.py",
                "from .Forms import Login\n",
                "app/forms.py",
                ".Forms",
            ),
            ("run.py", "import Helpers\n", "helpers/__init__.py", "Helpers"),
            (
                "app/views.py",
                "return render(request, \"shop/Cart.html\")",
                "shop/templates/shop/cart.html",
                "shop/Cart.html",
            ),
            (
                "web/index.html",
                "<img src=\"Images/logo.png\">",
                "web/images/logo.png",
                "Images/logo.png",
            ),
            (
                "index.php",
                "<?php require_once 'Inc/db.php';",
                "inc/db.php",
                "Inc/db.php",
            ),
            ("lib/a.rb", "require_relative 'Parser'", "lib/parser.rb", "Parser"),
            ("src/main.c", "#include \"Util.h\"\n", "src/util.h", "Util.h"),
            (
                "main.go",
                "b, err := os.ReadFile(\"Config/app.yaml\")",
                "config/app.yaml",
                "Config/app.yaml",
            ),
            (
                "src/main/java/A.java",
                "A.class.getResource(\"/Images/logo.png\")",
                "src/main/resources/images/logo.png",
                "/Images/logo.png",
            ),
            (
                "a.js",
                "fs.readFileSync('Data/cities.json')",
                "data/cities.json",
                "Data/cities.json",
            ),
        ];
        for (from, text, file, reference) in pairs {
            assert_eq!(
                found(from, text, &[file, from]),
                [(reference.to_owned(), file.to_owned())],
                "{from}"
            );
        }
    }

    #[test]
    fn what_compose_files_mount() {
        let names = Names::new(["nginx/default.conf", "data/a.sql", "compose.yaml"]);
        let text = "services:\n  web:\n    # - ./NGINX:/x\n    volumes:\n      - ./Nginx/default.conf:/etc/nginx/conf.d/default.conf:ro\n      - \"./Data:/init\"\n      - ./data/a.sql:/a\n      - ./new:/new\n";
        let mounted = mounted("compose.yaml", text);
        let found: Vec<String> = mounted
            .iter()
            .filter_map(|written| names.mounted_otherwise(written))
            .collect();
        assert_eq!(found, ["nginx/default.conf", "data"]);
    }

    #[test]
    fn what_is_there_or_is_no_file_is_not_told() {
        let silent = [
            (
                "app.py",
                "from app.models import User\nfrom Crypto.Cipher import AES\n",
                "app/models.py",
            ),
            (
                "app.py",
                "try:\n    import Json\nexcept ImportError:\n    pass\n",
                "json.py",
            ),
            ("app.py", "from App import create\n", "App/factory.py"),
            (
                "app.py",
                "x = 'see Docs/Readme.md'\ny = 'README.md'\n",
                "readme.md",
            ),
            (
                "index.html",
                "<a href=\"https://x.example/Images/a.png\">",
                "images/a.png",
            ),
            (
                "index.html",
                "<!-- <img src=\"Images/a.png\"> -->",
                "images/a.png",
            ),
            ("views/a.py", "render(request, 'A/b.html')", "templates/A/b.html"),
            ("a.php", "<?php $x = 'Index.php';", "index.php"),
        ];
        for (from, text, file) in silent {
            assert!(found(from, text, &[file, from]).is_empty(), "{from}: {text}");
        }
    }
}
