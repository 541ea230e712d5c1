//! The databases below `var/lib/rpm` or `usr/lib/sysimage/rpm`, and the same by `rpm -qa`.

use super::package::RpmPackage;
use super::{berkeley, header, ndb, sqlite};
use crate::parse_error::{Fault, ParseError};
use crate::text::{lines, lossy};

/// The format to ask `rpm -qa --qf` for; [`parse_query`] reads its output. The escapes are rpm's own.
pub const QUERY_FORMAT: &str = r"%{NAME}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\n";

/// What rpm prints for a tag that a package has not.
const NONE: &[u8] = b"(none)";

/// How an rpm database is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RpmDbFormat {
    /// `rpmdb.sqlite`: Fedora since 33, Red Hat Enterprise Linux since 9.
    Sqlite,
    /// `Packages.db`: SUSE.
    Ndb,
    /// `Packages`: older systems.
    BerkeleyDbHash,
    /// None of these.
    Unknown,
}

/// The format of a database by its first bytes; 16 are enough.
#[must_use]
pub fn detect_format(first: &[u8]) -> RpmDbFormat {
    if first.starts_with(sqlite::MAGIC) {
        RpmDbFormat::Sqlite
    } else if first.starts_with(ndb::MAGIC) {
        RpmDbFormat::Ndb
    } else if berkeley::order(first).is_some() {
        RpmDbFormat::BerkeleyDbHash
    } else {
        RpmDbFormat::Unknown
    }
}

/// Reads a database of any known format; `wal` is the file `-wal` beside an SQLite one.
///
/// # Errors
/// [`Fault::UnsupportedFormat`] for an unknown format; else those of the reader of its format.
pub fn parse_database(database: &[u8], wal: Option<&[u8]>) -> Result<Vec<RpmPackage>, ParseError> {
    match detect_format(database) {
        RpmDbFormat::Sqlite => parse_sqlite(database, wal),
        RpmDbFormat::Ndb => parse_ndb(database),
        RpmDbFormat::BerkeleyDbHash => parse_berkeley(database),
        RpmDbFormat::Unknown => Err(ParseError::offset(
            0,
            Fault::UnsupportedFormat("an rpm database that is not SQLite, ndb or Berkeley DB"),
        )),
    }
}

/// Reads `rpmdb.sqlite` and, where there is one, `rpmdb.sqlite-wal`: without it, what is not yet checkpointed is not
/// seen. In the order of installation.
///
/// # Errors
/// When the database is shorter than it says, damaged, or without the table `Packages`; when a header is damaged.
pub fn parse_sqlite(database: &[u8], wal: Option<&[u8]>) -> Result<Vec<RpmPackage>, ParseError> {
    sqlite::blobs(database, wal, "Packages")?
        .iter()
        .map(|(_, blob)| header::package(blob))
        .collect()
}

/// Reads `Packages.db`, in the order of installation.
///
/// # Errors
/// When the database is shorter than it says or damaged; when a header is damaged.
pub fn parse_ndb(database: &[u8]) -> Result<Vec<RpmPackage>, ParseError> {
    ndb::blobs(database)?.into_iter().map(header::package).collect()
}

/// Reads `Packages`, a Berkeley DB hash, in the order of installation.
///
/// # Errors
/// When the database is shorter than it says, damaged or encrypted; when a header is damaged.
pub fn parse_berkeley(database: &[u8]) -> Result<Vec<RpmPackage>, ParseError> {
    berkeley::blobs(database)?
        .iter()
        .map(|blob| header::package(blob))
        .collect()
}

/// Reads the output of `rpm -qa --qf` with [`QUERY_FORMAT`]. Gives packages equal to those of the readers of the
/// databases, in rpm's order.
///
/// ```
/// let answer = b"bash\t(none)\t5.1.8\t9.el9\tx86_64\tbash-5.1.8-9.el9.src.rpm\n";
/// let packages = parity_probes::rpm::parse_query(answer)?;
/// assert_eq!((packages[0].name.as_str(), packages[0].epoch), ("bash", None));
/// # Ok::<(), parity_probes::parse_error::ParseError>(())
/// ```
///
/// # Errors
/// When the output ends inside a line, when a line has not six columns, or a column is not what it should be.
pub fn parse_query(bytes: &[u8]) -> Result<Vec<RpmPackage>, ParseError> {
    let mut packages = Vec::new();
    for line in lines(bytes) {
        let wrong = |fault| ParseError::line(line.number, fault);
        if !line.ended {
            return Err(wrong(Fault::Truncated("a line")));
        }
        let columns: Vec<&[u8]> = line.bytes.split(|&byte| byte == b'\t').collect();
        let &[name, epoch, version, release, architecture, source_rpm] = columns.as_slice() else {
            return Err(wrong(Fault::Malformed("a line has not six columns")));
        };
        let required = |column: &[u8], what| {
            if column.is_empty() || column == NONE {
                Err(wrong(Fault::Missing(what)))
            } else {
                Ok(lossy(column))
            }
        };
        let epoch = match given(epoch).map(|epoch| epoch.parse()) {
            Some(Ok(epoch)) => Some(epoch),
            Some(Err(_)) => return Err(wrong(Fault::Malformed("an epoch is no number"))),
            None => None,
        };
        packages.push(RpmPackage {
            name: required(name, "the name of a package")?,
            epoch,
            version: required(version, "the version of a package")?,
            release: required(release, "the release of a package")?,
            architecture: given(architecture),
            source_rpm: given(source_rpm),
        });
    }
    Ok(packages)
}

fn given(column: &[u8]) -> Option<String> {
    (column != NONE).then(|| lossy(column))
}

#[cfg(test)]
mod tests {
    use super::super::bytes::Order;
    use super::super::samples::{berkeley, ndb, three};
    use super::*;
    use proptest::prelude::*;

    const QUERY: &[u8] = b"bash\t(none)\t5.1\t2\tx86_64\t(none)\n\
dbus\t1\t1.12~rc1\t8\tnoarch\tdbus-1.12~rc1-8.src.rpm\n\
gpg-pubkey\t(none)\tabcdef01\t5e3006fb\t(none)\t(none)\n";

    #[test]
    fn every_route_gives_equal_packages() {
        let expected = parse_query(QUERY).unwrap();
        assert_eq!(expected.len(), 3);
        assert_eq!(
            (expected[1].epoch, expected[2].architecture.as_deref()),
            (Some(1), None)
        );
        assert_eq!(parse_database(&ndb(&three()), None).unwrap(), expected);
        assert_eq!(
            parse_database(&berkeley(&three(), Order::Big), None).unwrap(),
            expected
        );
        assert_eq!(
            parse_database(&berkeley(&three(), Order::Little), None).unwrap(),
            expected
        );
    }

    #[test]
    fn tells_the_formats_apart() {
        assert_eq!(detect_format(b"SQLite format 3\0"), RpmDbFormat::Sqlite);
        assert_eq!(detect_format(b"RpmP"), RpmDbFormat::Ndb);
        assert_eq!(
            detect_format(&berkeley(&[], Order::Big)[..16]),
            RpmDbFormat::BerkeleyDbHash
        );
        for other in [&b""[..], b"SQLite", b"not a database at all"] {
            assert_eq!(detect_format(other), RpmDbFormat::Unknown);
            assert!(matches!(
                parse_database(other, None).unwrap_err().fault,
                Fault::UnsupportedFormat(_)
            ));
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let fault = |bytes: &[u8]| parse_query(bytes).unwrap_err().fault;
        assert_eq!(
            fault(b"a\t(none)\t1\t1\tnoarch\t(none)"),
            Fault::Truncated("a line")
        );
        assert_eq!(
            fault(b"a\t(none)\t(none)\t1\tnoarch\t(none)\n"),
            Fault::Missing("the version of a package")
        );
        assert!(matches!(
            fault(b"a\tx\t1\t1\tnoarch\t(none)\n"),
            Fault::Malformed(_)
        ));
        assert!(matches!(
            fault(b"error: cannot open Packages database\n"),
            Fault::Malformed(_)
        ));
    }

    proptest! {
        #[test]
        fn no_mutation_of_an_answer_panics(at in 0..QUERY.len(), byte: u8, end in 0..=QUERY.len()) {
            let mut bytes = QUERY.to_vec();
            bytes[at] = byte;
            let _ = parse_query(&bytes[..end]);
        }
    }
}
