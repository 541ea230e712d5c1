//! The dynamic loader: which file it opens for which library, and what it would complain about.
//!
//! Everything here is a function over an [`Inventory`]: what is known about the files of a machine, which need not be this
//! one. Where the inventory does not know, the answer is *undecided*, never a guess.
//!
//! Sources: ld.so(8), System V gABI ("Shared Object Dependencies"), LSB Core (symbol versions) and glibc's elf/dl-load.c,
//! elf/dl-version.c for glibc; the musl manual and ldso/dynlink.c for musl.

mod cache;
mod case;
mod conf;
mod derive;
mod inventory;
#[cfg(feature = "collect")]
mod disk;
mod load;
#[cfg(feature = "collect")]
mod probe;
mod release;
mod report;
mod schema;
mod search;
mod suited;
mod tokens;

pub use cache::{CacheEntry, CacheError, LdCache};
pub use conf::{ConfLine, MUSL_DEFAULT_PATH, parse_conf, parse_musl_path};
pub use derive::Loading;
pub use inventory::{CacheLookup, Inventory, Libc, Lookup, Rules};
pub use load::{LoadError, load};
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use report::{
    Chosen, Interpreter, LoadReport, Missing, MissingNode, OtherMachine, Reason, Rejected, Undecided,
    Unversioned, Via,
};
pub use schema::{DERIVED, SCHEMAS};

#[cfg(test)]
mod tests;
