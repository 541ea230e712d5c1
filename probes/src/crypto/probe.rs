use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::bundles::{bundle, trusted};
use super::legacy::calls;
use super::readers::{Reader, reader};
use super::{Pkcs12, SCHEMAS, pkcs12};
use crate::code::language::{Language, is_own, language, without_comments};
use crate::reading::{base_name, text};
use crate::release::{all_files, at_most, is_for_its_makers};
use crate::tls::policy::configured;

static MANIFEST: Manifest = Manifest::new(
    "crypto",
    Subject::Release,
    "What the files of a release ask of OpenSSL, of Java's key stores and of bundles of certificates.",
    SCHEMAS,
);

/// Reads sources, settings and stores of keys.
pub const PROBE: &dyn Probe = &Crypto;

struct Crypto;

/// Larger files are no sources that people write, and no stores of keys, in bytes.
const CAP: u64 = 1 << 20;
const MAX_FILES: usize = 20_000;
const MAX_STORES: usize = 100;

/// Which Java reads stores with newer algorithms.
const JAVA: &str = ">=8.0.301 <9 || >=11.0.12 <12 || >=16";

fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

/// Endings of stores.
fn is_store(path: &str) -> bool {
    let ending = base_name(path).rsplit_once('.').map_or("", |(_, ending)| ending);
    ["jks", "keystore", "ks", "p12", "pfx", "pkcs12", "truststore"].contains(&ending)
}

/// The language of a file that may say something; units and the configuration of PHP are settings.
fn spoken(path: &str) -> Option<Language> {
    let is_settings = [".service", ".container", ".cnf", ".repo", ".xml"]
        .iter()
        .any(|ending| path.ends_with(ending));
    match language(path) {
        None if is_settings => Some(Language::Settings),
        other => other,
    }
}

/// Whether the paths in a file are those of the host: not those of a container, nor of a machine that builds one.
fn is_of_host(path: &str) -> bool {
    let name = base_name(path);
    let is_manifest = [".yaml", ".yml", ".container", ".json"]
        .iter()
        .any(|ending| name.ends_with(ending));
    !is_manifest && !name.contains("ocker") && !name.starts_with("Containerfile")
}

/// A file whose content came.
struct Source<'a> {
    path: &'a str,
    language: Language,
    text: String,
}

impl Probe for Crypto {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let own: Vec<&Entry> = files
            .entries
            .iter()
            .filter(|entry| {
                entry.kind == EntryKind::File && is_own(&entry.path) && !is_for_its_makers(&entry.path)
            })
            .collect();
        let spoken = own
            .iter()
            .filter_map(|entry| Some((entry.path.as_str(), spoken(&entry.path)?)))
            .collect();
        let sources: Vec<Source<'_>> = at_most(spoken, MAX_FILES, "sources", out)
            .into_iter()
            .filter_map(|(path, language)| read(path, language, answers, out))
            .collect();
        for source in &sources {
            if let Some((bundle, word, line)) = bundle(&source.text, source.language) {
                let key = format!("{}:{bundle}", source.path);
                out.keyed("crypto.ca-bundle", key, word, Origin::line(source.path, line));
            }
        }
        let is_brought = |path: &str| own.iter().any(|entry| base_name(&entry.path) == base_name(path));
        for source in sources.iter().filter(|source| is_of_host(source.path)) {
            for (path, word, line) in trusted(&source.text) {
                let key = format!("{}:{path}", source.path);
                if !is_brought(&path) {
                    out.keyed("crypto.ca-file", key, word, Origin::line(source.path, line));
                }
            }
        }
        let brings = Brings::of(&sources);
        for source in &sources {
            for call in calls(&source.text, source.language) {
                let origin = Origin::line(source.path, call.line);
                let asked = Asked {
                    file: source.path,
                    algorithm: &call.algorithm,
                    what: call.call,
                    remedy: format!("take another algorithm than {} there", call.algorithm),
                };
                brings.tell(out, call.program, &asked, origin);
            }
        }
        let stores = own
            .iter()
            .map(|entry| entry.path.as_str())
            .filter(|path| is_store(path))
            .collect();
        for path in at_most(stores, MAX_STORES, "key stores", out) {
            store(path, &sources, &brings, answers, out);
        }
    }
}

fn read<'a>(
    path: &'a str,
    language: Language,
    answers: &Answers,
    out: &mut Observation<'_>,
) -> Option<Source<'a>> {
    let need = content(path);
    if !answers.has(&need) {
        out.ask(need);
        return None;
    }
    let Outcome::Got(bytes) = answers.bytes(&need) else {
        return None;
    };
    let text = without_comments(&text(bytes), language);
    Some(Source { path, language, text })
}

/// What the release does about old algorithms itself.
struct Brings {
    /// An `openssl.cnf` that activates them.
    provider: bool,
    /// The option of Node.js for them.
    option: bool,
}

impl Brings {
    fn of(sources: &[Source<'_>]) -> Brings {
        let is_configuration = |source: &&Source<'_>| source.path.ends_with(".cnf");
        Brings {
            provider: sources
                .iter()
                .filter(is_configuration)
                .any(|source| configured(&source.text).activates_legacy),
            option: sources
                .iter()
                .any(|source| source.text.contains("--openssl-legacy-provider")),
        }
    }

    fn tell(&self, out: &mut Observation<'_>, program: &str, asked: &Asked<'_>, origin: Origin) {
        let Asked {
            file,
            algorithm,
            what,
            remedy,
        } = asked;
        let is_node = program == "node";
        if self.provider || (is_node && self.option) {
            return;
        }
        if is_node {
            let key = format!("{file}:{algorithm}");
            out.keyed("crypto.legacy-node", key, *what, origin.clone());
        } else {
            let key = format!("{file}:{program}:{algorithm}");
            out.keyed("crypto.legacy", key, *what, origin.clone());
        }
        let key = format!("{file}:{algorithm}");
        out.keyed("crypto.remedy", key, remedy.as_str(), origin);
    }
}

/// What asks for an algorithm.
struct Asked<'a> {
    file: &'a str,
    algorithm: &'a str,
    what: &'a str,
    remedy: String,
}

/// A store counts where something in the release reads it.
fn store(path: &str, sources: &[Source<'_>], brings: &Brings, answers: &Answers, out: &mut Observation<'_>) {
    let name = base_name(path);
    let readers = sources
        .iter()
        .filter_map(|source| Some((reader(source.path, &source.text, name)?, source.path)));
    let readers: Vec<(Reader, &str)> = readers.collect();
    if readers.is_empty() {
        return;
    }
    let need = content(path);
    if !answers.has(&need) {
        return out.ask(need);
    }
    let Outcome::Got(bytes) = answers.bytes(&need) else {
        return;
    };
    let Some(Pkcs12 { legacy, modern }) = pkcs12(bytes) else {
        return;
    };
    for (reader, by) in readers {
        let origin = Origin::file(path.to_owned());
        let program = match reader {
            Reader::System(program) => program,
            Reader::Node => "node",
            Reader::Java => {
                if let Some(modern) = modern {
                    out.keyed("crypto.java-store", format!("{path}:{modern}"), JAVA, origin);
                }
                continue;
            }
        };
        if let Some(algorithm) = legacy {
            let asked = Asked {
                file: path,
                algorithm,
                what: by,
                remedy: format!(
                    "pack it again: openssl pkcs12 -legacy -in {path} -nodes -out all.pem; openssl pkcs12 -export -in all.pem -out {path}"
                ),
            };
            brings.tell(out, program, &asked, origin);
        }
    }
}
