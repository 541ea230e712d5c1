//! Containers on a bridge: programs in them that listen on their own loopback, and services of the host that they connect to.

use serde_json::{Map, Value};

use super::composing::line_of;
use super::said::Said;
use crate::reading::{base_name, numbered};

/// Names and addresses by which a container on a bridge of Docker reaches its host: the name with `host-gateway`, and the
/// usual address of `docker0`.
const HOST: [&str; 2] = ["host.docker.internal", "172.17.0.1"];

/// Ports of schemes that leave theirs out.
const SCHEMES: [(&str, &str); 9] = [
    ("amqp", "5672"),
    ("http", "80"),
    ("https", "443"),
    ("mariadb", "3306"),
    ("mongodb", "27017"),
    ("mysql", "3306"),
    ("postgres", "5432"),
    ("postgresql", "5432"),
    ("redis", "6379"),
];

/// Ports of the host that services of a compose file are set up with.
pub(super) fn composed(text: &str, services: &Map<String, Value>, said: &mut Said) {
    for (name, service) in services {
        if service.get("network_mode").is_some() {
            continue;
        }
        let variables = variables(service.get("environment"));
        for (variable, value) in &variables {
            let beside = |ending: &str| {
                let port = variable
                    .strip_suffix("HOST")
                    .map(|stem| format!("{stem}{ending}"))?;
                variables
                    .iter()
                    .find(|(name, _)| *name == port)
                    .map(|(_, value)| value.as_str())
            };
            for host in HOST {
                if let Some(port) = port_of(value, host, beside("PORT")) {
                    let line = line_of(text, host);
                    said.add(
                        "compose-file.host-port",
                        format!("{name}:{port}"),
                        format!("{host}:{port}"),
                        line,
                    );
                }
            }
        }
        if has_ports(service)
            && let Some((what, word)) = command(service).and_then(|words| on_loopback(&words))
            && !variables.iter().any(|(_, value)| value.contains("0.0.0.0"))
        {
            said.add("container-file.loopback", name, what, line_of(text, &word));
        }
    }
}

fn has_ports(service: &Value) -> bool {
    let is_bridged = service.get("network_mode").is_none();
    is_bridged
        && service
            .get("ports")
            .and_then(Value::as_array)
            .is_some_and(|ports| !ports.is_empty())
}

fn variables(environment: Option<&Value>) -> Vec<(String, String)> {
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match environment {
        Some(Value::Object(map)) => map
            .iter()
            .map(|(name, value)| (name.clone(), shown(value)))
            .collect(),
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The port after the host in an address, that of its scheme, or the one in the variable beside it.
fn port_of(value: &str, host: &str, beside: Option<&str>) -> Option<u16> {
    if value == host {
        return beside?.parse().ok();
    }
    let (before, after) = value.split_once(host)?;
    let digits = after.strip_prefix(':').unwrap_or_default();
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().or_else(|| {
        let scheme = before.split("://").next()?;
        let scheme = scheme
            .rsplit([':', '+'])
            .next()
            .filter(|_| before.contains("://"))?;
        let (_, port) = SCHEMES.iter().find(|(name, _)| *name == scheme)?;
        port.parse().ok()
    })
}

/// The command of a service, as words; what a shell gets is taken apart.
fn command(service: &Value) -> Option<Vec<String>> {
    let text = match service.get("command")? {
        Value::String(text) => text.clone(),
        Value::Array(list) => list
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" "),
        _ => return None,
    };
    Some(split(&text))
}

fn split(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', ',', '[', ']']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// A container file that exposes a port and starts a program on loopback.
pub(super) fn container_file(text: &str, said: &mut Said) {
    let is_exposed = text.lines().any(|line| line.trim_start().starts_with("EXPOSE "));
    let is_told = ["0.0.0.0", "[::]", "HOST=::"]
        .iter()
        .any(|any| text.contains(any));
    if !is_exposed || is_told {
        return;
    }
    let mut last = None;
    let mut program = Vec::new();
    for (number, line) in numbered(text) {
        let Some((instruction, rest)) = line.trim_start().split_once(' ') else {
            continue;
        };
        match instruction.to_ascii_uppercase().as_str() {
            "ENTRYPOINT" => program = split(rest),
            "CMD" => last = Some((number, split(rest))),
            // What an earlier stage starts is not what the image starts.
            "FROM" => (program, last) = (Vec::new(), None),
            _ => {}
        }
    }
    let line = last.as_ref().map_or(1, |(number, _)| *number);
    program.extend(last.into_iter().flat_map(|(_, words)| words));
    if let Some((what, _)) = on_loopback(&program) {
        said.add("container-file.loopback", "image", what, line);
    }
}

/// Programs that listen on loopback unless one of the options says otherwise: the words that start them, the options.
/// <https://www.uvicorn.org/settings/#socket-binding>, <https://flask.palletsprojects.com/en/stable/cli/#run-the-development-server>,
/// <https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver>, <https://hypercorn.readthedocs.io/en/latest/how_to_guides/binds.html>,
/// <https://github.com/django/daphne>, <https://www.mkdocs.org/user-guide/cli/#mkdocs-serve>, <https://jekyllrb.com/docs/configuration/options/>,
/// <https://gohugo.io/commands/hugo_server/>, <https://vite.dev/config/server-options.html#server-host>, <https://angular.dev/cli/serve>,
/// <https://jupyter-server.readthedocs.io/en/latest/users/configuration.html>, <https://laravel.com/docs/artisan>.
const DEFAULT: [(&[&str], &[&str]); 14] = [
    (&["artisan", "serve"], &["--host"]),
    (&["daphne"], &["-b", "--bind", "-e", "--endpoint", "-u", "--fd"]),
    (&["fastapi", "dev"], &["--host"]),
    (&["flask", "run"], &["--host", "-h"]),
    (&["hugo", "server"], &["--bind"]),
    (&["hypercorn"], &["--bind", "-b", "--config", "-c"]),
    (&["jekyll", "serve"], &["--host", "-H"]),
    (&["jupyter", "lab"], &["--ip", "--config"]),
    (&["jupyter", "notebook"], &["--ip", "--config"]),
    (&["manage.py", "runserver"], &[]),
    (&["mkdocs", "serve"], &["--dev-addr", "-a"]),
    (&["ng", "serve"], &["--host"]),
    (&["uvicorn"], &["--host", "--uds", "--fd"]),
    (&["vite", "preview"], &["--host"]),
];

/// Options that name the address of a program.
const ADDRESS: [&str; 9] = [
    "--address",
    "--bind",
    "--host",
    "--hostname",
    "--ip",
    "--listen",
    "--server.address",
    "-b",
    "-S",
];

/// How a command listens on loopback alone, and the word that tells.
fn on_loopback(words: &[String]) -> Option<(String, String)> {
    let names: Vec<&str> = words.iter().map(|word| base_name(word)).collect();
    for (option, value) in words.iter().zip(words.iter().skip(1)) {
        if ADDRESS.contains(&option.as_str()) && is_loopback(value) {
            return Some((format!("{option} {value}"), value.clone()));
        }
    }
    let assigned = words.iter().find(|word| {
        let pair = word.split_once('=');
        pair.is_some_and(|(option, value)| ADDRESS.contains(&option) && is_loopback(value))
    });
    if let Some(word) = assigned {
        return Some((word.clone(), word.clone()));
    }
    let (program, _) = DEFAULT.iter().find(|(program, options)| {
        let is_started = names.windows(program.len()).any(|window| window == *program);
        let is_told = words.iter().any(|word| {
            let option = word.split('=').next().unwrap_or(word);
            options.contains(&option)
        });
        is_started && !is_told
    })?;
    // Its only argument may be an address.
    let is_addressed = words
        .iter()
        .any(|word| word.starts_with("0:") || word.contains("0.0.0.0") || word.contains("[::]"));
    (!is_addressed).then(|| {
        (
            format!(
                "{}, which listens on 127.0.0.1 unless told otherwise",
                program.join(" ")
            ),
            program.last().map_or("", |word| *word).to_owned(),
        )
    })
}

fn is_loopback(address: &str) -> bool {
    let host = match address.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => address,
    };
    matches!(host.trim_matches(['[', ']']), "127.0.0.1" | "localhost" | "::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_the_host() {
        let alias = HOST[0];
        for (value, beside, port) in [
            ("postgres://a:b@host.docker.internal:5433/c", None, Some(5433)),
            ("redis://host.docker.internal/0", None, Some(6379)),
            ("jdbc:mysql://host.docker.internal/c", None, Some(3306)),
            ("host.docker.internal", Some("5432"), Some(5432)),
            ("host.docker.internal", None, None),
            ("host.docker.internal:9000", None, Some(9000)),
            ("other", None, None),
        ] {
            assert_eq!(port_of(value, alias, beside), port, "{value}");
        }
    }

    #[test]
    fn programs_that_listen_on_loopback() {
        for (command, is) in [
            ("uvicorn main:app", true),
            ("/venv/bin/uvicorn main:app --port 80", true),
            ("uvicorn main:app --host 0.0.0.0", false),
            ("python -m flask run", true),
            ("flask run --host=0.0.0.0", false),
            ("python manage.py runserver 8000", true),
            ("python manage.py runserver 0:8000", false),
            ("gunicorn -b 127.0.0.1:8000 a:b", true),
            ("gunicorn a:b", false),
            ("gunicorn --bind=localhost:8000 a:b", true),
            ("php -S localhost:8000", true),
            ("node server.js", false),
        ] {
            assert_eq!(on_loopback(&split(command)).is_some(), is, "{command}");
        }
    }

    #[test]
    fn a_container_file_is_asked_for_its_last_stage() {
        let read = |text: &str| {
            let mut said = Said::default();
            container_file(text, &mut said);
            !said.0.is_empty()
        };
        assert!(read("FROM a\nEXPOSE 80\nCMD [\"uvicorn\", \"main:app\"]\n"));
        assert!(read("FROM a\nEXPOSE 80\nENTRYPOINT [\"flask\"]\nCMD [\"run\"]\n"));
        assert!(!read("FROM a\nCMD [\"uvicorn\", \"main:app\"]\n"));
        assert!(!read(
            "FROM a\nENV UVICORN_HOST=0.0.0.0\nEXPOSE 80\nCMD uvicorn main:app\n"
        ));
        assert!(!read("FROM a\nEXPOSE 80\nCMD flask run\nFROM b\nCMD nginx\n"));
    }
}
