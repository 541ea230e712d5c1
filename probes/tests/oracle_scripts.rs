//! Real shells and tools have, or lack, what the tables of the probe `scripts` say.
#![allow(clippy::unwrap_used, clippy::disallowed_types, clippy::disallowed_methods)]

use std::process::{Command as Process, Stdio};

use parity_probes::scripts::{CONSTRUCTS, GNU_OPTIONS, GnuOption};

/// Whether the shell does with an example what bash does, and what it says.
fn runs(shell: &[&str], example: &str) -> Option<(bool, String)> {
    let (program, arguments) = shell.split_first()?;
    let output = Process::new(program)
        .args(arguments)
        .args(["-c", example])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let runs = output.status.success() && output.stdout == b"ok\n";
    Some((runs, format!("{output:?}")))
}

#[test]
fn shells_agree_about_every_construct() {
    for (name, shell) in [
        ("bash", &["bash"][..]),
        ("dash", &["dash"]),
        ("busybox", &["busybox", "ash"]),
    ] {
        for construct in &CONSTRUCTS {
            let Some((runs, output)) = runs(shell, construct.example) else {
                eprintln!("skipped: {name} is not installed");
                break;
            };
            let expected = match name {
                "bash" => true,
                "dash" => false,
                _ => !construct.busybox_lacks,
            };
            assert_eq!(runs, expected, "{name}: {}: {output}", construct.example);
        }
    }
}

#[test]
fn busybox_lacks_every_option() {
    for GnuOption { tool, option, .. } in GNU_OPTIONS {
        let mut words = vec![tool, option];
        if tool == "find" {
            words.insert(1, ".");
        }
        let run = Process::new("busybox").args(words).stdin(Stdio::null()).output();
        let Ok(output) = run else {
            eprintln!("skipped: busybox is not installed");
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_refused = ["nrecognized", "invalid option", "not found"]
            .iter()
            .any(|text| said.contains(text));
        assert!(is_refused && !output.status.success(), "{tool} {option}: {said}");
    }
}
