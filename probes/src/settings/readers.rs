//! Who reads which file of a release.

use super::said::Said;
use super::{
    bridged, building, cgo, clients, composing, cron, cron_names, cuda, dev_programs, gd, gem_platforms,
    gradle, headers, heaps, image_libraries, java, kubernetes, loopback, modules, moves, node,
    node_localhost, opened, options, package_names, php_variables, pooling, pools, processors, proxies,
    redis_modules, service_links, stages, uploads, uses, without_musl,
};

/// One kind of settings.
pub(super) struct Reader {
    /// Whether a file is of this kind, by its path and its first bytes.
    concerns: fn(&str, &[u8]) -> bool,
    /// What a file asks for, by its path and text.
    pub(super) read: fn(&str, &str, &mut Said),
    /// What stays unknown where a file cannot be read.
    pub(super) families: &'static [&'static str],
}

/// Those that read a file, by its path and its first bytes.
pub(super) fn of(path: &str, head: &[u8]) -> Vec<&'static Reader> {
    READERS
        .iter()
        .filter(|reader| (reader.concerns)(path, head))
        .collect()
}

const READERS: &[Reader] = &[
    Reader {
        concerns: |path, _| building::concerns(path),
        read: |_, text, said| {
            building::read(text, said);
            bridged::container_file(text, said);
        },
        families: &["container-file.buildkit", "container-file.loopback"],
    },
    Reader {
        concerns: |path, _| cgo::concerns(path),
        read: cgo::read,
        families: &["build-file.sqlite-stub"],
    },
    Reader {
        concerns: |path, _| clients::concerns(path),
        read: clients::read,
        families: &[
            "client-server.refused",
            "client-server.versions",
            "opened-library.of",
            "rabbitmq-transient.used",
        ],
    },
    Reader {
        concerns: |path, _| composing::concerns(path),
        read: |_, text, said| composing::read(text, said),
        families: &[
            "compose-file.cpus",
            "compose-file.device",
            "compose-file.file-table",
            "compose-file.host-alias",
            "compose-file.host-port",
            "compose-file.nofile",
            "compose-file.part",
            "compose-file.published",
            "compose-file.quoted",
            "compose-file.unlabelled",
            "container-file.loopback",
            "kernel-module.needs",
        ],
    },
    Reader {
        concerns: |path, _| cron::concerns(path),
        read: cron::read,
        families: &["cron-file.percent"],
    },
    Reader {
        concerns: |path, _| cron_names::concerns(path),
        read: cron_names::read,
        families: &["cron-file.skipped"],
    },
    Reader {
        concerns: |path, _| cuda::concerns(path),
        read: cuda::read,
        families: &["cuda.driver"],
    },
    Reader {
        concerns: |path, _| dev_programs::concerns(path),
        read: dev_programs::read,
        families: &["container-file.development-program"],
    },
    Reader {
        concerns: |path, _| gd::concerns(path),
        read: gd::read,
        families: &["container-file.gd-function"],
    },
    Reader {
        concerns: |path, _| gradle::concerns(path),
        read: |_, text, said| gradle::read(text, said),
        families: &["build-tool.java"],
    },
    Reader {
        concerns: |path, _| headers::concerns(path),
        read: headers::read,
        families: &["request-header.underscored"],
    },
    Reader {
        concerns: heaps::concerns,
        read: heaps::read,
        families: &["heap.limit", "heap.told"],
    },
    Reader {
        concerns: java::concerns,
        read: |_, text, said| java::read(text, said),
        families: &["java-option.ignored", "java-option.versions"],
    },
    Reader {
        concerns: kubernetes::concerns,
        read: |_, text, said| kubernetes::read(text, said),
        families: &["kubernetes-file.versions"],
    },
    Reader {
        concerns: |path, _| loopback::concerns(path),
        read: loopback::read,
        families: &["loopback-service.named", "settings-file.host"],
    },
    Reader {
        concerns: |path, _| modules::concerns(path),
        read: modules::read,
        families: &["kernel-module.needs", "kubernetes-unit.program"],
    },
    Reader {
        concerns: |path, _| moves::concerns(path),
        read: moves::read,
        families: &["temporary-move.call"],
    },
    Reader {
        concerns: |path, _| node::concerns(path),
        read: node::read,
        families: &["node-option.versions"],
    },
    Reader {
        concerns: |path, _| node_localhost::concerns(path),
        read: node_localhost::read,
        families: &["node-client.localhost"],
    },
    Reader {
        concerns: |path, _| opened::concerns(path),
        read: |_, text, said| opened::read(text, said),
        families: &["opened-library.of"],
    },
    Reader {
        concerns: |path, _| options::concerns(path),
        read: options::read,
        families: &["server-file.versions"],
    },
    Reader {
        concerns: |path, _| building::concerns(path),
        read: |_, text, said| package_names::read(text, said),
        families: &["container-file.package-gone"],
    },
    Reader {
        concerns: |path, _| php_variables::concerns(path),
        read: php_variables::read,
        families: &["php-source.variable"],
    },
    Reader {
        concerns: |path, _| pooling::concerns(path),
        read: |_, text, said| pooling::read(text, said),
        families: &["pooler-client.prepares"],
    },
    Reader {
        concerns: pools::concerns,
        read: pools::read,
        families: &["pool-file.group", "pool-file.listen", "pool-file.user"],
    },
    Reader {
        concerns: |path, _| proxies::concerns(path),
        read: proxies::read,
        families: &["proxy-file.versions"],
    },
    Reader {
        concerns: |path, _| redis_modules::concerns(path),
        read: redis_modules::read,
        families: &["redis-module.used"],
    },
    Reader {
        concerns: service_links::concerns,
        read: service_links::read,
        families: &["kubernetes-file.service-link"],
    },
    Reader {
        concerns: |path, _| uploads::concerns(path),
        read: uploads::read,
        families: &["upload-file.size"],
    },
    Reader {
        concerns: |path, _| uses::concerns(path),
        read: uses::read,
        families: &[
            "mongodb-transaction.used",
            "rabbitmq-plugin.used",
            "rabbitmq-transient.used",
            "search-plugin.used",
            "server-use.versions",
        ],
    },
    Reader {
        concerns: |path, _| gem_platforms::concerns(path),
        read: |_, text, said| gem_platforms::read(text, said),
        families: &["gem-lock.without"],
    },
    Reader {
        concerns: |path, _| processors::concerns(path),
        read: |_, text, said| processors::read(text, said),
        families: &["build-file.cpu-flag", "build-file.native", "build-file.x86-level"],
    },
    Reader {
        concerns: |path, _| building::concerns(path),
        read: |_, text, said| stages::read(text, said),
        families: &[
            "container-file.foreign-addon",
            "container-file.newer-libc",
            "container-file.other-libc",
        ],
    },
    Reader {
        concerns: |path, _| without_musl::concerns(path),
        read: without_musl::read,
        families: &["without-musl.package"],
    },
    Reader {
        concerns: |path, _| image_libraries::concerns(path),
        read: |_, text, said| image_libraries::read(text, said),
        families: &["container-file.library-missing"],
    },
];

#[cfg(test)]
mod tests {
    use super::READERS;
    use crate::settings::SCHEMAS;

    #[test]
    fn whoever_reads_a_file_says_what_stays_unknown_without_it() {
        for reader in READERS {
            assert!(!reader.families.is_empty());
            for family in reader.families {
                assert!(SCHEMAS.iter().any(|schema| schema.name == *family), "{family}");
            }
        }
    }
}
