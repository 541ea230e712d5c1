//! Programs for Node.js of which nothing says the version they are for.

use serde_json::Value;

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
