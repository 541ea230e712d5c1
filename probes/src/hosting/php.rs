//! Functions that settings of PHP switch off (<https://www.php.net/manual/en/ini.core.php#ini.disable-functions>).

/// The functions that a settings file, or a pool of FPM, names; nothing where it does not speak of them. A later line of one file
/// replaces an earlier one.
pub(super) fn disabled(text: &str) -> Option<Vec<String>> {
    let mut values = text.lines().filter_map(|line| {
        let (key, value) = line.trim().split_once('=')?;
        let is_it = matches!(
            key.trim(),
            "disable_functions" | "php_admin_value[disable_functions]" | "php_value[disable_functions]"
        );
        is_it.then_some(value)
    });
    let value = values.next_back()?.split(';').next()?.trim().trim_matches('"');
    let names = value.split([',', ' ']).map(str::trim);
    Some(
        names
            .filter(|name| !name.is_empty())
            .map(str::to_ascii_lowercase)
            .collect(),
    )
}
