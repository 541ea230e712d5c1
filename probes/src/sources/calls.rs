//! Programs that code starts by a literal name.

use super::literals::{Language, Literal};

/// What stands before the name of a program that is started without a shell.
const PROGRAM: [&str; 24] = [
    "Command::new(",
    "Open3.capture2(",
    "Open3.capture2e(",
    "Open3.capture3(",
    "Open3.popen3(",
    "ProcessBuilder(",
    "asyncio.create_subprocess_exec(",
    "exec.Command(",
    "execFile(",
    "execFileSync(",
    "execa(",
    "newProcess([",
    "spawn(",
    "spawnSync(",
    "subprocess.Popen([",
    "subprocess.Popen((",
    "subprocess.call([",
    "subprocess.call((",
    "subprocess.check_call([",
    "subprocess.check_call((",
    "subprocess.check_output([",
    "subprocess.check_output((",
    "subprocess.run([",
    "subprocess.run((",
];

/// What stands before a line for a shell, which begins with the program.
const LINE: [&str; 16] = [
    "IO.popen(",
    "Popen(",
    "awaitexec(",
    "child_process.exec(",
    "child_process.execSync(",
    "cp.exec(",
    "cp.execSync(",
    "execAsync(",
    "execPromise(",
    "getRuntime().exec(",
    "os.popen(",
    "os.system(",
    "shell_exec(",
    "subprocess.call(",
    "subprocess.check_output(",
    "subprocess.run(",
];

/// The same of `subprocess`, where the names are imported.
const IMPORTED: [&str; 5] = ["Popen([", "call([", "check_call([", "check_output([", "run(["];

/// Functions of PHP that have a shell run a line.
const PHP: [&str; 5] = ["exec(", "passthru(", "popen(", "shell_exec(", "system("];

/// Programs that developers and desktops have, and code starts for their sake; shells, of which every host has one; and those that are
/// there wherever the code itself runs.
const USUAL: [&str; 34] = [
    "bash",
    "brew",
    "bundle",
    "cmd",
    "code",
    "cp",
    "docker",
    "echo",
    "explorer",
    "git",
    "go",
    "kill",
    "ls",
    "make",
    "mkdir",
    "node",
    "npm",
    "npx",
    "open",
    "osascript",
    "php",
    "pip",
    "pnpm",
    "powershell",
    "ps",
    "python",
    "python3",
    "rm",
    "ruby",
    "sh",
    "sleep",
    "uname",
    "which",
    "yarn",
];

/// Marks of code that asks on which system it runs, or whether a program is there, before it starts one.
const ASKING: [&str; 14] = [
    "FileNotFoundError",
    "GOOS",
    "LookPath",
    "PHP_OS",
    "RbConfig",
    "RUBY_PLATFORM",
    "command -v",
    "commandExists",
    "command-exists",
    "find_executable",
    "os.platform",
    "process.platform",
    "shutil.which",
    "sys.platform",
];

/// Whether code asks for its system or for programs before it starts them: what it needs is not certain then.
#[must_use]
pub fn handles_platforms(text: &str) -> bool {
    ASKING.iter().any(|mark| text.contains(mark)) || text.contains("ENOENT")
}

/// The name that code gives to `exec` with a promise: `const run = promisify(exec)`.
fn promised(text: &str) -> Option<&str> {
    let (before, after) = text.split_once("promisify(")?;
    let argument = after.split(')').next()?;
    let name = before
        .trim_end_matches("util.")
        .trim_end()
        .strip_suffix('=')?
        .trim_end();
    let begin = name
        .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$')
        .map_or(0, |at| at + 1);
    let name = name.get(begin..).filter(|name| !name.is_empty())?;
    (argument.trim() == "exec" || argument.trim().ends_with(".exec")).then_some(name)
}

/// Whether code ends with a call of one of these functions, not with one of something else's.
fn is_own(before: &str, functions: &[&str], marks: &[char]) -> bool {
    let rest = functions
        .iter()
        .filter_map(|function| before.strip_suffix(function));
    // White space is gone: of a longer name nothing but these words may stand before it.
    let is_longer = |rest: &str| {
        let is_word = ["await", "echo", "return", "yield"]
            .iter()
            .any(|word| rest.ends_with(word));
        rest.ends_with(|c: char| c.is_alphanumeric()) && !is_word
    };
    rest.min_by_key(|rest| rest.len())
        .is_some_and(|rest| !rest.ends_with(marks) && !is_longer(rest))
}

/// The call that this code ends with, without its bracket: `os.system`. White space is gone, so what stands before it may touch it.
#[must_use]
pub fn call(before: &str) -> &str {
    let calls = PROGRAM.iter().chain(&LINE).chain(&IMPORTED).chain(&PHP);
    let ending = calls
        .filter(|call| before.ends_with(*call))
        .max_by_key(|call| call.len());
    let ending = ending.copied().unwrap_or_else(|| {
        let name = before.trim_end_matches(['(', '[']);
        let begin = name
            .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .map_or(0, |at| at + 1);
        let name = name.get(begin..).unwrap_or_default();
        let name = name.strip_prefix("await").unwrap_or(name);
        if name.is_empty() { "system(" } else { name }
    });
    ending.trim_end_matches(['(', '['])
}

/// The program that is started where this literal stands.
#[must_use]
pub fn called(literal: &Literal, language: Language, text: &str) -> Option<String> {
    let before = literal.before.as_str();
    // `spawn` and `exec` are names of much else.
    let knows_node = || {
        ["child_process", "cross-spawn", "execa"]
            .iter()
            .any(|module| text.contains(module))
    };
    if language == Language::JavaScript && !knows_node() {
        return None;
    }
    let ends = |calls: &[&str]| calls.iter().any(|call| before.ends_with(call));
    let is_ruby_line = language == Language::Hash
        && before.ends_with("system(")
        && !before.ends_with("os.system(")
        && before.len() < 80;
    let of_module = |calls: &[&str], import: &str| text.contains(import) && ends(calls);
    let is_list = language == Language::Hash && of_module(&IMPORTED, "from subprocess import");
    let is_function = match language {
        // Of `pattern.exec(` and `$pdo->exec(` this is not the function.
        Language::JavaScript => {
            is_own(before, &["exec(", "execSync("], &['.'])
                || promised(text).is_some_and(|name| {
                    let rest = before.strip_suffix('(').and_then(|rest| rest.strip_suffix(name));
                    rest.is_some_and(|rest| !rest.ends_with('.'))
                })
        }
        Language::Php => is_own(before, &PHP, &['>', ':', '_']),
        _ => false,
    };
    // Elsewhere such quotes are those of SQL and of texts about code.
    let is_command = literal.is_command && before.ends_with('=') && literal.text.contains(' ');
    let name = if (ends(&PROGRAM) || is_list) && literal.is_whole {
        literal.text.as_str()
    } else if ends(&LINE) || is_ruby_line || is_function || is_command {
        let mut words = literal.text.split_whitespace();
        let first = words.next()?;
        // What is filled in may be a part of the first word.
        let is_all = literal.is_whole || words.next().is_some() || literal.text.ends_with(' ');
        is_all.then_some(first)?
    } else {
        return None;
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let is_program = !name.is_empty()
        && name.chars().all(is_name)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_of_windows = [".exe", ".bat", ".cmd"]
        .iter()
        .any(|ending| name.ends_with(ending));
    (is_program && !is_of_windows && !USUAL.contains(&name)).then(|| name.to_owned())
}
