//! Libraries of Java that unpack native code, and the marks of programs that unpack themselves. Pure functions over bytes.

/// A library of Java with native code that its classes unpack into `java.io.tmpdir` and load.
struct Unpacking {
    name: &'static str,
    /// What the file names of its archives begin with; a digit follows.
    archives: &'static [&'static str],
    /// What paths in an archive begin with that holds it.
    entries: &'static [&'static str],
}

/// Sorted by name. Sources: the loaders of the projects, such as
/// <https://github.com/netty/netty/blob/4.1/common/src/main/java/io/netty/util/internal/NativeLibraryLoader.java>,
/// <https://github.com/xerial/snappy-java/blob/main/src/main/java/org/xerial/snappy/SnappyLoader.java>,
/// <https://github.com/java-native-access/jna/blob/master/src/com/sun/jna/Native.java>.
const UNPACKING: [Unpacking; 11] = [
    row("DuckDB", &["duckdb_jdbc-"], &["libduckdb_java.so_linux"]),
    row("JNA", &["jna-"], &["com/sun/jna/linux-"]),
    row(
        "LevelDB",
        &["leveldbjni-all-"],
        &["META-INF/native/linux64/libleveldbjni"],
    ),
    row(
        "ONNX Runtime",
        &["onnxruntime-"],
        &["ai/onnxruntime/native/linux"],
    ),
    row("RocksDB", &["rocksdbjni-"], &["librocksdbjni-linux"]),
    row("SQLite", &["sqlite-jdbc-"], &["org/sqlite/native/Linux"]),
    row("Snappy", &["snappy-java-"], &["org/xerial/snappy/native/Linux"]),
    row(
        "Zstandard",
        &["zstd-jni-"],
        &["linux/amd64/libzstd-jni", "linux/aarch64/libzstd-jni"],
    ),
    row(
        "netty epoll",
        &["netty-transport-native-epoll-", "netty-all-4.0."],
        &[
            "META-INF/native/libnetty_transport_native_epoll",
            "META-INF/native/libnetty-transport-native-epoll",
        ],
    ),
    row(
        "netty io_uring",
        &[
            "netty-incubator-transport-native-io_uring-",
            "netty-transport-native-io_uring-",
        ],
        &["META-INF/native/libnetty_transport_native_io_uring"],
    ),
    row(
        "netty tcnative",
        &["netty-tcnative-"],
        &[
            "META-INF/native/libnetty_tcnative",
            "META-INF/native/libnetty-tcnative",
        ],
    ),
];

const fn row(
    name: &'static str,
    archives: &'static [&'static str],
    entries: &'static [&'static str],
) -> Unpacking {
    Unpacking {
        name,
        archives,
        entries,
    }
}

/// The library that a path in an archive, or the name of an archive in it, belongs to.
pub(super) fn library(path: &str) -> Option<&'static str> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let is_archive = |begin: &str| {
        let rest = file.strip_prefix(begin).filter(|_| file.ends_with(".jar"));
        rest.is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit()) || begin.starts_with("netty-tcnative")
        })
    };
    let fits = |row: &&Unpacking| {
        row.archives.iter().any(|begin| is_archive(begin))
            || row.entries.iter().any(|begin| path.starts_with(begin))
    };
    UNPACKING.iter().find(fits).map(|row| row.name)
}

/// Names in a text by which another directory is chosen.
const ELSEWHERE: [&str; 9] = [
    "TMPDIR",
    "io.netty.native.workdir",
    "java.io.tmpdir",
    "jna.nosys",
    "jna.tmpdir",
    "org.sqlite.tmpdir",
    "org.xerial.snappy.tempdir",
    "ROCKSDB_SHAREDLIB_DIR",
    "runtime-tmpdir",
];

/// Whether a text chooses another directory.
pub(super) fn chooses(bytes: &[u8]) -> bool {
    let contains = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    ELSEWHERE.into_iter().any(contains)
}

/// The directory that a text chooses for all of Java, where it names it by its whole path and chooses nothing else.
pub(super) fn chosen(bytes: &[u8]) -> Option<String> {
    const ALL_OF_JAVA: &str = "java.io.tmpdir";
    let text = std::str::from_utf8(bytes).ok()?;
    let others = ELSEWHERE.iter().filter(|word| **word != ALL_OF_JAVA);
    if others.into_iter().any(|word| text.contains(word)) {
        return None;
    }
    let mut paths = text.split(ALL_OF_JAVA).skip(1).map(|rest| {
        let value = rest.strip_prefix('=').unwrap_or_default();
        let end = value
            .find(|c: char| c.is_whitespace() || "\"',;".contains(c))
            .unwrap_or(value.len());
        value.get(..end).unwrap_or_default()
    });
    let path = paths.next()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let is_path = path.starts_with('/') && path.chars().all(is_plain);
    (is_path && paths.all(|other| other == path)).then(|| path.to_owned())
}

/// The mark at the end of a program made by PyInstaller: <https://github.com/pyinstaller/pyinstaller/blob/develop/bootloader/src/pyi_archive.h>.
const PYINSTALLER: [u8; 8] = *b"MEI\x0c\x0b\x0a\x0b\x0e";

/// Whether the last bytes of a program say that PyInstaller made it.
pub(super) fn is_pyinstaller(tail: &[u8]) -> bool {
    tail.windows(PYINSTALLER.len())
        .any(|window| window == PYINSTALLER)
}

/// Whether a script unpacks itself and runs what it unpacked: <https://makeself.io/>.
pub(super) fn is_makeself(head: &[u8]) -> bool {
    let head = head.get(..256).unwrap_or(head);
    let mark = b"generated using Makeself";
    head.starts_with(b"#!") && head.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_and_paths_tell_the_library() {
        for (path, expected) in [
            (
                "BOOT-INF/lib/netty-transport-native-epoll-4.1.9.Final-linux-x86_64.jar",
                Some("netty epoll"),
            ),
            (
                "lib/netty-tcnative-boringssl-static-2.0.61.Final.jar",
                Some("netty tcnative"),
            ),
            ("lib/jna-5.13.0.jar", Some("JNA")),
            ("lib/jna-platform-5.13.0.jar", None),
            (
                "META-INF/native/libnetty_transport_native_epoll_x86_64.so",
                Some("netty epoll"),
            ),
            ("org/sqlite/native/Linux/x86_64/libsqlitejdbc.so", Some("SQLite")),
            ("org/sqlite/native/Windows/x86_64/sqlitejdbc.dll", None),
            ("lib/netty-transport-4.1.9.Final.jar", None),
        ] {
            assert_eq!(library(path), expected, "{path}");
        }
    }

    #[test]
    fn marks() {
        assert!(is_pyinstaller(b"xxMEI\x0c\x0b\x0a\x0b\x0eyy") && !is_pyinstaller(b"MEI"));
        assert!(is_makeself(
            b"#!/bin/sh\n# This script was generated using Makeself 2.4.5\n"
        ));
        let text = b"ExecStart=java -Djava.io.tmpdir=/var/lib/app -jar a.jar";
        assert_eq!(chosen(text).as_deref(), Some("/var/lib/app"));
        for text in [
            "-Djava.io.tmpdir=$DIR",
            "-Djava.io.tmpdir=/a -Djna.tmpdir=/b",
            "-Xmx1g",
        ] {
            assert_eq!(chosen(text.as_bytes()), None, "{text}");
        }
        assert!(chooses(text) && !chooses(b"-Xmx1g"));
    }
}
