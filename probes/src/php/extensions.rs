//! Extensions of PHP that `php.ini` and the files beside it switch on (<https://www.php.net/manual/en/ini.core.php#ini.extension>).

/// The names in `extension=` and `zend_extension=` of a settings file, in lower case, without directory and ending.
///
/// ```
/// use parity_probes::php::enabled;
/// assert_eq!(enabled("; extension=gd\nextension=mbstring.so\nzend_extension=/usr/lib/opcache.so\n"), ["mbstring", "opcache"]);
/// ```
#[must_use]
pub fn enabled(text: &str) -> Vec<String> {
    let values = text.lines().filter_map(|line| {
        let (key, value) = line.split(';').next()?.split_once('=')?;
        matches!(key.trim(), "extension" | "zend_extension").then(|| value.trim().trim_matches('"'))
    });
    let names = values.map(|value| {
        let file = value.rsplit('/').next().unwrap_or(value);
        let name = file.strip_suffix(".so").unwrap_or(file);
        name.strip_prefix("php_").unwrap_or(name).to_ascii_lowercase()
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// Extensions that no file switches on, because they are part of the program, by where the files lie: those of Debian's packages, of
/// Alpine's, of Fedora's and its kin, and of the images of docker-library
/// (<https://github.com/docker-library/php/blob/master/Dockerfile-linux.template>). What is a part of some versions only is among
/// them: an extension that might be there is not called missing.
#[cfg(feature = "collect")]
pub(super) fn built_in(directory: &str) -> Option<&'static str> {
    if directory.starts_with("etc/php/") {
        Some(
            "core date filter hash json libxml mhash openssl pcntl pcre random reflection session sodium spl standard uri zlib \
             lexbor",
        )
    } else if directory.starts_with("usr/local/etc/php/") {
        Some(
            "core ctype curl date dom fileinfo filter ftp hash iconv json lexbor libxml mbstring mhash mysqlnd openssl pcre pdo \
             pdo_sqlite phar posix random readline reflection session simplexml sodium spl sqlite3 standard tokenizer uri xml \
             xmlreader xmlwriter zlib opcache",
        )
    } else if directory.starts_with("etc/php.d") {
        Some(
            "bz2 calendar core ctype curl date exif fileinfo filter ftp gettext hash iconv json lexbor libxml mhash openssl pcntl \
             pcre phar random readline reflection session sockets sodium spl standard tokenizer uri zlib",
        )
    } else if directory.starts_with("etc/php") {
        Some(
            "core date filter hash json lexbor libxml mhash pcre random readline reflection session spl standard uri zlib",
        )
    } else {
        None
    }
}
