//! `passwd(5)` and `group(5)`. Pure functions over text.

use crate::reading::numbered;

/// A line of `/etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) shell: String,
    /// Line, counted from 1.
    pub(crate) line: u32,
}

/// A line of `/etc/group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) gid: u32,
    pub(crate) members: Vec<String>,
    /// Line, counted from 1.
    pub(crate) line: u32,
}

/// The name in a line that does not follow the format, and the number of the line.
pub(crate) type Wrong = (String, u32);

/// The accounts of a file. Lines begun by `+` or `-` ask another directory (nsswitch.conf(5), `compat`).
pub(crate) fn users(text: &str) -> (Vec<User>, Vec<Wrong>) {
    parse(text, |fields, line| match *fields {
        [name, _, uid, gid, _, _, shell] => Some(User {
            name: name.to_owned(),
            uid: uid.parse().ok()?,
            gid: gid.parse().ok()?,
            // An empty field stands for the Bourne shell.
            shell: if shell.is_empty() { "/bin/sh" } else { shell }.to_owned(),
            line,
        }),
        _ => None,
    })
}

/// The groups of a file.
pub(crate) fn groups(text: &str) -> (Vec<Group>, Vec<Wrong>) {
    parse(text, |fields, line| match *fields {
        [name, _, gid, members] => Some(Group {
            name: name.to_owned(),
            gid: gid.parse().ok()?,
            members: members
                .split(',')
                .map(str::trim)
                .filter(|member| !member.is_empty())
                .map(str::to_owned)
                .collect(),
            line,
        }),
        _ => None,
    })
}

fn parse<T>(text: &str, read: impl Fn(&[&str], u32) -> Option<T>) -> (Vec<T>, Vec<Wrong>) {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for (number, line) in numbered(text) {
        if line.trim().is_empty() || line.starts_with(['#', '+', '-']) {
            continue;
        }
        let fields: Vec<&str> = line.split(':').collect();
        let name = fields.first().copied().unwrap_or_default();
        match read(&fields, number) {
            Some(entry) if !name.is_empty() => found.push(entry),
            _ => wrong.push((name.to_owned(), number)),
        }
    }
    (found, wrong)
}

/// Accounts with more than one subordinate id, by `NAME:FIRST:COUNT` (subuid(5)).
pub(super) fn with_ranges(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter_map(|line| {
        let mut parts = line.trim().split(':');
        let name = parts
            .next()
            .filter(|name| !name.is_empty() && !name.starts_with('#'))?;
        let count: u64 = parts.nth(1)?.parse().ok()?;
        (count > 1).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accounts_and_groups_are_read_and_wrong_lines_told() {
        let (users, wrong) = users("root:x:0:0:root:/root:/bin/bash\n+::::::\nhalf:x:1\na:x:5:6::/:\n");
        assert_eq!(users.len(), 2);
        assert_eq!(
            (users[1].uid, users[1].gid, users[1].shell.as_str()),
            (5, 6, "/bin/sh")
        );
        assert_eq!(wrong, [("half".to_owned(), 3)]);
        let (groups, wrong) = groups("sudo:x:27:deploy,intern\nnobody:x:65534:\n");
        assert_eq!(groups[0].members, ["deploy", "intern"]);
        assert!(groups[1].members.is_empty() && wrong.is_empty());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = (users(&text), groups(&text));
        }
    }
}
