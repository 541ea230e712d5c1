//! Since when systemd knows what units say.
//!
//! Source: "Added in version" in systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5), systemd.socket(5),
//! systemd.timer(5) and systemd.resource-control(5), and <https://github.com/systemd/systemd/blob/main/NEWS> for values and for
//! what those pages tell of whole groups. Nothing older than 219, the version of Red Hat Enterprise Linux 7, is listed.

/// What an older systemd makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It runs something else, elsewhere, as somebody else, or nothing.
    Runs,
    /// It runs the same, less confined or accounted.
    Confines,
}

/// A directive, or a form of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Name of the directive.
    pub directive: &'static str,
    /// What its value is or, where this ends with `:`, begins with; empty for any.
    pub value: &'static str,
    /// First version.
    pub since: u32,
    /// What an older one makes of it.
    pub effect: Effect,
}

const fn runs(directive: &'static str, since: u32) -> Feature {
    form(directive, "", since)
}

const fn form(directive: &'static str, value: &'static str, since: u32) -> Feature {
    Feature {
        directive,
        value,
        since,
        effect: Effect::Runs,
    }
}

const fn confines(directive: &'static str, since: u32) -> Feature {
    Feature {
        directive,
        value: "",
        since,
        effect: Effect::Confines,
    }
}

/// All of them, sorted by effect and name.
pub const FEATURES: &[Feature] = &[
    runs("AmbientCapabilities", 229),
    runs("BindPaths", 233),
    runs("BindReadOnlyPaths", 233),
    runs("CacheDirectory", 235),
    runs("ConditionCPUFeature", 248),
    runs("ConditionCPUPressure", 250),
    runs("ConditionCredential", 252),
    runs("ConditionEnvironment", 246),
    runs("ConditionFirmware", 249),
    runs("ConditionGroup", 244),
    runs("ConditionIOPressure", 250),
    runs("ConditionMemoryPressure", 250),
    runs("ConditionOSRelease", 249),
    runs("ConditionPathIsEncrypted", 246),
    runs("ConditionUser", 244),
    runs("ConfigurationDirectory", 235),
    runs("DynamicUser", 232),
    runs("ExecCondition", 243),
    runs("ExecReloadPost", 259),
    runs("ExecSearchPath", 250),
    runs("ExitType", 250),
    runs("ExtensionDirectories", 251),
    runs("ExtensionImages", 248),
    runs("FileDescriptorName", 227),
    runs("FileDescriptorStorePreserve", 254),
    runs("IPCNamespacePath", 248),
    runs("ImportCredential", 254),
    runs("LoadCredential", 247),
    runs("LoadCredentialEncrypted", 250),
    runs("LogNamespace", 245),
    runs("LogsDirectory", 235),
    runs("MountAPIVFS", 233),
    runs("MountImages", 247),
    runs("NetworkNamespacePath", 242),
    runs("OnClockChange", 242),
    runs("OnSuccess", 249),
    runs("OnTimezoneChange", 242),
    runs("OpenFile", 253),
    runs("PassEnvironment", 228),
    runs("PassFileDescriptorsToExec", 256),
    runs("PropagatesStopTo", 249),
    runs("ReloadSignal", 253),
    runs("RestartKillSignal", 244),
    runs("RestartMaxDelaySec", 254),
    runs("RestartMode", 254),
    runs("RestartSteps", 254),
    runs("RootEphemeral", 254),
    runs("RootImage", 233),
    runs("RuntimeDirectoryPreserve", 235),
    runs("RuntimeMaxSec", 229),
    runs("SetCredential", 247),
    runs("SetCredentialEncrypted", 250),
    runs("SetLoginEnvironment", 255),
    form("StandardError", "append:", 240),
    form("StandardError", "file:", 236),
    form("StandardError", "truncate:", 248),
    form("StandardInput", "file:", 236),
    runs("StandardInputData", 236),
    runs("StandardInputText", 236),
    form("StandardOutput", "append:", 240),
    form("StandardOutput", "file:", 236),
    form("StandardOutput", "truncate:", 248),
    runs("StateDirectory", 235),
    runs("StopPropagatedFrom", 249),
    runs("SuccessAction", 236),
    runs("TemporaryFileSystem", 238),
    runs("TimeoutAbortSec", 243),
    runs("TimeoutStartFailureMode", 246),
    runs("TimeoutStopFailureMode", 246),
    form("Type", "exec", 240),
    form("Type", "notify-reload", 253),
    runs("UnsetEnvironment", 235),
    runs("Upholds", 249),
    runs("UserNamespacePath", 259),
    runs("WantsMountsFor", 256),
    confines("AllowedCPUs", 244),
    confines("AllowedMemoryNodes", 244),
    confines("CPUQuotaPeriodSec", 242),
    confines("CollectMode", 236),
    confines("CoredumpFilter", 246),
    confines("DisableControllers", 240),
    confines("ExecPaths", 248),
    confines("FinalKillSignal", 240),
    confines("FixedRandomDelay", 247),
    confines("IOWeight", 230),
    confines("IPAccounting", 235),
    confines("IPAddressAllow", 235),
    confines("IPAddressDeny", 235),
    confines("InaccessiblePaths", 231),
    confines("KeyringMode", 235),
    confines("LockPersonality", 235),
    confines("LogExtraFields", 236),
    confines("LogFilterPatterns", 253),
    confines("LogLevelMax", 236),
    confines("LogRateLimitBurst", 240),
    confines("LogRateLimitIntervalSec", 240),
    confines("ManagedOOMMemoryPressure", 247),
    confines("ManagedOOMPreference", 248),
    confines("ManagedOOMSwap", 247),
    confines("MaxConnectionsPerSource", 232),
    confines("MemoryDenyWriteExecute", 231),
    confines("MemoryHigh", 231),
    confines("MemoryKSM", 254),
    confines("MemoryMax", 231),
    confines("MemoryMin", 240),
    confines("MemoryPressureWatch", 254),
    confines("MemorySwapMax", 232),
    confines("NUMAPolicy", 243),
    confines("NoExecPaths", 248),
    confines("OOMPolicy", 243),
    confines("PrivateBPF", 258),
    confines("PrivateIPC", 248),
    confines("PrivateMounts", 239),
    confines("PrivatePIDs", 257),
    confines("PrivateUsers", 232),
    confines("ProcSubset", 247),
    confines("ProtectClock", 245),
    confines("ProtectControlGroups", 232),
    confines("ProtectHostname", 242),
    confines("ProtectKernelLogs", 244),
    confines("ProtectKernelModules", 232),
    confines("ProtectKernelTunables", 232),
    confines("ProtectProc", 247),
    confines("RandomizedDelaySec", 229),
    confines("ReadOnlyPaths", 231),
    confines("ReadWritePaths", 231),
    confines("RemoveIPC", 232),
    confines("RestrictFileSystems", 250),
    confines("RestrictNamespaces", 233),
    confines("RestrictNetworkInterfaces", 250),
    confines("RestrictRealtime", 231),
    confines("RestrictSUIDSGID", 242),
    confines("SocketBindAllow", 249),
    confines("SocketBindDeny", 249),
    confines("SystemCallLog", 247),
    confines("TasksAccounting", 227),
    confines("TimeoutCleanSec", 244),
    confines("WatchdogSignal", 240),
];

/// The marks before a program (systemd.service(5), "Command lines"): an older systemd takes them for a part of a path that is not
/// absolute, and refuses the unit.
pub(super) const MARKS: [(char, u32); 3] = [('!', 235), ('+', 231), (':', 242)];

/// Since when a program may be named without its directory.
pub(super) const RELATIVE: u32 = 239;

impl Feature {
    /// Whether an assignment uses it.
    pub(super) fn is_used(&self, directive: &str, value: &str) -> bool {
        let fits = match self.value {
            "" => !value.is_empty(),
            beginning if beginning.ends_with(':') => value.starts_with(beginning),
            whole => value == whole,
        };
        fits && self.directive == directive
    }

    /// As it is written in a unit.
    pub(super) fn name(&self) -> String {
        format!("{}={}", self.directive, self.value)
    }
}
