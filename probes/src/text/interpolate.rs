//! Variables in the text of container files: `$NAME`, `${NAME}`, `${NAME:-default}`.

/// How deep defaults are followed into defaults.
const MAX_DEPTH: usize = 8;

/// The text with its variables filled in: by `lookup`, else by the default that stands with them; `$$` is a dollar sign where
/// `doubled` says so.
///
/// Sources: the [Compose Specification](https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md), the
/// [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#environment-replacement).
///
/// # Errors
/// A variable without a value, or an expression that is not known; the text says which.
pub fn interpolate(
    text: &str,
    doubled: bool,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    fill(text, doubled, lookup, 0)
}

fn fill(
    text: &str,
    doubled: bool,
    lookup: &dyn Fn(&str) -> Option<String>,
    depth: usize,
) -> Result<String, String> {
    if depth > MAX_DEPTH {
        return Err("defaults nested too deep".into());
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if doubled && let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        if let Some(inside) = after.strip_prefix('{') {
            let (expression, after) = braced(inside).ok_or_else(|| format!("`${{{inside}` is not closed"))?;
            let (name, rule) = split_name(expression);
            let value = lookup(name);
            let default = match (rule, value) {
                ("", Some(value)) => Ok(value),
                (_, Some(value)) if rule.starts_with('-') => Ok(value),
                (_, Some(value)) if rule.starts_with(":-") && !value.is_empty() => Ok(value),
                _ => match rule.strip_prefix(":-").or_else(|| rule.strip_prefix('-')) {
                    Some(default) => fill(default, doubled, lookup, depth + 1),
                    None => Err(format!("`${{{expression}}}` has no value here")),
                },
            };
            out.push_str(&default?);
            rest = after;
        } else {
            let (name, after) = split_name(after);
            if name.is_empty() {
                out.push('$');
            } else {
                out.push_str(&lookup(name).ok_or_else(|| format!("`${name}` has no value here"))?);
            }
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn split_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    text.split_at(end.unwrap_or(text.len()))
}

/// What stands before the brace that closes, and what comes after it.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_in_for_what_is_not_set() {
        let known = |name: &str| match name {
            "V" => Some("17".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        for (text, expected) in [
            ("postgres:${V}", Some("postgres:17")),
            ("postgres:$V-alpine", Some("postgres:17-alpine")),
            ("postgres:${X:-16}", Some("postgres:16")),
            ("${A:-${B-x}}:${V:-1}", Some("x:17")),
            ("${EMPTY:-y}${EMPTY-z}", Some("y")),
            ("a$$b", Some("a$b")),
            ("cost 5$", Some("cost 5$")),
            ("${X}", None),
            ("$X", None),
            ("${X:?must be set}", None),
            ("${X", None),
        ] {
            assert_eq!(
                interpolate(text, true, &known).ok().as_deref(),
                expected,
                "{text}"
            );
        }
        let deep = format!("{}x{}", "${A:-".repeat(10_000), "}".repeat(10_000));
        assert!(interpolate(&deep, true, &known).is_err());
    }
}
