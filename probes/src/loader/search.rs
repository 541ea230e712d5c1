//! The search for one needed name.

use super::tokens::{expand, join, library_path, search_path};
use super::{CacheEntry, CacheLookup, Inventory, Libc, Lookup, OtherMachine, Reason, Rules, Via};
use crate::elf::{Abi, Kind, Linkage};

/// An object that has been loaded.
#[derive(Debug)]
pub(super) struct Loaded<'i> {
    pub(super) path: String,
    pub(super) real: &'i str,
    pub(super) linkage: &'i Linkage,
    /// Names under which it was asked for.
    pub(super) names: Vec<String>,
    /// The object that first asked for it, by its place in the list of loaded objects.
    pub(super) loader: Option<usize>,
    /// What `$ORIGIN` stands for in its paths.
    pub(super) origin: String,
}

/// What the search for a name comes to.
pub(super) enum Outcome<'i> {
    Found {
        path: String,
        via: Via,
        real: &'i str,
        linkage: &'i Linkage,
    },
    NotFound {
        other_machine: Option<OtherMachine>,
    },
    Rejected {
        path: String,
        reason: Reason,
    },
    Undecided {
        reason: String,
    },
}

/// What trying one path comes to.
enum Try<'i> {
    Next,
    End(Outcome<'i>),
}

pub(super) struct Search<'i> {
    pub(super) inventory: &'i dyn Inventory,
    pub(super) rules: Rules,
    pub(super) libc: Libc,
    pub(super) abi: Abi,
}

impl<'i> Search<'i> {
    /// Looks for what the object at `needing` needs.
    pub(super) fn find(&self, name: &str, loaded: &[Loaded<'i>], needing: usize) -> Outcome<'i> {
        let mut other_machine = None;
        if let Some((path, via)) = self.direct_path(name, loaded, needing) {
            return match self.attempt(path, via, &mut other_machine) {
                Try::End(outcome) => outcome,
                Try::Next => Outcome::NotFound { other_machine },
            };
        }
        for (directories, via) in self.before_cache(loaded, needing) {
            if let Try::End(outcome) = self.in_directories(&directories, name, &via, &mut other_machine) {
                return outcome;
            }
        }
        let no_defaults = loaded
            .get(needing)
            .is_some_and(|object| object.linkage.ignores_default_directories);
        if self.libc == Libc::Glibc
            && let Try::End(outcome) = self.in_cache(name, no_defaults, &mut other_machine)
        {
            return outcome;
        }
        if !(no_defaults && self.libc == Libc::Glibc)
            && let Try::End(outcome) = self.in_directories(
                &self.rules.default_directories,
                name,
                &Via::Default,
                &mut other_machine,
            )
        {
            return outcome;
        }
        Outcome::NotFound { other_machine }
    }

    /// A name with a slash is a path, and nothing is searched.
    fn direct_path(&self, name: &str, loaded: &[Loaded<'i>], needing: usize) -> Option<(String, Via)> {
        let origin = loaded.get(needing).map_or("", |object| object.origin.as_str());
        name.contains('/').then(|| match self.libc {
            Libc::Glibc => (expand(name, origin, &self.rules), Via::Path),
            Libc::Musl => (name.to_owned(), Via::Path),
        })
    }

    /// The directories searched before the cache, in order.
    fn before_cache(&self, loaded: &[Loaded<'i>], needing: usize) -> Vec<(Vec<String>, Via)> {
        let chain = std::iter::successors(loaded.get(needing), |object| loaded.get(object.loader?));
        let chain = chain.collect::<Vec<_>>();
        let program = loaded.first().map_or("", |object| object.origin.as_str());
        let environment = self.rules.library_path.as_ref().map(|path| {
            (
                library_path(path, program, self.libc, &self.rules),
                Via::LibraryPath,
            )
        });
        let directories =
            |path: &str, object: &Loaded<'_>| search_path(path, &object.origin, self.libc, &self.rules);
        let runpath_of_first = chain
            .first()
            .and_then(|object| Some((object, object.linkage.runpath.as_ref()?)));
        match self.libc {
            Libc::Musl => {
                let paths = chain.iter().filter_map(|object| {
                    let path = object
                        .linkage
                        .runpath
                        .as_ref()
                        .or(object.linkage.rpath.as_ref())?;
                    Some((directories(path, object), Via::Rpath(object.path.clone())))
                });
                environment.into_iter().chain(paths).collect()
            }
            Libc::Glibc => {
                // An object with a DT_RUNPATH has no DT_RPATH for the loader, and turns off those of its loaders.
                let rpaths = chain
                    .iter()
                    .filter(|_| runpath_of_first.is_none())
                    .filter_map(|object| {
                        let path = object
                            .linkage
                            .rpath
                            .as_ref()
                            .filter(|_| object.linkage.runpath.is_none())?;
                        Some((directories(path, object), Via::Rpath(object.path.clone())))
                    });
                let runpath =
                    runpath_of_first.map(|(object, path)| (directories(path, object), Via::Runpath));
                rpaths.chain(environment).chain(runpath).collect()
            }
        }
    }

    fn in_directories(
        &self,
        directories: &[String],
        name: &str,
        via: &Via,
        other_machine: &mut Option<OtherMachine>,
    ) -> Try<'i> {
        for directory in directories {
            let better = self.rules.hwcaps.iter().filter(|_| self.libc == Libc::Glibc);
            let better = better.map(|hwcaps| join(&join(directory, "glibc-hwcaps"), &join(hwcaps, name)));
            for path in better.chain([join(directory, name)]) {
                let end = self.attempt(path, via.clone(), other_machine);
                if matches!(end, Try::End(_)) {
                    return end;
                }
            }
        }
        Try::Next
    }

    fn in_cache(&self, name: &str, no_defaults: bool, other_machine: &mut Option<OtherMachine>) -> Try<'i> {
        let cache = match self.inventory.cache() {
            CacheLookup::Absent => return Try::Next,
            CacheLookup::Unknown(reason) => return undecided(format!("ld.so.cache: {reason}")),
            CacheLookup::Known(cache) => cache,
        };
        let entries = cache
            .entries
            .iter()
            .filter(|entry| entry.soname == name && entry.serves(&self.abi));
        let entries = entries.collect::<Vec<_>>();
        let best = self
            .rules
            .hwcaps
            .iter()
            .find_map(|wanted| entries.iter().find(|entry| entry.hwcaps.as_ref() == Some(wanted)))
            .or_else(|| entries.iter().find(|entry| entry.hwcaps.is_none()));
        let Some(entry) = best else { return Try::Next };
        if entry.legacy_hwcap != 0 {
            let bits = entry.legacy_hwcap;
            return undecided(format!(
                "ld.so.cache: {} depends on processor capabilities {bits:#x}",
                entry.path
            ));
        }
        let in_default = |directory: &String| {
            let directory = directory.trim_end_matches('/');
            entry
                .path
                .strip_prefix(directory)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        if no_defaults && self.rules.default_directories.iter().any(in_default) {
            return Try::Next;
        }
        self.attempt(entry.path.clone(), Via::Cache, other_machine)
    }

    fn attempt(&self, path: String, via: Via, other_machine: &mut Option<OtherMachine>) -> Try<'i> {
        let (real, linkage) = match self.inventory.file(&path) {
            Lookup::Absent => return Try::Next,
            Lookup::Unknown(reason) => return undecided(format!("{path}: {reason}")),
            Lookup::NotElf => {
                return Try::End(Outcome::Rejected {
                    path,
                    reason: Reason::NotElf,
                });
            }
            Lookup::Object { real, linkage } => (real, linkage),
        };
        match self.fitness(linkage) {
            Fitness::Loadable => Try::End(Outcome::Found {
                path,
                via,
                real,
                linkage,
            }),
            Fitness::Skipped => {
                let wrong_class = linkage.abi.class != self.abi.class;
                other_machine.get_or_insert(OtherMachine {
                    path,
                    abi: linkage.abi,
                    wrong_class,
                });
                Try::Next
            }
            Fitness::Rejected(reason) => Try::End(Outcome::Rejected { path, reason }),
        }
    }

    /// glibc skips files of another class or machine and goes on; it gives up at anything else it cannot load
    /// (`open_verify` in elf/dl-load.c). musl skips nothing.
    fn fitness(&self, linkage: &Linkage) -> Fitness {
        let (theirs, ours) = (linkage.abi, self.abi);
        if !theirs.fits(&ours) {
            return match self.libc {
                Libc::Musl => Fitness::Rejected(Reason::OtherMachine),
                Libc::Glibc if theirs.class == ours.class && theirs.endian != ours.endian => {
                    Fitness::Rejected(Reason::ByteOrder)
                }
                Libc::Glibc => Fitness::Skipped,
            };
        }
        match linkage.kind {
            Kind::Dynamic if linkage.pie && self.libc == Libc::Glibc => {
                Fitness::Rejected(Reason::PieExecutable)
            }
            Kind::Executable => Fitness::Rejected(Reason::Executable),
            Kind::Dynamic if linkage.dynamic => Fitness::Loadable,
            Kind::Dynamic => Fitness::Rejected(Reason::NotDynamic),
            _ => Fitness::Rejected(Reason::Kind),
        }
    }
}

enum Fitness {
    Loadable,
    Skipped,
    Rejected(Reason),
}

fn undecided<'i>(reason: String) -> Try<'i> {
    Try::End(Outcome::Undecided { reason })
}

impl CacheEntry {
    /// Whether a loader for this machine looks at the entry: the ABI in its flags must be the loader's own
    /// (`_DL_CACHE_DEFAULT_ID` in each sysdeps/unix/sysv/linux/*/dl-cache.h of glibc). Of a machine without a known flag, every entry
    /// is looked at: the file itself decides.
    pub fn serves(&self, abi: &Abi) -> bool {
        let required: &[u32] = match &*abi.architecture() {
            "i386" | "ppc" | "s390" | "mips" | "mipsel" => &[0],
            "sparc64" => &[1],
            "ia64" => &[2],
            "x86_64" => &[3],
            "s390x" => &[4],
            "ppc64" | "ppc64le" => &[5],
            "x32" => &[8],
            "mips64" | "mips64el" => &[7, 0xe],
            "arm" | "armeb" => &[0, 9, 0xb],
            "aarch64" | "aarch64_be" => &[0xa],
            "riscv64" | "riscv32" => &[0xf, 0x10],
            "loongarch64" => &[0x11, 0x12],
            _ => return true,
        };
        matches!(self.flags & 0xff, 1 | 3) && required.contains(&(self.flags >> 8))
    }
}
