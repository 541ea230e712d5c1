//! How the tables are written, and how a line of configuration is looked up in them.

use std::collections::BTreeMap;

/// A version, and the phrases that it brought: separated by `;`, each the first words of a line. A `*` stands for any words between.
pub(super) type Since = (&'static str, &'static str);

/// A phrase that a version refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) phrase: &'static str,
    /// First version that refuses it.
    pub(super) version: &'static str,
    /// What to write there.
    pub(super) instead: &'static str,
}

pub(super) const fn gone(phrase: &'static str, version: &'static str, instead: &'static str) -> Gone {
    Gone {
        phrase,
        version,
        instead,
    }
}

/// Something that a version refuses, and the line.
pub(super) type Found = Option<(Gone, u32)>;

/// A line of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) line: u32,
    pub(super) words: Vec<String>,
}

impl Use {
    /// Whether the line begins with a phrase.
    fn says(&self, phrase: &str) -> bool {
        match phrase.split_once(" * ") {
            Some((before, anywhere)) => {
                self.begins(before) && self.words.iter().skip(1).any(|word| word == anywhere)
            }
            None => self.begins(phrase),
        }
    }

    fn begins(&self, phrase: &str) -> bool {
        let mut words = self.words.iter();
        phrase
            .split(' ')
            .all(|expected| words.next().is_some_and(|word| word == expected))
    }
}

/// How a phrase is called where a person reads it.
fn spoken(phrase: &str) -> String {
    phrase.replace(" * ", " ")
}

/// What a configuration needs: the phrase, its first version, and the line of its first use.
pub(super) fn needed(uses: &[Use], table: &[Since]) -> BTreeMap<String, (&'static str, u32)> {
    let mut found = BTreeMap::new();
    for (version, phrases) in table {
        for phrase in phrases.split(';').map(str::trim) {
            if let Some(used) = uses.iter().find(|used| used.says(phrase)) {
                found.entry(spoken(phrase)).or_insert((*version, used.line));
            }
        }
    }
    found
}

/// What a configuration says that some version refuses, with the line of its first use.
pub(super) fn refused(uses: &[Use], table: &[Gone]) -> BTreeMap<String, (Gone, u32)> {
    let used = |gone: &Gone| {
        uses.iter()
            .find(|used| used.says(gone.phrase))
            .map(|used| used.line)
    };
    table
        .iter()
        .filter_map(|gone| Some((spoken(gone.phrase), (*gone, used(gone)?))))
        .collect()
}
