//! Manifests of Node.js with which something else is built.

use serde_json::Value;

/// Manifests of applications that another language runs.
const OF_APPLICATIONS: [&str; 8] = [
    "Cargo.toml",
    "Gemfile",
    "composer.json",
    "go.mod",
    "manage.py",
    "pom.xml",
    "pyproject.toml",
    "requirements.txt",
];

/// Files that make a directory the root of several packages.
const OF_WORKSPACES: [&str; 4] = ["lerna.json", "nx.json", "pnpm-workspace.yaml", "rush.json"];

/// Scripts of npm that start what the package is (npm-start).
const STARTS: [&str; 3] = ["prestart", "serve", "start"];

/// Whether a `package.json` serves to build alone, so that no host needs Node.js for it: beside an application in another
/// language unless it starts `node` itself, elsewhere where it names nothing but tools, and nothing that is started or imported.
pub(super) fn only_builds(package_json: &[u8], is_beside: impl Fn(&str) -> bool) -> bool {
    let Ok(Value::Object(manifest)) = serde_json::from_slice::<Value>(package_json) else {
        return false;
    };
    let is_empty = |value: &Value| match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(members) => members.is_empty(),
        value => value.is_null(),
    };
    let has = |name: &str| manifest.get(name).is_some_and(|value| !is_empty(value));
    let start = |name: &&str| manifest.get("scripts")?.get(*name)?.as_str();
    let starts: Vec<&str> = STARTS.iter().filter_map(start).collect();
    if OF_APPLICATIONS.into_iter().any(&is_beside) {
        return !starts.iter().any(|command| command.starts_with("node "));
    }
    let is_used = !starts.is_empty() || ["bin", "exports", "main", "workspaces"].into_iter().any(has);
    let is_root = OF_WORKSPACES.into_iter().any(&is_beside);
    !is_used && !is_root && has("devDependencies") && !has("dependencies")
}

#[cfg(test)]
mod tests {
    use super::only_builds;

    #[test]
    fn what_is_built_is_told_from_what_runs() {
        for (manifest, beside, expected) in [
            (
                r#"{"devDependencies": {"sass": "1"}, "scripts": {"build": "sass a b"}}"#,
                "",
                true,
            ),
            (
                r#"{"devDependencies": {"turbo": "1"}}"#,
                "pnpm-workspace.yaml",
                false,
            ),
            (
                r#"{"devDependencies": {"turbo": "1"}, "workspaces": ["api"]}"#,
                "",
                false,
            ),
            (r#"{"dependencies": {"express": "4"}}"#, "", false),
            (
                r#"{"dependencies": {"vue": "3"}, "main": "app.js"}"#,
                "composer.json",
                true,
            ),
            (r#"{"scripts": {"start": "webpack serve"}}"#, "pom.xml", true),
            (r#"{"scripts": {"start": "node server.js"}}"#, "Gemfile", false),
            (
                r#"{"devDependencies": {"jest": "1"}, "bin": "cli.js"}"#,
                "",
                false,
            ),
            ("[]", "Gemfile", false),
            ("{", "Gemfile", false),
        ] {
            let told = only_builds(manifest.as_bytes(), |name| name == beside);
            assert_eq!(told, expected, "{manifest} beside {beside}");
        }
    }
}
