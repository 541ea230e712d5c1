//! Options of the Java virtual machine by the feature releases that take them.
//!
//! Source: the flag tables of `src/hotspot/share/runtime/arguments.cpp` in <https://github.com/openjdk/jdk> (an option is an error from
//! its "expired" release on), "Removed Java Options" of the `java` command of each release
//! (<https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html>), and JEP 158, 214, 260, 261, 271, 291, 363, 486; JDK-8146115 and JDK-8186315 for what updates of 8 brought.

use super::said::{Said, range};
use crate::reading::numbered;

/// Options by name, the release that brought each, and the first that refuses it. Where only releases of long support were compared
/// (`java -XX:+PrintFlagsFinal` of 17 and 25), it is the first of those.
#[rustfmt::skip]
const OPTIONS: &[(&str, &str, &str)] = &[
    ("--add-exports", "9", ""), ("--add-modules", "9", ""), ("--add-opens", "9", ""), ("--add-reads", "9", ""),
    ("--enable-final-field-mutation", "26", ""), ("--enable-native-access", "16", ""), ("--enable-preview", "11", ""),
    ("--illegal-access", "9", ""), ("--illegal-native-access", "24", ""), ("--limit-modules", "9", ""), ("--module-path", "9", ""),
    ("--patch-module", "9", ""), ("--sun-misc-unsafe-memory-access", "23", ""), ("--upgrade-module-path", "9", ""),
    ("-Djava.endorsed.dirs", "", "9"), ("-Djava.ext.dirs", "", "9"), ("-Djava.security.manager", "", "24"),
    ("-Xbootclasspath/p", "", "9"), ("-Xfuture", "", "25"), ("-Xincgc", "", "9"), ("-Xlog", "9", ""), ("-d32", "", "10"),
    ("-d64", "", "10"), ("AOTCache", "24", ""), ("AOTMode", "24", ""), ("ActiveProcessorCount", "8.0.191", ""),
    ("AggressiveOpts", "", "13"), ("AllowNonVirtualCalls", "", "13"), ("AlwaysLockClassLoader", "", "19"), ("AssumeMP", "", "17"),
    ("AutoCreateSharedArchive", "19", ""), ("BiasedLockingBulkRebiasThreshold", "", "19"), ("BiasedLockingBulkRevokeThreshold", "", "19"),
    ("BiasedLockingDecayTime", "", "19"), ("BiasedLockingStartupDelay", "", "19"), ("CMSClassUnloadingEnabled", "", "15"),
    ("CMSFullGCsBeforeCompaction", "", "15"), ("CMSIncrementalDutyCycle", "", "9"), ("CMSIncrementalMode", "", "9"),
    ("CMSIncrementalPacing", "", "9"), ("CMSInitiatingOccupancyFraction", "", "15"), ("CMSInitiatingPermOccupancyFraction", "", "17"),
    ("CMSMaxAbortablePrecleanTime", "", "15"), ("CMSParallelInitialMarkEnabled", "", "15"), ("CMSParallelRemarkEnabled", "", "15"),
    ("CMSPermGenSweepingEnabled", "", "17"), ("CMSScavengeBeforeRemark", "", "15"), ("CMSWaitDuration", "", "15"),
    ("CheckAssertionStatusDirectives", "", "12"), ("CheckEndorsedAndExtDirs", "", "12"), ("CompilerThreadHintNoPreempt", "", "13"),
    ("CompressStrings", "", "17"), ("CompressedClassSpaceSize", "8", ""), ("ConvertSleepToYield", "", "11"),
    ("ConvertYieldToSleep", "", "11"), ("CrashOnOutOfMemoryError", "8.0.92", ""), ("CriticalJNINatives", "", "19"),
    ("DefaultMaxRAMFraction", "", "25"), ("DeferPollingPageLoopCount", "", "12"), ("DeferThrSuspendLoopCount", "", "12"),
    ("EnableJVMCI", "9", ""), ("EnableTracing", "", "12"), ("ExitOnOutOfMemoryError", "8.0.92", ""),
    ("ExplicitGCInvokesConcurrentAndUnloadsClasses", "", "15"), ("ExtendedDTraceProbes", "", "25"), ("FailOverToOldVerifier", "", "17"),
    ("FastTLABRefill", "", "12"), ("FilterSpuriousWakeups", "", "20"), ("G1LogLevel", "", "17"), ("G1RSetRegionEntries", "", "19"),
    ("G1RSetSparseRegionEntries", "", "19"), ("GCLogFileSize", "", "9"), ("InitialRAMFraction", "", "25"),
    ("InitialRAMPercentage", "8.0.191", ""), ("InlineNotify", "", "12"), ("MaxMetaspaceSize", "8", ""), ("MaxPermSize", "", "17"),
    ("MaxRAMFraction", "", "25"), ("MaxRAMPercentage", "8.0.191", ""), ("MetaspaceSize", "8", ""), ("MinRAMFraction", "", "25"),
    ("MinRAMPercentage", "8.0.191", ""), ("MinSleepInterval", "", "11"), ("MonitorInUseLists", "", "17"),
    ("MustCallLoadClassInternal", "", "12"), ("NativeMonitorSpinLimit", "", "12"), ("NativeMonitorTimeout", "", "12"),
    ("NumberOfGCLogFiles", "", "9"), ("ParallelCMSThreads", "", "17"), ("PermSize", "", "17"), ("PrintAdaptiveSizePolicy", "", "9"),
    ("PrintBiasedLockingStatistics", "", "19"), ("PrintCMSInitiationStatistics", "", "9"), ("PrintCMSStatistics", "", "9"),
    ("PrintClassHistogramAfterFullGC", "", "9"), ("PrintClassHistogramBeforeFullGC", "", "9"), ("PrintFLSStatistics", "", "9"),
    ("PrintGCApplicationConcurrentTime", "", "9"), ("PrintGCApplicationStoppedTime", "", "9"), ("PrintGCCause", "", "9"),
    ("PrintGCDateStamps", "", "9"), ("PrintGCTaskTimeStamps", "", "9"), ("PrintGCTimeStamps", "", "9"), ("PrintHeapAtGC", "", "9"),
    ("PrintJNIGCStalls", "", "17"), ("PrintMalloc", "", "12"), ("PrintMallocFree", "", "12"), ("PrintPromotionFailure", "", "9"),
    ("PrintReferenceGC", "", "9"), ("PrintSafepointStatistics", "", "13"), ("PrintSafepointStatisticsCount", "", "13"),
    ("PrintSafepointStatisticsTimeout", "", "13"), ("PrintTenuringDistribution", "", "9"), ("RegisterFinalizersAtInit", "", "25"),
    ("SafepointSpinBeforeYield", "", "12"), ("ScavengeBeforeFullGC", "", "25"), ("ShowSafepointMsgs", "", "12"),
    ("SoftMaxHeapSize", "13", ""), ("TraceBiasedLocking", "", "17"), ("TraceClassLoading", "", "17"), ("TraceClassUnloading", "", "17"),
    ("TraceExceptions", "", "17"), ("TraceScavenge", "", "12"), ("TransmitErrorReport", "", "17"), ("UnlinkSymbolsALot", "", "13"),
    ("UnlockCommercialFeatures", "", "11"), ("UnsyncloadClass", "", "12"), ("UseAdaptiveGCBoundary", "", "17"), ("UseAppCDS", "", "12"),
    ("UseBiasedLocking", "", "19"), ("UseBoundThreads", "", "17"), ("UseCGroupMemoryLimitForHeap", "8.0.131", "11"),
    ("UseCMSBestFit", "", "17"), ("UseCMSCompactAtFullCollection", "", "15"), ("UseCMSInitiatingOccupancyOnly", "", "15"),
    ("UseCodeAging", "", "25"), ("UseCompactObjectHeaders", "24", ""), ("UseCompressedStrings", "", "17"),
    ("UseConcMarkSweepGC", "", "15"), ("UseContainerSupport", "8.0.191", ""), ("UseEpsilonGC", "11", ""),
    ("UseFastAccessorMethods", "", "17"), ("UseGCLogFileRotation", "", "9"), ("UseHeavyMonitors", "", "25"),
    ("UseLargePagesInMetaspace", "", "17"), ("UseLockedTracing", "", "12"), ("UseMembar", "", "17"), ("UseOldInlining", "", "17"),
    ("UseParNewGC", "", "11"), ("UseParallelOldGC", "", "16"), ("UseSHM", "", "25"), ("UseSplitVerifier", "", "17"),
    ("UseStringCache", "", "17"), ("UseStringDeduplication", "8.0.20", ""), ("UseUTCFileTimestamp", "", "12"),
    ("UseVMInterruptibleIO", "", "17"), ("UseZGC", "11", ""), ("VMThreadHintNoPreempt", "", "13"), ("ZGenerational", "21", ""),
];

/// Options that are taken and do nothing any more, so that what they were set for fails, and the first such release: JEP 403, and JDK-8174269.
const IGNORED: &[(&str, &str, &str)] = &[
    ("--illegal-access", "=permit =warn =debug", "17"),
    ("-Djava.locale.providers", "=COMPAT =JRE", "23"),
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
        || (name.ends_with(".conf") && path.contains("supervisor"))
        // What scripts beside them read.
        || (name.ends_with(".conf") && path.split('/').any(|part| part == "bin"))
        || name.starts_with(".env.");
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
    let is_of_java = ["-XX:", "java", "JAVA", "JVM", "-Xm"]
        .iter()
        .any(|word| text.contains(word));
    let lines = numbered(text).filter(|(_, line)| !line.trim_start().starts_with('#'));
    for (number, line) in lines {
        // `8-13:-XX:+UseConcMarkSweepGC` in jvm.options is for these releases only.
        if line.starts_with(|c: char| c.is_ascii_digit()) || line.contains("java.security.manager=disallow") {
            continue;
        }
        for (name, values, until) in IGNORED {
            let value = line.split_once(name).map(|(_, rest)| rest);
            if value.is_some_and(|value| values.split(' ').any(|one| value.starts_with(one))) {
                said.add("java-option.ignored", *name, *until, number);
            }
        }
        for word in line.split(|c: char| c.is_whitespace() || "\"'=;,[]`(){}".contains(c)) {
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
    // `${OPTIONS:--XX:+Name}` gives it where OPTIONS is not set.
    let word = word.rsplit_once(":--").map_or(word, |(_, given)| given);
    word.trim_start_matches('-')
        .strip_prefix("XX:")
        .is_some_and(|flag| flag.trim_start_matches(['+', '-']) == name)
}
