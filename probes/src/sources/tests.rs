use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn programs(path: &str, text: &str) -> Vec<String> {
    let language = Language::of(path).unwrap();
    let literals = literals(text, language);
    literals
        .iter()
        .filter_map(|literal| called(literal, language, text))
        .collect()
}

#[test]
fn programs_that_code_starts() {
    let node = "const { spawn } = require('child_process'); // spawn('old')\nconst p = spawn( 'ffmpeg', ['-i', url]);";
    assert_eq!(programs("a.js", node), ["ffmpeg"]);
    assert_eq!(
        programs(
            "a.ts",
            "import cp from 'child_process';\ncp.exec(\"convert a b\")\nx = /['\"]/.exec('dot')"
        ),
        ["convert"]
    );
    assert_eq!(programs("a.js", "spawn('ffmpeg')"), [""; 0], "another spawn");
    assert_eq!(
        programs(
            "a.js",
            "require('child_process'); spawn(`${x}`); spawn(bin); spawn('./run'); spawn('git')"
        ),
        [""; 0]
    );
    let python = "import subprocess\n# subprocess.run(['old'])\nsubprocess.run([\n  'pdftotext', path], check=True)\nos.system('tesseract a b')\n\"\"\"subprocess.run(['doc'])\"\"\"";
    assert_eq!(programs("a.py", python), ["pdftotext", "tesseract"]);
    assert_eq!(
        programs("a.go", "cmd := exec.Command(\"wkhtmltopdf\", \"-\")"),
        ["wkhtmltopdf"]
    );
    assert_eq!(
        programs("a.rb", "system(\"pdftk a b\")\nOpen3.capture3('exiftool', f)"),
        ["pdftk", "exiftool"]
    );
    assert_eq!(
        programs(
            "a.php",
            "$x = shell_exec('soffice --headless'); # shell_exec('old')"
        ),
        ["soffice"]
    );
    assert_eq!(programs("a.php", "shell_exec(\"$bin a\");"), [""; 0]);
    assert_eq!(
        programs(
            "a.php",
            "exec('pdftk ' . $x); exec(\"gs -o $y\"); $pdo->exec('SELECT 1'); curl_exec('a b'); isInFilesystem('Tag');"
        ),
        ["pdftk", "gs"]
    );
    let node = "const { exec } = require('child_process');\nexec(`ffmpeg -i ${x}`);\nexec(`${bin} a`);\n/a/.exec('dot b');\nexec(`pre${x} a`)";
    assert_eq!(programs("a.js", node), ["ffmpeg"]);
    assert_eq!(
        programs("a.rb", "text = `pdftotext #{path} -`\nset `a b` to"),
        ["pdftotext"]
    );
    let python =
        "from subprocess import run\nrun(['dot', x])\nos.system(f'gs -o {x}')\nos.system(f'{x} a')\n";
    assert_eq!(programs("a.py", python), ["dot", "gs"]);
    assert_eq!(
        programs(
            "A.java",
            "Process p = new ProcessBuilder(\"soffice\", \"--headless\").start();"
        ),
        ["soffice"]
    );
    assert!(handles_platforms("if (process.platform === 'win32')"));
}

#[test]
fn a_call_is_told_without_what_stands_before_it() {
    let text = "def a():\n    if os.system('dot -T png'):\n        raise RuntimeError('x')\n";
    let literals = literals(text, Language::Hash);
    assert_eq!(call(&literals.first().unwrap().before), "os.system");
    assert_eq!(call("x=subprocess.run(["), "subprocess.run");
    assert_eq!(call("system("), "system");
}

#[test]
fn libraries_that_start_programs() {
    let of = |path: &str, text: &str| -> Vec<&str> {
        let (ecosystem, names) = named(path, text).unwrap();
        programs_of(ecosystem, &names)
            .iter()
            .map(|library| library.program)
            .collect()
    };
    assert_eq!(
        of(
            "package.json",
            r#"{"dependencies": {"node-rtsp-stream": "1"}, "devDependencies": {"wkhtmltopdf": "1"}}"#
        ),
        ["ffmpeg"]
    );
    assert_eq!(
        of(
            "package.json",
            r#"{"dependencies": {"fluent-ffmpeg": "2", "ffmpeg-static": "5"}}"#
        ),
        [""; 0]
    );
    assert_eq!(
        of("requirements.txt", "pytesseract==0.3\nPDF2Image>=1 # x\n"),
        ["pdftoppm", "tesseract"]
    );
    assert_eq!(
        of("Gemfile", "gem 'wicked_pdf'\ngem \"wkhtmltopdf-binary\"\n"),
        [""; 0]
    );
    assert_eq!(
        of("composer.json", r#"{"require": {"knplabs/knp-snappy": "^1"}}"#),
        ["wkhtmltopdf"]
    );
    assert!(LIBRARIES.iter().all(|library| !library.program.is_empty()));
}

#[test]
fn names_that_differ_by_case() {
    let names = Names::new([
        "src/App.js",
        "src/components/Button.jsx",
        "src/Utils/index.ts",
        "src/logo.svg",
        "src/b.ts",
    ]);
    assert_eq!(
        names.differing("src/App.js", "./components/button"),
        Some("src/components/Button.jsx")
    );
    assert_eq!(
        names.differing("src/App.js", "./Components/Button"),
        Some("src/components/Button.jsx")
    );
    assert_eq!(
        names.differing("src/App.js", "./utils"),
        Some("src/Utils/index.ts")
    );
    assert_eq!(names.differing("src/App.js", "./Logo.svg"), Some("src/logo.svg"));
    for fine in [
        "./components/Button",
        "./components/Button.jsx",
        "./Utils",
        "./components",
        "./missing",
        "./b.js",
        "../../outside",
    ] {
        assert_eq!(names.differing("src/App.js", fine), None, "{fine}");
    }
    let aliased = Names::new(["web/src/store/User.ts", "web/src/App.vue"]);
    assert_eq!(
        aliased.differing("web/src/App.vue", "@/store/user"),
        Some("web/src/store/User.ts")
    );
    assert_eq!(aliased.differing("web/src/App.vue", "@/store/User"), None);
    let php = literals(
        "<?php require_once __DIR__ . '/Config.php'; include '/etc/x.php';",
        Language::Php,
    );
    let php = references(&php, Language::Php);
    assert_eq!(php.len(), 1);
    assert_eq!(
        Names::new(["lib/config.php"]).differing("lib/a.php", &php[0].text),
        Some("lib/config.php")
    );
    let css = literals(
        "@import './Base.css'; a { background: url(\"./Logo.svg\") }",
        Language::C,
    );
    assert_eq!(references(&css, Language::C).len(), 2);
    let text = "import A from './A';\n// import B from './B'\nconst c = require('./C'); x('./D'); export * from \"../e\";";
    let found = literals(text, Language::JavaScript);
    let found: Vec<&str> = references(&found, Language::JavaScript)
        .iter()
        .map(|literal| literal.text.as_str())
        .collect();
    assert_eq!(found, ["./A", "./C", "../e"]);
}

#[test]
fn what_a_program_reaches() {
    let names = Names::new([
        "src/main.ts",
        "src/video.ts",
        "src/tool.ts",
        "server.js",
        "lib/x.js",
    ]);
    let manifest = serde_json::json!({"scripts": {"start": "node --inspect dist/main.js"}});
    assert_eq!(entries(&manifest, "", &names), ["src/main.ts"]);
    assert_eq!(
        entries(&serde_json::json!({"main": "lib/x"}), "", &names),
        ["lib/x.js"]
    );
    assert_eq!(
        entries(&serde_json::Value::Null, "", &names),
        ["server.js", "src/main.ts"]
    );
    let references = std::collections::BTreeMap::from([("src/main.ts", vec!["./video.js".to_owned()])]);
    let found = reached(vec!["src/main.ts".to_owned()], &references, &names);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        ["src/main.ts", "src/video.ts"]
    );
}

proptest! {
    #[test]
    fn nothing_panics(text in "[a-z('\"`/\\\\\\n#é${}*\\[\\]. ]{0,120}") {
        for language in [Language::JavaScript, Language::C, Language::Php, Language::Hash] {
            for literal in literals(&text, language) {
                let _ = called(&literal, language, &text);
                let _ = Names::new(["a/b"]).differing("a/c", &literal.text);
            }
        }
        for name in ["package.json", "Gemfile", "requirements.txt"] {
            let _ = named(name, &text);
        }
    }
}

#[test]
fn packages_that_differ_by_case() {
    let declared = BTreeSet::from([
        "classnames".to_owned(),
        "@scope/kit".to_owned(),
        "JSONStream".to_owned(),
    ]);
    let text = "const a = require('classNames');\nimport b from '@Scope/kit/part';\nimport c from 'classnames/bind';\n\
        const d = require('JSONStream');\nconst e = require('./classNames');\nconst f = 'classNames';\n";
    let literals = literals(text, Language::JavaScript);
    let found: Vec<(&str, &str)> = packages_otherwise(&literals, Language::JavaScript, &declared)
        .into_iter()
        .map(|(literal, package)| (literal.text.as_str(), package))
        .collect();
    assert_eq!(
        found,
        [("classNames", "classnames"), ("@Scope/kit/part", "@scope/kit")]
    );
}
