//! The sorted list of all probes.

use parity_core::schema::Schema;

use crate::{
    apk, apparmor, compose, config, containers, cpu, dpkg, elf, extraction, firewall, images, jars, kernel,
    limits, loader, locale, manifests, mounts, nginx, os_release, pacman, postgresql, programs, rpm,
    runtimes, sandbox, scripts, selinux, service_versions, services, sockets, sql, sysctl, systemd, units,
    users,
};

/// Every fact that a probe of this crate can give, by probe.
pub fn schemas() -> Vec<(&'static str, &'static [Schema])> {
    vec![
        ("apk", apk::SCHEMAS),
        ("apparmor", apparmor::SCHEMAS),
        ("compose", compose::SCHEMAS),
        ("config", config::SCHEMAS),
        ("containers", containers::SCHEMAS),
        ("cpu", cpu::SCHEMAS),
        ("dpkg", dpkg::SCHEMAS),
        ("elf", elf::SCHEMAS),
        ("extraction", extraction::SCHEMAS),
        ("firewall", firewall::SCHEMAS),
        ("images", images::SCHEMAS),
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
        ("sandbox", sandbox::SCHEMAS),
        ("scripts", scripts::SCHEMAS),
        ("selinux", selinux::SCHEMAS),
        ("service-versions", service_versions::SCHEMAS),
        ("services", services::SCHEMAS),
        ("sockets", sockets::SCHEMAS),
        ("sql", sql::SCHEMAS),
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
        Box::new(apparmor::PROBE),
        Box::new(compose::PROBE),
        Box::new(config::PROBE),
        Box::new(containers::PROBE),
        Box::new(cpu::PROBE),
        Box::new(dpkg::PROBE),
        Box::new(elf::PROBE),
        Box::new(extraction::PROBE),
        Box::new(firewall::PROBE),
        Box::new(images::PROBE),
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
        Box::new(sandbox::PROBE),
        Box::new(scripts::PROBE),
        Box::new(selinux::PROBE),
        Box::new(service_versions::PROBE),
        Box::new(services::PROBE),
        Box::new(sockets::PROBE),
        Box::new(sql::PROBE),
        Box::new(sysctl::PROBE),
        Box::new(systemd::PROBE),
        Box::new(units::PROBE),
        Box::new(users::PROBE),
    ]
}
