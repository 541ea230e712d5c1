use proptest::prelude::*;

use super::said::Said;
use super::{building, clients, composing, cron, java, kubernetes, loopback};

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
    assert_eq!(found, ["compose-file.host-alias web = host.docker.internal",]);
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
