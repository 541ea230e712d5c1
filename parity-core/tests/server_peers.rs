//! Peers that are slow, endless or silent, over real connections: every one ends with the deadline.
#![cfg(feature = "collect")]
#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use parity_core::need::Need;
use parity_core::server::{ServerAddress, ServerKind};
use parity_core::talk::Password;
use parity_core::transport::{Credentials, Server, Transport};

/// A peer that does this with the first connection it gets.
fn peer(serve: impl FnOnce(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || serve(listener.accept().unwrap().0));
    port
}

/// How a question ends, and that it ends in time.
fn ends(kind: ServerKind, port: u16) -> String {
    let address = format!("{}://parity@127.0.0.1:{port}?sslmode=disable", kind.word());
    let address = ServerAddress::parse(&address).unwrap().unwrap();
    let credentials = Credentials {
        user: "parity".to_owned(),
        password: Some(Password::new("CANARY")),
        ..Credentials::default()
    };
    let begun = Instant::now();
    let mut server = Server::new(address, credentials, begun + Duration::from_millis(600));
    let error = server.ask(&[Need::query(kind, "INFO server")]).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(5), "{kind:?}");
    // There is no second connection in one run.
    let again = server.ask(&[Need::query(kind, "INFO server")]).unwrap_err();
    assert_eq!(again, error);
    assert!(!format!("{error:?}{server:?}").contains("CANARY"));
    error.code.to_owned()
}

const KINDS: [ServerKind; 3] = [ServerKind::Postgresql, ServerKind::Mysql, ServerKind::Redis];

#[test]
fn silence_ends_with_the_deadline() {
    for kind in KINDS {
        let port = peer(|stream| {
            thread::sleep(Duration::from_secs(2));
            drop(stream);
        });
        assert_eq!(ends(kind, port), "timed-out");
    }
}

#[test]
fn one_byte_now_and_then_ends_with_the_deadline() {
    for kind in KINDS {
        let port = peer(|mut stream| {
            for byte in std::iter::repeat_n(b"R\0\0\0", 20).flatten() {
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(100));
            }
        });
        assert!(
            matches!(ends(kind, port).as_str(), "timed-out" | "protocol"),
            "{kind:?}"
        );
    }
}

#[test]
fn bytes_without_end_are_given_up() {
    for (kind, piece) in [
        (ServerKind::Postgresql, &b"N\0\0\0\x08abcd"[..]),
        (ServerKind::Mysql, b"\x01\0\0\0\x0a"),
        (ServerKind::Redis, b"+OK"),
    ] {
        let port = peer(move |mut stream| {
            let pieces = piece.repeat(1000);
            while stream.write_all(&pieces).is_ok() {}
        });
        assert!(
            matches!(ends(kind, port).as_str(), "timed-out" | "protocol"),
            "{kind:?}"
        );
    }
}

#[test]
fn who_hangs_up_is_told() {
    for kind in KINDS {
        let port = peer(|stream| {
            let _ = stream.shutdown(Shutdown::Both);
        });
        assert!(
            matches!(ends(kind, port).as_str(), "ended" | "broken"),
            "{kind:?}"
        );
    }
}

#[test]
fn other_needs_are_none_of_a_server() {
    let address = ServerAddress::parse("redis://127.0.0.1:1").unwrap().unwrap();
    let mut server = Server::new(
        address,
        Credentials::default(),
        Instant::now() + Duration::from_secs(1),
    );
    let needs = [
        Need::file("etc/passwd"),
        Need::command(["id"]),
        Need::query(ServerKind::Mysql, "SELECT 1"),
    ];
    // Nothing listens there, and nobody looked.
    let outcomes = server.ask(&needs).unwrap();
    assert!(
        outcomes
            .iter()
            .all(|outcome| *outcome == parity_core::answer::Outcome::NotApplicable)
    );
}
