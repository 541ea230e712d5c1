//! Sources that a server or an administrator starts by their names: the release needs their runtime, whatever they use of it.

/// Directories that web servers serve.
const SERVED: [&str; 6] = ["", "htdocs/", "public/", "public_html/", "web/", "www/"];

/// Names at the top of a release, and the runtime of each.
const AT_TOP: [(&str, &str); 5] = [
    ("artisan", "php"),
    ("config.ru", "ruby"),
    ("manage.py", "python"),
    ("wp-load.php", "php"),
    ("wsgi.py", "python"),
];

/// The runtime of what a file begins, if it begins something.
///
/// Sources: <https://www.php.net/manual/en/install.fpm.php>, <https://github.com/rack/rack/blob/main/SPEC.rdoc>,
/// <https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/>.
pub(super) fn begins(path: &str) -> Option<&'static str> {
    let top = AT_TOP
        .iter()
        .find(|(name, _)| *name == path)
        .map(|(_, runtime)| *runtime);
    let is_served = || {
        SERVED
            .iter()
            .any(|directory| path.strip_prefix(directory) == Some("index.php"))
    };
    top.or_else(|| is_served().then_some("php"))
}

#[cfg(test)]
mod tests {
    use super::begins;

    #[test]
    fn what_is_started_by_its_name() {
        assert_eq!(begins("public/index.php"), Some("php"));
        assert_eq!(begins("plugins/a/index.php"), None);
        assert_eq!(begins("config.ru"), Some("ruby"));
        assert_eq!(begins("app/manage.py"), None);
    }
}
