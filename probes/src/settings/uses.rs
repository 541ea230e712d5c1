//! What sources of a release use of servers: features of RabbitMQ and MongoDB by version, plug-ins, and what a single server has not.
//!
//! Sources: <https://www.rabbitmq.com/docs/plugins>, <https://www.rabbitmq.com/docs/quorum-queues>, <https://www.rabbitmq.com/docs/streams>,
//! the release notes of RabbitMQ, and "New in version" of <https://www.mongodb.com/docs/manual/reference/operator/aggregation/> and
//! <https://www.mongodb.com/docs/manual/core/transactions/>.

use serde_json::Value;

use super::said::{Said, range};
use crate::reading::numbered;

/// Types of exchanges that a plug-in of RabbitMQ brings.
const EXCHANGES: [(&str, &str); 8] = [
    ("x-consistent-hash", "rabbitmq_consistent_hash_exchange"),
    ("x-delayed-message", "rabbitmq_delayed_message_exchange"),
    ("x-event", "rabbitmq_event_exchange"),
    ("x-jms-topic", "rabbitmq_jms_topic_exchange"),
    ("x-modulus-hash", "rabbitmq_sharding"),
    ("x-random", "rabbitmq_random_exchange"),
    ("x-recent-history", "rabbitmq_recent_history_exchange"),
    ("x-rtopic", "rabbitmq_rtopic_exchange"),
];

/// What index settings name that a plug-in of the search engine brings (<https://www.elastic.co/guide/en/elasticsearch/plugins/current/analysis.html>).
const ANALYSIS: [(&str, &str); 20] = [
    ("icu_analyzer", "analysis-icu"),
    ("icu_collation_keyword", "analysis-icu"),
    ("icu_folding", "analysis-icu"),
    ("icu_normalizer", "analysis-icu"),
    ("icu_tokenizer", "analysis-icu"),
    ("icu_transform", "analysis-icu"),
    ("ik_max_word", "analysis-ik"),
    ("ik_smart", "analysis-ik"),
    ("kuromoji", "analysis-kuromoji"),
    ("kuromoji_baseform", "analysis-kuromoji"),
    ("kuromoji_tokenizer", "analysis-kuromoji"),
    ("nori", "analysis-nori"),
    ("nori_tokenizer", "analysis-nori"),
    ("phonetic", "analysis-phonetic"),
    ("pinyin", "analysis-pinyin"),
    ("polish_stem", "analysis-stempel"),
    ("smartcn", "analysis-smartcn"),
    ("smartcn_tokenizer", "analysis-smartcn"),
    ("vi_analyzer", "analysis-vietnamese"),
    ("vi_tokenizer", "analysis-vietnamese"),
];

/// Types of queues, the first version of RabbitMQ with each.
const QUEUES: [(&str, &str); 2] = [("quorum", "3.8.0"), ("stream", "3.9.0")];

/// Operators of MongoDB, the first version with each. Sorted; those that 3.4 has are left out.
#[rustfmt::skip]
const OPERATORS: &[(&str, &str)] = &[
    ("$accumulator", "4.4"), ("$binarySize", "4.4"), ("$bitAnd", "6.3"), ("$bitNot", "6.3"), ("$bitOr", "6.3"), ("$bitXor", "6.3"),
    ("$bottomN", "5.2"), ("$bsonSize", "4.4"), ("$convert", "4.0"), ("$dateAdd", "5.0"), ("$dateDiff", "5.0"), ("$dateFromParts", "3.6"),
    ("$dateSubtract", "5.0"), ("$dateToParts", "3.6"), ("$dateTrunc", "5.0"), ("$densify", "5.1"), ("$derivative", "5.0"),
    ("$expMovingAvg", "5.0"), ("$firstN", "5.2"), ("$getField", "5.0"), ("$jsonSchema", "3.6"), ("$lastN", "5.2"), ("$linearFill", "5.3"),
    ("$locf", "5.2"), ("$ltrim", "4.0"), ("$maxN", "5.2"), ("$median", "7.0"), ("$minN", "5.2"), ("$percentile", "7.0"),
    ("$regexFind", "4.2"), ("$regexFindAll", "4.2"), ("$regexMatch", "4.2"), ("$replaceAll", "4.4"), ("$replaceOne", "4.4"),
    ("$replaceWith", "4.2"), ("$rtrim", "4.0"), ("$sampleRate", "4.4.2"), ("$setField", "5.0"), ("$setWindowFields", "5.0"),
    ("$sortArray", "5.2"), ("$toBool", "4.0"), ("$toDate", "4.0"), ("$toDecimal", "4.0"), ("$toDouble", "4.0"), ("$toInt", "4.0"),
    ("$toLong", "4.0"), ("$toObjectId", "4.0"), ("$toString", "4.0"), ("$topN", "5.2"), ("$unionWith", "4.4"), ("$unsetField", "5.0"),
];

/// Endings of sources.
const SOURCES: [&str; 14] = [
    "cjs", "cs", "ex", "go", "java", "js", "kt", "mjs", "php", "prisma", "py", "rb", "rs", "ts",
];

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    let is_test = ["test", "spec", "mock"]
        .iter()
        .any(|word| name.to_ascii_lowercase().contains(word));
    !is_test && (SOURCES.contains(&ending) || is_definitions(name) || is_index(path))
}

/// Settings of an index of a search engine.
fn is_index(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let is_settings = [".json", ".yaml", ".yml"]
        .iter()
        .any(|ending| path.ends_with(ending));
    is_settings
        && ["elastic", "opensearch", "mapping", "analy"]
            .iter()
            .any(|word| path.contains(word) || path.split('/').any(|part| part == "es"))
}

fn is_definitions(name: &str) -> bool {
    name.ends_with(".json") && (name.contains("definitions") || name.contains("rabbit"))
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if is_definitions(path.rsplit('/').next().unwrap_or(path)) {
        return definitions(text, said);
    }
    let speaks_of_mongo = text.to_ascii_lowercase().contains("mongo");
    for (line, statement) in numbered(text) {
        let start = statement.trim_start();
        if ["//", "#", "*", "/*", "--"]
            .iter()
            .any(|mark| start.starts_with(mark))
        {
            continue;
        }
        rabbitmq(statement, line, said);
        search(statement, line, said);
        if speaks_of_mongo {
            mongodb(statement, line, said);
        }
    }
    if path.ends_with(".prisma") && is_prisma_of_mongodb(text) {
        said.add("mongodb-transaction.used", "", "Prisma", 1);
    }
}

fn texts(line: &str) -> impl Iterator<Item = &str> {
    line.split(['"', '\'', '`']).skip(1).step_by(2)
}

fn rabbitmq(line: &str, number: u32, said: &mut Said) {
    for text in texts(line) {
        if let Some((exchange, plugin)) = EXCHANGES.iter().find(|(exchange, _)| *exchange == text) {
            said.add("rabbitmq-plugin.used", *plugin, *exchange, number);
        }
    }
    if is_transient(line) {
        said.add("rabbitmq-transient.used", "", line.trim(), number);
    }
    let is_type = line.contains("x-queue-type");
    for (queue, since) in QUEUES
        .iter()
        .filter(|(queue, _)| is_type && texts(line).any(|text| text == *queue))
    {
        said.add(
            "server-use.versions",
            format!("{queue} queue:rabbitmq"),
            range(since, ""),
            number,
        );
    }
}

/// A whole declaration of a queue that is neither durable nor exclusive: by default with pika
/// (<https://pika.readthedocs.io/en/stable/modules/channel.html>), by its arguments with amqplib, php-amqplib and the client in Java.
fn is_transient(line: &str) -> bool {
    let call = |name: &str| {
        let (_, rest) = line.split_once(name)?;
        rest.rsplit_once(')')
            .map(|(arguments, _)| arguments.replace(' ', ""))
    };
    let of_pika = |arguments: &String| {
        arguments.starts_with("queue=")
            && !["durable=True", "exclusive=True", "passive=True"]
                .iter()
                .any(|word| arguments.contains(word))
    };
    let of_amqplib =
        |arguments: &String| arguments.contains("durable:false") && !arguments.contains("exclusive:true");
    let of_php = |arguments: &String| {
        arguments.contains("',false,false,false") || arguments.contains("\",false,false,false")
    };
    let of_java = |arguments: &String| arguments.contains("\",false,false,");
    call("queue_declare(").is_some_and(|arguments| of_pika(&arguments) || of_php(&arguments))
        || call("assertQueue(").is_some_and(|arguments| of_amqplib(&arguments))
        || call("queueDeclare(").is_some_and(|arguments| of_java(&arguments))
}

/// `"tokenizer": "icu_tokenizer"`, `'filter' => ['icu_folding']`.
fn search(line: &str, number: u32, said: &mut Said) {
    let place = ["analyzer", "tokenizer", "filter", "type"];
    if !place.iter().any(|word| line.contains(word)) {
        return;
    }
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for word in words {
        if let Some((name, plugin)) = ANALYSIS.iter().find(|(name, _)| *name == word) {
            said.add("search-plugin.used", *plugin, *name, number);
        }
    }
}

fn mongodb(line: &str, number: u32, said: &mut Said) {
    for (at, _) in line.match_indices('$') {
        let rest = line.get(at..).unwrap_or_default();
        let end = rest
            .get(1..)
            .unwrap_or_default()
            .find(|c: char| !c.is_ascii_alphanumeric());
        let (name, after) = rest
            .split_at_checked(end.map_or(rest.len(), |end| end + 1))
            .unwrap_or((rest, ""));
        let is_key = after
            .trim_start_matches(['"', '\''])
            .trim_start()
            .starts_with([':', ',']);
        if let Some((name, since)) = OPERATORS
            .iter()
            .find(|(operator, _)| *operator == name)
            .filter(|_| is_key)
        {
            said.add(
                "server-use.versions",
                format!("{name}:mongodb"),
                range(since, ""),
                number,
            );
        }
    }
    let calls = [
        ".startTransaction(",
        ".withTransaction(",
        ".start_transaction(",
        ".with_transaction(",
        ".StartTransaction(",
        ".WithTransaction(",
    ];
    if let Some(call) = calls.iter().find(|call| line.contains(*call)) {
        let name = call.trim_matches(['.', '(']);
        said.add("mongodb-transaction.used", "", name, number);
    }
}

fn is_prisma_of_mongodb(text: &str) -> bool {
    let lines = text.lines().filter_map(|line| line.trim().split_once('='));
    lines
        .into_iter()
        .any(|(key, value)| key.trim() == "provider" && value.trim() == "\"mongodb\"")
}

/// An export of definitions: queues and exchanges with their types, and mirrors, which RabbitMQ 4.0 has no more.
fn definitions(text: &str, said: &mut Said) {
    let Ok(document) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let list = |name: &str| document.get(name).and_then(Value::as_array).into_iter().flatten();
    for exchange in list("exchanges") {
        let named = exchange.get("type").and_then(Value::as_str).unwrap_or_default();
        if let Some((exchange, plugin)) = EXCHANGES.iter().find(|(exchange, _)| *exchange == named) {
            said.add("rabbitmq-plugin.used", *plugin, *exchange, 1);
        }
    }
    for queue in list("queues") {
        let named = queue.pointer("/arguments/x-queue-type").and_then(Value::as_str);
        for (queue, since) in QUEUES.iter().filter(|(queue, _)| named == Some(*queue)) {
            said.add(
                "server-use.versions",
                format!("{queue} queue:rabbitmq"),
                range(since, ""),
                1,
            );
        }
    }
    if list("policies").any(|policy| policy.pointer("/definition/ha-mode").is_some()) {
        said.add("server-use.versions", "ha-mode:rabbitmq", range("", "4.0.0"), 1);
    }
}
