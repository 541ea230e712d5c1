//! Options of GNU tools that the tools of the same name in busybox do not have.
//!
//! Sources: <https://busybox.net/downloads/BusyBox.html> (its tools and their options) beside the manuals of GNU coreutils,
//! findutils, grep, sed, tar and gzip. The tests put every one to busybox, where it is installed.

/// An option that busybox lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GnuOption {
    /// Name of the tool.
    pub tool: &'static str,
    /// The option, as it is written.
    pub option: &'static str,
    /// For an option of one letter: the letters without an argument that may stand before it in one word.
    pub before: &'static str,
}

const fn letter(tool: &'static str, option: &'static str, before: &'static str) -> GnuOption {
    GnuOption { tool, option, before }
}

const fn word(tool: &'static str, option: &'static str) -> GnuOption {
    letter(tool, option, "")
}

/// All of them, sorted.
pub const GNU_OPTIONS: [GnuOption; 52] = [
    word("base64", "--decode"),
    word("base64", "--wrap"),
    word("chmod", "--reference"),
    word("chown", "--reference"),
    word("cp", "--backup"),
    word("cut", "--complement"),
    word("date", "--iso-8601"),
    word("date", "--rfc-3339"),
    word("df", "--output"),
    word("du", "--apparent-size"),
    word("du", "--max-depth"),
    word("find", "-printf"),
    word("find", "-regextype"),
    letter("grep", "-P", "EFGHILZabchilnoqrsvwxz"),
    word("grep", "--perl-regexp"),
    word("gzip", "--keep"),
    word("head", "--bytes"),
    word("head", "--lines"),
    letter("hostname", "-I", ""),
    word("hostname", "--fqdn"),
    word("id", "--user"),
    word("ls", "--time-style"),
    word("md5sum", "--check"),
    word("mktemp", "--suffix"),
    letter("readlink", "-e", "nq"),
    letter("readlink", "-m", "nq"),
    word("rm", "--one-file-system"),
    word("sed", "--follow-symlinks"),
    word("sed", "--null-data"),
    word("seq", "--format"),
    word("sha256sum", "--check"),
    word("sha256sum", "--status"),
    letter("sort", "-R", "bdfginrsu"),
    word("sort", "--version-sort"),
    word("stat", "--format"),
    word("stat", "--printf"),
    word("tail", "--bytes"),
    word("tail", "--lines"),
    word("tail", "--pid"),
    word("tar", "--sort"),
    word("tar", "--transform"),
    word("tar", "--wildcards"),
    word("tee", "--append"),
    word("timeout", "--foreground"),
    word("timeout", "--kill-after"),
    word("timeout", "--signal"),
    word("tr", "--delete"),
    word("truncate", "--size"),
    word("uniq", "--count"),
    letter("uptime", "-p", ""),
    word("wc", "--lines"),
    letter("xargs", "-d", "0prtx"),
];

impl GnuOption {
    /// Whether a word of a command line is this option.
    pub(super) fn is(&self, word: &str) -> bool {
        let mut letters = self.option.chars().skip(1);
        match (letters.next(), letters.next()) {
            (Some(letter), None) => {
                let cluster = word.strip_prefix('-').filter(|cluster| !cluster.starts_with('-'));
                cluster
                    .and_then(|cluster| cluster.split_once(letter))
                    .is_some_and(|(before, _)| before.chars().all(|c| self.before.contains(c)))
            }
            _ => word
                .strip_prefix(self.option)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('=')),
        }
    }
}
