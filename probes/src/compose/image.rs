//! Names of images, and what their tags say.
//!
//! Source: [OCI distribution specification](https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests),
//! and for the parts that `docker pull` leaves out, [distribution/reference](https://pkg.go.dev/github.com/distribution/reference).

use crate::known_services::KnownService;

/// The parts of the name of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageName<'a> {
    /// The path in its registry, without `library/`.
    pub path: &'a str,
    /// The tag.
    pub tag: Option<&'a str>,
    /// Whether a digest pins it.
    pub has_digest: bool,
}

/// Splits the name of an image; the registry is left out.
///
/// ```
/// use parity_probes::compose::image_name;
/// let name = image_name("registry.example:5000/library/postgres:17-alpine@sha256:00");
/// assert_eq!((name.path, name.tag, name.has_digest), ("postgres", Some("17-alpine"), true));
/// ```
#[must_use]
pub fn image_name(image: &str) -> ImageName<'_> {
    let (name, has_digest) = match image.split_once('@') {
        Some((name, _)) => (name, true),
        None => (image, false),
    };
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (name, None),
    };
    let path = match name.split_once('/') {
        Some((registry, path)) if registry.contains(['.', ':']) || registry == "localhost" => path,
        _ => name,
    };
    ImageName {
        path: path.strip_prefix("library/").unwrap_or(path),
        tag,
        has_digest,
    }
}

/// The service of an image, and its version or why it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// Name of the service.
    pub service: &'static str,
    /// Its version.
    pub version: Result<String, String>,
}

/// What an image says of a well-known service.
///
/// ```
/// use parity_probes::compose::tagged;
/// let postgres = tagged("postgres:17-alpine").unwrap();
/// assert_eq!((postgres.service, postgres.version), ("postgresql", Ok("17".to_owned())));
/// assert!(tagged("redis:latest").unwrap().version.is_err());
/// assert!(tagged("example/shop:1.2").is_none());
/// ```
#[must_use]
pub fn tagged(image: &str) -> Option<Tagged> {
    let name = image_name(image);
    if let Some(service) = KnownService::of_image(name.path) {
        return Some(Tagged {
            service: service.name,
            version: version(&name, image),
        });
    }
    // Somebody else's image of that name is the same service, in a version that its tag need not tell.
    let own = name.path.rsplit('/').next()?;
    let service = KnownService::of_image(own)?;
    Some(Tagged {
        service: service.name,
        version: Err(format!(
            "`{image}` is not the image of {own} whose tags are known"
        )),
    })
}

fn version(name: &ImageName<'_>, image: &str) -> Result<String, String> {
    let Some(tag) = name.tag else {
        return Err(match name.has_digest {
            true => format!("`{image}` is pinned by its digest only"),
            false => format!("`{image}` names no tag, and so the newest one"),
        });
    };
    let text = tag.strip_prefix('v').unwrap_or(tag);
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (version, rest) = text.split_at(end);
    let is_whole = rest.is_empty() || rest.starts_with(['-', '_']);
    let is_dotted = version.split('.').all(|part| !part.is_empty());
    if is_whole && is_dotted {
        Ok(version.to_owned())
    } else {
        Err(format!("the tag of `{image}` names no version"))
    }
}
