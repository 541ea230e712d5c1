//! The header blob: what rpm keeps of one package.
//!
//! Shape: "RPM V4 Header format" of the rpm manual. Two big-endian counts (entries, bytes of data), 16 bytes an entry
//! (tag, type, offset, count), the data. In a database the blob lacks the magic `8eade801` that package files have.

use super::bytes::{Bytes, Order};
use super::package::RpmPackage;
use crate::parse_error::{Fault, ParseError};
use crate::text::lossy;

const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const ARCH: u32 = 1022;
const SOURCE_RPM: u32 = 1044;
#[cfg(feature = "collect")]
const REQUIRE_FLAGS: u32 = 1048;
#[cfg(feature = "collect")]
const REQUIRE_NAME: u32 = 1049;
#[cfg(feature = "collect")]
const REQUIRE_VERSION: u32 = 1050;

const INT32: u32 = 4;
const STRING: u32 = 6;
#[cfg(feature = "collect")]
const STRINGS: u32 = 8;

/// More requirements are refused.
#[cfg(feature = "collect")]
const MAX_REQUIREMENTS: usize = 100_000;

const INTRO: usize = 8;
const ENTRY: usize = 16;

/// Reads the package that a header blob describes.
///
/// # Errors
/// When the counts do not add up to the length of the blob, when name, version or release is missing, when one of
/// the tags that are read has another type or lies outside the data.
pub(super) fn package(blob: &[u8]) -> Result<RpmPackage, ParseError> {
    let header = Header::read(Bytes::whole(blob, "an rpm header"))?;
    Ok(RpmPackage {
        name: header.required(NAME, "the name of a package")?,
        epoch: header.number(EPOCH)?,
        version: header.required(VERSION, "the version of a package")?,
        release: header.required(RELEASE, "the release of a package")?,
        architecture: header.text(ARCH)?,
        source_rpm: header.text(SOURCE_RPM)?,
    })
}

/// Name, flags (`RPMSENSE`) and version of something that a package requires.
#[cfg(feature = "collect")]
pub(crate) type Requirement = (String, u32, String);

/// Reads for which architecture the package is that a header blob describes, and what it requires.
///
/// # Errors
/// As [`package`], and when names, flags and versions are not as many.
#[cfg(feature = "collect")]
pub(crate) fn requirements(blob: &[u8]) -> Result<(Option<String>, Vec<Requirement>), ParseError> {
    let header = Header::read(Bytes::whole(blob, "an rpm header"))?;
    let names = header.texts(REQUIRE_NAME)?;
    let versions = header.texts(REQUIRE_VERSION)?;
    let flags = header.numbers(REQUIRE_FLAGS, names.len())?;
    if versions.len() != names.len() {
        return Err(ParseError::offset(
            0,
            Fault::Malformed("a package requires more names than versions, or less"),
        ));
    }
    let all = names.into_iter().zip(flags).zip(versions);
    let all = all.map(|((name, flags), version)| (name, flags, version));
    Ok((header.text(ARCH)?, all.collect()))
}

struct Header<'a> {
    index: Bytes<'a>,
    data: Bytes<'a>,
}

impl<'a> Header<'a> {
    fn read(blob: Bytes<'a>) -> Result<Self, ParseError> {
        let entries = blob.size(0, Order::Big)?;
        let data = blob.size(4, Order::Big)?;
        let index = entries
            .checked_mul(ENTRY)
            .ok_or(ParseError::offset(0, Fault::Limit("the number of tags")))?;
        let sum = index.checked_add(data).and_then(|sum| sum.checked_add(INTRO));
        if sum != Some(blob.len()) {
            return Err(blob.malformed(0, "an rpm header is not as long as its counts say"));
        }
        Ok(Self {
            index: blob.slice(INTRO, index)?,
            data: blob.slice(INTRO + index, data)?,
        })
    }

    /// Type and data of a tag. The last entry counts: rpm appends tags, and those replace older ones.
    fn find(&self, tag: u32) -> Result<Option<(u32, Bytes<'a>)>, ParseError> {
        for at in (0..self.index.len()).step_by(ENTRY).rev() {
            if self.index.u32(at, Order::Big)? == tag {
                let kind = self.index.u32(at + 4, Order::Big)?;
                let offset = self.index.size(at + 8, Order::Big)?;
                return Ok(Some((
                    kind,
                    self.data.slice(offset, self.data.len().saturating_sub(offset))?,
                )));
            }
        }
        Ok(None)
    }

    fn required(&self, tag: u32, what: &'static str) -> Result<String, ParseError> {
        let missing = || ParseError::offset(0, Fault::Missing(what));
        self.text(tag)?
            .filter(|text| !text.is_empty())
            .ok_or_else(missing)
    }

    fn text(&self, tag: u32) -> Result<Option<String>, ParseError> {
        let Some((kind, data)) = self.find(tag)? else {
            return Ok(None);
        };
        if kind != STRING {
            return Err(data.malformed(0, "a tag that should be a string is not"));
        }
        let end = data.as_slice().iter().position(|&byte| byte == 0);
        let end = end.ok_or(data.malformed(0, "a string does not end"))?;
        Ok(Some(lossy(data.slice(0, end)?.as_slice())))
    }

    fn number(&self, tag: u32) -> Result<Option<u32>, ParseError> {
        let Some((kind, data)) = self.find(tag)? else {
            return Ok(None);
        };
        if kind != INT32 {
            return Err(data.malformed(0, "a tag that should be a 32-bit number is not"));
        }
        data.u32(0, Order::Big).map(Some)
    }

    /// The strings of a tag; none where it is not there.
    #[cfg(feature = "collect")]
    fn texts(&self, tag: u32) -> Result<Vec<String>, ParseError> {
        let Some((kind, data)) = self.find(tag)? else {
            return Ok(Vec::new());
        };
        if kind != STRINGS {
            return Err(data.malformed(0, "a tag that should be a list of strings is not"));
        }
        let count = self.count(tag)?;
        let texts: Vec<String> = data
            .as_slice()
            .split(|byte| *byte == 0)
            .take(count)
            .map(lossy)
            .collect();
        // What stands behind the last zero is no string.
        let ends = data
            .as_slice()
            .iter()
            .filter(|byte| **byte == 0)
            .take(count)
            .count();
        if count > MAX_REQUIREMENTS || texts.len() != count || ends != count {
            return Err(data.malformed(0, "a list of strings does not end"));
        }
        Ok(texts)
    }

    /// So many numbers of a tag.
    #[cfg(feature = "collect")]
    fn numbers(&self, tag: u32, count: usize) -> Result<Vec<u32>, ParseError> {
        let Some((kind, data)) = self.find(tag)?.filter(|_| count > 0) else {
            return Ok(vec![0; count]);
        };
        if kind != INT32 {
            return Err(data.malformed(0, "a tag that should be a 32-bit number is not"));
        }
        (0..count).map(|at| data.u32(at * 4, Order::Big)).collect()
    }

    /// How many values a tag has.
    #[cfg(feature = "collect")]
    fn count(&self, tag: u32) -> Result<usize, ParseError> {
        for at in (0..self.index.len()).step_by(ENTRY).rev() {
            if self.index.u32(at, Order::Big)? == tag {
                return self.index.size(at + 12, Order::Big);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Tag, blob};
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Vec<u8> {
        blob(&[
            (NAME, Tag::Text("bash")),
            (VERSION, Tag::Text("5.1")),
            (RELEASE, Tag::Text("2.el9")),
            (EPOCH, Tag::Number(0)),
            (ARCH, Tag::Text("old")),
            (ARCH, Tag::Text("x86_64")),
        ])
    }

    #[test]
    fn reads_the_tags() {
        let package = package(&sample()).unwrap();
        assert_eq!((package.name.as_str(), package.epoch), ("bash", Some(0)));
        assert_eq!(
            (package.version.as_str(), package.release.as_str()),
            ("5.1", "2.el9")
        );
        assert_eq!(
            (package.architecture.as_deref(), package.source_rpm),
            (Some("x86_64"), None)
        );
    }

    #[test]
    fn says_what_is_wrong() {
        let fault = |tags: &[(u32, Tag)]| package(&blob(tags)).unwrap_err().fault;
        assert_eq!(
            fault(&[(NAME, Tag::Text("a")), (VERSION, Tag::Text("1"))]),
            Fault::Missing("the release of a package")
        );
        assert!(matches!(fault(&[(NAME, Tag::Number(7))]), Fault::Malformed(_)));
        assert!(matches!(package(b"").unwrap_err().fault, Fault::Truncated(_)));
        assert!(matches!(
            package(&[0xff; 64]).unwrap_err().fault,
            Fault::Malformed(_)
        ));
    }

    #[test]
    fn every_cut_is_an_error() {
        let whole = sample();
        for end in 0..whole.len() {
            assert!(package(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn no_mutation_panics(changes in prop::collection::vec((0..sample().len(), any::<u8>()), 1..6)) {
            let mut bytes = sample();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            let _ = package(&bytes);
        }
    }
}
