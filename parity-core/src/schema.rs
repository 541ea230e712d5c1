//! What a fact of a given name means: declared once, beside the probe that gives it.

use std::borrow::Cow;

use serde::Serialize;

use crate::fact::Stability;

/// How two values of a fact compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Equal or not.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    Bool,
    /// Ordered by the scheme that the fact carries.
    Version,
    /// Members without order.
    Set,
    /// Members in order.
    List,
    /// A digest of something too large or too private to keep.
    Digest,
}

/// The meaning of all facts of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schema {
    /// Lower-case words joined by `.` and `-`.
    pub name: Cow<'static, str>,
    /// What the key in brackets is; `None` where there is only one fact of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Cow<'static, str>>,
    /// How values compare.
    pub kind: Kind,
    /// How long a value stays true.
    pub stability: Stability,
    /// One sentence: what it is, in which unit, where it is read.
    pub about: Cow<'static, str>,
}

impl Schema {
    /// A stable fact of which a target has one.
    pub const fn single(name: &'static str, kind: Kind, about: &'static str) -> Schema {
        Schema {
            name: Cow::Borrowed(name),
            key: None,
            kind,
            stability: Stability::Stable,
            about: Cow::Borrowed(about),
        }
    }

    /// A stable family of facts; `key` says what tells its members apart.
    pub const fn family(name: &'static str, key: &'static str, kind: Kind, about: &'static str) -> Schema {
        Schema {
            name: Cow::Borrowed(name),
            key: Some(Cow::Borrowed(key)),
            kind,
            stability: Stability::Stable,
            about: Cow::Borrowed(about),
        }
    }

    /// The same schema for a fact that tells machines apart.
    #[must_use]
    pub const fn identity(mut self) -> Schema {
        self.stability = Stability::Identity;
        self
    }

    /// The same schema for a fact that changes by itself.
    #[must_use]
    pub const fn volatile(mut self) -> Schema {
        self.stability = Stability::Volatile;
        self
    }
}

/// The published documents and their JSON Schemas (draft 2020-12): `snapshot`, `report` of `check`, `diff-report`, `bundle`.
pub const DOCUMENTS: [(&str, &str); 4] = [
    ("bundle", include_str!("../schemas/bundle.json")),
    ("diff-report", include_str!("../schemas/diff-report.json")),
    ("report", include_str!("../schemas/report.json")),
    ("snapshot", include_str!("../schemas/snapshot.json")),
];

/// The JSON Schema of a document by its name in [`DOCUMENTS`].
///
/// ```
/// assert!(parity_core::schema::schema_document("snapshot").is_some());
/// assert_eq!(parity_core::schema::schema_document("lock"), None);
/// ```
pub fn schema_document(name: &str) -> Option<&'static str> {
    let found = DOCUMENTS.iter().find(|(document, _)| *document == name);
    found.map(|(_, schema)| *schema)
}
