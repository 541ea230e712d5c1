//! What extensions of PostgreSQL have not always had, and what MariaDB has not of MySQL's JSON.
//!
//! Sources: <https://github.com/pgvector/pgvector/blob/master/CHANGELOG.md>, <https://postgis.net/docs/manual-3.5/PostGIS_Special_Functions_Index.html>
//! ("Availability"), release notes of PostgreSQL for pg_trgm, and <https://mariadb.com/docs/release-notes/community-server/about/compatibility-and-differences>.

use std::collections::BTreeMap;

use super::tokens::{Kind, Token};

/// Words in a row, the extension that has them, its first version with them. A name that ends with `(` is a call.
const IN_EXTENSIONS: [(&str, &str, &str); 23] = [
    ("BINARY_QUANTIZE (", "vector", "0.7.0"),
    ("BIT_HAMMING_OPS", "vector", "0.7.0"),
    ("HALFVEC (", "vector", "0.7.0"),
    ("SPARSEVEC (", "vector", "0.7.0"),
    ("STRICT_WORD_SIMILARITY (", "pg_trgm", "1.4"),
    ("ST_ASFLATGEOBUF (", "postgis", "3.2"),
    ("ST_ASMVT (", "postgis", "2.4"),
    ("ST_ASMVTGEOM (", "postgis", "2.4"),
    ("ST_CHAIKINSMOOTHING (", "postgis", "2.5"),
    ("ST_COVERAGEUNION (", "postgis", "3.4"),
    ("ST_FRECHETDISTANCE (", "postgis", "2.4"),
    ("ST_HEXAGONGRID (", "postgis", "3.1"),
    ("ST_LETTERS (", "postgis", "3.3"),
    ("ST_LINEINTERPOLATEPOINTS (", "postgis", "2.5"),
    ("ST_MAXIMUMINSCRIBEDCIRCLE (", "postgis", "3.1"),
    ("ST_ORIENTEDENVELOPE (", "postgis", "2.5"),
    ("ST_QUANTIZECOORDINATES (", "postgis", "2.5"),
    ("ST_REDUCEPRECISION (", "postgis", "3.1"),
    ("ST_SIMPLIFYPOLYGONHULL (", "postgis", "3.3"),
    ("ST_SQUAREGRID (", "postgis", "3.1"),
    ("ST_TILEENVELOPE (", "postgis", "3.0"),
    ("USING HNSW (", "vector", "0.5.0"),
    ("USING IVFFLAT (", "vector", "0.1.0"),
];

/// What of extensions the words of a file use: extension and words, with the first version and the place.
pub(super) fn of_extensions(words: &[&str]) -> BTreeMap<(&'static str, &'static str), (&'static str, usize)> {
    let mut found = BTreeMap::new();
    for at in 0..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        for (used, extension, since) in IN_EXTENSIONS {
            let mut wanted = used.split(' ').enumerate();
            if wanted.all(|(by, wanted)| rest.get(by) == Some(&wanted)) {
                let used = used.trim_end_matches([' ', '(']);
                found.entry((extension, used)).or_insert((since, at));
            }
        }
    }
    found
}

/// What no MariaDB takes, and the line: `column->'$.path'`, `CAST(… AS JSON)`, and an index on an expression.
pub(super) fn not_in_mariadb(tokens: &[Token<'_>]) -> BTreeMap<&'static str, u32> {
    let mut found = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate() {
        let is = |by: usize, mark: &str| tokens.get(at + by).is_some_and(|token| token.is(mark));
        // In the text of a source the quote may be escaped.
        let is_path = |by: usize| {
            let path = tokens.get(at + by + usize::from(is(by, "\\")));
            path.is_some_and(|token| {
                matches!(token.kind, Kind::Text | Kind::Name) && token.raw.starts_with('$')
            })
        };
        let what = if is(0, "-") && is(1, ">") && is(2, ">") && is_path(3) {
            "the operator ->>"
        } else if is(0, "-") && is(1, ">") && is_path(2) {
            "the operator ->"
        } else if is(0, "AS") && is(1, "JSON") && is(2, ")") {
            "CAST … AS JSON"
        } else if (is(0, "INDEX") || is(0, "KEY")) && is(2, "(") && is(3, "(") {
            "an index on an expression"
        } else {
            continue;
        };
        found.entry(what).or_insert(token.line);
    }
    found
}
