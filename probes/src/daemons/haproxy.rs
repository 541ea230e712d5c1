//! HAProxy: since when it has a keyword, and since when it refuses one.
//!
//! Sources: `doc/configuration.txt` of each release, held against the keywords in its `src`, and the messages "not supported anymore
//! since HAProxy" there (<https://github.com/haproxy/haproxy>). Keywords that depend on how it was built (QUIC, Lua, engines, device
//! detection) are left out.

use super::table::{Found, Gone, Since, Use, gone};
use crate::reading::numbered;

/// Keywords by the first version that has them; those of 1.5 are left out.
pub(super) const NEW: [Since; 19] = [
    (
        "1.6",
        "bind * ca-sign-file; bind * generate-certificates; bind * tcp-ut; bind * tls-ticket-keys; email-alert; \
         http-reuse; load-server-state-from-file; log-format-sd; mailers; option http-buffer-request; option \
         http-ignore-probes; resolvers; server * no-ssl-reuse; server * resolve-prefer; server * resolvers; server * sni; \
         server * tcp-ut; server-state-base; server-state-file; server-state-file-name; ssl-default-bind-options; \
         ssl-default-server-options; ssl-dh-param-file; tune.buffers.limit; tune.buffers.reserve; \
         tune.pattern.cache-size; tune.ssl.ssl-ctx-cache-size; tune.vars.global-max-size; tune.vars.reqres-max-size; \
         tune.vars.sess-max-size; tune.vars.txn-max-size",
    ),
    (
        "1.7",
        "bind * accept-netscaler-cip; hash-balance-factor; noreuseport; option spop-check; presetenv; resetenv; server * \
         agent-send; server * init-addr; server * resolve-net; setenv; tune.recv_enough; tune.vars.proc-max-size; \
         unsetenv",
    ),
    (
        "1.8",
        "bind * allow-0rtt; bind * curves; bind * expose-fd; bind * force-tlsv13; bind * no-ca-names; bind * no-tlsv13; \
         bind * prefer-client-ciphers; bind * severity-output; bind * ssl-max-ver; bind * ssl-min-ver; cache; \
         dynamic-cookie-key; hard-stop-after; master-worker; nbthread; server * agent-addr; server * check-sni; server * \
         force-tlsv13; server * no-agent-check; server * no-backup; server * no-check; server * no-check-ssl; server * \
         no-send-proxy; server * no-send-proxy-v2; server * no-send-proxy-v2-ssl; server * no-send-proxy-v2-ssl-cn; \
         server * no-ssl; server * no-tlsv13; server * ssl-max-ver; server * ssl-min-ver; server * ssl-reuse; server * \
         tls-tickets; server-template; ssl-default-bind-options * force-tlsv13; ssl-default-bind-options * no-tlsv13; \
         ssl-default-bind-options * prefer-client-ciphers; ssl-default-bind-options * ssl-max-ver; \
         ssl-default-bind-options * ssl-min-ver; ssl-default-server-options * force-tlsv13; ssl-default-server-options * \
         no-tlsv13; ssl-default-server-options * ssl-max-ver; ssl-default-server-options * ssl-min-ver; \
         tune.h2.header-table-size; tune.h2.initial-window-size; tune.h2.max-concurrent-streams; tune.http.logurilen; \
         tune.ssl.capture-cipherlist-size",
    ),
    (
        "1.9",
        "bind * ciphersuites; bind * proto; busy-polling; max-session-srv-conns; profiling.tasks; server * alpn; server * \
         ciphersuites; server * pool-max-conn; server * pool-purge-delay; server * proto; server * proxy-v2-options; \
         server * resolve-opts; ssl-default-bind-ciphersuites; ssl-default-server-ciphersuites; tune.runqueue-depth",
    ),
    (
        "2.0",
        "http-request disable-l7-retry; http-request do-resolve; http-request replace-uri; mworker-max-reloads; retry-on; \
         server * check-alpn; server * max-reuse; tune.h2.max-frame-size; tune.listener.multi-queue; \
         tune.pool-high-fd-ratio; tune.pool-low-fd-ratio",
    ),
    (
        "2.1",
        "fcgi-app; h1-case-adjust; h1-case-adjust-file; option h1-case-adjust-bogus-client; option \
         h1-case-adjust-bogus-server; strict-limits; use-fcgi-app",
    ),
    (
        "2.2",
        "bind * ca-verify-file; errorfiles; http-after-response; http-check comment; http-check connect; http-check send; \
         http-check set-var; http-check unset-var; http-error; http-errors; http-request replace-path; http-request \
         return; http-request strict-mode; http-response return; http-response strict-mode; issuers-chain-path; \
         localpeer; option disable-h2-upgrade; pp2-never-send-local; ring; server * check-proto; server * log-proto; \
         server * pool-low-conn; ssl-default-bind-curves; ssl-load-extra-files; ssl-skip-self-issued-ca; tcp-check \
         send-binary-lf; tcp-check send-lf; tcp-check set-var; tcp-check unset-var; tune.fd.edge-triggered; \
         tune.idle-pool.shared; tune.sched.low-latency; zero-warning",
    ),
    (
        "2.3",
        "clitcpka-cnt; clitcpka-idle; clitcpka-intvl; http-request replace-pathq; http-request set-pathq; log-forward; \
         srvtcpka-cnt; srvtcpka-idle; srvtcpka-intvl; ssl-load-extra-del-ext; stats show-modules",
    ),
    (
        "2.4",
        "default-path; expose-experimental-directives; http-request normalize-uri; http-request set-timeout; http-request \
         wait-for-body; http-response wait-for-body; numa-cpu-mapping; profiling.memory; set-var",
    ),
    (
        "2.5",
        "bind * shards; bind * thread; error-log-format; http-check set-var-fmt; http-request sc-inc-gpc; http-request \
         sc-set-gpt; http-request set-var-fmt; http-response sc-inc-gpc; http-response sc-set-gpt; http-response \
         set-var-fmt; option httpslog; server * ws; set-var-fmt; tcp-check set-var-fmt; thread-group; thread-groups; \
         tune.ssl.capture-buffer-size",
    ),
    (
        "2.6",
        "close-spread-time; cluster-secret; fd-hard-limit; h1-accept-payload-with-any-method; httpclient.resolvers.id; \
         httpclient.resolvers.prefer; httpclient.ssl.ca-file; httpclient.ssl.verify; no-memory-trimming; option \
         http-restrict-req-hdr-names; option idle-close-on-response; tune.ssl.hard-maxrecord",
    ),
    (
        "2.7",
        "anonkey; http-request set-bandwidth-limit; http-response set-bandwidth-limit; server * shard; \
         tune.peers.max-updates-at-once",
    ),
    (
        "2.8",
        "bind * client-sigalgs; bind * no-alpn; bind * sigalgs; http-request sc-add-gpc; http-response sc-add-gpc; \
         httpclient.resolvers.disabled; option forwarded; prealloc-fd; ssl-default-bind-client-sigalgs; \
         ssl-default-bind-sigalgs; tune.disable-fast-forward; tune.h2.be.initial-window-size; \
         tune.h2.be.max-concurrent-streams; tune.h2.fe.initial-window-size; tune.h2.fe.max-concurrent-streams; \
         tune.listener.default-shards; tune.memory.hot-size; tune.ssl.ocsp-update.maxdelay; \
         tune.ssl.ocsp-update.mindelay; tune.stick-counters",
    ),
    (
        "2.9",
        "bind * nbconn; httpclient.retries; httpclient.timeout.connect; server * client-sigalgs; server * curves; server \
         * log-bufsize; server * set-proxy-v2-tlv-fmt; server * sigalgs; ssl-default-server-client-sigalgs; \
         ssl-default-server-curves; ssl-default-server-sigalgs; timeout client-hs; tune.disable-zero-copy-forwarding; \
         tune.events.max-events-at-once; tune.max-checks-per-thread; tune.pt.zero-copy-forwarding; tune.rcvbuf.backend; \
         tune.rcvbuf.frontend; tune.sndbuf.backend; tune.sndbuf.frontend",
    ),
    (
        "3.0",
        "bind * default-crt; bind * guid-prefix; crt-store; expose-deprecated-directives; guid; \
         harden.reject-privileged-ports.tcp; http-err-codes; http-fail-codes; key-base; ocsp-update.disable; \
         ocsp-update.httpproxy; ocsp-update.maxdelay; ocsp-update.mindelay; ocsp-update.mode; server * guid; server * \
         pool-conn-name; ssl-security-level; stats-file; thread-hard-limit; tune.applet.zero-copy-forwarding; \
         tune.h2.be.glitches-threshold; tune.h2.fe.glitches-threshold; tune.h2.fe.max-total-streams; tune.ring.queues",
    ),
    (
        "3.1",
        "force-cfg-parser-pause; http-request do-log; http-request set-retries; log-profile; log-steps; option \
         accept-unsafe-violations-in-http-request; option accept-unsafe-violations-in-http-response; server * hash-key; \
         server * init-state; traces; tune.bufsize.small; tune.h2.be.rxbuf; tune.h2.fe.rxbuf; tune.renice.runtime; \
         tune.renice.startup; warn-blocked-traffic-after",
    ),
    (
        "3.2",
        "bind * idle-ping; bind * label; bind * no-strict-sni; bind * tls-tickets; cpu-policy; cpu-set; debug.counters; \
         dns-accept-family; hash-preserve-affinity; http-request pause; option http-drop-request-trailers; option \
         http-drop-response-trailers; server * check-pool-conn-name; server * check-reuse-pool; server * idle-ping; \
         server * no-check-reuse-pool; server * strict-maxconn; ssl-f-use; tune.epoll.mask-events; \
         tune.glitches.kill.cpu-usage; tune.max-rules-at-once; tune.notsent-lowat.client; tune.notsent-lowat.server; \
         tune.takeover-other-tg-connections",
    ),
    (
        "3.3",
        "server * check-sni-auto; server * no-check-sni-auto; server * no-renegotiate; server * no-sni-auto; server * \
         renegotiate; server * sni-auto; shm-stats-file; shm-stats-file-max-objects; ssl-passphrase-cmd",
    ),
    (
        "3.4",
        "cpu-affinity; filter-sequence; force-be-switch; http-request add-headers-bin; http-request del-headers-bin; \
         http-request set-headers-bin; max-threads-per-group; option use-small-buffers; stats show-version; \
         tune.bufsize.large; tune.cli.max-payload-size; tune.defaults.purge; tune.h1.be.glitches-threshold; \
         tune.h1.fe.glitches-threshold; tune.h2.be.max-frames-at-once; tune.h2.fe.max-frames-at-once; tune.h2.log-errors; \
         tune.ssl.certificate-compression; tune.streams-elasticity",
    ),
];

/// Keywords that a version refuses, and what to write there, sorted.
pub(super) const GONE: [Gone; 42] = [
    gone("appsession", "1.6", "stick-table and stick on, or cookie"),
    gone("bind * process", "2.7", "thread"),
    gone("bind-process", "2.7", "thread on the bind lines"),
    gone("block", "2.1", "http-request deny"),
    gone("clitimeout", "2.1", "timeout client"),
    gone("contimeout", "2.1", "timeout connect"),
    gone("mode health", "2.3", "http-request return status 200"),
    gone(
        "monitor-net",
        "2.3",
        "http-request return status 200 if { src ... }",
    ),
    gone("nbproc", "2.5", "nbthread, or nothing"),
    gone("option forceclose", "2.5", "option httpclose, or nothing"),
    gone("option http-tunnel", "2.5", "nothing"),
    gone("option http-use-htx", "2.5", "nothing"),
    gone(
        "option http_proxy",
        "2.5",
        "http-request set-dst, set-dst-port and set-uri",
    ),
    gone("program", "3.3", "a unit of its own for the program"),
    gone("redisp", "2.1", "option redispatch"),
    gone("redispatch", "2.1", "option redispatch"),
    gone("reqadd", "2.1", "http-request add-header"),
    gone("reqallow", "2.1", "http-request allow"),
    gone("reqdel", "2.1", "http-request del-header"),
    gone("reqdeny", "2.1", "http-request deny"),
    gone("reqiallow", "2.1", "http-request allow"),
    gone("reqidel", "2.1", "http-request del-header"),
    gone("reqideny", "2.1", "http-request deny"),
    gone("reqipass", "2.1", "http-request allow"),
    gone(
        "reqirep",
        "2.1",
        "http-request replace-header, replace-uri or replace-path",
    ),
    gone("reqitarpit", "2.1", "http-request tarpit"),
    gone("reqpass", "2.1", "http-request allow"),
    gone(
        "reqrep",
        "2.1",
        "http-request replace-header, replace-uri or replace-path",
    ),
    gone("reqtarpit", "2.1", "http-request tarpit"),
    gone("rspadd", "2.1", "http-response add-header"),
    gone("rspdel", "2.1", "http-response del-header"),
    gone("rspdeny", "2.1", "http-response deny"),
    gone("rspidel", "2.1", "http-response del-header"),
    gone("rspideny", "2.1", "http-response deny"),
    gone("rspirep", "2.1", "http-response replace-header"),
    gone("rsprep", "2.1", "http-response replace-header"),
    gone("srvtimeout", "2.1", "timeout server"),
    gone("stats bind-process", "2.7", "thread on the stats socket line"),
    gone("timeout clitimeout", "2.1", "timeout client"),
    gone("timeout contimeout", "2.1", "timeout connect"),
    gone("timeout srvtimeout", "2.1", "timeout server"),
    gone("tune.chksize", "2.5", "tune.bufsize"),
];

/// Since when addresses of a section stand in its `bind` lines.
const ADDRESS: Gone = gone("an address on the line of its section", "1.6", "a bind line");

/// `haproxy.cfg` and its like.
pub(super) fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".cfg") && path.contains("haproxy")
}

/// What it says: the words of each line. A `no` in front changes nothing.
pub(super) fn uses(text: &str) -> Vec<Use> {
    let lines = numbered(text).map(|(line, text)| (line, without_comment(text)));
    lines
        .filter_map(|(line, text)| {
            let mut words: Vec<String> = text.split_whitespace().map(bare).collect();
            if words.first().is_some_and(|first| first == "no") {
                words.remove(0);
            }
            if words.first().is_some_and(|first| first == "default-server") {
                words.insert(0, "server".to_owned());
            }
            (!words.is_empty()).then_some(Use { line, words })
        })
        .collect()
}

/// `sc-inc-gpc0(0)` and `set-var(txn.x)` by their names.
fn bare(word: &str) -> String {
    let name = word.split('(').next().unwrap_or(word);
    if name.is_empty() { word } else { name }.to_owned()
}

/// `listen NAME ADDRESS:PORT`.
pub(super) fn more(uses: &[Use]) -> Found {
    let is_it = |used: &&Use| match used.words.as_slice() {
        [section, _, address, ..] => {
            ["frontend", "listen"].contains(&section.as_str()) && address.contains(':')
        }
        _ => false,
    };
    uses.iter().find(is_it).map(|used| (ADDRESS, used.line))
}

fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    let end = line.char_indices().find(|(_, c)| {
        let begins = *c == '#' && before != '\\';
        before = *c;
        begins
    });
    end.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

/// What it says when it starts.
pub(super) fn error(what: &str) -> String {
    if GONE.iter().any(|gone| gone.phrase == what) {
        return format!(
            "[ALERT] the '{what}' directive is not supported anymore; Fatal errors found in configuration"
        );
    }
    format!("[ALERT] unknown keyword '{what}'; Fatal errors found in configuration")
}
