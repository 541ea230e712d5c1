//! The proposal as a `parity.toml` in which every line says where it comes from.

use super::{Host, Proposal, Said};

/// As many hosts that are not certain are mentioned.
const HINTS: usize = 12;

/// What a team may decide: an example of each, all of them off.
const POLICY: &str = r#"
# What your team decides. Nothing of it is needed; take away the first `# ` of what you want.
# [policy]
# fail-on = "warning"          # error (as it is without this), warning, or never
# lock-max-age = "30d"         # a parity.lock that is older is a finding
#
# How bad a rule is to you (`parity rules` lists them), and what you do not want to hear:
# [[policy.severity]]
# rule = "service-major"
# level = "error"
# [[policy.ignore]]
# rule = "program-missing"
# reason = "these scripts run on the build server alone"
#
# What the hosts of a role must have alike, and which versions are good enough:
# [[policy.must-equal]]
# fact = "runtime.version[*]"
# [[policy.allow]]
# fact = "package.deb[openssl:*]"
# versions = ">= 3.0.13"
# reason = "CVE-2024-0727"
"#;

/// The text of the file.
pub(crate) fn write(proposal: &Proposal) -> String {
    let mut out = String::from(
        "# Proposed by `parity init` from the files that are here; each comment says which. Correct what is wrong.\n",
    );
    artifacts(&mut out, proposal);
    environments(&mut out, proposal);
    links(&mut out, proposal);
    out.push_str(POLICY);
    out
}

fn artifacts(out: &mut String, proposal: &Proposal) {
    out.push_str("\n# What ships, by the role that runs it: programs, directories, packages.\n");
    let role = &proposal.application;
    if proposal.shipped.is_empty() {
        out.push_str("# Nothing that looks like a release was found here.\n");
        out.push_str(&format!(
            "# [artifacts]\n# {} = [\"target/release/app\"]\n",
            key(role)
        ));
        return;
    }
    let is_certain = proposal.has_role(role);
    let mark = if is_certain { "" } else { "# " };
    if !is_certain {
        out.push_str("# Which of the roles below runs it was not found: put its name here.\n");
    }
    out.push_str(&format!("{mark}[artifacts]\n"));
    for shipped in &proposal.shipped {
        out.push_str(&format!("# {}\n", comment(&shipped.why)));
    }
    let paths: Vec<String> = proposal
        .shipped
        .iter()
        .map(|shipped| quoted(&shipped.value.path))
        .collect();
    out.push_str(&format!("{mark}{} = [{}]\n", key(role), paths.join(", ")));
}

fn environments(out: &mut String, proposal: &Proposal) {
    out.push_str("\n# Where it runs, by role. Also rootfs:DIR, docker://NAME, FILE.json, facts:FILE.toml.\n");
    let hints = proposal.hints.iter().take(HINTS);
    let hints: Vec<String> = hints.map(|hint| format!("#   {}\n", comment(hint))).collect();
    if !hints.is_empty() {
        out.push_str("# Found, and not used, because nothing says for what:\n");
        hints.iter().for_each(|hint| out.push_str(hint));
    }
    if proposal.hosts.is_empty() {
        out.push_str("# No host was found whose name or group says what it is for. Name yours:\n");
        out.push_str("# [environments.production]\n");
        out.push_str(&format!(
            "# {} = [\"ssh://app1.example\"]\n",
            key(&proposal.application)
        ));
        out.push_str("# db = [\"ssh://db1.example\"]\n");
    }
    for (environment, roles) in proposal.environments() {
        out.push_str(&format!("[environments.{}]\n", key(environment)));
        for (role, hosts) in roles {
            role_of(out, role, &hosts);
        }
    }
}

fn role_of(out: &mut String, role: &str, hosts: &[&Said<Host>]) {
    let mut reasons: Vec<&str> = hosts.iter().map(|host| host.why.as_str()).collect();
    reasons.dedup();
    out.push_str(&format!("# {}.\n", comment(&reasons.join("; "))));
    let targets: Vec<String> = hosts.iter().map(|host| quoted(&host.value.target)).collect();
    let line = format!("{} = [{}]\n", key(role), targets.join(", "));
    if line.len() <= 120 {
        out.push_str(&line);
        return;
    }
    out.push_str(&format!("{} = [\n", key(role)));
    targets
        .iter()
        .for_each(|target| out.push_str(&format!("    {target},\n")));
    out.push_str("]\n");
}

fn links(out: &mut String, proposal: &Proposal) {
    out.push_str("\n# Who connects to whom: on your machine everything is localhost, there it is not.\n");
    if proposal.links.is_empty() {
        let role = quoted(&proposal.application);
        out.push_str(&format!(
            "# [[links]]\n# from = {role}\n# to = \"db\"\n# port = 5432\n"
        ));
    }
    for link in &proposal.links {
        let Said { value, why } = link;
        let missing: Vec<&str> = [&value.from, &value.to]
            .into_iter()
            .map(String::as_str)
            .filter(|role| !proposal.has_role(role))
            .collect();
        let mark = if missing.is_empty() { "" } else { "# " };
        out.push_str(&format!("# {}", comment(why)));
        if !missing.is_empty() {
            out.push_str(&format!(
                " No host has the role {}: name one above.",
                missing.join(", ")
            ));
        }
        out.push_str(&format!(
            "\n{mark}[[links]]\n{mark}from = {}\n{mark}to = {}\n{mark}port = {}\n",
            quoted(&value.from),
            quoted(&value.to),
            value.port
        ));
    }
}

/// What to do after the file was written, one step a line.
pub(crate) fn next_steps(proposal: &Proposal) -> Vec<String> {
    let mut steps = Vec::new();
    if proposal.hosts.is_empty() {
        steps.push("name your hosts in it, under [environments.production]".to_owned());
    }
    let mut builds: Vec<&str> = proposal
        .shipped
        .iter()
        .filter_map(|shipped| shipped.value.build.as_deref())
        .collect();
    builds.dedup();
    steps.extend(builds.iter().map(|build| format!("{build}   makes what ships")));
    steps.push("parity allow   approves what it names outside of this directory".to_owned());
    let env = match proposal.environments().len() {
        0 | 1 => "",
        _ => " --env production",
    };
    steps.push(format!(
        "parity lock{env}   observes the hosts and writes parity.lock"
    ));
    steps.push("parity check   says what would break".to_owned());
    steps
}

/// A key of TOML.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    match !name.is_empty() && name.chars().all(is_bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    toml::Value::from(one_line(text)).to_string()
}

/// Text of others in a comment.
fn comment(text: &str) -> String {
    one_line(text)
}

/// Without what ends a line or drives a terminal.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
