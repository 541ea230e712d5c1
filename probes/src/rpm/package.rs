//! What rpm says of one package.

/// One package of an rpm database. The keys rpm trusts are packages too, named `gpg-pubkey`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpmPackage {
    /// The tag `NAME`.
    pub name: String,
    /// The tag `EPOCH`; a package without one is older than one with the epoch 1, and as old as one with 0.
    pub epoch: Option<u32>,
    /// The tag `VERSION`.
    pub version: String,
    /// The tag `RELEASE`.
    pub release: String,
    /// The tag `ARCH`; keys have none.
    pub architecture: Option<String>,
    /// The tag `SOURCERPM`: file name of the source package.
    pub source_rpm: Option<String>,
}
