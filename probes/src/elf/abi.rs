//! For which machine a file is made.

use std::borrow::Cow;

/// Width of addresses (`EI_CLASS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// 32 bits.
    Elf32,
    /// 64 bits.
    Elf64,
}

/// Order of bytes (`EI_DATA`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endian {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// How 32-bit ARM code passes floating point numbers (`e_flags`, "ELF for the Arm Architecture", 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArmFloat {
    /// In integer registers (`EF_ARM_ABI_FLOAT_SOFT`).
    Soft,
    /// In floating point registers (`EF_ARM_ABI_FLOAT_HARD`).
    Hard,
}

/// What two files must have in common to live in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Abi {
    /// Width of addresses.
    pub class: Class,
    /// Order of bytes.
    pub endian: Endian,
    /// `e_machine`, a number of the gABI's list.
    pub machine: u16,
    /// Only for 32-bit ARM, and only where the file says it.
    pub arm_float: Option<ArmFloat>,
}

const EM_386: u16 = 3;
const EM_MIPS: u16 = 8;
const EM_PPC: u16 = 20;
const EM_PPC64: u16 = 21;
const EM_S390: u16 = 22;
pub(super) const EM_ARM: u16 = 40;
const EM_SPARCV9: u16 = 43;
const EM_IA_64: u16 = 50;
const EM_X86_64: u16 = 62;
const EM_AARCH64: u16 = 183;
const EM_RISCV: u16 = 243;
const EM_LOONGARCH: u16 = 258;

const UNNAMED: &str = "machine-";

const ARCHITECTURES: [((u16, Class, Endian), &str); 22] = {
    use {Class::*, Endian::*};
    [
        ((EM_386, Elf32, Little), "i386"),
        ((EM_X86_64, Elf64, Little), "x86_64"),
        ((EM_X86_64, Elf32, Little), "x32"),
        ((EM_AARCH64, Elf64, Little), "aarch64"),
        ((EM_AARCH64, Elf64, Big), "aarch64_be"),
        ((EM_ARM, Elf32, Little), "arm"),
        ((EM_ARM, Elf32, Big), "armeb"),
        ((EM_PPC64, Elf64, Little), "ppc64le"),
        ((EM_PPC64, Elf64, Big), "ppc64"),
        ((EM_PPC, Elf32, Big), "ppc"),
        ((EM_S390, Elf64, Big), "s390x"),
        ((EM_S390, Elf32, Big), "s390"),
        ((EM_RISCV, Elf64, Little), "riscv64"),
        ((EM_RISCV, Elf32, Little), "riscv32"),
        ((EM_LOONGARCH, Elf64, Little), "loongarch64"),
        ((EM_LOONGARCH, Elf32, Little), "loongarch32"),
        ((EM_MIPS, Elf64, Little), "mips64el"),
        ((EM_MIPS, Elf64, Big), "mips64"),
        ((EM_MIPS, Elf32, Little), "mipsel"),
        ((EM_MIPS, Elf32, Big), "mips"),
        ((EM_SPARCV9, Elf64, Big), "sparc64"),
        ((EM_IA_64, Elf64, Little), "ia64"),
    ]
};

impl Abi {
    /// The usual name of the architecture as `uname -m` and package managers spell it (`x86_64`, `i386`, `x32`, `aarch64`,
    /// `arm`, `ppc64le`, `s390x`, `riscv64`, `loongarch64` …); `machine-N` for a number without a name here.
    pub fn architecture(&self) -> Cow<'static, str> {
        let this = (self.machine, self.class, self.endian);
        match ARCHITECTURES.iter().find(|(abi, _)| *abi == this) {
            Some((_, name)) => Cow::Borrowed(name),
            None => Cow::Owned(format!("{UNNAMED}{}", self.machine)),
        }
    }

    /// The machine that [`architecture`](Abi::architecture) calls so. How ARM passes floating point numbers is not in the
    /// name, nor are width and byte order of a machine without a name of its own: 64 bits, least significant byte first.
    ///
    /// ```
    /// use parity_probes::elf::Abi;
    /// assert_eq!(Abi::of_architecture("x32").unwrap().architecture(), "x32");
    /// assert_eq!(Abi::of_architecture("pdp11"), None);
    /// ```
    pub fn of_architecture(name: &str) -> Option<Abi> {
        let known = ARCHITECTURES.iter().find(|(_, known)| *known == name);
        let unnamed = || {
            let machine = name.strip_prefix(UNNAMED)?.parse().ok()?;
            Some((machine, Class::Elf64, Endian::Little))
        };
        let (machine, class, endian) = known.map(|(abi, _)| *abi).or_else(unnamed)?;
        Some(Abi {
            class,
            endian,
            machine,
            arm_float: None,
        })
    }

    /// Whether an object of this kind can be loaded into a process of the other: same class, byte order and machine, and
    /// no contradiction about floating point arguments.
    pub fn fits(&self, other: &Abi) -> bool {
        (self.class, self.endian, self.machine) == (other.class, other.endian, other.machine)
            && self
                .arm_float
                .zip(other.arm_float)
                .is_none_or(|(one, two)| one == two)
    }

    pub(super) fn is_x86(&self) -> bool {
        matches!(self.machine, EM_386 | EM_X86_64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_machine() {
        for ((machine, class, endian), name) in ARCHITECTURES {
            let abi = Abi::of_architecture(name).unwrap();
            assert_eq!((abi.machine, abi.class, abi.endian), (machine, class, endian));
            assert_eq!(abi.architecture(), name);
        }
        assert_eq!(
            Abi::of_architecture("machine-999").unwrap().architecture(),
            "machine-999"
        );
    }
}
