//! Which sources and programs of a release list the network interfaces of the machine: Linux tells them over netlink(7).

/// Endings of sources, and the calls in them. Sources: <https://nodejs.org/api/os.html#osnetworkinterfaces>,
/// <https://pkg.go.dev/net#Interfaces>, <https://psutil.readthedocs.io/en/latest/#psutil.net_if_addrs>,
/// <https://docs.ruby-lang.org/en/3.3/Socket.html#method-c-getifaddrs>, getifaddrs(3).
#[rustfmt::skip]
const CALLS: [(&[&str], &[&str]); 4] = [
    (&[".js", ".cjs", ".mjs", ".ts"], &["networkInterfaces("]),
    (&[".go"], &["net.Interfaces()", "net.InterfaceAddrs()", "netlink.LinkList()"]),
    (&[".py"], &["net_if_addrs(", "net_if_stats(", "netifaces.interfaces(", "ifaddr.get_adapters(", "if_nameindex(", "IPRoute("]),
    (&[".rb"], &["Socket.getifaddrs", "Socket.ip_address_list"]),
];

/// What programs start their sources with, by the ending of those.
const RUNNERS: [(&str, &[&str]); 4] = [
    (".js", &["node", "nodejs", "npm", "npx", "pnpm", "tsx", "yarn"]),
    (".py", &["gunicorn", "hypercorn", "python", "uvicorn", "uwsgi"]),
    (".rb", &["bundle", "puma", "rails", "ruby"]),
    (".go", &[]),
];

/// Imported by programs that list interfaces themselves (getifaddrs(3)).
const IMPORT: &[u8] = b"\0getifaddrs\0";

/// Whether a file is a source that could list interfaces.
pub(super) fn is_source(path: &str) -> bool {
    let foreign = ["node_modules/", "test/", "tests/", "site-packages/", "vendor/"];
    let is_foreign = foreign
        .iter()
        .any(|part| path.contains(&format!("/{part}")) || path.starts_with(part));
    let mut endings = CALLS.iter().flat_map(|(endings, _)| *endings);
    !is_foreign && endings.any(|ending| path.ends_with(ending)) && !path.ends_with("_test.go")
}

/// Whether such a source lists them, in a line that is no comment.
pub(super) fn lists(path: &str, text: &str) -> bool {
    let calls = CALLS
        .iter()
        .filter(|(endings, _)| endings.iter().any(|ending| path.ends_with(ending)))
        .flat_map(|(_, calls)| *calls);
    let code =
        |line: &&str| !line.trim_start().starts_with(['#', '*']) && !line.trim_start().starts_with("//");
    calls
        .into_iter()
        .any(|call| text.lines().filter(code).any(|line| line.contains(call)))
}

/// Whether a program in machine code imports the call.
pub(super) fn imports(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x7fELF") && bytes.windows(IMPORT.len()).any(|window| window == IMPORT)
}

/// Whether a command may run a source: its runtime is one of that language, or for compiled ones, anything else.
pub(super) fn may_run(command: &[String], path: &str) -> bool {
    let names: Vec<&str> = command
        .iter()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .collect();
    let is = |runners: &[&str]| {
        names.iter().take(2).any(|name| {
            let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            runners.contains(&name)
        })
    };
    let ending = if [".cjs", ".mjs", ".ts"].iter().any(|it| path.ends_with(it)) {
        ".js"
    } else {
        path
    };
    let runners = RUNNERS.iter().find(|(own, _)| ending.ends_with(own));
    match runners {
        Some((".go", _)) => !RUNNERS.iter().any(|(_, runners)| is(runners)),
        Some((_, runners)) => {
            is(runners)
                || names
                    .iter()
                    .any(|name| path.ends_with(name) && name.contains('.'))
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_who_runs_them() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(is_source("src/a.ts") && !is_source("node_modules/x/a.js") && !is_source("a_test.go"));
        assert!(lists("a.js", "const n = os.networkInterfaces();"));
        assert!(!lists("a.js", "// os.networkInterfaces()") && !lists("a.py", "os.networkInterfaces()"));
        assert!(may_run(&words("/usr/bin/node /opt/a/s.js"), "lib/net.js"));
        assert!(may_run(&words("/opt/v/bin/python3.11 -m a"), "a/net.py"));
        assert!(!may_run(&words("/usr/bin/python3 a.py"), "web/net.js"));
        assert!(
            may_run(&words("/opt/agent"), "main.go") && !may_run(&words("/usr/bin/node s.js"), "main.go")
        );
        assert!(may_run(&words("/opt/a/s.js"), "s.js"));
        assert!(imports(b"\x7fELF..\0getifaddrs\0..") && !imports(b"\0getifaddrs\0"));
    }
}
