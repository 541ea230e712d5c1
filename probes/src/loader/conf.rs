//! Files in which an administrator names library directories.

/// One line of `/etc/ld.so.conf` that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfLine {
    /// A directory to search.
    Directory(String),
    /// A glob pattern, absolute, of further files of this kind to read in its place.
    Include(String),
}

/// What musl searches without a path file (musl, ldso/dynlink.c).
pub const MUSL_DEFAULT_PATH: &str = "/lib:/usr/local/lib:/usr/lib";

/// Reads `/etc/ld.so.conf` or a file it includes, which lies in `directory`: the lines in order, comments and the obsolete
/// `hwcap` directive left out.
///
/// Source: ldconfig(8); elf/ldconfig.c of glibc for relative patterns, which start from the file's own directory, and
/// for `=type` behind a directory, which is cut off.
///
/// ```
/// use parity_probes::loader::{ConfLine, parse_conf};
/// let lines = parse_conf("include ld.so.conf.d/*.conf\n/opt/lib/ # ours\n", "/etc");
/// let pattern = ConfLine::Include("/etc/ld.so.conf.d/*.conf".to_owned());
/// assert_eq!(lines, [pattern, ConfLine::Directory("/opt/lib".to_owned())]);
/// ```
pub fn parse_conf(text: &str, directory: &str) -> Vec<ConfLine> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(patterns) = directive(line, "include") {
            lines.extend(
                patterns
                    .split_whitespace()
                    .map(|pattern| ConfLine::Include(absolute(pattern, directory))),
            );
        } else if !line.is_empty() && directive(line, "hwcap").is_none() {
            let path = line.split('=').next().unwrap_or_default().trim_end();
            let path = path.trim_end_matches('/');
            lines.push(ConfLine::Directory(if path.is_empty() {
                "/".to_owned()
            } else {
                path.to_owned()
            }));
        }
    }
    lines
}

/// Reads `/etc/ld-musl-ARCH.path`: directories separated by colons or newlines. An empty file means that nothing is searched;
/// where there is no file, musl searches [`MUSL_DEFAULT_PATH`].
///
/// Source: musl manual, "Dynamic linker"; ldso/dynlink.c.
///
/// ```
/// assert_eq!(parity_probes::loader::parse_musl_path("/lib:/usr/lib\n/opt/lib\n"), ["/lib", "/usr/lib", "/opt/lib"]);
/// ```
pub fn parse_musl_path(text: &str) -> Vec<String> {
    text.split([':', '\n'])
        .filter(|directory| !directory.is_empty())
        .map(str::to_owned)
        .collect()
}

fn directive<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix(name)
        .filter(|rest| rest.starts_with(char::is_whitespace))
}

fn absolute(pattern: &str, directory: &str) -> String {
    if pattern.starts_with('/') {
        pattern.to_owned()
    } else {
        format!("{}/{pattern}", directory.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_types_and_old_directives_are_no_directories() {
        let text =
            "# top\n\n\t/usr/local/lib=libc6 \n/\nhwcap 1 nosegneg\ninclude a.conf /b/*.conf\nincludes\n";
        let directory = |path: &str| ConfLine::Directory(path.to_owned());
        let include = |path: &str| ConfLine::Include(path.to_owned());
        assert_eq!(
            parse_conf(text, "/etc/"),
            [
                directory("/usr/local/lib"),
                directory("/"),
                include("/etc/a.conf"),
                include("/b/*.conf"),
                directory("includes"),
            ]
        );
    }
}
