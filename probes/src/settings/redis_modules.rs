//! Commands of modules of Redis that sources use: search, JSON, time series and probabilistic types. Redis brings them since 8.0, Redis
//! Stack before; the server alone had none (<https://raw.githubusercontent.com/redis/redis/8.0.0/00-RELEASENOTES>).

use std::collections::BTreeMap;

use super::said::Said;
use crate::reading::{base_name, numbered};
use crate::release::is_for_its_makers;

/// What is used, by file and module.
pub(super) const USED: &str = "redis-module.used";

/// A Redis that the release starts itself.
pub(super) const BROUGHT: &str = "redis-module.brought";

/// Beginnings of commands, and the module with them.
const COMMANDS: [(&str, &str); 9] = [
    ("BF.", "bloom"),
    ("CF.", "bloom"),
    ("CMS.", "bloom"),
    ("FT.", "search"),
    ("FT._LIST", "search"),
    ("JSON.", "json"),
    ("TDIGEST.", "bloom"),
    ("TOPK.", "bloom"),
    ("TS.", "timeseries"),
];

/// Second parts of those commands that programs write out.
const VERBS: [&str; 26] = [
    "ADD",
    "AGGREGATE",
    "ALTER",
    "ARRAPPEND",
    "CREATE",
    "DEL",
    "DROPINDEX",
    "EXISTS",
    "GET",
    "INCRBY",
    "INFO",
    "INITBYDIM",
    "LIST",
    "MADD",
    "MEXISTS",
    "MGET",
    "MRANGE",
    "MSET",
    "NUMINCRBY",
    "QUERY",
    "RANGE",
    "RESERVE",
    "SEARCH",
    "SET",
    "STRAPPEND",
    "_LIST",
];

/// Calls of methods of clients: redis-py, node-redis, NRedisStack, go-redis, and the like.
const METHODS: [(&str, &str); 16] = [
    (".JSONSet(", "json"),
    (".TSAdd(", "timeseries"),
    (".bf().add(", "bloom"),
    (".bf.add(", "bloom"),
    (".ft(", "search"),
    (".ft.create(", "search"),
    (".ft.search(", "search"),
    (".ftCreate(", "search"),
    (".ftSearch(", "search"),
    (".json().mset(", "json"),
    (".json().set(", "json"),
    (".json.set(", "json"),
    (".jsonSet(", "json"),
    (".ts().add(", "timeseries"),
    (".ts().create(", "timeseries"),
    (".ts.add(", "timeseries"),
];

/// Packages that search in Redis: what they are for does not work without (their own documentation says so).
const PACKAGES: [&str; 3] = ["langchain-redis", "redis-om", "redisvl"];

const SOURCES: [&str; 11] = [
    "cjs", "cs", "go", "java", "js", "kt", "mjs", "php", "py", "rb", "ts",
];

pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    let is_test = ["test", "spec", "mock"]
        .iter()
        .any(|word| name.to_ascii_lowercase().contains(word));
    !is_test && !is_for_its_makers(path) && (SOURCES.contains(&ending) || is_list(name) || is_compose(name))
}

fn is_compose(name: &str) -> bool {
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && name.contains("compose")
}

fn is_list(name: &str) -> bool {
    name == "requirements.txt" || name == "package.json"
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let name = base_name(path);
    if is_list(name) {
        return packages(text, said);
    }
    if is_compose(name) {
        let image = |line: &str| {
            line.trim()
                .strip_prefix("image:")
                .is_some_and(|image| image.contains("redis"))
        };
        if let Some((number, line)) = numbered(text).find(|(_, line)| image(line)) {
            said.add(BROUGHT, "", line.trim(), number);
        }
        return;
    }
    let speaks_of_redis = text.to_ascii_lowercase().contains("redis");
    if !speaks_of_redis {
        return;
    }
    let mut found: BTreeMap<&str, (String, u32)> = BTreeMap::new();
    for (number, line) in numbered(text) {
        let start = line.trim_start();
        if ["//", "#", "*", "/*"].iter().any(|mark| start.starts_with(mark)) {
            continue;
        }
        let written = texts(line).find_map(|text| Some((command(text)?, text.to_owned())));
        let called = || {
            let (method, module) = METHODS.iter().find(|(method, _)| line.contains(method))?;
            Some((*module, method.trim_matches(['.', '(']).to_owned()))
        };
        if let Some((module, what)) = written.or_else(called) {
            found.entry(module).or_insert((what, number));
        }
    }
    for (module, (what, line)) in found {
        said.add(USED, module, what, line);
    }
}

fn texts(line: &str) -> impl Iterator<Item = &str> {
    line.split(['"', '\'', '`']).skip(1).step_by(2)
}

/// The module of `FT.CREATE`, also with arguments after it.
fn command(text: &str) -> Option<&'static str> {
    let word = text.split_whitespace().next()?.to_ascii_uppercase();
    let (_, module) = COMMANDS.iter().find(|(begin, _)| word.starts_with(begin))?;
    let (_, verb) = word.split_once('.')?;
    VERBS.contains(&verb).then_some(*module)
}

fn packages(text: &str, said: &mut Said) {
    for (number, line) in numbered(text) {
        let line = line.trim().trim_start_matches('"');
        let end = line
            .find(|c: char| !c.is_ascii_alphanumeric() && !"-_@/".contains(c))
            .unwrap_or(line.len());
        let name = line
            .get(..end)
            .unwrap_or_default()
            .to_ascii_lowercase()
            .replace('_', "-");
        if let Some(package) = PACKAGES.iter().find(|package| **package == name) {
            said.add(USED, "search", *package, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn used(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .iter()
            .map(|((_, module), (what, line))| format!("{module} {what} {line}"))
            .collect()
    }

    #[test]
    fn commands_and_methods() {
        for (path, text, found) in [
            (
                "a.py",
                "import redis\nr.execute_command('FT.CREATE', 'idx')\n",
                "search FT.CREATE 2",
            ),
            (
                "a.py",
                "import redis\nredis_client.ft('docs').create_index(f)\n",
                "search ft 2",
            ),
            (
                "a.js",
                "const redis = createClient();\nawait client.json.set('a', '$', {});\n",
                "json json.set 2",
            ),
            (
                "a.go",
                "redis\nrdb.Do(ctx, \"TS.ADD\", 1)\n",
                "timeseries TS.ADD 2",
            ),
            (
                "a.ts",
                "redis\nclient.sendCommand(['BF.ADD', 'a'])\n",
                "bloom BF.ADD 2",
            ),
            (
                "requirements.txt",
                "redis==5.0.3\nredisvl==0.1.3\n",
                "search redisvl 2",
            ),
            (
                "package.json",
                "{\n  \"dependencies\": {\n    \"redis-om\": \"^0.4.7\"\n",
                "search redis-om 3",
            ),
        ] {
            assert!(concerns(path), "{path}");
            assert_eq!(used(path, text), [found], "{text}");
        }
    }

    #[test]
    fn a_redis_of_its_own() {
        let text = "services:\n  cache:\n    image: redis/redis-stack:7.4.0-v0\n";
        assert_eq!(
            used("compose.yaml", text),
            [" image: redis/redis-stack:7.4.0-v0 3"]
        );
        assert_eq!(
            used("compose.yaml", "services:\n  app:\n    image: a/b\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_is_no_command() {
        for (path, text) in [
            ("a.py", "r.execute_command('FT.CREATE', 'idx')\n"),
            ("a.py", "import redis\n# 'FT.CREATE'\n"),
            (
                "a.py",
                "import redis\nresponse.json().get('a')\nredis.set('a', 1)\n",
            ),
            ("a.js", "import redis from 'redis';\nimport x from 'TS.config';\n"),
            ("requirements.txt", "redis==5.0.3\nhiredis==2.0\n"),
        ] {
            assert_eq!(used(path, text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(redis|FT.|json|.ft\\(|'|\"|é|\n){0,30}") {
            for path in ["a.py", "package.json"] {
                let _ = used(path, &text);
            }
        }
    }
}
