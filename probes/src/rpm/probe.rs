use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::{QUERY_FORMAT, RpmPackage, SCHEMAS, parse_database, parse_query};

static MANIFEST: Manifest = Manifest::new(
    "rpm",
    Subject::Host,
    "Packages that rpm knows: by query on a live host, from the database in a root file system.",
    SCHEMAS,
);

const CAP: u64 = 512 << 20;
const COMMAND: &str = "rpm -qa";
/// Where distributions keep the database, by format.
const DATABASES: [&str; 6] = [
    "usr/lib/sysimage/rpm/rpmdb.sqlite",
    "var/lib/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages.db",
    "var/lib/rpm/Packages.db",
    "usr/lib/sysimage/rpm/Packages",
    "var/lib/rpm/Packages",
];

/// Lists the packages of rpm.
pub const PROBE: &dyn Probe = &Rpm;

struct Rpm;

fn query() -> Need {
    let argv = ["rpm", "-qa", "--qf", QUERY_FORMAT].map(str::to_owned).to_vec();
    Need::Command { argv, cap: 64 << 20 }
}

/// The bytes of the database, only where nobody is writing to it.
fn database(path: &str) -> Need {
    Need::Offline(Box::new(Need::File {
        path: path.to_owned(),
        cap: CAP,
    }))
}

/// Tells whether there is a database at all: a program called `rpm` answers on hosts that are not made of packages of it.
fn exists(path: &str) -> Need {
    Need::Range {
        path: path.to_owned(),
        offset: 0,
        len: 16,
    }
}

/// The packages, where there are any, and where they were read.
pub(crate) fn packages(answers: &Answers) -> Outcome<Result<(Vec<RpmPackage>, String), String>> {
    let Some(path) = DATABASES
        .into_iter()
        .find(|path| !matches!(answers.get(&exists(path)), Outcome::Absent))
    else {
        return Outcome::Absent;
    };
    let offline = answers.bytes(&database(path));
    if !matches!(offline, Outcome::NotApplicable) {
        let wal = answers.bytes(&database(&format!("{path}-wal")));
        return offline.map(|bytes| match parse_database(bytes, wal.got().copied()) {
            Ok(packages) => Ok((packages, path.to_owned())),
            Err(error) => Err(format!("{path}: {error}")),
        });
    }
    answers.output(&query()).map(|output| match output.status {
        0 => match parse_query(&output.stdout) {
            Ok(packages) if packages.is_empty() => Err(format!(
                "`{COMMAND}` lists nothing although there is a database at {path}"
            )),
            Ok(packages) => Ok((packages, COMMAND.to_owned())),
            Err(error) => Err(format!("`{COMMAND}`: {error}")),
        },
        status => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!(
                "`{COMMAND}` ended with status {status}: {}",
                said.lines().next().unwrap_or_default()
            ))
        }
    })
}

pub(crate) fn needs() -> Vec<Need> {
    let mut needs = vec![query()];
    for path in DATABASES {
        needs.push(exists(path));
        needs.push(database(path));
        if path.ends_with(".sqlite") {
            needs.push(database(&format!("{path}-wal")));
        }
    }
    needs
}

impl Probe for Rpm {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        needs()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(listed) = out.require(packages(answers), "rpm database") else {
            return;
        };
        let (packages, source) = match listed {
            Ok(listed) => listed,
            Err(error) => return out.malformed("rpm database", error),
        };
        let origin = match source.as_str() {
            COMMAND => Origin::Command(source),
            _ => Origin::file(source),
        };
        let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for package in packages {
            let key = match &package.architecture {
                Some(architecture) => format!("{}.{architecture}", package.name),
                None => package.name.clone(),
            };
            versions.entry(key).or_default().push(evr(&package));
        }
        for (key, versions) in versions {
            let value = match versions.as_slice() {
                [one] => Value::from(one.as_str()),
                several => Value::set(several.to_vec()),
            };
            out.version(
                FactId::keyed("package.rpm", key),
                value,
                Scheme::Rpm,
                origin.clone(),
            );
        }
    }
}

/// `[epoch:]version-release`, as rpm prints it.
pub(crate) fn evr(package: &RpmPackage) -> String {
    match package.epoch {
        Some(epoch) => format!("{epoch}:{}-{}", package.version, package.release),
        None => format!("{}-{}", package.version, package.release),
    }
}
