//! What is predicted really happens: programs fail without what they find around them, and work with it.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test runs programs"
)]

use std::path::Path;
use std::process::{Command, Output};

fn run(program: &str, arguments: &[&str], set: &[(&str, &str)]) -> Option<Output> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin");
    match command.envs(set.iter().copied()).output() {
        Ok(output) => Some(output),
        Err(_) => {
            eprintln!("skipped: no {program}");
            None
        }
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_shell_and_python_end_without_a_variable() {
    for (program, code) in [
        ("sh", ": ${QUEUE_URL:?}"),
        ("/usr/bin/python3", "import os; os.environ['QUEUE_URL']"),
        ("/usr/bin/ruby", "ENV.fetch('QUEUE_URL')"),
    ] {
        let option = if program.ends_with("ruby") { "-e" } else { "-c" };
        let Some(without) = run(program, &[option, code], &[]) else {
            continue;
        };
        assert!(
            !without.status.success() && said(&without).contains("QUEUE_URL"),
            "{program}: {}",
            said(&without)
        );
        let with = run(program, &[option, code], &[("QUEUE_URL", "x")]).unwrap();
        assert!(with.status.success(), "{program}: {}", said(&with));
    }
}

#[test]
fn python_finds_no_zone_without_the_database() {
    let code = "import zoneinfo; zoneinfo.reset_tzpath(to=[]); zoneinfo.ZoneInfo('Europe/Berlin')";
    // An isolated Python has no package `tzdata` either, where it is not installed for all.
    let Some(output) = run("/usr/bin/python3", &["-I", "-c", code], &[]) else {
        return;
    };
    if run("/usr/bin/python3", &["-I", "-c", "import tzdata"], &[]).is_some_and(|it| it.status.success()) {
        eprintln!("skipped: Python has the package tzdata");
        return;
    }
    assert!(said(&output).contains("No time zone found"), "{}", said(&output));
}

/// A server and a client in one program; the client trusts what it finds in the default places.
const TLS: &str = "
import socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(('127.0.0.1', 0))
def serve():
    try:
        context.wrap_socket(listener.accept()[0], server_side=True).recv(1)
    except OSError:
        pass
server = threading.Thread(target=serve)
server.start()
plain = socket.create_connection(listener.getsockname())
try:
    ssl.create_default_context().wrap_socket(plain, server_hostname='localhost').close()
finally:
    plain.close()
    server.join()
";

#[test]
fn a_client_refuses_every_certificate_without_a_bundle() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (certificate, key, empty) = (at("cert.pem"), at("key.pem"), at("empty.pem"));
    std::fs::write(&empty, "").unwrap();
    let request =
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost";
    let mut arguments: Vec<&str> = request.split(' ').collect();
    arguments.extend(["-keyout", &key, "-out", &certificate]);
    let Some(made) = run("openssl", &arguments, &[]) else {
        return;
    };
    assert!(made.status.success(), "{}", said(&made));
    let connect = |bundle: &str| {
        let set = [("SSL_CERT_FILE", bundle), ("SSL_CERT_DIR", "/nonexistent")];
        run("/usr/bin/python3", &["-c", TLS, &certificate, &key], &set)
    };
    let (Some(without), Some(with)) = (connect(&empty), connect(&certificate)) else {
        return;
    };
    assert!(
        said(&without).contains("CERTIFICATE_VERIFY_FAILED"),
        "{}",
        said(&without)
    );
    assert!(with.status.success(), "{}", said(&with));
}

#[test]
fn imagemagick_obeys_its_policy() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let configured = [("MAGICK_CONFIGURE_PATH", directory.path().to_str().unwrap())];
    let (picture, document) = (at("a.png"), at("a.pdf"));
    let policy = |rights: &str| {
        let text =
            format!("<policymap><policy domain=\"coder\" rights=\"{rights}\" pattern=\"PDF\" /></policymap>");
        std::fs::write(Path::new(&at("policy.xml")), text).unwrap();
    };
    policy("read|write");
    let convert = "/usr/bin/convert";
    let Some(made) = run(convert, &["-size", "9x9", "xc:red", &picture], &configured) else {
        return;
    };
    if !made.status.success() {
        eprintln!("skipped: no ImageMagick: {}", said(&made));
        return;
    }
    policy("none");
    let refused = run(convert, &[&picture, &document], &configured).unwrap();
    if refused.status.success() {
        eprintln!("skipped: this ImageMagick does not read the policy of MAGICK_CONFIGURE_PATH");
        return;
    }
    assert!(said(&refused).contains("security policy"), "{}", said(&refused));
}

#[test]
fn a_process_has_no_more_files_than_its_own_limit() {
    let open = "files = [open('/dev/null') for _ in range(200)]";
    let limited = |limit| run("prlimit", &[limit, "/usr/bin/python3", "-c", open], &[]);
    let (Some(few), Some(more)) = (limited("--nofile=64:64"), limited("--nofile=1024:1024")) else {
        return;
    };
    assert!(said(&few).contains("Too many open files"), "{}", said(&few));
    assert!(more.status.success(), "{}", said(&more));
}
