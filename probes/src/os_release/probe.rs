use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::{ReleaseFiles, SCHEMAS, identify};

static MANIFEST: Manifest = Manifest::new(
    "os-release",
    Subject::Host,
    "Which operating system it is: os-release, or the older files of the distribution.",
    SCHEMAS,
);

const FILES: [&str; 10] = [
    "etc/os-release",
    "usr/lib/os-release",
    "etc/redhat-release",
    "etc/SuSE-release",
    "etc/alpine-release",
    "etc/system-release",
    "etc/gentoo-release",
    "etc/slackware-version",
    "etc/lsb-release",
    "etc/debian_version",
];

/// Tells the operating system.
pub const PROBE: &dyn Probe = &OsRelease;

struct OsRelease;

fn need(path: &str) -> Need {
    Need::file_up_to(path, 64 << 10)
}

impl Probe for OsRelease {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        FILES.iter().map(|path| need(path)).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut contents = FILES.map(|path| out.optional(answers.bytes(&need(path)), path));
        // A link that leads nowhere or an empty file says nothing.
        contents
            .iter_mut()
            .for_each(|content| *content = content.filter(|bytes| !bytes.is_empty()));
        let [
            etc,
            usr,
            redhat,
            suse,
            alpine,
            system,
            gentoo,
            slackware,
            lsb,
            debian,
        ] = contents;
        let files = ReleaseFiles {
            os_release: etc.or(usr),
            redhat_release: redhat,
            suse_release: suse,
            alpine_release: alpine,
            own_release: system.or(gentoo).or(slackware),
            lsb_release: lsb,
            debian_version: debian,
        };
        let source = FILES.iter().zip(contents).find(|(_, content)| content.is_some());
        let Some((path, _)) = source else {
            return out.covered(CoverageState::Partial, "no file names the operating system");
        };
        let origin = || Origin::file(*path);
        match identify(&files) {
            Err(error) => out.malformed(path, error),
            Ok(None) => out.covered(CoverageState::Partial, "no file names the operating system"),
            Ok(Some(identity)) => {
                out.value("os.id", identity.id, origin());
                out.value("os.id-like", Value::List(identity.id_like), origin());
                out.value("os.name", identity.pretty_name, origin());
                if let Some(codename) = identity.codename {
                    out.value("os.codename", codename, origin());
                }
                let versions = [
                    ("os.version-id", identity.version_id),
                    ("os.version", identity.full_version),
                ];
                for (name, version) in versions {
                    if let Some(version) = version {
                        out.version(FactId::single(name), version, Scheme::Generic, origin());
                    }
                }
            }
        }
    }
}
