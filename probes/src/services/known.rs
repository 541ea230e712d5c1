//! Which process is which service.

use crate::known_services::KnownService;
use crate::procfs::Process;

/// The service a process belongs to, told by its program, else by its unit.
pub(super) fn service(process: &Process) -> Option<&'static str> {
    // `mysqld` was the program of MariaDB too, for some time: the last one is MySQL.
    let by_program = KnownService::of_program(process.program_name(), process.is_name_cut()).last();
    let found = by_program.or_else(|| KnownService::of_unit(process.unit()?));
    found.map(|service| service.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procfs::Program;

    #[test]
    fn programs_are_services() {
        let file = |path: &str| Program::File {
            path: path.to_owned(),
            replaced: false,
        };
        for (program, name, unit, expected) in [
            (
                file("/usr/lib/postgresql/15/bin/postgres"),
                "postgres",
                "",
                Some("postgresql"),
            ),
            (file("/usr/sbin/php-fpm8.2"), "php-fpm8.2", "", Some("php-fpm")),
            (
                file("/usr/bin/redis-check-rdb"),
                "redis-server",
                "",
                Some("redis"),
            ),
            (file("/bin/busybox"), "crond", "", Some("cron")),
            (Program::Hidden, "systemd-timesyn", "", Some("systemd-timesyncd")),
            (
                file("/usr/bin/java"),
                "java",
                "elasticsearch.service",
                Some("elasticsearch"),
            ),
            (file("/usr/bin/java"), "java", "", None),
            (
                file("/usr/lib/postfix/sbin/master"),
                "master",
                "postfix@-.service",
                Some("postfix"),
            ),
            (file("/opt/master"), "master", "", None),
        ] {
            let process = Process {
                name: name.to_owned(),
                program,
                group: format!("/system.slice/{unit}"),
                ..Process::default()
            };
            assert_eq!(service(&process), expected, "{process:?}");
        }
    }
}
