//! Since when Redis has a directive of its configuration.
//!
//! Source: `redis.conf` of each release (<https://github.com/redis/redis/tree/VERSION/redis.conf>), and its release notes.

/// Directive and first version, sorted; those that 2.8 has are left out.
const DIRECTIVES: [(&str, &str); 62] = [
    ("acllog-max-len", "6.0"),
    ("aclfile", "6.0"),
    ("active-defrag-threshold-lower", "4.0"),
    ("activedefrag", "4.0"),
    ("aof-disable-auto-gc", "7.0"),
    ("aof-load-truncated", "3.0"),
    ("aof-timestamp-enabled", "7.0"),
    ("aof-use-rdb-preamble", "4.0"),
    ("appenddirname", "7.0"),
    ("busy-reply-threshold", "7.0"),
    ("client-query-buffer-limit", "4.0"),
    ("cluster-allow-pubsubshard-when-down", "7.0"),
    ("cluster-allow-reads-when-down", "6.0"),
    ("cluster-announce-hostname", "7.0"),
    ("cluster-announce-ip", "4.0"),
    ("cluster-enabled", "3.0"),
    ("cluster-port", "7.0"),
    ("crash-log-enabled", "6.2"),
    ("dynamic-hz", "5.0"),
    ("enable-debug-command", "7.0"),
    ("enable-module-command", "7.0"),
    ("enable-protected-configs", "7.0"),
    ("gopher-enabled", "6.0"),
    ("hash-max-listpack-entries", "7.0"),
    ("hash-max-listpack-value", "7.0"),
    ("hide-user-data-from-log", "7.4"),
    ("io-threads", "6.0"),
    ("io-threads-do-reads", "6.0"),
    ("jemalloc-bg-thread", "6.0"),
    ("latency-tracking", "7.0"),
    ("latency-tracking-info-percentiles", "7.0"),
    ("lazyfree-lazy-eviction", "4.0"),
    ("lazyfree-lazy-expire", "4.0"),
    ("lazyfree-lazy-user-del", "6.0"),
    ("lazyfree-lazy-user-flush", "6.2"),
    ("lfu-decay-time", "4.0"),
    ("lfu-log-factor", "4.0"),
    ("list-max-listpack-size", "7.0"),
    ("loadmodule", "4.0"),
    ("maxmemory-eviction-tenacity", "6.2"),
    ("oom-score-adj", "6.2"),
    ("proc-title-template", "6.2"),
    ("propagation-error-behavior", "7.0"),
    ("protected-mode", "3.2"),
    ("rdb-del-sync-files", "6.0"),
    ("rdb-key-save-delay", "5.0"),
    ("repl-diskless-load", "6.0"),
    ("repl-diskless-sync", "2.8.18"),
    ("repl-diskless-sync-max-replicas", "7.0"),
    ("replica-announce-ip", "5.0"),
    ("replica-priority", "5.0"),
    ("replica-read-only", "5.0"),
    ("replicaof", "5.0"),
    ("sanitize-dump-payload", "6.2"),
    ("set-max-listpack-entries", "7.2"),
    ("set-proc-title", "6.2"),
    ("shutdown-timeout", "7.0"),
    ("socket-mark-id", "6.2.7"),
    ("stream-node-max-bytes", "5.0"),
    ("tls-port", "6.0"),
    ("tracking-table-max-keys", "6.0"),
    ("user", "6.0"),
];

/// Whether a file is configuration of Redis: its name says so, or its directives.
pub(super) fn is_configuration(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    // Of other names it is told by what it says: `port 0`, and neither `;` nor `=`.
    let usual = [
        "appendonly",
        "daemonize",
        "dbfilename",
        "dir",
        "maxmemory",
        "port",
        "save",
        "unixsocket",
    ];
    let is_usual = |key: &&str| {
        text.lines()
            .any(|line| line.split_whitespace().next() == Some(*key))
    };
    let is_other = text
        .lines()
        .any(|line| line.trim_end().ends_with([';', '{']) || line.contains('='));
    if name.ends_with(".conf") && !is_other && usual.iter().filter(|key| is_usual(key)).count() >= 4 {
        return true;
    }
    name.contains("redis")
        && !name.contains("sentinel")
        && (name.ends_with(".conf") || name.ends_with(".conf.template"))
}

/// Directives that not every version has: name, first version, line.
pub(super) fn directives(text: &str) -> Vec<(&'static str, &'static str, u32)> {
    let mut found: Vec<(&str, &str, u32)> = Vec::new();
    for (line, statement) in crate::reading::statements(text, &['#']) {
        let name = statement
            .split_whitespace()
            .next()
            .unwrap_or("")
            .to_ascii_lowercase();
        let known = DIRECTIVES.iter().find(|(directive, _)| *directive == name);
        if let Some((name, since)) = known.filter(|(name, _)| !found.iter().any(|(other, ..)| other == name))
        {
            found.push((name, since, line));
        }
    }
    found
}
