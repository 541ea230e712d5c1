//! Conversations with constructed servers: well-behaved, refusing, cut, huge and hostile ones.

use proptest::prelude::*;

use super::*;
use crate::answer::Rows;

const SECRET: &str = "CANARY-password";
const KINDS: [ServerKind; 3] = [ServerKind::Postgresql, ServerKind::Mysql, ServerKind::Redis];

fn login(password: Option<&str>) -> Login {
    Login {
        user: "parity".to_owned(),
        password: password.map(Password::new),
        database: None,
        nonce: "0123456789abcdef".to_owned(),
    }
}

/// What came of a conversation.
#[derive(Debug, Default)]
struct Heard {
    sent: Vec<u8>,
    answers: Vec<(usize, Outcome<Answer>)>,
    error: Option<TransportError>,
    /// Whether everything was answered.
    is_over: bool,
}

/// Feeds a conversation what a server sends, so many bytes at a time.
fn converse(
    mut talk: Box<dyn Talk>,
    questions: &[&str],
    server: &[u8],
    chunk: usize,
    after_tls: Channel,
) -> Heard {
    let mut heard = Heard::default();
    let mut chunks = server.chunks(chunk.max(1));
    questions.iter().for_each(|question| talk.ask(question));
    loop {
        match talk.step() {
            Ok(Step::Send(bytes)) => heard.sent.extend(bytes),
            Ok(Step::Encrypt) => talk.encrypted(after_tls),
            Ok(Step::Answer(at, answer)) => heard.answers.push((at, answer)),
            Ok(Step::Wait) => match chunks.next() {
                Some(bytes) => talk.take(bytes),
                None => return heard,
            },
            Ok(Step::Rest) => {
                heard.is_over = true;
                return heard;
            }
            Err(error) => {
                heard.error = Some(error);
                return heard;
            }
        }
    }
}

fn plain(kind: ServerKind, password: Option<&str>, questions: &[&str], server: &[u8]) -> Heard {
    let talk = with(kind, login(password), TlsMode::Disable, Channel::Plain);
    converse(talk, questions, server, 7, Channel::Verified)
}

/// A message of PostgreSQL.
fn pg(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind], &length[..], body].concat()
}

fn pg_row(values: &[&str]) -> Vec<u8> {
    let mut body = u16::try_from(values.len()).unwrap().to_be_bytes().to_vec();
    for value in values {
        body.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
        body.extend(value.bytes());
    }
    pg(b'D', &body)
}

/// Lets everybody in, and is ready.
fn pg_trusts() -> Vec<u8> {
    [
        pg(b'R', &[0, 0, 0, 0]),
        pg(b'S', b"server_version\x0015.18\0"),
        pg(b'K', &[0; 8]),
        pg(b'Z', b"I"),
    ]
    .concat()
}

fn pg_error(severity: &str, code: &str) -> Vec<u8> {
    pg(
        b'E',
        format!("S{severity}\0V{severity}\0C{code}\0Mno\0\0").as_bytes(),
    )
}

/// The transaction of a question that gives one row, and the end of it.
fn pg_answer(row: &[&str]) -> Vec<u8> {
    [
        pg(b'C', b"BEGIN\0"),
        pg(b'T', &[0, 0]),
        pg_row(row),
        pg(b'C', b"SELECT 1\0"),
        pg(b'Z', b"T"),
        pg(b'C', b"ROLLBACK\0"),
        pg(b'Z', b"I"),
    ]
    .concat()
}

/// A packet of MySQL.
fn my(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [&length[..3], &[number], body].concat()
}

/// The greeting of MySQL 8.0 as its documentation has it, TLS included.
fn my_greeting(plugin: &str) -> Vec<u8> {
    let body = [
        b"\x0a8.0.36\0\x08\0\0\0abcdefgh\0",
        &[0xff, 0xff, 45, 2, 0, 0xff, 0xdf, 21][..],
        &[0; 10],
        b"ijklmnopqrst\0",
        plugin.as_bytes(),
        &[0],
    ];
    my(0, &body.concat())
}

const OK: [u8; 7] = [0, 0, 0, 2, 0, 0, 0];
const END: [u8; 5] = [0xfe, 0, 0, 2, 0];

/// One row with one column.
fn my_answer() -> Vec<u8> {
    [
        my(1, &[1]),
        my(2, b"column"),
        my(3, &END),
        my(4, b"\x05value"),
        my(5, &END),
    ]
    .concat()
}

fn one(value: &str) -> Outcome<Answer> {
    Outcome::Got(Answer::Rows(Rows(vec![vec![Some(value.to_owned())]])))
}

/// A well-behaved server of each kind, its answer to one question, and what it is.
fn well_behaved(kind: ServerKind) -> Vec<u8> {
    match kind {
        ServerKind::Postgresql => [pg_trusts(), pg_answer(&["value"])].concat(),
        ServerKind::Mysql => [
            my_greeting("mysql_native_password"),
            my(2, &OK),
            my(1, &OK),
            my_answer(),
        ]
        .concat(),
        ServerKind::Redis => b"$5\r\nvalue\r\n".to_vec(),
    }
}

#[test]
fn a_question_is_answered_whatever_the_pieces() {
    for kind in KINDS {
        let server = well_behaved(kind);
        for chunk in [1, 2, 3, 1000] {
            let talk = with(kind, login(None), TlsMode::Disable, Channel::Plain);
            let heard = converse(talk, &["INFO server"], &server, chunk, Channel::Verified);
            assert_eq!(heard.answers, [(0, one("value"))], "{kind:?} {:?}", heard.error);
            assert!(heard.is_over, "{kind:?}");
        }
    }
}

#[test]
fn what_is_cut_is_no_answer() {
    for kind in KINDS {
        let server = well_behaved(kind);
        for end in 0..server.len() {
            let heard = plain(kind, None, &["INFO server"], &server[..end]);
            assert!(
                heard.answers.is_empty() && !heard.is_over,
                "{kind:?} {end}: {heard:?}"
            );
        }
    }
}

#[test]
fn what_speaks_otherwise_is_told() {
    for kind in KINDS {
        for server in [
            &b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\n"[..],
            b"SSH-2.0-OpenSSH_9.2p1\r\n",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            let heard = plain(kind, None, &["INFO server"], server);
            let error = heard.error.unwrap_or_else(|| panic!("{kind:?} {server:?}"));
            assert_eq!(error.code, "protocol");
        }
    }
}

#[test]
fn a_password_is_sent_only_where_nobody_reads_along() {
    let asks = |kind| match kind {
        ServerKind::Postgresql => pg(b'R', &[0, 0, 0, 3]),
        ServerKind::Mysql => [my_greeting("caching_sha2_password"), my(2, b"\x01\x04")].concat(),
        ServerKind::Redis => Vec::new(),
    };
    for kind in KINDS {
        for (channel, is_sent) in [
            (Channel::Plain, false),
            (Channel::Encrypted, false),
            (Channel::Local, true),
            (Channel::Verified, true),
        ] {
            let talk = with(kind, login(Some(SECRET)), TlsMode::Disable, channel);
            assert!(!format!("{:?}", login(Some(SECRET))).contains("CANARY"));
            let heard = converse(talk, &["INFO server"], &asks(kind), 100, channel);
            let sent = String::from_utf8_lossy(&heard.sent).contains(SECRET);
            assert_eq!(sent, is_sent, "{kind:?} {channel:?}");
            assert_eq!(heard.error.is_some(), !is_sent, "{kind:?} {channel:?}");
            assert!(!format!("{:?}", heard.error).contains("CANARY"));
        }
    }
}

#[test]
fn a_question_may_be_refused() {
    let refusals = [
        (
            ServerKind::Postgresql,
            [
                pg_trusts(),
                pg_error("ERROR", "42501"),
                pg(b'Z', b"E"),
                pg(b'C', b"ROLLBACK\0"),
                pg(b'Z', b"I"),
                pg_answer(&["value"]),
            ]
            .concat(),
        ),
        (
            ServerKind::Mysql,
            [
                my_greeting("mysql_native_password"),
                my(2, &OK),
                my(1, &OK),
                my(1, b"\xff\x76\x04#42000SELECT command denied"),
                my_answer(),
            ]
            .concat(),
        ),
        (
            ServerKind::Redis,
            b"-NOPERM this user has no permissions to run the 'info' command\r\n$5\r\nvalue\r\n".to_vec(),
        ),
    ];
    for (kind, server) in refusals {
        let heard = plain(kind, None, &["INFO server", "INFO server"], &server);
        let wanted = [(0, Outcome::NotPermitted), (1, one("value"))];
        assert_eq!(heard.answers, wanted, "{kind:?} {:?}", heard.error);
    }
}

#[test]
fn a_login_may_be_refused() {
    let refusals = [
        (ServerKind::Postgresql, pg_error("FATAL", "28P01")),
        (ServerKind::Postgresql, pg(b'R', &[0, 0, 0, 5, 1, 2, 3, 4])),
        (
            ServerKind::Mysql,
            [
                my_greeting("mysql_native_password"),
                my(2, b"\xff\x15\x04#28000Access denied"),
            ]
            .concat(),
        ),
        (
            ServerKind::Redis,
            b"-NOAUTH Authentication required.\r\n".to_vec(),
        ),
    ];
    for (kind, server) in refusals {
        let error = plain(kind, None, &["INFO server"], &server).error.unwrap();
        assert_eq!(error.code, "login-refused", "{kind:?}");
        assert!(error.help.is_some(), "{kind:?}");
    }
}

#[test]
fn a_greeting_tells_the_version_though_nobody_is_let_in() {
    let server = [
        my_greeting("mysql_native_password"),
        my(2, b"\xff\x15\x04#28000Access denied"),
    ]
    .concat();
    let heard = plain(ServerKind::Mysql, None, &["SELECT 1", GREETING], &server);
    assert_eq!(heard.answers, [(1, one("8.0.36"))]);
    assert!(heard.error.is_some());
}

#[test]
fn a_server_must_show_that_it_knows_the_password() {
    // It asks for SCRAM, and lets in without having shown anything.
    let server = [
        pg(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"),
        pg(b'R', &[0, 0, 0, 0]),
        pg(b'Z', b"I"),
    ]
    .concat();
    let heard = plain(ServerKind::Postgresql, Some(SECRET), &["SELECT 1"], &server);
    assert_eq!(heard.error.unwrap().code, "protocol");
    assert!(!String::from_utf8_lossy(&heard.sent).contains("SELECT 1"));
    let server = [
        pg(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"),
        pg(b'R', b"\0\0\0\x0br=0123456789abcdefX,s=AAAA,i=4096"),
        pg(b'R', b"\0\0\0\x0cv=AAAA"),
    ]
    .concat();
    let heard = plain(ServerKind::Postgresql, Some(SECRET), &["SELECT 1"], &server);
    assert_eq!(heard.error.unwrap().code, "not-the-server");
}

#[test]
fn md5_is_answered_as_the_documentation_says() {
    let server = pg(b'R', &[0, 0, 0, 5, 1, 2, 3, 4]);
    let talk = with(
        ServerKind::Postgresql,
        login(Some("secret")),
        TlsMode::Disable,
        Channel::Plain,
    );
    let heard = converse(talk, &[], &server, 100, Channel::Plain);
    // printf secretparity | md5sum; then (printf HEX; printf '\1\2\3\4') | md5sum
    assert!(heard.sent.ends_with(b"md5aacba7359e30fbce14da0c1258ce4a64\0"));
}

#[test]
fn nothing_in_clear_text_slips_in_before_tls() {
    let talk = || {
        with(
            ServerKind::Postgresql,
            login(None),
            TlsMode::Require,
            Channel::Plain,
        )
    };
    let stuffed = [b"S".to_vec(), pg(b'R', &[0, 0, 0, 0]), pg(b'Z', b"I")].concat();
    let heard = converse(talk(), &[], &stuffed, 1000, Channel::Verified);
    assert_eq!(heard.error.unwrap().code, "protocol");
    let heard = converse(talk(), &[], b"N", 1000, Channel::Verified);
    assert_eq!(heard.error.unwrap().code, "no-tls");
    let talk = with(ServerKind::Mysql, login(None), TlsMode::Require, Channel::Plain);
    let stuffed = [my_greeting("mysql_native_password"), my(2, &OK)].concat();
    let heard = converse(talk, &[], &stuffed, 1000, Channel::Verified);
    assert_eq!(heard.error.unwrap().code, "protocol");
}

/// From the documentation of MySQL 8.0, "Caching_sha2_password information": not put to a real one.
#[test]
fn caching_sha2_password_is_answered_with_and_without_a_cache() {
    let talk = |channel| with(ServerKind::Mysql, login(Some(SECRET)), TlsMode::Prefer, channel);
    let greeting = my_greeting("caching_sha2_password");
    let cached = [
        greeting.clone(),
        my(3, b"\x01\x03"),
        my(4, &OK),
        my(1, &OK),
        my_answer(),
    ]
    .concat();
    // The greeting is a piece of its own: TLS begins after it.
    let heard = converse(
        talk(Channel::Plain),
        &["SELECT 1"],
        &cached,
        greeting.len(),
        Channel::Encrypted,
    );
    assert_eq!(heard.answers, [(0, one("value"))], "{:?}", heard.error);
    assert!(!String::from_utf8_lossy(&heard.sent).contains("CANARY"));
    let whole = [
        greeting.clone(),
        my(3, b"\x01\x04"),
        my(5, &OK),
        my(1, &OK),
        my_answer(),
    ]
    .concat();
    let heard = converse(
        talk(Channel::Plain),
        &["SELECT 1"],
        &whole,
        greeting.len(),
        Channel::Verified,
    );
    assert_eq!(heard.answers, [(0, one("value"))], "{:?}", heard.error);
    let heard = converse(
        talk(Channel::Plain),
        &["SELECT 1"],
        &whole,
        greeting.len(),
        Channel::Encrypted,
    );
    assert!(!String::from_utf8_lossy(&heard.sent).contains("CANARY"));
    assert_eq!(heard.error.unwrap().code, "login-refused");
}

#[test]
fn no_file_of_this_machine_is_given_away() {
    let server = [
        my_greeting("mysql_native_password"),
        my(2, &OK),
        my(1, &OK),
        my(1, b"\xfb/etc/passwd"),
    ]
    .concat();
    let heard = plain(ServerKind::Mysql, None, &["SELECT 1"], &server);
    assert_eq!(heard.error.unwrap().code, "protocol");
}

#[test]
fn what_has_no_end_ends() {
    let notices: Vec<u8> = std::iter::repeat_n(pg(b'N', b"MHello\0\0"), MAX_MESSAGES + 1)
        .flatten()
        .collect();
    let heard = plain(
        ServerKind::Postgresql,
        None,
        &["SELECT 1"],
        &[pg_trusts(), notices].concat(),
    );
    assert_eq!(heard.error.unwrap().code, "protocol");
    let rows: Vec<u8> = std::iter::repeat_n(pg_row(&["x"]), MAX_ROWS + 1)
        .flatten()
        .collect();
    let server = [
        pg_trusts(),
        rows,
        pg(b'Z', b"T"),
        pg(b'C', b"ROLLBACK\0"),
        pg(b'Z', b"I"),
    ]
    .concat();
    let heard = plain(ServerKind::Postgresql, None, &["SELECT 1"], &server);
    assert!(matches!(&heard.answers[..], [(0, Outcome::Failed(failure))] if failure.code == "too-large"));
    let large = [pg_trusts(), vec![b'D', 0x7f, 0xff, 0xff, 0xff]].concat();
    assert_eq!(
        plain(ServerKind::Postgresql, None, &["SELECT 1"], &large)
            .error
            .unwrap()
            .code,
        "protocol"
    );
}

proptest! {
    #[test]
    fn no_server_makes_us_panic(
        at in proptest::collection::vec((0_usize..400, any::<u8>()), 0..6),
        cut in 0_usize..400,
        chunk in 1_usize..50,
        with_tls in any::<bool>(),
    ) {
        for kind in KINDS {
            let mut server = well_behaved(kind);
            for (at, byte) in &at {
                let length = server.len();
                server[at % length] = *byte;
            }
            server.truncate(cut.max(1));
            let tls = if with_tls { TlsMode::Prefer } else { TlsMode::Disable };
            let talk = with(kind, login(Some(SECRET)), tls, Channel::Plain);
            let heard = converse(talk, &["INFO server", GREETING], &server, chunk, Channel::Encrypted);
            prop_assert!(!String::from_utf8_lossy(&heard.sent).contains("CANARY"));
        }
    }
}
