//! Which of the programs that share a name a host has.

use parity_core::fact::Origin;
use parity_core::probe::Observation;

use super::path::Listing;
use crate::installed::Installed;
use crate::known_services::Ecosystem;
use crate::reading::base_name;

/// Names that a link gives to another program.
const LINKED: [&str; 3] = ["adduser", "nc", "netcat"];

pub(super) fn tell(listed: &Listing<'_>, packages: &[Installed], out: &mut Observation<'_>) {
    let programs = listed.programs();
    let first = |name: &str| programs.get(name).and_then(|paths| paths.first()).copied();
    for name in LINKED {
        if let Some(path) = first(name)
            && let Some(end) = listed.end(path)
            && base_name(&end) != name
        {
            out.keyed("program.variant", name, base_name(&end), Origin::file(path));
        }
    }
    // Two programs for YAML: Debian has that of Python, Alpine and Fedora that of Go.
    let package = packages
        .iter()
        .find(|package| ["yq", "yq-go"].contains(&package.name.as_str()));
    if let (Some(path), Some(package)) = (first("yq"), package)
        && !path.starts_with("usr/local/")
    {
        let variant = match package.ecosystem {
            Ecosystem::Deb => "the yq of Python",
            Ecosystem::Apk | Ecosystem::Rpm => "the yq of Go",
            Ecosystem::Pacman => return,
        };
        out.keyed("program.variant", "yq", variant, package.origin.clone());
    }
}
