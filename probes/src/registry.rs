//! The sorted list of all probes.

use parity_core::schema::Schema;

use crate::{apk, compose, cpu, dpkg, elf, loader, manifests, os_release, pacman, rpm, runtimes, services};

/// Every fact that a probe or a derivation of this crate can give, by probe.
pub fn schemas() -> Vec<(&'static str, &'static [Schema])> {
    vec![
        ("apk", apk::SCHEMAS),
        ("compose", compose::SCHEMAS),
        ("cpu", cpu::SCHEMAS),
        ("dpkg", dpkg::SCHEMAS),
        ("elf", elf::SCHEMAS),
        ("loader", loader::SCHEMAS),
        ("manifests", manifests::SCHEMAS),
        ("os-release", os_release::SCHEMAS),
        ("pacman", pacman::SCHEMAS),
        ("rpm", rpm::SCHEMAS),
        ("runtimes", runtimes::SCHEMAS),
        ("services", services::SCHEMAS),
    ]
}

/// Every probe, sorted by id.
#[cfg(feature = "collect")]
pub fn probes() -> Vec<Box<dyn parity_core::probe::Probe>> {
    vec![
        Box::new(apk::ApkProbe),
        Box::new(compose::ComposeProbe),
        Box::new(cpu::CpuProbe),
        Box::new(dpkg::DpkgProbe),
        Box::new(elf::ElfProbe),
        Box::new(loader::LoaderProbe),
        Box::new(manifests::ManifestsProbe),
        Box::new(os_release::OsReleaseProbe),
        Box::new(pacman::PacmanProbe),
        Box::new(rpm::RpmProbe),
        Box::new(runtimes::RuntimesProbe),
        Box::new(services::ServicesProbe),
    ]
}
