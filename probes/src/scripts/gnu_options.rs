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
pub const GNU_OPTIONS: [GnuOption; 110] = [
    word("base64", "--decode"),
    word("base64", "--wrap"),
    word("basename", "--suffix"),
    word("cat", "--show-all"),
    word("chmod", "--reference"),
    word("chmod", "--recursive"),
    word("chown", "--reference"),
    word("chown", "--from"),
    word("cmp", "--silent"),
    word("cp", "--backup"),
    word("cp", "--preserve"),
    word("cut", "--complement"),
    word("date", "--iso-8601"),
    word("date", "--rfc-3339"),
    word("df", "--output"),
    word("df", "--local"),
    word("df", "--type"),
    word("du", "--apparent-size"),
    word("du", "--max-depth"),
    word("du", "--exclude"),
    word("du", "--summarize"),
    word("du", "--threshold"),
    word("find", "-printf"),
    word("find", "-regextype"),
    letter("grep", "-P", "EFGHILZabchilnoqrsvwxz"),
    word("grep", "--perl-regexp"),
    word("grep", "--exclude-dir"),
    word("grep", "--include"),
    word("grep", "--null"),
    word("grep", "--only-matching"),
    word("gzip", "--keep"),
    word("head", "--bytes"),
    word("head", "--lines"),
    letter("hostname", "-I", ""),
    word("hostname", "--fqdn"),
    word("hostname", "--ip-address"),
    word("id", "--user"),
    word("id", "--group"),
    word("ln", "--relative"),
    word("ln", "--symbolic"),
    word("ls", "--time-style"),
    word("ls", "--sort"),
    word("md5sum", "--check"),
    word("mktemp", "--suffix"),
    word("paste", "--delimiters"),
    word("ps", "--no-headers"),
    word("ps", "--sort"),
    letter("readlink", "-e", "nq"),
    letter("readlink", "-m", "nq"),
    word("readlink", "--canonicalize"),
    word("rm", "--one-file-system"),
    word("rm", "--force"),
    word("rm", "--recursive"),
    word("sed", "--follow-symlinks"),
    word("sed", "--null-data"),
    word("seq", "--format"),
    word("seq", "--equal-width"),
    word("sha256sum", "--check"),
    word("sha256sum", "--status"),
    word("sha256sum", "--quiet"),
    word("shuf", "--head-count"),
    letter("sort", "-R", "bdfginrsu"),
    word("sort", "--version-sort"),
    word("sort", "--numeric-sort"),
    word("sort", "--parallel"),
    word("sort", "--reverse"),
    word("sort", "--unique"),
    word("stat", "--format"),
    word("stat", "--printf"),
    word("stat", "--dereference"),
    word("tail", "--bytes"),
    word("tail", "--lines"),
    word("tail", "--pid"),
    word("tail", "--follow"),
    word("tar", "--sort"),
    word("tar", "--transform"),
    word("tar", "--wildcards"),
    word("tar", "--checkpoint"),
    word("tar", "--exclude-vcs"),
    word("tar", "--one-file-system"),
    word("tar", "--owner"),
    word("tee", "--append"),
    word("timeout", "--foreground"),
    word("timeout", "--kill-after"),
    word("timeout", "--signal"),
    word("tr", "--delete"),
    word("truncate", "--size"),
    word("uniq", "--count"),
    word("uniq", "--repeated"),
    letter("uptime", "-p", ""),
    word("wc", "--lines"),
    word("wget", "--connect-timeout"),
    word("wget", "--content-disposition"),
    word("wget", "--limit-rate"),
    word("wget", "--load-cookies"),
    word("wget", "--max-redirect"),
    word("wget", "--method"),
    word("wget", "--mirror"),
    word("wget", "--progress"),
    word("wget", "--read-timeout"),
    word("wget", "--recursive"),
    word("wget", "--retry-connrefused"),
    word("wget", "--show-progress"),
    word("wget", "--timestamping"),
    word("wget", "--waitretry"),
    letter("xargs", "-d", "0prtx"),
    word("xargs", "--delimiter"),
    word("xargs", "--max-args"),
    word("xargs", "--max-procs"),
    word("xargs", "--null"),
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
