use parity_core::version::RangeSyntax;
use proptest::prelude::*;

use super::{What, kind, parse_containerfile};

/// `runtime syntax range@line`, the part after the runtime, of each declaration.
fn declared(path: &str, text: &str) -> Vec<String> {
    let found = kind(path).unwrap().parse(text.as_bytes()).unwrap();
    let tell = |declaration: super::Declaration| {
        let part = declaration
            .part
            .map(|part| format!("({part})"))
            .unwrap_or_default();
        let (runtime, line) = (declaration.runtime, declaration.line);
        match declaration.what {
            What::Range(syntax, range) => format!("{runtime}{part} {syntax} {range}@{line}"),
            What::Extension(name, range) => format!("{runtime} ext {name} {range}@{line}"),
            What::Unclear(_) => format!("{runtime}{part} unclear@{line}"),
        }
    };
    found.into_iter().map(tell).collect()
}

#[test]
fn each_kind_says_what_it_declares_and_where() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "package.json",
            "{\n  \"name\": \"engines\",\n  \"engines\": {\n    \"npm\": \"9\",\n    \"node\": \">=18 <21\"\n  },\n  \"volta\": {\"node\": \"20.9.0\"}\n}",
            &["node npm >=18 <21@5", "node(volta) prefix 20.9.0@7"],
        ),
        (
            "package.json",
            "\u{feff}{\r\n\"engines\": {\r\n\"node\": 18}}",
            &["node unclear@3"],
        ),
        ("package.json", "{\"engines\": []}", &[]),
        (
            "composer.json",
            "{\"require\": {\n\"php\": \"^8.1\",\n\"ext-intl\": \"*\",\n\"a/b\": \"1\"}}",
            &["php composer ^8.1@2", "php ext intl *@3"],
        ),
        (
            "composer.lock",
            "{\"packages\": [\n{\"name\": \"a/core\", \"require\": {\"php\": \"^8\", \"ext-Intl\": \"*\", \"ext-mbstring\": \"*\", \"ext-redis\": \"*\"}},\n\
             {\"name\": \"symfony/polyfill-mbstring\", \"provide\": {\"ext-mbstring\": \"*\"}}],\n\
             \"packages-dev\": [{\"name\": \"b/test\", \"require\": {\"ext-xdebug\": \"*\"}}],\n\"platform-overrides\": {\"ext-redis\": \"5\"}}",
            &["php ext intl * (for a/core)@2"],
        ),
        ("composer.lock", "{\"packages\": 1}", &[]),
        (
            "pyproject.toml",
            "[project]\nname = \"x\"\r\nrequires-python = \">=3.9,<4\"\n\n[tool.poetry.dependencies]\npython = \"^3.9\"\nrequests = {version = \"2\"}\n",
            &["python pep440 >=3.9,<4@3", "python(poetry) npm ^3.9@6"],
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\npython = \">=3.9,<3.13\"",
            &["python(poetry) pep440 >=3.9,<3.13@2"],
        ),
        (
            "setup.cfg",
            "[metadata]\npython_requires = 2\n[options]\n# python_requires = 1\npython_requires =\n    >=3.6\n    ,<4\npackages = find:\n",
            &["python pep440 >=3.6,<4@5"],
        ),
        (
            "x-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: x\nRequires-Python: >=3.8\n\nRequires-Python: no\n",
            &["python pep440 >=3.8@3"],
        ),
        ("runtime.txt", "python-3.11.4\n", &["python pep440 ~=3.11.4@1"]),
        (
            "go.mod",
            "module x\n\ngo 1.21 // least\ntoolchain go1.22.3\n",
            &["go go 1.21@3", "go(toolchain) go 1.21@4"],
        ),
        (
            "Cargo.toml",
            "[package]\nname = \"x\"\nrust-version = \"1.75\"\n",
            &["rust cargo 1.75@3"],
        ),
        (
            "Cargo.toml",
            "[package]\nrust-version.workspace = true\n[workspace.package]\nrust-version = \"1.80\"",
            &["rust cargo 1.80@4"],
        ),
        ("rust-toolchain", "\n1.75.0\n", &["rust prefix 1.75.0@2"]),
        (
            "rust-toolchain.toml",
            "[toolchain]\nchannel = \"stable\"\n",
            &["rust prefix stable@2"],
        ),
        (
            "Gemfile",
            "source 'x'\n# ruby '1'\nruby \">= 2.7\", '< 3.3', engine: 'ruby'\n",
            &["ruby gem >= 2.7, < 3.3@3"],
        ),
        ("Gemfile", "ruby(ENV['R'])\n", &["ruby unclear@1"]),
        ("Gemfile", "ruby file: '.ruby-version'\n", &[]),
        (
            "Gemfile.lock",
            "GEM\n  specs:\n    ruby (1)\n\nRUBY VERSION\n   ruby 3.2.2p53\n\nBUNDLED WITH\n   2.4.10\n",
            &["ruby prefix 3.2.2@6"],
        ),
        (".nvmrc", "# why\nv20.9\n", &["node prefix 20.9@2"]),
        (".nvmrc", "lts/*\n", &["node prefix lts/*@1"]),
        (".python-version", "3.11.7\n3.9\n", &["python pep440 ~=3.11.7@1"]),
        (".ruby-version", "ruby-3.2.2\r\n", &["ruby prefix 3.2.2@1"]),
        (".ruby-version", "jruby-9.4\n", &["ruby prefix jruby-9.4@1"]),
        (
            ".tool-versions",
            "nodejs 20.11.0 18\n#x\ngolang 1.22.1 # y\nterraform 1.5.7\n",
            &[
                "node npm ^20.11.0@1",
                "go prefix 1.22.1@3",
                "terraform prefix 1.5.7@4",
            ],
        ),
        (
            "pom.xml",
            "<project><!--\n<maven.compiler.release>8</maven.compiler.release> -->\n<maven.compiler.release>17</maven.compiler.release>",
            &["java cargo 17@3"],
        ),
        (
            "pom.xml",
            "<maven.compiler.release>${j}</maven.compiler.release>",
            &["java unclear@1"],
        ),
    ];
    for (path, text, expected) in cases {
        assert_eq!(declared(path, text), *expected, "{path}: {text}");
    }
    assert!(kind("METADATA").is_none());
    assert!(kind("a/b/go.mod").is_some());
}

#[test]
fn what_is_read_as_a_range_can_be_read_as_one() {
    for (syntax, text) in [
        (RangeSyntax::Npm, "^3.9"),
        (RangeSyntax::Cargo, "17"),
        (RangeSyntax::Gem, ">= 2.7, < 3.3"),
        (RangeSyntax::Go, "1.22.3"),
    ] {
        assert!(parity_core::version::Range::parse(syntax, text).is_ok(), "{text}");
    }
}

#[test]
fn malformed_manifests_are_errors() {
    let deep_json = format!("{{\"engines\": {}", "[".repeat(200_000));
    let deep_toml = format!("x = {}", "[".repeat(200_000));
    for (path, text) in [
        ("package.json", "{\"engines\": {\"node\": \">=18\""),
        ("package.json", ""),
        ("package.json", "[]"),
        ("package.json", "{\"engines\": \"node 18\"}"),
        ("package.json", deep_json.as_str()),
        ("composer.json", "{\"require\": 1}"),
        ("pyproject.toml", "[project]\nrequires-python = 3"),
        ("pyproject.toml", "[project\n"),
        ("Cargo.toml", deep_toml.as_str()),
        ("rust-toolchain", "[toolchain]\nchannel = 1"),
    ] {
        let error = kind(path).unwrap().parse(text.as_bytes()).unwrap_err();
        assert!(error.message.len() < 300, "{path}: {error}");
    }
    for path in ["go.mod", ".tool-versions", "package.json"] {
        assert!(kind(path).unwrap().parse(b"\xff\xfe").is_err());
    }
}

fn stages(text: &str) -> Vec<String> {
    let stages = parse_containerfile(text.as_bytes()).unwrap();
    let tell = |stage: super::Stage| {
        let base = stage.base.unwrap_or_else(|_| "?".to_owned());
        format!("{}={base}@{}", stage.name, stage.line)
    };
    stages.into_iter().map(tell).collect()
}

#[test]
fn stages_of_container_files_lead_to_images() {
    let text = "# syntax=docker/dockerfile:1\nARG V=3.11\nARG BASE=\"python:${V}\"\n\nFROM --platform=$BUILDPLATFORM node:20 AS Build\nARG V=9\nRUN <<EOF\nFROM nothing\nEOF\nfrom ${BASE}-slim \\\n  # a comment\n  as app\nFROM build\nFROM $UNSET\nFROM scratch\n";
    assert_eq!(
        stages(text),
        [
            "build=node:20@5",
            "app=python:3.11-slim@10",
            "2=node:20@13",
            "3=?@14",
            "4=scratch@15",
        ]
    );
    assert_eq!(stages("# escape=`\nFROM a:1 `\n AS b\n"), ["b=a:1@2"]);
    for text in ["", "RUN x", "FROM", "FROM a b c", "FROM a as"] {
        assert!(parse_containerfile(text.as_bytes()).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "(\\PC|\n|\r|\t){0,200}", at in 0..19_usize) {
        let paths = [
            ".node-version", ".nvmrc", ".python-version", ".ruby-version", ".tool-versions", "Cargo.toml", "Gemfile",
            "Gemfile.lock", "x.dist-info/METADATA", "composer.json", "composer.lock", "go.mod", "package.json", "pom.xml",
            "pyproject.toml", "runtime.txt", "rust-toolchain", "rust-toolchain.toml", "setup.cfg",
        ];
        let _ = kind(paths[at]).unwrap().parse(text.as_bytes());
        let _ = parse_containerfile(text.as_bytes());
        let _ = crate::text::json_line(&text, &["a", "b"]);
        let _ = crate::text::interpolate(&text, true, &|_| None);
    }

    #[test]
    fn no_mutation_of_a_container_file_panics(cut in 0..120_usize, put in "(\\PC){0,4}") {
        let text = "ARG A=${B:-1}\nFROM a:${A} AS b\nRUN <<-'E' x\nE\nFROM b\n";
        let at = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let mutated = format!("{}{put}{}", &text[..at], &text[(at + 3).min(text.len())..]);
        let _ = parse_containerfile(mutated.as_bytes());
    }
}
