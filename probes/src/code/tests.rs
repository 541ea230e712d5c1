use proptest::prelude::*;

use super::commands::used;
use super::environment::{provided, required};
use super::language::{Language, is_own, without_comments};
use super::memory::{bundler, declared};
use super::zones::looked_up;
use super::{COMMANDS, compose, go, uses};

fn names(text: &str, language: Language, path: &str) -> Vec<String> {
    required(text, language, path).into_keys().collect()
}

#[test]
fn variables_without_a_default() {
    let ruby =
        "a = ENV.fetch('ONE')\nb = ENV.fetch('TWO', 'x')\nc = ENV.fetch(\"THREE\") { 1 }\nd = ENV['FOUR']\n";
    assert_eq!(names(ruby, Language::Ruby, "a.rb"), ["ONE"]);
    let python = "a = os.environ['ONE']\nos.environ['TWO'] = 'x'\nb = os.environ.get('THREE')\n";
    assert_eq!(names(python, Language::Python, "a.py"), ["ONE"]);
    let wsgi = "if 'A' in request.environ:\n    return request.environ['HTTP_REFERER']\n";
    assert_eq!(names(wsgi, Language::Python, "a.py"), [""; 0]);
    let rust = "let a = std::env::var(\"ONE\").expect(\"x\"); let b = env::var(\"TWO\").ok();";
    assert_eq!(names(rust, Language::Rust, "a.rs"), ["ONE"]);
    assert_eq!(
        names("x=${ONE:?set it} ${TWO:-x}", Language::Shell, "a.sh"),
        ["ONE"]
    );
    let secrets = "development:\n  secret_key_base: x\nproduction:\n  secret_key_base: <%= ENV[\"SECRET_KEY_BASE\"] %>\n";
    assert_eq!(
        names(secrets, Language::Settings, "config/secrets.yml"),
        ["SECRET_KEY_BASE"]
    );
}

#[test]
fn variables_that_the_release_sets() {
    assert_eq!(
        provided("Dockerfile", "FROM x\nENV A_B=1 TZ=UTC\nENV OLD value\n"),
        ["A_B", "TZ", "OLD"]
    );
    assert_eq!(provided(".env", "AA=1\n#BB=2\nCC=\n"), ["AA"]);
    assert_eq!(
        provided("deploy/app.service", "[Service]\nEnvironment=\"AA=1\" BB=2\n"),
        ["AA", "BB"]
    );
    assert!(provided(".env.example", "AA=1").is_empty());
}

#[test]
fn comments_and_tests_are_passed_over() {
    let text = without_comments("/* x\n y */\na // b\n# c 'http://x' // d\n", Language::JavaScript);
    assert_eq!(text, "\n\na \n# c 'http://x' \n");
    assert_eq!(without_comments("a = '#x' # y\n", Language::Ruby), "a = '#x' \n");
    assert!(is_own("src/app.py"));
    for foreign in [
        "node_modules/a/index.js",
        "src/a_test.go",
        "tests/a.py",
        "docs/conf.py",
    ] {
        assert!(!is_own(foreign), "{foreign}");
    }
}

#[test]
fn zones() {
    let go = "loc, err := time.LoadLocation(\"America/New_York\")\n";
    assert_eq!(
        looked_up(go, Language::Go),
        (vec!["America/New_York".to_owned()], 1)
    );
    assert_eq!(looked_up("time.LoadLocation(\"UTC\")", Language::Go).0, [""; 0]);
    assert_eq!(
        looked_up("x\nconfig.time_zone = 'Tokyo'", Language::Ruby),
        (vec!["Tokyo".to_owned()], 2)
    );
}

#[test]
fn commands_of_redis() {
    assert!(COMMANDS.is_sorted_by(|a, b| a.name < b.name));
    let names = |text: &str| {
        used(text)
            .into_iter()
            .map(|(c, line)| format!("{} {line}", c.name))
            .collect::<Vec<_>>()
    };
    assert_eq!(names("import redis\nr.getdel('a')\n"), ["GETDEL 2"]);
    assert_eq!(
        names("const client = createClient() // redis\nawait client.getDel(key)"),
        ["GETDEL 2"]
    );
    assert_eq!(names("return redis.call('LMOVE', KEYS[1])"), ["LMOVE 1"]);
    assert_eq!(names("client.getDel(key)"), [""; 0]);
    assert_eq!(names("redis.get('a'); file.copy('b')"), [""; 0]);
}

#[test]
fn users_and_hosts_of_brokers() {
    let host = |text: &str| uses::rabbitmq_guest(text).map(|(host, _)| host);
    assert_eq!(
        host("url = 'amqp://guest:guest@rabbit1:5672//'").as_deref(),
        Some("rabbit1:5672")
    );
    assert_eq!(
        host("[amqp]\nhost = master.example\nuser = guest\n").as_deref(),
        Some("master.example")
    );
    assert_eq!(
        host("spring.rabbitmq.host=mq1\nspring.rabbitmq.username=guest\n").as_deref(),
        Some("mq1")
    );
    for none in [
        "amqp://guest:guest@localhost:5672",
        "amqp://app:x@rabbit1",
        "[db]\nhost = a\nuser = guest\n",
        "amqp://guest:guest@${HOST}/",
    ] {
        assert_eq!(host(none), None, "{none}");
    }
}

#[test]
fn images_with_musl() {
    let image = |text: &str| uses::musl_image(text).map(|(image, _)| image);
    assert_eq!(
        image("FROM golang:1 AS build\nFROM alpine:3.16\n").as_deref(),
        Some("alpine:3.16")
    );
    assert_eq!(
        image("FROM node:20-alpine AS base\nFROM base\n").as_deref(),
        Some("node:20-alpine")
    );
    assert_eq!(image("FROM alpine AS a\nFROM debian:12\n"), None);
}

#[test]
fn memory_and_builds() {
    assert_eq!(
        declared("a\nnode --max-old-space-size=4096 x"),
        Some((4096 << 20, 2))
    );
    assert_eq!(declared("java -Xms2g -Xmx8g"), Some((2 << 30, 1)));
    assert_eq!(
        bundler(r#"{"scripts": {"build": "nuxt build", "start": "npm run build && nuxt start"}}"#),
        Some("nuxt build")
    );
    assert_eq!(
        bundler(r#"{"scripts": {"build": "nuxt build", "start": "nuxt start"}}"#),
        None
    );
}

#[test]
fn images_that_check_the_kernel() {
    let needs = |text: &str| compose::kernel_needs(text).len();
    assert_eq!(
        needs("services:\n  es:\n    image: docker.elastic.co/elasticsearch/elasticsearch:8.11.0\n"),
        1
    );
    assert_eq!(
        needs(
            "services:\n  es:\n    image: elasticsearch:8.11.0\n    environment:\n      - discovery.type=single-node\n"
        ),
        0
    );
}

#[test]
fn manifests_that_draw() {
    let fonts = |name, text| uses::fonts_of_manifest(name, text).map(|(what, _)| what);
    assert_eq!(
        fonts("package.json", r#"{"dependencies": {"html-pdf": "2"}}"#),
        Some("html-pdf")
    );
    assert_eq!(
        fonts("package.json", r#"{"devDependencies": {"puppeteer": "2"}}"#),
        None
    );
    assert_eq!(
        fonts("requirements.txt", "# pdfkit\nWeasyPrint==60\n"),
        Some("weasyprint")
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in "[ -~\n\u{e4}]{0,200}") {
        for language in [Language::Ruby, Language::Python, Language::Rust, Language::Shell, Language::Go, Language::JavaScript] {
            let clean = without_comments(&text, language);
            let _ = (names(&clean, language, "config/secrets.yml"), looked_up(&clean, language), used(&clean));
            let _ = (uses::certificates(&clean, language), uses::local_time(&clean, language), uses::imagemagick(&clean, language));
        }
        let _ = (declared(&text), bundler(&text), uses::rabbitmq_guest(&text), uses::musl_image(&text), compose::kernel_needs(&text));
        let _ = (go::program(text.as_bytes()), provided("Dockerfile", &text), uses::hour_of_crontab("cron.d/a", &text));
    }
}
