//! Directives of Apache by the module that has them: without it they are an error.
//!
//! Source: <https://httpd.apache.org/docs/2.4/mod/directives.html>, and the pages of the modules that others write.

use super::said::Said;
use crate::reading::numbered;

#[rustfmt::skip]
const MODULES: &[(&str, &str)] = &[
    ("access_compat", "allow deny order satisfy"),
    ("actions", "action script"),
    ("alias", "alias aliasmatch redirect redirectmatch redirectpermanent redirecttemp scriptalias scriptaliasmatch"),
    ("auth_basic", "authbasicprovider authbasicauthoritative"),
    ("auth_openidc", "oidcproviderissuer oidcprovidermetadataurl oidcclientid oidcredirecturi"),
    ("authn_file", "authuserfile"),
    ("authnz_ldap", "authldapurl authldapbinddn"),
    ("autoindex", "indexoptions indexignore headername readmename"),
    ("brotli", "brotlicompressionquality brotlifilternote"),
    ("cache", "cacheenable cachedisable"),
    ("dav", "dav"),
    ("deflate", "deflatecompressionlevel deflatefilternote deflatebuffersize"),
    ("dir", "directoryindex directoryslash fallbackresource"),
    ("env", "setenv unsetenv passenv"),
    ("expires", "expiresactive expiresbytype expiresdefault"),
    ("ext_filter", "extfilterdefine"),
    ("fcgid", "fcgidwrapper fcgidmaxrequestlen fcgidiotimeout"),
    ("filter", "addoutputfilterbytype filterdeclare filterprovider"),
    ("headers", "header requestheader"),
    ("http2", "h2direct h2push h2upgrade h2windowsize"),
    ("include", "xbithack"),
    ("md", "mdomain mdcertificateagreement"),
    ("passenger", "passengerapproot passengerappenv passengerapptype passengerenabled passengerpython passengerroot passengerruby passengerstartupfile passengernodejs railsenv"),
    ("php", "php_admin_flag php_admin_value php_flag php_value"),
    ("proxy", "proxypass proxypassmatch proxypassreverse proxypreservehost proxyrequests proxytimeout proxyvia"),
    ("ratelimit", "ratelimit"),
    ("remoteip", "remoteipheader remoteipinternalproxy remoteiptrustedproxy"),
    ("reqtimeout", "requestreadtimeout"),
    ("rewrite", "rewritebase rewritecond rewriteengine rewritemap rewriteoptions rewriterule"),
    ("security2", "secruleengine secrule secaction secrequestbodyaccess"),
    ("setenvif", "browsermatch browsermatchnocase setenvif setenvifnocase setenvifexpr"),
    ("ssl", "sslcacertificatefile sslcertificatechainfile sslcertificatefile sslcertificatekeyfile sslciphersuite sslengine ssloptions sslprotocol sslproxyengine sslrequiressl sslverifyclient"),
    ("status", "extendedstatus"),
    ("substitute", "substitute"),
    ("suexec", "suexecusergroup"),
    ("userdir", "userdir"),
    ("vhost_alias", "virtualdocumentroot virtualscriptalias"),
    ("wsgi", "wsgiapplicationgroup wsgidaemonprocess wsgipassauthorization wsgiprocessgroup wsgipythonhome wsgipythonpath wsgiscriptalias"),
    ("xsendfile", "xsendfile xsendfilepath"),
];

/// Handlers of the proxy by what its addresses begin with.
const PROXIES: [(&str, &str); 7] = [
    ("ajp://", "proxy_ajp"),
    ("balancer://", "proxy_balancer"),
    ("fcgi://", "proxy_fcgi"),
    ("http://", "proxy_http"),
    ("uwsgi://", "proxy_uwsgi"),
    ("ws://", "proxy_wstunnel"),
    ("wss://", "proxy_wstunnel"),
];

/// Without these in its `.htaccess` an application with one entry answers for its first page only.
const ROUTES: [&str; 2] = ["rewriterule", "fallbackresource"];

pub(super) fn concerns(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let speaks = lower.contains("apache") || lower.contains("httpd") || lower.contains("vhost");
    let is_site = lower.contains("sites-available/") || lower.contains("sites-enabled/");
    is_htaccess(path) || (name.ends_with(".conf") && (speaks || is_site) && !lower.contains("nginx"))
}

fn is_htaccess(path: &str) -> bool {
    path.rsplit('/').next() == Some(".htaccess")
}

/// Whether a configuration says whether files `.htaccess` count.
pub(super) fn allows_overrides(path: &str, text: &str) -> bool {
    !is_htaccess(path) && text.to_ascii_lowercase().contains("allowoverride")
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let mut conditional = 0_u32;
    let mut routes = None;
    for (number, line) in numbered(text) {
        let line = line.trim();
        let lower = line.to_ascii_lowercase();
        if lower.starts_with("<ifmodule") || lower.starts_with("<ifversion") || lower.starts_with("<ifdefine")
        {
            conditional = conditional.saturating_add(1);
        } else if lower.starts_with("</ifmodule")
            || lower.starts_with("</ifversion")
            || lower.starts_with("</ifdefine")
        {
            conditional = conditional.saturating_sub(1);
        }
        let Some(directive) = lower.split_whitespace().next() else {
            continue;
        };
        if ROUTES.contains(&directive) && is_htaccess(path) {
            routes = routes.or(Some((line.split_whitespace().next().unwrap_or(line), number)));
        }
        if conditional > 0 {
            continue;
        }
        let word = line.split_whitespace().next().unwrap_or(line);
        if let Some((module, _)) = MODULES
            .iter()
            .find(|(_, names)| names.split_whitespace().any(|name| name == directive))
        {
            said.add("apache-file.module", *module, word, number);
        }
        let is_proxy =
            directive.starts_with("proxypass") || directive == "sethandler" || directive == "rewriterule";
        for (scheme, module) in PROXIES
            .iter()
            .filter(|(scheme, _)| is_proxy && lower.contains(scheme))
        {
            // A rewriting only passes on what is marked so.
            if directive != "rewriterule"
                || lower.contains("p]")
                || lower.contains("p,")
                || lower.contains(",p")
            {
                said.add("apache-file.module", *module, format!("{word} {scheme}"), number);
            }
        }
    }
    if let Some((directive, number)) = routes {
        said.add("apache-file.override", "", directive, number);
    }
}
