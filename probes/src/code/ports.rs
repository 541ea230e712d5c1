//! Ports below 1024 that programs listen on, and units that run them without the right to.
//!
//! Sources: capabilities(7), CAP_NET_BIND_SERVICE; systemd.exec(5), `User=` and `AmbientCapabilities=`.

use super::language::Language;

/// Whether a unit runs as an account that may not listen on such ports: told which. Nothing where it gives the right.
pub(super) fn unprivileged(unit: &str) -> Option<&str> {
    if unit.contains("CAP_NET_BIND_SERVICE") || unit.contains("Sockets=") {
        return None;
    }
    let users = unit.lines().filter_map(|line| line.trim().strip_prefix("User="));
    let user = users.map(str::trim).rfind(|user| !user.is_empty())?;
    (!matches!(user, "root" | "0") && !user.contains('%')).then_some(user)
}

/// What a program says before a port that it listens on.
const CALLS: [(&str, Language); 8] = [
    (".listen(", Language::JavaScript),
    (".ListenAndServe(\":", Language::Go),
    (".ListenAndServeTLS(\":", Language::Go),
    (".Run(\":", Language::Go),
    ("port=", Language::Python),
    ("server.port=", Language::Settings),
    ("TCPServer.new(", Language::Ruby),
    ("set :port, ", Language::Ruby),
];

/// The first port below 1024 that a source listens on, with its line.
pub(super) fn listened(text: &str, language: Language) -> Option<(u16, u32)> {
    (1..).zip(text.lines()).find_map(|(number, line)| {
        CALLS
            .iter()
            .filter(|(_, of)| *of == language)
            .find_map(|(call, _)| {
                let (before, rest) = line.split_once(call)?;
                // `export=` and the like are other names.
                let is_whole = !call.starts_with(char::is_alphabetic)
                    || !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
                let rest = rest.trim_start();
                let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let port: u16 = rest.get(..digits)?.parse().ok()?;
                (is_whole && (1..1024).contains(&port)).then_some((port, number))
            })
    })
}
