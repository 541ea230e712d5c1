//! Programs for Node.js of which nothing says the version they are for, and packages that are built for newer processors.

#[cfg(feature = "collect")]
use std::cmp::Ordering;

#[cfg(feature = "collect")]
use parity_core::version::Scheme;
use serde_json::Value;

#[cfg(feature = "collect")]
use crate::node_modules::{package_lock, pnpm_lock, yarn_lock};

/// The feature of x86-64 processors that a package of a lock file asks for when it is loaded. sharp does since 0.34
/// (<https://github.com/misskey-dev/misskey/issues/15920>, <https://github.com/docmost/docmost/issues/1822>), where what is built for these
/// processors is locked.
#[cfg(feature = "collect")]
pub(super) fn node_cpu_flag(path: &str, bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    /// The same for glibc and for musl.
    const BUILT: [&str; 2] = ["@img/sharp-linux-x64", "@img/sharp-linuxmusl-x64"];
    let text = || String::from_utf8_lossy(bytes);
    let lock = match crate::reading::base_name(path) {
        "package-lock.json" => package_lock(bytes).ok()?,
        "pnpm-lock.yaml" => pnpm_lock(&text()),
        _ => yarn_lock(&text()),
    };
    let is_new = |version: &String| {
        let order = Scheme::Semver.compare(version, "0.34.0");
        order.is_ok_and(|order| order != Ordering::Less)
    };
    let is_for_development = |name: &str| !lock.production.is_empty() && !lock.production.contains_key(name);
    let built = BUILT.iter().filter(|name| !is_for_development(name));
    let versions: Vec<_> = built
        .filter_map(|name| lock.versions.get(*name))
        .flatten()
        .collect();
    // Of several versions the older one may be what is loaded.
    (!versions.is_empty() && versions.into_iter().all(is_new)).then_some(("sharp", "sse4_2"))
}

/// What in a `package.json` is run by Node.js where no `engines` says which; `None`: nothing, or it says so.
///
/// ```
/// use parity_probes::dependencies::undeclared;
/// assert_eq!(undeclared(br#"{"scripts": {"start": "node server.js"}}"#).as_deref(), Some("start: node server.js"));
/// assert_eq!(undeclared(br#"{"engines": {"node": ">=18"}, "scripts": {"start": "node server.js"}}"#), None);
/// ```
#[must_use]
pub fn undeclared(bytes: &[u8]) -> Option<String> {
    /// Programs that are Node.js, or run a server on it.
    const SERVERS: [&str; 9] = [
        "nest",
        "next",
        "node",
        "nodemon",
        "nuxt",
        "pm2",
        "pm2-runtime",
        "ts-node",
        "tsx",
    ];
    let value: Value = serde_json::from_slice(bytes).ok()?;
    if value.pointer("/engines/node").is_some() || value.pointer("/volta/node").is_some() {
        return None;
    }
    let start = value.pointer("/scripts/start")?.as_str()?;
    let mut words = start.split_whitespace();
    let runs = words.any(|word| SERVERS.contains(&word.rsplit('/').next().unwrap_or(word)));
    runs.then(|| format!("start: {start}"))
}
