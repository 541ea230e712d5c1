//! Whether MongoDB is a member of a replica set: <https://www.mongodb.com/docs/manual/reference/configuration-options/#replication-options>.

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::Observation;

use crate::reading::document;

fn configuration() -> Need {
    Need::file_up_to("etc/mongod.conf", 1 << 20)
}

pub(super) fn needs() -> Vec<Need> {
    vec![configuration()]
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    if let Some(file) = document(answers, &configuration(), &["mongodb.topology"], out) {
        let origin = Origin::file(file.path.clone());
        out.value("mongodb.topology", topology(&file.text), origin);
    }
}

/// `replSetName` below `replication`, or, as the old format has it, `replSet = …`.
pub(super) fn topology(text: &str) -> &'static str {
    let mut settings = text.lines().filter_map(|line| line.trim().split_once([':', '=']));
    let names = [
        "replSetName",
        "replication.replSetName",
        "replSet",
        "clusterRole",
        "sharding.clusterRole",
    ];
    let is_member = settings.any(|(key, value)| names.contains(&key.trim()) && !value.trim().is_empty());
    if is_member { "member" } else { "standalone" }
}
