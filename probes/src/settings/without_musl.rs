//! Packages of a release that are published for glibc alone, and container files whose image has musl.
//!
//! Sources: the files of each package on PyPI (wheels `manylinux` and no source distribution), "Installation" of
//! <https://onnxruntime.ai/docs/install/>, <https://github.com/tensorflow/tfjs/tree/master/tfjs-node>,
//! <https://playwright.dev/docs/docker> ("Alpine Linux and other distributions that are based on the musl standard library are not
//! supported"), <https://pptr.dev/troubleshooting> (Alpine takes the browser of its own package).

use super::building;
use super::said::Said;
use super::stages;
use crate::images::{Libc, userland};
use crate::reading::base_name;
use crate::sources::named;

/// On PyPI, without wheels for musl and without sources to build.
const PIP: [&str; 14] = [
    "jaxlib",
    "mediapipe",
    "onnxruntime",
    "onnxruntime-gpu",
    "open3d",
    "ray",
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-gpu",
    "tflite-runtime",
    "torch",
    "torchaudio",
    "torchvision",
    "triton",
];

/// On npm, with native parts that are linked against glibc.
const NPM: [&str; 2] = ["@tensorflow/tfjs-node", "onnxruntime-node"];

/// On npm, that download a browser which is linked against glibc.
const BROWSERS: [&str; 2] = ["playwright", "puppeteer"];

/// On npm, with a native part that is compiled, or downloaded, for the C library of the machine that installs: `binding.gyp` in each. Those
/// that bring their part for both libraries (leveldown, serialport, zeromq) are left out.
const ADDONS: [&str; 10] = [
    "argon2",
    "bcrypt",
    "better-sqlite3",
    "canvas",
    "grpc",
    "node-rdkafka",
    "node-sass",
    "re2",
    "sharp",
    "sqlite3",
];

/// First versions that bring their part for both: `prebuildify --tag-libc` in package.json of
/// <https://github.com/ranisalt/node-argon2> and <https://github.com/kelektiv/node.bcrypt.js>.
const FOR_BOTH: [(&str, [u32; 2]); 2] = [("argon2", [0, 40]), ("bcrypt", [6, 0])];

/// The family that only tells which packages have such a part; nobody asks for it.
pub(super) const ADDON: &str = "without-musl.addon";

/// The family of packages without musl.
pub(super) const PACKAGE: &str = "without-musl.package";

/// The family that only tells which container files have musl; nobody asks for it.
pub(super) const IMAGE: &str = "container-file.musl";

/// The family that only tells which packages download a browser; nobody asks for it.
pub(super) const BROWSER: &str = "without-musl.browser";

pub(super) fn concerns(path: &str) -> bool {
    let is_manifest = matches!(base_name(path), "package.json" | "requirements.txt");
    is_manifest || building::concerns(path)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if building::concerns(path) {
        return container_file(text, said);
    }
    let packages = named(path, text)
        .map(|(_, packages)| packages)
        .unwrap_or_default();
    let has = |name: &&str| packages.iter().any(|known| known == name);
    let (published, browsers, addons): (&[&str], &[&str], &[&str]) = match base_name(path) {
        "package.json" => (&NPM, &BROWSERS, &ADDONS),
        _ => (&PIP, &[], &[]),
    };
    for name in addons.iter().copied().filter(has) {
        if is_for_one(text, name) {
            said.add(ADDON, name, name, 1);
        }
    }
    for name in published.iter().copied().filter(has) {
        said.add(PACKAGE, name, name, 1);
    }
    for name in browsers.iter().copied().filter(has) {
        said.add(BROWSER, name, name, 1);
    }
}

/// Whether the version of a package that package.json asks for has its native part for one C library alone.
fn is_for_one(text: &str, name: &str) -> bool {
    let Some((_, since)) = FOR_BOTH.iter().find(|(known, _)| *known == name) else {
        return true;
    };
    let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let asked = manifest.get("dependencies").and_then(|of| of.get(name)?.as_str());
    let numbers = asked.map(|asked| asked.trim_start_matches(['^', '~', '=', 'v', ' ']));
    let mut parts = numbers.unwrap_or_default().split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else {
        return false;
    };
    [major, minor] < *since
}

fn container_file(text: &str, said: &mut Said) {
    let Some(image) = stages::runs_in(text) else {
        return;
    };
    let has_musl = userland(&image).is_some_and(|base| matches!(base.libc, Libc::Musl(_)))
        || image
            .rsplit(':')
            .next()
            .is_some_and(|tag| tag.split('-').any(|word| word == "alpine"));
    let adds_glibc = ["gcompat", "glibc", "libc6-compat"]
        .iter()
        .any(|word| text.contains(word));
    if has_musl && !adds_glibc {
        let brings = if text.contains("chromium") { "chromium" } else { "" };
        said.add(IMAGE, image, brings, 1);
    }
}

/// What of the packages beside a container file, or below it, its image cannot take: by family, container file and package.
pub(super) fn together(found: &[(&str, Said)]) -> Vec<(&'static str, String, String)> {
    let of = |family: &'static str| {
        found.iter().flat_map(move |(path, said)| {
            let keys = said.0.iter().filter(move |((of, _), _)| *of == family);
            keys.map(move |((_, key), (value, _))| (*path, key.as_str(), value.as_str()))
        })
    };
    let directory = |file: &str| {
        file.rsplit_once('/')
            .map_or(String::new(), |(directory, _)| format!("{directory}/"))
    };
    let mut pairs = Vec::new();
    for (file, image, brings) in of(IMAGE) {
        let browsers = of(BROWSER).filter(|_| brings.is_empty());
        for (manifest, package, _) in of(PACKAGE).chain(browsers) {
            if manifest.starts_with(&directory(file)) {
                let key = format!("{file}:{package}");
                pairs.push(("container-file.without-musl", key, image.to_owned()));
            }
        }
    }
    for (file, _, images) in of(stages::MODULES) {
        for (manifest, package, _) in of(ADDON) {
            if manifest.starts_with(&directory(file)) {
                let key = format!("{file}:{package}");
                pairs.push(("container-file.foreign-addon", key, images.to_owned()));
            }
        }
    }
    pairs
}
