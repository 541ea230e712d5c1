//! `/proc/net/{tcp,tcp6,udp,udp6}` (proc_pid_net(5)). Pure functions over bytes.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::reading::numbered;

/// A socket that waits for whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listener {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    pub(crate) inode: u64,
}

/// The state of a listening TCP socket, and of a UDP socket without a peer (`include/net/tcp_states.h`).
pub(super) const TCP_LISTEN: &str = "0A";
pub(super) const UDP_UNCONNECTED: &str = "07";

/// The sockets of a table that are in a state and have no peer, and the numbers of the lines that could not be read.
pub(super) fn listeners(text: &str, state: &str, big_endian: bool) -> (Vec<Listener>, Vec<u32>) {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for (number, line) in numbered(text).skip(1) {
        match row(line, big_endian) {
            Some(row) if row.state == state && row.peer_port == 0 => found.push(row.listener),
            Some(_) => {}
            None => wrong.push(number),
        }
    }
    (found, wrong)
}

struct Row<'a> {
    listener: Listener,
    state: &'a str,
    peer_port: u16,
}

fn row(line: &str, big_endian: bool) -> Option<Row<'_>> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let (address, port) = endpoint(words.next()?, big_endian)?;
    let (_, peer_port) = endpoint(words.next()?, big_endian)?;
    let state = words.next()?;
    let inode = words.nth(5)?.parse().ok()?;
    Some(Row {
        listener: Listener { address, port, inode },
        state,
        peer_port,
    })
}

/// `0100007F:1F90`: words of 32 bits as the machine holds them, and a port as one reads it.
fn endpoint(written: &str, big_endian: bool) -> Option<(IpAddr, u16)> {
    let (address, port) = written.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| -> Option<[u8; 4]> {
        let word = u32::from_str_radix(address.get(at * 8..at * 8 + 8)?, 16).ok()?;
        Some(if big_endian {
            word.to_be_bytes()
        } else {
            word.to_le_bytes()
        })
    };
    let address = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut bytes = [0; 16];
            for (at, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(at)?);
            }
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some((address, port))
}

/// The ports given to clients: `/proc/sys/net/ipv4/ip_local_port_range`.
pub(super) fn port_range(text: &str) -> Option<(u16, u16)> {
    let mut words = text.split_whitespace().map(str::parse);
    match (words.next()?, words.next()?) {
        (Ok(first), Ok(last)) if first <= last => Some((first, last)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    #[test]
    fn listening_sockets_are_found() {
        let text = format!(
            "{HEAD}   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4242 1 0 100 0 0 10 0\n   1: 0100007F:1538 0100007F:8D98 01 00000000:00000000 00:00000000 00000000   101        0 4243 1 0\n   2: bad\n"
        );
        let (found, wrong) = listeners(&text, TCP_LISTEN, false);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (
                found[0].address.to_string().as_str(),
                found[0].port,
                found[0].inode
            ),
            ("127.0.0.1", 5432, 4242)
        );
        assert_eq!(wrong, [4]);
    }

    #[test]
    fn addresses_are_read_in_either_order_of_bytes() {
        let read = |text: &str, big| {
            endpoint(text, big)
                .map(|(address, port)| format!("{address} {port}"))
                .unwrap()
        };
        assert_eq!(read("0100007F:0016", false), "127.0.0.1 22");
        assert_eq!(read("7F000001:0016", true), "127.0.0.1 22");
        assert_eq!(read("00000000000000000000000001000000:0050", false), "::1 80");
        assert_eq!(read("00000000000000000000000000000001:0050", true), "::1 80");
        assert_eq!(
            read("B80D01200000000067452301EFCDAB89:0050", false),
            "2001:db8::123:4567:89ab:cdef 80"
        );
        assert_eq!(endpoint("0100007F", false), None);
        assert_eq!(endpoint("é00007F:0016", false), None);
    }

    #[test]
    fn the_range_of_client_ports() {
        assert_eq!(port_range("32768\t60999\n"), Some((32_768, 60_999)));
        assert_eq!(port_range("9 1"), None);
        assert_eq!(port_range("1"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,300}") {
            let _ = (listeners(&text, TCP_LISTEN, true), endpoint(&text, false), port_range(&text));
        }
    }
}
