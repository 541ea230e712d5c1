//! Which module of Apache a directive belongs to.
//!
//! Source: <https://httpd.apache.org/docs/2.4/mod/quickreference.html>, and the documents of modules of others.

use std::collections::BTreeMap;

/// Directive in small letters, and its module; sorted.
pub const MODULES: [(&str, &str); 69] = [
    ("addcharset", "mime"),
    ("addencoding", "mime"),
    ("addhandler", "mime"),
    ("addoutputfilterbytype", "filter"),
    ("addtype", "mime"),
    ("alias", "alias"),
    ("authbasicprovider", "auth_basic"),
    ("authgroupfile", "authz_groupfile"),
    ("authname", "authn_core"),
    ("authtype", "authn_core"),
    ("authuserfile", "authn_file"),
    ("brotlicompressionquality", "brotli"),
    ("browsermatch", "setenvif"),
    ("cacheenable", "cache"),
    ("checkspelling", "speling"),
    ("dav", "dav"),
    ("deflatecompressionlevel", "deflate"),
    ("directoryindex", "dir"),
    ("doshashtablesize", "evasive20"),
    ("dospagecount", "evasive20"),
    ("dumpioinput", "dumpio"),
    ("expiresactive", "expires"),
    ("expiresbytype", "expires"),
    ("expiresdefault", "expires"),
    ("extendedstatus", "status"),
    ("extfilterdefine", "ext_filter"),
    ("fallbackresource", "dir"),
    ("h2direct", "http2"),
    ("h2push", "http2"),
    ("header", "headers"),
    ("languagepriority", "negotiation"),
    ("passengerapproot", "passenger"),
    ("passengerenabled", "passenger"),
    ("passengerruby", "passenger"),
    ("passenv", "env"),
    ("proxypass", "proxy"),
    ("proxypassmatch", "proxy"),
    ("proxypassreverse", "proxy"),
    ("proxypreservehost", "proxy"),
    ("proxyrequests", "proxy"),
    ("redirect", "alias"),
    ("redirectmatch", "alias"),
    ("remoteipheader", "remoteip"),
    ("remoteiptrustedproxy", "remoteip"),
    ("requestheader", "headers"),
    ("requestreadtimeout", "reqtimeout"),
    ("require", "authz_core"),
    ("rewritebase", "rewrite"),
    ("rewritecond", "rewrite"),
    ("rewriteengine", "rewrite"),
    ("rewriterule", "rewrite"),
    ("scriptalias", "alias"),
    ("scriptsock", "cgi"),
    ("secruleengine", "security2"),
    ("setenv", "env"),
    ("setenvif", "setenvif"),
    ("setenvifnocase", "setenvif"),
    ("ssiendtag", "include"),
    ("sslcertificatefile", "ssl"),
    ("sslengine", "ssl"),
    ("sslprotocol", "ssl"),
    ("substitute", "substitute"),
    ("unsetenv", "env"),
    ("userdir", "userdir"),
    ("virtualdocumentroot", "vhost_alias"),
    ("wsgidaemonprocess", "wsgi"),
    ("wsgipassauthorization", "wsgi"),
    ("wsgiscriptalias", "wsgi"),
    ("xsendfile", "xsendfile"),
];

/// Modules that a configuration needs: the first directive of each as it is written, with its line, counted from 1. What stands in
/// `<IfModule>` is left out.
///
/// ```
/// use parity_probes::apache::needed;
/// let text = "<IfModule mod_deflate.c>\nDeflateCompressionLevel 5\n</IfModule>\nHeader set A b\nrewriteengine on\n";
/// let needed = needed(text);
/// assert_eq!(needed["headers"], ("Header".to_owned(), 4));
/// assert_eq!(needed["rewrite"], ("rewriteengine".to_owned(), 5));
/// assert_eq!(needed.len(), 2);
/// ```
#[must_use]
pub fn needed(text: &str) -> BTreeMap<&'static str, (String, u32)> {
    let mut found = BTreeMap::new();
    let mut depth = 0_u32;
    let mut goes_on = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        let is_continued = std::mem::replace(&mut goes_on, line.ends_with('\\'));
        let lower = line.to_ascii_lowercase();
        if lower.starts_with("<ifmodule") || lower.starts_with("<ifdefine") || lower.starts_with("<ifversion")
        {
            depth = depth.saturating_add(1);
        } else if lower.starts_with("</ifmodule")
            || lower.starts_with("</ifdefine")
            || lower.starts_with("</ifversion")
        {
            depth = depth.saturating_sub(1);
        }
        if depth > 0 || is_continued || line.starts_with(['#', '<']) {
            continue;
        }
        let name = line.split_whitespace().next().unwrap_or("");
        let lower = name.to_ascii_lowercase();
        if let Some((_, module)) = MODULES.iter().find(|(directive, _)| *directive == lower) {
            found.entry(*module).or_insert((name.to_owned(), number));
        }
    }
    found
}
