//! Bundles: the raw answers of a target, recorded so that they can be replayed anywhere.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Answers, Outcome};
use crate::need::Need;

/// The version of the bundle document.
pub const FORMAT: u32 = 1;

/// The largest bundle that is read, in bytes.
pub const MAX_BYTES: u64 = 512 << 20;

/// Everything a target answered, after redaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Version of the document: [`FORMAT`].
    pub format: u32,
    /// The target that was recorded.
    pub target: String,
    /// When, in UTC (RFC 3339).
    pub taken_at: String,
    /// Question and answer, sorted by question.
    pub answers: Vec<(Need, Outcome<Answer>)>,
}

impl Bundle {
    /// Records these answers.
    pub fn record(target: &str, taken_at: &str, answers: &Answers) -> Bundle {
        let answers = answers
            .iter()
            .map(|(need, outcome)| (need.clone(), outcome.clone()))
            .collect();
        Bundle {
            format: FORMAT,
            target: target.to_owned(),
            taken_at: taken_at.to_owned(),
            answers,
        }
    }

    /// Reads a bundle document.
    ///
    /// # Errors
    /// It cannot be read, is larger than [`MAX_BYTES`], is not a bundle, or is of a newer format.
    pub fn read(input: impl Read) -> io::Result<Bundle> {
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
        let mut text = Vec::new();
        input.take(MAX_BYTES + 1).read_to_end(&mut text)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(invalid(format!(
                "the bundle is larger than {} MiB",
                MAX_BYTES >> 20
            )));
        }
        let bundle: Bundle =
            serde_json::from_slice(&text).map_err(|error| invalid(format!("not a bundle: {error}")))?;
        if bundle.format > FORMAT {
            return Err(invalid(format!(
                "format {} is newer than this program reads ({FORMAT})",
                bundle.format
            )));
        }
        Ok(bundle)
    }

    /// The document, one answer a line.
    pub fn to_json(&self) -> String {
        let text = |value: &str| serde_json::to_string(value).unwrap_or_default();
        let answers: Vec<String> = self
            .answers
            .iter()
            .map(|pair| serde_json::to_string(pair).unwrap_or_default())
            .collect();
        format!(
            "{{\n  \"format\": {},\n  \"target\": {},\n  \"taken_at\": {},\n  \"answers\": [\n    {}\n  ]\n}}\n",
            self.format,
            text(&self.target),
            text(&self.taken_at),
            answers.join(",\n    ")
        )
    }
}

/// Bytes in JSON: a string where they are text, `{"base64": …}` where they are not.
pub(crate) mod bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Document<'a> {
        Text(std::borrow::Cow<'a, str>),
        Binary { base64: String },
    }

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Document::Text(text.into()),
            Err(_) => Document::Binary {
                base64: STANDARD.encode(bytes),
            },
        }
        .serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        match Document::deserialize(deserializer)? {
            Document::Text(text) => Ok(text.into_owned().into_bytes()),
            Document::Binary { base64 } => STANDARD.decode(base64).map_err(serde::de::Error::custom),
        }
    }
}
