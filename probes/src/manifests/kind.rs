//! Which files are manifests, and how each is read.

use super::declaration::{Declaration, Malformed, Parsed};
use super::{dotnet, elixir, files, go, gradle, java, json, python, ruby, toml};

/// A kind of manifest.
#[derive(Debug)]
pub struct Kind {
    /// Its file name.
    pub name: &'static str,
    /// The runtimes it speaks of; what it says of them is unknown where it cannot be read. None: any.
    pub runtimes: &'static [&'static str],
    parse: fn(&str) -> Parsed,
}

const fn kind_of(name: &'static str, runtimes: &'static [&'static str], parse: fn(&str) -> Parsed) -> Kind {
    Kind {
        name,
        runtimes,
        parse,
    }
}

/// Sorted by name.
const KINDS: [Kind; 26] = [
    kind_of("*.csproj", &["dotnet-sdk"], dotnet::project),
    kind_of(".node-version", &["node"], files::node),
    kind_of(".nvmrc", &["node"], files::node),
    kind_of(".python-version", &["python"], files::python),
    kind_of(".ruby-version", &["ruby"], files::ruby),
    kind_of(".tool-versions", &[], files::tool_versions),
    kind_of("Cargo.lock", &["rust"], toml::cargo_lock),
    kind_of("Cargo.toml", &["rust"], toml::cargo),
    kind_of("Gemfile", &["ruby"], ruby::gemfile),
    kind_of("Gemfile.lock", &["ruby"], ruby::gemfile_lock),
    kind_of("METADATA", &["python"], python::metadata),
    kind_of("Pipfile", &["python"], toml::pipfile),
    kind_of("build.gradle", &["java"], gradle::build),
    kind_of("build.gradle.kts", &["java"], gradle::build),
    kind_of("composer.json", &["php"], json::composer_json),
    kind_of("composer.lock", &[], json::composer_lock),
    kind_of("global.json", &["dotnet-sdk"], dotnet::global_json),
    kind_of("go.mod", &["go"], go::go_mod),
    kind_of("mix.exs", &["elixir"], elixir::mix),
    kind_of("package.json", &["node"], json::package_json),
    kind_of("pom.xml", &["java"], java::pom_xml),
    kind_of("pyproject.toml", &["python"], toml::pyproject),
    kind_of("runtime.txt", &["python"], python::runtime_txt),
    kind_of("rust-toolchain", &["rust"], toml::rust_toolchain),
    kind_of("rust-toolchain.toml", &["rust"], toml::rust_toolchain),
    kind_of("setup.cfg", &["python"], python::setup_cfg),
];

/// The kind of manifest at this path of a release, if it is one.
#[must_use]
pub fn kind(path: &str) -> Option<&'static Kind> {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    // A file of this name is metadata only where installers put it.
    let is_in_place = name != "METADATA" || directory.ends_with(".dist-info");
    // The build of an application for telephones has a file of this name too, below the top.
    let is_at_top = !name.starts_with("build.gradle") || directory.is_empty();
    let is_it = |kind: &&Kind| match kind.name.strip_prefix('*') {
        Some(ending) => name.ends_with(ending),
        None => kind.name == name,
    };
    KINDS.iter().find(is_it).filter(|_| is_in_place && is_at_top)
}

impl Kind {
    /// What a manifest of this kind declares. A byte order mark is passed over.
    ///
    /// # Errors
    /// The bytes are not text, or not of the format.
    ///
    /// ```
    /// use parity_core::version::RangeSyntax;
    /// use parity_probes::manifests::{What, kind};
    ///
    /// let found = kind("api/package.json").unwrap().parse(br#"{"engines": {"node": ">=18"}}"#)?;
    /// assert_eq!(found[0].runtime, "node");
    /// assert_eq!(found[0].what, What::Range(RangeSyntax::Npm, ">=18".to_owned()));
    /// # Ok::<(), parity_probes::manifests::Malformed>(())
    /// ```
    pub fn parse(&self, bytes: &[u8]) -> Result<Vec<Declaration>, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed {
            line: None,
            message: "not UTF-8".to_owned(),
        })?;
        (self.parse)(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}
