//! The files of a project: small ones, and none that leads out of it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The largest file that is looked at, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// As many names of a directory are looked at.
const MAX_NAMES: usize = 1_000;

/// A project as it lies on the disk.
pub(super) struct Files {
    directory: PathBuf,
}

impl Files {
    pub(super) fn below(directory: &Path) -> Files {
        Files {
            directory: fs::canonicalize(directory).unwrap_or_else(|_| directory.to_path_buf()),
        }
    }

    /// The name of the directory.
    pub(super) fn name(&self) -> Option<&str> {
        self.directory.file_name()?.to_str()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.inside(name).is_some_and(|path| path.is_file())
    }

    pub(super) fn is_program(&self, name: &str) -> bool {
        let starts = self.inside(name).and_then(|path| starting_with(&path, 4));
        starts.as_deref() == Some(b"\x7fELF")
    }

    /// A text; `None` for what is not there, is no text or is too large.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        text_of(&self.inside(name)?)
    }

    /// A YAML document; `None` for what is none. What is made for a template engine is none.
    pub(super) fn yaml(&self, name: &str) -> Option<Value> {
        serde_saphyr::from_str(&self.text(name)?).ok()
    }

    /// Names in a directory, sorted, as paths of the project.
    pub(super) fn list(&self, directory: &str) -> Vec<String> {
        let entries = self.inside(directory).and_then(|path| fs::read_dir(path).ok());
        let names = entries.into_iter().flatten().flatten().take(MAX_NAMES);
        let mut names: Vec<String> = names
            .filter_map(|entry| Some(join(directory, entry.file_name().to_str()?)))
            .collect();
        names.sort();
        names
    }

    /// The path, where it does not lead out of the project.
    fn inside(&self, name: &str) -> Option<PathBuf> {
        let path = fs::canonicalize(self.directory.join(name)).ok()?;
        path.starts_with(&self.directory).then_some(path)
    }
}

/// A path below a directory of the project.
pub(super) fn join(directory: &str, name: &str) -> String {
    match directory {
        "" | "." => name.to_owned(),
        directory => format!("{}/{name}", directory.trim_end_matches('/')),
    }
}

/// A small text.
pub(super) fn text_of(path: &Path) -> Option<String> {
    let size = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    let bytes = (size <= MAX_BYTES).then(|| starting_with(path, MAX_BYTES))??;
    String::from_utf8(bytes).ok()
}

fn starting_with(path: &Path, length: u64) -> Option<Vec<u8>> {
    let file = fs::File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
