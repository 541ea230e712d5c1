//! The probe `surroundings`: what services of a host need of it, and what programs find around them.

#[cfg(feature = "collect")]
mod body_limit;
#[cfg(feature = "collect")]
mod certificates;
#[cfg(feature = "collect")]
mod fonts;
#[cfg(feature = "collect")]
mod homes;
#[cfg(feature = "collect")]
mod imagemagick;
#[cfg(feature = "collect")]
mod kafka;
#[cfg(feature = "collect")]
mod kernel;
#[cfg(feature = "collect")]
mod mongodb;
#[cfg(feature = "collect")]
mod nginx_sites;
#[cfg(feature = "collect")]
mod nginx_types;
#[cfg(feature = "collect")]
mod own_name;
#[cfg(feature = "collect")]
mod pgbouncer;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod rabbitmq;
#[cfg(feature = "collect")]
mod redis_modules;
#[cfg(feature = "collect")]
pub(crate) mod search_engines;
#[cfg(feature = "collect")]
mod search_plugins;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;
#[cfg(feature = "collect")]
mod units;
#[cfg(feature = "collect")]
mod etc;
#[cfg(feature = "collect")]
mod web_modules;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "kernel.setting",
        "key of sysctl(8) that a service may depend on",
        Kind::Text,
        "Value in effect, else, where no kernel runs, the value set at boot (sysctl.d(5)).",
    ),
    Schema::family(
        "service-needs.kernel",
        "service:key of sysctl(8)",
        Kind::Number,
        "Least value of a kernel setting without which a service, as it is configured, does not start.",
    ),
    Schema::family(
        "service-advises.kernel",
        "service:key of sysctl(8)",
        Kind::Number,
        "Value of a kernel setting without which a service, as it is configured, may fail under load.",
    ),
    Schema::family(
        "service.present",
        "name of a service: docker, elasticsearch, opensearch",
        Kind::Bool,
        "Whether its directories or programs are there, installed by a package or not.",
    ),
    Schema::single(
        "memory.with-swap",
        Kind::Number,
        "Memory and swap space together, in bytes (MemTotal and SwapTotal in /proc/meminfo).",
    ),
    Schema::family(
        "environment.services",
        "who runs a program: docker, java, node, python, ruby, or `program` for what is compiled or a script",
        Kind::Set,
        "Names of all variables that services in /etc/systemd/system get: Environment=, EnvironmentFile=, .env in their working directory and DefaultEnvironment=, never their values; only where one of them may run such a program.",
    ),
    Schema::single(
        "environment.logins",
        Kind::Set,
        "Names of variables that logins get from /etc/environment, /etc/profile.d and the start files of shells; services do not read those.",
    ),
    Schema::family(
        "unit.login-nofile",
        "name of a service in /etc/systemd/system",
        Kind::Text,
        "Number of open files that limits.conf(5) gives to logins of the user of a service, where the service gets fewer: pam_limits(8) is not asked for services.",
    ),
    Schema::family(
        "unit.soft-nofile",
        "name of a service in /etc/systemd/system",
        Kind::Number,
        "Number of open files a service may have: LimitNOFILE=, else DefaultLimitNOFILE=, else 1024 (systemd-system.conf(5)).",
    ),
    Schema::family(
        "unit.proxied",
        "name of a service in /etc/systemd/system",
        Kind::Set,
        "Names of the proxy variables of a service that has no variable NO_PROXY or no_proxy.",
    ),
    Schema::single(
        "host.own-name",
        Kind::Text,
        "What gives the address of the machine's own name: `/etc/hosts`, `nss` (nss-myhostname or nss-resolve), `DNS` (as `hostname -i` found), or `nothing`.",
    ),
    Schema::single(
        "rabbitmq.guest-from-elsewhere",
        Kind::Bool,
        "True where the configuration of RabbitMQ lets the user guest connect from other machines (`loopback_users`).",
    ),
    Schema::single(
        "rabbitmq.transient-queues",
        Kind::Bool,
        "Whether the configuration of RabbitMQ permits queues that are neither durable nor exclusive; nothing where it leaves that to its version.",
    ),
    Schema::single(
        "rabbitmq.plugins",
        Kind::Set,
        "Plug-ins that /etc/rabbitmq/enabled_plugins names; those that they bring with them are not told.",
    ),
    Schema::single(
        "mongodb.topology",
        Kind::Text,
        "What /etc/mongod.conf makes of the server: `member` of a replica set or shard, or `standalone`.",
    ),
    Schema::family(
        "search.plugins",
        "elasticsearch or opensearch",
        Kind::Set,
        "Plug-ins below /usr/share of a search engine; nothing where there are none.",
    ),
    Schema::family(
        "pgbouncer.setting",
        "pool_mode or max_prepared_statements",
        Kind::Text,
        "Setting in /etc/pgbouncer/pgbouncer.ini; `session` and `default` where it does not name them.",
    ),
    Schema::single(
        "fonts.count",
        Kind::Number,
        "Outline fonts below the directories that fontconfig looks in.",
    ),
    Schema::single(
        "fonts.east-asian",
        Kind::Number,
        "Those among them that have Chinese, Japanese or Korean characters, as far as their names and directories tell.",
    ),
    Schema::family(
        "imagemagick.rights",
        "name of a coder",
        Kind::Text,
        "What policy.xml allows ImageMagick to do with this format, as it is written there; `all` where it says nothing.",
    ),
    Schema::family(
        "ca.expired-root",
        "name of the certificate",
        Kind::Text,
        "Day on which a root that other certificates were cross-signed with expired, where the bundle still has it.",
    ),
    Schema::family(
        "apache.module",
        "name, without `_module`",
        Kind::Text,
        "File that has Apache load a module.",
    ),
    Schema::single(
        "apache.override",
        Kind::Set,
        "What configuration lets `.htaccess` say (AllowOverride), in lower case, all places together.",
    ),
    Schema::family(
        "nginx.module",
        "name, without `ngx_` and `_module`",
        Kind::Text,
        "Module that nginx loads (load_module).",
    ),
    Schema::family(
        "apache.listens",
        "port",
        Kind::Set,
        "Files of Apache on the host with `Listen` on every address, 443 aside.",
    ),
    Schema::family(
        "nginx.listens",
        "port",
        Kind::Set,
        "Files of nginx on the host with a `listen` on every address.",
    ),
    Schema::single(
        "nginx.includes",
        Kind::Set,
        "What nginx.conf includes, as it is written there.",
    ),
    Schema::single(
        "nginx.user",
        Kind::Text,
        "Account of the workers of nginx (`user` in nginx.conf).",
    ),
    Schema::family(
        "nginx.default",
        "address:port",
        Kind::Set,
        "Files of nginx on the host with a `listen` that is default_server.",
    ),
    Schema::family(
        "nginx.upstream",
        "name",
        Kind::Set,
        "Files of nginx on the host with such a block of servers.",
    ),
    Schema::family(
        "nginx.once",
        "directive",
        Kind::Set,
        "Files of nginx on the host that set what the block http may have once.",
    ),
    Schema::single(
        "nginx.body-limit",
        Kind::Number,
        "Bytes of the largest request that any site of nginx takes (client_max_body_size); only where it passes requests on and all that it includes was read.",
    ),
    Schema::single(
        "nginx.underscored-headers",
        Kind::Bool,
        "Whether a site of nginx passes headers on that have an underscore in their names (underscores_in_headers); only where it passes requests on and all that it includes was read.",
    ),
    Schema::single(
        "nginx.types-missing",
        Kind::Set,
        "Endings of modules of JavaScript that no file of nginx gives a type (mime.types, the sites); browsers refuse those.",
    ),
    Schema::family(
        "home.closed",
        "directory below /home",
        Kind::Set,
        "Accounts of web servers that its mode does not let in.",
    ),
    Schema::single(
        "redis.modules",
        Kind::Set,
        "Modules that the configuration of Redis loads: search, json, timeseries, bloom, else the name of the file; nothing is told of Redis Stack, or where settings are included from elsewhere.",
    ),
    Schema::single(
        "kafka.advertised-loopback",
        Kind::Set,
        "Ports of Kafka whose clients are sent on to the loopback of their own machine (advertised.listeners); of brokers that a unit starts.",
    ),
    Schema::family(
        "etc.files",
        "directory: /etc, /etc/default, /etc/sysconfig",
        Kind::Set,
        "Names of the files there.",
    ),
];
