//! The line on which a member of a JSON document stands: JSON parsers that keep no places leave this to their callers.

/// The line, counted from 1, of the key at `path` in a JSON document that a parser has accepted. Of a key that stands
/// twice it is the last, which is the one that counts for most readers.
///
/// ```
/// use parity_probes::text::json_line;
/// let text = "{\n \"x\": {\"node\": 1},\n \"engines\": {\n  \"node\": \">=18\"}}";
/// assert_eq!(json_line(text, &["engines", "node"]), Some(4));
/// ```
#[must_use]
pub fn json_line(text: &str, path: &[&str]) -> Option<u32> {
    let mut found = None;
    let mut line = 1;
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut key = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (token, after) = rest.split_at(if c == '"' {
            string_length(rest)
        } else {
            c.len_utf8()
        });
        match c {
            '"' if after.trim_start().starts_with(':') => {
                key = token.get(1..token.len().saturating_sub(1));
                let here = open.iter().skip(1).copied().chain([key]);
                if here.eq(path.iter().map(|part| Some(*part))) {
                    found = Some(line);
                }
            }
            '{' | '[' => open.push(key.take()),
            '}' | ']' => {
                open.pop();
            }
            ',' => key = None,
            '\n' => line += 1,
            _ => {}
        }
        rest = after;
    }
    found
}

/// Bytes of the string that `text` begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_values_and_from_the_same_key_elsewhere() {
        let text = "{\"a\": \"engines\",\r\n\"b\": [{\"engines\": {\"node\": 1}}],\n\"q\\\"\": 1,\n\"engines\"\n:\n{\"node\":1}}";
        assert_eq!(json_line(text, &["engines", "node"]), Some(6));
        assert_eq!(json_line(text, &["engines"]), Some(4));
        assert_eq!(json_line(text, &["a", "node"]), None);
        assert_eq!(json_line("{\"open", &["open"]), None);
    }
}
