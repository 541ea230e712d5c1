//! The probe `scripts`: who runs the scripts of a release, and what shell scripts use that some hosts lack.

mod awk;
mod bsd_options;
#[cfg(feature = "collect")]
mod brought;
mod constructs;
mod derive;
mod gnu_options;
mod lexer;
mod line_ends;
#[cfg(feature = "collect")]
mod locks;
#[cfg(feature = "collect")]
mod names;
#[cfg(feature = "collect")]
mod probe;
mod python;
mod shebang;
mod shell;
mod since;
#[cfg(test)]
mod tests;
mod uses;
mod variants;

pub use awk::awk;
pub use bsd_options::bsd_options;
pub use constructs::{CONSTRUCTS, Construct};
pub use derive::Interpreters;
pub use gnu_options::{GNU_OPTIONS, GnuOption};
pub use lexer::NotShell;
pub use line_ends::{converts, ends_in_carriage_return, reads};
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use python::{installs_into_system, makes_environment};
pub use shebang::{Shebang, shebang};
pub use shell::{Command, Script, Word, parse};
pub use since::{Needs, needs, of_bash};
pub use uses::{bashisms, docker_plugins, gnu_options, programs};
pub use variants::lacking;

use parity_core::schema::{Kind, Schema};

/// What is worked out of them and a host.
pub const DERIVED: &[Schema] = &[Schema::family(
    "script.wrong-runtime",
    "file:runtime",
    Kind::Text,
    "Range that the release declares, where the search path leads the script to another version, and one in the range is there.",
)];

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "script.interpreter",
        "file:name of the interpreter",
        Kind::Text,
        "Path of the interpreter in the first line of a script (execve(2)).",
    ),
    Schema::family(
        "script.interpreter-directory",
        "file",
        Kind::Text,
        "Directory of that interpreter.",
    ),
    Schema::family(
        "script.interpreter-name",
        "file",
        Kind::Text,
        "Program that the first line of a script has `env` look for on the path.",
    ),
    Schema::family(
        "script.interpreter-bare",
        "file",
        Kind::Text,
        "The same where it is python, and nothing in the release makes an environment of Python.",
    ),
    Schema::family(
        "script.env-words",
        "file",
        Kind::Text,
        "Words after `env` in the first line of a script, several of them: Linux takes them for one name.",
    ),
    Schema::family(
        "script.env-split",
        "file",
        Kind::Text,
        "Program that the first line of a script has `env -S` look for.",
    ),
    Schema::family(
        "script.docker-plugins",
        "file",
        Kind::Set,
        "Plug-ins of docker that a script calls whatever happens: buildx, compose.",
    ),
    Schema::family(
        "script.awk",
        "file:awk",
        Kind::Set,
        "What a script uses of gawk that this awk (busybox, mawk, original-awk) does not have.",
    ),
    Schema::family(
        "script.carriage-return",
        "file",
        Kind::Text,
        "Interpreter of a script whose first line ends in a carriage return: the kernel takes it for a part of the name.",
    ),
    Schema::family(
        "script.bashisms",
        "file:shell",
        Kind::Set,
        "Constructs in a script for `/bin/sh` that this shell (dash, busybox) does not have.",
    ),
    Schema::family(
        "script.gnu-options",
        "file",
        Kind::Set,
        "Options in a shell script that the tool of that name in busybox does not have, as `tool option`.",
    ),
    Schema::family(
        "script.bsd-options",
        "file:tool",
        Kind::Text,
        "What a shell script uses of a tool that only BSD and macOS have.",
    ),
    Schema::family(
        "script.lines",
        "file",
        Kind::Text,
        "Who reads a file as lines of a shell, where those lines end in carriage returns.",
    ),
    Schema::family(
        "script.byte-order-mark",
        "file",
        Kind::Text,
        "Interpreter of a script that begins with a byte order mark: the kernel does not see its first line.",
    ),
    Schema::family(
        "script.needs",
        "file:tool:what is used of it",
        Kind::Text,
        "First version of a tool (bash, curl, git, mawk …) that has what a shell script uses of it.",
    ),
    Schema::family(
        "script.lacking",
        "file:program:which program of that name",
        Kind::Set,
        "Words in calls of a program that another program of the same name does not know.",
    ),
    Schema::family(
        "script.other-name",
        "file:program:another name of it",
        Kind::Text,
        "Program that a shell script calls whatever happens, where systems have it under another name.",
    ),
    Schema::family(
        "script.pip",
        "file",
        Kind::Text,
        "Call of pip in a shell script that installs into the Python of the system.",
    ),
    Schema::family(
        "script.venv",
        "file",
        Kind::Text,
        "Call in a shell script that makes a virtual environment, with pip in it, of the Python of the system.",
    ),
    Schema::family(
        "script.programs",
        "file",
        Kind::Set,
        "Programs that a shell script calls whatever happens, and neither brings, installs nor looks for first.",
    ),
];
