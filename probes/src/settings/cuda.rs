//! The driver of NVIDIA that the CUDA of a release needs on the host: the driver is of the kernel, no image brings it.
//!
//! Source: tables 2 and 3 of <https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/>; within a major release since 11 the oldest driver of the
//! major release will do (<https://docs.nvidia.com/deploy/cuda-compatibility/>).

use super::said::Said;
use crate::reading::{base_name, numbered};

/// Releases of CUDA, and the oldest driver for Linux on x86-64, the newest first.
const DRIVERS: [([u32; 2], &str); 10] = [
    ([13, 0], "580.65.06"),
    ([12, 0], "525.60.13"),
    ([11, 0], "450.80.02"),
    ([10, 2], "440.33"),
    ([10, 1], "418.39"),
    ([10, 0], "410.48"),
    ([9, 2], "396.26"),
    ([9, 1], "390.46"),
    ([9, 0], "384.81"),
    ([8, 0], "367.48"),
];

/// Newer ones are not in the table.
const LAST: u32 = 13;

/// Lists of pinned packages, container files and compose files.
pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    is_list(name) || is_containerfile(name) || is_compose(name)
}

fn is_list(name: &str) -> bool {
    name.starts_with("requirements") && name.ends_with(".txt")
}

fn is_containerfile(name: &str) -> bool {
    name.starts_with("Dockerfile") || name.starts_with("Containerfile")
}

fn is_compose(name: &str) -> bool {
    [
        "compose.yaml",
        "compose.yml",
        "docker-compose.yaml",
        "docker-compose.yml",
    ]
    .contains(&name)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let name = base_name(path);
    for (number, line) in numbered(text) {
        let line = line.trim();
        let version = if is_list(name) {
            of_package(line)
        } else {
            of_image(line, is_containerfile(name))
        };
        let Some(version) = version.filter(|version| version[0] <= LAST) else {
            continue;
        };
        if let Some((_, driver)) = DRIVERS.iter().find(|(since, _)| *since <= version) {
            let [major, minor] = version;
            said.add(
                "cuda.driver",
                format!("CUDA {major}.{minor}"),
                format!(">= {driver}"),
                number,
            );
        }
    }
}

/// `torch==2.6.0+cu124`, `nvidia-cuda-runtime-cu12==12.4.127`.
fn of_package(line: &str) -> Option<[u32; 2]> {
    let (name, version) = line.split_once("==").filter(|_| !line.starts_with('#'))?;
    if name.trim().starts_with("nvidia-cuda-runtime") {
        return numbers(version.trim());
    }
    let (_, local) = version.split_once("+cu")?;
    let digits = local
        .find(|c: char| !c.is_ascii_digit())
        .map_or(local, |end| local.split_at(end).0);
    let (major, minor) = digits.split_at_checked(digits.len().checked_sub(1)?)?;
    Some([major.parse().ok()?, minor.parse().ok()?])
}

/// The images of NVIDIA by their tag, those of others by the word `cuda` in it.
fn of_image(line: &str, is_containerfile: bool) -> Option<[u32; 2]> {
    let image = if is_containerfile {
        let mut words = line.split_whitespace().filter(|word| !word.starts_with("--"));
        words.next().filter(|word| word.eq_ignore_ascii_case("FROM"))?;
        words.next()?
    } else {
        line.strip_prefix("image:")?.trim().trim_matches(['"', '\''])
    };
    let (name, tag) = image.rsplit_once(':')?;
    if name.ends_with("nvidia/cuda") {
        return numbers(tag);
    }
    numbers(tag.split_once("cuda")?.1)
}

/// Two numbers at the beginning of a text; without the second nothing is known.
fn numbers(text: &str) -> Option<[u32; 2]> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some([parts.next()?.ok()?, parts.next()?.ok()?])
}
