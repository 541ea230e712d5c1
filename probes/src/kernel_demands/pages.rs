//! Allocators that are built for one size of pages: jemalloc takes that of the machine it is built on.
//!
//! Sources: <https://github.com/jemalloc/jemalloc/blob/dev/INSTALL.md> (`--with-lg-page`), <https://docs.rs/tikv-jemalloc-sys>.

use crate::reading::numbered;
use crate::said::Said;

/// Something in the release that says another size.
pub(super) const SAYS_SIZE: &str = "size of pages for jemalloc";

/// Packages of Rust that build jemalloc.
const PACKAGES: [&str; 4] = [
    "jemalloc-sys",
    "jemallocator",
    "tikv-jemalloc-sys",
    "tikv-jemallocator",
];

/// What the images of builders have.
const USUAL: u32 = 4096;

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_setting = [".sh", ".toml", ".yaml", ".yml", ".mk"]
        .iter()
        .any(|ending| name.ends_with(ending));
    name == "Cargo.lock" || name == "Makefile" || name.contains("Dockerfile") || is_setting
}

pub(super) fn read(path: &str, text: &str, found: &mut Said) {
    if !path.ends_with("Cargo.lock") {
        if text.contains("LG_PAGE") || text.contains("with-lg-page") {
            found.add(SAYS_SIZE, "", "", 1);
        }
        return;
    }
    for (line, statement) in numbered(text) {
        let name = statement
            .strip_prefix("name = \"")
            .and_then(|rest| rest.strip_suffix('"'));
        if let Some(name) = name.filter(|name| PACKAGES.contains(name)) {
            found.add("demand.page-size", name, USUAL.to_string(), line);
        }
    }
}
