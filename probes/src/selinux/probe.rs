use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, parse};
use crate::installed;
use crate::known_services::fits;
use crate::reading::{base_name, text};

static MANIFEST: Manifest = Manifest::new(
    "selinux",
    Subject::Host,
    "Whether SELinux confines the services of a host, and what its policy lets web servers do.",
    SCHEMAS,
);

/// Tells of SELinux.
pub const PROBE: &dyn Probe = &Selinux;

struct Selinux;

const ENFORCE: &str = "sys/fs/selinux/enforce";
const CONFIG: &str = "etc/selinux/config";
const CMDLINE: &str = "proc/cmdline";

/// The stores of the policy, that of newer releases first; they hold only what differs from the policy.
const STORES: [&str; 2] = [
    "var/lib/selinux/targeted/active/booleans.local",
    "etc/selinux/targeted/modules/active/booleans.local",
];

/// What was added to the policy: labels of files, and ports.
const CONTEXTS: &str = "etc/selinux/targeted/contexts/files/file_contexts.local";
const PORTS: [&str; 2] = [
    "var/lib/selinux/targeted/active/ports.local",
    "etc/selinux/targeted/modules/active/ports.local",
];

/// Off as the policy is shipped: <https://github.com/fedora-selinux/selinux-policy/blob/rawhide/policy/modules/contrib/apache.te>.
const OFF: [&str; 11] = [
    "httpd_can_connect_ldap",
    "httpd_can_network_connect",
    "httpd_can_network_connect_db",
    "httpd_can_network_memcache",
    "httpd_can_network_relay",
    "httpd_can_sendmail",
    "httpd_enable_homedirs",
    "httpd_execmem",
    "httpd_read_user_content",
    "httpd_use_cifs",
    "httpd_use_nfs",
];

/// Packages that run applications in the web server's domain; `#` and `%` as in [`fits`].
const WEB_PROGRAMS: [&str; 11] = [
    "mod_passenger",
    "mod_perl",
    "mod_php",
    "mod_wsgi",
    "passenger",
    "php",
    "php-fpm",
    "php#-php-fpm",
    "python#-mod_wsgi",
    "python%-mod_wsgi",
    "uwsgi",
];

fn small(path: &str) -> Need {
    Need::file_up_to(path, 64 << 10)
}

fn switches() -> Need {
    Need::glob("sys/fs/selinux/booleans/httpd_*", Take::Content(64))
}

impl Probe for Selinux {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = installed::needs();
        needs.extend([small(ENFORCE), small(CONFIG), small(CMDLINE), switches()]);
        needs.extend(STORES.map(small));
        needs.extend(PORTS.map(small));
        needs.push(small(CONTEXTS));
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let (mode, origin) = mode(answers);
        let is_used = !matches!(&mode, State::Value(mode) if mode.as_text() == Some("disabled"));
        out.state(FactId::single("selinux.mode"), mode, origin);
        if is_used {
            booleans(answers, out);
            additions(
                answers,
                out,
                "selinux.local-contexts",
                &[CONTEXTS],
                parse::contexts,
            );
            additions(answers, out, "selinux.local-ports", &PORTS, parse::ports);
        }
        web_programs(answers, out);
    }
}

fn mode(answers: &Answers) -> (State, Origin) {
    let read = |path: &str| answers.bytes(&small(path)).map(|bytes| text(bytes).into_owned());
    if let Outcome::Got(enforce) = read(ENFORCE) {
        let mode = if enforce.trim() == "1" {
            "enforcing"
        } else {
            "permissive"
        };
        return (State::Value(mode.into()), Origin::file(ENFORCE));
    }
    if let Some(mode) = read(CMDLINE).got().and_then(|line| parse::forced(line)) {
        return (State::Value(mode.into()), Origin::file(CMDLINE));
    }
    let state = match read(CONFIG) {
        Outcome::Got(config) => match parse::configured(&config) {
            Some(mode) => State::Value(mode.into()),
            None => State::Unknown(format!("/{CONFIG} names no mode")),
        },
        Outcome::Absent | Outcome::NotApplicable => State::Value("disabled".into()),
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
    };
    (state, Origin::file(CONFIG))
}

/// What the first file that is there adds to the policy.
fn additions(
    answers: &Answers,
    out: &mut Observation<'_>,
    fact: &'static str,
    paths: &[&'static str],
    parse: fn(&str) -> Vec<String>,
) {
    for path in paths {
        let state = match answers.bytes(&small(path)) {
            Outcome::Got(bytes) => State::Value(Value::set(parse(&text(bytes)))),
            Outcome::NotPermitted => State::NotPermitted,
            Outcome::Failed(failure) => State::Unknown(failure.reason),
            Outcome::Absent | Outcome::NotApplicable => continue,
        };
        return out.state(FactId::single(fact), state, Origin::file(*path));
    }
}

fn booleans(answers: &Answers, out: &mut Observation<'_>) {
    const FACT: &str = "selinux.boolean";
    if let Outcome::Got(found) = answers.entries(&switches())
        && !found.entries.is_empty()
    {
        for entry in &found.entries {
            let content = entry.content.as_ref().and_then(Outcome::got);
            let value = content.and_then(|blob| parse::switch(&text(&blob.0)));
            let state = value.map_or(State::Unknown("neither 0 nor 1".into()), |value| {
                State::Value(value.into())
            });
            let id = FactId::keyed(FACT, base_name(&entry.path));
            out.state(id, state, Origin::file(entry.path.clone()));
        }
        return;
    }
    for path in STORES {
        let rest =
            |out: &mut Observation<'_>, state| out.state(FactId::rest(FACT), state, Origin::file(path));
        match answers.bytes(&small(path)) {
            Outcome::Got(bytes) => {
                let stored = parse::stored(&text(bytes));
                let names = OFF.iter().filter(|name| !stored.contains_key(**name));
                let shipped = names.map(|name| ((*name).to_owned(), "off"));
                for (name, value) in stored.clone().into_iter().chain(shipped) {
                    out.keyed(FACT, name, value, Origin::file(path));
                }
                return;
            }
            Outcome::NotPermitted => return rest(out, State::NotPermitted),
            Outcome::Failed(failure) => return rest(out, State::Unknown(failure.reason)),
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    for name in OFF {
        out.keyed(
            FACT,
            name,
            "off",
            Origin::Derived("the policy as it is shipped".into()),
        );
    }
}

fn web_programs(answers: &Answers, out: &mut Observation<'_>) {
    let packages = installed::installed(answers, out);
    let found = packages
        .iter()
        .filter(|package| WEB_PROGRAMS.iter().any(|pattern| fits(pattern, &package.name)));
    let names: Vec<&str> = found.map(|package| package.name.as_str()).collect();
    let state = match names.is_empty() {
        false => State::Value(Value::set(names)),
        true if installed::is_complete(answers) => State::Absent,
        true => State::Unknown("a database of packages cannot be read".into()),
    };
    let origin = Origin::Derived("packages".into());
    out.state(FactId::single("selinux.web-programs"), state, origin);
}
