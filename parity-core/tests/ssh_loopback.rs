//! The ssh transport against a real server on the loopback interface, with keys of its own.
#![cfg(feature = "collect")]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parity_core::need::{Need, Take};
use parity_core::transport::{Ssh, SshHost, SshOptions, Transport, TransportError, Tree};

struct Server {
    child: Child,
    top: tempfile::TempDir,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keygen(file: &Path, passphrase: &str) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", passphrase, "-f"])
        .arg(file)
        .status();
    assert!(made.unwrap().success());
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Server {
    /// A server that this account can log in to, or `None` after saying why there is none.
    fn start() -> Option<Server> {
        let mut places = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].into_iter();
        let sshd = places.find(|path| Path::new(path).exists());
        let has = |tool: &&str| Command::new(tool).arg("-?").output().is_ok();
        let (Some(sshd), true) = (sshd, ["ssh", "ssh-keygen"].iter().all(has)) else {
            eprintln!("skipped: no OpenSSH server and client");
            return None;
        };
        // As root, sshd wants its directory.
        let _ = fs::create_dir_all("/run/sshd");
        let top = tempfile::tempdir().unwrap();
        let at = |name: &str| top.path().join(name);
        for name in ["host", "client", "stranger"] {
            keygen(&at(name), "");
        }
        keygen(&at("locked"), "passphrase");
        let read = |name: &&str| fs::read_to_string(at(name)).unwrap();
        let keys: String = ["client.pub", "locked.pub"].iter().map(read).collect();
        fs::write(at("authorized"), keys).unwrap();
        let port = free_port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPidFile none\nPermitRootLogin yes\n",
            at("host").display(),
            at("authorized").display()
        );
        fs::write(at("sshd_config"), config).unwrap();
        let child = Command::new(sshd)
            .args(["-D", "-e", "-f"])
            .arg(at("sshd_config"))
            .stderr(Stdio::null())
            .spawn();
        let mut server = Server {
            child: child.unwrap(),
            top,
            port,
        };
        server.known_hosts("host");
        let until = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > until || server.child.try_wait().unwrap().is_some() {
                eprintln!("skipped: sshd does not start here");
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let config = server.config(port, "client", "");
        let login = Command::new("ssh")
            .arg("-F")
            .arg(config)
            .args(["there", "true"])
            .output();
        if !login.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: this account may not log in to an sshd of its own");
            return None;
        }
        Some(server)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    /// Knows the server by this key.
    fn known_hosts(&self, key: &str) {
        let key = fs::read_to_string(self.at(&format!("{key}.pub"))).unwrap();
        fs::write(self.at("known_hosts"), format!("# a comment\nthere {key}")).unwrap();
    }

    fn fingerprint(&self, key: &str) -> String {
        let file = self.at(&format!("{key}.pub"));
        let shown = Command::new("ssh-keygen").arg("-lf").arg(file).output();
        let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
        shown.split_whitespace().nth(1).unwrap().to_owned()
    }

    fn config(&self, port: u16, key: &str, more: &str) -> PathBuf {
        let file = self.at(&format!("config-{port}-{key}"));
        let config = format!(
            "Host there\nHostName 127.0.0.1\nHostKeyAlias there\nPort {port}\nIdentityFile {}\nIdentitiesOnly yes\n\
             IdentityAgent none\nUserKnownHostsFile {}\nGlobalKnownHostsFile /dev/null\n{more}",
            self.at(key).display(),
            self.at("known_hosts").display()
        );
        fs::write(&file, config).unwrap();
        file
    }

    fn ssh(&self, port: u16, key: &str, more: &str) -> Ssh {
        let options = SshOptions {
            config_file: Some(self.config(port, key, more)),
            ..SshOptions::default()
        };
        Ssh::new(&SshHost::alias("there").unwrap(), &options, soon())
    }

    fn refusal(&self, port: u16, key: &str) -> TransportError {
        let asked = self.ssh(port, key, "").ask(&[Need::file("etc/passwd")]);
        asked.unwrap_err()
    }

    /// A port that drops this many connections and passes on the others; and how many came.
    fn behind_a_flaky_port(&self, drops: usize) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, server) = (Arc::new(AtomicUsize::new(0)), self.port);
        let counter = Arc::clone(&seen);
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if counter.fetch_add(1, Ordering::SeqCst) < drops {
                    continue;
                }
                let far = TcpStream::connect(("127.0.0.1", server)).unwrap();
                pump(near.try_clone().unwrap(), far.try_clone().unwrap());
                pump(far, near);
            }
        });
        (port, seen)
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(count) = from.read(&mut piece) {
            if count == 0 || to.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn needs() -> Vec<Need> {
    vec![
        Need::file("etc/passwd"),
        Need::file("etc/no-such-file"),
        Need::glob("etc/*.conf", Take::Content(65536)),
        Need::glob("usr/share/doc/*/copyright", Take::Stat),
        Need::range("bin/sh", 4000, 200),
        Need::command(["uname", "-a"]),
        Need::FirstOf(vec![Need::command(["false"]), Need::file("etc/passwd")]),
    ]
}

#[test]
fn a_host_answers_as_the_tree_does() {
    let Some(server) = Server::start() else { return };
    let expected = Tree::local(soon()).unwrap().ask(&needs()).unwrap();
    let mut ssh = server.ssh(server.port, "client", "");
    assert_eq!(ssh.ask(&needs()).unwrap(), expected);
    assert_eq!(ssh.ask(&needs()[..1]).unwrap(), expected[..1]);
    assert!(ssh.notes().is_empty(), "{:?}", ssh.notes());
}

#[test]
fn the_users_configuration_cannot_make_it_do_more() {
    let Some(server) = Server::start() else { return };
    let (marker, socket) = (server.at("marker"), server.at("control"));
    let more = format!(
        "RequestTTY force\nRemoteCommand echo other\nPermitLocalCommand yes\nLocalCommand touch {}\nRemoteForward {} 127.0.0.1:1\n\
         ForwardAgent yes\nStrictHostKeyChecking no\nBatchMode no\nLogLevel QUIET\n\
         ControlMaster auto\nControlPersist 5\nControlPath {}\n",
        marker.display(),
        free_port(),
        socket.display()
    );
    let expected = Tree::local(soon()).unwrap().ask(&needs()).unwrap();
    for _ in 0..2 {
        let start = Instant::now();
        let mut ssh = server.ssh(server.port, "client", &more);
        assert_eq!(ssh.ask(&needs()).unwrap(), expected);
        drop(ssh);
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    }
    assert!(!marker.exists());
    let mut goodbye = Command::new("ssh");
    let _ = goodbye
        .arg("-S")
        .arg(&socket)
        .args(["-O", "exit", "there"])
        .output();
}

#[test]
fn host_keys_are_strict_and_said() {
    let Some(server) = Server::start() else { return };
    server.known_hosts("stranger");
    let error = server.refusal(server.port, "client");
    assert_eq!(error.code, "host-key-changed");
    let (old, new) = (server.fingerprint("stranger"), server.fingerprint("host"));
    for part in [old.as_str(), new.as_str(), "known_hosts:2"] {
        assert!(error.message.contains(part), "{part}: {error}");
    }
    fs::write(server.at("known_hosts"), "").unwrap();
    let error = server.refusal(server.port, "client");
    assert_eq!(error.code, "host-key-unknown");
    assert!(error.message.contains(&new), "{error}");
    assert!(error.help.unwrap().contains("StrictHostKeyChecking=ask"));
    assert_eq!(fs::read(server.at("known_hosts")).unwrap(), b"");
}

#[test]
fn refused_keys_are_named_and_nothing_asks() {
    let Some(server) = Server::start() else { return };
    for key in ["stranger", "locked"] {
        let start = Instant::now();
        let error = server.refusal(server.port, key);
        assert_eq!(error.code, "auth-failed", "{error}");
        assert!(
            error.message.contains(&*server.at(key).to_string_lossy()),
            "{error}"
        );
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn one_more_attempt_and_only_before_login() {
    let Some(server) = Server::start() else { return };
    let (port, seen) = server.behind_a_flaky_port(1);
    let mut ssh = server.ssh(port, "client", "");
    assert!(ssh.ask(&needs()).unwrap()[0].got().is_some());
    let notes = ssh.notes();
    let codes: Vec<&str> = notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(codes, ["second-attempt"]);
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    let (port, seen) = server.behind_a_flaky_port(usize::MAX);
    assert_eq!(server.refusal(port, "client").code, "closed-before-auth");
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    let (port, seen) = server.behind_a_flaky_port(0);
    assert_eq!(server.refusal(port, "stranger").code, "auth-failed");
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    assert_eq!(server.refusal(free_port(), "client").code, "refused");
}
