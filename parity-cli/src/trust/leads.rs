//! Where a path leads that a repository names: nothing outside of the directory is looked at to find out.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// As many links as one path may lead through (as in the kernel).
const MAX_LINKS: usize = 40;

/// Where this path, taken from a directory, leaves it, every link resolved; `None` where it stays inside. What leads out by steps
/// is told as steps, the same wherever the repository lies.
pub(super) fn out_of(directory: &Path, path: &Path) -> Option<PathBuf> {
    let directory = match directory.as_os_str().is_empty() {
        true => Path::new("."),
        false => directory,
    };
    let top = fs::canonicalize(directory).ok()?;
    let mut here = top.clone();
    let mut todo: Vec<PathBuf> = Vec::new();
    push(&mut todo, path);
    let mut links = 0;
    while let Some(part) = todo.pop() {
        let rest = || todo.iter().rev().collect::<PathBuf>();
        match part.components().next() {
            Some(Component::Normal(name)) => {
                here.push(name);
                let Ok(target) = fs::read_link(&here) else {
                    continue;
                };
                links += 1;
                // No program can open it.
                if links > MAX_LINKS {
                    return None;
                }
                here.pop();
                push(&mut todo, &target);
            }
            Some(Component::ParentDir) if here == top => return Some(Path::new("..").join(rest())),
            Some(Component::ParentDir) => drop(here.pop()),
            Some(Component::RootDir) => {
                let absolute = Path::new("/").join(rest());
                let Ok(inside) = absolute.strip_prefix(&top) else {
                    return Some(absolute);
                };
                here.clone_from(&top);
                todo.clear();
                push(&mut todo, inside);
            }
            _ => {}
        }
    }
    None
}

/// The components of a path, the first on top.
fn push(todo: &mut Vec<PathBuf>, path: &Path) {
    let parts: Vec<PathBuf> = path
        .components()
        .map(|part| PathBuf::from(part.as_os_str()))
        .collect();
    todo.extend(parts.into_iter().rev());
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_as_far_as_the_border() {
        let outside = tempfile::tempdir().unwrap();
        let top = tempfile::tempdir().unwrap();
        let top = fs::canonicalize(top.path()).unwrap();
        let at = |name: &str| top.join(name);
        fs::create_dir_all(at("a/b")).unwrap();
        symlink("../file", at("a/up")).unwrap();
        symlink("../../away", at("a/out")).unwrap();
        symlink(outside.path(), at("a/b/absolute")).unwrap();
        symlink(at("a"), at("again")).unwrap();
        symlink("again/out", at("twice")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("/proc/self/root", at("magic")).unwrap();
        let above = Path::new("..");
        for (path, leads) in [
            ("a/b/missing", None),
            ("./a/up", None),
            ("a/b/../up", None),
            ("again/up", None),
            ("loop", None),
            ("a/out", Some(above.join("away"))),
            ("twice/x/y", Some(above.join("away/x/y"))),
            ("again/b/absolute/etc", Some(outside.path().join("etc"))),
            ("magic/etc", Some(Path::new("/proc/self/root").join("etc"))),
            ("/etc/passwd", Some(PathBuf::from("/etc/passwd"))),
            ("../x", Some(above.join("x"))),
        ] {
            assert_eq!(out_of(&top, Path::new(path)), leads, "{path}");
        }
        assert_eq!(out_of(&top, &at("a/up")), None);
        assert_eq!(out_of(&top, &at("a/out")), Some(above.join("away")));
    }
}
