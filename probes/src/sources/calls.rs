//! Programs that code starts by a literal name.

use super::literals::{Language, Literal};

/// What stands before the name of a program that is started without a shell.
const PROGRAM: [&str; 22] = [
    "Open3.capture2(",
    "Open3.capture2e(",
    "Open3.capture3(",
    "Open3.popen3(",
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
const LINE: [&str; 12] = [
    "IO.popen(",
    "child_process.exec(",
    "child_process.execSync(",
    "cp.exec(",
    "cp.execSync(",
    "os.popen(",
    "os.system(",
    "shell_exec(",
    "subprocess.Popen(",
    "subprocess.call(",
    "subprocess.check_output(",
    "subprocess.run(",
];

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

/// The call that this code ends with, without its bracket: `os.system`. White space is gone, so what stands before it may touch it.
#[must_use]
pub fn call(before: &str) -> &str {
    let calls = PROGRAM.iter().chain(&LINE);
    let ending = calls
        .filter(|call| before.ends_with(*call))
        .max_by_key(|call| call.len());
    ending.unwrap_or(&"system(").trim_end_matches(['(', '['])
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
    let name = if ends(&PROGRAM) {
        literal.text.as_str()
    } else if ends(&LINE) || is_ruby_line {
        literal.text.split_whitespace().next()?
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
