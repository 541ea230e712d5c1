//! Which layers make an image: OCI image layout 1.1 (`index.json`), or what `docker save` writes (`manifest.json`).

use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::store::Store;
use super::unpack::digest_of;
use crate::transport::Deadline;

/// Indexes within indexes.
const MAX_DEPTH: usize = 3;

/// An operating system and an architecture, as `linux/arm64` or `linux/arm/v7`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

impl Default for Platform {
    /// That of this machine, with Linux.
    fn default() -> Platform {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "386",
            "powerpc64" => "ppc64le",
            other => other,
        };
        Platform {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: None,
        }
    }
}

impl Platform {
    pub(super) fn parse(text: &str) -> Platform {
        let mut parts = text.split('/').map(str::to_owned);
        Platform {
            os: parts.next().unwrap_or_default(),
            architecture: parts.next().unwrap_or_default(),
            variant: parts.next(),
        }
    }

    /// A variant counts only where both name one.
    fn fits(&self, other: &Platform) -> bool {
        let variants = self.variant.as_ref().zip(other.variant.as_ref());
        self.os == other.os
            && self.architecture == other.architecture
            && variants.is_none_or(|(one, other)| one == other)
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}

/// A layer, and what it must be.
pub(super) struct Layer {
    /// Its part; `None` for the archive itself.
    pub(super) name: Option<String>,
    /// SHA-256 and length as it is stored.
    pub(super) stored: Option<(String, u64)>,
    /// SHA-256 after unpacking.
    pub(super) unpacked: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    size: u64,
    platform: Option<Platform>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Manifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Saved {
    #[serde(rename = "Config")]
    config: String,
    #[serde(rename = "RepoTags")]
    tags: Option<Vec<String>>,
    #[serde(rename = "Layers")]
    layers: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Config {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    #[serde(default)]
    rootfs: RootFs,
}

#[derive(Default, Deserialize)]
struct RootFs {
    #[serde(default)]
    diff_ids: Vec<String>,
}

/// The layers of the image for a platform, the lowest first; where none is named, for that of this machine, or the only
/// one there is.
pub(super) fn layers(
    store: &Store,
    platform: Option<&Platform>,
    deadline: &Deadline,
) -> io::Result<Vec<Layer>> {
    let images = Images {
        store,
        platform,
        deadline,
    };
    if store.has("index.json") {
        let index: Index = parse("index.json", &store.document("index.json")?)?;
        images.of_index(index.manifests, 0)
    } else if store.has("manifest.json") {
        let saved: Vec<Saved> = parse("manifest.json", &store.document("manifest.json")?)?;
        images.saved(saved)
    } else {
        store.whole(0)?;
        Ok(vec![Layer {
            name: None,
            stored: None,
            unpacked: None,
        }])
    }
}

struct Images<'a> {
    store: &'a Store,
    platform: Option<&'a Platform>,
    deadline: &'a Deadline,
}

impl Images<'_> {
    fn of_index(&self, manifests: Vec<Descriptor>, depth: usize) -> io::Result<Vec<Layer>> {
        let chosen = self.choose(manifests)?;
        let (name, bytes) = self.blob(&chosen)?;
        let is_index = chosen.media_type.contains("index") || chosen.media_type.contains("manifest.list");
        if is_index && depth >= MAX_DEPTH {
            return Err(io::Error::other("indexes within indexes within indexes"));
        }
        if is_index {
            let index: Index = parse(&name, &bytes)?;
            return self.of_index(index.manifests, depth + 1);
        }
        let manifest: Manifest = parse(&name, &bytes)?;
        let (name, config) = self.blob(&manifest.config)?;
        let unpacked = self.unpacked(parse(&name, &config)?, manifest.layers.len())?;
        let layer = |(layer, unpacked): (&Descriptor, Option<String>)| {
            let hex = sha256(&layer.digest)?;
            Ok(Layer {
                name: Some(format!("blobs/sha256/{hex}")),
                stored: Some((hex.to_owned(), layer.size)),
                unpacked,
            })
        };
        manifest.layers.iter().zip(unpacked).map(layer).collect()
    }

    /// The one that is meant: attestations are no images, one image may have several names.
    fn choose(&self, mut manifests: Vec<Descriptor>) -> io::Result<Descriptor> {
        manifests.retain(|one| !one.annotations.contains_key("vnd.docker.reference.type"));
        manifests.sort_by(|a, b| a.digest.cmp(&b.digest));
        manifests.dedup_by(|a, b| a.digest == b.digest);
        let named = |all: &[Descriptor]| {
            let name = |one: &Descriptor| match &one.platform {
                Some(platform) => platform.to_string(),
                None => one.digest.clone(),
            };
            all.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        let there = named(&manifests);
        if manifests.len() > 1 || self.platform.is_some() {
            let wanted = self.platform.cloned().unwrap_or_default();
            manifests.retain(|one| one.platform.as_ref().is_none_or(|platform| wanted.fits(platform)));
        }
        match manifests.len() {
            1 => manifests.pop().ok_or_else(|| io::Error::other("no image")),
            0 => Err(io::Error::other(format!(
                "no image for this platform; there are: {there}"
            ))),
            _ => Err(io::Error::other(format!(
                "several images, of which one is read: {}",
                named(&manifests)
            ))),
        }
    }

    fn saved(&self, mut saved: Vec<Saved>) -> io::Result<Vec<Layer>> {
        if saved.len() > 1 {
            let tags = saved
                .iter()
                .flat_map(|image| image.tags.iter().flatten().cloned());
            let tags = tags.collect::<Vec<_>>().join(", ");
            return Err(io::Error::other(format!(
                "several images, of which one is read: {tags}"
            )));
        }
        let Some(image) = saved.pop() else {
            return Err(io::Error::other("manifest.json names no image"));
        };
        let config = self.store.document(&image.config)?;
        let stem = image.config.rsplit('/').next().unwrap_or_default();
        let stem = stem.strip_suffix(".json").unwrap_or(stem);
        if let Ok(hex) = sha256(&format!("sha256:{stem}")) {
            self.must_be(&image.config, &config, hex)?;
        }
        let unpacked = self.unpacked(parse(&image.config, &config)?, image.layers.len())?;
        let layers = image.layers.into_iter().zip(unpacked);
        let layer = |(name, unpacked)| Layer {
            name: Some(name),
            stored: None,
            unpacked,
        };
        Ok(layers.map(layer).collect())
    }

    /// What each layer is after unpacking, as the configuration of the image says.
    fn unpacked(&self, config: Config, layers: usize) -> io::Result<Vec<Option<String>>> {
        let actual = Platform {
            os: config.os.unwrap_or_default(),
            architecture: config.architecture.unwrap_or_default(),
            variant: config.variant,
        };
        if let Some(wanted) = self.platform.filter(|wanted| !wanted.fits(&actual)) {
            return Err(io::Error::other(format!(
                "the image is for {actual}, not for {wanted}"
            )));
        }
        let ids = config.rootfs.diff_ids;
        if ids.is_empty() {
            return Ok(vec![None; layers]);
        }
        if ids.len() != layers {
            let count = ids.len();
            return Err(io::Error::other(format!(
                "{layers} layers, of which {count} have a digest"
            )));
        }
        ids.iter()
            .map(|id| sha256(id).map(|hex| Some(hex.to_owned())))
            .collect()
    }

    /// A small blob, and its name.
    fn blob(&self, descriptor: &Descriptor) -> io::Result<(String, Vec<u8>)> {
        let hex = sha256(&descriptor.digest)?;
        let name = format!("blobs/sha256/{hex}");
        let bytes = self.store.document(&name)?;
        if bytes.len() as u64 != descriptor.size {
            return Err(wrong_size(&name, descriptor.size, bytes.len() as u64));
        }
        self.must_be(&name, &bytes, hex)?;
        Ok((name, bytes))
    }

    fn must_be(&self, name: &str, bytes: &[u8], wanted: &str) -> io::Result<()> {
        match digest_of(bytes, self.deadline)? {
            (actual, _) if actual == wanted => Ok(()),
            (actual, _) => Err(wrong_digest(name, wanted, &actual)),
        }
    }
}

pub(super) fn wrong_digest(name: &str, wanted: &str, actual: &str) -> io::Error {
    io::Error::other(format!(
        "{name}: the digest is sha256:{actual}, not sha256:{wanted}"
    ))
}

pub(super) fn wrong_size(name: &str, wanted: u64, actual: u64) -> io::Error {
    io::Error::other(format!("{name}: has {actual} bytes, not {wanted}"))
}

fn parse<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> io::Result<T> {
    serde_json::from_slice(bytes).map_err(|error| io::Error::other(format!("{name}: {error}")))
}

/// The digits of a digest: nothing else may become a part of a path.
fn sha256(digest: &str) -> io::Result<&str> {
    let hex = digest.strip_prefix("sha256:").filter(|hex| {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        hex.len() == 64 && hex.bytes().all(is_hex)
    });
    let shown: String = digest.chars().take(80).collect();
    hex.ok_or_else(|| io::Error::other(format!("`{shown}` is no SHA-256 digest")))
}
