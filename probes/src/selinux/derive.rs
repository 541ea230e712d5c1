//! What the policy of SELinux keeps servers of a host from, as the settings of a release want it.
//!
//! Source: <https://github.com/fedora-selinux/selinux-policy>: `kernel/corenetwork.te.in` for ports, `kernel/files.fc` and
//! `contrib/*.fc` for labels, `contrib/*.te` for what domains may do.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::view::{Side, View};

/// What the derivation gives.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "selinux.path-refused",
        "file=server=path=type that it would need",
        Kind::Text,
        "Type that the policy gives to a path of a server, which that server may not use; told of hosts that enforce the policy.",
    ),
    Schema::family(
        "selinux.port-refused",
        "file=server=port=type that it would need",
        Kind::Text,
        "Setting with a port that the policy does not let a server listen on; told of hosts that enforce the policy.",
    ),
    Schema::family(
        "selinux.program-refused",
        "file=path",
        Kind::Text,
        "Type that the policy gives to a program of a unit, which systemd may not execute; told of hosts that enforce the policy.",
    ),
    Schema::family(
        "selinux.volume-refused",
        "file:service",
        Kind::Text,
        "Volume of a compose file that nothing relabels, where an engine of the host labels its containers.",
    ),
];

/// Types that systemd may not execute: those of places that no part of the policy speaks of.
const NOT_EXECUTED: [&str; 2] = ["default_t", "mnt_t"];

/// What the policy says of a server.
struct Confined {
    name: &'static str,
    /// Ports that it may listen on, first and last.
    ports: &'static [(u16, u16)],
    port_type: &'static str,
    /// Directories that are its own, by how they begin.
    own: &'static [&'static str],
    file_type: &'static str,
    /// Types that it reads beside its own; a server that writes has none.
    reads: &'static [&'static str],
}

/// http_port_t, http_cache_port_t, ntop_port_t, puppet_port_t, jboss_management_port_t and jboss_messaging_port_t: what httpd_t may bind.
const WEB_PORTS: &[(u16, u16)] = &[
    (80, 81),
    (443, 443),
    (488, 488),
    (3000, 3001),
    (4447, 4447),
    (4712, 4712),
    (5445, 5445),
    (5455, 5455),
    (7600, 7600),
    (8008, 8009),
    (8080, 8080),
    (8118, 8118),
    (8123, 8123),
    (8140, 8140),
    (8443, 8443),
    (9000, 9000),
    (9123, 9123),
    (9990, 9990),
    (9999, 9999),
    (10001, 10010),
    (18001, 18001),
];

const fn web(name: &'static str) -> Confined {
    Confined {
        name,
        ports: WEB_PORTS,
        port_type: "http_port_t",
        own: &["/var/www", "/usr/share/nginx", "/etc"],
        file_type: "httpd_sys_content_t",
        reads: &["usr_t", "var_lib_t", "httpd_sys_content_t"],
    }
}

const fn sql(name: &'static str) -> Confined {
    Confined {
        name,
        // mysqld_port_t, and tram_port_t for Galera.
        ports: &[(1186, 1186), (3306, 3306), (4567, 4567), (63132, 63164)],
        port_type: "mysqld_port_t",
        own: &[
            "/var/lib/mysql",
            "/var/log/mysql",
            "/var/log/mariadb",
            "/tmp",
            "/var/tmp",
            "/run/mysqld",
        ],
        file_type: "mysqld_db_t",
        reads: &[],
    }
}

const SERVERS: [Confined; 7] = [
    web("apache"),
    sql("mariadb"),
    sql("mysql"),
    web("nginx"),
    Confined {
        name: "postgresql",
        ports: &[(5432, 5432), (9898, 9898)],
        port_type: "postgresql_port_t",
        own: &["/var/lib/pgsql", "/var/lib/postgres"],
        file_type: "postgresql_db_t",
        reads: &[],
    },
    Confined {
        name: "redis",
        ports: &[(6379, 6379), (16379, 16379), (26379, 26379)],
        port_type: "redis_port_t",
        own: &["/var/lib/redis"],
        file_type: "redis_var_lib_t",
        reads: &[],
    },
    Confined {
        name: "sshd",
        ports: &[(22, 22)],
        port_type: "ssh_port_t",
        own: &[],
        file_type: "",
        reads: &[],
    },
];

/// The type of what lies below a directory, where no part of the policy speaks of it: the longest beginning counts.
const LABELS: [(&str, &str); 13] = [
    ("/", "default_t"),
    ("/etc", "etc_t"),
    ("/home", "user_home_t"),
    ("/media", "mnt_t"),
    ("/mnt", "mnt_t"),
    ("/opt", "usr_t"),
    ("/root", "admin_home_t"),
    ("/run", "var_run_t"),
    ("/srv", "var_t"),
    ("/tmp", "tmp_t"),
    ("/usr", "usr_t"),
    ("/var", "var_t"),
    ("/var/lib", "var_lib_t"),
];

/// Switches under which a web server reads files of users.
const READS_HOMES: &str = "httpd_read_user_content";

/// Works out what SELinux keeps servers from.
#[derive(Debug, Clone, Copy)]
pub struct Confinement;

impl Derivation for Confinement {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        if let Some(release) = sides.release {
            volumes(release, sides.host, &mut out);
        }
        let mode = sides.host.state(&FactId::single("selinux.mode"));
        let is_enforced = mode.value().is_some_and(|mode| mode.to_string() == "enforcing");
        let Some(release) = sides.release.filter(|_| is_enforced) else {
            return out;
        };
        for (family, refused, added) in [
            ("demand.path", "selinux.path-refused", "selinux.local-contexts"),
            ("demand.port", "selinux.port-refused", "selinux.local-ports"),
        ] {
            let added = FactId::single(added);
            let additions = sides.host.state(&added);
            for fact in release.family(family) {
                let parts = fact.id.key().map(|key| key.splitn(3, ':').collect::<Vec<_>>());
                let (Some([file, server, what]), Some(setting)) = (parts.as_deref(), fact.state.value())
                else {
                    continue;
                };
                let Some(server) = SERVERS.iter().find(|known| known.name == *server) else {
                    continue;
                };
                let members = additions.value().map(Value::members).unwrap_or_default();
                let members: Vec<&str> = members.iter().map(AsRef::as_ref).collect();
                let found = match family {
                    "demand.path" => server.refuses_path(what, &members, sides.host),
                    _ => server
                        .refuses_port(what, &members)
                        .map(|kind| (setting.to_string(), kind)),
                };
                let Some((value, wanted)) = found else { continue };
                let id = FactId::keyed(refused, format!("{file}={}={what}={wanted}", server.name));
                let lack = doubt(sides.host, &added, &additions).map(|reason| (&added, reason));
                tell(id, value.into(), lack, &mut out);
            }
        }
        programs(release, sides.host, &mut out);
        out
    }
}

/// Directories of a project that containers are kept from. Podman labels every container (podman-run(1), `--security-opt label`),
/// Docker those of hosts where it was told to (dockerd(8), `--selinux-enabled`): one that says it does not is left out.
fn volumes(release: &View<'_>, host: &View<'_>, out: &mut Derived) {
    let engines = FactId::single("container.engines");
    let found = host.state(&engines);
    let members = found.value().map(Value::members).unwrap_or_default();
    let has = |engine: &str| members.iter().any(|member| member == engine);
    let labels = host.state(&FactId::keyed("container.labels", "docker"));
    let is_off = labels.value().is_some_and(|labels| labels.to_string() == "false");
    let doubt = found.doubt();
    if doubt.is_none() && !has("podman") && (is_off || !has("docker")) {
        return;
    }
    for fact in release.family("compose-file.unlabelled") {
        let (Some(key), Some(volume)) = (fact.id.key(), fact.state.value()) else {
            continue;
        };
        let id = FactId::keyed("selinux.volume-refused", key);
        let state = match doubt {
            Some(reason) => {
                out.lacks.insert(id.clone(), (Side::Host, engines.clone()));
                State::Unknown(reason.to_owned())
            }
            None => State::Value(volume.clone()),
        };
        out.facts.push(Fact {
            id,
            state,
            ..fact.clone()
        });
    }
}

/// Programs of units in places that systemd executes nothing from.
fn programs(release: &View<'_>, host: &View<'_>, out: &mut Derived) {
    let added = FactId::single("selinux.local-contexts");
    let additions = host.state(&added);
    let members = additions.value().map(Value::members).unwrap_or_default();
    for fact in release.family("unit-file.place") {
        let (Some(key), Some(path)) = (fact.id.key(), fact.state.value().map(Value::to_string)) else {
            continue;
        };
        let file = key.split(':').next().unwrap_or(key);
        let patterns = members.iter().filter_map(|line| line.split_once(' '));
        let is_added = patterns.into_iter().any(|(pattern, _)| fits(pattern, &path));
        let Some(label) = label(&path).filter(|label| NOT_EXECUTED.contains(label) && !is_added) else {
            continue;
        };
        let id = FactId::keyed("selinux.program-refused", format!("{file}={path}"));
        let lack = doubt(host, &added, &additions).map(|reason| (&added, reason));
        tell(id, label.into(), lack, out);
    }
}

/// What the policy refuses; unknown where a fact that could allow it is lacking.
fn tell(id: FactId, value: Value, lack: Option<(&FactId, &str)>, out: &mut Derived) {
    let state = match lack {
        Some((fact, reason)) => {
            out.lacks.insert(id.clone(), (Side::Host, fact.clone()));
            State::Unknown(reason.to_owned())
        }
        None => State::Value(value),
    };
    out.facts.push(Fact {
        id,
        state,
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived("the policy of SELinux".to_owned()),
    });
}

/// Why what was added to the policy is not known: who was asked has refused. Of a host that nobody asked the policy is taken as it is
/// shipped.
fn doubt<'a>(host: &View<'_>, added: &FactId, additions: &'a State) -> Option<&'a str> {
    host.fact(added).and_then(|_| additions.doubt())
}

/// The type that the policy gives to a path.
fn label(path: &str) -> Option<&'static str> {
    let found = LABELS.iter().filter(|(place, _)| covers(place, path));
    found
        .max_by_key(|(place, _)| place.len())
        .map(|(_, label)| *label)
}

impl Confined {
    /// The type of a path that the server may not use, and the one that it would need.
    fn refuses_path(&self, path: &str, added: &[&str], host: &View<'_>) -> Option<(String, &'static str)> {
        let is_own = |own: &&str| covers(own, path) || path.starts_with(&format!("{own}-"));
        let is_www = path
            .strip_prefix("/srv/")
            .is_some_and(|rest| rest.split('/').take(2).any(|part| part == "www"));
        if self.file_type.is_empty() || self.own.iter().any(is_own) || (is_www && !self.reads.is_empty()) {
            return None;
        }
        let is_added = added
            .iter()
            .filter_map(|line| line.split_once(' '))
            .any(|(pattern, _)| fits(pattern, path));
        let label = label(path)?;
        let reads_homes = FactId::keyed("selinux.boolean", READS_HOMES);
        let is_home = label == "user_home_t" && !self.reads.is_empty();
        let is_open = is_home
            && host
                .state(&reads_homes)
                .value()
                .is_none_or(|value| value.to_string() == "on");
        let is_refused = !is_added && !is_open && !self.reads.contains(&label);
        is_refused.then(|| (label.to_owned(), self.file_type))
    }

    /// The type that a port would need.
    fn refuses_port(&self, port: &str, added: &[&str]) -> Option<&'static str> {
        let port: u16 = port.parse().ok()?;
        let is_in = |(first, last): (u16, u16)| (first..=last).contains(&port);
        let is_added = added
            .iter()
            .filter_map(|line| line.split_once(' '))
            .any(|(kind, ports)| {
                let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
                kind == self.port_type && first.parse().ok().zip(last.parse().ok()).is_some_and(is_in)
            });
        let is_known = self.ports.iter().copied().any(is_in);
        (!is_known && !is_added).then_some(self.port_type)
    }
}

fn covers(place: &str, path: &str) -> bool {
    let rest = path.strip_prefix(place.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a pattern of semanage-fcontext(8) speaks of a path: what stands before its first sign of a pattern has to cover it.
fn fits(pattern: &str, path: &str) -> bool {
    let end = pattern.find(['(', '[', '*', '.', '?', '\\']);
    let plain = pattern.get(..end.unwrap_or(pattern.len())).unwrap_or(pattern);
    plain.len() > 1 && (covers(plain, path) || (end.is_some() && path.starts_with(plain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(SERVERS.is_sorted_by_key(|server| server.name));
        assert!(LABELS.is_sorted_by_key(|(place, _)| *place));
        assert!(WEB_PORTS.is_sorted());
    }

    #[test]
    fn ports_of_a_web_server() {
        let nginx = web("nginx");
        assert_eq!(nginx.refuses_port("8888", &[]), Some("http_port_t"));
        assert_eq!(nginx.refuses_port("8080", &[]), None);
        assert_eq!(nginx.refuses_port("8888", &["http_port_t 8880-8890"]), None);
        assert_eq!(
            nginx.refuses_port("8888", &["ssh_port_t 8888"]),
            Some("http_port_t")
        );
    }

    #[test]
    fn patterns_of_labels() {
        assert!(fits("/data/www(/.*)?", "/data/www/shop"));
        assert!(fits("/data(/.*)?", "/data/www"));
        assert!(fits("/srv/app.*", "/srv/app-2/public"));
        assert!(!fits("/data/www(/.*)?", "/data/mysql"));
        assert!(!fits("/.*", "/data/mysql"));
    }
}
