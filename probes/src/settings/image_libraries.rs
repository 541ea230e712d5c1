//! Libraries that packages of a release open, and that a container file beside them does not put into its image.
//!
//! Sources: <https://hub.docker.com/_/python> (the tags `slim` have only what Python needs, the others what buildpack-deps has);
//! <https://github.com/opencv/opencv-python/issues/370>, <https://pptr.dev/troubleshooting>.

use super::said::Said;
use super::{building, stages};

/// The family that only tells what a container file installs; nobody asks for it.
pub(super) const INSTALLS: &str = "container-file.installs";

/// Official images of a language.
const LANGUAGES: [&str; 3] = ["node", "python", "ruby"];

/// What those of them without `slim` lack too.
const LACKED_BY_ALL: [&str; 3] = ["libEGL.so.1", "libGL.so.1", "libnss3.so"];

/// Libraries that come with packages of other names, by words in these.
const COME_WITH: [(&str, &[&str]); 12] = [
    ("libEGL.so.1", &["libegl"]),
    (
        "libGL.so.1",
        &["libgl1", "libgl-", "libegl", "ffmpeg", "opencv", "mesa"],
    ),
    ("libclntsh.so", &["instantclient", "oracle"]),
    ("libcurl.so.4", &["curl"]),
    ("libgomp.so.1", &["libgomp", "gcc", "g++", "build-essential"]),
    ("libgtk-3.so.0", &["gtk"]),
    ("libmagic.so.1", &["libmagic", " file"]),
    ("libnss3.so", &["libnss3", "chrom", "playwright install"]),
    ("libpango-1.0.so.0", &["pango", "weasyprint"]),
    ("libpq.so.5", &["libpq", "postgresql"]),
    ("libsybdb.so.5", &["libsybdb", "freetds"]),
    ("libvips.so.42", &["vips"]),
];

/// Commands that install what stands elsewhere.
const ELSEWHERE: [&str; 5] = ["$(cat", "ansible", "conda", "xargs", ".sh"];

pub(super) fn concerns(path: &str) -> bool {
    building::concerns(path)
}

pub(super) fn read(text: &str, said: &mut Said) {
    let Some((image, commands)) = stages::installs(text) else {
        return;
    };
    let (name, tag) = image.split_once(':').unwrap_or((&image, ""));
    let words: Vec<&str> = tag.split('-').collect();
    let is_of = |names: &[&str]| names.contains(&name);
    let is_slim = words.contains(&"slim") && is_of(&["debian", "node", "python", "ruby"]);
    let is_whole = is_of(&LANGUAGES) && !words.contains(&"alpine") && !is_slim;
    if (is_slim || is_whole) && !ELSEWHERE.iter().any(|word| commands.contains(word)) {
        let key = if is_slim { "slim" } else { "whole" };
        said.add(INSTALLS, key, commands.to_ascii_lowercase(), 1);
    }
}

/// The libraries that are missing in images: by container file and package, the first one of each.
pub(super) fn together(found: &[(&str, Said)]) -> Vec<(String, String)> {
    let of = |family: &'static str| {
        found.iter().flat_map(move |(path, said)| {
            let keys = said.0.iter().filter(move |((of, _), _)| *of == family);
            keys.map(move |((_, key), (value, _))| (*path, key.as_str(), value.as_str()))
        })
    };
    let mut missing = Vec::new();
    for (file, kind, commands) in of(INSTALLS) {
        let directory = file
            .rsplit_once('/')
            .map_or(String::new(), |(directory, _)| format!("{directory}/"));
        for (manifest, opened, package) in of("opened-library.of") {
            let Some((_, library)) = opened.split_once(':') else {
                continue;
            };
            let is_lacked = kind == "slim" || LACKED_BY_ALL.contains(&library);
            let is_first = !missing.iter().any(|(key, _)| *key == format!("{file}:{package}"));
            if manifest.starts_with(&directory) && is_lacked && is_first && !is_installed(library, commands) {
                missing.push((format!("{file}:{package}"), library.to_owned()));
            }
        }
    }
    missing
}

fn is_installed(library: &str, commands: &str) -> bool {
    match COME_WITH.iter().find(|(name, _)| *name == library) {
        Some((_, words)) => words.iter().any(|word| commands.contains(word)),
        None => commands.contains(&stem(library)) || commands.contains("chrom"),
    }
}

/// `libzbar.so.0` is in packages whose name has `zbar`.
fn stem(library: &str) -> String {
    let name = library.strip_prefix("lib").unwrap_or(library);
    let end = name.find(['.', '-']).unwrap_or(name.len());
    name.get(..end).unwrap_or(name).to_ascii_lowercase()
}
