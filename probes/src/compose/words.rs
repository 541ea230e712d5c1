//! Commands and mounts of a compose file, in both of their notations.

use std::collections::BTreeMap;

use serde_json::Value;

/// The words of a command. A text is parted as a shell would, quotes keeping words together.
pub(super) fn words(command: &Value) -> Vec<String> {
    match command {
        Value::String(text) => parted(text),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn parted(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote): (Vec<String>, Option<String>, Option<char>) =
        (Vec::new(), None, None);
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Files and directories of the project that are mounted, by their place in the container.
pub(super) fn mounts(volumes: &Value) -> BTreeMap<String, String> {
    let volumes = volumes.as_array().map(Vec::as_slice).unwrap_or_default();
    let both = volumes.iter().filter_map(|volume| {
        let (source, target) = match volume {
            Value::String(text) => {
                let (source, rest) = text.split_once(':')?;
                (source, rest.split(':').next().unwrap_or(rest))
            }
            volume => (volume.get("source")?.as_str()?, volume.get("target")?.as_str()?),
        };
        let path = source.strip_prefix("./")?.trim_end_matches('/');
        let is_inside = !path.is_empty()
            && !path.contains(['$', '*', '?', '['])
            && !path.split('/').any(|part| part == "..");
        is_inside.then(|| (target.to_owned(), path.to_owned()))
    });
    both.collect()
}
