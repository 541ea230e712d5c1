//! The parts of a compose file that are of interest here.
//!
//! Source: [Compose Specification](https://github.com/compose-spec/compose-spec/blob/main/spec.md).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::words::{mounts, words};
use crate::text::{interpolate, yaml_options};

/// What a compose file starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// By name.
    pub services: BTreeMap<String, Service>,
    /// Parts of the file that lead elsewhere and are not followed.
    pub elsewhere: Vec<String>,
}

/// A service of a compose file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its image, where it has one.
    pub image: Option<Image>,
    /// Whether the image is built from the project.
    pub built: bool,
    /// Ports that are published, in the short notation.
    pub ports: BTreeSet<String>,
    /// Names of the variables of its environment.
    pub environment: BTreeSet<String>,
    /// The words of its command.
    pub command: Vec<String>,
    /// What of the project is mounted, and where.
    pub mounts: BTreeMap<String, String>,
}

/// The image of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// As it is written.
    pub written: String,
    /// Its name with its variables filled in, or why it is not known.
    pub name: Result<String, String>,
    /// Line, counted from 1.
    pub line: u32,
}

/// Reads a compose file. Values of environment variables are never read.
///
/// # Errors
/// What is wrong with it and where, on one line: not YAML, of another shape, or a document that grows beyond bounds when its aliases
/// are followed.
pub fn parse(bytes: &[u8]) -> Result<Composed, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    let file: Option<File> = serde_saphyr::from_str_with_options(text, yaml_options())
        .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
    let file = file.unwrap_or_default();
    let mut composed = Composed::default();
    if file.include.is_some() {
        composed.elsewhere.push("`include`".to_owned());
    }
    for (name, written) in file.services.unwrap_or_default() {
        let written = written.unwrap_or_default();
        if written.extends.is_some() {
            composed.elsewhere.push(format!("`extends` of {name}"));
        }
        let image = written.image.map(|image| Image {
            line: u32::try_from(image.defined.line()).unwrap_or(u32::MAX),
            name: fill(&image.value),
            written: image.value,
        });
        let ports = written.ports.unwrap_or_default();
        let service = Service {
            image,
            built: written.build.is_some(),
            ports: ports
                .into_iter()
                .map(|port| fill(&port.0).unwrap_or(port.0))
                .collect(),
            environment: written.environment.unwrap_or_default().0,
            command: written.command.as_ref().map(words).unwrap_or_default(),
            mounts: written.volumes.as_ref().map(mounts).unwrap_or_default(),
        };
        composed.services.insert(name, service);
    }
    Ok(composed)
}

/// Variables are filled in by their defaults: what stands in the environment of whoever starts it is not known.
fn fill(text: &str) -> Result<String, String> {
    interpolate(text, true, &|_| None)
}

impl Composed {
    /// The same with what an override file changes: a new image replaces the old one, ports and variables are added.
    #[must_use]
    pub fn overridden_by(mut self, other: Composed) -> Composed {
        for (name, service) in other.services {
            let base = self.services.entry(name).or_default();
            base.image = service.image.or(base.image.take());
            base.built |= service.built;
            base.ports.extend(service.ports);
            base.environment.extend(service.environment);
            if !service.command.is_empty() {
                base.command = service.command;
            }
            base.mounts.extend(service.mounts);
        }
        self.elsewhere.extend(other.elsewhere);
        self
    }
}

#[derive(Default, Deserialize)]
struct File {
    services: Option<BTreeMap<String, Option<Written>>>,
    include: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Written {
    image: Option<Spanned<String>>,
    build: Option<IgnoredAny>,
    extends: Option<IgnoredAny>,
    ports: Option<Vec<Port>>,
    environment: Option<Names>,
    command: Option<serde_json::Value>,
    volumes: Option<serde_json::Value>,
}

/// A port in the short notation, from either.
struct Port(String);

#[derive(Deserialize)]
struct LongPort {
    target: String,
    published: Option<String>,
    host_ip: Option<String>,
    protocol: Option<String>,
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Port, D::Error> {
        deserializer.deserialize_any(PortVisitor)
    }
}

struct PortVisitor;

impl<'de> Visitor<'de> for PortVisitor {
    type Value = Port;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port, as a text, a number or a mapping")
    }

    fn visit_str<E>(self, text: &str) -> Result<Port, E> {
        Ok(Port(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Port, E> {
        Ok(Port(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Port, E> {
        Ok(Port(number.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Port, A::Error> {
        let long = LongPort::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        let mut short = String::new();
        if let Some(address) = long.host_ip {
            short.push_str(&address);
            short.push(':');
        }
        if let Some(published) = long.published {
            short.push_str(&published);
            short.push(':');
        }
        short.push_str(&long.target);
        if let Some(protocol) = long.protocol.filter(|protocol| protocol != "tcp") {
            short.push('/');
            short.push_str(&protocol);
        }
        Ok(Port(short))
    }
}

/// Names of variables, from `NAME: value` or `- NAME=value`.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Names, D::Error> {
        deserializer.deserialize_any(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("environment variables, as a mapping or a list")
    }

    fn visit_unit<E>(self) -> Result<Names, E> {
        Ok(Names::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Names, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(item) = items.next_element::<String>()? {
            names.insert(item.split('=').next().unwrap_or_default().to_owned());
        }
        Ok(Names(names))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Names, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, _)) = entries.next_entry::<String, IgnoredAny>()? {
            names.insert(name);
        }
        Ok(Names(names))
    }
}
