//! Findings: rules that fired, and what they could not decide.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::fact::{FactId, Origin, Value};
use crate::view::Side;

/// How bad it is. The worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The release does not work there.
    Error,
    /// It may fail, or fail later.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The word used in documents and reports.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// One observation a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Whose it is.
    pub side: Side,
    /// Its target.
    pub target: String,
    /// The fact.
    pub fact: FactId,
    /// Its value; `null` where it is certainly absent.
    pub value: Option<Value>,
    /// Who said so.
    pub origin: Option<Origin>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Waiver {
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day it holds, in UTC.
    pub expires: String,
}

/// How a finding or an open question stands to a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Since {
    /// The base does not have it.
    New,
    /// The base has it with other values.
    Changed,
    /// The base has it.
    Known,
}

impl Since {
    /// The word used in documents and reports.
    pub fn word(self) -> &'static str {
        match self {
            Since::New => "new",
            Since::Changed => "changed",
            Since::Known => "known",
        }
    }
}

/// A rule that fired: what breaks, where, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The role of the target, where it has one.
    pub role: Option<String>,
    /// Where it breaks.
    pub target: String,
    /// The artifact, service or link concerned.
    pub subject: String,
    /// Further subjects of which the same is true.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// One line with both values.
    pub message: String,
    /// What is needed, in a few words.
    pub needs: String,
    /// What the target provides, in a few words.
    pub provides: String,
    /// What the user is going to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub you_see: Option<String>,
    /// What to do.
    pub help: String,
    /// Other targets of the same role on which the same need is met, and the developer's machine, with what they provide.
    pub fine_on: Vec<String>,
    /// What it rests on, both sides.
    pub evidence: Vec<Evidence>,
    /// Set where somebody accepted it.
    pub waiver: Option<Waiver>,
    /// How it stands to the base, where the check was given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Names the same finding in every run.
    pub fingerprint: String,
    /// What is behind it, where other rules may see the same.
    #[serde(skip)]
    pub causes: Vec<String>,
    /// Whether the program does not get as far as to start.
    #[serde(skip)]
    pub is_at_start: bool,
}

impl Finding {
    /// Whether nobody accepted it and no base has it: it counts.
    pub fn is_open(&self) -> bool {
        self.waiver.is_none() && self.since != Some(Since::Known)
    }
}

/// What a rule could not decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Unknown {
    /// The rule.
    pub rule: String,
    /// The role of the target, where it has one.
    pub role: Option<String>,
    /// The target.
    pub target: String,
    /// The artifact, service or link concerned.
    pub subject: String,
    /// Whose fact is lacking.
    pub side: Side,
    /// The fact it lacked.
    pub fact: FactId,
    /// Why it is not known.
    pub reason: String,
    /// Set where somebody accepted that it is not known.
    #[serde(default)]
    pub waiver: Option<Waiver>,
    /// How it stands to the base, where the check was given one.
    #[serde(default)]
    pub since: Option<Since>,
}

impl Unknown {
    /// Whether nobody accepted it and no base has it: it counts.
    pub fn is_open(&self) -> bool {
        self.waiver.is_none() && self.since != Some(Since::Known)
    }

    /// Names the same question in every run: 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let fact = self.fact.to_string();
        fingerprint(&[
            "unknown",
            &self.rule,
            self.role.as_deref().unwrap_or_default(),
            &self.target,
            &self.subject,
            self.side.word(),
            &fact,
        ])
    }
}

/// The document has the fingerprint too.
impl Serialize for Unknown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Unknown", 9)?;
        document.serialize_field("rule", &self.rule)?;
        document.serialize_field("role", &self.role)?;
        document.serialize_field("target", &self.target)?;
        document.serialize_field("subject", &self.subject)?;
        document.serialize_field("side", &self.side)?;
        document.serialize_field("fact", &self.fact)?;
        document.serialize_field("reason", &self.reason)?;
        document.serialize_field("waiver", &self.waiver)?;
        if let Some(since) = &self.since {
            document.serialize_field("since", since)?;
        }
        document.serialize_field("fingerprint", &self.fingerprint())?;
        document.end()
    }
}

/// The same for the same rule, role, target, subject and discriminating text, whatever the values are.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
