//! Images of containers that lie on the disk: an OCI image layout, what `docker save` writes, or the tree of one container
//! (`docker export`), as a directory or as an archive. Nothing is unpacked: contents are read where they lie, in one pass
//! over each layer and round.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use super::look::Look;
use super::{Deadline, Transport, TransportError};
use crate::answer::{Answer, Outcome};
use crate::need::Need;
use crate::tar;

mod layers;
mod manifest;
mod merged;
mod store;
mod unpack;
#[cfg(test)]
mod tests;

use layers::Layers;
use manifest::{Layer, Platform};
use merged::{Merged, Piece};
use store::{Raw, Store};
use unpack::{Unpacked, skip};

/// More contents are not kept in memory at once, in bytes.
const MAX_CONTENTS: u64 = 512 << 20;

/// So far it is read on rather than sought, in bytes.
const NEAR: u64 = 256 << 10;

/// Answers from the files of an image. Nothing in it is run.
pub struct Image {
    look: Look<Merged>,
    store: Store,
    layers: Vec<Layer>,
    name: String,
}

impl Image {
    /// Reads what is in an image. `platform` is `OS/ARCHITECTURE[/VARIANT]`; without one, of several images that for Linux on
    /// the architecture of this machine is read.
    ///
    /// # Errors
    /// It cannot be opened (`cannot-open`), or not be read as an image (`bad-image`): then nothing is told of it.
    pub fn open(
        path: &Path,
        platform: Option<&str>,
        deadline: impl Into<Deadline>,
    ) -> Result<Image, TransportError> {
        let deadline = deadline.into();
        let name = path.display().to_string();
        let platform = platform.map(Platform::parse);
        let bad = |error: io::Error| bad_image(&name, &error);
        let store = Store::open(path, &deadline).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => TransportError::new(
                "cannot-open",
                format!("{name}: there is no such file or directory"),
            ),
            io::ErrorKind::PermissionDenied => {
                TransportError::new("cannot-open", format!("{name}: permission denied"))
            }
            _ => bad(error),
        })?;
        let layers = manifest::layers(&store, platform.as_ref(), &deadline).map_err(bad)?;
        let tree = merge(&store, &layers, &deadline).map_err(bad)?;
        Ok(Image {
            look: Look::new(tree, deadline),
            store,
            layers,
            name,
        })
    }

    /// The wanted pieces, each layer read once from its beginning as far as needed.
    fn bring(&self, mut wanted: Vec<Piece>) -> io::Result<BTreeMap<Piece, Vec<u8>>> {
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.iter().map(|piece| piece.len).fold(0, u64::saturating_add) > MAX_CONTENTS {
            return Err(io::Error::other(format!(
                "more than {MAX_CONTENTS} bytes of contents are wanted"
            )));
        }
        let mut brought = BTreeMap::new();
        let mut stream: Option<(usize, Unpacked, u64)> = None;
        for run in runs(&wanted) {
            let Some((first, last)) = run.first().zip(run.iter().map(Piece::end).max()) else {
                continue;
            };
            let (mut bytes, from) = match stream.take() {
                Some((layer, bytes, at))
                    if layer == first.layer
                        && (first.offset.saturating_sub(at) < NEAR || !self.can_seek(&bytes)) =>
                {
                    (bytes, at)
                }
                _ => self.from(first)?,
            };
            skip(&mut bytes, first.offset.saturating_sub(from))?;
            let mut content = Vec::new();
            bytes
                .by_ref()
                .take(last - first.offset)
                .read_to_end(&mut content)?;
            for piece in run {
                let start = usize::try_from(piece.offset - first.offset).unwrap_or(usize::MAX);
                let end = start.saturating_add(usize::try_from(piece.len).unwrap_or(usize::MAX));
                let bytes = content.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?;
                brought.insert(*piece, bytes.to_vec());
            }
            stream = Some((first.layer, bytes, last));
        }
        Ok(brought)
    }

    fn can_seek(&self, bytes: &Unpacked) -> bool {
        !bytes.is_packed && self.store.is_seekable()
    }

    /// The layer of a piece, unpacked, and where in it the stream begins: at the piece where that costs nothing.
    fn from(&self, piece: &Piece) -> io::Result<(Unpacked, u64)> {
        let layer = self.layers.get(piece.layer).ok_or(io::ErrorKind::NotFound)?;
        let deadline = &self.look.deadline;
        let bytes = Unpacked::new(raw(&self.store, layer, 0)?.0, deadline)?;
        if !self.can_seek(&bytes) {
            return Ok((bytes, 0));
        }
        let (raw, _) = raw(&self.store, layer, piece.offset)?;
        Ok((Unpacked::as_it_is(raw, deadline), piece.offset))
    }
}

impl Transport for Image {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let none = |_: &Need| Outcome::NotApplicable;
        let tree = self.look.root.clone();
        // First what would be read, then the contents in one pass, then the answers.
        tree.find_out();
        self.look.answers(needs, &none);
        let brought = self
            .bring(tree.wanted())
            .map_err(|error| bad_image(&self.name, &error))?;
        tree.bring(brought);
        Ok(self.look.answers(needs, &none))
    }
}

/// All layers laid on each other, each of them what it must be.
fn merge(store: &Store, layers: &[Layer], deadline: &Deadline) -> io::Result<Merged> {
    let mut tree = Layers::new(layers.iter().all(|layer| layer.name.is_some()));
    for layer in layers {
        let name = layer.name.as_deref().unwrap_or("the archive");
        if let Some((digest, size)) = &layer.stored {
            let (raw, actual) = raw(store, layer, 0)?;
            if actual != *size {
                return Err(manifest::wrong_size(name, *size, actual));
            }
            let (actual, _) = unpack::digest_of(raw, deadline)?;
            if actual != *digest {
                return Err(manifest::wrong_digest(name, digest, &actual));
            }
        }
        let unpacked = Unpacked::new(raw(store, layer, 0)?.0, deadline)?;
        let mut unpacked = match layer.unpacked {
            Some(_) => unpacked.with_digest(),
            None => unpacked,
        };
        let in_layer = |error: io::Error| io::Error::new(error.kind(), format!("{name}: {error}"));
        tree.lay(&mut unpacked).map_err(in_layer)?;
        let actual = unpacked.finish().map_err(in_layer)?;
        if let Some((wanted, actual)) = layer.unpacked.as_ref().zip(actual)
            && actual != *wanted
        {
            return Err(manifest::wrong_digest(name, wanted, &actual));
        }
    }
    Ok(Merged::new(tree.finish()))
}

fn raw(store: &Store, layer: &Layer, from: u64) -> io::Result<(Raw, u64)> {
    match &layer.name {
        Some(name) => store.raw(name, from),
        None => store.whole(from),
    }
}

/// Sorted pieces in groups that lie close to each other in one layer.
fn runs(sorted: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let mut rest = sorted;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let mut end = first.end();
        let length = rest.iter().position(|piece| {
            let is_apart = piece.layer != first.layer || piece.offset > end;
            end = end.max(piece.end());
            is_apart
        });
        let (run, more) = rest.split_at_checked(length.unwrap_or(rest.len()))?;
        rest = more;
        Some(run)
    })
}

fn bad_image(name: &str, error: &io::Error) -> TransportError {
    let (code, why) = match error.kind() {
        io::ErrorKind::TimedOut => ("timed-out", error.to_string()),
        io::ErrorKind::UnexpectedEof => ("bad-image", "the archive is cut off".to_owned()),
        _ => ("bad-image", error.to_string()),
    };
    TransportError::new(code, format!("{name}: {why}"))
}

impl From<tar::Error> for io::Error {
    fn from(error: tar::Error) -> io::Error {
        let kind = match &error {
            tar::Error::Unreadable { source, .. } => source.kind(),
            _ => io::ErrorKind::Other,
        };
        io::Error::new(kind, error.to_string())
    }
}
