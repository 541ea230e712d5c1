//! Libraries that do nothing without a program of the system, as their own documents say at the top.

use serde_json::Value;

/// Where a library is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ecosystem {
    /// npm.
    Npm,
    /// PyPI.
    Pypi,
    /// RubyGems.
    Gem,
    /// Packagist.
    Composer,
}

/// A library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Library {
    /// Where it is published.
    pub ecosystem: Ecosystem,
    /// Its name.
    pub name: &'static str,
    /// The program it starts.
    pub program: &'static str,
    /// Packages that bring the program, by words.
    bundled_by: &'static str,
}

const fn library(
    ecosystem: Ecosystem,
    name: &'static str,
    program: &'static str,
    bundled_by: &'static str,
) -> Library {
    Library {
        ecosystem,
        name,
        program,
        bundled_by,
    }
}

const FFMPEG: &str = "ffmpeg-static @ffmpeg-installer/ffmpeg ffmpeg-binaries ffmpeg-ffprobe-static imageio-ffmpeg static-ffmpeg";
const WKHTMLTOPDF: &str = "wkhtmltopdf-binary wkhtmltopdf-binary-edge wkhtmltopdf-heroku wkhtmltopdf-installer h4cc/wkhtmltopdf-amd64";

/// Sorted by ecosystem and name.
pub const LIBRARIES: [Library; 42] = {
    use Ecosystem::{Composer, Gem, Npm, Pypi};
    [
        library(Npm, "fluent-ffmpeg", "ffmpeg", FFMPEG),
        library(Npm, "graphviz", "dot", ""),
        library(Npm, "libreoffice-convert", "soffice", ""),
        library(Npm, "node-exiftool", "exiftool", "dist-exiftool"),
        library(Npm, "node-pdftk", "pdftk", ""),
        library(Npm, "node-rtsp-stream", "ffmpeg", FFMPEG),
        library(Npm, "node-tesseract-ocr", "tesseract", ""),
        library(Npm, "node-webpmux-cli", "cwebp", ""),
        library(Npm, "pdf-image", "pdfinfo", ""),
        library(Npm, "pdf-text-extract", "pdftotext", ""),
        library(Npm, "pdf-to-text", "pdftotext", ""),
        library(Npm, "pdftohtmljs", "pdf2htmlEX", ""),
        library(Npm, "rtsp-relay", "ffmpeg", FFMPEG),
        library(Npm, "simple-git", "git", ""),
        library(Npm, "wkhtmltopdf", "wkhtmltopdf", WKHTMLTOPDF),
        library(Pypi, "ffmpeg-python", "ffmpeg", FFMPEG),
        library(Pypi, "gitpython", "git", ""),
        library(Pypi, "graphviz", "dot", ""),
        library(Pypi, "imgkit", "wkhtmltoimage", ""),
        library(Pypi, "ocrmypdf", "tesseract", ""),
        library(Pypi, "openai-whisper", "ffmpeg", FFMPEG),
        library(Pypi, "pdf2image", "pdftoppm", ""),
        library(Pypi, "pdfkit", "wkhtmltopdf", WKHTMLTOPDF),
        library(Pypi, "pyexiftool", "exiftool", ""),
        library(Pypi, "pypandoc", "pandoc", "pypandoc-binary"),
        library(Pypi, "pytesseract", "tesseract", ""),
        library(Pypi, "python-nmap", "nmap", ""),
        library(Gem, "mini_exiftool", "exiftool", "exiftool_vendored"),
        // The program of this name comes with ImageMagick 6 and 7.
        library(Gem, "mini_magick", "identify", ""),
        library(Gem, "pandoc-ruby", "pandoc", ""),
        library(Gem, "pdf-forms", "pdftk", ""),
        library(Gem, "pdfkit", "wkhtmltopdf", WKHTMLTOPDF),
        library(Gem, "rtesseract", "tesseract", ""),
        library(Gem, "ruby-graphviz", "dot", ""),
        library(Gem, "streamio-ffmpeg", "ffmpeg", FFMPEG),
        library(Gem, "wicked_pdf", "wkhtmltopdf", WKHTMLTOPDF),
        library(Composer, "knplabs/knp-snappy", "wkhtmltopdf", WKHTMLTOPDF),
        library(Composer, "mikehaertl/php-pdftk", "pdftk", ""),
        library(Composer, "mikehaertl/phpwkhtmltopdf", "wkhtmltopdf", WKHTMLTOPDF),
        library(Composer, "php-ffmpeg/php-ffmpeg", "ffmpeg", FFMPEG),
        library(Composer, "spatie/pdf-to-text", "pdftotext", ""),
        library(Composer, "thiagoalessio/tesseract_ocr", "tesseract", ""),
    ]
};

/// The libraries that a manifest names for run time, where it is of a kind that does.
#[must_use]
pub fn named(path: &str, text: &str) -> Option<(Ecosystem, Vec<String>)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let members = |section: &str| {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let members = value.get(section).and_then(Value::as_object);
        members
            .map(|members| members.keys().cloned().collect())
            .unwrap_or_default()
    };
    match name {
        "package.json" => Some((Ecosystem::Npm, members("dependencies"))),
        "composer.json" => Some((Ecosystem::Composer, members("require"))),
        "Pipfile.lock" => Some((Ecosystem::Pypi, members("default"))),
        "Gemfile" => Some((Ecosystem::Gem, text.lines().filter_map(gem).collect())),
        "pyproject.toml" => Some((Ecosystem::Pypi, project(text))),
        "requirements.txt" => Some((Ecosystem::Pypi, text.lines().filter_map(requirement).collect())),
        _ => None,
    }
}

fn gem(line: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("gem")?.trim_start_matches([' ', '(']);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = rest.get(1..)?.split(quote).next()?;
    // Gems of a group for development are not told apart line by line.
    (!line.contains("group:")).then(|| name.to_owned())
}

/// What a `pyproject.toml` asks for at run time: `project.dependencies`, and the table that Poetry reads.
fn project(text: &str) -> Vec<String> {
    let project: toml::Table = text.parse().unwrap_or_default();
    let at = |section: &str, name: &str| project.get(section)?.get(name).cloned();
    let listed = at("project", "dependencies");
    let listed = listed
        .as_ref()
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let listed = listed.filter_map(|line| requirement(line.as_str()?));
    let poetry = at("tool", "poetry").and_then(|poetry| poetry.get("dependencies").cloned());
    let poetry = poetry
        .as_ref()
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten();
    let poetry = poetry.filter_map(|(name, _)| requirement(name));
    listed.chain(poetry).collect()
}

fn requirement(line: &str) -> Option<String> {
    let line = line.split('#').next()?.trim();
    let end = line
        .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
        .unwrap_or(line.len());
    let name = line.get(..end)?;
    (!name.is_empty() && !name.starts_with('-')).then(|| name.to_ascii_lowercase().replace('_', "-"))
}

/// The libraries among these that start a program which none of the others brings.
#[must_use]
pub fn programs_of(ecosystem: Ecosystem, names: &[String]) -> Vec<&'static Library> {
    let has = |name: &str| names.iter().any(|known| known == name);
    LIBRARIES
        .iter()
        .filter(|library| library.ecosystem == ecosystem && has(library.name))
        .filter(|library| !library.bundled_by.split_whitespace().any(has))
        .collect()
}
