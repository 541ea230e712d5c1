//! Asks a host for a few things and shows what came of each: `ask [--sudo] [--ssh-config FILE] [--timeout SECONDS] HOST`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use parity_core::answer::{Answer, Outcome};
use parity_core::need::{Need, Take};
use parity_core::transport::{Ssh, SshHost, SshOptions, Transport};

fn needs() -> Vec<Need> {
    vec![
        Need::file("etc/os-release"),
        Need::file("proc/meminfo"),
        Need::file("etc/shadow"),
        Need::file("etc/nothing"),
        Need::range("bin/ls", 4094, 10),
        Need::glob("etc/*.conf", Take::Content(65536)),
        Need::glob("usr/lib/*/lib*.so*", Take::Head(1024)),
        Need::glob("proc/sys/**", Take::Content(4096)),
        Need::command(["uname", "-m"]),
        Need::command(["dpkg", "--version"]),
        Need::FirstOf(vec![
            Need::file("var/lib/dpkg/status"),
            Need::command(["dpkg-query", "-W", "-f", "${Package}\t${Version}\n"]),
        ]),
    ]
}

fn main() -> ExitCode {
    let mut options = SshOptions::default();
    let mut timeout = Duration::from_secs(30);
    let mut host = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--sudo" => options.sudo = true,
            "--ssh-config" => options.config_file = arguments.next().map(Into::into),
            "--timeout" => {
                let seconds = arguments.next().and_then(|text| text.parse().ok());
                timeout = Duration::from_secs(seconds.unwrap_or(30));
            }
            _ => host = Some(argument),
        }
    }
    let host = match host.as_deref().map(SshHost::parse) {
        Some(Ok(host)) => host,
        Some(Err(error)) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
        None => {
            eprintln!("usage: ask [--sudo] [--ssh-config FILE] [--timeout SECONDS] HOST");
            return ExitCode::from(2);
        }
    };
    let start = Instant::now();
    let mut ssh = Ssh::new(&host, &options, start + timeout);
    let needs = needs();
    let first = ssh.ask(&needs);
    let again = first.is_ok().then(|| (Instant::now(), ssh.ask(&needs[..2])));
    match &first {
        Ok(outcomes) => {
            for (need, outcome) in needs.iter().zip(outcomes) {
                let line = need.to_string().lines().next().unwrap_or_default().to_owned();
                println!("{line:45} {}", summary(outcome));
            }
        }
        Err(error) => {
            println!("error[{}] {error}", error.code);
            println!("help: {}", error.help.as_deref().unwrap_or("-"));
        }
    }
    for note in ssh.notes() {
        println!("note[{}] {}", note.code, note.message);
    }
    if let Some((begin, again)) = again {
        let answered =
            again.map(|outcomes| outcomes.iter().filter(|outcome| outcome.got().is_some()).count());
        println!("second round: {answered:?} in {} ms", begin.elapsed().as_millis());
    }
    println!("{} ms", start.elapsed().as_millis());
    ExitCode::from(if first.is_ok() { 0 } else { 3 })
}

fn summary(outcome: &Outcome<Answer>) -> String {
    match outcome {
        Outcome::Got(answer) => described(answer),
        Outcome::Failed(failure) => format!("failed[{}] {}", failure.code, failure.reason),
        other => format!("{other:?}"),
    }
}

fn described(answer: &Answer) -> String {
    match answer {
        Answer::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Answer::Output(output) => format!(
            "status {}, {} + {} bytes",
            output.status,
            output.stdout.len(),
            output.stderr.len()
        ),
        Answer::Entries(entries) => {
            let contents = entries.entries.iter().filter_map(|entry| entry.content.as_ref());
            let (mut got, mut denied, mut failed) = (0, 0, 0);
            for content in contents {
                match content {
                    Outcome::Got(_) => got += 1,
                    Outcome::NotPermitted => denied += 1,
                    _ => failed += 1,
                }
            }
            format!(
                "{} entries, {got} read, {denied} denied, {failed} otherwise, {} skipped",
                entries.entries.len(),
                entries.skipped.len()
            )
        }
        Answer::One(which, answer) => format!("alternative {which}: {}", described(answer)),
        other => format!("{other:?}"),
    }
}
