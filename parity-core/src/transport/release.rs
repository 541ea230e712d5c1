//! Releases: files whose names may hold what keys of facts are joined with.

use super::{Transport, TransportError};
use crate::answer::{Answer, Outcome};
use crate::need::Need;
use crate::spelling::{plain, spelled};

/// Answers with paths as they are [spelled] in keys, and understands them so.
#[derive(Debug)]
pub struct Release<T>(pub T);

impl<T: Transport> Transport for Release<T> {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let needs: Vec<Need> = needs.iter().map(as_on_disk).collect();
        let mut answers = self.0.ask(&needs)?;
        for answer in &mut answers {
            if let Outcome::Got(answer) = answer {
                spell(answer);
            }
        }
        Ok(answers)
    }

    fn notes(&self) -> Vec<crate::snapshot::Problem> {
        self.0.notes()
    }
}

fn as_on_disk(need: &Need) -> Need {
    let mut need = need.clone();
    match &mut need {
        Need::File { path, .. } | Need::Range { path, .. } | Need::Glob { pattern: path, .. } => {
            *path = plain(path).into_owned();
        }
        Need::Offline(inner) | Need::Variables(inner) => **inner = as_on_disk(inner),
        Need::FirstOf(needs) => needs.iter_mut().for_each(|need| *need = as_on_disk(need)),
        Need::Command { .. } | Need::Native(_) | Need::Query { .. } => {}
    }
    need
}

fn spell(answer: &mut Answer) {
    match answer {
        Answer::Entries(found) => {
            for entry in &mut found.entries {
                entry.path = spelled(&entry.path).into_owned();
                entry.link = entry.link.take().map(|link| spelled(&link).into_owned());
            }
            for skipped in &mut found.skipped {
                skipped.path = spelled(&skipped.path).into_owned();
            }
            // `:` and `=` stand elsewhere than `%` in the order of paths.
            found.entries.sort_by(|a, b| a.path.cmp(&b.path));
        }
        Answer::One(_, answer) => spell(answer),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::need::Take;
    use crate::transport::{Deadline, Tree};

    #[test]
    fn what_is_listed_can_be_read() {
        let top = tempfile::tempdir().unwrap();
        std::fs::create_dir(top.path().join("a=b")).unwrap();
        for name in ["a=b/10:30.sql", "a=b/100%.sql", "a=b/%3A"] {
            std::fs::write(top.path().join(name), name).unwrap();
        }
        let deadline = Deadline::from(Instant::now() + Duration::from_secs(9));
        let mut release = Release(Tree::at(top.path(), deadline).unwrap());
        let mut one = |need| release.ask(&[need]).unwrap().remove(0);
        let Outcome::Got(Answer::Entries(found)) = one(Need::glob("*/*", Take::Stat)) else {
            panic!()
        };
        let paths: Vec<String> = found.entries.into_iter().map(|entry| entry.path).collect();
        assert_eq!(paths, ["a%3Db/%253A", "a%3Db/10%3A30.sql", "a%3Db/100%.sql"]);
        for path in paths {
            let Outcome::Got(Answer::Bytes(bytes)) = one(Need::file(path.as_str())) else {
                panic!("{path}")
            };
            assert_eq!(bytes, plain(&path).as_bytes());
            let pattern = format!("{}/*", path.rsplit_once('/').unwrap().0);
            assert!(
                matches!(one(Need::glob(&pattern, Take::Stat)), Outcome::Got(Answer::Entries(found)) if found.entries.len() == 3)
            );
        }
    }
}
