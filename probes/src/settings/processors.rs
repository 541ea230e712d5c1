//! Options of a build that choose the processors a program is made for.
//!
//! Sources: <https://gcc.gnu.org/onlinedocs/gcc/x86-Options.html> and <https://gcc.gnu.org/onlinedocs/gcc/AArch64-Options.html>
//! (`-march`, `-mcpu`), <https://doc.rust-lang.org/rustc/codegen-options/index.html#target-cpu>,
//! <https://go.dev/wiki/MinimumRequirements#amd64> (GOAMD64), <https://goreleaser.com/customization/builds/go/> (goamd64), <https://www.graalvm.org/latest/reference-manual/native-image/overview/Options/>.

use super::said::Said;
use crate::reading::{base_name, statements};

/// Processors, and the x86-64 level that code for them needs.
const LEVELS: [(&str, &[&str]); 3] = [
    (
        "2",
        &[
            "x86-64-v2",
            "goldmont",
            "nehalem",
            "silvermont",
            "tremont",
            "westmere",
        ],
    ),
    (
        "3",
        &[
            "x86-64-v3",
            "alderlake",
            "broadwell",
            "core-avx2",
            "haswell",
            "skylake",
            "znver1",
            "znver2",
            "znver3",
        ],
    ),
    (
        "4",
        &[
            "x86-64-v4",
            "cascadelake",
            "cooperlake",
            "icelake-client",
            "icelake-server",
            "rocketlake",
            "sapphirerapids",
            "skylake-avx512",
            "tigerlake",
            "znver4",
            "znver5",
        ],
    ),
];

/// Processors between the levels, and a feature that code for them needs, as /proc/cpuinfo names it.
const FLAGS: [(&str, &[&str]); 2] = [
    ("avx", &["ivybridge", "sandybridge"]),
    (
        "atomics",
        &[
            "armv8.1-a",
            "armv8.2-a",
            "armv8.3-a",
            "armv8.4-a",
            "cortex-a76",
            "neoverse-n1",
            "neoverse-n2",
            "neoverse-v1",
            "neoverse-v2",
        ],
    ),
];

pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    let is_near = path.split('/').count() <= 3;
    let is_build_file = matches!(
        name,
        "CMakeLists.txt" | "Makefile" | "GNUmakefile" | "build.gradle" | "build.gradle.kts" | "pom.xml"
    );
    let is_cargo = matches!(path.rsplit_once(".cargo/"), Some((_, "config" | "config.toml")));
    let is_script = name.starts_with("build") && name.ends_with(".sh");
    let is_goreleaser = matches!(
        name,
        ".goreleaser.yaml" | ".goreleaser.yml" | "goreleaser.yaml" | "goreleaser.yml"
    );
    is_near && (is_goreleaser || is_build_file || is_cargo || is_script || super::building::concerns(path))
}

pub(super) fn read(text: &str, said: &mut Said) {
    if let Some((level, number)) = goreleaser(text) {
        said.add("build-file.x86-level", format!("goamd64 v{level}"), level, number);
    }
    for (number, line) in statements(text, &['#']) {
        if line.starts_with("//") || line.starts_with("<!--") {
            continue;
        }
        if let Some(level) = go_level(line) {
            said.add("build-file.x86-level", format!("GOAMD64=v{level}"), level, number);
        }
        for (option, processor) in options(line) {
            let shown = format!("{option}={processor}");
            let of = |rows: &[(&'static str, &[&str])]| {
                rows.iter()
                    .find(|(_, names)| names.contains(&processor))
                    .map(|(what, _)| *what)
            };
            if processor == "native" {
                said.add("build-file.native", shown, "native", number);
            } else if let Some(level) = of(&LEVELS) {
                said.add("build-file.x86-level", shown, level, number);
            } else if let Some(flag) = of(&FLAGS) {
                said.add("build-file.cpu-flag", shown, flag, number);
            }
        }
    }
}

/// `GOAMD64=v3`, set for a command, exported, or in an image.
fn go_level(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("GOAMD64")?;
    let value = rest.trim_start_matches([' ', '=', ':', '?', '"', '\'']);
    let level = value.strip_prefix('v')?.get(..1)?;
    ["2", "3", "4"].into_iter().find(|known| *known == level)
}

/// The lowest of the levels that GoReleaser builds for (`goamd64: [v2, v3]`, or one in a line), where it is above the first.
fn goreleaser(text: &str) -> Option<(&'static str, u32)> {
    let mut lines = statements(text, &['#'])
        .skip_while(|(_, line)| !line.trim_start_matches("- ").starts_with("goamd64:"));
    let (number, first) = lines.next()?;
    let (_, inline) = first.split_once(':')?;
    let inline = inline.split(['[', ',', ']']).map(str::trim);
    let listed = lines.map_while(|(_, line)| line.trim().strip_prefix("- "));
    // A template is filled in elsewhere.
    let names: Vec<&str> = inline
        .chain(listed.take_while(|item| !item.contains(':')))
        .map(|name| name.trim().trim_matches(['"', '\'']))
        .filter(|name| !name.is_empty())
        .collect();
    let level = |name: &str| {
        let mut known = ["1", "2", "3", "4"].into_iter();
        known.find(|level| name.strip_prefix('v') == Some(level))
    };
    let levels: Option<Vec<&'static str>> = names.into_iter().map(level).collect();
    let lowest = levels?.into_iter().min()?;
    (lowest != "1").then_some((lowest, number))
}

/// The processors that options name: `-march=haswell`, `target-cpu=native`; extensions after `+` are left out.
fn options(line: &str) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for option in ["-march", "-mcpu", "target-cpu"] {
        for (at, _) in line.match_indices(option) {
            let rest = line.get(at + option.len()..).unwrap_or_default();
            let Some(value) = rest.strip_prefix('=') else {
                continue;
            };
            let end = value
                .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
                .unwrap_or(value.len());
            found.push((option, value.get(..end).unwrap_or_default()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(text, &mut said);
        let told = said.0.into_iter();
        told.map(|((family, key), (value, _))| format!("{family} {key} {value}"))
            .collect()
    }

    #[test]
    fn options_of_builds() {
        for (line, expected) in [
            (
                "ENV CGO_ENABLED=0 GOAMD64=v3",
                "build-file.x86-level GOAMD64=v3 3",
            ),
            (
                "    goamd64:\n      - v3\n    goarm: [7]",
                "build-file.x86-level goamd64 v3 3",
            ),
            ("    goamd64: [v2, 'v3']", "build-file.x86-level goamd64 v2 2"),
            ("      GOAMD64: v2", "build-file.x86-level GOAMD64=v2 2"),
            (
                "CFLAGS += -O2 -march=haswell",
                "build-file.x86-level -march=haswell 3",
            ),
            (
                "rustflags = [\"-C\", \"target-cpu=native\"]",
                "build-file.native target-cpu=native native",
            ),
            (
                "gcc -mcpu=neoverse-n1 a.c",
                "build-file.cpu-flag -mcpu=neoverse-n1 atomics",
            ),
            (
                "gcc -march=armv8.2-a+crypto a.c",
                "build-file.cpu-flag -march=armv8.2-a atomics",
            ),
        ] {
            assert_eq!(told(line), [expected], "{line}");
        }
        for line in [
            "ENV GOAMD64=v1",
            "# -march=haswell",
            "gcc -march=x86-64 a.c",
            "buildArgs.add('-march=compatibility')",
            "gcc -march a.c",
            "GOAMD64",
            "    goamd64: [v1, v3]",
            "    goamd64:\n      - '{{ .Env.LEVEL }}'",
            "    goamd64:",
        ] {
            assert!(told(line).is_empty(), "{line}");
        }
    }
}
