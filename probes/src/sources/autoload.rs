//! Classes of PHP that Composer loads by the name of their file (PSR-4), and the paths that `composer.json` names.
//!
//! Sources: <https://www.php-fig.org/psr/psr-4/>, <https://getcomposer.org/doc/04-schema.md#autoload>.

use std::collections::BTreeSet;

use serde_json::Value;

use super::case::Names;

/// Prefixes of namespaces and their directories, and files that are loaded always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Autoload {
    /// Prefix, with its last `\`, and directory without slashes at its ends.
    prefixes: Vec<(String, String)>,
    /// Directories and files that must be there as they are written.
    paths: Vec<String>,
}

/// A name that is not that of a file or a directory, but for case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Otherwise {
    /// What is written.
    pub reference: String,
    /// What is there.
    pub file: String,
    /// Line, counted from 1.
    pub line: u32,
}

impl Autoload {
    /// Of a `composer.json` that lies in this directory.
    #[must_use]
    pub fn of(manifest: &Value, directory: &str) -> Autoload {
        let mut autoload = Autoload::default();
        let below = |path: &str| {
            let path = path.trim_start_matches("./").trim_matches('/');
            match directory {
                "" => path.to_owned(),
                directory => format!("{directory}/{path}"),
            }
        };
        let strings = |value: &Value| -> Vec<String> {
            let one = value.as_str().map(str::to_owned);
            let many = value.as_array().into_iter().flatten();
            one.into_iter()
                .chain(many.filter_map(Value::as_str).map(str::to_owned))
                .collect()
        };
        let psr4 = manifest.pointer("/autoload/psr-4").and_then(Value::as_object);
        for (prefix, directories) in psr4.into_iter().flatten() {
            for directory in strings(directories).iter().map(|path| below(path)) {
                autoload.paths.push(directory.clone());
                autoload.prefixes.push((prefix.clone(), directory));
            }
        }
        for section in ["/autoload/files", "/autoload/classmap"] {
            let paths = manifest.pointer(section).map(strings).unwrap_or_default();
            let plain = paths.iter().filter(|path| !path.contains('*'));
            autoload.paths.extend(plain.map(|path| below(path)));
        }
        // The longest prefix is asked first.
        autoload
            .prefixes
            .sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        autoload
    }

    /// The paths of the manifest that are called otherwise.
    #[must_use]
    pub fn paths_otherwise(&self, names: &Names<'_>) -> Vec<Otherwise> {
        let otherwise = |path: &String| {
            if path.is_empty() || names.has(path) || names.has_directory(path) {
                return None;
            }
            let file = names.ignoring_case(path).map(str::to_owned);
            let there = file.or_else(|| names.directory_ignoring_case(path))?;
            Some(Otherwise {
                reference: path.clone(),
                file: there,
                line: 1,
            })
        };
        self.paths.iter().filter_map(otherwise).collect()
    }

    /// Where the class of this name is looked for.
    fn file_of(&self, class: &str) -> Option<String> {
        let (prefix, directory) = self
            .prefixes
            .iter()
            .find(|(prefix, _)| class.starts_with(prefix.as_str()))?;
        let rest = class.get(prefix.len()..)?.replace('\\', "/");
        Some(match directory.as_str() {
            "" => format!("{rest}.php"),
            directory => format!("{directory}/{rest}.php"),
        })
    }

    /// The class that a file declares, where it would be looked for in a file that is called otherwise.
    #[must_use]
    pub fn declared_otherwise(&self, path: &str, text: &str) -> Option<Otherwise> {
        let (class, line) = declared(text)?;
        let expected = self.file_of(&class)?;
        let differs = expected != path && expected.to_lowercase() == path.to_lowercase();
        differs.then(|| Otherwise {
            reference: expected,
            file: path.to_owned(),
            line,
        })
    }

    /// The classes that a file imports from files that are called otherwise, but those that declare them under the wrong name
    /// themselves.
    #[must_use]
    pub fn imported_otherwise(
        &self,
        text: &str,
        names: &Names<'_>,
        told: &BTreeSet<String>,
    ) -> Vec<Otherwise> {
        let otherwise = |(class, name, line): (&str, &str, u32)| {
            let expected = self.file_of(class)?;
            let file = names.ignoring_case(&expected).filter(|_| !names.has(&expected))?;
            (!told.contains(file) && loads(text, name)).then(|| Otherwise {
                reference: class.to_owned(),
                file: file.to_owned(),
                line,
            })
        };
        imported(text).filter_map(otherwise).collect()
    }
}

/// The first class of a file, with its namespace.
fn declared(text: &str) -> Option<(String, u32)> {
    let mut namespace = String::new();
    for (line, statement) in (1..).zip(text.lines()) {
        if let Some(name) = statement
            .trim_start_matches("<?php")
            .trim()
            .strip_prefix("namespace ")
        {
            namespace = name.trim_end_matches([';', ' ', '{']).to_owned();
            continue;
        }
        let mut words = statement.split_whitespace();
        let kind = words.find(|word| !["abstract", "final", "readonly"].contains(word));
        if let (Some("class" | "enum" | "interface" | "trait"), Some(name)) = (kind, words.next()) {
            let end = name
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(name.len());
            let name = name.get(..end).filter(|name| !name.is_empty())?;
            let whole = match namespace.as_str() {
                "" => name.to_owned(),
                namespace => format!("{namespace}\\{name}"),
            };
            return Some((whole, line));
        }
    }
    None
}

/// Whether code makes a class be loaded: `instanceof` and types do not.
fn loads(text: &str, name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '\\';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + name.len()..).unwrap_or_default();
        let is_whole = !before.ends_with(is_name) && !after.starts_with(is_name);
        let is_made = ["new ", "extends ", "implements "]
            .iter()
            .any(|word| before.ends_with(word));
        let is_asked = after.starts_with("::") && !after.starts_with("::class");
        is_whole && (is_made || is_asked)
    })
}

/// The classes of `use` at the beginning of a line, and the name that they get.
fn imported(text: &str) -> impl Iterator<Item = (&str, &str, u32)> {
    (1..).zip(text.lines()).filter_map(|(line, statement)| {
        let rest = statement.strip_prefix("use ")?.trim_end();
        let mut parts = rest.strip_suffix(';')?.split(" as ").map(str::trim);
        let class = parts.next()?;
        let name = parts.next().or_else(|| class.rsplit('\\').next())?;
        let is_class = class
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '\\');
        (is_class && class.contains('\\')).then(|| (class.trim_start_matches('\\'), name, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn autoload() -> Autoload {
        let manifest = serde_json::json!({"autoload": {"psr-4": {"App\\": "app/", "App\\Core\\": ["src/Core"]}, "files": ["src/helpers.php"]}});
        Autoload::of(&manifest, "")
    }

    #[test]
    fn classes_and_the_files_they_are_looked_for_in() {
        let text = "<?php\n\nnamespace App\\Models;\n\nfinal class UserSettings extends Model\n{\n}\n";
        let found = autoload()
            .declared_otherwise("app/Models/usersettings.php", text)
            .unwrap();
        assert_eq!(
            (found.reference.as_str(), found.line),
            ("app/Models/UserSettings.php", 5)
        );
        assert_eq!(
            autoload().declared_otherwise("app/Models/UserSettings.php", text),
            None
        );
        assert_eq!(autoload().declared_otherwise("lib/other.php", text), None);

        let names = Names::new(["app/Models/UserSettings.php", "src/Core/Kernel.php"]);
        let uses = "<?php\nuse App\\Models\\Usersettings;\nuse App\\Core\\Kernel as K;\nuse function App\\x;\nuse Illuminate\\Str;\nreturn new Usersettings();\n";
        let types = "<?php\nuse App\\Models\\Usersettings;\nif ($x instanceof Usersettings) {}\n";
        assert_eq!(autoload().imported_otherwise(types, &names, &BTreeSet::new()), []);
        let found = autoload().imported_otherwise(uses, &names, &BTreeSet::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].reference, "App\\Models\\Usersettings");
    }

    #[test]
    fn paths_of_the_manifest() {
        let names = Names::new(["App/Models/User.php", "src/Helpers.php", "src/Core/Kernel.php"]);
        let found: Vec<_> = autoload()
            .paths_otherwise(&names)
            .into_iter()
            .map(|other| (other.reference, other.file))
            .collect();
        let of = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            found,
            [of("app", "App"), of("src/helpers.php", "src/Helpers.php")]
        );
    }
}
