use super::started;

fn shown(text: &str) -> Vec<String> {
    started(text)
        .unwrap()
        .into_iter()
        .map(|(name, started)| {
            let image = started.image.map(|image| image.unwrap_or_else(|_| "?".into()));
            let traits: Vec<String> = started.traits.into_iter().collect();
            format!(
                "{name} {} {} [{}]",
                image.unwrap_or_default(),
                started.build.unwrap_or_default(),
                traits.join(", ")
            )
        })
        .collect()
}

#[test]
fn a_compose_file() {
    let text = "\
services:
  db:
    image: mongo:${TAG:-5.0.13-focal}
    mem_limit: 1g
  app:
    build: { context: ./app, dockerfile: Dockerfile.prod }
    platform: linux/arm64
    tmpfs: /tmp
    security_opt: [ 'seccomp:unconfined' ]
  cache:
    image: $IMAGE
    tmpfs: ['/tmp:rw,exec', '/run']
  pg:
    image: postgres:18
    command: postgres -c io_method=io_uring
    deploy: { resources: { limits: { memory: 512M } } }
  cluster:
    image: rancher/k3s:v1.35.2-k3s1
    command: server --kubelet-arg=fail-cgroupv1=false
";
    assert_eq!(
        shown(text),
        [
            "app  app/Dockerfile.prod [noexec /tmp, platform linux/arm64, seccomp-unconfined]",
            "cache ?  [exec /tmp, noexec /run]",
            "cluster rancher/k3s:v1.35.2-k3s1  [takes-cgroup-v1]",
            "db mongo:5.0.13-focal  [memory-limit]",
            "pg postgres:18  [memory-limit, setting io_method=io_uring]",
        ]
    );
}

#[test]
fn manifests_of_kubernetes() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      securityContext: { seccompProfile: { type: RuntimeDefault } }
      containers:
      - name: shop
        image: openjdk:8-jre-slim
        resources: { limits: { memory: 512Mi } }
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: orders }
spec:
  imageName: ghcr.io/cloudnative-pg/postgresql:18
  postgresql: { parameters: { io_method: io_uring } }
";
    assert_eq!(
        shown(text),
        [
            "orders ghcr.io/cloudnative-pg/postgresql:18  [setting io_method=io_uring]",
            "shop openjdk:8-jre-slim  [memory-limit]",
        ]
    );
}

#[test]
fn other_files_start_nothing() {
    for text in [
        "",
        "- 1\n- 2\n",
        "services: []\n",
        "a: b\n",
        "services: { web: }\n",
    ] {
        assert_eq!(shown(text), [""; 0], "{text}");
    }
    assert!(started("{{ if .Values.x }}\n a: [\n").is_err());
}

#[test]
fn a_unit_of_podman() {
    let text = "[Container]\nImage=docker.io/library/mongo:7\nTmpfs=/tmp\nPodmanArgs=--memory 1g\n";
    let found = super::quadlet::container(text);
    assert_eq!(found.image, Some(Ok("docker.io/library/mongo:7".into())));
    assert_eq!(
        found.traits.into_iter().collect::<Vec<_>>(),
        ["memory-limit", "noexec /tmp"]
    );
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = started(&text);
        let _ = (super::userland(&text), super::needs(&text), super::java(&text));
        let _ = super::quadlet::container(&text);
    }
}
