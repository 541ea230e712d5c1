//! Who reads a store of keys: sources and settings that name its file.

use crate::code::language::{Language, language};

/// A program that is told to read a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reader {
    /// A program with the OpenSSL of the system.
    System(&'static str),
    Node,
    Java,
}

/// Who reads a file of this name, by a text that names it.
pub(super) fn reader(path: &str, text: &str, name: &str) -> Option<Reader> {
    if !text.contains(name) {
        return None;
    }
    let line = |fits: &dyn Fn(&str) -> bool| text.lines().any(|line| line.contains(name) && fits(line));
    let is_java_setting = |line: &str| {
        let line = line.to_ascii_lowercase();
        ["keystore", "key-store", "truststore", "trust-store"]
            .iter()
            .any(|word| line.contains(word))
    };
    match language(path) {
        // What decodes the file itself asks OpenSSL for nothing.
        Some(Language::JavaScript) => {
            (text.contains("pfx") && !text.contains("forge")).then_some(Reader::Node)
        }
        Some(Language::Php) => {
            let is_read = text.contains("openssl_pkcs12_read") || text.contains("CURLOPT_SSLCERTTYPE");
            is_read.then_some(Reader::System("php"))
        }
        Some(Language::Ruby) => text.contains("OpenSSL::PKCS12").then_some(Reader::System("ruby")),
        _ if line(&|line| line.contains("curl") && line.to_ascii_lowercase().contains("p12")) => {
            let is_curl = line(&|line| line.contains("--cert") || line.contains("-E "));
            is_curl.then_some(Reader::System("curl"))
        }
        _ if line(&|line| {
            line.contains("openssl pkcs12") && !line.contains("-legacy") && !line.contains("-export")
        }) =>
        {
            Some(Reader::System("openssl"))
        }
        Some(Language::Java) => None,
        _ => line(&is_java_setting).then_some(Reader::Java),
    }
}
