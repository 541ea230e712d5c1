//! The files of a release: one question that all probes of a release share, so that it is read once.

use parity_core::need::{Need, Take};

/// Program headers lie in the first KiB of what linkers write.
pub(crate) const HEAD: u32 = 1024;

/// Every file, with its first bytes.
pub(crate) fn all_files() -> Need {
    Need::Glob {
        pattern: "**".to_owned(),
        take: Take::Head(HEAD),
        max_entries: 200_000,
    }
}

/// Tests and examples are for no host.
pub(crate) fn is_elsewhere(path: &str) -> bool {
    let mut parts = path.split(['/', '.', '-', '_']);
    parts.any(|part| {
        matches!(
            part,
            "test"
                | "tests"
                | "testdata"
                | "example"
                | "examples"
                | "docs"
                | "node_modules"
                | "vendor"
                | "dev"
        )
    })
}
