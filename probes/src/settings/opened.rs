//! Libraries of the system that a source of Python opens by their names when it is imported.
//!
//! `ctypes.CDLL` hands a name without a directory to dlopen(3), which looks for exactly this one:
//! <https://docs.python.org/3/library/ctypes.html#loading-shared-libraries>. Names change with the distribution and its release: libaio.so.1
//! is libaio.so.1t64 on Ubuntu 24.04 (<https://github.com/vpelletier/python-libaio/pull/16>).

use super::said::Said;
use crate::reading::numbered;
use crate::release::is_for_its_makers;

/// Calls that open a library.
const CALLS: [&str; 3] = ["CDLL(", "PyDLL(", "cdll.LoadLibrary("];

pub(super) fn concerns(path: &str) -> bool {
    path.ends_with(".py") && !is_for_its_makers(path)
}

pub(super) fn read(text: &str, said: &mut Said) {
    // Elsewhere than at the left margin another name may be tried after the first one, or another system may be meant.
    let lines = numbered(text).filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_alphabetic()));
    for (number, line) in lines {
        let is_conditional = line.contains(" if ") || line.contains(" or ");
        let opened = CALLS.iter().find_map(|call| line.split_once(call));
        if let Some(library) = opened
            .and_then(|(_, rest)| name(rest))
            .filter(|_| !is_conditional)
        {
            said.add("opened-library.of", format!("ctypes:{library}"), "ctypes", number);
        }
    }
}

/// A name with a version, as the first argument: those without one are for development.
fn name(arguments: &str) -> Option<&str> {
    let quote = arguments.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let name = arguments.get(1..)?.split(quote).next()?;
    let (stem, version) = name.split_once(".so.")?;
    let is_plain = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte))
    };
    (stem.starts_with("lib") && is_plain(stem) && is_plain(version)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_opened_at_import() {
        let told = |text: &str| {
            let mut said = Said::default();
            read(text, &mut said);
            said.0.into_keys().map(|(_, key)| key).collect::<Vec<_>>()
        };
        assert_eq!(
            told("import ctypes\nlib = ctypes.CDLL('libaio.so.1', use_errno=True)\n"),
            ["ctypes:libaio.so.1"]
        );
        assert_eq!(
            told("lib = cdll.LoadLibrary(\"libvips.so.42\")\n"),
            ["ctypes:libvips.so.42"]
        );
        for harmless in [
            "try:\n    lib = CDLL('libaio.so.1')\nexcept OSError:\n    lib = CDLL('libaio.so.1t64')\n",
            "lib = CDLL('libaio.so')\n",
            "lib = CDLL('./libown.so.1')\n",
            "lib = CDLL(find_library('aio'))\n",
            "lib = CDLL('libc.so.6') if sys.platform == 'linux' else None\n",
            "# lib = CDLL('libaio.so.1')\n",
        ] {
            assert!(told(harmless).is_empty(), "{harmless}");
        }
    }
}
