//! Python's manifests that are not TOML: `setup.cfg`, the metadata of a distribution, `runtime.txt`.
//!
//! Sources: [setup.cfg](https://setuptools.pypa.io/en/latest/userguide/declarative_config.html),
//! [core metadata](https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python),
//! [runtime.txt](https://devcenter.heroku.com/articles/python-runtimes).

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed, numbered};
use super::files::pinned;

/// `python_requires` of the section `options`; its value may begin on the next, indented line.
pub(super) fn setup_cfg(text: &str) -> Parsed {
    let mut section = "";
    let mut lines = numbered(text).peekable();
    while let Some((number, line)) = lines.next() {
        let is_comment = line.starts_with(['#', ';']);
        if let Some(name) = line.strip_prefix('[') {
            section = name.split(']').next().unwrap_or_default().trim();
        }
        let Some((key, value)) = line.split_once(['=', ':']).filter(|_| !is_comment) else {
            continue;
        };
        let is_it = matches!(key.trim(), "python_requires" | "python-requires");
        if section != "options" || !is_it || line.starts_with(char::is_whitespace) {
            continue;
        }
        let mut range = value.trim().to_owned();
        while let Some((_, next)) = lines.next_if(|(_, next)| next.starts_with([' ', '\t'])) {
            range.push_str(next.trim());
        }
        let declaration = Declaration::range("python", RangeSyntax::Pep440, &range, number);
        return Ok(vec![declaration]);
    }
    Ok(Vec::new())
}

/// `Requires-Python` of the headers.
pub(super) fn metadata(text: &str) -> Parsed {
    let headers = numbered(text).take_while(|(_, line)| !line.is_empty());
    for (number, line) in headers {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("Requires-Python")
        {
            let declaration = Declaration::range("python", RangeSyntax::Pep440, value.trim(), number);
            return Ok(vec![declaration]);
        }
    }
    Ok(Vec::new())
}

/// `python-3.11.4`, or the version alone.
pub(super) fn runtime_txt(text: &str) -> Parsed {
    let line = numbered(text).find(|(_, line)| !line.trim().is_empty());
    let python = line.and_then(|(number, line)| {
        let line = line.trim();
        let version = line.strip_prefix("python-").unwrap_or(line);
        version
            .starts_with(|c: char| c.is_ascii_digit())
            .then(|| pinned("python", version, number))
    });
    Ok(Vec::from_iter(python))
}
