//! Lays the layers of an image on each other (OCI image specification 1.1, "Image Layer Filesystem Changeset").

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::io::{self, Read};

use rustix::fs::FileType;

use super::merged::{Node, NodeKind, Nodes, Piece};
use crate::tar::{self, Entry, Kind};

/// Hides the name that follows in the layers below; with [`OPAQUE`] everything they have in the directory.
const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";

/// What storage drivers keep for themselves.
const RESERVED: &[u8] = b".wh..wh.";

/// More entries of all layers together, and more bytes of their names, are refused.
const MAX_ENTRIES: usize = 1_000_000;
const MAX_NAMES: usize = 128 << 20;

/// Longer paths cannot be opened on Linux (`PATH_MAX` in limits.h), in bytes.
const MAX_PATH: usize = 4096;

/// As many links as one path may lead through (as in the kernel).
const MAX_LINKS: usize = 40;

/// The tree so far.
pub(super) struct Layers {
    nodes: Vec<Node>,
    names: usize,
    /// How many layers were laid.
    count: usize,
    /// Whether names can hide what is below: not where there is nothing below.
    layered: bool,
}

impl Layers {
    /// Nothing yet. A single tree that is no layer has no whiteouts.
    pub(super) fn new(layered: bool) -> Layers {
        Layers {
            nodes: vec![directory(0, 0o755)],
            names: 0,
            count: 0,
            layered,
        }
    }

    /// Lays the next layer on those before.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub(super) fn lay(&mut self, layer: impl Read) -> io::Result<()> {
        let mut archive = tar::Reader::new(layer);
        while let Some(entry) = archive.next_entry()? {
            self.put(&entry)
                .map_err(|why| io::Error::other(format!("{}: {why}", shown(&entry.path))))?;
        }
        self.count += 1;
        Ok(())
    }

    pub(super) fn finish(self) -> Nodes {
        Nodes(self.nodes)
    }

    fn put(&mut self, entry: &Entry) -> Result<(), String> {
        let parts = components(&entry.path)?;
        let Some((name, parents)) = parts.split_last() else {
            if let (Kind::Directory, Some(top)) = (entry.kind, self.nodes.get_mut(Nodes::TOP)) {
                top.mode = entry.mode;
            }
            return Ok(());
        };
        if name.as_bytes() == b".." {
            return Err("a path without a name at its end".into());
        }
        let parent = self.descend(parents, true)?;
        if self.layered && name.as_bytes().starts_with(WHITEOUT) {
            self.hide(parent, name.as_bytes());
            return Ok(());
        }
        let kind = match entry.kind {
            Kind::Directory => return self.put_directory(parent, name, entry.mode),
            Kind::File => NodeKind::File(Piece {
                layer: self.count,
                offset: entry.offset,
                len: entry.size,
            }),
            Kind::SymbolicLink => {
                NodeKind::Link(CString::new(entry.link.as_slice()).map_err(|_| "a link with a zero byte")?)
            }
            Kind::HardLink => return self.put_same(parent, name, &entry.link),
            Kind::Special => NodeKind::Other,
        };
        self.insert(parent, name, entry.mode, kind).map(drop)
    }

    /// The directory that these names lead to, links followed; what is missing may be made on the way.
    fn descend(&mut self, path: &[CString], make: bool) -> Result<usize, String> {
        let mut todo: Vec<CString> = path.iter().rev().cloned().collect();
        let mut stack = vec![Nodes::TOP];
        let mut links = 0;
        while let Some(part) = todo.pop() {
            if part.as_bytes() == b".." {
                if stack.len() > 1 {
                    stack.pop();
                }
                continue;
            }
            let here = stack.last().copied().unwrap_or(Nodes::TOP);
            let next = match self.child(here, &part) {
                Some((at, FileType::Directory)) => at,
                Some((at, FileType::Symlink)) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err("too many symbolic links on the way".into());
                    }
                    let target = self.link(at);
                    if target.starts_with(b"/") {
                        stack.truncate(1);
                    }
                    todo.extend(components(&target)?.into_iter().rev());
                    continue;
                }
                Some(_) => return Err("lies below something that is no directory".into()),
                None if make => self.insert(here, &part, 0o755, NodeKind::Directory(BTreeMap::new()))?,
                None => return Err("lies below something that is not there".into()),
            };
            if let (true, Some(node)) = (make, self.nodes.get_mut(next)) {
                node.layer = self.count;
            }
            stack.push(next);
        }
        Ok(stack.last().copied().unwrap_or(Nodes::TOP))
    }

    fn child(&self, directory: usize, name: &CStr) -> Option<(usize, FileType)> {
        let NodeKind::Directory(names) = &self.nodes.get(directory)?.kind else {
            return None;
        };
        let at = names.get(name).copied()?;
        let kind = match self.nodes.get(at)?.kind {
            NodeKind::Directory(_) => FileType::Directory,
            NodeKind::Link(_) => FileType::Symlink,
            NodeKind::File(_) => FileType::RegularFile,
            NodeKind::Other => FileType::Unknown,
        };
        Some((at, kind))
    }

    fn link(&self, at: usize) -> Vec<u8> {
        match self.nodes.get(at).map(|node| &node.kind) {
            Some(NodeKind::Link(target)) => target.as_bytes().to_vec(),
            _ => Vec::new(),
        }
    }

    /// A directory keeps what lower layers and earlier entries have in it.
    fn put_directory(&mut self, parent: usize, name: &CString, mode: u32) -> Result<(), String> {
        match self.child(parent, name) {
            Some((at, FileType::Directory)) => {
                if let Some(node) = self.nodes.get_mut(at) {
                    (node.layer, node.mode) = (self.count, mode);
                }
                Ok(())
            }
            _ => self
                .insert(parent, name, mode, NodeKind::Directory(BTreeMap::new()))
                .map(drop),
        }
    }

    /// Another name for what is already there.
    fn put_same(&mut self, parent: usize, name: &CString, path: &[u8]) -> Result<(), String> {
        let nothing = || format!("another name for {}, which is not there", shown(path));
        let parts = components(path)?;
        let (last, parents) = parts.split_last().ok_or_else(nothing)?;
        let place = self.descend(parents, false).map_err(|_| nothing())?;
        let (at, kind) = self.child(place, last).ok_or_else(nothing)?;
        match self.nodes.get(at) {
            Some(node) if kind != FileType::Directory => {
                let (mode, kind) = (node.mode, node.kind.clone());
                self.insert(parent, name, mode, kind).map(drop)
            }
            _ => Err(nothing()),
        }
    }

    fn insert(&mut self, parent: usize, name: &CString, mode: u32, kind: NodeKind) -> Result<usize, String> {
        self.names += name.as_bytes().len();
        if self.nodes.len() >= MAX_ENTRIES || self.names > MAX_NAMES {
            return Err(format!(
                "more than {MAX_ENTRIES} entries, or names that are too long together"
            ));
        }
        let at = self.nodes.len();
        self.nodes.push(Node {
            layer: self.count,
            mode,
            kind,
        });
        if let Some(Node {
            kind: NodeKind::Directory(names),
            ..
        }) = self.nodes.get_mut(parent)
        {
            names.insert(name.clone(), at);
        }
        Ok(at)
    }

    /// What lower layers have of a whiteout's name is gone.
    fn hide(&mut self, parent: usize, whiteout: &[u8]) {
        if whiteout == OPAQUE {
            self.keep_own(parent);
            return;
        }
        let hidden = whiteout.get(WHITEOUT.len()..).unwrap_or_default();
        if whiteout.starts_with(RESERVED) || matches!(hidden, b"" | b"." | b"..") {
            return;
        }
        let Ok(name) = CString::new(hidden) else { return };
        let Some((at, _)) = self.child(parent, &name) else {
            return;
        };
        if self.is_own(at) {
            self.keep_own(at);
        } else if let Some(Node {
            kind: NodeKind::Directory(names),
            ..
        }) = self.nodes.get_mut(parent)
        {
            names.remove(&name);
        }
    }

    fn is_own(&self, at: usize) -> bool {
        self.nodes.get(at).is_some_and(|node| node.layer == self.count)
    }

    /// Of a directory stays what this layer itself put there.
    fn keep_own(&mut self, directory: usize) {
        let mut todo = vec![directory];
        while let Some(at) = todo.pop() {
            let Some(NodeKind::Directory(names)) = self.nodes.get_mut(at).map(|node| &mut node.kind) else {
                continue;
            };
            let mut names = std::mem::take(names);
            names.retain(|_, child| self.is_own(*child));
            todo.extend(names.values().copied());
            if let Some(NodeKind::Directory(kept)) = self.nodes.get_mut(at).map(|node| &mut node.kind) {
                *kept = names;
            }
        }
    }
}

fn directory(layer: usize, mode: u32) -> Node {
    Node {
        layer,
        mode,
        kind: NodeKind::Directory(BTreeMap::new()),
    }
}

/// The names of a path; `..` leads up and never out of the root.
fn components(path: &[u8]) -> Result<Vec<CString>, String> {
    if path.len() > MAX_PATH {
        return Err(format!("a path of more than {MAX_PATH} bytes"));
    }
    let parts = path.split(|byte| *byte == b'/');
    let parts = parts.filter(|part| !part.is_empty() && *part != b".");
    parts
        .map(|part| CString::new(part).map_err(|_| "a name with a zero byte".to_owned()))
        .collect()
}

fn shown(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path);
    text.trim_start_matches("./").chars().take(200).collect()
}

#[cfg(test)]
mod tests;
