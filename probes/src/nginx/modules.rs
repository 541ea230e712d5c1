//! Directives that come with modules which nginx has to load.
//!
//! Sources: the documents of the modules; <https://nginx.org/en/docs/ngx_core_module.html#load_module>; the packages `libnginx-mod-*` of
//! Debian and `nginx-mod-*` of Fedora and Alpine.

use std::collections::BTreeMap;

use crate::config::nginx::directives;

/// Beginning of the name of a directive, and the module as it is loaded, without `ngx_` and `_module`.
const MODULES: [(&str, &str); 28] = [
    ("access_by_lua", "http_lua"),
    ("auth_jwt", "http_auth_jwt"),
    ("auth_pam", "http_auth_pam"),
    ("brotli", "http_brotli_filter"),
    ("brotli_static", "http_brotli_static"),
    ("cache_purge", "http_cache_purge"),
    ("content_by_lua", "http_lua"),
    ("dav_ext_methods", "http_dav_ext"),
    ("echo", "http_echo"),
    ("fancyindex", "http_fancyindex"),
    ("geoip2", "http_geoip2"),
    ("geoip_city", "http_geoip"),
    ("geoip_country", "http_geoip"),
    ("image_filter", "http_image_filter"),
    ("init_by_lua", "http_lua"),
    ("js_import", "http_js"),
    ("lua_", "http_lua"),
    ("modsecurity", "http_modsecurity"),
    ("more_clear_headers", "http_headers_more_filter"),
    ("more_set_headers", "http_headers_more_filter"),
    ("pagespeed", "pagespeed"),
    ("passenger_", "http_passenger"),
    ("rtmp", "rtmp"),
    ("subs_filter", "http_subs_filter"),
    ("upload_pass", "http_upload"),
    ("vhost_traffic_status", "http_vhost_traffic_status"),
    ("xslt_stylesheet", "http_xslt_filter"),
    ("zstd", "http_zstd_filter"),
];

/// Modules without which a configuration is refused: the first directive of each, with its line. What it loads itself is there.
pub(super) fn modules(text: &str) -> BTreeMap<&'static str, (String, u32)> {
    let mut found = BTreeMap::new();
    let directives = directives(text).unwrap_or_default();
    let loads = |module: &str| {
        directives.iter().any(|directive| {
            directive.name() == "load_module" && directive.arguments.iter().any(|path| path.contains(module))
        })
    };
    for directive in &directives {
        let name = directive.name();
        let fitting = MODULES.iter().filter(|(begin, _)| {
            let rest = name.strip_prefix(begin);
            rest.is_some_and(|rest| begin.ends_with('_') || rest.is_empty() || rest.starts_with('_'))
        });
        let known = fitting.max_by_key(|(begin, _)| begin.len());
        if let Some((_, module)) = known.filter(|(_, module)| !loads(module)) {
            found.entry(*module).or_insert((name.to_owned(), directive.line));
        }
    }
    found
}
