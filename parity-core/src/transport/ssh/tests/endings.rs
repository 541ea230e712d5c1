//! How sessions end: in time, in size, early, and through other clients.

use super::*;

fn failure(argv: &[&str], cap: u64, wait: Duration) -> (&'static str, String, Duration) {
    let start = Instant::now();
    let carrier = Carrier::test(CarrierKind::Container, argv);
    let error = Remote::new(carrier, cap, start + wait)
        .ask(&[Need::file("etc/hostname")])
        .unwrap_err();
    (error.code, error.message, start.elapsed())
}

#[test]
fn what_never_answers_ends_in_time_and_size() {
    let long = Duration::from_secs(20);
    let (code, _, took) = failure(&["sleep", "60"], CAP, Duration::from_millis(300));
    assert!(
        code == "timed-out" && took < Duration::from_secs(2),
        "{code} {took:?}"
    );
    let (code, _, took) = failure(
        &["sh", "-c", "while :; do echo; sleep 0.05; done"],
        CAP,
        Duration::from_millis(300),
    );
    assert!(
        code == "timed-out" && took < Duration::from_secs(2),
        "{code} {took:?}"
    );
    for flood in ["exec yes", "exec tr '\\0' a < /dev/zero", "exec yes >&2"] {
        assert_eq!(
            failure(&["sh", "-c", flood], 1 << 20, long).0,
            "output-limit",
            "{flood}"
        );
    }
    let (code, message, _) = failure(&["sh", "-c", "printf 'not\\033[2J\\n'; exit 1"], CAP, long);
    assert_eq!(
        (code, message.contains("not\\u{1b}[2J")),
        ("no-shell", true),
        "{message}"
    );
    assert_eq!(
        failure(&["sh", "-c", "kill -9 $$"], CAP, long).0,
        "killed-by-signal"
    );
    assert_eq!(failure(&["no-such-client"], CAP, long).0, "client-missing");
    let error = "Error response from daemon: No such container: x";
    assert_eq!(
        failure(&["sh", "-c", &format!("echo '{error}' >&2; exit 1")], CAP, long).0,
        "no-such-container"
    );
}

#[test]
fn a_status_after_the_last_answer_does_not_matter() {
    let mut remote = through(&["sh", "-c", "/bin/sh; exit 255"]);
    assert!(
        remote.ask(&[Need::file("etc/hostname")]).unwrap()[0]
            .got()
            .is_some()
    );
    drop(remote);
    let mut remote = through(&["sh", "-c", "sleep 20 & exec /bin/sh"]);
    let start = Instant::now();
    assert!(
        remote.ask(&[Need::file("etc/hostname")]).unwrap()[0]
            .got()
            .is_some()
    );
    drop(remote);
    assert!(start.elapsed() < Duration::from_secs(2));
}

/// A session that is cut keeps what was complete and says of the rest that it is not.
#[test]
fn a_cut_session_gives_no_shorter_answer() {
    let needs = [
        Need::file("etc/passwd"),
        Need::glob("etc/*", Take::Head(64)),
        Need::FirstOf(vec![Need::command(["false"]), Need::file("etc/passwd")]),
        Need::command(["ls", "/etc"]),
    ];
    let whole = through(&["sh"]).ask(&needs).unwrap();
    let mut partial = 0;
    for cut in (0..40_000).step_by(1499) {
        let cutter = format!("exec 3<&0; exec dd bs=1 count={cut} 2>/dev/null < <(exec sh <&3 2>/dev/null)");
        match through(&["bash", "-c", &cutter]).ask(&needs) {
            Ok(answers) => {
                partial += 1;
                for (answer, whole) in answers.iter().zip(&whole) {
                    match answer {
                        Outcome::Failed(failure) => assert_eq!(failure.code, "incomplete"),
                        answer => assert_eq!(without_errors(answer), without_errors(whole)),
                    }
                }
            }
            Err(error) => assert!(["ended-early", "no-shell"].contains(&error.code), "{error:?}"),
        }
    }
    assert!(partial > 3, "{partial}");
}

/// The cutter above drops standard error.
fn without_errors(outcome: &Outcome<Answer>) -> String {
    format!("{outcome:?}")
        .replace("NotPermitted", "")
        .replace("cannot-read", "")
}

#[test]
fn later_rounds_use_the_same_shell_and_a_dead_one_is_told() {
    let mut remote = through(&["sh", "-c", "echo start >&2; exec sh"]);
    let pid = Need::command(["sh", "-c", "echo $PPID"]);
    let first = remote.ask(std::slice::from_ref(&pid)).unwrap();
    let second = remote.ask(std::slice::from_ref(&pid)).unwrap();
    assert_eq!(first, second);
    let killer = match &first[0] {
        Outcome::Got(Answer::Output(output)) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        other => panic!("{other:?}"),
    };
    let last = remote
        .ask(&[Need::file("etc/passwd"), Need::command(["kill", "-9", &killer])])
        .unwrap();
    assert!(last[0].got().is_some());
    assert!(
        matches!(&last[1], Outcome::Failed(failure) if failure.code == "incomplete"),
        "{last:?}"
    );
    assert!(
        remote.notes().iter().any(|note| note.code == "killed-by-signal"),
        "{:?}",
        remote.notes()
    );
    assert!(remote.ask(&[Need::file("etc/passwd")]).is_err());
}

#[test]
fn another_client_carries_the_same_script() {
    let top = tempfile::tempdir().unwrap();
    let client = top.path().join("client");
    let fake = "#!/bin/sh\n[ \"$1 $2 $3 $4 $5\" = 'exec -i web-1 /bin/sh -c' ] || { echo \"Error: No such container: $3\" >&2; exit 1; }\nexec sh -c \"$6\"\n";
    fs::write(&client, fake).unwrap();
    fs::set_permissions(&client, fs::Permissions::from_mode(0o755)).unwrap();
    let client = client.to_str().unwrap();
    let ask = |name: &str| {
        let carrier = Carrier::docker(client, name).unwrap();
        Remote::new(carrier, CAP, soon()).ask(&[Need::command(["uname"])])
    };
    let expected = Tree::local(soon()).unwrap().ask(&[Need::command(["uname"])]);
    assert_eq!(ask("web-1"), expected);
    let error = ask("web-2").unwrap_err();
    assert_eq!(error.code, "no-such-container");
    assert!(error.message.contains("web-2"), "{error}");
    let pod = Carrier::kubectl("shop", "api-0", Some("app")).unwrap();
    let argv = "kubectl exec -i -n shop api-0 -c app -- /bin/sh -c ";
    assert!(pod.argv().join(" ").starts_with(argv), "{pod:?}");
    for name in ["", "-it", "--privileged", "a b", "a/b", "a\nb", "$(id)"] {
        assert!(Carrier::docker("docker", name).is_err(), "{name}");
        assert!(
            Carrier::kubectl(name, "pod", None).is_err()
                && Carrier::kubectl("ns", "pod", Some(name)).is_err()
        );
    }
}
