//! What programs in images need of the processor, beside what their base needs.
//!
//! Sources stand with the rows. Where a project began to build for newer processors at a release that its notes do not name, the first
//! row is a release of which it is certain.

use crate::compose::image_name;

/// What a program needs of the processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Its name for people.
    pub software: &'static str,
    /// Features, as /proc/cpuinfo names them.
    pub flags: &'static [&'static str],
    /// The same of 64-bit ARM processors.
    pub arm_flags: &'static [&'static str],
    /// The x86-64 level of what lies below it.
    pub x86_level: i64,
}

struct Row {
    /// Names of images, without a registry.
    images: &'static [&'static str],
    /// First tag: numbers are compared as numbers.
    since: &'static [u64],
    /// Words in tags of builds that do without.
    unless: &'static [&'static str],
    needs: Needs,
}

/// What the kernel lists for the large system extensions, which ARMv8.2-A has and the processors before mostly lack
/// (Documentation/arch/arm64/elf_hwcaps.rst: HWCAP_ATOMICS).
const ARM_V8_2: &[&str] = &["atomics"];

const ROWS: [Row; 11] = [
    // https://bun.com/docs/installation (CPU requirements), https://github.com/oven-sh/bun/issues/19392
    Row {
        images: &["oven/bun"],
        since: &[1],
        unless: &[],
        needs: Needs {
            software: "Bun",
            flags: &["sse4_2"],
            arm_flags: &[],
            x86_level: 1,
        },
    },
    // https://www.mongodb.com/docs/manual/administration/production-notes/#x86_64
    Row {
        images: &[
            "mongo",
            "mongodb/mongodb-community-server",
            "mongodb/mongodb-enterprise-server",
            "bitnami/mongodb",
            "bitnamilegacy/mongodb",
            "percona/percona-server-mongodb",
        ],
        since: &[5],
        unless: &["noavx"],
        needs: Needs {
            software: "MongoDB 5.0 and later",
            flags: &["avx"],
            arm_flags: ARM_V8_2,
            x86_level: 1,
        },
    },
    // https://jira.mongodb.org/browse/SERVER-71772, https://github.com/docker-library/mongo/pull/610
    Row {
        images: &["mongo"],
        since: &[4, 4, 19],
        unless: &[],
        needs: Needs {
            software: "MongoDB 4.4.19 and later",
            flags: &[],
            arm_flags: ARM_V8_2,
            x86_level: 1,
        },
    },
    // https://github.com/docker-library/mysql/issues/1138: Oracle Linux 9 below
    Row {
        images: &["mysql", "mysql/mysql-server", "mysql/community-server"],
        since: &[9],
        unless: &["oraclelinux8"],
        needs: base("Oracle Linux 9 below MySQL 9", 2),
    },
    // https://github.com/keycloak/keycloak/issues/17290: UBI 9 below
    Row {
        images: &["keycloak/keycloak"],
        since: &[21],
        unless: &[],
        needs: base("UBI 9 below Keycloak 21 and later", 2),
    },
    // https://github.com/minio/minio/issues/20778: UBI 9 below
    Row {
        images: &["minio/minio"],
        since: &[2024, 11, 7],
        unless: &["cpuv1"],
        needs: base("UBI 9 below MinIO", 2),
    },
    // https://github.com/tensorflow/tensorflow/releases/tag/v1.6.0
    Row {
        images: &["tensorflow/tensorflow", "tensorflow/serving"],
        since: &[1, 6],
        unless: &["devel"],
        needs: Needs {
            software: "TensorFlow 1.6 and later",
            flags: &["avx"],
            arm_flags: &[],
            x86_level: 1,
        },
    },
    // https://github.com/getsentry/self-hosted/releases/tag/26.11.0: AVX2 in this release
    Row {
        images: &["clickhouse/clickhouse-server", "clickhouse"],
        since: &[26, 8],
        unless: &[],
        needs: Needs {
            software: "ClickHouse 26.8 and later",
            flags: &["avx2"],
            arm_flags: &[],
            x86_level: 1,
        },
    },
    // https://clickhouse.com/docs/install
    Row {
        images: &[
            "clickhouse/clickhouse-server",
            "clickhouse",
            "yandex/clickhouse-server",
        ],
        since: &[1],
        unless: &[],
        needs: Needs {
            software: "ClickHouse",
            flags: &["sse4_2"],
            arm_flags: &[],
            x86_level: 1,
        },
    },
    // https://ydb.tech/docs/en/devops/concepts/system-requirements, https://github.com/ydb-platform/ydb/issues/26
    Row {
        images: &["ydbplatform/local-ydb"],
        since: &[1],
        unless: &[],
        needs: Needs {
            software: "YDB",
            flags: &["avx2"],
            arm_flags: &[],
            x86_level: 1,
        },
    },
    // https://docs.scylladb.com/manual/stable/getting-started/system-requirements.html
    Row {
        images: &["scylladb/scylla", "scylladb/scylla-enterprise"],
        since: &[1],
        unless: &[],
        needs: Needs {
            software: "ScyllaDB",
            flags: &["sse4_2", "pclmulqdq"],
            arm_flags: &[],
            x86_level: 1,
        },
    },
];

const fn base(software: &'static str, x86_level: i64) -> Needs {
    Needs {
        software,
        flags: &[],
        arm_flags: &[],
        x86_level,
    }
}

/// What the program that an image is named after needs; none where name or tag do not tell.
///
/// ```
/// use parity_probes::images::needs;
/// assert_eq!(needs("mongo:5.0.13-focal").unwrap().flags, ["avx"]);
/// assert!(needs("mongo:4.4").is_none() && needs("mongo").is_none());
/// ```
#[must_use]
pub fn needs(image: &str) -> Option<Needs> {
    let name = image_name(image);
    let tag = name.tag?;
    let numbers = numbers(tag)?;
    let fits = |row: &&Row| {
        let is_plain = !row.unless.iter().any(|word| tag.contains(word));
        row.images.contains(&name.path) && is_plain && numbers.as_slice() >= row.since
    };
    ROWS.iter().find(fits).map(|row| row.needs)
}

/// The numbers that a tag begins with, after `v` or `RELEASE.`; dates have them joined by `-`.
pub(super) fn numbers(tag: &str) -> Option<Vec<u64>> {
    let (text, separators): (&str, &[char]) = match tag.strip_prefix("RELEASE.") {
        Some(date) => (date.split('T').next().unwrap_or(date), &['-']),
        None => (tag.strip_prefix('v').unwrap_or(tag), &['.']),
    };
    let numbers: Vec<u64> = text
        .split(separators)
        .map_while(|part| {
            let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part.get(..end)?.parse().ok()
        })
        .collect();
    (!numbers.is_empty()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_decide() {
        for (image, level, flags) in [
            ("docker.io/library/mongo:7", 1, &["avx"][..]),
            ("mongodb/mongodb-community-server:6.0.4-ubi8", 1, &["avx"]),
            ("mysql:9.1", 2, &[]),
            ("quay.io/keycloak/keycloak:24.0", 2, &[]),
            ("minio/minio:RELEASE.2024-12-18T13-15-44Z", 2, &[]),
            ("tensorflow/tensorflow:2.15.0-gpu", 1, &["avx"]),
            ("oven/bun:1.2.11-slim", 1, &["sse4_2"]),
        ] {
            let found = needs(image).unwrap_or_else(|| panic!("{image}"));
            assert_eq!((found.x86_level, found.flags), (level, flags), "{image}");
        }
        for image in [
            "mongo:4.4.18",
            "mongo:latest",
            "example/mongo:7",
            "mysql:8.0",
            "mysql:9.1-oraclelinux8",
            "minio/minio:RELEASE.2021-06-17T00-10-46Z",
            "minio/minio:RELEASE.2024-12-18T13-15-44Z-cpuv1",
            "tensorflow/tensorflow:1.5.0",
        ] {
            assert_eq!(needs(image), None, "{image}");
        }
    }
}
