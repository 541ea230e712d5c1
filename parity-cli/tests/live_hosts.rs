//! What `parity check` predicts of this machine, against what really happens: in namespaces of their own a mount is set, a setting
//! turned off, packets routed; then the same after the remedy.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const PARITY: &str = env!("CARGO_BIN_EXE_parity");

/// Runs a script of a shell in a directory, `$PARITY` and the directory `dev`, a root with nothing in it, at its hand.
fn script(directory: &Path, namespaces: &[&str], text: &str) -> Output {
    fs::create_dir_all(directory.join("dev/etc")).unwrap();
    fs::write(directory.join("dev/etc/os-release"), "ID=constructed\n").unwrap();
    Command::new("unshare")
        .args(namespaces)
        .args(["sh", "-ec", text])
        .env("PARITY", PARITY)
        .env("LC_ALL", "C")
        .current_dir(directory)
        .output()
        .unwrap()
}

/// Whether namespaces of these kinds can be made here.
fn can(namespaces: &[&str]) -> bool {
    let tried = Command::new("unshare").args(namespaces).arg("true").output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        eprintln!(
            "skipped: no namespaces can be made here (unshare {})",
            namespaces.join(" ")
        );
    }
    can
}

/// The findings of a rule in a report.
fn findings(report: &Path, rule: &str) -> Vec<String> {
    let text = fs::read_to_string(report).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| finding["message"].as_str().unwrap().to_owned())
        .collect()
}

fn lines(output: &Output) -> Vec<String> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said.lines().map(str::to_owned).collect()
}

const CHECK: &str = "check() { \"$PARITY\" check --format json --dev rootfs:dev --against local --artifact release >$1 || true; }\n";

#[test]
fn a_program_on_a_mount_without_leave_to_run() {
    let namespaces = ["-rm", "--propagation", "private"];
    if !can(&namespaces) {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let at = place.path().join("volume");
    fs::create_dir_all(place.path().join("release")).unwrap();
    let unit = format!("[Service]\nExecStart={}/server\n", at.display());
    fs::write(place.path().join("release/shop.service"), unit).unwrap();
    let text = "mkdir volume; mount -t tmpfs -o noexec none volume; cp /bin/true volume/server\n\
                volume/server 2>/dev/null || echo refused; check before.json\n\
                mount -o remount,exec volume; volume/server && echo runs; check after.json\n";
    let said = script(place.path(), &namespaces, &format!("{CHECK}{text}"));
    assert_eq!(lines(&said), ["refused", "runs"]);
    let told = findings(&place.path().join("before.json"), "noexec-program");
    assert!(told.len() == 1 && told[0].contains("mounts noexec"), "{told:?}");
    assert_eq!(
        findings(&place.path().join("after.json"), "noexec-program"),
        [""; 0]
    );
}

#[test]
fn a_sandbox_where_user_namespaces_are_forbidden() {
    if !can(&["-r"]) {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("release/bin")).unwrap();
    fs::copy("/bin/true", place.path().join("release/bin/bwrap")).unwrap();
    let text = "unshare -U true && echo made; check before.json\n\
                echo 0 >/proc/sys/user/max_user_namespaces\n\
                unshare -U true 2>/dev/null || echo refused; check after.json\n";
    let said = script(place.path(), &["-r"], &format!("{CHECK}{text}"));
    assert_eq!(lines(&said), ["made", "refused"]);
    assert_eq!(
        findings(&place.path().join("before.json"), "userns-denied"),
        [""; 0]
    );
    let told = findings(&place.path().join("after.json"), "userns-denied");
    assert!(
        told.len() == 1 && told[0].contains("user.max_user_namespaces = 0"),
        "{told:?}"
    );
}

/// Two machines and one between them with a bridge that is called as Docker calls its own.
const NETWORK: &str = "\
mount -t tmpfs none /run/netns 2>/dev/null || { mkdir -p /run/netns; mount -t tmpfs none /run/netns; }
ip netns add host; ip netns add container; ip netns add database
ip -n host link add docker0 type bridge; ip -n host addr add 172.17.0.1/16 dev docker0; ip -n host link set docker0 up
ip -n host link add inner type veth peer name eth0 netns container; ip -n host link set inner master docker0 up
ip -n container addr add 172.17.0.2/16 dev eth0; ip -n container link set eth0 up
ip -n container route add default via 172.17.0.1
ip -n host link add outer type veth peer name eth0 netns database
ip -n host addr add 192.0.2.1/24 dev outer; ip -n host link set outer up
ip -n database addr add 192.0.2.2/24 dev eth0; ip -n database link set eth0 up; ip -n database route add default via 192.0.2.1
listen='import socket; s = socket.create_server((\"192.0.2.2\", 5432)); [s.accept() for _ in range(9)]'
ip netns exec database python3 -c \"$listen\" & listener=$!
trap 'kill $listener' EXIT
connect='import socket; socket.create_connection((\"192.0.2.2\", 5432), 1)'
try() { for _ in 1 2 3; do ip netns exec container python3 -c \"$connect\" 2>/dev/null && { echo connects; return; }; sleep 0.3; done; echo refused; }
check() { ip netns exec host \"$PARITY\" check --format json --dev rootfs:dev --against local --artifact release >$1 || true; }
";

#[test]
fn a_host_that_does_not_route_for_its_containers() {
    let namespaces = ["-rmn", "--propagation", "private"];
    if !can(&namespaces) {
        return;
    }
    let is_there = |program: &str| Command::new(program).arg("--help").output().is_ok();
    if !is_there("ip") || !is_there("python3") {
        eprintln!("skipped: iproute2 and python3 are needed");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("release")).unwrap();
    fs::write(place.path().join("release/README"), "nothing\n").unwrap();
    let set = |value: u8| format!("ip netns exec host sh -c 'echo {value} >/proc/sys/net/ipv4/ip_forward'\n");
    let text = format!(
        "{NETWORK}{}try; check before.json\n{}try; check after.json\n",
        set(0),
        set(1)
    );
    let said = script(place.path(), &namespaces, &text);
    if !said.status.success() && String::from_utf8_lossy(&said.stderr).contains("not permitted") {
        eprintln!("skipped: {}", String::from_utf8_lossy(&said.stderr));
        return;
    }
    assert_eq!(lines(&said), ["refused", "connects"]);
    let told = findings(&place.path().join("before.json"), "forwarding-off");
    assert!(told.len() == 1 && told[0].contains("docker0"), "{told:?}");
    assert_eq!(
        findings(&place.path().join("after.json"), "forwarding-off"),
        [""; 0]
    );
}
