//! The first line of a script (execve(2), "Interpreter scripts").

/// The kernel reads no more of a file than this to find its interpreter, in bytes (`BINPRM_BUF_SIZE` since Linux 5.1).
const LONGEST: usize = 256;

/// Who runs a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shebang {
    /// Path of the interpreter, without a carriage return at its end.
    pub interpreter: String,
    /// What `env` is to look for on the path, where the interpreter is `env`.
    pub name: Option<String>,
    /// What follows an `env` with more than one word that is not told to split it: the kernel hands all of it over as one name.
    pub joined: Option<String>,
    /// Whether `env` is told to split what follows (`-S`).
    pub is_split: bool,
    /// Whether the line ends in a carriage return: the last word of it then does too.
    pub carriage_return: bool,
}

impl Shebang {
    /// File name of what runs the script, `env` looked through.
    pub fn program(&self) -> &str {
        self.name
            .as_deref()
            .unwrap_or_else(|| base_name(&self.interpreter))
    }
}

/// The first line of a file, where it begins with `#!` and names an interpreter by an absolute path.
pub fn shebang(head: &[u8]) -> Option<Shebang> {
    let rest = head.strip_prefix(b"#!")?;
    let end = rest.iter().take(LONGEST).position(|byte| *byte == b'\n');
    let line = rest.get(..end.unwrap_or(rest.len().min(LONGEST)))?;
    let line = std::str::from_utf8(line).ok()?;
    let carriage_return = end.is_some() && line.ends_with('\r');
    let mut words = line.split_whitespace();
    let interpreter = words.next().filter(|path| path.starts_with('/'))?.to_owned();
    let rest = line
        .get(line.find(&interpreter).map_or(0, |at| at + interpreter.len())..)
        .unwrap_or("")
        .trim();
    let is_env = base_name(&interpreter) == "env";
    let is_split =
        is_env && (rest.starts_with("-S") || rest.starts_with("-vS") || rest.starts_with("--split-string"));
    let is_joined = is_env && !is_split && !rest.starts_with('-') && rest.contains(char::is_whitespace);
    let name = match base_name(&interpreter) {
        "env" => words.find(|word| !word.starts_with('-') && !word.contains('=')),
        _ => None,
    };
    Some(Shebang {
        name: name.map(str::to_owned),
        interpreter,
        joined: is_joined.then(|| rest.to_owned()),
        is_split,
        carriage_return,
    })
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
