//! The sorted list of all probes.

use parity_core::schema::Schema;

use crate::{
    apk, code, compose, config, cpu, dpkg, elf, jars, kernel, limits, loader, locale, manifests, mounts,
    nginx, os_release, pacman, postgresql, programs, rpm, runtimes, scripts, service_versions, services,
    sockets, sql, surroundings, sysctl, systemd, units, users,
};

/// Every fact that a probe of this crate can give, by probe.
pub fn schemas() -> Vec<(&'static str, &'static [Schema])> {
    vec![
        ("apk", apk::SCHEMAS),
        ("code", code::SCHEMAS),
        ("compose", compose::SCHEMAS),
        ("config", config::SCHEMAS),
        ("cpu", cpu::SCHEMAS),
        ("dpkg", dpkg::SCHEMAS),
        ("elf", elf::SCHEMAS),
        ("jars", jars::SCHEMAS),
        ("kernel", kernel::SCHEMAS),
        ("limits", limits::SCHEMAS),
        ("loader", loader::SCHEMAS),
        ("locale", locale::SCHEMAS),
        ("manifests", manifests::SCHEMAS),
        ("mounts", mounts::SCHEMAS),
        ("nginx", nginx::SCHEMAS),
        ("os-release", os_release::SCHEMAS),
        ("pacman", pacman::SCHEMAS),
        ("postgresql", postgresql::SCHEMAS),
        ("programs", programs::SCHEMAS),
        ("rpm", rpm::SCHEMAS),
        ("runtimes", runtimes::SCHEMAS),
        ("scripts", scripts::SCHEMAS),
        ("service-versions", service_versions::SCHEMAS),
        ("services", services::SCHEMAS),
        ("sockets", sockets::SCHEMAS),
        ("sql", sql::SCHEMAS),
        ("surroundings", surroundings::SCHEMAS),
        ("sysctl", sysctl::SCHEMAS),
        ("systemd", systemd::SCHEMAS),
        ("units", units::SCHEMAS),
        ("users", users::SCHEMAS),
    ]
}

/// Every probe, sorted by id.
#[cfg(feature = "collect")]
pub fn probes() -> Vec<Box<dyn parity_core::probe::Probe>> {
    vec![
        Box::new(apk::PROBE),
        Box::new(code::PROBE),
        Box::new(compose::PROBE),
        Box::new(config::PROBE),
        Box::new(cpu::PROBE),
        Box::new(dpkg::PROBE),
        Box::new(elf::PROBE),
        Box::new(jars::PROBE),
        Box::new(kernel::PROBE),
        Box::new(limits::PROBE),
        Box::new(loader::PROBE),
        Box::new(locale::PROBE),
        Box::new(manifests::PROBE),
        Box::new(mounts::PROBE),
        Box::new(nginx::PROBE),
        Box::new(os_release::PROBE),
        Box::new(pacman::PROBE),
        Box::new(postgresql::PROBE),
        Box::new(programs::PROBE),
        Box::new(rpm::PROBE),
        Box::new(runtimes::PROBE),
        Box::new(scripts::PROBE),
        Box::new(service_versions::PROBE),
        Box::new(services::PROBE),
        Box::new(sockets::PROBE),
        Box::new(sql::PROBE),
        Box::new(surroundings::PROBE),
        Box::new(sysctl::PROBE),
        Box::new(systemd::PROBE),
        Box::new(units::PROBE),
        Box::new(users::PROBE),
    ]
}
