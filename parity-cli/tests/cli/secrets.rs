//! Secrets on a host or in a project stay there, whatever is asked and however loudly.

use crate::diff::root;
use crate::world::World;

const SECRETS: [(&str, &str); 12] = [
    (
        "etc/redis/redis.conf",
        "bind 127.0.0.1\nport 6379\nrequirepass CANARY-redis\nmasterauth CANARY-master\n",
    ),
    (
        "etc/postgresql/15/main/postgresql.conf",
        "port = 5432\nprimary_conninfo = 'host=a password=CANARY-pg'\n",
    ),
    (
        "etc/nginx/nginx.conf",
        "http { server { listen 80; location / { proxy_pass http://u:CANARY-url@back:80/; fastcgi_param TOKEN CANARY-param; } } }\n",
    ),
    (
        "etc/nginx/conf.d/app.conf",
        "server { listen 81; proxy_set_header Authorization \"Basic CANARY-basic\"; set $api_key CANARY-set; }\n",
    ),
    (
        "etc/mysql/my.cnf",
        "[client]\npassword=CANARY-mysql\n[mysqld]\nport=3306\n",
    ),
    (
        "etc/systemd/system/app.service",
        "[Unit]\nDescription=app\n[Service]\nEnvironment=DB_PASSWORD=CANARY-unit \"OTHER=CANARY-other\"\nExecStart=/usr/bin/app --token CANARY-argument\n[Install]\nWantedBy=multi-user.target\n",
    ),
    (
        "etc/systemd/system/app.service.d/override.conf",
        "[Service]\nEnvironment=SECRET=CANARY-drop-in\nExecStart=/usr/bin/app --password=CANARY-override\n",
    ),
    (
        "etc/environment",
        "HTTP_PROXY=http://user:CANARY-proxy@proxy:3128\nPLAIN=CANARY-environment\n",
    ),
    ("etc/shadow", "root:CANARY-hash:1:::::\n"),
    (
        "etc/ssh/sshd_config",
        "Port 22\nPasswordAuthentication no\nSetEnv TOKEN=CANARY-sshd\n",
    ),
    (
        "etc/apt/sources.list",
        "deb https://user:CANARY-apt@deb.example/debian bookworm main\n",
    ),
    (
        "etc/ssl/private/key.pem",
        "-----BEGIN PRIVATE KEY-----\nCANARY-key\n-----END PRIVATE KEY-----\n",
    ),
];

const PROJECT: [(&str, &str); 4] = [
    (
        "compose.yaml",
        "services:\n  db:\n    image: postgres:15\n    environment:\n      POSTGRES_PASSWORD: CANARY-compose\n  app:\n    image: registry.example/app:1\n    environment:\n      - TOKEN=CANARY-list\n    command: app --token CANARY-command\n",
    ),
    (".env", "SECRET=CANARY-env\n"),
    (
        "package.json",
        "{\"engines\": {\"node\": \">=18\"}, \"dependencies\": {\"x\": \"git+https://u:CANARY-git@h/x.git\"}}\n",
    ),
    (
        "Dockerfile",
        "FROM debian:12\nENV TOKEN=CANARY-dockerfile\nARG PASSWORD=CANARY-arg\n",
    ),
];

#[test]
fn no_secret_leaves() {
    let world = World::shop();
    root(&world);
    for (path, text) in SECRETS {
        world.text(&format!("root/{path}"), text);
    }
    for (path, text) in PROJECT {
        world.text(path, text);
    }
    let before = world.names();
    let mut told = String::new();
    for line in [
        "parity snapshot rootfs:root -vv -o snapshot.json",
        "parity snapshot rootfs:root -vv",
        "parity capture rootfs:root -vv -o root.bundle",
        "parity diff rootfs:root facts:be1.toml --all -vv",
        "parity diff facts:be1.toml rootfs:root --all -vv --format json",
        "parity check --against rootfs:root --artifact . --all -vv --format text --format json=report.json",
        "parity check --against backend=rootfs:root --artifact package.json --dev rootfs:root --all -vv",
        "parity check --env production --artifact . --all -vv",
        "parity lock -vv",
    ] {
        let run = world.shell(line);
        assert!(run.code != 2 && run.code != 101, "{line}: {}", run.err);
        told.push_str(&format!("{line}\n{}{}", run.out, run.err));
    }
    for name in world.names().iter().filter(|name| !before.contains(name)) {
        told.push_str(&format!("{name}\n{}", world.read(name)));
    }
    assert!(
        told.contains("[redacted]"),
        "nothing was redacted: nothing was read"
    );
    let leaks: Vec<&str> = told.lines().filter(|line| line.contains("CANARY")).collect();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

const POLICY: &str = "[environments.production]\nweb = [\"rootfs:web1\", \"rootfs:web2\"]\n\n[[policy.must-equal]]\nfact = \"secret.digest[*:SESSION_KEY]\"\n";

/// Two web servers whose sessions need one key.
fn pair(second: &str) -> World {
    let world = World::empty();
    for (name, secret) in [("web1", "CANARY-session"), ("web2", second)] {
        world
            .text(&format!("{name}/etc/os-release"), "ID=debian\nVERSION_ID=12\n")
            .text(
                &format!("{name}/etc/systemd/system/shop.service"),
                "[Service]\nEnvironmentFile=/etc/default/shop\nExecStart=/usr/bin/shop\n",
            )
            .text(
                &format!("{name}/etc/default/shop"),
                &format!("SESSION_KEY={secret}\n"),
            );
    }
    world.text("parity.toml", POLICY);
    world
}

fn checked(world: &World, key: Option<&str>) -> crate::world::Run {
    let mut command = world.command(&["check", "--env", "production", "--format", "json"]);
    if let Some(key) = key {
        command.env("PARITY_DIGEST_KEY", key);
    }
    crate::world::Run::of(command.output().unwrap())
}

#[test]
fn equal_secrets_are_told_under_a_key() {
    let key = Some("0123456789abcdef0123456789abcdef");
    let same = checked(&pair("CANARY-session"), key);
    assert!(!same.out.contains("policy-must-equal"), "{}", same.out);
    let other = checked(&pair("CANARY-other"), key);
    assert_eq!(other.code, 1, "{}", other.err);
    assert!(other.out.contains("policy-must-equal"), "{}", other.out);
    let without = checked(&pair("CANARY-other"), None);
    assert_eq!(without.code, 3, "{}", without.err);
    assert!(
        without.out.contains("no key was given (--digest-key)"),
        "{}",
        without.out
    );
    for run in [same, other, without] {
        assert!(!run.out.contains("CANARY"), "{}", run.out);
    }
}

#[test]
fn a_key_that_is_none_is_refused() {
    let world = pair("CANARY-other");
    let run = checked(&world, Some("short"));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("32 are needed"), "{}", run.err);
    world.text("key", "0123456789abcdef0123456789abcdef\n");
    let run = world.shell("chmod 644 key; parity check --digest-key key --env production");
    assert!(
        run.code == 2 && run.err.contains("others may read this key"),
        "{}",
        run.err
    );
    let run = world.shell("chmod 600 key; parity check --digest-key key --env production");
    assert!(
        run.code == 2 && run.err.contains("inside of the repository"),
        "{}",
        run.err
    );
}
