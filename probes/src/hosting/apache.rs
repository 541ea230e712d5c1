//! What the configuration of Apache loads and allows (<https://httpd.apache.org/docs/2.4/mod/mod_so.html>,
//! <https://httpd.apache.org/docs/2.4/mod/core.html#allowoverride>).

/// The modules that a file loads.
pub(super) fn modules(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    let loaded = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let is_loading = words.next()?.eq_ignore_ascii_case("LoadModule");
        let name = words.next()?.strip_suffix("_module")?;
        is_loading.then_some(name)
    });
    let names = loaded.map(|name| match name.strip_prefix("php") {
        Some(version) if version.chars().all(|c| c.is_ascii_digit()) => "php",
        _ => name,
    });
    names.map(str::to_owned).collect()
}

/// What a file allows in `.htaccess`, outside of the directories that are nobody's application.
pub(super) fn overrides(text: &str) -> Vec<String> {
    let mut is_of_system = false;
    let mut found = Vec::new();
    for line in text.lines().map(|line| line.trim().to_ascii_lowercase()) {
        if let Some(rest) = line.strip_prefix("<directory ") {
            let directory = rest.trim_end_matches('>').trim().trim_matches('"').to_owned();
            is_of_system =
                directory == "/" || directory.starts_with("/usr/") || directory.contains("cgi-bin");
        } else if line.starts_with("</directory") {
            is_of_system = false;
        } else if let Some(rest) = line.strip_prefix("allowoverride ").filter(|_| !is_of_system) {
            found.push(rest.trim().to_owned());
        }
    }
    found
}
