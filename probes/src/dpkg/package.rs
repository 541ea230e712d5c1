//! What dpkg says of one package.

/// One package of a dpkg database. Two are equal when dpkg says the same of them, whatever [`line`](Self::line) said so.
#[derive(Debug, Clone, Eq)]
pub struct DpkgPackage {
    /// The field `Package`.
    pub name: String,
    /// The field `Version`, `[epoch:]upstream[-revision]`, an epoch of 0 left out as dpkg leaves it out.
    pub version: String,
    /// The field `Architecture`; none in entries of very old systems, which dpkg still reads.
    pub architecture: Option<String>,
    /// The field `Status`; none in the files of `status.d`, which list what an image holds.
    pub status: Option<Status>,
    /// The field `Source`; none where the source package has the name and version of this one.
    pub source: Option<Source>,
    /// The line its entry begins on, counted from 1.
    pub line: usize,
}

impl PartialEq for DpkgPackage {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            name,
            version,
            architecture,
            status,
            source,
            line: _,
        } = self;
        *name == other.name
            && *version == other.version
            && *architecture == other.architecture
            && *status == other.status
            && *source == other.source
    }
}

impl DpkgPackage {
    /// Name of the source package, given or not.
    #[must_use]
    pub fn source_name(&self) -> &str {
        self.source.as_ref().map_or(&self.name, |source| &source.name)
    }

    /// Version of the source package, given or not.
    #[must_use]
    pub fn source_version(&self) -> &str {
        self.source
            .as_ref()
            .and_then(|source| source.version.as_deref())
            .unwrap_or(&self.version)
    }
}

/// The source package, as the field `Source` gives it: `name` or `name (version)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the source package.
    pub name: String,
    /// Its version, where it is not that of the binary package.
    pub version: Option<String>,
}

/// The field `Status`: three words, see dpkg(1), "INFORMATION ABOUT PACKAGES".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// What the administrator wants.
    pub want: Want,
    /// Whether it must be installed again.
    pub flag: Flag,
    /// What it is in now.
    pub state: State,
}

/// Defines an enum whose variants are words of dpkg.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// The word dpkg writes.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The variant of a word, in any case, as dpkg reads it.
            pub(super) fn of_word(word: &[u8]) -> Option<Self> {
                $(if word.eq_ignore_ascii_case($word.as_bytes()) { return Some(Self::$variant); })+
                None
            }
        }
    };
}

words! {
    /// The first word of `Status`: the selection.
    Want {
        /// Nobody selected anything.
        Unknown = "unknown",
        /// It shall be installed.
        Install = "install",
        /// It shall stay at the version it has.
        Hold = "hold",
        /// It shall be removed, its configuration kept.
        Deinstall = "deinstall",
        /// It shall be removed with its configuration.
        Purge = "purge",
    }
}

words! {
    /// The second word of `Status`: the error flag.
    Flag {
        /// Nothing is wrong.
        Ok = "ok",
        /// Broken, must be installed again.
        Reinstreq = "reinstreq",
    }
}

words! {
    /// The third word of `Status`: the state.
    State {
        /// Not on the system.
        NotInstalled = "not-installed",
        /// Removed, its configuration is left.
        ConfigFiles = "config-files",
        /// Installation began and did not end.
        HalfInstalled = "half-installed",
        /// Unpacked, not configured.
        Unpacked = "unpacked",
        /// Configuration began and did not end.
        HalfConfigured = "half-configured",
        /// Waits for another package to process its triggers.
        TriggersAwaited = "triggers-awaited",
        /// Its own triggers are yet to be processed.
        TriggersPending = "triggers-pending",
        /// Unpacked and configured.
        Installed = "installed",
    }
}
