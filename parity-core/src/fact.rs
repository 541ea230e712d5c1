//! Facts: the smallest observed values, each with a stable id, a state and an origin.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::version::Scheme;

/// Names one fact: `name` or `name[key]`, for example `os.id` or `package.deb[libc6:amd64]`.
///
/// The name belongs to a [`Schema`](crate::schema::Schema); the key tells instances of it apart. A key may hold any
/// text. The key `*` stands for every instance that has no fact of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId {
    name: Cow<'static, str>,
    key: Option<String>,
}

/// A text that is not a fact id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a fact id: write `name` or `name[key]`, the name in lower-case letters, digits, `.` and `-`"
)]
pub struct InvalidFactId(pub String);

impl FactId {
    /// The only fact of its name.
    pub fn single(name: impl Into<Cow<'static, str>>) -> FactId {
        FactId {
            name: name.into(),
            key: None,
        }
    }

    /// One instance of a family of facts.
    pub fn keyed(name: impl Into<Cow<'static, str>>, key: impl Into<String>) -> FactId {
        FactId {
            name: name.into(),
            key: Some(key.into()),
        }
    }

    /// Every instance of a family that has no fact of its own.
    pub fn rest(name: impl Into<Cow<'static, str>>) -> FactId {
        FactId::keyed(name, "*")
    }

    /// The part before the bracket.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The part in brackets.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether this speaks for every instance without a fact of its own.
    pub fn is_rest(&self) -> bool {
        self.key.as_deref() == Some("*")
    }
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            None => f.write_str(&self.name),
            Some(key) => write!(f, "{}[{key}]", self.name),
        }
    }
}

impl FromStr for FactId {
    type Err = InvalidFactId;

    fn from_str(text: &str) -> Result<FactId, InvalidFactId> {
        let invalid = || InvalidFactId(text.to_owned());
        let (name, key) = match text.split_once('[') {
            None => (text, None),
            Some((name, rest)) => (name, Some(rest.strip_suffix(']').ok_or_else(invalid)?)),
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(invalid());
        }
        Ok(FactId {
            name: Cow::Owned(name.to_owned()),
            key: key.map(str::to_owned),
        })
    }
}

impl Serialize for FactId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FactId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<FactId, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// An observed value. There are no floating-point numbers: they have no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number; the schema tells the unit.
    Int(i64),
    /// Text, a version, a path or a digest; the schema tells which.
    Text(String),
    /// Several texts. Where the schema says set, they are sorted and unique.
    List(Vec<String>),
}

impl Value {
    /// A set: sorted, each member once.
    pub fn set<T: Into<String>>(members: impl IntoIterator<Item = T>) -> Value {
        let mut members: Vec<String> = members.into_iter().map(Into::into).collect();
        members.sort_unstable();
        members.dedup();
        Value::List(members)
    }

    /// The text, where this is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where this is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The members of a list; one member for any other value.
    pub fn members(&self) -> Vec<Cow<'_, str>> {
        match self {
            Value::List(members) => members.iter().map(|m| Cow::Borrowed(m.as_str())).collect(),
            Value::Text(text) => vec![Cow::Borrowed(text)],
            other => vec![Cow::Owned(other.to_string())],
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Text(value) => f.write_str(value),
            Value::List(members) => f.write_str(&members.join(", ")),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(value)
    }
}

/// What is known of a fact. Not knowing is never the same as not being there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Observed.
    Value(Value),
    /// Looked for, and not there.
    Absent,
    /// There may be something, and this user may not see it.
    NotPermitted,
    /// Not known, for the reason given.
    Unknown(String),
}

impl State {
    /// The value, where there is one.
    pub fn value(&self) -> Option<&Value> {
        match self {
            State::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Why it is not known; `None` where it is.
    pub fn doubt(&self) -> Option<&str> {
        match self {
            State::Value(_) | State::Absent => None,
            State::NotPermitted => Some("this user may not see it"),
            State::Unknown(reason) => Some(reason),
        }
    }

    /// Whether the target answered: a value, or certainly none.
    pub fn is_certain(&self) -> bool {
        matches!(self, State::Value(_) | State::Absent)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Value(value) => value.fmt(f),
            State::Absent => f.write_str("absent"),
            State::NotPermitted => f.write_str("not permitted"),
            State::Unknown(reason) => write!(f, "unknown ({reason})"),
        }
    }
}

/// Who said so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// A file of the target, and the line in it, counted from 1.
    File {
        /// Path below the root of the target, without a leading slash.
        path: String,
        /// Line, counted from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    /// What a command printed.
    Command(String),
    /// A reading of the running system through its own interface.
    Native(String),
    /// What a server answered over the wire; the text names what it was asked for.
    Wire(String),
    /// A person wrote it down.
    Declared {
        /// The file it stands in.
        path: String,
        /// Line, counted from 1.
        line: u32,
    },
    /// Worked out from other facts; the text names how.
    Derived(String),
}

impl Origin {
    /// A whole file.
    pub fn file(path: impl Into<String>) -> Origin {
        Origin::File {
            path: path.into(),
            line: None,
        }
    }

    /// A line of a file, counted from 1.
    pub fn line(path: impl Into<String>, line: u32) -> Origin {
        Origin::File {
            path: path.into(),
            line: Some(line),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File { path, line: None } => f.write_str(path),
            Origin::File {
                path,
                line: Some(line),
            }
            | Origin::Declared { path, line } => {
                write!(f, "{path}:{line}")
            }
            Origin::Command(command) => write!(f, "`{command}`"),
            Origin::Wire(question) => write!(f, "{question}, asked over the wire"),
            Origin::Native(text) | Origin::Derived(text) => f.write_str(text),
        }
    }
}

/// How long a fact stays true, and so what it counts for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stability {
    /// Changes when somebody changes the machine: counts for the id and is compared.
    #[default]
    Stable,
    /// Tells machines apart (host name, machine id): counts for the id, never a difference by itself.
    Identity,
    /// Changes by itself (free memory, clock): neither.
    Volatile,
}

impl Stability {
    /// The word used in documents.
    pub fn word(self) -> &'static str {
        match self {
            Stability::Stable => "stable",
            Stability::Identity => "identity",
            Stability::Volatile => "volatile",
        }
    }

    fn is_stable(&self) -> bool {
        *self == Stability::Stable
    }
}

/// One fact of a snapshot. It describes itself: a reader needs no schema to compare it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "FactDocument", try_from = "FactDocument")]
pub struct Fact {
    /// Its name.
    pub id: FactId,
    /// What is known.
    pub state: State,
    /// The order of a version, where the value is one.
    pub scheme: Option<Scheme>,
    /// How long it stays true.
    pub stability: Stability,
    /// Who said so.
    pub origin: Origin,
}

impl Fact {
    /// A stable fact with a value.
    pub fn new(id: FactId, value: impl Into<Value>, origin: Origin) -> Fact {
        Fact {
            id,
            state: State::Value(value.into()),
            scheme: None,
            stability: Stability::Stable,
            origin,
        }
    }

    /// The same fact, its value a version of this order.
    #[must_use]
    pub fn ordered_by(mut self, scheme: Scheme) -> Fact {
        self.scheme = Some(scheme);
        self
    }
}

/// The shape of a fact in JSON.
#[derive(Serialize, Deserialize)]
struct FactDocument {
    id: FactId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<StateWord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scheme: Option<Scheme>,
    #[serde(default, skip_serializing_if = "Stability::is_stable")]
    stability: Stability,
    origin: Origin,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StateWord {
    Absent,
    NotPermitted,
    Unknown,
}

impl From<Fact> for FactDocument {
    fn from(fact: Fact) -> FactDocument {
        let (value, state, reason) = match fact.state {
            State::Value(value) => (Some(value), None, None),
            State::Absent => (None, Some(StateWord::Absent), None),
            State::NotPermitted => (None, Some(StateWord::NotPermitted), None),
            State::Unknown(reason) => (None, Some(StateWord::Unknown), Some(reason)),
        };
        let (id, scheme, stability, origin) = (fact.id, fact.scheme, fact.stability, fact.origin);
        FactDocument {
            id,
            value,
            state,
            reason,
            scheme,
            stability,
            origin,
        }
    }
}

impl TryFrom<FactDocument> for Fact {
    type Error = String;

    fn try_from(document: FactDocument) -> Result<Fact, String> {
        let state = match (document.value, document.state) {
            (Some(value), None) => State::Value(value),
            (None, Some(StateWord::Absent)) => State::Absent,
            (None, Some(StateWord::NotPermitted)) => State::NotPermitted,
            (None, Some(StateWord::Unknown)) => State::Unknown(document.reason.unwrap_or_default()),
            _ => return Err(format!("fact `{}` needs either `value` or `state`", document.id)),
        };
        let FactDocument {
            id,
            scheme,
            stability,
            origin,
            ..
        } = document;
        Ok(Fact {
            id,
            state,
            scheme,
            stability,
            origin,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_as_they_parse() {
        for text in [
            "os.id",
            "package.deb[libc6:amd64]",
            "sysctl[net.ipv4.conf.eth0/1]",
            "library[x86_64/libc.so.6]",
        ] {
            assert_eq!(text.parse::<FactId>().unwrap().to_string(), text);
        }
        for text in ["", "Os.id", "a[b", "[x]", "a b"] {
            assert!(text.parse::<FactId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_fact_keeps_its_state_through_json() {
        for state in [
            State::Value(Value::set(["b", "a", "b"])),
            State::Absent,
            State::NotPermitted,
            State::Unknown("cut short".into()),
        ] {
            let fact = Fact {
                id: FactId::single("os.id"),
                state,
                scheme: None,
                stability: Stability::Stable,
                origin: Origin::line("etc/os-release", 3),
            };
            let json = serde_json::to_string(&fact).unwrap();
            assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), fact, "{json}");
        }
    }

    #[test]
    fn a_fact_without_value_and_state_is_refused() {
        let json = r#"{"id":"os.id","origin":{"file":{"path":"x"}}}"#;
        assert!(serde_json::from_str::<Fact>(json).is_err());
    }
}
