//! Asks a host for a few things and shows what came of each:
//! `ask [--sudo] [--ssh-config FILE] [--timeout SECONDS] [--against ROOT] HOST`. With a directory that holds the root
//! file system of that host, it says which answers differ from those read there.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use parity_core::answer::{Answer, Outcome};
use parity_core::need::{Need, Take};
use parity_core::transport::{Ssh, SshHost, SshOptions, Transport, Tree};

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
    let mut against: Option<PathBuf> = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--sudo" => options.sudo = true,
            "--ssh-config" => options.config_file = arguments.next().map(Into::into),
            "--timeout" => {
                let seconds = arguments.next().and_then(|text| text.parse().ok());
                timeout = Duration::from_secs(seconds.unwrap_or(30));
            }
            "--against" => against = arguments.next().map(Into::into),
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
            eprintln!("usage: ask [--sudo] [--ssh-config FILE] [--timeout SECONDS] [--against ROOT] HOST");
            return ExitCode::from(2);
        }
    };
    let start = Instant::now();
    if let Some(root) = against {
        return compare(&host, &options, &root, start + timeout);
    }
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

fn compare(host: &SshHost, options: &SshOptions, root: &Path, deadline: Instant) -> ExitCode {
    let needs: Vec<Need> = [
        "etc/*",
        "etc/**",
        "usr/lib/**",
        "usr/share/*/*",
        "var/lib/dpkg/info/*.list",
        "etc/odd/*",
        "usr/bin/*",
    ]
    .into_iter()
    .flat_map(|pattern| [Take::Stat, Take::Head(64)].map(|take| Need::glob(pattern, take)))
    .chain(["etc/passwd", "etc/mtab", "var/lib/dpkg/status", "etc/odd/zero"].map(Need::file))
    .collect();
    let asked = Ssh::new(host, options, deadline).ask(&needs);
    let read = Tree::at(root, deadline).map(|mut tree| tree.ask(&needs));
    let (Ok(asked), Ok(Ok(read))) = (asked, read) else {
        eprintln!("one of them does not answer");
        return ExitCode::from(3);
    };
    for (need, (asked, read)) in needs.iter().zip(asked.iter().zip(&read)) {
        let verdict = if asked == read { "equal" } else { "DIFFERENT" };
        println!("{need:45} {verdict}: {}", summary(asked));
        let (Outcome::Got(Answer::Entries(asked)), Outcome::Got(Answer::Entries(read))) = (asked, read)
        else {
            continue;
        };
        for (asked, read) in [(asked, read), (read, asked)] {
            let other = asked.entries.iter().filter(|entry| !read.entries.contains(entry));
            other.take(3).for_each(|entry| println!("  {entry:?}"));
            let other = asked
                .skipped
                .iter()
                .filter(|skipped| !read.skipped.contains(skipped));
            other.take(3).for_each(|skipped| println!("  {skipped:?}"));
        }
    }
    ExitCode::SUCCESS
}
