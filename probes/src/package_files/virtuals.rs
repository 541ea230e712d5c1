//! Names that several packages may stand for, and names of the same library at another version.
//!
//! Which packages stand for which names is in the fields `Provides` of those packages; a host is not asked for them. So names that are known
//! to be such are not judged.
//!
//! Sources: the authoritative list of virtual package names
//! (<https://www.debian.org/doc/packaging-manuals/virtual-package-names-list.yaml>), and for the renaming of libraries in Debian 13 and
//! Ubuntu 24.04 <https://wiki.debian.org/ReleaseGoals/64bit-time>.

/// Virtual names, and what such names begin or end with.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "awk", "c-compiler", "c-shell", "cron-daemon", "dbus", "dbus-session-bus", "debconf-2.0", "default-dbus-session-bus",
    "default-dbus-system-bus", "default-java-plugin", "default-logind", "default-mta", "dict-client", "editor", "fortran-compiler",
    "ftp-server", "gnupg2", "httpd", "httpd-cgi", "httpd-wsgi", "httpd-wsgi3", "imap-client", "imap-server", "inet-superserver", "init",
    "inn", "ispell-dictionary", "java-compiler", "libgl1", "libgl-dev", "libasound2", "linux-kernel-log-daemon", "logind", "lpr",
    "mail-reader", "mail-transport-agent", "mailx", "mta", "mysql-client", "mysql-server", "network-manager", "notification-daemon",
    "nodejs", "npm", "pager", "pinentry", "pop3-server", "postscript-viewer", "python3-supported-min", "radius-server", "rsh-client",
    "sysv-rc", "system-log-daemon", "telnet-client", "telnet-server", "time-daemon", "virtual-mysql-client", "virtual-mysql-server",
    "webserver", "wordlist", "www-browser", "x-server", "x-terminal-emulator", "x-window-manager", "xserver", "zlib1g",
];
const BEGINNINGS: &[&str] = &[
    "dh-sequence-",
    "default-",
    "perlapi-",
    "phpapi-",
    "ruby-interpreter",
    "virtual-",
    "xorg-",
];
const ENDINGS: &[&str] = &[
    "-abi",
    "-compiler",
    "-daemon",
    "-driver",
    "-headless",
    "-provider",
    "-runtime",
    "-sdk",
];

/// Whether packages of other names may stand for it.
pub(super) fn may_be_virtual(name: &str) -> bool {
    NAMES.contains(&name)
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name.contains("-abi-")
        || (name.starts_with("java") && name.contains("-runtime"))
}

/// Names under which the same package is known since times have 64 bits, this one first.
pub(super) fn names(name: &str) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    match name.strip_suffix("t64") {
        Some(before) => names.push(before.to_owned()),
        None if name.starts_with("lib") => names.push(format!("{name}t64")),
        None => {}
    }
    names
}

/// A name with `#` in place of each version in it: `libssl1.1` and `libssl3t64` are both `libssl#`. Nothing where it has none, or
/// nothing before it.
pub(super) fn stem(name: &str) -> Option<String> {
    let name = name.strip_suffix("t64").unwrap_or(name);
    let first = name.find(|c: char| c.is_ascii_digit())?;
    if first < 3 {
        return None;
    }
    let mut stem = String::new();
    let mut was_version = false;
    for c in name.chars() {
        let is_version = c.is_ascii_digit() || (was_version && (c == '.' || c == '+'));
        if !is_version {
            stem.push(c);
        } else if !was_version {
            stem.push('#');
        }
        was_version = is_version;
    }
    Some(stem)
}
