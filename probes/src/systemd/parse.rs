//! The syntax of unit files (systemd.syntax(7)). Pure functions over text.

use crate::reading::numbered;

/// An assignment in a unit file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) section: String,
    pub(crate) name: String,
    /// Continued lines joined by a space.
    pub(crate) value: String,
    /// The line it begins on, counted from 1.
    pub(crate) line: u32,
}

/// The assignments in order. What is none of them is passed over, as systemd does.
pub(crate) fn assignments(text: &str) -> Vec<Assignment> {
    let mut found = Vec::new();
    let mut section = String::new();
    for (line, statement) in logical_lines(text) {
        let statement = statement.trim();
        if let Some(name) = statement
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.to_owned();
        } else if let Some((name, value)) = statement.split_once('=') {
            found.push(Assignment {
                section: section.clone(),
                name: name.trim().to_owned(),
                value: value.trim().to_owned(),
                line,
            });
        }
    }
    found
}

/// Lines with their continuations; comments are dropped, inside of continuations too.
fn logical_lines(text: &str) -> Vec<(u32, String)> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    let mut continued = false;
    for (number, line) in numbered(text) {
        let trimmed = line.trim_start();
        if trimmed.starts_with(['#', ';']) || (trimmed.is_empty() && !continued) {
            continue;
        }
        let (body, goes_on) = match line.strip_suffix('\\') {
            Some(body) => (body, true),
            None => (line, false),
        };
        match lines.last_mut().filter(|_| continued) {
            Some((_, joined)) => {
                joined.push(' ');
                joined.push_str(body);
            }
            None => lines.push((number, body.to_owned())),
        }
        continued = goes_on;
    }
    lines
}

/// Words parted by white space, quotes kept together and removed.
pub(crate) fn words(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut begun = false;
    let mut escaped = false;
    for c in value.chars() {
        if escaped {
            word.push(c);
            escaped = false;
            continue;
        }
        match quote {
            _ if c == '\\' => escaped = true,
            Some(q) if c == q => quote = None,
            None if (c == '"' || c == '\'') && word.is_empty() => (quote, begun) = (Some(c), true),
            None if c.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// The program of a command line, its marks (`-`, `@`, `+` …) and arguments left out.
pub(super) fn program(command: &str) -> Option<String> {
    let first = words(command).into_iter().next()?;
    let path = first.trim_start_matches(['@', '-', ':', '+', '!', '|']);
    (!path.is_empty()).then(|| path.to_owned())
}

/// The names in `Environment=`: `A=1 "B=x y"` gives `A` and `B`.
pub(crate) fn environment_names(value: &str) -> Vec<String> {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    words(value)
        .iter()
        .filter_map(|word| word.split_once('='))
        .filter(|(name, _)| is_name(name))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_joined_and_comments_dropped() {
        let found = assignments(
            "# c\n[Service]\nExecStart=/bin/a \\\n; inside\n  b\nUser = x\nnonsense\n[Install]\nAlias=\n",
        );
        let shown: Vec<_> = found
            .iter()
            .map(|a| (a.line, a.section.as_str(), a.name.as_str(), a.value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (3, "Service", "ExecStart", "/bin/a    b"),
                (6, "Service", "User", "x"),
                (9, "Install", "Alias", "")
            ]
        );
    }

    #[test]
    fn programs_and_names_lose_what_follows() {
        assert_eq!(program("-/usr/bin/env A=1 x").as_deref(), Some("/usr/bin/env"));
        assert_eq!(
            program("\"/opt/my app/run\" --token x").as_deref(),
            Some("/opt/my app/run")
        );
        assert_eq!(program("@!+/bin/x y").as_deref(), Some("/bin/x"));
        assert_eq!(program(""), None);
        assert_eq!(
            environment_names("A=1 \"B=x y\" C= junk 'D=2'"),
            ["A", "B", "C", "D"]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = (assignments(&text), program(&text), environment_names(&text));
        }
    }
}
