use proptest::prelude::*;

use super::said::Said;
use super::{
    appimage, building, clients, composing, cron, cuda, gradle, java, kubernetes, loopback, node, options,
    pooling, uses,
};

fn keys(said: &Said) -> Vec<String> {
    said.0
        .iter()
        .map(|((family, key), (value, _))| format!("{family} {key} = {value}"))
        .collect()
}

fn read(reader: impl Fn(&mut Said)) -> Vec<String> {
    let mut said = Said::default();
    reader(&mut said);
    keys(&said)
}

#[test]
fn options_of_java_in_scripts_units_and_lists() {
    let script = "JAVA_OPTS=\"-Xmx1g -XX:MaxPermSize=256m -XX:+UseConcMarkSweepGC\"\nexec java --add-opens java.base/java.lang=ALL-UNNAMED $JAVA_OPTS\n";
    let found = read(|said| java::read(script, said));
    assert_eq!(
        found,
        [
            "java-option.versions --add-opens = >= 9",
            "java-option.versions -XX:MaxPermSize = < 17",
            "java-option.versions -XX:UseConcMarkSweepGC = < 15",
        ]
    );
    let given =
        "JAVA_OPTS=\"${JAVA_OPTS:--XX:+AggressiveOpts -XX:ActiveProcessorCount=2 -XX:MaxRAMFraction=1}\"\n";
    assert_eq!(
        read(|said| java::read(given, said)),
        [
            "java-option.versions -XX:ActiveProcessorCount = >= 8.0.191",
            "java-option.versions -XX:AggressiveOpts = < 13",
            "java-option.versions -XX:MaxRAMFraction = < 25",
        ]
    );
    assert_eq!(
        read(|said| java::read("JVM_OPTIONS=\"-Xincgc -Xmx20G\"\n", said)),
        ["java-option.versions -Xincgc = < 9"]
    );
    assert_eq!(
        read(|said| java::read("exec java --illegal-access=permit -jar a.jar\n", said)),
        [
            "java-option.ignored --illegal-access = 17",
            "java-option.versions --illegal-access = >= 9",
        ]
    );
    for quiet in [
        "8-13:-XX:+UseConcMarkSweepGC\n",
        "# java -XX:MaxPermSize=1m\n",
        "if java -version 2>&1 | grep -q 1.8; then OPTS=-XX:MaxPermSize=1m; fi\n",
        "java -XX:+UseG1GC -XX:MaxGCPauseMillis=200 -jar a.jar\n",
        "java -XX:+IgnoreUnrecognizedVMOptions -XX:MaxPermSize=1m -jar a.jar\n",
    ] {
        assert_eq!(read(|said| java::read(quiet, said)), [""; 0], "{quiet}");
    }
}

#[test]
fn options_of_node() {
    let of = |path: &str, text: &str| read(|said| node::read(path, text, said));
    let legacy = ["node-option.versions --openssl-legacy-provider = >=17.0.0"];
    for (path, text) in [
        (
            "package.json",
            r#"{"scripts": {"start": "NODE_OPTIONS=--openssl-legacy-provider node a.js"}}"#,
        ),
        (
            "package.json",
            r#"{"scripts": {"start:prod": "node --openssl-legacy-provider a.js"}}"#,
        ),
        (
            "a.service",
            "Environment=\"NODE_OPTIONS=--max-old-space-size=512 --openssl-legacy-provider\"\n",
        ),
        ("run.sh", "export NODE_OPTIONS='--openssl-legacy-provider'\n"),
        (".env", "NODE_OPTIONS=--openssl-legacy-provider\n"),
    ] {
        assert_eq!(of(path, text), legacy, "{text}");
    }
    assert_eq!(
        of(
            "a.service",
            "ExecStart=/usr/bin/node --env-file=.env --test-it server.js --watch\n"
        ),
        ["node-option.versions --env-file = >=20.6.0"]
    );
    for (path, text) in [
        (
            "package.json",
            r#"{"scripts": {"dev": "node --watch a.js", "test": "node --test"}}"#,
        ),
        ("run.sh", "# node --watch a.js\n"),
        ("run.sh", "npx webpack --watch\n"),
        ("run.sh", "node server.js --env-file=.env\n"),
        ("a.service", "ExecStart=/usr/bin/node /srv/a.js\n"),
    ] {
        assert_eq!(of(path, text), [""; 0], "{text}");
    }
}

#[test]
fn drivers_of_cuda() {
    let of = |path: &str, text: &str| read(|said| cuda::read(path, text, said));
    assert_eq!(
        of(
            "requirements.txt",
            "numpy==1.26\ntorch==2.6.0+cu124\n# torch==1.0+cu92\n"
        ),
        ["cuda.driver CUDA 12.4 = >= 525.60.13"]
    );
    assert_eq!(
        of("requirements.txt", "nvidia-cuda-runtime-cu11==11.8.89\n"),
        ["cuda.driver CUDA 11.8 = >= 450.80.02"]
    );
    assert_eq!(
        of(
            "Dockerfile",
            "FROM nvidia/cuda:10.2-base\nFROM pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime\n"
        ),
        [
            "cuda.driver CUDA 10.2 = >= 440.33",
            "cuda.driver CUDA 12.1 = >= 525.60.13",
        ]
    );
    for text in [
        "RUN echo nvidia/cuda\n",
        "FROM debian:12\n",
        "FROM nvidia/cuda:latest\n",
        "FROM nvidia/cuda:99\n",
    ] {
        assert_eq!(of("Dockerfile", text), [""; 0], "{text}");
    }
}

#[test]
fn programs_that_mount_themselves() {
    let old = b"\x7fELF\x02\x01\x01\0AI\x02\0\0 libfuse.so.2\0";
    assert!(appimage::is(old) && appimage::opens_fuse(old));
    assert!(!appimage::is(b"\x7fELF\x02\x01\x01\0\0\0\0"));
    assert!(!appimage::opens_fuse(b"fusermount3"));
}

#[test]
fn java_of_gradle() {
    let of = |url: &str| {
        read(|said| {
            gradle::read(
                &format!("distributionUrl=https\\://x/distributions/gradle-{url}\n"),
                said,
            );
        })
    };
    assert_eq!(of("7.6.1-bin.zip"), ["build-tool.java Gradle 7.6.1 = >= 8, < 20"]);
    assert_eq!(
        of("8.10.2-all.zip"),
        ["build-tool.java Gradle 8.10.2 = >= 8, < 24"]
    );
    assert_eq!(
        of("9.0.0-bin.zip"),
        ["build-tool.java Gradle 9.0.0 = >= 17, < 25"]
    );
    assert_eq!(of("x-bin.zip"), [""; 0]);
    for (line, starts) in [
        ("./gradlew bootJar\n", true),
        ("\t@./gradlew -q build\n", true),
        ("JAVA_HOME=/opt/jdk sudo ./gradlew build\n", true),
        ("echo run gradlew yourself\n", false),
        ("# ./gradlew build\n", false),
    ] {
        assert_eq!(gradle::starts("deploy.sh", line), starts, "{line}");
    }
}

#[test]
fn resources_of_kubernetes() {
    let text = "apiVersion: batch/v1beta1\nkind: CronJob\nspec: {}\n---\napiVersion: \"apps/v1\"\nkind: Deployment\n---\nkind: Ingress # old\napiVersion: extensions/v1beta1\n";
    let found = read(|said| kubernetes::read(text, said));
    assert_eq!(
        found,
        [
            "kubernetes-file.versions CronJob batch/v1beta1 = < 1.25",
            "kubernetes-file.versions Ingress extensions/v1beta1 = < 1.22",
        ]
    );
    let asks =
        "{{ if .Capabilities.APIVersions.Has \"batch/v1\" }}\napiVersion: batch/v1beta1\nkind: CronJob\n";
    assert_eq!(read(|said| kubernetes::read(asks, said)), [""; 0]);
}

#[test]
fn elements_of_compose_files() {
    let text = "services:\n  web:\n    image: a\n    environment:\n      DB: postgres://host.docker.internal/x\n    depends_on: {db: {condition: service_healthy}}\n    healthcheck: {start_interval: 1s}\n  db: {image: b, profiles: [x]}\n";
    let found = read(|said| composing::read(text, said));
    assert_eq!(
        found,
        [
            "compose-file.host-alias web = host.docker.internal",
            "compose-file.host-port web:5432 = host.docker.internal:5432",
        ]
    );
    let given = text.replace(
        "    image: a\n",
        "    image: a\n    extra_hosts: ['host.docker.internal:host-gateway']\n",
    );
    assert!(
        !read(|said| composing::read(&given, said))
            .iter()
            .any(|said| said.contains("alias"))
    );
}

#[test]
fn instructions_of_buildkit() {
    let text = "FROM a\nRUN --mount=type=cache,target=/x pip install y\nCOPY --chmod=755 --chown=1 a b\nCOPY --from=a /x /y\nRUN <<EOF\nls\nEOF\nRUN cat <<EOF > /x\n";
    assert_eq!(
        read(|said| building::read(text, said)),
        [
            "container-file.buildkit COPY --chmod = COPY --chmod",
            "container-file.buildkit RUN --mount = RUN --mount",
            "container-file.buildkit RUN << = RUN <<",
        ]
    );
    assert!(building::turns_on("DOCKER_BUILDKIT=1 docker build .") && !building::turns_on("docker build ."));
}

#[test]
fn lines_of_crontabs() {
    let text = "SHELL=/bin/sh\n# x\n15 3 * * 1-5 root tar czf /b-$(date +%F).tgz /a && node x.js\n@daily www-data A=1 php \\%x\n";
    assert_eq!(
        read(|said| cron::read("etc/cron.d/app", text, said)),
        [
            "cron-file.called php = A=1 php \\%x",
            "cron-file.called tar = tar czf /b-$(date +%F).tgz /a && node x.js",
            "cron-file.percent 3 = tar czf /b-$(date +",
            "cron-file.program node = 15 3 * * 1-5 root tar czf /b-$(date +%F).tgz /a && node x.js",
            "cron-file.program php = @daily www-data A=1 php \\%x",
            "cron-file.program tar = 15 3 * * 1-5 root tar czf /b-$(date +%F).tgz /a && node x.js",
            "cron-file.user root = 15 3 * * 1-5 root tar czf /b-$(date +%F).tgz /a && node x.js",
            "cron-file.user www-data = @daily www-data A=1 php \\%x",
        ]
    );
    assert_eq!(
        read(|said| cron::read("cron.d/a", "PATH = /x\n* * * * * root node\n", said)).len(),
        1
    );
}

#[test]
fn databases_on_the_machine_itself() {
    let env = "APP_ENV=production\nDB_HOST=\"127.0.0.1\"\nDB_PORT=\"5432\"\nREDIS_HOST=127.0.0.1\n# MYSQL_HOST=localhost\n";
    assert_eq!(
        read(|said| loopback::read("application.properties", env, said)),
        ["loopback-service.named postgresql:postgresql:5432 = DB_HOST=127.0.0.1"]
    );
    let spring = "spring.datasource.url=jdbc:mysql://localhost:3306/shop\nspring.rabbitmq.addresses=amqp://[redacted]@mq:5672\n";
    assert_eq!(
        read(|said| loopback::read("application.properties", spring, said)),
        ["loopback-service.named mysql:mariadb:3306 = jdbc:mysql://localhost:3306"]
    );
    assert!(loopback::concerns(".env") && loopback::concerns("src/main/resources/application-prod.yml"));
    for elsewhere in [
        ".env.example",
        ".env.local",
        "application-dev.properties",
        "a.yml",
    ] {
        assert!(!loopback::concerns(elsewhere), "{elsewhere}");
    }
}

#[test]
fn packages_and_what_they_open() {
    let pip = "opencv-python==4.9.0.80\nPsycopg[binary]==3.1\npymongo==4.6.1 ; python_version > '3'\n";
    assert_eq!(
        read(|said| clients::read("requirements.txt", pip, said)),
        [
            "client-server.versions pymongo 4.6.1:mongodb = >= 3.6",
            "opened-library.of opencv-python:libGL.so.1 = opencv-python",
            "pooler-client.prepares psycopg = psycopg",
        ]
    );
    let headless = "opencv-python==4.9\nopencv-python-headless==4.9\n";
    assert_eq!(
        read(|said| clients::read("requirements.txt", headless, said)),
        [""; 0]
    );
    let gems = "GEM\n  specs:\n    ruby-vips (2.1.4)\n      ffi (~> 1.12)\n    sidekiq (7.2.1)\n";
    assert_eq!(
        read(|said| clients::read("Gemfile.lock", gems, said)),
        [
            "client-server.versions sidekiq 7.2.1:redis = >= 6.2.0",
            "opened-library.of ruby-vips:libvips.so.42 = ruby-vips",
            "queue-in-redis.client sidekiq = sidekiq",
        ]
    );
    let npm = "{\"dependencies\":{\"bullmq\":\"^5.1.0\",\"pg-native\":\"3\"},\"devDependencies\":{\"puppeteer\":\"22\"}}";
    assert_eq!(
        read(|said| clients::read("package.json", npm, said)),
        [
            "client-server.versions bullmq ^5.1.0:redis = >= 5.0.0",
            "opened-library.of pg-native:libpq.so.5 = pg-native",
            "queue-in-redis.client bullmq = bullmq",
        ]
    );
}

#[test]
fn volumes_that_nothing_relabels() {
    let text = "services:\n  a:\n    image: x\n    volumes: ['./data:/data', 'named:/x']\n  b:\n    image: x\n    volumes: ['./data:/data:ro,z']\n  c:\n    image: x\n    privileged: true\n    volumes: ['./data:/data']\n";
    let found = read(|said| composing::read(text, said));
    assert_eq!(found, ["compose-file.unlabelled a = ./data:/data"]);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}(\n\\PC{0,60}){0,5}") {
        let mut said = Said::default();
        java::read(&text, &mut said);
        loopback::read("application.properties", &text, &mut said);
        for path in ["package.json", "Gemfile.lock", "requirements.txt"] {
            clients::read(path, &text, &mut said);
        }
        kubernetes::read(&text, &mut said);
        composing::read(&text, &mut said);
        building::read(&text, &mut said);
        cron::read("cron.d/a", &text, &mut said);
    }
}

#[test]
fn options_of_servers_in_their_files() {
    let of = |path: &str, text: &str| read(|said| options::read(path, text, said));
    let cnf = "[client]\nquery_cache_size=1\n[mysqld]\nquery-cache-size = 16M\nloose-gtid_mode=ON\ngtid_mode=ON\nmax_connections=5\n";
    assert_eq!(
        of("deploy/my.cnf", cnf),
        [
            "server-file.versions gtid_mode:mariadb = < 0",
            "server-file.versions gtid_mode:mysql = >= 5.6.5",
            "server-file.versions query_cache_size:mysql = < 8.0.3",
        ]
    );
    assert_eq!(
        of(
            "etc/mysql/mariadb.conf.d/50.cnf",
            "[mariadb]\nquery_cache_size=1\n"
        ),
        [""; 0]
    );
    let postgresql = "# wal_keep_size = 1\nwal_keep_segments 8\nio_method = 'io_uring'\nshared_buffers=1GB\nmy.setting = 1\n";
    assert_eq!(
        of("conf/postgresql.conf", postgresql),
        [
            "server-file.versions io_method:postgresql = >= 18",
            "server-file.versions wal_keep_segments:postgresql = < 13",
        ]
    );
    let mongod = "storage:\n  dbPath: /var/lib/mongodb\n  journal:\n    enabled: true\nnet:\n  port: 27017\n";
    assert_eq!(
        of("etc/mongod.conf", mongod),
        ["server-file.versions storage.journal.enabled:mongodb = < 6.1"]
    );
    let search =
        "cluster.name: a\ndiscovery.zen.minimum_master_nodes: 2\nxpack:\n  security:\n    enabled: true\n";
    assert_eq!(
        of("config/elasticsearch.yml", search),
        [
            "server-file.versions discovery.zen.minimum_master_nodes:elasticsearch = < 8.0",
            "server-file.versions xpack.security.enabled:opensearch = < 0",
        ]
    );
    assert_eq!(
        of(
            "pgbouncer.ini",
            "[pgbouncer]\nmax_prepared_statements = 100\n;peer_id = 1\n"
        ),
        ["server-file.versions max_prepared_statements:pgbouncer = >= 1.21.0"]
    );
    for path in [
        "docker/mysql/my.cnf",
        "dev/postgresql.conf",
        "nginx.conf",
        "app.cnf",
    ] {
        assert!(!options::concerns(path), "{path}");
    }
}

#[test]
fn the_tables_of_options_are_sorted() {
    assert!(super::options_mysql::OPTIONS.is_sorted_by_key(|row| row.0));
    assert!(super::options_postgresql::PARAMETERS.is_sorted_by_key(|row| row.0));
}

#[test]
fn what_sources_use_of_servers() {
    let of = |path: &str, text: &str| read(|said| uses::read(path, text, said));
    let python = "ch.exchange_declare('d', 'x-delayed-message', arguments={'x-delayed-type': 'direct'})\n\
                  ch.queue_declare('q', arguments={\"x-queue-type\": \"quorum\"})\n# 'x-random'\n";
    assert_eq!(
        of("worker.py", python),
        [
            "rabbitmq-plugin.used rabbitmq_delayed_message_exchange = x-delayed-message",
            "server-use.versions quorum queue:rabbitmq = >= 3.8.0",
        ]
    );
    let node = "const { MongoClient } = require('mongodb');\nawait c.aggregate([{ $setWindowFields: { a: 1 } }, { \"$unionWith\": 'b' }]);\n\
                session.startTransaction();\nconst $toString = 1;\n";
    assert_eq!(
        of("a.js", node),
        [
            "mongodb-transaction.used  = startTransaction",
            "server-use.versions $setWindowFields:mongodb = >= 5.0",
            "server-use.versions $unionWith:mongodb = >= 4.4",
        ]
    );
    assert_eq!(
        of(
            "b.ts",
            "await queryRunner.startTransaction(); x = { $toDate: 1 }\n"
        ),
        [""; 0]
    );
    assert_eq!(
        of("schema.prisma", "datasource db {\n  provider = \"mongodb\"\n}\n"),
        ["mongodb-transaction.used  = Prisma"]
    );
    let definitions = r#"{"exchanges":[{"name":"a","type":"x-consistent-hash"}],"queues":[{"arguments":{"x-queue-type":"stream"}}],
        "policies":[{"name":"ha","definition":{"ha-mode":"all"}}]}"#;
    assert_eq!(
        of("rabbitmq/definitions.json", definitions),
        [
            "rabbitmq-plugin.used rabbitmq_consistent_hash_exchange = x-consistent-hash",
            "server-use.versions ha-mode:rabbitmq = < 4.0.0",
            "server-use.versions stream queue:rabbitmq = >= 3.9.0",
        ]
    );
}

#[test]
fn analyses_of_search_engines() {
    let of = |path: &str, text: &str| read(|said| uses::read(path, text, said));
    let index = r#"{"analyzer":{"a":{"tokenizer":"icu_tokenizer","filter":["icu_folding","lowercase"]}}}"#;
    assert_eq!(
        of("elasticsearch/products.json", index),
        ["search-plugin.used analysis-icu = icu_tokenizer"]
    );
    assert_eq!(
        of("a.php", "'name' => 'phonetic',\n'type' => 'phonetic',\n"),
        ["search-plugin.used analysis-phonetic = phonetic"]
    );
    assert!(uses::concerns("config/elasticsearch/products.json") && !uses::concerns("package.json"));
}

#[test]
fn clients_that_ask_for_the_product() {
    let of = |text: &str| read(|said| clients::read("requirements.txt", text, said));
    assert_eq!(
        of("elasticsearch==7.17.9\n"),
        [
            "client-server.refused elasticsearch 7.17.9:opensearch = elasticsearch",
            "client-server.versions elasticsearch 7.17.9:elasticsearch = >= 6.0",
        ]
    );
    assert_eq!(of("elasticsearch==7.13.4\n"), [""; 0]);
    let of = |text: &str| read(|said| clients::read("package.json", text, said));
    assert_eq!(
        of(r#"{"dependencies":{"mongodb":"^6.10.0","mongoose":"8.16.1"}}"#),
        [
            "client-server.versions mongodb ^6.10.0:mongodb = >= 4.0",
            "client-server.versions mongoose 8.16.1:mongodb = >= 4.2",
        ]
    );
}

#[test]
fn ports_of_pgbouncer_and_what_prepares_nothing() {
    let of = |text: &str| read(|said| pooling::read(text, said));
    assert_eq!(
        of("url = 'postgresql://app@127.0.0.1:6432/shop'\n"),
        ["pooler.named  = 6432"]
    );
    assert_eq!(
        of("  port: 6432\n  prepared_statements: false\n"),
        ["pooler.named  = 6432", "pooler.unprepared  = 6432"]
    );
    assert_eq!(of("# port: 6432\nid = 6432\nport = 64321\n"), [""; 0]);
}
