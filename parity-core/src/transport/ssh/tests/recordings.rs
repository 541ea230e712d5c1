//! Transcripts without a process: recorded, forged, cut.

use std::path::Path;

use proptest::prelude::*;

use super::super::frame::{Frames, Key};
use super::super::{diagnose, listing, reading, script};
use super::*;

/// Programs that are missing, killed or silent about what they left out.
#[test]
fn a_listing_that_broke_off_is_no_shorter_list() {
    let (_guard, top) = awkward();
    let needs = [
        Need::glob(format!("{top}/d/*"), Take::Content(100)),
        Need::glob(format!("{top}/*/*"), Take::Stat),
        Need::glob(format!("{top}/**"), Take::Stat),
    ];
    let (key, round, output, errors) = record(&needs);
    let ended = |section: u32, status: &str, errors: &[u8]| {
        let mut text = output.clone();
        let mark = format!("@{} end {section} ", key.nonce);
        let at = text
            .windows(mark.len())
            .position(|bytes| bytes == mark.as_bytes())
            .unwrap()
            + mark.len();
        let end = at + text[at..].iter().position(|byte| *byte == b'\n').unwrap();
        text.splice(at..end, status.bytes());
        replay(&key, &round, &text, errors)
    };
    let is_incomplete = |outcome: &Outcome<Answer>| matches!(outcome, Outcome::Failed(failure) if failure.code == "incomplete");
    for (section, which) in [(0, 0), (3, 1), (6, 2)] {
        assert!(is_incomplete(&ended(section, "137", &errors)[which]), "{section}");
        assert!(is_incomplete(&ended(section, "127", &errors)[which]), "{section}");
        let silent = ended(section, "1", b"");
        assert!(
            matches!(&silent[which], Outcome::Got(Answer::Entries(found)) if !found.skipped.is_empty()),
            "{section}"
        );
    }
    let Outcome::Got(Answer::Entries(found)) = &ended(1, "137", b"")[0] else {
        panic!()
    };
    let content = |name: &str| {
        found
            .entries
            .iter()
            .find(|entry| entry.path.ends_with(name))
            .unwrap()
            .content
            .clone()
    };
    for unknown in ["d/dangling", "d/to directory"] {
        assert!(matches!(content(unknown), Some(Outcome::Failed(_))), "{unknown}");
    }
    let broke = format!(
        "@{0} begin 6\nbroke off with status 137\n\n@{0} end 6 1\n",
        key.nonce
    );
    assert!(is_incomplete(&replay(&key, &round, &output, broke.as_bytes())[2]));
}

#[test]
fn keys_differ_and_name_the_root() {
    let (one, two) = (Key::random().unwrap(), Key::random().unwrap());
    assert!(one.nonce != two.nonce && one.root != two.root && one.nonce.len() == 32);
    assert!(Path::new(&one.root).join("etc").is_dir());
}

/// What a shell writes for these needs: both streams, and how to read them.
fn record(needs: &[Need]) -> (Key, script::Round, Vec<u8>, Vec<u8>) {
    let key = Key::random().unwrap();
    let round = script::round(needs, 1, &mut 0);
    let text = script::prelude(&key) + &round.text;
    let mut child = Command::new("sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (key, round, output.stdout, output.stderr)
}

fn replay(key: &Key, round: &script::Round, output: &[u8], errors: &[u8]) -> Vec<Outcome<Answer>> {
    let (mut out, mut err) = (
        Frames::new(&key.nonce, usize::MAX),
        Frames::new(&key.nonce, 65536),
    );
    out.feed(output);
    err.feed(errors);
    let reading = reading::Reading {
        root: &key.root,
        output: &out.sections,
        errors: &err.sections,
        hello: out.hello.as_ref(),
        missing: Failure::new("incomplete", ""),
    };
    round.steps.iter().map(|step| reading.outcome(step)).collect()
}

#[test]
fn a_recording_cut_at_any_byte_gives_whole_answers_or_none() {
    let (_guard, top) = awkward();
    let needs = [
        Need::file(format!("{top}/d/zero")),
        Need::file(format!("{top}/nothing")),
        Need::range(format!("{top}/d/none"), 3, 9),
        Need::glob(format!("{top}/d/*e*"), Take::Content(100)),
        Need::glob(format!("{top}/e/**"), Take::Head(3)),
        Need::FirstOf(vec![Need::file(format!("{top}/d/one")), Need::command(["false"])]),
        Need::command(["echo", "text"]),
    ];
    let (key, round, output, errors) = record(&needs);
    let whole = replay(&key, &round, &output, &errors);
    assert!(
        whole.iter().filter(|outcome| outcome.got().is_some()).count() == 6,
        "{whole:?}"
    );
    for cut in 0..output.len() {
        for (answer, whole) in replay(&key, &round, &output[..cut], &errors).iter().zip(&whole) {
            let missing = matches!(answer, Outcome::Failed(failure) if failure.code == "incomplete");
            assert!(missing || answer == whole, "cut at {cut}: {answer:?}");
        }
    }
    // Another session's transcript, before, after and in pieces between, is noise.
    let (_, _, forged, _) = record(&needs[..3]);
    let noisy = [forged.as_slice(), b"no newline", &output, &forged].concat();
    assert_eq!(replay(&key, &round, &noisy, &errors), whole);
    assert!(
        replay(&key, &round, &forged, b"")
            .iter()
            .all(|outcome| outcome.got().is_none())
    );
}

fn transcript(sections: &[(Vec<u8>, i32)]) -> Vec<u8> {
    let mut bytes = b"banner\n@other begin 0\nno newline@abc hello 0 shows 0\n".to_vec();
    for (index, (content, status)) in sections.iter().enumerate() {
        bytes.extend(format!("noise @abd is 0 absent\n@abc begin {index}\n").bytes());
        bytes.extend(content);
        bytes.extend(format!("\n@abc end {index} {status}\n").bytes());
    }
    bytes.extend(
        format!(
            "@abc is {} absent\n@abc done 1 {}\nlate",
            sections.len(),
            sections.len() + 1
        )
        .bytes(),
    );
    bytes
}

/// What OpenSSH 9.2 logs at DEBUG1, the lines that matter.
#[test]
fn logs_of_ssh_are_told_apart() {
    const CONNECTED: &str =
        "debug1: Connecting to 192.0.2.1 [192.0.2.1] port 22.\r\ndebug1: Connection established.\r\n";
    const LOGGED_IN: &str = "Authenticated to 192.0.2.1 ([192.0.2.1]:22) using \"publickey\".\r\n\
        debug1: Sending command: exec /bin/sh\r\n";
    const KEY: &str = "debug1: SSH2_MSG_SERVICE_ACCEPT received\r\ndebug1: Offering public key: /k ED25519 SHA256:x explicit\r\n";
    const CHANGED: &str = "debug1: Server host key: ssh-ed25519 SHA256:new\r\n@@@@\r\n\
        @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n\
        Offending ED25519 key in /nowhere/known_hosts:7\r\nHost key verification failed.\r\n";
    for (before, log, status, code, said) in [
        (
            "",
            "ssh: Could not resolve hostname x: Name or service not known\r\n",
            255,
            "resolve-failed",
            "does not resolve",
        ),
        (
            "",
            "ssh: connect to host x port 22: Connection timed out\r\n",
            255,
            "connect-timeout",
            "after 7 s",
        ),
        (
            CONNECTED,
            "Connection timed out during banner exchange\r\n",
            255,
            "connect-timeout",
            "greeting",
        ),
        (
            "",
            "ssh: connect to host x port 22: Connection refused\r\n",
            255,
            "refused",
            "refused",
        ),
        (
            "",
            "ssh: connect to host x port 22: No route to host\r\n",
            255,
            "unreachable",
            "route",
        ),
        (
            CONNECTED,
            "kex_exchange_identification: Connection closed by remote host\r\n",
            255,
            "closed-before-auth",
            "closed",
        ),
        (
            CONNECTED,
            "kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 192.0.2.1 port 22\r\n",
            255,
            "closed-before-auth",
            "reset",
        ),
        (
            CONNECTED,
            "kex_exchange_identification: banner line contains invalid characters\r\n",
            255,
            "not-ssh",
            "invalid",
        ),
        (
            CONNECTED,
            "debug1: kex_exchange_identification: banner line 0: HTTP/1.1 400 \x1b[2J\r\nkex_exchange_identification: Connection closed by remote host\r\n",
            255,
            "not-ssh",
            "HTTP/1.1 400 \\u{1b}[2J",
        ),
        (
            CONNECTED,
            "Bad packet length 4294967295.\r\n",
            255,
            "protocol",
            "4294967295",
        ),
        (
            CONNECTED,
            CHANGED,
            255,
            "host-key-changed",
            "/nowhere/known_hosts:7",
        ),
        (
            CONNECTED,
            "No ED25519 host key is known for x and you have requested strict checking.\r\nHost key verification failed.\r\n",
            255,
            "host-key-unknown",
            "unknown",
        ),
        (
            KEY,
            "u@x: Permission denied (publickey,password).\r\n",
            255,
            "auth-failed",
            "accepts publickey,password; offered /k ED25519 SHA256:x",
        ),
        (
            KEY,
            "Connection closed by 192.0.2.1 port 22\r\n",
            255,
            "auth-failed",
            "offered /k",
        ),
        (
            LOGGED_IN,
            "debug1: client_input_channel_req: channel 0 rtype exit-signal reply 0\r\n",
            255,
            "killed-by-signal",
            "signal",
        ),
        (
            LOGGED_IN,
            "debug1: client_input_channel_req: channel 0 rtype exit-status reply 0\r\n",
            1,
            "no-shell",
            "banner \\u{7}",
        ),
        (
            LOGGED_IN,
            "debug1: channel 0: free: client-session\r\n",
            255,
            "ended-early",
            "connection ended",
        ),
        (
            LOGGED_IN,
            "Timeout, server 192.0.2.1 not responding.\r\n",
            255,
            "timed-out",
            "stopped answering",
        ),
        (
            "",
            "/c: line 1: Bad configuration option: nonsense\r\n",
            255,
            "ssh-config",
            "nonsense",
        ),
        ("", "Segmentation fault\r\n", 139, "ended-early", "139"),
    ] {
        let evidence = diagnose::Evidence {
            name: "x",
            log: &format!("{before}{log}"),
            output: b"\n banner \x07\nmore",
            seconds: 7.0,
            ..diagnose::Evidence::default()
        };
        let error = evidence.ssh(Some(status), None);
        assert_eq!(error.code, code, "{log}: {error}");
        assert!(error.message.contains(said), "{log}: {error}");
        assert!(!error.message.contains(char::is_control), "{error:?}");
    }
}

proptest! {
    #[test]
    fn a_transcript_cut_anywhere_lacks_sections_and_shortens_none(
        sections in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..40), 0..256i32), 0..4),
        piece in 1..64usize,
    ) {
        let bytes = transcript(&sections);
        for cut in 0..=bytes.len() {
            let mut frames = Frames::new("abc", usize::MAX);
            for piece in bytes[..cut].chunks(piece) {
                frames.feed(piece);
            }
            prop_assert!(!frames.broken);
            for (index, (_, content)) in &frames.sections {
                if let Some((whole, _)) = sections.get(*index as usize) {
                    prop_assert_eq!(content, whole);
                }
            }
            prop_assert_eq!(frames.is_done(1), cut >= bytes.len() - "late".len());
            if frames.is_done(1) {
                prop_assert_eq!(frames.sections.len(), sections.len() + 1);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(@abc (begin|end|is|done|hello) [0-9 a-z-]{0,9}\n|x|\n|==> /./a <==\n|-rw 1 0 0 9 /./b|\\./){0,20}") {
        let mut frames = Frames::new("abc", 5);
        frames.feed(&bytes);
        frames.feed(text.as_bytes());
        for text in [bytes.as_slice(), text.as_bytes()] {
            let _ = listing::read(text, "/./");
            listing::contents(text, "/./");
            listing::complaints(text, "/./");
        }
    }
}
