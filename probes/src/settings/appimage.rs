//! Programs that mount themselves (AppImage). Those that were made before their runtime brought FUSE open version 2 of its library.
//!
//! Source: <https://github.com/AppImage/AppImageSpec/blob/master/draft.md>, <https://github.com/AppImage/AppImageKit/wiki/FUSE>.

use super::said::Said;

/// The library that they open.
const LIBRARY: &[u8] = b"libfuse.so.2";

/// The runtime comes first in the file, and is shorter, in bytes.
pub(super) const RUNTIME: u64 = 1 << 20;

/// Whether a file begins as one: an ELF file with a mark of its own behind the first bytes.
pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"\x7fELF") && matches!(head.get(8..11), Some([b'A', b'I', 1 | 2]))
}

/// Whether its runtime opens the library.
pub(super) fn opens_fuse(runtime: &[u8]) -> bool {
    memchr::memmem::find(runtime, LIBRARY).is_some()
}

pub(super) fn read(runtime: &[u8], said: &mut Said) {
    if opens_fuse(runtime) {
        said.add("opened-library.of", "AppImage:libfuse.so.2", "AppImage", 1);
    }
}
