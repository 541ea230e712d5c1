//! Functions of GD that sources of PHP call, and that an official image of PHP is built without.
//!
//! Sources: <https://www.php.net/manual/en/image.installation.php> (each format has an option of its own, and PNG alone needs none),
//! <https://hub.docker.com/_/php> ("How to install more PHP extensions": `docker-php-ext-install` takes what `docker-php-ext-configure` was told),
//! <https://github.com/docker-library/php/issues/920>, <https://github.com/richarvey/nginx-php-fpm/issues/280>.

use std::collections::BTreeMap;

use super::said::Said;
use super::{building, stages};
use crate::compose::image_name;
use crate::reading::numbered;
use crate::release::is_for_its_makers;

/// A call of a function; nobody asks for it.
pub(super) const CALLED: &str = "gd.called";
/// An option that the GD of an image is built without; nobody asks for it.
pub(super) const WITHOUT: &str = "gd.without";
/// What comes of both.
pub(super) const TOLD: &str = "container-file.gd-function";

/// Functions, and the option that brings them, as it begins in all versions of PHP.
const FUNCTIONS: [(&str, &str); 9] = [
    ("imageavif", "--with-avif"),
    ("imagecreatefromavif", "--with-avif"),
    ("imagecreatefromjpeg", "--with-jpeg"),
    ("imagecreatefromwebp", "--with-webp"),
    ("imageftbbox", "--with-freetype"),
    ("imagejpeg", "--with-jpeg"),
    ("imagettfbbox", "--with-freetype"),
    ("imagettftext", "--with-freetype"),
    ("imagewebp", "--with-webp"),
];

/// What brings GD or its parts in another way.
const OTHERWISE: [&str; 6] = [
    "EXTRA_CONFIGURE",
    "apk add php",
    "install-php-extensions",
    "libgd-dev",
    "php-gd",
    "with-external-gd",
];

pub(super) fn concerns(path: &str) -> bool {
    path.ends_with(".php") && !is_for_its_makers(path) || building::concerns(path)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if path.ends_with(".php") {
        return source(text, said);
    }
    let Some((image, commands)) = stages::installs(text) else {
        return;
    };
    let installs = commands
        .lines()
        .flat_map(|line| line.split(['&', ';', '|']))
        .any(|command| {
            let mut words = command.split_whitespace();
            words.any(|word| word == "docker-php-ext-install") && words.any(|word| word == "gd")
        });
    let is_official = ["php", "library/php"].contains(&image_name(&image).path);
    if !installs || !is_official || OTHERWISE.iter().any(|word| text.contains(word)) {
        return;
    }
    for (_, option) in FUNCTIONS {
        if !text.contains(option) {
            said.add(WITHOUT, option, "", 1);
        }
    }
}

fn source(text: &str, said: &mut Said) {
    for (number, line) in numbered(text) {
        let line = line.trim_start();
        if ["//", "#", "*", "/*"].iter().any(|mark| line.starts_with(mark)) {
            continue;
        }
        for (function, option) in FUNCTIONS {
            let mut calls = line.match_indices(function);
            let is_called = calls.any(|(at, _)| {
                let (before, rest) = line.split_at(at);
                let before = before.trim_end_matches('\\');
                // Methods, definitions and names in texts are none.
                let is_own = before.ends_with("->")
                    || before.ends_with("::")
                    || before.trim_end().ends_with("function");
                let is_word = !before.ends_with(|c: char| c.is_ascii_alphanumeric() || "_'\"$".contains(c));
                is_word
                    && !is_own
                    && rest
                        .get(function.len()..)
                        .is_some_and(|rest| rest.starts_with('('))
            });
            // Whoever asks first has an answer.
            if is_called
                && !text.contains(&format!("function_exists('{function}'"))
                && !text.contains("gd_info")
            {
                said.add(CALLED, function, option, number);
            }
        }
    }
}

/// The functions that images lack, by container file and function: the option, and the source.
pub(super) fn together(found: &[(&str, Said)]) -> BTreeMap<(String, String), String> {
    let mut told = BTreeMap::new();
    for (file, said) in found {
        let without = said.0.keys().filter(|(family, _)| *family == WITHOUT);
        for (_, option) in without {
            for (source, said) in found {
                let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
                for ((family, function), (value, _)) in &said.0 {
                    if *family == CALLED && value == option && source.starts_with(directory) {
                        told.entry(((*file).to_owned(), function.clone()))
                            .or_insert_with(|| format!("{option}, as {source} calls it"));
                    }
                }
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&'static str, &str)]) -> Vec<String> {
        let read = |(path, text): &(&'static str, &str)| {
            let mut said = Said::default();
            super::read(path, text, &mut said);
            (*path, said)
        };
        let found: Vec<_> = files.iter().map(read).collect();
        let told = together(&found).into_iter();
        told.map(|((file, function), why)| format!("{file} {function}: {why}"))
            .collect()
    }

    #[test]
    fn functions_that_are_left_out() {
        let image = "FROM php:8.1-fpm\nRUN apt-get install -y libpng-dev libfreetype6-dev && docker-php-ext-install -j2 gd pdo_mysql\n";
        let source = (
            "src/a.php",
            "<?php\nimagettftext($im, 20, 0, 1, 1, $c, 'f.ttf', 'x');\n\\imagepng($im);\n",
        );
        assert_eq!(
            of(&[("Dockerfile", image), source]),
            ["Dockerfile imagettftext: --with-freetype, as src/a.php calls it"]
        );
        for harmless in [
            image.replace(
                "&& docker",
                "&& docker-php-ext-configure gd --with-freetype --with-jpeg && docker",
            ),
            image.replace(
                "&& docker",
                "&& docker-php-ext-configure gd --with-freetype-dir=/usr && docker",
            ),
            image.replace("gd pdo", "pdo"),
            image.replace("docker-php-ext-install", "install-php-extensions"),
            image.replace("php:8.1-fpm", "example/php:8.1"),
        ] {
            assert!(
                of(&[("Dockerfile", harmless.as_str()), source]).is_empty(),
                "{harmless}"
            );
        }
        for harmless in [
            "<?php\nif (function_exists('imagewebp')) {\n  imagewebp($im);\n}\n",
            "<?php\n// imagewebp($im);\n$this->imagejpeg($a);\n$a = 'imagejpeg';\nimagepng($im);\n",
        ] {
            assert!(
                of(&[("Dockerfile", image), ("a.php", harmless)]).is_empty(),
                "{harmless}"
            );
        }
    }
}
