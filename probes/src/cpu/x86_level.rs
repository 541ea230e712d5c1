//! The micro-architecture levels of x86-64.

use std::collections::BTreeSet;
use std::fmt;

/// A micro-architecture level: a processor of a level runs code made for that level and all below.
///
/// Source: x86-64 psABI, "Processor Architecture", table of micro-architecture levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum X86Level {
    /// The baseline of 2003.
    V1,
    /// Near Nehalem: SSE4.2, POPCNT, CMPXCHG16B.
    V2,
    /// Near Haswell: AVX2, BMI, FMA.
    V3,
    /// AVX-512 F, BW, CD, DQ, VL.
    V4,
}

/// The flags that Linux lists for the features of each level (arch/x86/include/asm/cpufeatures.h: SSE3 is `pni`, LZCNT `abm`).
///
/// Of level 3's OSXSAVE there is no flag: Linux drops `xsave` and all of AVX where it does not save their registers.
/// Of level 1's OSFXSR and SCE there is none either; a kernel in long mode always sets both.
const LEVELS: [(X86Level, &[&str]); 4] = [
    (
        X86Level::V1,
        &[
            "lm", "cmov", "cx8", "fpu", "fxsr", "mmx", "sse", "sse2", "syscall",
        ],
    ),
    (
        X86Level::V2,
        &["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"],
    ),
    (
        X86Level::V3,
        &[
            "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave",
        ],
    ),
    (
        X86Level::V4,
        &["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
    ),
];

impl X86Level {
    /// The highest level whose flags, and those of all levels below, are all there. `None` for a 32-bit processor.
    pub fn from_flags(flags: &BTreeSet<String>) -> Option<X86Level> {
        let complete = LEVELS
            .iter()
            .take_while(|(_, names)| names.iter().all(|name| flags.contains(*name)));
        complete.last().map(|(level, _)| *level)
    }

    /// The flags of this level that are not there, those of lower levels first.
    pub fn missing_from(self, flags: &BTreeSet<String>) -> Vec<&'static str> {
        let levels = LEVELS.iter().filter(|(level, _)| *level <= self);
        levels
            .flat_map(|(_, names)| names.iter().copied())
            .filter(|name| !flags.contains(*name))
            .collect()
    }

    /// This level's number, 1 to 4.
    pub fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
            Self::V3 => 3,
            Self::V4 => 4,
        }
    }

    /// The levels a processor of this level has a `glibc-hwcaps` subdirectory for, best first: none for the baseline.
    pub fn hwcaps(self) -> Vec<String> {
        let levels = [Self::V4, Self::V3, Self::V2];
        levels
            .into_iter()
            .filter(|level| *level <= self)
            .map(|level| level.to_string())
            .collect()
    }
}

impl fmt::Display for X86Level {
    /// `x86-64`, `x86-64-v2`, `x86-64-v3`, `x86-64-v4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V1 => f.write_str("x86-64"),
            other => write!(f, "x86-64-v{}", other.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|flag| (*flag).to_owned()).collect()
    }

    #[test]
    fn a_gap_below_limits_the_level() {
        let all = LEVELS
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect::<Vec<_>>();
        assert_eq!(X86Level::from_flags(&flags(&all)), Some(X86Level::V4));
        for (level, names) in LEVELS {
            for name in names {
                let mut without = flags(&all);
                without.remove(*name);
                assert!(X86Level::from_flags(&without) < Some(level), "{name}");
                assert_eq!(X86Level::V4.missing_from(&without), [*name]);
            }
        }
        assert_eq!(X86Level::from_flags(&flags(&[])), None);
    }

    #[test]
    fn hwcaps_are_best_first() {
        assert_eq!(X86Level::V3.hwcaps(), ["x86-64-v3", "x86-64-v2"]);
        assert!(X86Level::V1.hwcaps().is_empty());
    }
}
