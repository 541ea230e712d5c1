//! Snapshots that are served, well and badly, by a server of the test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::world::World;

/// Serves one connection after the other with this; the URL of a snapshot there.
fn serve(answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/host.json", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = answer(&mut stream);
        }
    });
    url
}

fn with_body(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn serve_text(text: String) -> String {
    serve(move |stream| stream.write_all(text.as_bytes()))
}

#[test]
fn a_served_snapshot_is_as_good_as_its_file() {
    let world = World::shop();
    world.parity(&["snapshot", "facts:be1.toml", "-o", "be1.json"]);
    let url = serve_text(with_body("200 OK", "application/json", &world.read("be1.json")));
    world.parity(&["diff", "be1.json", &url]).ended(0);
    world
        .parity(&[
            "check",
            "--against",
            &url,
            "--artifact",
            "bin/api",
            "--dev",
            "facts:dev.toml",
        ])
        .ended(0);
}

#[test]
fn what_is_no_snapshot_is_said_so() {
    let world = World::shop();
    let nested = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    for (answer, says) in [
        (
            with_body("404 Not Found", "text/plain", "no"),
            "answers with status 404",
        ),
        (
            with_body("401 Unauthorized", "text/plain", "no"),
            "answers with status 401",
        ),
        (
            with_body("200 OK", "text/html", "<html>hello</html>"),
            "no snapshot is served there",
        ),
        (with_body("200 OK", "application/json", ""), "the file is empty"),
        (
            with_body("200 OK", "application/json", &nested),
            "no snapshot is served there",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "redirect (302), which is not followed",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"format\": 1".to_owned(),
            "host.json: ",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{".to_owned(),
            "host.json: ",
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), "host.json: "),
        (String::new(), "host.json: "),
        (
            format!("HTTP/1.1 200 OK\r\n{}", "X-Long: y\r\n".repeat(100_000)),
            "host.json: ",
        ),
    ] {
        let url = serve_text(answer);
        world
            .parity(&["snapshot", &url, "--timeout", "10s"])
            .told(3, &[says]);
        world.parity(&["diff", "facts:be1.toml", &url]).ended(3);
        let check = world.parity(&[
            "check",
            "--against",
            &url,
            "--artifact",
            "bin/api",
            "--dev",
            "facts:dev.toml",
        ]);
        assert!(check.ended(3).out.contains(says), "{}", check.out);
    }
}

#[test]
fn a_body_that_does_not_end_is_cut() {
    let world = World::shop();
    let endless = serve(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        let spaces = vec![b' '; 1 << 16];
        loop {
            stream.write_all(&spaces)?;
        }
    });
    let start = Instant::now();
    world
        .parity(&["snapshot", &endless, "--timeout", "2s"])
        .told(3, &["host.json"]);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[test]
fn a_server_that_drips_is_given_up_in_time() {
    let world = World::shop();
    let drip = serve(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            stream.write_all(b" ")?;
            thread::sleep(Duration::from_millis(100));
        }
    });
    let start = Instant::now();
    world
        .parity(&["snapshot", &drip, "--timeout", "2s"])
        .told(3, &["host.json"]);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[test]
fn nobody_listens() {
    let world = World::shop();
    let url = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/host.json", listener.local_addr().unwrap())
    };
    world.parity(&["snapshot", &url]).told(3, &["host.json"]);
    world
        .parity(&["diff", "facts:be1.toml", "facts:be2.toml", &url])
        .ended(1);
}
