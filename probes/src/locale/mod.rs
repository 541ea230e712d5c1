//! The probe `locale`: where a machine believes to be: time zone, language, names and addresses, trusted certificates.

#[cfg(feature = "collect")]
mod clock;
#[cfg(feature = "collect")]
mod names;
#[cfg(feature = "collect")]
pub(crate) mod parse;
#[cfg(feature = "collect")]
pub(crate) mod probe;
#[cfg(feature = "collect")]
mod time;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "clock.off",
        "direction: ahead or behind",
        Kind::Number,
        "Seconds, in whole minutes, that the clock of the host is off the one of the machine that looks at it.",
    )
    .volatile(),
    Schema::single(
        "time.zone",
        Kind::Text,
        "Time zone by its name in the tz database (link /etc/localtime, else /etc/timezone, else the first file of /usr/share/zoneinfo with the same content); `UTC` where none is set, as localtime(5) says.",
    ),
    Schema::single(
        "time.rules",
        Kind::Text,
        "The zone's rule for the future, in the syntax of TZ (last line of /etc/localtime, tzfile(5)).",
    ),
    Schema::single(
        "time.zoneinfo",
        Kind::Bool,
        "Whether the tz database is installed (/usr/share/zoneinfo).",
    ),
    Schema::family(
        "time.zone-known",
        "zone",
        Kind::Bool,
        "Whether the tz database has this zone: asked of some that tell its age, and which names it has.",
    ),
    Schema::single(
        "time.zones-kept",
        Kind::Bool,
        "Whether the tz database has the names that are kept for compatibility alone, such as US/Pacific (`tzdata-legacy` of Debian and Ubuntu).",
    ),
    Schema::family(
        "locale",
        "name of a variable: LANG, LANGUAGE or LC_*",
        Kind::Text,
        "Locale of the system: the first of /etc/locale.conf, /etc/default/locale and /etc/environment that sets it.",
    ),
    Schema::family(
        "environment.locale",
        "name of a variable: LANG, LANGUAGE or LC_*",
        Kind::Text,
        "Locale that logins get from /etc/environment.",
    ),
    Schema::single(
        "environment.names",
        Kind::Set,
        "Names of the variables set in /etc/environment, never their values.",
    ),
    Schema::single(
        "ca-bundle",
        Kind::Set,
        "Files with trusted certificates that are there, of the places that programs look in.",
    ),
    Schema::family(
        "hosts",
        "host name",
        Kind::Set,
        "Addresses in /etc/hosts. The machine's own name on a loopback address is left out.",
    ),
    Schema::single(
        "resolver.nameservers",
        Kind::List,
        "Name servers in order (/etc/resolv.conf).",
    ),
    Schema::single(
        "resolver.search",
        Kind::List,
        "Domains searched for short names, in order (/etc/resolv.conf).",
    ),
    Schema::single(
        "resolver.options",
        Kind::Set,
        "Options of the resolver (/etc/resolv.conf).",
    ),
    Schema::single(
        "resolver.sources",
        Kind::List,
        "Where host names are looked up, in order (`hosts:` in /etc/nsswitch.conf).",
    ),
    Schema::single(
        "locale.installed",
        Kind::Set,
        "Locales that are compiled (/usr/lib/locale), as glibc names them: `de_DE.utf8`; those of musl need none.",
    ),
];
