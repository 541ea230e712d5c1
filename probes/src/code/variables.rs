//! Variables that a program asks for through a library, or checks itself, before it begins.

use super::language::{Language, arguments};
use crate::reading::numbered;

/// A name, how it is taken and the line.
type Taken = (String, &'static str, u32);

/// As many lines after the question a program may end.
const NEAR: usize = 3;

pub(super) fn required(text: &str, language: Language, path: &str) -> Vec<Taken> {
    match language {
        Language::Elixir => elixir(text, path),
        Language::Go => go(text),
        Language::JavaScript => [checked(text), schemas(text)].concat(),
        Language::Python => [environ(text), decouple(text), pydantic(text)].concat(),
        Language::Ruby => ruby(text),
        Language::Settings if is_spring(path) => spring(text),
        _ => Vec::new(),
    }
}

/// Calls of a text with a name as their only argument.
fn alone<'a>(text: &'a str, call: &'a str) -> impl Iterator<Item = (u32, &'a str)> {
    arguments(text, call)
        .filter(|(_, _, after)| after.starts_with(')'))
        .map(|(line, name, _)| (line, name))
}

/// Whether one of these stands in the line, or in one of the next ones.
fn is_near(text: &str, line: u32, ends: &[&str]) -> bool {
    let before = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let mut lines = text.lines().skip(before).take(NEAR);
    lines.any(|line| ends.iter().any(|end| line.contains(end)))
}

/// <https://django-environ.readthedocs.io/en/latest/quickstart.html>, <https://github.com/sloria/environs>: `env("NAME")`
/// without a default.
fn environ(text: &str) -> Vec<Taken> {
    const CALLS: [&str; 11] = [
        "env(",
        "env.bool(",
        "env.cache(",
        "env.db(",
        "env.float(",
        "env.int(",
        "env.json(",
        "env.list(",
        "env.path(",
        "env.str(",
        "env.url(",
    ];
    if !text.contains("environ.Env") && !text.contains("from environs import") {
        return Vec::new();
    }
    // `Env(DEBUG=(bool, False))` has defaults of its own.
    let has_default = |name: &str| text.contains(&format!("{name}=("));
    let calls = CALLS.iter().flat_map(|call| alone(text, call));
    calls
        .filter(|(_, name)| !has_default(name))
        .map(|(line, name)| (name.to_owned(), "env without a default", line))
        .collect()
}

/// <https://github.com/HBNetwork/python-decouple>: `config("NAME")` without `default`.
fn decouple(text: &str) -> Vec<Taken> {
    if !text.contains("from decouple import") {
        return Vec::new();
    }
    arguments(text, "config(")
        .filter(|(.., after)| {
            after.starts_with(')')
                || (after.starts_with(',') && after.contains(')') && !after.contains("default"))
        })
        .map(|(line, name, _)| (name.to_owned(), "config without a default", line))
        .collect()
}

/// <https://docs.pydantic.dev/latest/concepts/pydantic_settings/>: fields of a class of settings without a value.
fn pydantic(text: &str) -> Vec<Taken> {
    let mut found = Vec::new();
    let mut lines = numbered(text).peekable();
    while let Some((_, line)) = lines.next() {
        let is_class = line.starts_with("class ") && line.contains("(BaseSettings)");
        if !is_class {
            continue;
        }
        let mut fields = Vec::new();
        let mut prefix = String::new();
        while let Some((number, line)) =
            lines.next_if(|(_, line)| line.is_empty() || line.starts_with([' ', '\t']))
        {
            if let Some((_, rest)) = line.split_once("env_prefix") {
                prefix = rest
                    .split(['"', '\''])
                    .nth(1)
                    .unwrap_or_default()
                    .to_ascii_uppercase();
            }
            let of_class = line
                .strip_prefix("    ")
                .filter(|rest| !rest.starts_with([' ', '@', '#']));
            if let Some((name, kind)) = of_class.and_then(|rest| rest.split_once(':'))
                && !kind.trim().is_empty()
                && !["=", "Optional", "None", "ClassVar"]
                    .iter()
                    .any(|word| kind.contains(word))
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            {
                fields.push((name.to_ascii_uppercase(), number));
            }
        }
        let named = fields
            .into_iter()
            .map(|(name, line)| (format!("{prefix}{name}"), "a setting without a value", line));
        found.extend(named);
    }
    found
}

/// <https://github.com/bkeepers/dotenv#required-keys>, <https://github.com/laserlemon/figaro#required-keys>.
fn ruby(text: &str) -> Vec<Taken> {
    let lines = numbered(text).filter_map(|(number, line)| {
        let (_, names) = line
            .split_once("Dotenv.require_keys(")
            .or_else(|| line.split_once("Figaro.require_keys("))?;
        Some((number, names.split_once(')')?.0))
    });
    lines
        .flat_map(|(number, names)| names.split(',').map(move |name| (number, name)))
        .map(|(line, name)| {
            (
                name.trim().trim_matches(['"', '\'', ':']).to_owned(),
                "require_keys",
                line,
            )
        })
        .collect()
}

/// <https://hexdocs.pm/elixir/System.html#fetch_env!/1>. What is compiled in is not asked of a host.
fn elixir(text: &str, path: &str) -> Vec<Taken> {
    let is_compiled = path.contains("config/")
        && !path.ends_with("/runtime.exs")
        && path != "runtime.exs"
        && !path.ends_with("/releases.exs");
    if is_compiled {
        return Vec::new();
    }
    let fetched =
        alone(text, "System.fetch_env!(").map(|(line, name)| (name.to_owned(), "System.fetch_env!", line));
    let checked = arguments(text, "System.get_env(")
        .filter(|(line, _, after)| {
            after.trim_end().ends_with("||") && is_near(text, *line, &["raise ", "raise("])
        })
        .map(|(line, name, _)| (name.to_owned(), "System.get_env or raise", line));
    fetched.chain(checked).collect()
}

/// Tags of <https://github.com/caarlos0/env> and <https://github.com/kelseyhightower/envconfig>, and what a program checks itself.
fn go(text: &str) -> Vec<Taken> {
    let mut found = Vec::new();
    for (number, line) in numbered(text) {
        let tag = |name: &str| {
            let (_, rest) = line.split_once(&format!("{name}:\""))?;
            rest.split('"').next()
        };
        if let Some((name, options)) = tag("env").and_then(|tag| tag.split_once(',')) {
            let is_required = options
                .split(',')
                .any(|option| matches!(option, "required" | "notEmpty"));
            if is_required && !line.contains("envDefault:") {
                found.push((name.to_owned(), "a field that is required", number));
            }
        }
        if let Some(name) = tag("envconfig").filter(|_| line.contains("required:\"true\"")) {
            found.push((name.to_owned(), "a field that is required", number));
        }
    }
    let ends = ["log.Fatal", "panic(", "os.Exit("];
    for call in ["os.Getenv(", "os.LookupEnv("] {
        for (line, name) in alone(text, call) {
            let is_checked = is_near(text, line, &["== \"\"", "!ok"]);
            if is_checked && is_near(text, line, &ends) {
                found.push((name.to_owned(), "os.Getenv, and an end without it", line));
            }
        }
    }
    found
}

/// `if (!process.env.NAME) throw …`, `getOrThrow('NAME')` of NestJS and `get('NAME').required()` of env-var.
fn checked(text: &str) -> Vec<Taken> {
    let mut found = Vec::new();
    for (number, line) in numbered(text) {
        let Some((_, rest)) = line.split_once("if (!process.env.") else {
            continue;
        };
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let is_alone = rest.get(name.len()..).is_some_and(|after| after.starts_with(')'));
        if is_alone && is_near(text, number, &["throw ", "process.exit("]) {
            found.push((name, "process.env, and an end without it", number));
        }
    }
    let thrown = ["getOrThrow(", "getOrThrow<string>(", "getOrThrow<number>("];
    let thrown = thrown.iter().flat_map(|call| alone(text, call));
    found.extend(thrown.map(|(line, name)| (name.to_owned(), "getOrThrow", line)));
    let asked = arguments(text, "get(").filter(|(.., after)| after.starts_with(").required()"));
    found.extend(asked.map(|(line, name, _)| (name.to_owned(), "required of env-var", line)));
    found
}

/// Descriptions of process.env: <https://zod.dev>, <https://github.com/af/envalid>, <https://joi.dev>.
fn schemas(text: &str) -> Vec<Taken> {
    const DESCRIBED: [(&str, &[&str], &str); 3] = [
        ("arse(process.env)", &["z."], ""),
        (
            "cleanEnv(process.env",
            &[
                "str(", "url(", "num(", "port(", "host(", "email(", "bool(", "json(",
            ],
            "",
        ),
        ("validationSchema", &["Joi.", "joi."], ".required()"),
    ];
    let optional = [
        ".optional()",
        ".default(",
        ".nullish()",
        ".catch(",
        "default:",
        "z.literal(",
    ];
    let mut found = Vec::new();
    for (mark, kinds, must) in DESCRIBED {
        let is_described =
            text.contains(mark) || (mark.starts_with("arse") && text.contains("runtimeEnv: process.env"));
        if !is_described {
            continue;
        }
        let mut lines = numbered(text).peekable();
        while let Some((number, line)) = lines.next() {
            let Some((name, kind)) = line.trim().split_once(':') else {
                continue;
            };
            let mut kind = kind.trim().to_owned();
            while let Some((_, more)) = lines.next_if(|(_, line)| line.trim_start().starts_with('.')) {
                kind.push_str(more.trim());
            }
            let is_kind = kinds.iter().any(|begin| kind.starts_with(begin));
            let is_built_in =
                name.starts_with("NEXT_PUBLIC_") || name.starts_with("VITE_") || name == "NODE_ENV";
            if is_kind
                && !is_built_in
                && kind.contains(must)
                && !optional.iter().any(|word| kind.contains(word))
            {
                found.push((
                    name.trim_matches(['"', '\'']).to_owned(),
                    "a description of process.env",
                    number,
                ));
            }
        }
    }
    found
}

/// Settings for everywhere, and for production.
fn is_spring(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_named = matches!(
        stem,
        "application" | "application-prod" | "application-production" | "bootstrap"
    );
    is_named
        && [".yml", ".yaml", ".properties"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// `${NAME}` without `:` and a default, where it is not the name of another property:
/// <https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.files.property-placeholders>.
fn spring(text: &str) -> Vec<Taken> {
    let mut found = Vec::new();
    for (number, line) in numbered(text) {
        // A place within a default is looked up where the first is not there.
        let mut depth = 0_usize;
        for (at, part) in line.split("${").enumerate() {
            if at > 0
                && depth == 0
                && let Some((name, _)) = part.split_once('}')
                && name
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            {
                found.push((name.to_owned(), "a place without a default", number));
            }
            depth = (depth + usize::from(at > 0)).saturating_sub(part.matches('}').count());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, language: Language, path: &str) -> Vec<String> {
        required(text, language, path)
            .into_iter()
            .map(|(name, ..)| name)
            .collect()
    }

    #[test]
    fn libraries_of_python() {
        let environ = "import environ\nenv = environ.Env(DEBUG=(bool, False))\nA = env('DEBUG')\nB = env('KEY')\nC = env('C', default=1)\nD = env.list(\"HOSTS\")\n";
        assert_eq!(names(environ, Language::Python, "a.py"), ["KEY", "HOSTS"]);
        let decouple = "from decouple import config\nA = config('A_KEY', cast=int)\nB = config('B_KEY', default='')\nC = config('C_KEY')\n";
        assert_eq!(names(decouple, Language::Python, "a.py"), ["A_KEY", "C_KEY"]);
        let pydantic = "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP_')\n    secret_key: str\n    port: int = 80\n    other: str | None\n\n    def a(self, b: int) -> str:\n        return ''\n\nclass Other:\n    name: str\n";
        assert_eq!(names(pydantic, Language::Python, "a.py"), ["APP_SECRET_KEY"]);
        assert!(names("config('A')\nenv('B')\n", Language::Python, "a.py").is_empty());
    }

    #[test]
    fn libraries_of_javascript() {
        let zod = "const s = z.object({\n  A_URL: z.string().url(),\n  PORT: z.coerce.number()\n    .default(3000),\n  NODE_ENV: z.enum(['a']),\n});\nexport const env = s.parse(process.env);\n";
        assert_eq!(names(zod, Language::JavaScript, "env.ts"), ["A_URL"]);
        assert!(
            names(
                "z.object({ A: 1 })\nA_URL: z.string()\n",
                Language::JavaScript,
                "a.ts"
            )
            .is_empty()
        );
        let envalid = "cleanEnv(process.env, {\n  A_KEY: str(),\n  B_KEY: str({ default: 'x' }),\n})";
        assert_eq!(names(envalid, Language::JavaScript, "a.js"), ["A_KEY"]);
        let joi =
            "validationSchema: Joi.object({\n  A_KEY: Joi.string().required(),\n  B_KEY: Joi.string(),\n})";
        assert_eq!(names(joi, Language::JavaScript, "a.ts"), ["A_KEY"]);
        let checked = "if (!process.env.A_KEY) {\n  throw new Error('a');\n}\nif (!process.env.B_KEY) {\n  b = 1;\n}\nconfig.getOrThrow('C_KEY');\nenv.get('D_KEY').required().asString();\n";
        assert_eq!(
            names(checked, Language::JavaScript, "a.js"),
            ["A_KEY", "C_KEY", "D_KEY"]
        );
    }

    #[test]
    fn other_languages() {
        let elixir = "secret =\n  System.get_env(\"SECRET\") ||\n    raise \"no\"\nurl = System.fetch_env!(\"URL\")\nport = System.get_env(\"PORT\") || \"4000\"\n";
        assert_eq!(
            names(elixir, Language::Elixir, "config/runtime.exs"),
            ["URL", "SECRET"]
        );
        assert!(names(elixir, Language::Elixir, "config/prod.exs").is_empty());
        let go = "type C struct {\n A string `env:\"A_KEY,required\"`\n B string `env:\"B_KEY\"`\n D string `envconfig:\"D_KEY\" required:\"true\"`\n}\nk := os.Getenv(\"E_KEY\")\nif k == \"\" {\n log.Fatal(\"E\")\n}\nx := os.Getenv(\"F_KEY\")\n";
        assert_eq!(names(go, Language::Go, "main.go"), ["A_KEY", "D_KEY", "E_KEY"]);
        let spring =
            "a: ${A_URL}\nb: ${B_URL:}\nc: ${C_URL:${D_URL}}\nd: ${other.name}\ne: ${E_ONE}-${E_TWO}\n";
        assert_eq!(
            names(spring, Language::Settings, "src/main/resources/application.yml"),
            ["A_URL", "E_ONE", "E_TWO"]
        );
        assert!(names(spring, Language::Settings, "application-dev.yml").is_empty());
        assert_eq!(
            names("Dotenv.require_keys(\"A_KEY\", 'B_KEY')", Language::Ruby, "a.rb"),
            ["A_KEY", "B_KEY"]
        );
    }
}
