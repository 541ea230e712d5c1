//! The bytes of a connection, encrypted or not, never past the deadline.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::trust;
use crate::server::Endpoint;
use crate::transport::{Deadline, TransportError};

/// How long one address may take to answer at all.
const CONNECT: Duration = Duration::from_secs(10);

/// The least time that the operating system takes for a limit.
const LEAST: Duration = Duration::from_millis(1);

/// A connection to a server.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    pub(super) fn connect(endpoint: &Endpoint, deadline: &Deadline) -> Result<Stream, TransportError> {
        match endpoint {
            Endpoint::Tcp { host, port } => connect(host, *port, deadline).map(Stream::Tcp),
            Endpoint::Unix(path) => UnixStream::connect(path)
                .map(Stream::Unix)
                .map_err(|error| no_connection(&path.display().to_string(), &error)),
        }
    }

    /// Shakes hands for TLS on what was a plain connection so far.
    pub(super) fn encrypt(
        &mut self,
        endpoint: &Endpoint,
        verify: bool,
        deadline: &Deadline,
    ) -> Result<(), TransportError> {
        let (Endpoint::Tcp { host, .. }, Stream::Tcp(tcp)) = (endpoint, &*self) else {
            return Ok(());
        };
        let failed = |error: &dyn std::fmt::Display| {
            TransportError::new("tls", format!("{host}: no encrypted connection: {error}"))
        };
        let name = ServerName::try_from(host.clone()).map_err(|error| failed(&error))?;
        let configuration = trust::configuration(verify)?;
        let tls = ClientConnection::new(Arc::new(configuration), name).map_err(|error| failed(&error))?;
        let tcp = tcp.try_clone().map_err(|error| failed(&error))?;
        let mut stream = Box::new(StreamOwned::new(tls, tcp));
        while stream.conn.is_handshaking() {
            limit(&stream.sock, deadline)?;
            match stream.conn.complete_io(&mut stream.sock) {
                Ok(_) => {}
                Err(error) if is_pause(&error) => {}
                Err(error) => {
                    let help =
                        "name its authority in PGSSLROOTCERT, or take any certificate with ?sslmode=require";
                    return Err(match verify {
                        true => failed(&error).help(help),
                        false => failed(&error),
                    });
                }
            }
        }
        *self = Stream::Tls(stream);
        Ok(())
    }

    pub(super) fn send(&mut self, mut bytes: &[u8], deadline: &Deadline) -> Result<(), TransportError> {
        while !bytes.is_empty() {
            self.limit(deadline)?;
            match self.write(bytes) {
                Ok(0) => return Err(ended()),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(broken(&error)),
            }
        }
        loop {
            self.limit(deadline)?;
            match self.flush() {
                Ok(()) => return Ok(()),
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(broken(&error)),
            }
        }
    }

    /// What came, at least one byte.
    pub(super) fn receive(&mut self, deadline: &Deadline) -> Result<Vec<u8>, TransportError> {
        let mut room = vec![0; 16 << 10];
        loop {
            self.limit(deadline)?;
            match self.read(&mut room) {
                Ok(0) => return Err(ended()),
                Ok(count) => {
                    room.truncate(count);
                    return Ok(room);
                }
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(broken(&error)),
            }
        }
    }

    fn limit(&self, deadline: &Deadline) -> Result<(), TransportError> {
        match self {
            Stream::Tcp(tcp) => limit(tcp, deadline),
            Stream::Tls(tls) => limit(&tls.sock, deadline),
            Stream::Unix(unix) => {
                let wait = wait(deadline)?;
                let set = unix
                    .set_read_timeout(Some(wait))
                    .and_then(|()| unix.set_write_timeout(Some(wait)));
                set.map_err(|error| broken(&error))
            }
        }
    }
}

impl Read for Stream {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.read(room),
            Stream::Unix(stream) => stream.read(room),
            Stream::Tls(stream) => stream.read(room),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Unix(stream) => stream.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.flush(),
            Stream::Unix(stream) => stream.flush(),
            Stream::Tls(stream) => stream.flush(),
        }
    }
}

/// To the first address of a name that answers.
fn connect(host: &str, port: u16, deadline: &Deadline) -> Result<TcpStream, TransportError> {
    let there = match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    };
    let addresses = (host, port).to_socket_addrs().map_err(|error| {
        TransportError::new(
            "unknown-host",
            format!("{host}: the name has no address: {error}"),
        )
        .help("correct the name, or look whether the name server knows it")
    })?;
    let mut last = None;
    for address in addresses {
        match TcpStream::connect_timeout(&address, wait_at_most(deadline, CONNECT)?) {
            Ok(stream) => {
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => last = Some(error),
        }
    }
    let none = || io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    Err(no_connection(&there, &last.unwrap_or_else(none)))
}

fn limit(tcp: &TcpStream, deadline: &Deadline) -> Result<(), TransportError> {
    let wait = wait(deadline)?;
    let set = tcp
        .set_read_timeout(Some(wait))
        .and_then(|()| tcp.set_write_timeout(Some(wait)));
    set.map_err(|error| broken(&error))
}

/// How long one wait may last.
fn wait(deadline: &Deadline) -> Result<Duration, TransportError> {
    let _ = wait_at_most(deadline, Duration::MAX)?;
    Ok(deadline.glance().max(LEAST))
}

fn wait_at_most(deadline: &Deadline, most: Duration) -> Result<Duration, TransportError> {
    if deadline.interrupted() {
        return Err(TransportError::new(
            "interrupted",
            "interrupted before it was done",
        ));
    }
    if deadline.is_over() {
        return Err(
            TransportError::new("timed-out", "the server did not answer in time")
                .help("give it more with --timeout, or look whether something else listens there"),
        );
    }
    Ok(deadline.left().min(most).max(LEAST))
}

fn is_pause(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

fn no_connection(there: &str, error: &io::Error) -> TransportError {
    let (code, what) = match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            ("refused", "nothing listens there (connection refused)".to_owned())
        }
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => (
            "connect-timeout",
            "no answer: a firewall, or a host that is down".to_owned(),
        ),
        io::ErrorKind::NotFound => ("refused", "there is no such socket".to_owned()),
        _ => ("unreachable", error.to_string()),
    };
    TransportError::new(code, format!("{there}: {what}"))
}

fn broken(error: &io::Error) -> TransportError {
    TransportError::new("broken", format!("the connection broke: {error}"))
}

fn ended() -> TransportError {
    TransportError::new("ended", "the server ended the connection before it had answered")
}
