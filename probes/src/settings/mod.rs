//! The probe `settings`: what files of settings in a release ask of the programs that read them on a host.

#[cfg(feature = "collect")]
mod appimage;
#[cfg(feature = "collect")]
mod bridged;
#[cfg(feature = "collect")]
mod building;
#[cfg(feature = "collect")]
mod cgo;
#[cfg(feature = "collect")]
mod clients;
#[cfg(feature = "collect")]
mod composing;
#[cfg(feature = "collect")]
mod cron;
#[cfg(feature = "collect")]
mod cron_names;
#[cfg(feature = "collect")]
mod cuda;
mod derive;
#[cfg(feature = "collect")]
mod dev_programs;
#[cfg(feature = "collect")]
mod gd;
#[cfg(feature = "collect")]
mod gem_platforms;
#[cfg(feature = "collect")]
mod gradle;
#[cfg(feature = "collect")]
mod headers;
#[cfg(feature = "collect")]
mod heaps;
#[cfg(feature = "collect")]
mod image_libraries;
#[cfg(feature = "collect")]
mod java;
#[cfg(feature = "collect")]
mod kubernetes;
#[cfg(feature = "collect")]
mod loopback;
#[cfg(feature = "collect")]
mod modules;
#[cfg(feature = "collect")]
mod moves;
#[cfg(feature = "collect")]
mod node;
#[cfg(feature = "collect")]
mod node_localhost;
#[cfg(feature = "collect")]
mod opened;
#[cfg(feature = "collect")]
mod options;
#[cfg(feature = "collect")]
mod options_mysql;
#[cfg(feature = "collect")]
mod options_postgresql;
#[cfg(feature = "collect")]
mod package_names;
#[cfg(feature = "collect")]
mod php_variables;
#[cfg(feature = "collect")]
mod pooling;
#[cfg(feature = "collect")]
mod pools;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod processors;
#[cfg(feature = "collect")]
mod proxies;
#[cfg(feature = "collect")]
mod readers;
#[cfg(feature = "collect")]
mod redis_modules;
#[cfg(feature = "collect")]
mod said;
#[cfg(feature = "collect")]
mod service_links;
#[cfg(feature = "collect")]
mod stages;
#[cfg(feature = "collect")]
mod started;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
mod uploads;
#[cfg(feature = "collect")]
mod uses;
#[cfg(feature = "collect")]
mod without_musl;

pub use derive::BuiltFor;
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "build-file.x86-level",
        "file:option",
        Kind::Number,
        "Lowest x86-64 level of processors that a program runs on which is built with an option of a build file.",
    ),
    Schema::family(
        "build-file.cpu-flag",
        "file:option",
        Kind::Text,
        "Feature of processors, as /proc/cpuinfo names it, that a program needs which is built with an option of a build file.",
    ),
    Schema::family(
        "build-file.native",
        "file:option",
        Kind::Text,
        "Option of a build file that builds for the processors of the machine that builds.",
    ),
    Schema::family(
        "container-file.newer-libc",
        "file:compiler:glibc",
        Kind::Text,
        "Stages of a container file that compile a program with a newer glibc than it runs with, where such a program needs the version in the key.",
    ),
    Schema::family(
        "container-file.other-libc",
        "file:compiler",
        Kind::Text,
        "Stages of a container file that compile a program for another C library than it runs with.",
    ),
    Schema::family(
        "container-file.without-musl",
        "file:package",
        Kind::Text,
        "Image with musl that a container file ends with, where a package of the release beside it is published for glibc alone.",
    ),
    Schema::family(
        "container-file.foreign-addon",
        "file:package",
        Kind::Text,
        "Stages of a container file that install a package with a native part for another C library than it runs with.",
    ),
    Schema::family(
        "container-file.library-missing",
        "file:package",
        Kind::Text,
        "Library that a package of the release opens, and that the container file above it does not put into its image.",
    ),
    Schema::family(
        "container-file.development-program",
        "file:package",
        Kind::Text,
        "Script of a package.json that runs a program of a package for development, after the container file left those packages out.",
    ),
    Schema::family(
        "container-file.gd-function",
        "file:function",
        Kind::Text,
        "Option of GD that a container file leaves out, and a source of PHP in the release that calls a function of it.",
    ),
    Schema::family(
        "container-file.package-gone",
        "file:package",
        Kind::Text,
        "Distribution that a container file installs a package from, whose release in the image does not have it any more.",
    ),
    Schema::family(
        "container-file.package-instead",
        "file:package",
        Kind::Text,
        "What that release has in its place.",
    ),
    Schema::family(
        "without-musl.package",
        "file:package",
        Kind::Text,
        "Package of the release that is published for glibc alone.",
    ),
    Schema::family(
        "gem-lock.without",
        "file:machine",
        Kind::Text,
        "Platforms that a Gemfile.lock was resolved for, where Linux on a machine is not among them.",
    ),
    Schema::family(
        "build-tool.java",
        "file:build tool and its version",
        Kind::Text,
        "Feature releases of Java, as a range of gem, that a build tool runs with which a script of the release starts.",
    ),
    Schema::family(
        "cuda.driver",
        "file:release of CUDA",
        Kind::Text,
        "Versions of the driver of NVIDIA, as a range of gem, that a release of CUDA runs with which a package or an image brings.",
    ),
    Schema::family(
        "java-option.ignored",
        "file:option",
        Kind::Text,
        "First feature release of Java that takes an option without doing what it was set for.",
    ),
    Schema::family(
        "node-option.versions",
        "file:option",
        Kind::Text,
        "Versions of Node.js, as a range of npm, that take an option which something in the release starts it with.",
    ),
    Schema::family(
        "java-option.versions",
        "file:option",
        Kind::Text,
        "Feature releases of Java, as a range of gem, whose virtual machine takes an option that something in the release starts it with.",
    ),
    Schema::family(
        "kubernetes-file.versions",
        "file:kind of a resource, and its apiVersion",
        Kind::Text,
        "Versions of Kubernetes, as a range of gem, that serve a kind of resource in the version that a manifest in the release names.",
    ),
    Schema::family(
        "compose-file.host-alias",
        "file:service",
        Kind::Text,
        "Name of the host that Docker Desktop alone gives to containers, which a service is set up with and nothing in the file defines.",
    ),
    Schema::family(
        "compose-file.host-port",
        "file:service:port",
        Kind::Text,
        "Address of the host, as a container on a bridge sees it, that a service is set up with.",
    ),
    Schema::family(
        "container-file.loopback",
        "file:service, or `image` for a container file",
        Kind::Text,
        "How the program of a container listens on its loopback alone, where a port of it is exposed or published.",
    ),
    Schema::family(
        "rabbitmq-transient.used",
        "file",
        Kind::Text,
        "What declares queues of RabbitMQ that are neither durable nor exclusive.",
    ),
    Schema::family(
        "container-file.buildkit",
        "file:instruction",
        Kind::Text,
        "What in a container file only BuildKit builds, where nothing in the release turns it on.",
    ),
    Schema::family(
        "proxy-file.versions",
        "file:server: caddy, haproxy or varnish:directive",
        Kind::Text,
        "Versions of a server, as a range of gem, that take what its configuration in the release has.",
    ),
    Schema::family(
        "settings-file.host",
        "file:host of one word",
        Kind::Text,
        "Variable in settings for production (.env) that names such a host.",
    ),
    Schema::family(
        "pool-file.listen",
        "file:its name:socket or address",
        Kind::Text,
        "What a pool of PHP-FPM listens on.",
    ),
    Schema::family(
        "pool-file.user",
        "file:name of an account",
        Kind::Text,
        "Setting of a pool of PHP-FPM that names an account, where nothing in the release makes it.",
    ),
    Schema::family(
        "pool-file.group",
        "file:name of a group",
        Kind::Text,
        "Setting of a pool of PHP-FPM that names a group, where nothing in the release makes it.",
    ),
    Schema::family(
        "cron-file.called",
        "file:program",
        Kind::Text,
        "Command of a crontab that begins with a program by its name, where PATH leads to no directory of its own.",
    ),
    Schema::family(
        "cron-file.carriage-return",
        "file:line",
        Kind::Text,
        "Command of a crontab whose line ends in a carriage return, which the shell gets with it.",
    ),
    Schema::family(
        "cron-file.percent",
        "file:line",
        Kind::Text,
        "Command of a crontab up to its first bare %, which cron takes for the end of the line (crontab(5)).",
    ),
    Schema::family(
        "cron-file.program",
        "file:name of a program",
        Kind::Text,
        "Program that a crontab without PATH starts by its name: cron looks in /usr/bin and /bin only.",
    ),
    Schema::family(
        "cron-file.user",
        "file:name of an account",
        Kind::Text,
        "Account that a line of a crontab of the system runs as.",
    ),
    Schema::family(
        "compose-file.unlabelled",
        "file:service",
        Kind::Text,
        "Volume of a service that is a directory of the project, and that nothing relabels for SELinux.",
    ),
    Schema::family(
        "compose-file.published",
        "file:service:PROTOCOL/PORT",
        Kind::Text,
        "Address that a port of a service is published on.",
    ),
    Schema::family(
        "compose-file.cpus",
        "file:service",
        Kind::Number,
        "Least number of processors for `cpus` and `cpuset` of a service.",
    ),
    Schema::family(
        "compose-file.part",
        "file:service:kind",
        Kind::Text,
        "What the engine has only where it was added: a runtime, a plug-in, or what hands out graphics cards.",
    ),
    Schema::family(
        "compose-file.device",
        "file:service:path",
        Kind::Text,
        "Device of the host that a service is given.",
    ),
    Schema::family(
        "compose-file.nofile",
        "file:service",
        Kind::Number,
        "Open files that a service may have (`ulimits`), where these are more than the kernel allows by itself.",
    ),
    Schema::family(
        "compose-file.file-table",
        "file:service",
        Kind::Text,
        "Image of a service that takes memory for each file it might open, and whose number of open files nothing limits.",
    ),
    Schema::family(
        "heap.told",
        "file:service",
        Kind::Number,
        "Bytes that the heap of a program may grow to (`-Xmx`, `--max-old-space-size`), where it is started with a limit of memory.",
    ),
    Schema::family(
        "heap.limit",
        "file:service",
        Kind::Number,
        "Bytes of memory that such a program may have all in all: of its container, or of its unit.",
    ),
    Schema::family(
        "build-file.sqlite-stub",
        "file",
        Kind::Text,
        "What leaves C out of a program in Go whose driver of SQLite is written in C.",
    ),
    Schema::family(
        "kernel-module.needs",
        "file:name of a module",
        Kind::Text,
        "What in a file of the release loads a module of the kernel, or needs it.",
    ),
    Schema::family(
        "kubernetes-unit.program",
        "file",
        Kind::Text,
        "What a unit of the release starts that runs pods: k0s, k3s, kubelet, rke2.",
    ),
    Schema::family(
        "loopback-service.named",
        "file:service:another that serves the same:port",
        Kind::Text,
        "Setting of the release that looks for a service on the machine itself.",
    ),
    Schema::family(
        "opened-library.of",
        "file:package:library",
        Kind::Text,
        "Package of the release that opens a library of the system by its name, or brings a program that needs it.",
    ),
    Schema::family(
        "client-server.versions",
        "file:client and its version:server",
        Kind::Text,
        "Versions of a server, as a range of gem, that a client library of the release accepts.",
    ),
    Schema::family(
        "queue-in-redis.client",
        "file:package",
        Kind::Text,
        "Package of the release that keeps jobs in Redis.",
    ),
    Schema::family(
        "client-server.refused",
        "file:client and its version:server",
        Kind::Text,
        "Server that a client library of the release asks for, where it refuses another one that speaks the same.",
    ),
    Schema::family(
        "server-file.versions",
        "file:option:server",
        Kind::Text,
        "Versions of a server, as a range of gem, that know an option in a configuration file of the release; `< 0` for none.",
    ),
    Schema::family(
        "server-use.versions",
        "file:what is used:server",
        Kind::Text,
        "Versions of a server, as a range of gem, that have something a source or an export of definitions uses.",
    ),
    Schema::family(
        "rabbitmq-plugin.used",
        "file:plug-in",
        Kind::Text,
        "Type of an exchange that a plug-in of RabbitMQ brings, which a source or an export of definitions declares.",
    ),
    Schema::family(
        "mongodb-transaction.used",
        "file",
        Kind::Text,
        "What in a source uses transactions of MongoDB.",
    ),
    Schema::family(
        "pooler-client.prepares",
        "file:package",
        Kind::Text,
        "Port of PgBouncer that the release connects to, with a package that prepares its statements and nothing that has it not.",
    ),
    Schema::family(
        "search-plugin.used",
        "file:plug-in",
        Kind::Text,
        "Part of an analysis that a plug-in of Elasticsearch or OpenSearch brings, which settings of an index or a source name.",
    ),
    Schema::family(
        "temporary-move.call",
        "file",
        Kind::Text,
        "Call in a source that renames a file from the directory for temporary ones to another place, and copes with no other file system.",
    ),
    Schema::family(
        "node-client.localhost",
        "file:port",
        Kind::Text,
        "How a source for Node.js names a server on the machine itself by `localhost`, where nothing in the release has it take IPv4 first.",
    ),
    Schema::family(
        "upload-file.size",
        "file:what says so",
        Kind::Number,
        "Bytes of the largest upload that a setting or a source takes, where no configuration of nginx in the release sets its own limit.",
    ),
    Schema::family(
        "php-source.variable",
        "file:name of a variable",
        Kind::Text,
        "How a source in PHP that answers requests reads a variable, where no package of the release reads a `.env`.",
    ),
    Schema::family(
        "compose-file.quoted",
        "file:service:name of a variable",
        Kind::Text,
        "Variable in a list of a compose file whose value begins and ends with a quote, which the program gets with it.",
    ),
    Schema::family(
        "cron-file.skipped",
        "file:name with a dot",
        Kind::Text,
        "Where a file of the release lies or is put, below /etc/cron.*, under a name that cron of Debian passes over.",
    ),
    Schema::family(
        "redis-module.used",
        "file:module (search, json, timeseries, bloom)",
        Kind::Text,
        "Command, call or package that needs a module of Redis, which Redis itself has since 8.0.",
    ),
    Schema::family(
        "request-header.underscored",
        "file:header",
        Kind::Text,
        "How a source asks for a header with an underscore in its name, where no configuration of nginx in the release lets such headers through.",
    ),
    Schema::family(
        "kubernetes-file.service-link",
        "file:name of a variable",
        Kind::Text,
        "Service of the release whose address Kubernetes puts into a variable that a source reads, and that no manifest sets.",
    ),
];
