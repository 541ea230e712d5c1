//! The sorted list of all probes.

use parity_core::schema::Schema;

macro_rules! probes {
    ($($module:ident as $id:literal,)+) => {
        /// Every fact that a probe of this crate can give, by probe.
        pub fn schemas() -> Vec<(&'static str, &'static [Schema])> {
            vec![$(($id, crate::$module::SCHEMAS)),+]
        }

        /// Every probe, sorted by id.
        #[cfg(feature = "collect")]
        pub fn probes() -> Vec<Box<dyn parity_core::probe::Probe>> {
            vec![$(Box::new(crate::$module::PROBE)),+]
        }
    };
}

probes! {
    apk as "apk",
    apparmor as "apparmor",
    compose as "compose",
    config as "config",
    containers as "containers",
    cpu as "cpu",
    dpkg as "dpkg",
    elf as "elf",
    extraction as "extraction",
    firewall as "firewall",
    images as "images",
    jars as "jars",
    kernel as "kernel",
    limits as "limits",
    loader as "loader",
    locale as "locale",
    manifests as "manifests",
    mounts as "mounts",
    nginx as "nginx",
    node_modules as "node-modules",
    os_release as "os-release",
    pacman as "pacman",
    postgresql as "postgresql",
    programs as "programs",
    rpm as "rpm",
    runtimes as "runtimes",
    sandbox as "sandbox",
    scripts as "scripts",
    selinux as "selinux",
    service_versions as "service-versions",
    services as "services",
    sockets as "sockets",
    sql as "sql",
    sysctl as "sysctl",
    systemd as "systemd",
    units as "units",
    users as "users",
    wheels as "wheels",
use crate::{
    apk, compose, config, cpu, dependencies, dotnet, dpkg, elf, jars, kernel, limits, loader, locale,
    manifests, mounts, nginx, node_modules, os_release, pacman, php, postgresql, programs, rpm, runtimes,
    scripts, service_versions, services, sockets, sources, sql, sysctl, systemd, units, users, wheels,
};

/// Every fact that a probe of this crate can give, by probe.
pub fn schemas() -> Vec<(&'static str, &'static [Schema])> {
    vec![
        ("apk", apk::SCHEMAS),
        ("compose", compose::SCHEMAS),
        ("config", config::SCHEMAS),
        ("cpu", cpu::SCHEMAS),
        ("dependencies", dependencies::SCHEMAS),
        ("dotnet", dotnet::SCHEMAS),
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
        ("node-modules", node_modules::SCHEMAS),
        ("os-release", os_release::SCHEMAS),
        ("pacman", pacman::SCHEMAS),
        ("php", php::SCHEMAS),
        ("postgresql", postgresql::SCHEMAS),
        ("programs", programs::SCHEMAS),
        ("rpm", rpm::SCHEMAS),
        ("runtimes", runtimes::SCHEMAS),
        ("scripts", scripts::SCHEMAS),
        ("service-versions", service_versions::SCHEMAS),
        ("services", services::SCHEMAS),
        ("sockets", sockets::SCHEMAS),
        ("sources", sources::SCHEMAS),
        ("sql", sql::SCHEMAS),
        ("sysctl", sysctl::SCHEMAS),
        ("systemd", systemd::SCHEMAS),
        ("units", units::SCHEMAS),
        ("users", users::SCHEMAS),
        ("wheels", wheels::SCHEMAS),
    ]
}

/// Every probe, sorted by id.
#[cfg(feature = "collect")]
pub fn probes() -> Vec<Box<dyn parity_core::probe::Probe>> {
    vec![
        Box::new(apk::PROBE),
        Box::new(compose::PROBE),
        Box::new(config::PROBE),
        Box::new(cpu::PROBE),
        Box::new(dependencies::PROBE),
        Box::new(dotnet::PROBE),
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
        Box::new(node_modules::PROBE),
        Box::new(os_release::PROBE),
        Box::new(pacman::PROBE),
        Box::new(php::PROBE),
        Box::new(postgresql::PROBE),
        Box::new(programs::PROBE),
        Box::new(rpm::PROBE),
        Box::new(runtimes::PROBE),
        Box::new(scripts::PROBE),
        Box::new(service_versions::PROBE),
        Box::new(services::PROBE),
        Box::new(sockets::PROBE),
        Box::new(sources::PROBE),
        Box::new(sql::PROBE),
        Box::new(sysctl::PROBE),
        Box::new(systemd::PROBE),
        Box::new(units::PROBE),
        Box::new(users::PROBE),
        Box::new(wheels::PROBE),
    ]
}
