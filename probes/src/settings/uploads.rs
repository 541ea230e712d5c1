//! How large the uploads are that a release takes, as its settings and sources say.
//!
//! Sources: <https://www.php.net/manual/en/ini.core.php#ini.upload-max-filesize>,
//! <https://docs.spring.io/spring-boot/appendix/application-properties/index.html>, <https://github.com/expressjs/multer#limits>,
//! <https://expressjs.com/en/api.html#express.json>, <https://laravel.com/docs/validation#rule-max>,
//! <https://flask.palletsprojects.com/en/stable/config/#MAX_CONTENT_LENGTH>.

use super::said::Said;
use crate::reading::{base_name, numbered};
use crate::release::is_for_its_makers;

/// How many bytes a setting or a source takes.
pub(super) const SIZE: &str = "upload-file.size";

/// A configuration of nginx in the release that sets its own limit.
pub(super) const PASSED: &str = "upload-file.passed";

/// Settings and sources that say so.
pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    let is_source = ["cjs", "js", "mjs", "php", "py", "ts"].contains(&ending);
    let is_nginx = ending == "conf" || path.split('/').any(|part| part.contains("nginx"));
    let is_spring = name.starts_with("application") && ["properties", "yaml", "yml"].contains(&ending);
    // What goes into a container stands behind the server of that.
    let is_of_container = path
        .split('/')
        .any(|part| part.to_ascii_lowercase().contains("docker"));
    let is_of_php = name == ".htaccess" || (name.ends_with(".ini") && !is_of_container);
    !is_for_its_makers(path) && (is_source || is_spring || is_nginx || is_of_php)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let name = base_name(path);
    for (number, line) in numbered(text) {
        let line = line.trim();
        if ["#", ";", "//", "*", "/*"]
            .iter()
            .any(|mark| line.starts_with(mark))
        {
            continue;
        }
        if line.starts_with("client_max_body_size") {
            said.add(PASSED, "", line, number);
        }
        let found = match name.rsplit('.').next().unwrap_or_default() {
            "ini" | "htaccess" => of_php(line),
            "properties" | "yaml" | "yml" => of_spring(line),
            "php" => of_laravel(line),
            "py" => after(line, "MAX_CONTENT_LENGTH")
                .and_then(product)
                .map(|size| ("MAX_CONTENT_LENGTH", size)),
            "conf" => None,
            _ => of_node(line),
        };
        if let Some((what, size)) = found {
            said.add(SIZE, what, size.to_string(), number);
        }
    }
}

/// `upload_max_filesize = 64M`, and in Apache's way `php_value upload_max_filesize 64M`.
fn of_php(line: &str) -> Option<(&'static str, i64)> {
    let rest = line
        .strip_prefix("php_value")
        .or_else(|| line.strip_prefix("php_admin_value"))
        .unwrap_or(line)
        .trim_start();
    let value = rest.strip_prefix("upload_max_filesize")?;
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || "='\"".contains(c));
    Some(("upload_max_filesize", with_unit(value)?))
}

fn of_spring(line: &str) -> Option<(&'static str, i64)> {
    let (key, value) = line.split_once(['=', ':'])?;
    let is_size = key.trim() == "max-file-size" || key.trim().ends_with("multipart.max-file-size");
    let size = with_unit(value.trim().trim_matches(['"', '\'']))?;
    is_size.then_some(("max-file-size", size))
}

/// `'photo' => 'required|image|max:6048'`: kilobytes, of what is a file.
fn of_laravel(line: &str) -> Option<(&'static str, i64)> {
    let mut texts = line.split(['"', '\'']).skip(1).step_by(2);
    texts.find_map(|text| {
        let rules: Vec<&str> = text.split('|').collect();
        let is_file = rules
            .iter()
            .any(|rule| matches!(*rule, "file" | "image") || rule.starts_with("mimes:"));
        let most = rules.iter().find_map(|rule| rule.strip_prefix("max:"))?;
        let most: i64 = most.parse().ok()?;
        is_file.then_some(("max", most.checked_mul(1024)?))
    })
}

/// `limits: { fileSize: 10 * 1024 * 1024 }` of multer, `express.json({ limit: '50mb' })`.
fn of_node(line: &str) -> Option<(&'static str, i64)> {
    if let Some(size) = after(line, "fileSize").and_then(product) {
        return Some(("fileSize", size));
    }
    let takes_bodies = ["json(", "urlencoded(", "bodyParser", "raw("]
        .iter()
        .any(|call| line.contains(call));
    let text = after(line, "limit").filter(|_| takes_bodies)?;
    let text = text.strip_prefix(['"', '\''])?;
    Some(("limit", with_unit(text)?))
}

/// What is assigned to a word of a line.
fn after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(word)?;
    let rest = rest.trim_start_matches(['"', '\'', ']', ')']).trim_start();
    let rest = rest.strip_prefix([':', '='])?;
    (!rest.starts_with('=')).then(|| rest.trim_start())
}

/// `64M`, `10MB`, `512k`, `1048576`. Numbers below zero stand for no limit.
fn with_unit(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let number: i64 = number.parse().ok()?;
    let shift = match unit.trim_start().chars().next().map(|c| c.to_ascii_lowercase()) {
        Some('g') => 30,
        Some('m') => 20,
        Some('k') => 10,
        _ => 0,
    };
    number.checked_mul(1 << shift)
}

/// `10 * 1024 * 1024`.
fn product(text: &str) -> Option<i64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !" *_".contains(c))
        .unwrap_or(text.len());
    let mut whole: i64 = 1;
    for factor in text.get(..end)?.split('*') {
        let factor: i64 = factor.trim().replace('_', "").parse().ok()?;
        whole = whole.checked_mul(factor)?;
    }
    // A fraction, a power or a name: not a number that is written down.
    let is_whole = !text[end..].starts_with(['.', 'e', 'E']);
    (is_whole && whole > 1).then_some(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sizes(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .iter()
            .map(|((family, key), (value, line))| format!("{family}[{key}] {value} in {line}"))
            .collect()
    }

    #[test]
    fn sizes_that_settings_and_sources_name() {
        for (path, text, size) in [
            (
                "public/.user.ini",
                "; x\nupload_max_filesize = 10M\npost_max_size = 12M\n",
                "upload-file.size[upload_max_filesize] 10485760 in 2",
            ),
            (
                ".htaccess",
                "php_value upload_max_filesize 64M\n",
                "upload-file.size[upload_max_filesize] 67108864 in 1",
            ),
            (
                "src/main/resources/application.yml",
                "spring:\n  servlet:\n    multipart:\n      max-file-size: 50MB\n",
                "upload-file.size[max-file-size] 52428800 in 4",
            ),
            (
                "application.properties",
                "spring.servlet.multipart.max-file-size=512KB\n",
                "upload-file.size[max-file-size] 524288 in 1",
            ),
            (
                "app/PhotoController.php",
                "$request->validate(['photo' => 'required|image|max:6048']);\n",
                "upload-file.size[max] 6193152 in 1",
            ),
            (
                "src/upload.ts",
                "const upload = multer({ limits: { fileSize: 8 * 1024 * 1024 } });\n",
                "upload-file.size[fileSize] 8388608 in 1",
            ),
            (
                "app.js",
                "app.use(express.json({ limit: '50mb' }));\n",
                "upload-file.size[limit] 52428800 in 1",
            ),
            (
                "app.py",
                "app.config['MAX_CONTENT_LENGTH'] = 16 * 1000 * 1000\n",
                "upload-file.size[MAX_CONTENT_LENGTH] 16000000 in 1",
            ),
            (
                "deploy/nginx/site.conf",
                "server {\n  client_max_body_size 20m;\n}\n",
                "upload-file.passed[] client_max_body_size 20m; in 2",
            ),
        ] {
            assert!(concerns(path), "{path}");
            assert_eq!(sizes(path, text), [size], "{path}");
        }
    }

    #[test]
    fn settings_of_an_image() {
        assert!(!concerns("docker/php/config/php.ini"));
    }

    #[test]
    fn what_names_no_size() {
        for (path, text) in [
            ("app.js", "// fileSize: 10 * 1024\n"),
            ("app.js", "if (file.fileSize === 1048576) return;\n"),
            ("app.js", "const page = { limit: '50' };\n"),
            ("app.js", "limits: { fileSize: 1.5 * 1024 * 1024 }\n"),
            ("app.js", "limits: { fileSize: MAX_SIZE }\n"),
            ("app/User.php", "'name' => 'required|string|max:255',\n"),
            ("application.yml", "max-file-size: -1\n"),
            ("app.py", "MAX_CONTENT_LENGTH = int(os.environ['MAX'])\n"),
        ] {
            assert_eq!(sizes(path, text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(limit|fileSize|max-file-size|upload_max_filesize|max)[:= '*0-9mMkgé|]{0,40}") {
            for path in ["a.js", "a.php", "a.ini", "application.yml", "a.py"] {
                let _ = sizes(path, &text);
            }
        }
    }
}
