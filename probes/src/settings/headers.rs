//! Headers of requests with an underscore in their names that sources ask for: nginx passes over those
//! (<https://nginx.org/en/docs/http/ngx_http_core_module.html#underscores_in_headers>).

use super::said::Said;
use crate::reading::{base_name, numbered};
use crate::release::is_for_its_makers;

/// What asks for such a header, by file and header.
pub(super) const READ: &str = "request-header.underscored";

/// A configuration of nginx in the release that lets them through.
pub(super) const ALLOWED: &str = "request-header.allowed";

/// What stands right before the name, by the ending of a source. Frameworks of PHP take an underscore for a hyphen.
const BEFORE: [(&str, &[&str]); 7] = [
    ("cs", &["Request.Headers[", "[FromHeader(Name = "]),
    ("go", &[".Header.Get(", ".GetHeader("]),
    ("java", &[".getHeader(", "@RequestHeader("]),
    (
        "js",
        &[
            "req.headers[",
            "request.headers[",
            "req.header(",
            "req.get(",
            "ctx.get(",
        ],
    ),
    ("kt", &[".getHeader(", "@RequestHeader("]),
    (
        "py",
        &[
            "request.headers.get(",
            "request.headers[",
            "APIKeyHeader(name=",
            "Header(alias=",
        ],
    ),
    (
        "ts",
        &[
            "req.headers[",
            "request.headers[",
            "req.header(",
            "req.get(",
            "ctx.get(",
            "@Headers(",
        ],
    ),
];

pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    let is_test = ["test", "spec", "mock"]
        .iter()
        .any(|word| name.to_ascii_lowercase().contains(word));
    let is_nginx = name.ends_with(".conf") || path.split('/').any(|part| part.contains("nginx"));
    !is_for_its_makers(path) && (is_nginx || (!is_test && !calls(name).is_empty()))
}

fn calls(name: &str) -> &'static [&'static str] {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let ending = if matches!(ending, "cjs" | "mjs") {
        "js"
    } else {
        ending
    };
    let found = BEFORE.iter().find(|(of, _)| *of == ending);
    found.map_or(&[], |(_, calls)| calls)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let calls = calls(base_name(path));
    for (number, line) in numbered(text) {
        let start = line.trim_start();
        if ["//", "#", "*", "/*"].iter().any(|mark| start.starts_with(mark)) {
            continue;
        }
        if start.starts_with("underscores_in_headers") || start.starts_with("ignore_invalid_headers") {
            said.add(ALLOWED, "", start, number);
        }
        for call in calls {
            if let Some(name) = line.split_once(call).and_then(|(_, rest)| named(rest)) {
                said.add(READ, name, call.trim_end_matches(['(', '[', '=', ' ']), number);
            }
        }
    }
}

/// The name between quotes, where it is that of a header with an underscore.
fn named(rest: &str) -> Option<&str> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = rest.get(1..)?.split(quote).next()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    (name.contains('_') && name.chars().all(is_plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .iter()
            .map(|((family, name), (how, line))| format!("{family} {name} {how} {line}"))
            .collect()
    }

    #[test]
    fn headers_with_underscores() {
        for (path, text, found) in [
            (
                "a.py",
                "X = APIKeyHeader(name=\"secret_key\", auto_error=False)\n",
                "secret_key APIKeyHeader(name 1",
            ),
            (
                "a.py",
                "t = request.headers.get('access_token')\n",
                "access_token request.headers.get 1",
            ),
            (
                "a.js",
                "const t = req.headers['api_key'];\n",
                "api_key req.headers 1",
            ),
            ("a.mjs", "const t = req.get('api_key');\n", "api_key req.get 1"),
            (
                "a.go",
                "t := r.Header.Get(\"project_token\")\n",
                "project_token .Header.Get 1",
            ),
            (
                "A.java",
                "String t = request.getHeader(\"api_token\");\n",
                "api_token .getHeader 1",
            ),
        ] {
            assert!(concerns(path), "{path}");
            assert_eq!(asked(path, text), [format!("{READ} {found}")], "{text}");
        }
        assert_eq!(
            asked("deploy/nginx/a.conf", "  underscores_in_headers on;\n"),
            [format!("{ALLOWED}  underscores_in_headers on; 1")]
        );
    }

    #[test]
    fn other_headers() {
        for (path, text) in [
            ("a.py", "t = request.headers.get('X-Token')\n"),
            ("a.py", "# request.headers.get('a_b')\n"),
            ("a.js", "const t = req.headers[name_of];\n"),
            ("a.php", "$t = $request->header('api_key');\n"),
            ("a.js", "const u = req.get('a_b/c');\n"),
        ] {
            assert_eq!(asked(path, text), Vec::<String>::new(), "{text}");
        }
        assert!(!concerns("tests/a.py") && !concerns("a.test.js") && !concerns("a.php"));
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(BEFORE.is_sorted_by_key(|(ending, _)| *ending));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(req.get|request.headers|[\\['\"(_é]|\n){0,30}") {
            for path in ["a.py", "a.ts", "nginx.conf"] {
                let _ = asked(path, &text);
            }
        }
    }
}
