//! Which module of Apache a directive belongs to.
//!
//! Source: <https://httpd.apache.org/docs/2.4/mod/quickreference.html>, and the documents of modules of others.

use std::collections::BTreeMap;

/// Directive in small letters, and its module; sorted.
pub const MODULES: [(&str, &str); 128] = [
    ("action", "actions"),
    ("addcharset", "mime"),
    ("addencoding", "mime"),
    ("addhandler", "mime"),
    ("addicon", "autoindex"),
    ("addinputfilter", "mime"),
    ("addlanguage", "mime"),
    ("addoutputfilter", "mime"),
    ("addoutputfilterbytype", "filter"),
    ("addtype", "mime"),
    ("alias", "alias"),
    ("aliasmatch", "alias"),
    ("allow", "access_compat"),
    ("authbasicauthoritative", "auth_basic"),
    ("authbasicprovider", "auth_basic"),
    ("authdigestprovider", "auth_digest"),
    ("authgroupfile", "authz_groupfile"),
    ("authldapurl", "authnz_ldap"),
    ("authname", "authn_core"),
    ("authtype", "authn_core"),
    ("authuserfile", "authn_file"),
    ("authzsendforbiddenonfailure", "authz_core"),
    ("balancermember", "proxy"),
    ("brotlicompressionquality", "brotli"),
    ("browsermatch", "setenvif"),
    ("browsermatchnocase", "setenvif"),
    ("cachedisable", "cache"),
    ("cacheenable", "cache"),
    ("cacheroot", "cache_disk"),
    ("cgidscriptsock", "cgid"),
    ("checkspelling", "speling"),
    ("dav", "dav"),
    ("dbdriver", "dbd"),
    ("deflatecompressionlevel", "deflate"),
    ("deny", "access_compat"),
    ("directorycheckhandler", "dir"),
    ("directoryindex", "dir"),
    ("directoryslash", "dir"),
    ("doshashtablesize", "evasive20"),
    ("dospagecount", "evasive20"),
    ("dumpioinput", "dumpio"),
    ("expiresactive", "expires"),
    ("expiresbytype", "expires"),
    ("expiresdefault", "expires"),
    ("extendedstatus", "status"),
    ("extfilterdefine", "ext_filter"),
    ("fallbackresource", "dir"),
    ("fcgidwrapper", "fcgid"),
    ("h2direct", "http2"),
    ("h2maxsessionstreams", "http2"),
    ("h2push", "http2"),
    ("header", "headers"),
    ("indexignore", "autoindex"),
    ("indexoptions", "autoindex"),
    ("languagepriority", "negotiation"),
    ("mddomain", "md"),
    ("mdomain", "md"),
    ("mimemagicfile", "mime_magic"),
    ("modpagespeed", "pagespeed"),
    ("order", "access_compat"),
    ("passengerappenv", "passenger"),
    ("passengerapproot", "passenger"),
    ("passengerenabled", "passenger"),
    ("passengerruby", "passenger"),
    ("passenv", "env"),
    ("perlhandler", "perl"),
    ("perloptions", "perl"),
    ("perlresponsehandler", "perl"),
    ("proxyhcexpr", "proxy_hcheck"),
    ("proxyhtmlenable", "proxy_html"),
    ("proxypass", "proxy"),
    ("proxypassmatch", "proxy"),
    ("proxypassreverse", "proxy"),
    ("proxypreservehost", "proxy"),
    ("proxyrequests", "proxy"),
    ("proxyset", "proxy"),
    ("redirect", "alias"),
    ("redirectmatch", "alias"),
    ("redirectpermanent", "alias"),
    ("redirecttemp", "alias"),
    ("remoteipheader", "remoteip"),
    ("remoteipproxyprotocol", "remoteip"),
    ("remoteiptrustedproxy", "remoteip"),
    ("removehandler", "mime"),
    ("removetype", "mime"),
    ("requestheader", "headers"),
    ("requestreadtimeout", "reqtimeout"),
    ("require", "authz_core"),
    ("rewritebase", "rewrite"),
    ("rewritecond", "rewrite"),
    ("rewriteengine", "rewrite"),
    ("rewritemap", "rewrite"),
    ("rewriteoptions", "rewrite"),
    ("rewriterule", "rewrite"),
    ("satisfy", "access_compat"),
    ("scriptalias", "alias"),
    ("scriptaliasmatch", "alias"),
    ("scriptsock", "cgi"),
    ("secrule", "security2"),
    ("secruleengine", "security2"),
    ("session", "session"),
    ("sessioncookiename", "session_cookie"),
    ("setenv", "env"),
    ("setenvif", "setenvif"),
    ("setenvifnocase", "setenvif"),
    ("ssiendtag", "include"),
    ("sslcertificatechainfile", "ssl"),
    ("sslcertificatefile", "ssl"),
    ("sslcertificatekeyfile", "ssl"),
    ("sslciphersuite", "ssl"),
    ("sslengine", "ssl"),
    ("sslhonorcipherorder", "ssl"),
    ("sslprotocol", "ssl"),
    ("sslproxyengine", "ssl"),
    ("sslsessioncache", "ssl"),
    ("sslverifyclient", "ssl"),
    ("substitute", "substitute"),
    ("unsetenv", "env"),
    ("userdir", "userdir"),
    ("virtualdocumentroot", "vhost_alias"),
    ("wsgiapplicationgroup", "wsgi"),
    ("wsgidaemonprocess", "wsgi"),
    ("wsgipassauthorization", "wsgi"),
    ("wsgiprocessgroup", "wsgi"),
    ("wsgipythonhome", "wsgi"),
    ("wsgipythonpath", "wsgi"),
    ("wsgiscriptalias", "wsgi"),
    ("xsendfile", "xsendfile"),
];

/// A directive: its words, and the blocks around it, in small letters.
pub(super) struct Statement<'a> {
    pub(super) name: &'a str,
    #[cfg_attr(
        not(feature = "collect"),
        expect(dead_code, reason = "the probe alone looks at them")
    )]
    pub(super) arguments: Vec<&'a str>,
    /// Line, counted from 1.
    pub(super) line: u32,
}

/// Directives, and blocks as `<If`, outside of `<IfModule>`, `<IfDefine>` and `<IfVersion>`.
pub(super) fn unconditional(text: &str) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    let mut goes_on = false;
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        let is_continued = std::mem::replace(&mut goes_on, text.ends_with('\\'));
        let lower = text.to_ascii_lowercase();
        if CONDITIONS
            .iter()
            .any(|word| lower.starts_with(&format!("<{word}")))
        {
            depth = depth.saturating_add(1);
        } else if CONDITIONS
            .iter()
            .any(|word| lower.starts_with(&format!("</{word}")))
        {
            depth = depth.saturating_sub(1);
            continue;
        }
        if depth > 0 || is_continued || text.starts_with('#') || text.starts_with("</") {
            continue;
        }
        let mut words = text.trim_end_matches('>').split_whitespace();
        if let Some(name) = words.next() {
            found.push(Statement {
                name,
                arguments: words.collect(),
                line,
            });
        }
    }
    found
}

/// Blocks whose content counts only where something is so.
const CONDITIONS: [&str; 5] = ["ifmodule", "ifdefine", "ifversion", "ifdirective", "iffile"];

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
    for statement in unconditional(text) {
        let lower = statement.name.to_ascii_lowercase();
        if let Some((_, module)) = MODULES.iter().find(|(directive, _)| *directive == lower) {
            found
                .entry(*module)
                .or_insert((statement.name.to_owned(), statement.line));
        }
    }
    found
}
