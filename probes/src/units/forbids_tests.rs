use proptest::prelude::*;

use super::*;

fn of(text: &str, script: Option<&'static str>) -> Confined {
    confined(&format!("[Service]\n{text}"), |_| script, |_| false, |_| None)
}

fn forbidden(text: &str, script: Option<&'static str>) -> Vec<String> {
    of(text, script)
        .forbids
        .into_iter()
        .map(|((name, since), (what, _))| format!("{name} {since}: {what}"))
        .collect()
}

#[test]
fn what_a_unit_forbids() {
    for (text, script, expected) in [
        (
            "MemoryDenyWriteExecute=yes\nExecStart=/usr/bin/node x.js\n",
            None,
            "MemoryDenyWriteExecute 231: memory that node writes machine code into and runs",
        ),
        (
            "MemoryDenyWriteExecute=true\nExecStart=/opt/a/run\n",
            Some("#!/usr/bin/env node\n"),
            "MemoryDenyWriteExecute 231: memory that node writes machine code into and runs",
        ),
        (
            "User=a\nNoNewPrivileges=yes\nExecStart=/opt/a/run.sh\n",
            Some("#!/bin/sh\n# sudo\nx && sudo -n y\n"),
            "NoNewPrivileges 187: sudo, which run.sh calls, to become another user",
        ),
        (
            "User=a\nRestrictNamespaces=yes\nExecStart=/usr/bin/sudo x\n",
            None,
            "RestrictNamespaces 187: sudo, which sudo calls, to become another user",
        ),
        (
            "ProtectHome=yes\nWorkingDirectory=/home/a/b\nExecStart=/usr/bin/python3 x\n",
            None,
            "ProtectHome=yes 214: the service to see /home/a/b",
        ),
        (
            "ProtectSystem=strict\nExecStart=/opt/a --data-dir /var/lib/a\n",
            None,
            "ProtectSystem=strict 232: to write /var/lib/a",
        ),
        (
            "User=d\nExecStart=/opt/t/t --config /opt/t/c.json\nWorkingDirectory=/opt/t\nProtectSystem=strict\nReadWritePaths=/opt/t/data\nEnvironment=LOG_FILE=/opt/t/logs/t.log\n",
            None,
            "ProtectSystem=strict 232: to write /opt/t/logs/t.log",
        ),
        (
            "ProtectSystem=full\nEnvironment=DB=sqlite:////etc/a/a.db\nExecStart=/opt/a\n",
            None,
            "ProtectSystem=full 214: to write /etc/a/a.db",
        ),
        (
            "ProtectSystem=strict\nType=forking\nPIDFile=/run/a/a.pid\nExecStart=/opt/a\n",
            None,
            "ProtectSystem=strict 232: to write /run/a/a.pid",
        ),
    ] {
        assert_eq!(forbidden(text, script), [expected], "{text}");
    }
}

#[test]
fn what_it_leaves_open() {
    for text in [
        "MemoryDenyWriteExecute=no\nExecStart=/usr/bin/node x.js\n",
        "MemoryDenyWriteExecute=yes\nExecStart=/usr/bin/node --jitless x.js\n",
        "MemoryDenyWriteExecute=yes\nExecStart=/opt/go/app\n",
        "NoNewPrivileges=yes\nExecStart=/usr/bin/sudo x\n",
        "ProtectHome=read-only\nExecStart=/home/a/b\n",
        "ProtectHome=tmpfs\nBindReadOnlyPaths=/home/a\nExecStart=/home/a/b\n",
        "ProtectSystem=strict\nStateDirectory=a\nExecStart=/opt/a --data-dir /var/lib/a/x\n",
        "ProtectSystem=strict\nReadWritePaths=-/srv/a\nEnvironment=DATA_DIR=/srv/a/d LOG_LEVEL=/x\nExecStart=/opt/a\n",
        "ProtectSystem=full\nExecStart=/opt/a --data-dir=/var/lib/a\n",
    ] {
        assert_eq!(forbidden(text, None), [""; 0], "{text}");
    }
}

#[test]
fn ports_below_1024() {
    let ports = |text: &str, script| of(text, script).low_ports.into_keys().collect::<Vec<_>>();
    assert_eq!(
        ports("User=a\nEnvironment=PORT=80 X=1\nExecStart=/opt/a\n", None),
        [80]
    );
    assert_eq!(
        ports("User=a\nExecStart=/opt/a --bind 0.0.0.0:443 -p 8080\n", None),
        [443]
    );
    assert_eq!(
        ports(
            "User=a\nExecStart=/usr/bin/node s.js\n",
            Some("app.listen(80, x)")
        ),
        [80]
    );
    for text in [
        "Environment=PORT=80\nExecStart=/opt/a\n",
        "User=a\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nEnvironment=PORT=80\nExecStart=/opt/a\n",
        "User=a\nEnvironment=PORT=8080\nExecStart=/opt/a\n",
    ] {
        assert_eq!(ports(text, None), [0; 0], "{text}");
    }
}

#[test]
fn what_has_to_be_there() {
    let paths = |text: &str| {
        of(text, None)
            .paths
            .into_keys()
            .map(|(place, name)| format!("{place} {name}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        paths("EnvironmentFile=/etc/default/pay\nWorkingDirectory=/var/lib/pay/x\nExecStart=/usr/bin/pay\n"),
        ["/etc/default pay", "/var/lib pay"]
    );
    assert_eq!(
        paths("EnvironmentFile=-/etc/default/pay\nWorkingDirectory=/opt/pay\nExecStart=/opt/pay/run\n"),
        [""; 0]
    );
    assert_eq!(
        paths("StateDirectory=pay\nWorkingDirectory=/var/lib/pay\nExecStart=/usr/bin/pay\n"),
        [""; 0]
    );
    assert_eq!(
        paths("WorkingDirectory=/home/a/app\nExecStart=/home/a/app/run\n"),
        [""; 0]
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in "(ExecStart|User|Environment|ProtectSystem|PIDFile|EnvironmentFile)=\\PC{0,60}(\nExecStart=\\PC{0,60}){0,3}") {
        let _ = of(&text, Some("#!/bin/sh\nsudo x"));
    }
}
