use super::*;

fn put(layers: &mut Layers, kind: Kind, path: &str, link: &str) -> Result<(), String> {
    layers.put(&Entry {
        path: path.into(),
        kind,
        mode: 0o644,
        size: 0,
        link: link.into(),
        offset: 0,
    })
}

fn file(layers: &mut Layers, path: &str) {
    put(layers, Kind::File, path, "").unwrap();
}

/// Every path in the tree, directories with a slash, links with where they lead.
fn paths(layers: &Layers) -> Vec<String> {
    fn below(layers: &Layers, at: usize, prefix: &str, all: &mut Vec<String>) {
        let NodeKind::Directory(names) = &layers.nodes[at].kind else {
            return;
        };
        for (name, child) in names {
            let path = format!("{prefix}{}", name.to_string_lossy());
            match &layers.nodes[*child].kind {
                NodeKind::Directory(_) => {
                    all.push(format!("{path}/"));
                    below(layers, *child, &format!("{path}/"), all);
                }
                NodeKind::Link(target) => all.push(format!("{path} -> {}", target.to_string_lossy())),
                _ => all.push(path),
            }
        }
    }
    let mut all = Vec::new();
    below(layers, Nodes::TOP, "", &mut all);
    all
}

#[test]
fn whiteouts_hide_what_lower_layers_have() {
    let mut layers = Layers::new(true);
    for path in ["etc/a", "etc/b", "opt/x/old", "opt/y/old", "srv/z"] {
        file(&mut layers, path);
    }
    layers.count = 1;
    // Whatever comes first: what the layer itself has stays.
    for path in [
        "etc/.wh.a",
        "opt/x/.wh..wh..opq",
        "opt/x/new",
        "opt/y/new",
        "opt/.wh.y",
        "srv/z",
        "srv/.wh.z",
    ] {
        file(&mut layers, path);
    }
    assert_eq!(
        paths(&layers),
        [
            "etc/",
            "etc/b",
            "opt/",
            "opt/x/",
            "opt/x/new",
            "opt/y/",
            "opt/y/new",
            "srv/",
            "srv/z"
        ]
    );
    for path in [
        ".wh.",
        "etc/.wh..",
        "etc/.wh...",
        "etc/.wh..wh.plnk",
        "none/.wh.x",
    ] {
        file(&mut layers, path);
    }
    assert!(paths(&layers).contains(&"etc/b".to_owned()));
}

#[test]
fn in_a_single_tree_such_names_are_names() {
    let mut layers = Layers::new(false);
    file(&mut layers, "etc/.wh.a");
    assert_eq!(paths(&layers), ["etc/", "etc/.wh.a"]);
}

#[test]
fn paths_through_links_stay_inside() {
    let mut layers = Layers::new(true);
    put(&mut layers, Kind::SymbolicLink, "lib", "/../../usr/lib").unwrap();
    file(&mut layers, "lib/x");
    file(&mut layers, "../../etc/y");
    put(&mut layers, Kind::HardLink, "same", "lib/x").unwrap();
    assert_eq!(
        paths(&layers),
        [
            "etc/",
            "etc/y",
            "lib -> /../../usr/lib",
            "same",
            "usr/",
            "usr/lib/",
            "usr/lib/x"
        ]
    );
    put(&mut layers, Kind::SymbolicLink, "loop", "loop").unwrap();
    assert!(
        put(&mut layers, Kind::File, "loop/x", "")
            .unwrap_err()
            .contains("too many")
    );
    assert!(
        put(&mut layers, Kind::HardLink, "z", "/etc/shadow")
            .unwrap_err()
            .contains("not there")
    );
    assert!(
        put(&mut layers, Kind::File, &"a/".repeat(3000), "")
            .unwrap_err()
            .contains("4096")
    );
    assert!(put(&mut layers, Kind::File, "etc/y/z", "").is_err());
    assert!(put(&mut layers, Kind::File, "etc/..", "").is_err());
}

#[test]
fn a_file_takes_the_place_of_a_directory_and_back() {
    let mut layers = Layers::new(true);
    file(&mut layers, "a/b");
    file(&mut layers, "a");
    assert_eq!(paths(&layers), ["a"]);
    put(&mut layers, Kind::Directory, "a", "").unwrap();
    assert_eq!(paths(&layers), ["a/"]);
}
