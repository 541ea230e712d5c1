use super::{Dialect, Surroundings, used};

fn names(text: &str, dialect: Dialect) -> Vec<String> {
    used(text, dialect, &Surroundings::default())
        .into_keys()
        .collect()
}

#[test]
fn php_by_version() {
    let php = |text: &str| names(&format!("<?php\n{text}"), Dialect::Php);
    assert_eq!(
        php("class A { private array $a; public ?string $b = null; }"),
        ["a property with a type"]
    );
    assert_eq!(
        php("class A { public $a; private static $b; public static function c() {} }"),
        [""; 0]
    );
    assert_eq!(php("array_map(fn($x) => $x * 2, $a);"), ["an arrow function"]);
    assert_eq!(
        php("class A { function __construct(private int $a) {} }"),
        ["a property declared in the constructor"]
    );
    assert_eq!(php("while (list($k, $v) = each($a)) {}"), ["each"]);
    assert_eq!(php("$a->each(1); Foo::each(2); function each($x) {} "), [""; 0]);
    assert_eq!(
        php("if (!function_exists('str_contains')) { function str_contains($a) {} } str_contains('a', 'b');"),
        [""; 0]
    );
    assert_eq!(
        php("$x = 'each('; // each(\n# each(\n/* each( */ echo <<<EOT\n each($a)\nEOT;\n"),
        [""; 0]
    );
    assert_eq!(
        php("$a = $b?->c; $d = match ($e) { default => 1 };"),
        ["match", "the operator ?->"]
    );
    assert_eq!(
        php("$f = strlen(...); enum_exists('x');"),
        ["a first-class callable"]
    );
    assert_eq!(php("function f(...$a) { return g(...$a); }"), [""; 0]);
    assert_eq!(php("\nenum Suit: string { case A = 'a'; }"), ["an enumeration"]);
    assert_eq!(php("$v = PHP_VERSION_ID < 80000 ? each($a) : 1;"), [""; 0]);
    assert_eq!(names("<p>don't ?-> each(</p>", Dialect::Php), [""; 0]);
}

#[test]
fn python_by_version() {
    let python = |text: &str| names(text, Dialect::Python);
    assert_eq!(python("if a := f():\n    pass\n"), ["the operator :="]);
    assert_eq!(python("x = {'a': 1}\ny = a[1:2]\nlambda: 0\n"), [""; 0]);
    assert_eq!(
        python("from distutils.util import strtobool\n"),
        ["the module distutils"]
    );
    assert_eq!(
        python("try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\n"),
        [""; 0]
    );
    assert_eq!(
        python("from collections import (\n  OrderedDict,\n  Mapping,\n)\n"),
        ["the name Mapping"]
    );
    assert_eq!(
        python("def f(a: list[str]) -> int | None:\n    b: list[int] = []\n"),
        ["list[…] and the like as a type", "… | None as a type"]
    );
    assert_eq!(
        python("from __future__ import annotations\ndef f(a: list[str]) -> int | None: ...\n"),
        [""; 0]
    );
    assert_eq!(
        python("class A:\n    b: dict[str, int]\n"),
        ["list[…] and the like as a type"]
    );
    assert_eq!(python("def f():\n    b: dict[str, int] = {}\n"), [""; 0]);
    assert_eq!(
        python("match x:\n    case 1:\n        pass\n"),
        ["the statement match"]
    );
    assert_eq!(python("match = 1\nmatch(x)\n"), [""; 0]);
    assert_eq!(
        python("print(f'{x=}')\n"),
        ["an f-string", "name= in an f-string"]
    );
    assert_eq!(python("'''\nimport imp\n'''\n# import imp\n"), [""; 0]);
    assert_eq!(python("print 'x'\n"), ["the statement print"]);
    let own = ["imp".to_owned()];
    let around = Surroundings {
        modules: &own,
        ..Surroundings::default()
    };
    assert!(used("import imp\n", Dialect::Python, &around).is_empty());
}

#[test]
fn javascript_by_version() {
    let javascript = |text: &str| names(text, Dialect::JavaScript);
    assert_eq!(javascript("const a = await fetch('https://a')"), ["fetch"]);
    assert_eq!(javascript("import fetch from 'node-fetch'; fetch(1)"), [""; 0]);
    assert_eq!(javascript("const fetch = require('x'); fetch(1)"), [""; 0]);
    assert_eq!(
        javascript("api.fetch(1); class A { async fetch(x) { } }"),
        [""; 0]
    );
    assert_eq!(javascript("function f({ fetch }) { return fetch(1) }"), [""; 0]);
    assert_eq!(
        javascript("if (typeof fetch === 'undefined') {} fetch(1)"),
        [""; 0]
    );
    assert_eq!(javascript("window.x = 1; fetch(1)"), [""; 0]);
    assert_eq!(
        javascript("// a?.b\n/* fetch(1) */ const s = 'a?.b', t = `${a} fetch(1)`, r = /a?.b/"),
        [""; 0]
    );
    assert_eq!(
        javascript("a ?? b; a ??= 1; x ? .5 : 1"),
        ["the operator ??", "the operator ??="]
    );
    assert_eq!(javascript("const fs = require('node:fs')"), ["require of node:…"]);
    let around = Surroundings {
        is_compiled: true,
        ..Surroundings::default()
    };
    assert!(used("a?.b", Dialect::JavaScript, &around).is_empty());
}

#[test]
fn ruby_and_perl_by_version() {
    let ruby = |text: &str| names(text, Dialect::Ruby);
    assert_eq!(ruby("x if File.exists?(a)\n"), ["File.exists?"]);
    assert_eq!(
        ruby(
            "x if File.exist?(a) # File.exists?(b)\ny = \"File.exists?\"\nz = <<~A\n  File.exists?(c)\n  A\n"
        ),
        [""; 0]
    );
    let around = Surroundings {
        gemfiles: "gem 'rails'",
        ..Surroundings::default()
    };
    let found = used("require 'csv'\nrequire 'json'\n", Dialect::Ruby, &around);
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["csv without a gem"]);
    assert!(used("require 'csv'\n", Dialect::Ruby, &Surroundings::default()).is_empty());
    let perl = |text: &str| {
        used(text, Dialect::Perl, &Surroundings::default())
            .into_values()
            .next()
    };
    assert_eq!(perl("use strict;\nuse v5.36;\n"), Some((">=5.36".to_owned(), 2)));
    assert_eq!(perl("use 5.010_001;\n"), Some((">=5.10".to_owned(), 1)));
    assert_eq!(perl("use 5.010;\n"), Some((">=5.10".to_owned(), 1)));
    assert_eq!(perl("=head1 A\n\nuse v5.36;\n\n=cut\nuse JSON;\n"), None);
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "[ \\n<>?:=a-c'\"`/{}()#.$|\\\\~]{0,200}") {
        for dialect in [Dialect::JavaScript, Dialect::Perl, Dialect::Php, Dialect::Python, Dialect::Ruby] {
            let _ = used(&text, dialect, &Surroundings::default());
        }
    }
}

#[test]
fn python_newer_and_older() {
    let python = |text: &str| names(text, Dialect::Python);
    assert_eq!(
        python("print(f\"{\", \".join(a[\"b\"])}\")\n"),
        ["an f-string", "the quotes of an f-string within it"]
    );
    assert_eq!(python("print(f\"{{a}} {b['c']}\")\n"), ["an f-string"]);
    assert_eq!(python("asyncio.sleep(f(1), loop=loop)\n"), ["sleep loop"]);
    assert_eq!(
        python("tasks.sleep(1, loop=loop)\nasyncio.sleep(f(loop=1))\n"),
        [""; 0]
    );
    assert_eq!(
        python("for a, b in zip(x, y, strict=True):\n    pass\n"),
        ["zip strict"]
    );
    assert_eq!(
        python("@dataclass(frozen=True, slots=True)\nclass A:\n    a: int\n"),
        ["dataclass slots"]
    );
    assert_eq!(
        python("def first[T](a: T) -> T:\n    return a\n"),
        ["parameters of types in […]"]
    );
    assert_eq!(python("unicode = str\nunicode('a')\n"), [""; 0]);
}

#[test]
fn ruby_newer() {
    let ruby = |text: &str| names(text, Dialect::Ruby);
    assert_eq!(ruby("def area = width * height\n"), ["a method without end"]);
    assert_eq!(ruby("def area(a, b) = a * b\n"), ["a method without end"]);
    assert_eq!(ruby("def area=(a)\n  @a = a\nend\ndef b(c:, d:)\nend\n"), [""; 0]);
    assert_eq!(
        ruby("render json: { name:, size: }\n"),
        ["a hash without its values"]
    );
    assert_eq!(ruby("x = { name: 1, size: 2 }\n"), [""; 0]);
}

#[test]
fn globals_of_node() {
    let script = |text: &str| names(text, Dialect::JavaScript);
    assert_eq!(
        script("const id = crypto.randomUUID()"),
        ["crypto.randomUUID", "crypto.randomUUID without an import"]
    );
    assert_eq!(
        script("import * as crypto from 'crypto'; crypto.randomUUID()"),
        ["crypto.randomUUID"]
    );
}
