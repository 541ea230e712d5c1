//! The replies of Redis, RESP 2 (<https://redis.io/docs/latest/develop/reference/protocol-spec/>).

use super::{MAX_MESSAGE, MAX_ROWS};

/// Lists within lists within lists: no answer of ours has more.
const MAX_DEPTH: usize = 4;

/// One reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Text(String),
    Error(String),
    Nothing,
    List(Vec<Reply>),
}

/// The first reply of these bytes and how many it takes; nothing where it is not whole yet.
pub(super) fn read(bytes: &[u8]) -> Result<Option<(Reply, usize)>, &'static str> {
    let mut rest = bytes;
    match reply(&mut rest, 0)? {
        Some(reply) => Ok(Some((reply, bytes.len() - rest.len()))),
        None if bytes.len() > MAX_MESSAGE => Err("a reply that is too long"),
        None => Ok(None),
    }
}

fn reply(rest: &mut &[u8], depth: usize) -> Result<Option<Reply>, &'static str> {
    if depth > MAX_DEPTH {
        return Err("lists within lists without end");
    }
    if rest.first().is_some_and(|kind| !b"+-:$*".contains(kind)) {
        return Err("a reply of no known kind");
    }
    let Some(line) = line(rest) else { return Ok(None) };
    let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    let Some((kind, body)) = line.split_first() else {
        return Err("an empty reply");
    };
    match kind {
        b'+' | b':' => Ok(Some(Reply::Text(text(body)))),
        b'-' => Ok(Some(Reply::Error(text(body)))),
        b'$' => {
            let Some(length) = count(body, MAX_MESSAGE)? else {
                return Ok(Some(Reply::Nothing));
            };
            let Some((bytes, after)) = rest.split_at_checked(length) else {
                return Ok(None);
            };
            match after {
                [b'\r', b'\n', after @ ..] => {
                    *rest = after;
                    Ok(Some(Reply::Text(text(bytes))))
                }
                [] | [b'\r'] => Ok(None),
                _ => Err("a text that is longer than it says"),
            }
        }
        b'*' => {
            let Some(length) = count(body, MAX_ROWS)? else {
                return Ok(Some(Reply::Nothing));
            };
            let mut members = Vec::new();
            for _ in 0..length {
                match reply(rest, depth + 1)? {
                    Some(member) => members.push(member),
                    None => return Ok(None),
                }
            }
            Ok(Some(Reply::List(members)))
        }
        _ => Err("a reply of no known kind"),
    }
}

/// A length; -1 stands for nothing.
fn count(digits: &[u8], most: usize) -> Result<Option<usize>, &'static str> {
    let number = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse::<i64>().ok());
    match number {
        Some(-1) => Ok(None),
        Some(number) => match usize::try_from(number) {
            Ok(number) if number <= most => Ok(Some(number)),
            _ => Err("a length that nobody sends"),
        },
        None => Err("a length that is no number"),
    }
}

/// What stands before the end of a line, which is passed over.
fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, after) = rest.split_at_checked(end)?;
    *rest = after.get(2..)?;
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_whole_or_not_at_all() {
        let bytes = b"*3\r\n$4\r\nport\r\n:6379\r\n$-1\r\n+OK\r\n";
        let list = Reply::List(vec![
            Reply::Text("port".into()),
            Reply::Text("6379".into()),
            Reply::Nothing,
        ]);
        assert_eq!(read(bytes), Ok(Some((list, bytes.len() - 5))));
        for end in 0..bytes.len() - 5 {
            assert_eq!(read(&bytes[..end]), Ok(None), "{end}");
        }
    }

    #[test]
    fn hostile_replies_are_refused() {
        for text in [
            "$9223372036854775807\r\n",
            "$-2\r\n",
            "*1000000000\r\n",
            "HTTP/1.1 400 Bad Request\r\n",
            "$1\r\nabc\r\n",
            "\r\n",
            "$x\r\n",
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(read("*1\r\n".repeat(1_000_000).as_bytes()).is_err());
        assert!(read(&vec![b'+'; MAX_MESSAGE + 1]).is_err());
    }
}
