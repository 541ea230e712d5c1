//! The page of `--format html`, in a real browser: what hosts say is text, nothing is loaded, and it answers to clicks and keys.

use std::net::TcpListener;
use std::process::Command;

use serde_json::{Value as Json, json};

use crate::formats::hostile;
use crate::world::{World, host};

const CHECK: [&str; 5] = ["check", "--env", "production", "--format", "html=report.html"];

const DRIVER: &str = include_str!("browser.py");

fn page(world: &World) -> String {
    world.parity(&CHECK).ended(1);
    world.read("report.html")
}

/// What is between the style and the script: the rest is in the repository already.
fn body(page: &str) -> &str {
    let body = page.split_once("<body>\n").unwrap().1;
    body.split_once("<script>").unwrap().0
}

/// What the scripts return that are run in the page, then what its console said and what it asked the network for; nothing
/// where there is no browser, which is said.
fn browse(world: &World, file: &str, steps: &[&str]) -> Option<Vec<Json>> {
    let there = |program: &str| {
        Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|run| run.status.success())
    };
    if !there("chromedriver") || !there("/usr/bin/python3") {
        eprintln!("skipped: chromedriver (package chromium-driver) or python3 is not installed");
        return None;
    }
    let url = format!("file://{}", world.path(file).display());
    let run = Command::new("/usr/bin/python3")
        .args(["-c", DRIVER, &url])
        .args(steps)
        .output()
        .unwrap();
    let (out, error) = (
        String::from_utf8(run.stdout).unwrap(),
        String::from_utf8_lossy(&run.stderr).into_owned(),
    );
    assert!(run.status.success(), "{out}{error}");
    Some(
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

/// What the console says and the network is asked for where all is well.
fn quiet() -> Json {
    json!({ "console": [], "requests": [] })
}

/// Two hundred hosts in four roles, a few of them too old, one of them not fully known.
fn fleet() -> World {
    let world = World::shop();
    let mut hosts = String::new();
    for (role, number) in [("backend", 90), ("web", 90), ("db", 12), ("cache", 8)] {
        let names: Vec<String> = (0..number).map(|n| format!("{role}{n:02}")).collect();
        for (at, name) in names.iter().enumerate() {
            let glibc = if at % 30 == 7 { "2.31" } else { "2.36" };
            world.text(&format!("{name}.toml"), &host(name, glibc));
            world.edit(&format!("{name}.toml"), "\"6.1\"", &format!("\"6.1.{at}\""));
        }
        let names: Vec<String> = names
            .iter()
            .map(|name| format!("\"facts:{name}.toml\""))
            .collect();
        hosts.push_str(&format!("{role} = [{}]\n", names.join(", ")));
    }
    world.edit("backend03.toml", "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
    world.edit("backend03.toml", ", \"library.nodes\"", "");
    let (artifacts, dev) = (
        "[artifacts]\nbackend = [\"bin/api\"]\n",
        "[dev]\ntarget = \"facts:dev.toml\"\n",
    );
    world.text(
        "parity.toml",
        &format!("{artifacts}[environments.production]\n{hosts}{dev}"),
    );
    world
}

#[test]
fn the_page_of_a_report() {
    let world = World::shop();
    world.golden_file("formats-plain-body.html", body(&page(&world)));
    let world = hostile();
    world.golden_file("formats-hostile-body.html", body(&page(&world)));
}

#[test]
fn the_page_of_a_comparison() {
    let world = hostile();
    let config = |user: &str, gzip: &str| {
        format!(
            "\"config.nginx[etc/nginx/nginx.conf:user]\" = \"{user}\"\n\"config.nginx[etc/nginx/nginx.conf:http/gzip]\" = \"{gzip}\"\n"
        )
    };
    for (name, gzip) in [("be1", "on"), ("be2", "</td><img src=x>")] {
        let text = world.read(&format!("{name}.toml"));
        world.text(
            &format!("{name}.toml"),
            &format!("{text}{}", config("www-data", gzip)),
        );
    }
    let arguments = [
        "diff",
        "facts:be1.toml",
        "facts:be2.toml",
        "--format",
        "html=diff.html",
    ];
    world.parity(&arguments).ended(1);
    world.golden_file("formats-diff-body.html", body(&world.read("diff.html")));
    let steps = [
        "click:.file summary",
        "return [...document.querySelectorAll('.diff .went, .diff .came')].map(cell => cell.textContent)",
        "return document.querySelectorAll('img').length",
        "click:.filter[data-kind=older]",
        "return document.getElementById('found').textContent",
    ];
    let Some(answers) = browse(&world, "diff.html", &steps) else {
        return;
    };
    let sides = json!(["http/gzip on", "http/gzip </td><img src=x>"]);
    assert_eq!(answers[..2], [sides, json!(0)]);
    assert!(answers[2].as_str().unwrap().ends_with(" shown"), "{answers:?}");
    assert_eq!(answers[3], quiet());
}

#[test]
fn nothing_in_a_page_but_its_own_style_and_script() {
    let page = page(&hostile());
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
    for foreign in [
        "<img",
        "<i>'",
        " style=",
        " onclick=",
        "src=\"",
        "=\"http",
        "<link",
        "<iframe",
    ] {
        assert!(!body(&page).contains(foreign), "{foreign}");
    }
    assert!(page.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"));
    let is_quiet = |c: char| c == '\n' || (!c.is_control() && !"\u{202e}\u{ffff}".contains(c));
    assert!(page.chars().all(is_quiet));
}

#[test]
fn a_browser_shows_it_and_loads_nothing() {
    let world = hostile();
    page(&world);
    let steps = [
        "return document.documentElement.className",
        "return getComputedStyle(document.querySelector('.finding')).borderRadius",
        "return document.querySelectorAll('img, iframe, [onerror]').length",
        "return [...document.querySelectorAll('td.value')].some(cell => cell.textContent.includes('<img src=x onerror=alert(1)>'))",
    ];
    let Some(answers) = browse(&world, "report.html", &steps) else {
        return;
    };
    assert_eq!(
        answers,
        [json!("live"), json!("10px"), json!(0), json!(true), quiet()]
    );
}

#[test]
fn what_is_smuggled_in_does_not_run() {
    let world = World::shop();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let smuggled = format!(
        "<main><script>document.title = 'owned'</script><p style='color: red' id='red'>\
         <img src='http://{address}/x' onerror=\"document.title = 'owned'\">"
    );
    let page = page(&world).replace("<main>", &smuggled);
    world.text("smuggled.html", &page);
    let steps = [
        "return document.title",
        "return getComputedStyle(document.getElementById('red')).color",
    ];
    let Some(answers) = browse(&world, "smuggled.html", &steps) else {
        return;
    };
    assert!(
        answers[0].as_str().unwrap().starts_with("parity: blocked"),
        "{answers:?}"
    );
    assert_ne!(answers[1], "rgb(255, 0, 0)");
    assert!(
        listener.accept().is_err(),
        "the page asked the network for something"
    );
    assert!(
        answers[2]["console"]
            .to_string()
            .contains("Content Security Policy"),
        "{answers:?}"
    );
}

#[test]
fn keys_and_clicks_find_and_open() {
    let world = fleet();
    page(&world);
    let shown = "return [...document.querySelectorAll('.finding, #coverage tr[class]')].filter(e => e.checkVisibility()).length";
    let steps = [
        "return document.activeElement.id",
        "key:/",
        "return document.activeElement.id",
        "key:web42",
        shown,
        "return document.getElementById('found').textContent",
        "return [...document.querySelectorAll('#matrix thead tr:last-child th')].filter(e => e.checkVisibility()).length",
        "key:\\ue00c",
        "return document.getElementById('search').value",
        "key:j",
        "return document.activeElement.tagName",
        "click:.filter[data-kind=error]",
        "return document.querySelector('.finding').checkVisibility()",
        "click:.filter[data-kind=error]",
        "click:td.error .cell",
        "return [location.hash.startsWith('#finding-'), document.querySelector('.finding .evidence').open]",
        "click:td.differs .cell",
        "return [document.getElementById('panel').open, document.querySelector('#panel-text dt').textContent]",
        "key:\\ue00c",
        "return document.getElementById('panel').open",
        "return document.querySelector('#matrix tr.alike').checkVisibility()",
        "click:#alike",
        "return document.querySelector('#matrix tr.alike').checkVisibility()",
        "document.getElementById('role').value = 'db'; document.getElementById('role').dispatchEvent(new Event('change')); return [...document.querySelectorAll('#coverage tr[class]')].filter(e => e.checkVisibility()).length",
        "dispatchEvent(new Event('beforeprint')); return document.querySelectorAll('main details:not([open])').length",
    ];
    let Some(answers) = browse(&world, "report.html", &steps) else {
        return;
    };
    let expected = [
        json!(""),
        json!("search"),
        json!(1),
        json!("0 of 2 shown"),
        json!(3),
        json!(""),
        json!("SUMMARY"),
        json!(false),
        json!([true, true]),
        json!([true, "dev machine"]),
        json!(false),
        json!(false),
        json!(true),
        json!(12),
        json!(0),
        quiet(),
    ];
    assert_eq!(answers, expected);
}

#[test]
fn two_hundred_hosts_fit_on_a_page() {
    let world = fleet();
    let page = page(&world);
    assert!(page.len() < 400_000, "{} bytes", page.len());
    let columns =
        page.matches("<button class=\"hosts\">").count() + page.matches("<span class=\"host\"").count();
    assert!((5..=20).contains(&columns), "{columns} columns");
    assert!(page.contains("will not start on 3 of 90 backend hosts"));
    for name in ["backend89", "web42", "db11", "cache07"] {
        assert!(page.contains(&format!("facts:{name}.toml")), "{name}");
    }
}
