//! What services of a compose file ask of the engine and of the machine before their programs begin.

use serde_json::{Map, Value};

use super::composing::line_of;
use super::said::Said;
use crate::compose::image_name;
use crate::text::interpolate;

/// Ports of a range that are told one by one.
const MAX_RANGE: u16 = 64;

/// What the engine has without a plug-in: <https://docs.docker.com/engine/logging/configure/>.
#[rustfmt::skip]
const LOG_DRIVERS: [&str; 12] = [
    "awslogs", "etwlogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "logentries", "none", "splunk", "syslog",
];

/// What the kernel lets a process open at most, unless it is told otherwise (`fs.nr_open`, proc_sys_fs(5)).
const NR_OPEN: u64 = 1_048_576;

pub(super) fn read(text: &str, file: &Value, services: &Map<String, Value>, said: &mut Said) {
    // A service of a profile is started by name only.
    let always = services
        .iter()
        .filter(|(_, service)| service.get("profiles").is_none());
    for (name, service) in always {
        published(text, name, service, said);
        processors(text, name, service, said);
        parts(text, name, service, file, said);
        devices(text, name, service, said);
        open_files(text, name, service, said);
        file_table(text, name, service, said);
    }
}

fn word(value: &Value) -> Option<String> {
    let written = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    interpolate(&written, true, &|_| None).ok()
}

fn list<'a>(service: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    service.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Ports that are published under a number of the file's own; a container on the network of the host publishes none.
fn published(text: &str, name: &str, service: &Value, said: &mut Said) {
    if service.get("network_mode").is_some() {
        return;
    }
    for port in list(service, "ports") {
        let Some((address, first, last, protocol)) = short(port).or_else(|| long(port)) else {
            continue;
        };
        let line = line_of(text, &format!("{first}"));
        for number in (first..=last).take(usize::from(MAX_RANGE)) {
            let key = format!("{name}:{protocol}/{number}");
            said.add("compose-file.published", key, address.as_str(), line);
        }
    }
}

type Published = (String, u16, u16, String);

/// `[ADDRESS:]PORT[-PORT]:PORT[/PROTOCOL]`
fn short(port: &Value) -> Option<Published> {
    let text = word(port)?;
    let (places, protocol) = text.split_once('/').unwrap_or((&text, "tcp"));
    let (outside, _) = places.rsplit_once(':')?;
    let (address, ports) = outside.rsplit_once(':').unwrap_or(("0.0.0.0", outside));
    let (first, last) = range(ports)?;
    Some((address.to_owned(), first, last, protocol.to_owned()))
}

fn long(port: &Value) -> Option<Published> {
    let (first, last) = range(&word(port.get("published")?)?)?;
    let text = |name: &str, usual: &str| port.get(name).and_then(word).unwrap_or_else(|| usual.to_owned());
    Some((text("host_ip", "0.0.0.0"), first, last, text("protocol", "tcp")))
}

fn range(ports: &str) -> Option<(u16, u16)> {
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first > 0 && first <= last).then_some((first, last))
}

/// The number of processors without which the engine refuses `cpus` and `cpuset`.
fn processors(text: &str, name: &str, service: &Value, said: &mut Said) {
    let limit = service
        .get("cpus")
        .or_else(|| service.pointer("/deploy/resources/limits/cpus"));
    let limit = limit.and_then(word).and_then(|text| text.parse::<f64>().ok());
    let limit = limit.filter(|cpus| (0.0..4096.0).contains(cpus)).map(whole);
    let last = service.get("cpuset").and_then(word).and_then(|text| {
        let numbers = text.split([',', '-']).map(|part| part.trim().parse::<u32>());
        numbers.collect::<Result<Vec<_>, _>>().ok()?.into_iter().max()
    });
    let last = last.and_then(|last| last.checked_add(1));
    if let Some(least) = limit.into_iter().chain(last).max().filter(|least| *least > 1) {
        let word = if last == Some(least) { "cpuset" } else { "cpus" };
        said.add("compose-file.cpus", name, least.to_string(), line_of(text, word));
    }
}

/// The least whole number that is not below this one.
fn whole(cpus: f64) -> u32 {
    (0..4096_u32)
        .find(|count| f64::from(*count) >= cpus)
        .unwrap_or(4096)
}

/// Runtimes, plug-ins and what hands out graphics cards.
fn parts(text: &str, name: &str, service: &Value, file: &Value, said: &mut Said) {
    let mut add = |kind: &str, part: String, word: &str| {
        said.add(
            "compose-file.part",
            format!("{name}:{kind}"),
            part,
            line_of(text, word),
        );
    };
    let is_card = |device: &Value| {
        let capabilities = device
            .get("capabilities")
            .map(Value::to_string)
            .unwrap_or_default();
        capabilities.contains("gpu") && device.get("driver").and_then(Value::as_str) != Some("cdi")
    };
    let reserved = service
        .pointer("/deploy/resources/reservations/devices")
        .and_then(Value::as_array);
    if service.get("gpus").is_some() || reserved.is_some_and(|devices| devices.iter().any(is_card)) {
        add("gpu", "gpu nvidia".to_owned(), "gpu");
    }
    if let Some(runtime) = service.get("runtime").and_then(word)
        && runtime != "runc"
        && !runtime.contains('.')
    {
        add("runtime", format!("runtime {runtime}"), "runtime:");
    }
    if let Some(driver) = service.pointer("/logging/driver").and_then(word)
        && !LOG_DRIVERS.contains(&driver.as_str())
    {
        add("log", format!("plugin {}", untagged(&driver)), &driver);
    }
    let volumes = file.get("volumes").and_then(Value::as_object);
    for (volume, settings) in volumes.into_iter().flatten() {
        let is_used = list(service, "volumes").any(|it| {
            it.as_str().is_some_and(|it| it.split(':').next() == Some(volume))
                || it.get("source").and_then(Value::as_str) == Some(volume)
        });
        if let Some(driver) = settings.get("driver").and_then(word).filter(|_| is_used)
            && driver != "local"
        {
            add("volume", format!("plugin {}", untagged(&driver)), &driver);
        }
    }
}

fn untagged(name: &str) -> &str {
    name.rsplit_once(':')
        .filter(|(_, tag)| !tag.contains('/'))
        .map_or(name, |(name, _)| name)
}

/// Devices of the host. Those that every kernel has, and those that a module makes, are told elsewhere.
fn devices(text: &str, name: &str, service: &Value, said: &mut Said) {
    const MADE: [&str; 6] = [
        "/dev/fuse",
        "/dev/net/tun",
        "/dev/null",
        "/dev/random",
        "/dev/urandom",
        "/dev/zero",
    ];
    for device in list(service, "devices") {
        let written = device
            .as_str()
            .map(str::to_owned)
            .or_else(|| device.get("source").and_then(word));
        let path = written.and_then(|text| interpolate(&text, true, &|_| None).ok());
        let path = path.and_then(|text| text.split(':').next().map(str::to_owned));
        if let Some(path) = path.filter(|path| path.starts_with("/dev/") && !MADE.contains(&path.as_str())) {
            let line = line_of(text, &path);
            said.add("compose-file.device", format!("{name}:{path}"), path, line);
        }
    }
}

/// More open files than the kernel lets anybody ask for by itself.
fn open_files(text: &str, name: &str, service: &Value, said: &mut Said) {
    let Some(limit) = service.pointer("/ulimits/nofile") else {
        return;
    };
    let number = |value: &Value| word(value)?.parse::<u64>().ok();
    let parts = [limit.get("soft"), limit.get("hard"), Some(limit)];
    let most = parts.into_iter().flatten().filter_map(number).max();
    if let Some(most) = most.filter(|most| *most > NR_OPEN) {
        said.add(
            "compose-file.nofile",
            name,
            most.to_string(),
            line_of(text, "nofile"),
        );
    }
}

/// Servers that take memory for each file they might open, by image and the first version that does not:
/// <https://github.com/docker-library/mysql/issues/579>, <https://bugs.mysql.com/bug.php?id=96525>.
const FILE_TABLES: [(&str, u64); 3] = [("mysql", 8), ("mysql/mysql-server", 8), ("percona", 8)];

/// A server of this kind, where the service has as many open files as the engine gives.
fn file_table(text: &str, name: &str, service: &Value, said: &mut Said) {
    let is_limited = service.pointer("/ulimits/nofile").is_some()
        || ["command", "entrypoint"]
            .iter()
            .filter_map(|part| service.get(part))
            .any(|part| part.to_string().contains("limit"));
    let Some(image) = service.get("image").and_then(word).filter(|_| !is_limited) else {
        return;
    };
    let named = image_name(&image);
    let major = named
        .tag
        .and_then(|tag| tag.split(['.', '-']).next()?.parse::<u64>().ok());
    let fits = |(path, until): &(&str, u64)| *path == named.path && major.is_some_and(|major| major < *until);
    if FILE_TABLES.iter().any(fits) {
        let line = line_of(text, &image);
        said.add("compose-file.file-table", name, image.as_str(), line);
    }
}

#[cfg(test)]
mod tests {
    use super::super::composing;
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let mut said = Said::default();
        composing::read(&format!("services:\n  a:\n{text}"), &mut said);
        let lines = said.0.into_iter();
        lines
            .map(|((family, key), (value, _))| format!("{family} {key} = {value}"))
            .collect()
    }

    #[test]
    fn what_services_ask() {
        for (text, expected) in [
            (
                "    ports: ['53:53/udp']\n",
                "compose-file.published a:udp/53 = 0.0.0.0",
            ),
            (
                "    ports: ['127.0.0.1:${DB:-5432}:5432']\n",
                "compose-file.published a:tcp/5432 = 127.0.0.1",
            ),
            (
                "    ports: [{target: 80, published: '8080', host_ip: 10.0.0.1}]\n",
                "compose-file.published a:tcp/8080 = 10.0.0.1",
            ),
            ("    cpus: 1.5\n", "compose-file.cpus a = 2"),
            ("    cpuset: '0-3,7'\n", "compose-file.cpus a = 8"),
            (
                "    deploy: {resources: {limits: {cpus: '4'}}}\n",
                "compose-file.cpus a = 4",
            ),
            (
                "    deploy: {resources: {reservations: {devices: [{driver: nvidia, capabilities: [gpu]}]}}}\n",
                "compose-file.part a:gpu = gpu nvidia",
            ),
            (
                "    runtime: nvidia\n",
                "compose-file.part a:runtime = runtime nvidia",
            ),
            (
                "    logging: {driver: 'grafana/loki-docker-driver:latest'}\n",
                "compose-file.part a:log = plugin grafana/loki-docker-driver",
            ),
            (
                "    volumes: ['d:/d']\nvolumes:\n  d: {driver: rexray}\n",
                "compose-file.part a:volume = plugin rexray",
            ),
            (
                "    devices: ['/dev/ttyUSB0:/dev/ttyACM0']\n",
                "compose-file.device a:/dev/ttyUSB0 = /dev/ttyUSB0",
            ),
            ("    image: mysql:5.7\n", "compose-file.file-table a = mysql:5.7"),
            (
                "    ulimits: {nofile: {soft: 2097152, hard: 2097152}}\n",
                "compose-file.nofile a = 2097152",
            ),
        ] {
            assert_eq!(of(text), [expected], "{text}");
        }
        for text in [
            "    ports: ['80', '${PORT}:80']\n",
            "    ports: ['80:80']\n    profiles: [x]\n",
            "    ports: ['80:80']\n    network_mode: host\n",
            "    cpus: 0.5\n",
            "    logging: {driver: journald}\n",
            "    devices: [/dev/null]\n",
            "    ulimits: {nofile: 65536}\n",
            "    image: mysql:5.7\n    ulimits: {nofile: 65536}\n",
            "    image: mysql:5.7\n    command: mysqld --open-files-limit=4096\n",
            "    image: mysql:8.0\n",
            "    image: mysql\n",
            "    image: mysql:latest\n",
            "    runtime: io.containerd.runc.v2\n",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
        assert_eq!(of("    ports: ['8000-8002:8000-8002']\n").len(), 3);
    }
}
