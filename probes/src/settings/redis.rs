//! Directives of redis.conf by the versions of Redis that know them: any other is a fatal error.
//!
//! Source: `redis.conf` and `src/config.c` of the releases 2.8, 3.0, 3.2, 4.0, 5.0, 6.0, 6.2, 7.0 and 7.2 in
//! <https://github.com/redis/redis>, and <https://redis.io/docs/latest/operate/oss_and_stack/management/config/>.

use super::said::{Said, range};
use crate::reading::numbered;

#[rustfmt::skip]
const SINCE: &[(&str, &str)] = &[
    ("2.8.0", "notify-keyspace-events"),
    ("2.8.5", "tcp-backlog"),
    ("2.8.9", "hll-sparse-max-bytes"),
    ("2.8.13", "latency-monitor-threshold"),
    ("2.8.15", "aof-load-truncated"),
    ("2.8.18", "repl-diskless-sync repl-diskless-sync-delay"),
    ("3.0.0", "cluster-enabled cluster-config-file cluster-node-timeout cluster-migration-barrier cluster-require-full-coverage"),
    ("3.2.0", "protected-mode supervised list-max-ziplist-size list-compress-depth"),
    ("4.0.0", "active-defrag-cycle-max active-defrag-cycle-min active-defrag-ignore-bytes active-defrag-threshold-lower \
        active-defrag-threshold-upper activedefrag always-show-logo aof-use-rdb-preamble cluster-announce-bus-port cluster-announce-ip \
        cluster-announce-port lazyfree-lazy-eviction lazyfree-lazy-expire lazyfree-lazy-server-del lfu-decay-time lfu-log-factor loadmodule"),
    ("5.0.0", "active-defrag-max-scan-fields client-query-buffer-limit cluster-replica-no-failover cluster-replica-validity-factor dynamic-hz \
        min-replicas-max-lag min-replicas-to-write rdb-save-incremental-fsync replica-announce-ip replica-announce-port replica-ignore-maxmemory \
        replica-lazy-flush replica-priority replica-read-only replica-serve-stale-data replicaof stream-node-max-bytes stream-node-max-entries"),
    ("6.0.0", "aclfile acllog-max-len aof_rewrite_cpulist bgsave_cpulist bio_cpulist io-threads io-threads-do-reads jemalloc-bg-thread \
        lazyfree-lazy-user-del masteruser oom-score-adj oom-score-adj-values rdb-del-sync-files repl-diskless-load server_cpulist tls-auth-clients \
        tls-ca-cert-dir tls-ca-cert-file tls-cert-file tls-ciphers tls-ciphersuites tls-cluster tls-dh-params-file tls-key-file tls-port \
        tls-prefer-server-ciphers tls-protocols tls-replication tls-session-caching tracking-table-max-keys user"),
    ("6.2.0", "acl-pubsub-default cluster-allow-replica-migration disable-thp lazyfree-lazy-user-flush maxmemory-eviction-tenacity \
        proc-title-template replica-announced sanitize-dump-payload set-proc-title tls-client-cert-file tls-client-key-file tls-key-file-pass"),
    ("7.0.0", "aof-timestamp-enabled appenddirname bind-source-addr cluster-allow-pubsubshard-when-down cluster-announce-hostname \
        cluster-link-sendbuf-limit cluster-preferred-endpoint-type enable-debug-command enable-module-command enable-protected-configs \
        hash-max-listpack-entries hash-max-listpack-value latency-tracking latency-tracking-info-percentiles list-max-listpack-size \
        maxmemory-clients repl-diskless-sync-max-replicas replica-ignore-disk-write-errors shutdown-on-sigint shutdown-on-sigterm \
        shutdown-timeout socket-mark-id zset-max-listpack-entries zset-max-listpack-value"),
    ("7.2.0", "cluster-announce-human-nodename locale-collate set-max-listpack-entries set-max-listpack-value"),
];

/// Directives that a later version does not know any more.
const UNTIL: &[(&str, &str)] = &[
    (
        "2.6.0",
        "glueoutputbuf hash-max-zipmap-entries hash-max-zipmap-value vm-enabled vm-max-memory vm-max-threads vm-page-size vm-pages vm-swap-file",
    ),
    ("3.2.0", "list-max-ziplist-entries list-max-ziplist-value"),
    ("7.0.0", "gopher-enabled"),
];

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let speaks = path.to_ascii_lowercase().contains("redis");
    speaks && name.ends_with(".conf") && !name.contains("sentinel") && !path.contains("nginx")
}

pub(super) fn read(text: &str, said: &mut Said) {
    for (number, line) in numbered(text) {
        let Some(word) = line.split_whitespace().next().map(str::to_ascii_lowercase) else {
            continue;
        };
        let has = |(_, names): &&(&str, &str)| names.split_whitespace().any(|name| name == word);
        let since = SINCE.iter().find(has).map(|(version, _)| range(version, ""));
        let until = || UNTIL.iter().find(has).map(|(version, _)| range("", version));
        if let Some(versions) = since.or_else(until) {
            said.add("redis-file.versions", word, versions, number);
        }
    }
}
