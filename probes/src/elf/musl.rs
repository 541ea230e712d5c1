//! Names that compilers write into a program from the headers of glibc alone: in one for musl they come of a library in C that was
//! compiled for glibc and linked into it.
//!
//! Sources: glibc, `bits/stdlib.h`, `stdio2.h` and others (`_FORTIFY_SOURCE`: `__memcpy_chk`), NEWS of 2.38 (`__isoc23_strtol`);
//! <https://wiki.musl-libc.org/functional-differences-from-glibc.html>: musl has none of them.

/// As many are told.
const MAX_NAMES: usize = 8;

/// Libraries that bring such names for musl: gcompat, and that of GCC for checked calls.
const BRING: [&str; 2] = ["libgcompat.so", "libssp.so"];

/// Such names among the strings of a program or library for musl; none in any other.
pub(super) fn foreign_names(strings: &[u8], needed: &[String], interpreter: Option<&str>) -> Vec<String> {
    let is_musl = interpreter.is_some_and(|path| path.contains("/ld-musl-"))
        || needed.iter().any(|name| name.starts_with("libc.musl-"));
    let brings = |name: &String| BRING.iter().any(|library| name.starts_with(library));
    if !is_musl || needed.iter().any(brings) {
        return Vec::new();
    }
    let names = strings.split(|byte| *byte == 0).filter(|name| is_of_glibc(name));
    let names = names.filter_map(|name| String::from_utf8(name.to_vec()).ok());
    names.take(MAX_NAMES).collect()
}

fn is_of_glibc(name: &[u8]) -> bool {
    let is_checked = name.starts_with(b"__") && name.ends_with(b"_chk");
    let is_plain = name
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    is_plain && (is_checked || name.starts_with(b"__isoc23_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRINGS: &[u8] =
        b"\0libc.musl-x86_64.so.1\0__isoc23_strtol\0__memcpy_chk\0__stack_chk_fail\0strtol\0_Z5x_chkv\0";

    #[test]
    fn names_of_glibc_in_a_program_for_musl() {
        let needed = |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
        let musl = needed(&["libc.musl-x86_64.so.1"]);
        assert_eq!(
            foreign_names(STRINGS, &musl, None),
            ["__isoc23_strtol", "__memcpy_chk"]
        );
        let loader = Some("/lib/ld-musl-aarch64.so.1");
        assert_eq!(foreign_names(STRINGS, &[], loader).len(), 2);
        let layered = needed(&["libgcompat.so.0", "libc.musl-x86_64.so.1"]);
        assert!(foreign_names(STRINGS, &layered, None).is_empty());
        let glibc = needed(&["libc.so.6"]);
        assert!(foreign_names(STRINGS, &glibc, Some("/lib64/ld-linux-x86-64.so.2")).is_empty());
        assert!(foreign_names(b"\0strtol\0__stack_chk_fail\0", &musl, None).is_empty());
    }
}
