//! The oldest PHP that an application lets itself be run with, as its own check says.

/// Files that hold such a check or its number, by the end of their path: WordPress, Drupal, Nextcloud, MediaWiki, Joomla.
const KNOWN: [&str; 5] = [
    "wp-includes/version.php",
    "core/lib/Drupal.php",
    "lib/versioncheck.php",
    "includes/PHPVersionCheck.php",
    "includes/defines.php",
];

/// What ends a program.
const ENDS: [&str; 5] = ["die(", "die ", "exit", "throw ", "trigger_error("];

/// Whether a file may have such a check: those that applications are known by, and what is asked for first.
pub(super) fn may_check(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_entry = matches!(
        name,
        "index.php" | "install.php" | "bootstrap.php" | "requirements.php"
    );
    KNOWN
        .iter()
        .any(|known| path == *known || path.ends_with(&format!("/{known}")))
        || (is_entry && path.split('/').count() <= 2)
}

/// The oldest version, as `8.1.0`.
pub(super) fn php_least(text: &str) -> Option<String> {
    text.lines()
        .find_map(named)
        .or_else(|| compared(text))
        .or_else(|| by_id(text))
}

/// `$required_php_version = '7.2.24';`, `const MINIMUM_PHP = '8.1.0';`, `define('JOOMLA_MINIMUM_PHP', '7.2.5')`.
fn named(line: &str) -> Option<String> {
    let line = line.trim();
    let lower = line.to_ascii_lowercase();
    let is_least = lower.contains("php") && ["min", "required"].iter().any(|word| lower.contains(word));
    let is_set = ["$", "const ", "define(", "public const ", "define ("]
        .iter()
        .any(|word| lower.starts_with(word));
    if !is_least || !is_set {
        return None;
    }
    let value = line.rsplit(['=', ',']).next()?;
    quoted(value)
        .filter(|version| is_version(version))
        .map(str::to_owned)
}

/// `version_compare(PHP_VERSION, '8.1', '<')` before what ends the program.
fn compared(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("version_compare(")?;
    let (arguments, after) = rest.split_once(')')?;
    // The version may be a call itself: phpversion().
    let (arguments, after) = match arguments.ends_with("phpversion(") {
        true => after.split_once(')')?,
        false => (arguments, after),
    };
    let is_below = ["'<'", "\"<\"", "'lt'", "\"lt\""]
        .iter()
        .any(|word| arguments.contains(word));
    let is_of_php = rest.starts_with("PHP_VERSION") || rest.starts_with("phpversion");
    let version = arguments
        .split(',')
        .filter_map(quoted)
        .find(|word| is_version(word))?;
    (is_below && is_of_php && ends(after)).then(|| version.to_owned())
}

/// `PHP_VERSION_ID < 80100` before what ends the program.
fn by_id(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("PHP_VERSION_ID <")?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let id: u32 = digits.parse().ok().filter(|id| *id >= 50_000)?;
    ends(rest).then(|| format!("{}.{}.{}", id / 10_000, id / 100 % 100, id % 100))
}

/// Whether the block that begins here ends the program before it closes.
fn ends(text: &str) -> bool {
    let block = text.split('}').next().unwrap_or(text);
    ENDS.iter().any(|word| block.contains(word))
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let mark = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text.strip_prefix(mark)?.split(mark).next()
}

fn is_version(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|part| part.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_applications() {
        let of = |text| php_least(text);
        assert_eq!(of("$required_php_version = '7.2.24';").as_deref(), Some("7.2.24"));
        assert_eq!(of("  const MINIMUM_PHP = '8.1.0';").as_deref(), Some("8.1.0"));
        assert_eq!(
            of("define('JOOMLA_MINIMUM_PHP', '7.2.5');").as_deref(),
            Some("7.2.5")
        );
        let check = "if (version_compare(phpversion(), '8.0', '<')) {\n die('no');\n}";
        assert_eq!(of(check).as_deref(), Some("8.0"));
        let check = "if (PHP_VERSION_ID < 80100) {\n http_response_code(500);\n exit(-1);\n}";
        assert_eq!(of(check).as_deref(), Some("8.1.0"));
    }

    #[test]
    fn what_ends_nothing_is_no_check() {
        assert_eq!(
            php_least("if (PHP_VERSION_ID < 80000) { polyfill(); }\nexit;"),
            None
        );
        assert_eq!(
            php_least("if (version_compare(PHP_VERSION, '8.0', '>=')) { die; }"),
            None
        );
        assert_eq!(php_least("$required_mysql_version = '5.5.5';"), None);
        assert_eq!(php_least("version_compare("), None);
    }
}
