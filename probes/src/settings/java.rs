//! Options of the Java virtual machine by the feature releases that take them.
//!
//! Source: the flag tables of `src/hotspot/share/runtime/arguments.cpp` in <https://github.com/openjdk/jdk> (an option is an error from
//! its "expired" release on), "Removed Java Options" of the `java` command of each release
//! (<https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html>), and JEP 158, 214, 260, 261, 271, 291, 363, 486.

use super::said::{Said, range};
use crate::reading::numbered;

/// Options by name, the release that brought each, and the first that refuses it.
#[rustfmt::skip]
const OPTIONS: &[(&str, &str, &str)] = &[
    ("--add-exports", "9", ""), ("--add-modules", "9", ""), ("--add-opens", "9", ""), ("--add-reads", "9", ""),
    ("--enable-final-field-mutation", "26", ""), ("--enable-native-access", "16", ""), ("--enable-preview", "11", ""), ("--illegal-access", "9", ""),
    ("--illegal-native-access", "24", ""), ("--limit-modules", "9", ""), ("--module-path", "9", ""), ("--patch-module", "9", ""),
    ("--sun-misc-unsafe-memory-access", "23", ""), ("--upgrade-module-path", "9", ""),
    ("-Djava.endorsed.dirs", "", "9"), ("-Djava.ext.dirs", "", "9"),
    ("-Xbootclasspath/p", "", "9"), ("-Xincgc", "", "9"), ("-Xlog", "9", ""), ("-d32", "", "10"), ("-d64", "", "10"),
    ("AOTCache", "24", ""), ("AOTMode", "24", ""), ("AggressiveOpts", "", "13"), ("AutoCreateSharedArchive", "19", ""),
    ("BiasedLockingStartupDelay", "", "19"), ("CMSClassUnloadingEnabled", "", "15"), ("CMSFullGCsBeforeCompaction", "", "15"),
    ("CMSIncrementalDutyCycle", "", "9"), ("CMSIncrementalMode", "", "9"), ("CMSIncrementalPacing", "", "9"),
    ("CMSInitiatingOccupancyFraction", "", "15"), ("CMSMaxAbortablePrecleanTime", "", "15"), ("CMSParallelInitialMarkEnabled", "", "15"),
    ("CMSParallelRemarkEnabled", "", "15"), ("CMSScavengeBeforeRemark", "", "15"), ("CMSWaitDuration", "", "15"),
    ("EnableJVMCI", "9", ""), ("ExplicitGCInvokesConcurrentAndUnloadsClasses", "", "15"), ("GCLogFileSize", "", "9"),
    ("MaxPermSize", "", "17"), ("NumberOfGCLogFiles", "", "9"), ("PermSize", "", "17"),
    ("PrintAdaptiveSizePolicy", "", "9"), ("PrintCMSInitiationStatistics", "", "9"), ("PrintCMSStatistics", "", "9"),
    ("PrintClassHistogramAfterFullGC", "", "9"), ("PrintClassHistogramBeforeFullGC", "", "9"), ("PrintFLSStatistics", "", "9"),
    ("PrintGCApplicationConcurrentTime", "", "9"), ("PrintGCApplicationStoppedTime", "", "9"), ("PrintGCCause", "", "9"),
    ("PrintGCDateStamps", "", "9"), ("PrintGCTaskTimeStamps", "", "9"), ("PrintGCTimeStamps", "", "9"), ("PrintHeapAtGC", "", "9"),
    ("PrintPromotionFailure", "", "9"), ("PrintReferenceGC", "", "9"), ("PrintTenuringDistribution", "", "9"),
    ("SoftMaxHeapSize", "13", ""), ("UseBiasedLocking", "", "19"), ("UseCGroupMemoryLimitForHeap", "", "11"),
    ("UseCMSCompactAtFullCollection", "", "15"), ("UseCMSInitiatingOccupancyOnly", "", "15"), ("UseCompactObjectHeaders", "24", ""),
    ("UseConcMarkSweepGC", "", "15"), ("UseEpsilonGC", "11", ""), ("UseGCLogFileRotation", "", "9"), ("UseParNewGC", "", "11"),
    ("UseParallelOldGC", "", "16"), ("UseZGC", "11", ""), ("UnlockCommercialFeatures", "", "11"), ("ZGenerational", "21", ""),
];

/// Files that something starts Java with.
pub(super) fn concerns(path: &str, head: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_named = [".sh", ".service", ".vmoptions", ".jvmopts", ".env"]
        .iter()
        .any(|ending| name.ends_with(ending))
        || [
            "jvm.options",
            "Procfile",
            "wrapper.conf",
            ".env",
            "java.conf",
            "start",
            "run",
        ]
        .contains(&name)
        || path.contains("jvm.options.d/")
        || (name.ends_with(".conf") && path.contains(".service.d/"))
        || (name.ends_with(".conf") && path.contains("supervisor"));
    is_named || (head.starts_with(b"#!") && head.split(|byte| *byte == b'\n').next().is_some_and(is_shell))
}

fn is_shell(first: &[u8]) -> bool {
    first.ends_with(b"sh") || first.windows(3).any(|word| word == b"sh ")
}

/// A script that asks for the version of Java knows what it does.
const ASKS: [&str; 5] = [
    "java -version",
    "-version 2>&1",
    "JAVA_MAJOR",
    "JAVA_VERSION",
    "IgnoreUnrecognizedVMOptions",
];

/// What a file starts the virtual machine with that only some of its releases take.
pub(super) fn read(text: &str, said: &mut Said) {
    if ASKS.iter().any(|word| text.contains(word)) {
        return;
    }
    let is_of_java = text.contains("-XX:") || text.contains("java") || text.contains("JAVA");
    let lines = numbered(text).filter(|(_, line)| !line.trim_start().starts_with('#'));
    for (number, line) in lines {
        // `8-13:-XX:+UseConcMarkSweepGC` in jvm.options is for these releases only.
        if line.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        for word in line.split(|c: char| c.is_whitespace() || "\"'=;,[]`()".contains(c)) {
            let found = OPTIONS
                .iter()
                .find(|(name, _, _)| is_of_java && names(word, name));
            if let Some((name, since, until)) = found {
                let shown = if name.starts_with('-') {
                    (*name).to_owned()
                } else {
                    format!("-XX:{name}")
                };
                said.add("java-option.versions", shown, range(since, until), number);
            }
        }
    }
}

/// `-XX:+Name`, `-XX:-Name`, `-XX:Name`, or an option that begins with `-` itself.
fn names(word: &str, name: &str) -> bool {
    if name.starts_with('-') {
        return word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
    }
    word.strip_prefix("-XX:")
        .is_some_and(|flag| flag.trim_start_matches(['+', '-']) == name)
}
