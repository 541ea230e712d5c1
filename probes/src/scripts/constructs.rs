//! What bash has and other shells that serve as `/bin/sh` have not.
//!
//! Sources: the Bash manual, "Major Differences From The Bourne Shell"
//! (<https://www.gnu.org/software/bash/manual/bash.html>); dash(1); `shell/ash.c` of busybox. The tests run every example in dash
//! and in busybox, where they are installed.

/// A construct of bash that dash does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Construct {
    /// As it is told.
    pub name: &'static str,
    /// Whether the shell of busybox, built with its extensions for bash, lacks it too.
    pub busybox_lacks: bool,
    /// A script that ends with another status than 0, or prints more than `ok`, in a shell without it.
    pub example: &'static str,
}

const fn construct(name: &'static str, busybox_lacks: bool, example: &'static str) -> Construct {
    Construct {
        name,
        busybox_lacks,
        example,
    }
}

/// All of them, sorted by name. What newer releases of dash or busybox took over is not among them.
pub const CONSTRUCTS: [Construct; 21] = [
    construct("${!x}", true, "y=ok; x=y; echo ${!x}"),
    construct("${x/}", false, "x=ak; echo ${x/a/o}"),
    construct("${x:0:1}", false, "x=oka; echo ${x:0:2}"),
    construct("${x^}", true, "x=OK; echo ${x,,}"),
    construct("&>", false, "(echo no &> /dev/null; wait) && echo ok"),
    construct("+=", true, "x=o; x+=k && echo $x"),
    construct("<()", false, "cat <(echo ok)"),
    construct("<<<", true, "cat <<< ok"),
    construct("[[", false, "[[ a == a ]] && echo ok"),
    construct("array", true, "x=(no ok); echo ${x[1]}"),
    construct("declare", true, "declare x=ok; echo $x"),
    construct("for ((", true, "for ((i=0; i<1; i++)); do echo ok; done"),
    construct("function", false, "function f { echo ok; }; f"),
    construct("let", false, "let x=1 && echo ok"),
    construct("mapfile", true, "mapfile x < /dev/null && echo ok"),
    construct(
        "popd",
        true,
        "cd / && pushd /tmp > /dev/null && popd > /dev/null && echo ok",
    ),
    construct("pushd", true, "pushd / > /dev/null && echo ok"),
    construct("readarray", true, "readarray x < /dev/null && echo ok"),
    construct("shopt", true, "shopt -s nullglob && echo ok"),
    construct("source", false, "source /dev/null && echo ok"),
    construct("|&", true, "echo ok |& cat"),
];

/// The built-in commands among them.
pub(super) fn is_builtin(name: &str) -> bool {
    let is_word = name.chars().all(|c| c.is_ascii_lowercase()) && name != "array" && name != "function";
    is_word && CONSTRUCTS.iter().any(|construct| construct.name == name)
}
