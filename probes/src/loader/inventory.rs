//! What is known about a machine on which a program is to be loaded.

use super::LdCache;
use crate::elf::{Abi, Linkage};

/// Which dynamic loader does the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Libc {
    /// glibc's `ld-linux…so`.
    Glibc,
    /// musl's `ld-musl-ARCH.so.1`.
    Musl,
}

impl Libc {
    /// The loader that the object asks for, by the name of its interpreter; without one, by musl's names for its library
    /// (`libc.so`, Alpine's `libc.musl-ARCH.so.1`), else glibc.
    pub fn of(linkage: &Linkage) -> Libc {
        let musl = match &linkage.interpreter {
            Some(path) => path
                .rsplit('/')
                .next()
                .is_some_and(|name| name.starts_with("ld-musl-")),
            None => linkage
                .needed
                .iter()
                .any(|name| name == "libc.so" || name.starts_with("libc.musl-")),
        };
        if musl { Libc::Musl } else { Libc::Glibc }
    }
}

/// What is at a path, symbolic links followed.
#[derive(Debug, Clone, Copy)]
pub enum Lookup<'a> {
    /// Nothing, or nothing that can be opened.
    Absent,
    /// A file that is no ELF object.
    NotElf,
    /// An ELF object.
    Object {
        /// Its path without symbolic links. Two paths of one file must give the same.
        real: &'a str,
        /// What it asks and offers.
        linkage: &'a Linkage,
    },
    /// Not known, and why: not observed, not permitted, not understood.
    Unknown(&'a str),
}

/// The loader's cache.
#[derive(Debug, Clone, Copy)]
pub enum CacheLookup<'a> {
    /// There is none.
    Absent,
    /// Its contents.
    Known(&'a LdCache),
    /// Not known, and why.
    Unknown(&'a str),
}

/// How a loader of one machine searches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// `LD_LIBRARY_PATH` of the process, where it is set.
    pub library_path: Option<String>,
    /// Directories searched last: those glibc was built with, or those of musl's path file.
    pub default_directories: Vec<String>,
    /// Subdirectories of `glibc-hwcaps` that the processor supports, best first.
    pub hwcaps: Vec<String>,
    /// What `$LIB` stands for, such as `lib64`.
    pub lib: String,
    /// What `$PLATFORM` stands for, such as `x86_64`.
    pub platform: String,
}

/// What is known about a machine. Paths that an object or a variable states relative to the working directory are asked for
/// as they stand.
pub trait Inventory {
    /// What is at this path.
    fn file(&self, path: &str) -> Lookup<'_>;
    /// The cache that `ldconfig` wrote.
    fn cache(&self) -> CacheLookup<'_>;
    /// How this loader searches for objects of this kind. Absent when that is not known.
    fn rules(&self, libc: Libc, abi: &Abi) -> Option<Rules>;
}

impl Rules {
    /// glibc as Debian and its relatives build it: the multiarch directories come first. Absent for an
    /// architecture that is no Debian port.
    ///
    /// Source: Debian Policy, "Multiarch"; `path.system_dirs` and `dl_dst_lib` of `ld.so --list-diagnostics`.
    pub fn debian(abi: &Abi) -> Option<Rules> {
        let architecture = abi.architecture();
        let soft = abi.arm_float == Some(crate::elf::ArmFloat::Soft);
        let triplet = match &*architecture {
            "x32" => "x86_64-linux-gnux32",
            "arm" if soft => "arm-linux-gnueabi",
            "arm" => "arm-linux-gnueabihf",
            "ppc64le" => "powerpc64le-linux-gnu",
            "mips64el" => "mips64el-linux-gnuabi64",
            "mipsel" => "mipsel-linux-gnu",
            "x86_64" => "x86_64-linux-gnu",
            "i386" => "i386-linux-gnu",
            "aarch64" => "aarch64-linux-gnu",
            "s390x" => "s390x-linux-gnu",
            "riscv64" => "riscv64-linux-gnu",
            "loongarch64" => "loongarch64-linux-gnu",
            _ => return None,
        };
        let directories = [
            format!("/lib/{triplet}"),
            format!("/usr/lib/{triplet}"),
            "/lib".into(),
            "/usr/lib".into(),
        ];
        Some(Rules {
            default_directories: directories.into(),
            lib: format!("lib/{triplet}"),
            platform: platform(abi),
            ..Rules::default()
        })
    }

    /// glibc as its own build rules lay it out and Red Hat's and SUSE's systems use it: `/lib64` and `/usr/lib64` for 64-bit
    /// objects, `/lib` and `/usr/lib` for 32-bit ones.
    ///
    /// Source: ld.so(8), which names `/lib64` and `/usr/lib64` "on some 64-bit architectures".
    pub fn lib64(abi: &Abi) -> Rules {
        let lib = if abi.class == crate::elf::Class::Elf64 {
            "lib64"
        } else {
            "lib"
        };
        Rules {
            default_directories: vec![format!("/{lib}"), format!("/usr/{lib}")],
            lib: lib.to_owned(),
            platform: platform(abi),
            ..Rules::default()
        }
    }

    /// musl, with the text of `/etc/ld-musl-ARCH.path` where that file exists.
    pub fn musl(path_file: Option<&str>) -> Rules {
        let path = path_file.unwrap_or(super::MUSL_DEFAULT_PATH);
        Rules {
            default_directories: super::parse_musl_path(path),
            ..Rules::default()
        }
    }
}

/// What the kernel passes as `AT_PLATFORM`: the architecture, where nothing finer is known.
fn platform(abi: &Abi) -> String {
    match &*abi.architecture() {
        "x32" => "x86_64".to_owned(),
        "i386" => "i686".to_owned(),
        other => other.to_owned(),
    }
}
