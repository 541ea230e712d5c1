use super::modules::{is_postfix, of_dovecot, of_postfix};
use super::table::{Gone, Since, needed, refused};
use super::{dovecot, exim, haproxy, sshd};

const NEW: [&[Since]; 4] = [&dovecot::NEW, &exim::NEW, &haproxy::NEW, &sshd::NEW];
const GONE: [&[Gone]; 4] = [&dovecot::GONE, &exim::GONE, &haproxy::GONE, &sshd::GONE];

#[test]
fn tables_are_sorted_and_have_versions() {
    let number =
        |version: &str| -> Vec<u32> { version.split('.').map(|part| part.parse().unwrap()).collect() };
    for table in NEW {
        assert!(table.is_sorted_by(|(a, _), (b, _)| number(a) < number(b)));
        for (version, phrases) in table {
            let phrases: Vec<&str> = phrases.split("; ").collect();
            assert!(phrases.is_sorted_by(|a, b| a < b), "{version}: {phrases:?}");
            assert!(
                phrases
                    .iter()
                    .all(|phrase| !phrase.contains(';') && phrase.trim() == *phrase)
            );
        }
    }
    for table in GONE {
        assert!(table.is_sorted_by(|a, b| a.phrase < b.phrase));
        for gone in table {
            assert!(!number(gone.version).is_empty() && !gone.instead.is_empty());
        }
    }
}

fn seen(found: impl IntoIterator<Item = (String, (&'static str, u32))>) -> Vec<String> {
    found
        .into_iter()
        .map(|(what, (version, line))| format!("{line}: {what} {version}"))
        .collect()
}

#[test]
fn haproxy_lines() {
    let text = "\
global
  # nbproc 4
  nbproc 4
  ssl-default-bind-options no-sslv3 ssl-min-ver TLSv1.2
frontend a
  bind :443 ssl crt /x.pem alpn h2 # curves
  no option forceclose
  http-request return status 200
listen stats 0.0.0.0:1936
backend b
  default-server ca-file x ssl-min-ver TLSv1.2
  reqirep ^Host:.* Host:\\ x
";
    let uses = haproxy::uses(text);
    assert_eq!(
        seen(needed(&uses, &haproxy::NEW)),
        [
            "8: http-request return 2.2",
            "11: server ssl-min-ver 1.8",
            "4: ssl-default-bind-options 1.6",
            "4: ssl-default-bind-options ssl-min-ver 1.8",
        ]
    );
    let found = refused(&uses, &haproxy::GONE)
        .into_iter()
        .chain(haproxy::more(&uses).map(|(gone, line)| (gone.phrase.to_owned(), (gone, line))));
    assert_eq!(
        seen(found.map(|(what, (gone, line))| (what, (gone.version, line)))),
        [
            "3: nbproc 2.5",
            "7: option forceclose 2.5",
            "12: reqirep 2.1",
            "9: an address on the line of its section 1.6",
        ]
    );
}

#[test]
fn dovecot_settings() {
    let text = "ssl = required\nssl_cert = </etc/x.pem\nplugin {\n  quota = maildir\n}\nssl_min_protocol = TLSv1.2\n";
    let uses = dovecot::uses(text);
    assert_eq!(seen(needed(&uses, &dovecot::NEW)), ["6: ssl_min_protocol 2.3.0"]);
    let found = refused(&uses, &dovecot::GONE);
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["plugin {", "ssl_cert"]);
    assert!(dovecot::more("etc/dovecot/dovecot.conf", &uses).is_some());
    assert!(dovecot::more("etc/dovecot/conf.d/10-ssl.conf", &uses).is_none());
    let new = dovecot::uses("# x\ndovecot_config_version = 2.4.1\nssl = yes\n");
    assert!(dovecot::more("dovecot.conf", &new).is_none());
}

#[test]
fn options_and_algorithms_of_sshd() {
    let text = "PubkeyAcceptedAlgorithms +ssh-rsa,ssh-dss\nCiphers aes256-ctr,arcfour\nMACs -hmac-ripemd160\nInclude=/etc/x\n";
    let uses = sshd::uses(text);
    assert_eq!(
        seen(needed(&uses, &sshd::NEW)),
        ["4: include 8.2", "1: pubkeyacceptedalgorithms 8.5"]
    );
    let found = refused(&uses, &sshd::GONE);
    assert_eq!(
        found.into_keys().collect::<Vec<_>>(),
        ["ciphers arcfour", "pubkeyacceptedalgorithms ssh-dss"]
    );
}

#[test]
fn tainted_paths_of_exim() {
    let tainted = |text: &str| exim::more(&exim::uses(text)).map(|(_, line)| line);
    assert_eq!(tainted("transports\n  file = /var/mail/$local_part\n"), Some(2));
    assert_eq!(tainted("  directory = /home/vmail/${domain}\n"), Some(1));
    assert_eq!(
        tainted("data = ${lookup{x}lsearch{/etc/exim/$domain/aliases}}\n"),
        Some(1)
    );
    assert_eq!(tainted("file = /var/mail/$local_part_data\n"), None);
    assert_eq!(tainted("data = $local_part@$domain\n"), None);
    assert_eq!(
        tainted("allow_insecure_tainted_data = yes\nfile = /m/$local_part\n"),
        None
    );
}

#[test]
fn whose_file_it_is() {
    assert!(haproxy::is_file("deploy/haproxy/haproxy.cfg"));
    assert!(!haproxy::is_file("setup.cfg"));
    assert!(dovecot::is_file("etc/dovecot/conf.d/10-ssl.conf"));
    assert!(!dovecot::is_file("dovecot/dovecot-sql.conf.ext"));
    assert!(!dovecot::is_file("dovecot/dovecot-ldap.conf"));
    assert!(exim::is_file("exim4/conf.d/transport/30_local") && exim::is_file("exim4.conf.template"));
    assert!(!exim::is_file("nginx/conf.d/site"));
    assert!(sshd::is_file("ssh/sshd_config.d/10-a.conf") && sshd::is_file("sshd_config"));
    assert!(!sshd::is_file("ssh/ssh_config"));
}

#[test]
fn what_has_to_be_loaded() {
    let main = "alias_maps = hash:/etc/aliases\nvirtual_alias_maps =\n  proxy:mysql:/etc/postfix/a.cf,\n  pcre:/etc/postfix/b\n# ldap:/x\n";
    let found = of_postfix(main);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["mysql", "pcre"]);
    assert_eq!(found["mysql"].line, 3);
    let found =
        of_dovecot("protocols = imap lmtp sieve\nprotocol lda {\n  mail_plugins = $mail_plugins sieve\n}\n");
    let packages: Vec<&str> = found.values().map(|module| module.package.as_str()).collect();
    assert_eq!(
        packages,
        [
            "dovecot-imapd",
            "dovecot-lmtpd",
            "dovecot-managesieved",
            "dovecot-sieve"
        ]
    );
    assert!(is_postfix("etc/postfix/main.cf") && !is_postfix("conf/main.cf"));
}
