//! `/proc/cpuinfo` of x86, ARM, POWER and IBM Z, as `show_cpuinfo` of each architecture in Linux prints it.

use super::X86Level;
use std::collections::BTreeSet;

/// What `/proc/cpuinfo` says about the processors of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cpu {
    /// Who made it: `vendor_id` of x86 and IBM Z (`GenuineIntel`, `IBM/S390`); on ARM the name for `CPU implementer`, or that
    /// number itself (`0x41`). POWER does not say.
    pub vendor: Option<String>,
    /// Which one: `model name` of x86; `cpu` of POWER without what it supports (`POWER9`); on ARM `CPU part` (`0xd0c`) unless
    /// there is a model name; on IBM Z the machine type (`2964`).
    pub model: Option<String>,
    /// Number of logical processors listed.
    pub processors: usize,
    /// Features that **all** processors have: what a program may rely on wherever it is scheduled.
    pub flags: BTreeSet<String>,
    /// The x86-64 level that the flags amount to; absent on other processors.
    pub x86_level: Option<X86Level>,
}

/// Why the text is no `/proc/cpuinfo`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CpuError {
    /// No line begins a processor.
    #[error("cpuinfo: none of its {lines} lines describes a processor")]
    NoProcessor {
        /// How many lines there are.
        lines: usize,
    },
    /// A line without the colon that separates name and value.
    #[error("cpuinfo, line {line}: expected `name : value`")]
    NoColon {
        /// Line number, from 1.
        line: usize,
    },
}

/// Reads the text of `/proc/cpuinfo`.
///
/// # Errors
/// When a line is not `name : value`, or no processor is described.
///
/// ```
/// let cpu = parity_probes::cpu::parse("processor\t: 0\ncpu\t\t: POWER9, altivec supported\n").unwrap();
/// assert_eq!((cpu.model.as_deref(), cpu.processors), (Some("POWER9"), 1));
/// assert!(cpu.flags.contains("altivec"));
/// ```
pub fn parse(text: &str) -> Result<Cpu, CpuError> {
    let mut cpu = Cpu::default();
    let mut is_x86 = false;
    let mut shared: Option<BTreeSet<String>> = None;
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let (name, value) = line
            .split_once(':')
            .ok_or(CpuError::NoColon { line: index + 1 })?;
        let (name, value) = (name.trim(), value.trim());
        match name {
            "processor" => cpu.processors += 1,
            "vendor_id" => set(&mut cpu.vendor, value),
            "CPU implementer" => set(&mut cpu.vendor, arm_vendor(value).unwrap_or(value)),
            "model name" => cpu.model = Some(value.to_owned()),
            "CPU part" => set(&mut cpu.model, value),
            "cpu" => add_power(&mut cpu, value, &mut shared),
            "flags" => {
                is_x86 = true;
                share(&mut shared, value.split_whitespace());
            }
            "Features" | "features" => share(&mut shared, value.split_whitespace()),
            // IBM Z: `processor 0: version = FF,  identification = 2E9F87,  machine = 2964`
            _ if name.starts_with("processor ") => {
                cpu.processors += 1;
                if let Some((_, machine)) = value.split_once("machine =") {
                    set(&mut cpu.model, machine.trim());
                }
            }
            _ => {}
        }
    }
    if cpu.processors == 0 {
        return Err(CpuError::NoProcessor {
            lines: text.lines().count(),
        });
    }
    cpu.flags = shared.unwrap_or_default();
    cpu.x86_level = if is_x86 {
        X86Level::from_flags(&cpu.flags)
    } else {
        None
    };
    Ok(cpu)
}

fn set(field: &mut Option<String>, value: &str) {
    if !value.is_empty() {
        field.get_or_insert_with(|| value.to_owned());
    }
}

fn share<'a>(shared: &mut Option<BTreeSet<String>>, flags: impl Iterator<Item = &'a str>) {
    let flags = flags.map(str::to_owned).collect::<BTreeSet<_>>();
    match shared {
        Some(known) => known.retain(|flag| flags.contains(flag)),
        None => *shared = Some(flags),
    }
}

/// `POWER9, altivec supported`
fn add_power(cpu: &mut Cpu, value: &str, shared: &mut Option<BTreeSet<String>>) {
    let mut words = value.split(',').map(str::trim);
    set(&mut cpu.model, words.next().unwrap_or_default());
    share(shared, words.filter_map(|word| word.strip_suffix(" supported")));
}

/// Implementer codes of `MIDR_EL1` (Arm Architecture Reference Manual).
fn arm_vendor(code: &str) -> Option<&'static str> {
    Some(match code {
        "0x41" => "ARM",
        "0x42" => "Broadcom",
        "0x43" => "Cavium",
        "0x46" => "Fujitsu",
        "0x48" => "HiSilicon",
        "0x4e" => "NVIDIA",
        "0x50" => "APM",
        "0x51" => "Qualcomm",
        "0x53" => "Samsung",
        "0x56" => "Marvell",
        "0x61" => "Apple",
        "0xc0" => "Ampere",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arm_reports_what_all_cores_share() {
        let text = "processor : 0\nFeatures : fp asimd sve\nCPU implementer : 0x41\nCPU part : 0xd0c\n\n\
                    processor : 1\nFeatures : fp asimd\nCPU implementer : 0x41\nCPU part : 0xd05\n";
        let cpu = parse(text).unwrap();
        assert_eq!(
            (cpu.vendor.as_deref(), cpu.model.as_deref()),
            (Some("ARM"), Some("0xd0c"))
        );
        assert_eq!(cpu.flags.into_iter().collect::<Vec<_>>(), ["asimd", "fp"]);
        assert_eq!((cpu.processors, cpu.x86_level), (2, None));
    }

    #[test]
    fn ibm_z_names_its_processors_in_one_line_each() {
        let text = "vendor_id       : IBM/S390\n# processors    : 2\nfeatures\t: esan3 zarch vx \n\
                    processor 0: version = FF,  identification = 2E9F87,  machine = 2964\n\
                    processor 1: version = FF,  identification = 2E9F87,  machine = 2964\n\ncpu number      : 0\n";
        let cpu = parse(text).unwrap();
        assert_eq!(
            (cpu.vendor.as_deref(), cpu.model.as_deref()),
            (Some("IBM/S390"), Some("2964"))
        );
        assert_eq!((cpu.processors, cpu.flags.len()), (2, 3));
    }

    #[test]
    fn what_describes_no_processor_is_an_error() {
        assert_eq!(parse(""), Err(CpuError::NoProcessor { lines: 0 }));
        assert_eq!(
            parse("processor : 0\nnonsense\n"),
            Err(CpuError::NoColon { line: 2 })
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "((processor|flags|cpu|CPU part|processor 0)?[ :a-z0-9,\\n=]{0,12}){0,20}") {
            if let Ok(cpu) = parse(&text) {
                proptest::prop_assert!(cpu.processors > 0);
            }
        }
    }
}
