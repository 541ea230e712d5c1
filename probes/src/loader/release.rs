//! The ELF files of a release, put together again from their facts.

use parity_core::fact::{FactId, State, Value};
use parity_core::view::View;

use crate::elf::schema::{EXECUTABLE, NO_DEFAULT_DIRECTORIES, PIE, UNVERSIONED_SYMBOLS};
use crate::elf::{Abi, DefinedNode, Kind, Linkage, NeededNode, Notes, VersionNeed};

/// One ELF file of a release.
pub(super) struct ReleaseFile {
    /// Its path in the release.
    pub(super) path: String,
    /// Where it lies in the inventory of a [`Case`](super::case::Case).
    pub(super) place: String,
    /// As the facts name it.
    pub(super) architecture: String,
    /// What it asks of the loader, or why that is not known.
    pub(super) linkage: Result<Linkage, String>,
    /// The C library it is linked against, where anything tells; known even where not all of the linkage is.
    pub(super) libc: Option<&'static str>,
    /// Why the symbol versions it needs are not known, where they are not.
    pub(super) unknown_versions: Option<String>,
}

impl ReleaseFile {
    /// The names under which others need it: that of the file, and the one that it states.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let name = self.path.rsplit('/').next();
        let linkage = self.linkage.as_ref().ok();
        name.into_iter()
            .chain(linkage.and_then(|linkage| linkage.soname.as_deref()))
    }

    /// The path of another name in its directory.
    pub(super) fn beside(&self, name: &str) -> String {
        match self.path.rsplit_once('/') {
            Some((directory, _)) => format!("{directory}/{name}"),
            None => name.to_owned(),
        }
    }
}

/// All ELF files of the release, by path.
pub(super) fn files_of(release: &View<'_>) -> Vec<ReleaseFile> {
    let facts = release
        .family("elf.architecture")
        .filter(|fact| !fact.id.is_rest());
    let file = |fact: &parity_core::fact::Fact| {
        let path = fact.id.key()?.to_owned();
        let architecture = fact.state.value().map(ToString::to_string);
        let linkage = match (&fact.state, &architecture) {
            (State::Absent, _) => return None,
            (_, Some(architecture)) => linkage(release, &path, architecture),
            (state, None) => Err(state.doubt().unwrap_or_default().to_owned()),
        };
        Some(ReleaseFile {
            place: super::case::place(&path),
            libc: libc(release, &path),
            unknown_versions: unknown(release, "elf.version-needs", &path),
            path,
            architecture: architecture.unwrap_or_default(),
            linkage,
        })
    };
    facts.filter_map(file).collect()
}

fn linkage(release: &View<'_>, path: &str, architecture: &str) -> Result<Linkage, String> {
    let abi =
        Abi::of_architecture(architecture).ok_or_else(|| format!("{architecture}: no known architecture"))?;
    let value = |name| told(release, name, path);
    let text = |name| value(name).map(|value| value.map(|value| value.to_string()));
    let path_list = |name| value(name).map(|value| value.map(|value| list(&value).join(":")));
    let traits = value("elf.traits")?.as_ref().map(list).unwrap_or_default();
    let is = |name: &str| traits.iter().any(|known| known == name);
    let needed = value("elf.needed")?;
    let definitions = value("elf.version-definitions")?;
    Ok(Linkage {
        abi,
        kind: if is(EXECUTABLE) {
            Kind::Executable
        } else {
            Kind::Dynamic
        },
        dynamic: needed.is_some(),
        pie: is(PIE),
        interpreter: text("elf.interpreter")?,
        needed: needed.as_ref().map(list).unwrap_or_default(),
        soname: text("elf.soname")?,
        rpath: path_list("elf.rpath")?,
        runpath: path_list("elf.runpath")?,
        ignores_default_directories: is(NO_DEFAULT_DIRECTORIES),
        version_needs: value("elf.version-needs")
            .unwrap_or_default()
            .as_ref()
            .map(version_needs)
            .unwrap_or_default(),
        version_definitions: definitions.as_ref().map(defined_nodes),
        versioned_symbols: !is(UNVERSIONED_SYMBOLS),
        names_of_glibc: Vec::new(),
        notes: Notes::default(),
    })
}

/// The C library that the interpreter or a needed library belongs to.
fn libc(release: &View<'_>, path: &str) -> Option<&'static str> {
    let members = |name: &'static str| release.state(&FactId::keyed(name, path)).value().map(list);
    let names = ["elf.interpreter", "elf.needed"]
        .into_iter()
        .filter_map(members)
        .flatten();
    names
        .map(|name| name.rsplit('/').next().unwrap_or_default().to_owned())
        .find_map(|name| {
            // Plain `libc.so` is the name that musl itself gives its library, outside of Alpine.
            if name.starts_with("ld-musl-") || name.starts_with("libc.musl-") || name == "libc.so" {
                Some("musl")
            } else if name.starts_with("ld-linux") || name.starts_with("ld64.so") || name == "libc.so.6" {
                Some("glibc")
            } else {
                None
            }
        })
}

fn unknown(release: &View<'_>, name: &'static str, path: &str) -> Option<String> {
    told(release, name, path).err()
}

/// The value of a fact of a file, or why it is not known. The facts of a file are told all together: one that was not told is
/// not there, whatever became of other files.
fn told(release: &View<'_>, name: &'static str, path: &str) -> Result<Option<Value>, String> {
    let Some(fact) = release.fact(&FactId::keyed(name, path)) else {
        return Ok(None);
    };
    match fact.state.doubt() {
        Some(reason) => Err(reason.to_owned()),
        None => Ok(fact.state.value().cloned()),
    }
}

/// The members of a list or set.
pub(super) fn list(value: &Value) -> Vec<String> {
    let members = value.members().into_iter();
    members.map(std::borrow::Cow::into_owned).collect()
}

/// Symbol versions as a file that defines them has them.
pub(super) fn defined_nodes(value: &Value) -> Vec<DefinedNode> {
    let nodes = list(value).into_iter();
    nodes.map(|name| DefinedNode { name, base: false }).collect()
}

/// `LIBRARY NODE` each, sorted by library.
fn version_needs(value: &Value) -> Vec<VersionNeed> {
    let mut needs: Vec<VersionNeed> = Vec::new();
    for member in list(value) {
        let Some((library, node)) = member.split_once(' ') else {
            continue;
        };
        let node = NeededNode {
            name: node.to_owned(),
            weak: false,
        };
        match needs.iter_mut().find(|need| need.soname == library) {
            Some(need) => need.nodes.push(node),
            None => needs.push(VersionNeed {
                soname: library.to_owned(),
                nodes: vec![node],
            }),
        }
    }
    needs
}
