//! The tree that the layers of an image make together: names and kinds in memory, contents where they lie in the layers.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::FileType;
use rustix::io::Errno;

use crate::transport::files::{self, Directory, Files, Links, Reached, Status, regular};

/// Some bytes of a layer, unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Piece {
    pub(super) layer: usize,
    pub(super) offset: u64,
    pub(super) len: u64,
}

impl Piece {
    pub(super) fn end(&self) -> u64 {
        self.offset.saturating_add(self.len)
    }
}

/// An entry of the tree.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The layer that put it there, or that put something below it.
    pub(super) layer: usize,
    pub(super) mode: u32,
    pub(super) kind: NodeKind,
}

#[derive(Debug, Clone)]
pub(super) enum NodeKind {
    Directory(BTreeMap<CString, usize>),
    /// All bytes of a regular file.
    File(Piece),
    Link(CString),
    Other,
}

/// Entries by number; the first is `/`.
#[derive(Debug)]
pub(super) struct Nodes(pub(super) Vec<Node>);

impl Nodes {
    pub(super) const TOP: usize = 0;

    pub(super) fn get(&self, at: usize) -> Option<&Node> {
        self.0.get(at)
    }

    pub(super) fn child(&self, directory: usize, name: &CStr) -> Option<usize> {
        match &self.get(directory)?.kind {
            NodeKind::Directory(names) => names.get(name).copied(),
            _ => None,
        }
    }
}

/// What is wanted of the contents, and what was brought of it.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) wanted: Vec<Piece>,
    /// `None` while it is only found out what is wanted.
    pub(super) brought: Option<BTreeMap<Piece, Vec<u8>>>,
}

/// The tree as files are looked up in it.
#[derive(Debug, Clone)]
pub(super) struct Merged {
    nodes: Arc<Nodes>,
    contents: Arc<Mutex<Contents>>,
}

impl Merged {
    pub(super) fn new(nodes: Nodes) -> Merged {
        Merged {
            nodes: Arc::new(nodes),
            contents: Arc::default(),
        }
    }

    /// From now on what is read is only noted.
    pub(super) fn find_out(&self) {
        *self.contents() = Contents::default();
    }

    pub(super) fn wanted(&self) -> Vec<Piece> {
        std::mem::take(&mut self.contents().wanted)
    }

    /// From now on this is what is read.
    pub(super) fn bring(&self, brought: BTreeMap<Piece, Vec<u8>>) {
        self.contents().brought = Some(brought);
    }

    fn contents(&self) -> std::sync::MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, at: usize) -> Place {
        Place {
            tree: self.clone(),
            at,
        }
    }

    fn walk(&self, path: &str, links: Links) -> Result<Reached<Place>, Errno> {
        files::walk(self.at(Nodes::TOP), path, links)
    }
}

impl Files for Merged {
    type Directory = Place;

    fn file(&self, path: &str) -> Result<(Open, u64), Errno> {
        match self.walk(path, Links::Followed)? {
            Reached::Directory(_) => Err(Errno::ISDIR),
            Reached::Entry(place, name) => place.regular(&name),
        }
    }

    fn directory(&self, path: &str, links: Links) -> Result<Place, Errno> {
        match self.walk(path, links)? {
            Reached::Directory(place) => Ok(place),
            Reached::Entry(..) => Err(Errno::NOTDIR),
        }
    }

    fn place(&self, path: &str, links: Links) -> Result<Place, Errno> {
        self.directory(path, links)
    }
}

/// A directory of the tree.
#[derive(Debug)]
pub(super) struct Place {
    tree: Merged,
    at: usize,
}

impl Place {
    fn node(&self, name: &CStr) -> Result<&Node, Errno> {
        let nodes = &self.tree.nodes;
        nodes
            .child(self.at, name)
            .and_then(|at| nodes.get(at))
            .ok_or(Errno::NOENT)
    }
}

impl Directory for Place {
    type File = Open;

    fn names(&self, wanted: impl Fn(&CStr) -> bool) -> Result<Vec<(CString, FileType)>, Errno> {
        let Some(NodeKind::Directory(names)) = self.tree.nodes.get(self.at).map(|node| &node.kind) else {
            return Err(Errno::NOTDIR);
        };
        let wanted = names.iter().filter(|(name, _)| wanted(name));
        let kind = |at: &usize| self.tree.nodes.get(*at).map_or(FileType::Unknown, file_type);
        Ok(wanted.map(|(name, at)| (name.clone(), kind(at))).collect())
    }

    fn status(&self, name: &CStr) -> Result<Status, Errno> {
        let node = self.node(name)?;
        let size = match &node.kind {
            NodeKind::File(all) => all.len,
            _ => 0,
        };
        Ok(Status {
            kind: file_type(node),
            mode: node.mode,
            size,
        })
    }

    fn target(&self, name: &CStr) -> Result<CString, Errno> {
        match &self.node(name)?.kind {
            NodeKind::Link(target) => Ok(target.clone()),
            _ => Err(Errno::INVAL),
        }
    }

    fn file(&self, name: &CStr) -> Result<Open, Errno> {
        let node = self.node(name)?;
        regular(file_type(node))?;
        match &node.kind {
            NodeKind::File(all) => Ok(Open {
                tree: self.tree.clone(),
                all: *all,
            }),
            _ => Err(Errno::INVAL),
        }
    }

    fn directory(&self, name: &CStr) -> Result<Place, Errno> {
        let at = self.tree.nodes.child(self.at, name).ok_or(Errno::NOENT)?;
        match self.node(name)?.kind {
            NodeKind::Directory(_) => Ok(self.tree.at(at)),
            _ => Err(Errno::NOTDIR),
        }
    }

    fn place(&self, name: &CStr) -> Result<Place, Errno> {
        self.directory(name)
    }
}

fn file_type(node: &Node) -> FileType {
    match node.kind {
        NodeKind::Directory(_) => FileType::Directory,
        NodeKind::File(_) => FileType::RegularFile,
        NodeKind::Link(_) => FileType::Symlink,
        NodeKind::Other => FileType::CharacterDevice,
    }
}

/// A regular file of the tree.
#[derive(Debug)]
pub(super) struct Open {
    tree: Merged,
    all: Piece,
}

impl files::Content for Open {
    fn read(&self, offset: Option<u64>, _: u64, len: u64) -> Result<Vec<u8>, Errno> {
        let skipped = offset.unwrap_or(0).min(self.all.len);
        let piece = Piece {
            layer: self.all.layer,
            offset: self.all.offset.saturating_add(skipped),
            len: len.min(self.all.len - skipped),
        };
        if piece.len == 0 {
            return Ok(Vec::new());
        }
        let mut contents = self.tree.contents();
        match &contents.brought {
            Some(brought) => brought.get(&piece).cloned().ok_or(Errno::IO),
            None => {
                contents.wanted.push(piece);
                Ok(Vec::new())
            }
        }
    }
}
