use proptest::prelude::*;

use super::*;

fn script(text: &str) -> Script {
    parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn lacking(text: &str, shell: &str) -> Vec<&'static str> {
    let found = bashisms(&script(text), text);
    let of_shell = found.into_iter().find(|(name, _)| *name == shell);
    of_shell
        .map(|(_, constructs)| constructs.into_iter().collect())
        .unwrap_or_default()
}

fn options(text: &str) -> Vec<String> {
    gnu_options(&script(text)).into_iter().collect()
}

fn called(text: &str) -> Vec<String> {
    programs(&script(text)).into_iter().collect()
}

#[test]
fn first_lines() {
    let line = |text: &str| {
        let found = shebang(text.as_bytes())?;
        Some(format!(
            "{} {:?} {}",
            found.interpreter, found.name, found.carriage_return
        ))
    };
    assert_eq!(line("#!/bin/sh\necho").unwrap(), "/bin/sh None false");
    assert_eq!(line("#! /bin/bash -eu\r\necho").unwrap(), "/bin/bash None true");
    assert_eq!(
        line("#!/usr/bin/env -S A=1 node --x\n").unwrap(),
        "/usr/bin/env Some(\"node\") false"
    );
    assert_eq!(
        line("#!/usr/bin/env python3").unwrap(),
        "/usr/bin/env Some(\"python3\") false"
    );
    for other in ["", "#!", "#!\n", "#![allow(dead_code)]\n", "#!bin/sh\n", "echo"] {
        assert_eq!(line(other), None, "{other:?}");
    }
}

#[test]
fn every_construct_is_found_in_its_example_and_nowhere_else() {
    for construct in &CONSTRUCTS {
        assert!(
            lacking(construct.example, "dash").contains(&construct.name),
            "{}",
            construct.example
        );
        let found = lacking(construct.example, "busybox").contains(&construct.name);
        assert_eq!(found, construct.busybox_lacks, "{}", construct.example);
    }
    let harmless = "\
# [[ source array=(1) <<< in a comment
echo '[[ a ]]; source x' \"x=(1) &> y\" \\[[ a
cat <<EOF
[[ a == b ]] && source x <<< y ${x//a/b}
EOF
cat <<-'END' | grep x
\tx=(1 2)
\tEND
f() { local a=\"${1:-$(date +%s)}\"; echo \"${a#*/}\" ${a%%/*} ${#a} ${a:=b} ${a:+c}; }
case \"$1\" in (a|b) echo 1 ;; *) echo \"${2:?no}\" ;; esac
i=$((i + (2 * 3))); x=`echo \\`date\\``
(echo sub) 2>&1 >/dev/null &
for i do echo \"$i\"; done; while read -r line; do :; done < file
[ \"$a\" = b ] || exit 1
pushd() { :; }; pushd x
shopt -s x 2>/dev/null || true
";
    assert_eq!(lacking(harmless, "dash"), [""; 0]);
    assert_eq!(lacking("[ -n \"$BASH_VERSION\" ] && source x", "dash"), [""; 0]);
    assert_eq!(
        lacking("[ -z \"$1\" ] && exec bash \"$0\"\n[[ a ]]", "dash"),
        [""; 0]
    );
}

#[test]
fn what_is_not_understood_is_no_shorter_list() {
    for text in [
        "echo 'a",
        "if true; then",
        "cat <<EOF\n",
        "f() {",
        "echo $(date",
        "x=(1",
        "fi",
        "echo )",
        "[[ a",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(
        parse("echo\necho \"").unwrap_err().to_string(),
        "line 2: a quote without its end"
    );
    assert!(parse("#!/bin/sh\n'''exec' /usr/bin/python3 \"$0\" \"$@\"\n' '''\nprint(\"it's\")\n").is_ok());
    assert!(parse("exec >log 2>&1\necho 'a").is_err());
    assert!(parse(&"$(".repeat(1000)).is_err());
    assert!(parse(&"((".repeat(50_000)).is_err());
}

#[test]
fn options_of_gnu_tools() {
    assert_eq!(options("x=$(grep -oP '\\d+' f)"), ["grep -P"]);
    assert_eq!(
        options("tail --pid=$! -f log | /usr/bin/stat --printf=%s f"),
        ["stat --printf", "tail --pid"]
    );
    assert_eq!(options("grep -ePATTERN f; grep -- -P f; echo grep -P"), [""; 0]);
    assert_eq!(options("stat --format=%s f 2>/dev/null || stat -f %z f"), [""; 0]);
    assert_eq!(options("apk add grep; grep -P x f"), [""; 0]);
    assert_eq!(options("stat() { :; }; stat --printf=x"), [""; 0]);
}

#[test]
fn programs_that_are_certainly_called() {
    assert_eq!(
        called("#!/bin/sh\nset -e\nffmpeg -i x | tee y\nexec gunicorn app:app\nnever"),
        ["ffmpeg", "gunicorn", "tee"]
    );
    assert_eq!(
        called("A=1 node x; if true; then curl x; fi; f() { wget x; }; f; git x || true; a && b"),
        ["a", "node"]
    );
    assert_eq!(
        called("command -v jq >/dev/null; jq . x; \"$TOOL\" x; ./own; $(which x) y"),
        ["which"]
    );
    assert_eq!(called(". ./lib.sh; die x"), [""; 0]);
    assert_eq!(called("+set x; .hidden; -x"), [""; 0]);
    assert_eq!(called("export PATH=/opt/bin:$PATH; tool"), [""; 0]);
    assert_eq!(called("apt-get install -y ffmpeg; ffmpeg"), [""; 0]);
}

proptest! {
    #[test]
    fn no_text_panics(text in "[ -~\n\t\r]{0,200}") {
        let _ = parse(&text);
        let _ = shebang(text.as_bytes());
    }

    #[test]
    fn no_mutation_panics(at in 0_usize..400, byte in any::<u8>()) {
        let mut bytes = b"#!/bin/sh\ncase $1 in a) x=$(cat <<E\n${y:-`z`}\nE\n) ;; esac\n[[ a =~ (b) ]] && f() { a=(1); }\n".to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(script) = parse(&text) {
            let _ = (bashisms(&script, &text), gnu_options(&script), programs(&script));
        }
    }
}

#[test]
fn what_newer_tools_brought() {
    let needed = |text: &str| {
        let script = script(text);
        let all = needs(&script).into_iter().chain(of_bash(&script, text));
        all.map(|((tool, what), since)| format!("{tool} {since}: {what}"))
            .collect::<Vec<_>>()
    };
    for (text, expected) in [
        (
            "curl -sS --fail-with-body \"$URL\"",
            "curl 7.76.0: curl --fail-with-body",
        ),
        (
            "git -C /srv/app --no-pager branch --show-current",
            "git 2.22: git branch --show-current",
        ),
        ("git config set user.name x", "git 2.46: git config set"),
        ("rsync -a --info=progress2 a b", "rsync 3.1.0: rsync --info"),
        ("env --chdir=/srv ls", "coreutils 8.28: env --chdir"),
        (
            "awk '/^[[:digit:]]+$/' x",
            "mawk 1.3.4: awk with a class of characters",
        ),
        ("declare -A map", "bash 4.0: declare -A"),
        ("f() { local -n out=$1; }", "bash 4.3: local -n"),
        ("echo \"${x[@]@Q}\"", "bash 4.4: ${x@Q}"),
        ("echo ${x@U}", "bash 5.1: ${x@U}"),
        ("a=$EPOCHSECONDS", "bash 5.0: $EPOCHSECONDS"),
        ("echo a |& cat", "bash 4.0: |&"),
        ("make &>> log", "bash 4.0: &>>"),
        ("exec {fd}>lock", "bash 4.1: {fd}>"),
        ("[[ -v HOME ]] && echo", "bash 4.2: [[ -v"),
        ("case a in a) echo ;& b) echo ;; esac", "bash 4.0: ;&"),
        ("printf '%(%F)T' -1", "bash 4.2: printf %(…)T"),
    ] {
        assert!(
            needed(text).iter().any(|one| one == expected),
            "{text}: {:?}",
            needed(text)
        );
    }
    let intervals = needed("awk '/[0-9]{4}-/ { print $1 }' x");
    assert_eq!(
        intervals,
        [
            "gawk 4.0: awk with a repeat count in a pattern",
            "mawk 1.3.4.20200717: awk with a repeat count in a pattern"
        ]
    );
    for harmless in [
        "curl --fail -sS -- --json",
        "curl --json x || curl -d x",
        "curl --help | grep json; curl --json x",
        "curl() { :; }; curl --json x",
        "git checkout switch; git log -- restore",
        "apt-get install -y curl; curl --json x",
        "awk '{ if (x) { 1 } }' y; awk '{print}' z",
        "echo ${BASH_VERSINFO[0]}; declare -A map",
        "echo 'declare -A' '${x@Q}' '$EPOCHSECONDS'",
        "declare -a list; wait; local x=1; echo ${x:-@Q} a@Q $EPOCH",
    ] {
        assert_eq!(needed(harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn what_stands_in_substitutions_is_called_as_the_command_around_it() {
    assert_eq!(called("addr=$(ifconfig eth0 | grep inet)"), ["grep", "ifconfig"]);
    assert_eq!(called("echo \"at $(hostid)\" | tee x"), ["hostid", "tee"]);
    for harmless in [
        "a=$(ffmpeg) || a=none",
        "if true; then a=$(ffmpeg); fi",
        "f() { a=$(ffmpeg); }",
        ": \"${a:-$(ffmpeg)}\"",
        "for x in $(ffmpeg); do :; done",
        "true && a=$(ffmpeg)",
    ] {
        assert_eq!(called(harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn what_python_is_to_do() {
    let pip = |text: &str| installs_into_system(&script(text), text);
    let venv = |text: &str| makes_environment(&script(text), text);
    assert_eq!(
        pip("set -e\nsudo -H pip3 install -r requirements.txt").as_deref(),
        Some("pip3 install")
    );
    assert_eq!(
        pip("python3 -m pip install flask").as_deref(),
        Some("python3 -m pip install")
    );
    assert_eq!(
        venv("python3 -m venv /srv/app/venv").as_deref(),
        Some("python3 -m venv")
    );
    for harmless in [
        ". venv/bin/activate\npip install x",
        "pip install --break-system-packages x",
        "pip install --target=lib x",
        "venv/bin/pip install x",
        "if true; then pip install x; fi",
        "pip install x || true",
        "pip download x",
    ] {
        assert_eq!(pip(harmless), None, "{harmless}");
    }
    assert_eq!(venv("python3 -m venv --without-pip x"), None);
    assert_eq!(venv("apt-get install -y python3-venv\npython3 -m venv x"), None);
    assert_eq!(venv("python3.11 -m venv x || exit 1"), None);
}
#[cfg(feature = "collect")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
mod of_a_release {
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};

    use parity_core::collect::collect;
    use parity_core::transport::Tree;

    use crate::scripts::PROBE;

    /// The facts of files, of which these may be executed.
    fn facts(files: &[(&str, &str)], executable: &[&str]) -> Vec<String> {
        let top = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = top.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            let mode = if executable.contains(name) { 0o755 } else { 0o644 };
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let mut tree = Tree::at(top.path(), Instant::now() + Duration::from_secs(60)).unwrap();
        let snapshot = collect("test", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot;
        let shown = snapshot.facts.iter();
        shown.map(|fact| format!("{} {}", fact.id, fact.state)).collect()
    }

    #[test]
    fn what_is_never_started_asks_for_no_interpreter() {
        let files = [
            ("bin/www", "#!/usr/bin/env node\n"),
            ("Rakefile", "#!/usr/bin/env rake\n"),
        ];
        let asked = |executable: &[&str]| {
            let facts = facts(&files, executable);
            facts
                .into_iter()
                .filter(|fact| fact.contains("interpreter-name"))
                .count()
        };
        assert_eq!(asked(&["bin/www"]), 1);
        assert_eq!(asked(&[]), 2, "bits that were lost on the way say nothing");
    }

    #[test]
    fn functions_of_other_scripts_are_no_programs() {
        let files = [
            ("install.sh", "#!/bin/sh\n. install/lib.sh\n. install/files.sh\n"),
            ("install/lib.sh", "copy_example() { cp a b; }\n"),
            ("install/files.sh", "copy_example x\nffmpeg y\n"),
            ("build.sh", "#!/bin/sh\nwebpack\n"),
            (".devcontainer/post.sh", "#!/bin/sh\nhttpd\n"),
        ];
        let facts = facts(&files, &[]);
        let programs: Vec<&String> = facts
            .iter()
            .filter(|fact| fact.contains("script.programs"))
            .collect();
        assert_eq!(programs, ["script.programs[install/files.sh] ffmpeg"]);
    }
}
