//! Loading a program with everything it needs.

use super::search::{Loaded, Outcome, Search};
use super::tokens::parent;
use super::{
    Chosen, Interpreter, Inventory, Libc, LoadReport, Lookup, Missing, MissingNode, Reason, Rejected,
    Undecided, Unversioned, Via,
};
use crate::elf::{Linkage, VersionNeed};

/// Why there is nothing to load.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// There is no such file.
    #[error("{0}: no such file")]
    Absent(String),
    /// The file is no ELF object.
    #[error("{0}: not an ELF file")]
    NotElf(String),
    /// Nothing is known about the file, and why.
    #[error("{0}: {1}")]
    Unknown(String, String),
}

/// Says what the dynamic loader would do with a program or a library.
///
/// The process is an ordinary one: not set-user-ID, nothing preloaded, no audit modules. Libraries that the program opens
/// itself (`dlopen`) are not seen, nor symbols without a version. glibc's subdirectories for processors from before
/// `glibc-hwcaps` (`tls`, `haswell` …, searched until 2.36) are not looked into, nor are `DT_FILTER` and `DT_AUXILIARY` followed.
///
/// musl differs from glibc: no cache, no `glibc-hwcaps`; `LD_LIBRARY_PATH` comes first; `DT_RUNPATH` is a `DT_RPATH`; a file
/// for another machine ends the search; names that begin with `libc.`, `libm.`, `libpthread.`, `librt.`, `libdl.`,
/// `libutil.` or `libxnet.` are musl itself; an object already loaded is recognised by its file name instead of
/// `DT_SONAME`; versions are ignored.
///
/// # Errors
/// When the program itself is not there, no ELF file, or unknown.
pub fn load(program: &str, inventory: &dyn Inventory) -> Result<LoadReport, LoadError> {
    let (real, linkage) = match inventory.file(program) {
        Lookup::Absent => return Err(LoadError::Absent(program.to_owned())),
        Lookup::NotElf => return Err(LoadError::NotElf(program.to_owned())),
        Lookup::Unknown(reason) => return Err(LoadError::Unknown(program.to_owned(), reason.to_owned())),
        Lookup::Object { real, linkage } => (real, linkage),
    };
    let libc = Libc::of(linkage);
    let mut report = LoadReport::default();
    let Some(rules) = inventory.rules(libc, &linkage.abi) else {
        report.undecided.push(Undecided {
            needed_by: program.to_owned(),
            subject: "search rules".to_owned(),
            reason: format!(
                "how the loader for {} searches is not known",
                linkage.abi.architecture()
            ),
        });
        return Ok(report);
    };
    let search = Search {
        inventory,
        rules,
        libc,
        abi: linkage.abi,
    };
    let main = Loaded {
        path: program.to_owned(),
        real,
        linkage,
        names: vec![program.to_owned()],
        loader: None,
        // The kernel tells the loader the program's path without symbolic links.
        origin: parent(real).to_owned(),
    };
    let mut process = Process {
        search,
        loaded: vec![main],
        report,
    };
    if process.load_interpreter(linkage) {
        process.load_needed();
        process.check_versions();
        process.check_level();
    }
    Ok(process.report)
}

struct Process<'i> {
    search: Search<'i>,
    loaded: Vec<Loaded<'i>>,
    report: LoadReport,
}

impl<'i> Process<'i> {
    /// Whether the program gets as far as the loader.
    fn load_interpreter(&mut self, program: &Linkage) -> bool {
        let Some(path) = &program.interpreter else {
            return true;
        };
        self.report.interpreter = match self.search.inventory.file(path) {
            Lookup::Absent => Interpreter::Missing(path.clone()),
            Lookup::NotElf => Interpreter::Rejected(path.clone(), Reason::NotElf),
            Lookup::Unknown(reason) => {
                self.undecided(0, path, reason.to_owned());
                Interpreter::Undecided(path.clone())
            }
            Lookup::Object { linkage, .. } if !linkage.abi.fits(&program.abi) => {
                Interpreter::Rejected(path.clone(), Reason::OtherMachine)
            }
            Lookup::Object { real, linkage } => {
                let names = [path.clone()].into_iter().chain(linkage.soname.clone()).collect();
                let origin = parent(path).to_owned();
                self.loaded.push(Loaded {
                    path: path.clone(),
                    real,
                    linkage,
                    names,
                    loader: None,
                    origin,
                });
                Interpreter::Found(path.clone())
            }
        };
        matches!(
            self.report.interpreter,
            Interpreter::Found(_) | Interpreter::Undecided(_)
        )
    }

    /// Loads what is needed breadth first, as both loaders do.
    fn load_needed(&mut self) {
        let mut next = 0;
        while let Some(object) = self.loaded.get(next) {
            for name in &object.linkage.needed {
                self.load_one(name, next);
            }
            next += 1;
        }
    }

    fn load_one(&mut self, name: &str, needing: usize) {
        if let Some((known, via)) = self.already_loaded(name) {
            let path = known.path.clone();
            self.choose(name, path, via);
            return;
        }
        // glibc gives up at the first object that misses it; musl goes on, and complains again for the next one.
        let is_missing = |missing: &Missing| missing.soname == name;
        if self.search.libc == Libc::Glibc && self.report.missing.iter().any(is_missing) {
            return;
        }
        let needed_by = self.path(needing);
        let soname = name.to_owned();
        match self.search.find(name, &self.loaded, needing) {
            Outcome::Found {
                path,
                via,
                real,
                linkage,
            } => self.add(name, needing, (path, via, real, linkage)),
            Outcome::NotFound { other_machine } => {
                self.report.missing.push(Missing {
                    needed_by,
                    soname,
                    other_machine,
                });
            }
            Outcome::Rejected { path, reason } => {
                if self.report.rejected.iter().all(|rejected| rejected.path != path) {
                    self.report.rejected.push(Rejected {
                        needed_by,
                        soname,
                        path,
                        reason,
                    });
                }
            }
            Outcome::Undecided { reason } => self.undecided(needing, name, reason),
        }
    }

    fn add(&mut self, name: &str, needing: usize, found: (String, Via, &'i str, &'i Linkage)) {
        let (path, via, real, linkage) = found;
        if let Some(same) = self.loaded.iter_mut().find(|object| object.real == real) {
            // Another name for a file that is in memory: the loader keeps the path it has.
            same.names.push(name.to_owned());
            let path = same.path.clone();
            return self.choose(name, path, via);
        }
        let origin = parent(&path).to_owned();
        let names = vec![name.to_owned()];
        self.loaded.push(Loaded {
            path: path.clone(),
            real,
            linkage,
            names,
            loader: Some(needing),
            origin,
        });
        self.choose(name, path, via);
    }

    /// The loaded object that answers to a name, and the reason if this is a new name for it.
    fn already_loaded(&self, name: &str) -> Option<(&Loaded<'i>, Via)> {
        if self.search.libc == Libc::Musl && self.is_musl_itself(name) {
            return self.interpreter().map(|object| (object, Via::Interpreter));
        }
        let named = |object: &&Loaded<'i>| object.names.iter().any(|known| known == name);
        if let Some(object) = self.loaded.iter().find(named) {
            let is_interpreter = self
                .interpreter()
                .is_some_and(|found| std::ptr::eq(found, object));
            return Some((
                object,
                if is_interpreter {
                    Via::Interpreter
                } else {
                    Via::Soname
                },
            ));
        }
        let by_soname = |object: &&Loaded<'i>| object.linkage.soname.as_deref() == Some(name);
        let object = self
            .loaded
            .iter()
            .find(by_soname)
            .filter(|_| self.search.libc == Libc::Glibc)?;
        Some((object, Via::Soname))
    }

    fn is_musl_itself(&self, name: &str) -> bool {
        is_reserved_by_musl(name) || self.interpreter().is_some_and(|found| found.path == name)
    }

    fn interpreter(&self) -> Option<&Loaded<'i>> {
        self.loaded.get(1).filter(
            |object| matches!(&self.report.interpreter, Interpreter::Found(path) if *path == object.path),
        )
    }

    /// glibc checks the needs of every object against the library that was loaded under the needed name.
    fn check_versions(&mut self) {
        if self.search.libc == Libc::Musl {
            return;
        }
        for index in 0..self.loaded.len() {
            let Some(object) = self.loaded.get(index) else {
                continue;
            };
            for need in &object.linkage.version_needs {
                self.check_need(need, index);
            }
        }
    }

    fn check_need(&mut self, need: &VersionNeed, needing: usize) {
        let library = need.soname.clone();
        let needed_by = self.path(needing);
        let Some((found, _)) = self.already_loaded(&library) else {
            return self.unresolved_need(&library, needing);
        };
        let path = found.path.clone();
        let aborts = !found.linkage.versioned_symbols;
        let Some(definitions) = &found.linkage.version_definitions else {
            return self.report.unversioned.push(Unversioned {
                needed_by,
                soname: library,
                path,
                aborts,
            });
        };
        let missing = need
            .nodes
            .iter()
            .filter(|node| definitions.iter().all(|defined| defined.name != node.name));
        self.report.missing_nodes.extend(missing.map(|node| MissingNode {
            needed_by: needed_by.clone(),
            soname: library.clone(),
            path: path.clone(),
            node: node.name.clone(),
            weak: node.weak,
        }));
    }

    /// A version of a library that was not loaded: that it is missing has been said, anything else has not.
    fn unresolved_need(&mut self, library: &str, needing: usize) {
        let report = &self.report;
        let said = report.missing.iter().any(|missing| missing.soname == library)
            || report.rejected.iter().any(|rejected| rejected.soname == library)
            || report
                .undecided
                .iter()
                .any(|undecided| undecided.subject == library);
        if !said {
            self.undecided(
                needing,
                library,
                "the library whose versions are needed is not known".to_owned(),
            );
        }
    }

    fn check_level(&mut self) {
        for object in &self.loaded {
            if let Some(level) = object.linkage.notes.x86_level
                && self
                    .report
                    .x86_level
                    .as_ref()
                    .is_none_or(|(highest, _)| level > *highest)
            {
                self.report.x86_level = Some((level, object.path.clone()));
            }
        }
    }

    fn choose(&mut self, name: &str, path: String, via: Via) {
        self.report
            .chosen
            .entry(name.to_owned())
            .or_insert(Chosen { path, via });
    }

    fn undecided(&mut self, needing: usize, subject: &str, reason: String) {
        let undecided = Undecided {
            needed_by: self.path(needing),
            subject: subject.to_owned(),
            reason,
        };
        self.report.undecided.push(undecided);
    }

    fn path(&self, index: usize) -> String {
        self.loaded
            .get(index)
            .map(|object| object.path.clone())
            .unwrap_or_default()
    }
}

/// Whether musl takes the name for one of its own library.
pub(super) fn is_reserved_by_musl(name: &str) -> bool {
    const RESERVED: [&str; 7] = ["c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."];
    let reserved = |rest: &str| RESERVED.iter().any(|stem| rest.starts_with(stem));
    name.strip_prefix("lib").is_some_and(reserved)
}
