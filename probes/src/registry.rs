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
    apache as "apache",
    apk as "apk",
    apparmor as "apparmor",
    certificates as "certificates",
    code as "code",
    compose as "compose",
    config as "config",
    containers as "containers",
    cpu as "cpu",
    crypto as "crypto",
    daemon_modules as "daemon-modules",
    daemons as "daemons",
    databases as "databases",
    dependencies as "dependencies",
    dotnet as "dotnet",
    dpkg as "dpkg",
    elf as "elf",
    extraction as "extraction",
    firewall as "firewall",
    hosting as "hosting",
    images as "images",
    interpreter_modules as "interpreter-modules",
    jars as "jars",
    kernel as "kernel",
    kernel_demands as "kernel-demands",
    kernel_modules as "kernel-modules",
    language as "language",
    limits as "limits",
    loader as "loader",
    locale as "locale",
    manifests as "manifests",
    mounts as "mounts",
    nginx as "nginx",
    node_modules as "node-modules",
    os_release as "os-release",
    package_files as "package-files",
    pacman as "pacman",
    php as "php",
    ports as "ports",
    postgresql as "postgresql",
    programs as "programs",
    rpm as "rpm",
    runtimes as "runtimes",
    sandbox as "sandbox",
    scripts as "scripts",
    secrets as "secrets",
    selinux as "selinux",
    server as "server",
    service_versions as "service-versions",
    services as "services",
    settings as "settings",
    sockets as "sockets",
    sources as "sources",
    sql as "sql",
    surroundings as "surroundings",
    sysctl as "sysctl",
    systemd as "systemd",
    tls as "tls",
    units as "units",
    users as "users",
    wheels as "wheels",
}
