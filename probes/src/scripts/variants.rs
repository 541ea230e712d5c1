//! Options of programs that share their name with another program.
//!
//! Sources: nc(1) of OpenBSD, of netcat-traditional and ncat(1); useradd(8) and adduser(8); <https://mikefarah.gitbook.io/yq/>,
//! <https://kislyuk.github.io/yq/>.

use std::collections::{BTreeMap, BTreeSet};

use super::shell::Script;
use super::uses::{base_name, installs};

/// Name, which of the programs of that name, and the words it does not know.
const LACKING: [(&str, &str, &[&str]); 8] = [
    (
        "adduser",
        "busybox",
        &["--disabled-login", "--disabled-password", "--gecos"],
    ),
    (
        "adduser",
        "useradd",
        &["--disabled-login", "--disabled-password", "--gecos", "--ingroup"],
    ),
    ("nc", "nc.openbsd", &["-c", "-e"]),
    ("nc", "nc.traditional", &["-N", "-U", "-X"]),
    ("nc", "ncat", &["-N", "-q"]),
    ("netcat", "ncat", &["-N", "-q"]),
    (
        "yq",
        "the yq of Go",
        &["--yaml-output", "--yml-roundtrip", "-Y", "-y"],
    ),
    (
        "yq",
        "the yq of Python",
        &["--prettyPrint", "-P", "e", "ea", "eval", "eval-all"],
    ),
];

/// For each name and program of that name what a script uses that it lacks.
pub fn lacking(script: &Script) -> BTreeMap<(&'static str, &'static str), BTreeSet<&'static str>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    if installs(script) {
        return found;
    }
    for command in script.commands.iter().filter(|command| !command.is_tolerated) {
        let program = command
            .program()
            .map(base_name)
            .filter(|name| !script.functions.contains(*name));
        for (name, variant, words) in LACKING.iter().filter(|(name, ..)| program == Some(name)) {
            let used = words
                .iter()
                .filter(|word| command.arguments().any(|argument| argument.text == **word));
            for word in used {
                found.entry((*name, *variant)).or_default().insert(*word);
            }
        }
    }
    found
}
