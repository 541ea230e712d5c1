//! How large an upload the pools of FPM take.
//!
//! Sources: <https://www.php.net/manual/en/ini.core.php#ini.upload-max-filesize> and `#ini.post-max-size` (2M and 8M where no file says
//! otherwise), <https://www.php.net/manual/en/faq.using.php#faq.using.shorthandbytes>,
//! <https://www.php.net/manual/en/install.fpm.configuration.php> (`php_admin_value`).

use std::collections::BTreeMap;

use crate::reading::statements;

const USUAL: Limits = Limits {
    file: 2 << 20,
    request: 8 << 20,
};

#[derive(Debug, Clone, Copy)]
struct Limits {
    file: i64,
    request: i64,
}

/// The largest upload in bytes and the file that says so, by the settings of every way to run FPM: `php.ini`, the files beside it, and
/// the pools. Where there are several the largest: which of them a request gets to is not known. None where there is no `php.ini`.
pub(super) fn largest<'a>(files: &[(&'a str, &str)]) -> Option<(i64, &'a str)> {
    let mut ways: BTreeMap<&str, (Limits, &'a str)> = BTreeMap::new();
    for (path, _) in files {
        if let Some(way) = path.strip_suffix("php.ini") {
            ways.insert(way, (USUAL, path));
        }
    }
    // php.ini comes before what stands beside it, and that by name.
    let is_own = |path: &str| path.ends_with("php.ini");
    let mut ordered: Vec<&(&'a str, &str)> = files.iter().collect();
    ordered.sort_by_key(|(path, _)| (!is_own(path), *path));
    let mut of_pools = Vec::new();
    for (path, text) in ordered {
        for (_, statement) in statements(text, &[';', '#']) {
            let Some((key, value)) = statement.split_once('=') else {
                continue;
            };
            let key = key.trim();
            let in_pool = key
                .strip_prefix("php_admin_value[")
                .or_else(|| key.strip_prefix("php_value["));
            let name = in_pool.map_or(key, |rest| rest.trim_end_matches(']'));
            let Some(bytes) = bytes(value) else { continue };
            let set = |limits: &mut Limits| match name {
                "upload_max_filesize" => limits.file = bytes,
                "post_max_size" => limits.request = bytes,
                _ => {}
            };
            if in_pool.is_some() {
                let mut limits = Limits {
                    file: i64::MAX,
                    request: i64::MAX,
                };
                set(&mut limits);
                of_pools.push((limits, *path));
                continue;
            }
            let directory = path.strip_suffix("php.ini").unwrap_or(path);
            for (way, (limits, _)) in &mut ways {
                // Fedora keeps etc/php.d beside etc/php.ini.
                let is_beside = *way == directory
                    || path.starts_with(&format!("{way}conf.d/"))
                    || path.starts_with(&format!("{way}php.d/"));
                if is_beside {
                    set(limits);
                }
            }
        }
    }
    let least = |limits: &Limits| match limits.request {
        0 => limits.file,
        request => limits.file.min(request),
    };
    let of_ways = ways.values().map(|(limits, path)| (least(limits), *path));
    let of_pools = of_pools.iter().map(|(limits, path)| (least(limits), *path));
    // Without a php.ini of its own nothing is known of a pool.
    let largest = of_ways.max()?;
    Some(
        of_pools
            .filter(|(bytes, _)| *bytes < i64::MAX)
            .fold(largest, std::cmp::Ord::max),
    )
}

/// `64M`, `1G`, or bytes.
fn bytes(value: &str) -> Option<i64> {
    let value = value.split(';').next()?.trim().trim_matches('"');
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(end)?;
    let unit = match unit {
        "" => 1,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pools_take() {
        let ini = "etc/php/8.2/fpm/php.ini";
        let of = |files: &[(&'static str, &str)]| largest(files).map(|(bytes, _)| bytes >> 20);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(ini, "; upload_max_filesize = 64M\n")]), Some(2));
        assert_eq!(
            of(&[(ini, "upload_max_filesize = 64M\npost_max_size = 8M\n")]),
            Some(8)
        );
        assert_eq!(
            of(&[(ini, "upload_max_filesize = 64M\npost_max_size = 0\n")]),
            Some(64)
        );
        let beside = (
            "etc/php/8.2/fpm/conf.d/99-own.ini",
            "upload_max_filesize=32M ; own\npost_max_size=\"40M\"\n",
        );
        assert_eq!(of(&[beside, (ini, "upload_max_filesize = 2M\n")]), Some(32));
        let pool = (
            "etc/php/8.2/fpm/pool.d/www.conf",
            "php_admin_value[upload_max_filesize] = 100M\n",
        );
        assert_eq!(of(&[(ini, ""), pool]), Some(100));
        assert_eq!(of(&[pool]), None);
        let fedora = (
            "etc/php.d/99-own.ini",
            "upload_max_filesize=16M\npost_max_size=16M\n",
        );
        assert_eq!(of(&[("etc/php.ini", ""), fedora]), Some(16));
    }
}
