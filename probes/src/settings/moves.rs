//! Files that a source renames from the directory for temporary ones to another place.
//!
//! rename(2) does not lead from one mount to another, and these calls do nothing besides: <https://man7.org/linux/man-pages/man2/rename.2.html>.

use super::said::Said;
use crate::reading::numbered;
use crate::release::is_for_its_makers;

/// A call that renames one.
pub(super) const MOVES: &str = "temporary-move.call";

/// For each ending of sources the calls, and what names the directory.
const CALLS: [(&[&str], &[&str], &[&str]); 5] = [
    (
        &["cjs", "js", "mjs", "ts"],
        &[
            "fs.rename(",
            "fs.renameSync(",
            "fsPromises.rename(",
            "fs.promises.rename(",
        ],
        &["tmpdir()"],
    ),
    (&["go"], &["os.Rename("], &["os.TempDir()"]),
    (&["py"], &["os.rename(", "os.replace("], &["gettempdir()"]),
    (&["rb"], &["File.rename("], &["Dir.tmpdir"]),
    (&["rs"], &["fs::rename("], &["temp_dir()"]),
];

pub(super) fn concerns(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let is_source = CALLS.iter().any(|(endings, ..)| endings.contains(&ending));
    is_source && !is_for_its_makers(path)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let ending = path.rsplit('.').next().unwrap_or_default();
    // Whoever knows of the error has an answer to it.
    let knows = ["EXDEV", "CrossesDevices", "CrossDevice"]
        .iter()
        .any(|word| text.contains(word));
    let Some((_, calls, names)) = CALLS
        .iter()
        .find(|(endings, ..)| endings.contains(&ending) && !knows)
    else {
        return;
    };
    for (number, line) in numbered(text) {
        let start = line.trim_start();
        if ["//", "#", "*"].iter().any(|mark| start.starts_with(mark)) {
            continue;
        }
        for call in *calls {
            let Some((from, to)) = line.split_once(call).and_then(|(_, rest)| arguments(rest)) else {
                continue;
            };
            let is_temporary = |text: &str| {
                names.iter().any(|name| text.contains(name))
                    || ["\"/tmp/", "'/tmp/", "`/tmp/"]
                        .iter()
                        .any(|name| text.contains(name))
            };
            let is_elsewhere =
                !to.to_ascii_lowercase().contains("tmp") && !to.to_ascii_lowercase().contains("temp");
            if is_temporary(from) && is_elsewhere {
                said.add(MOVES, "", call.trim_end_matches('('), number);
            }
        }
    }
}

/// The first argument and the rest, of a call that ends on the line.
fn arguments(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_u32;
    let mut comma = None;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth = depth.saturating_add(1),
            ')' if depth == 0 => {
                let comma: usize = comma?;
                return Some((text.get(..comma)?, text.get(comma.saturating_add(1)..at)?));
            }
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 && comma.is_none() => comma = Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moves(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .values()
            .map(|(call, line)| format!("{call} in {line}"))
            .collect()
    }

    #[test]
    fn renamed_from_there() {
        for (path, text, call) in [
            (
                "a.js",
                "x();\nfs.renameSync(path.join(os.tmpdir(), name), path.join(__dirname, 'uploads', name));\n",
                "fs.renameSync in 2",
            ),
            (
                "a.ts",
                "await fs.promises.rename(`/tmp/${name}`, target);\n",
                "fs.promises.rename in 1",
            ),
            (
                "a.go",
                "if err := os.Rename(filepath.Join(os.TempDir(), n), dst); err != nil {\n",
                "os.Rename in 1",
            ),
            ("a.py", "os.replace('/tmp/report.csv', path)\n", "os.replace in 1"),
        ] {
            assert_eq!(moves(path, text), [call], "{text}");
        }
    }

    #[test]
    fn what_stays_or_copes() {
        for (path, text) in [
            ("a.js", "fs.renameSync(source, path.join(dir, name));\n"),
            ("a.js", "fs.renameSync('/tmp/a', '/tmp/b');\n"),
            ("a.js", "fs.renameSync('/tmp/a', tempTarget);\n"),
            (
                "a.js",
                "try { fs.renameSync('/tmp/a', b); } catch (e) { if (e.code === 'EXDEV') copy(); }\n",
            ),
            ("a.py", "shutil.move('/tmp/a', path)\n"),
            ("a.php", "rename('/tmp/a', $path);\n"),
            ("a.js", "fs.rename('/tmp/a',\n"),
        ] {
            assert_eq!(moves(path, text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(fs.rename|os.rename)\\([('/tmp,é)]{0,30}") {
            let _ = (moves("a.js", &text), moves("a.py", &text));
        }
    }
}
