//! Since when Redis has a command.
//!
//! Source: "Available since" of <https://redis.io/docs/latest/commands/>.

/// A command of Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// In capitals.
    pub name: &'static str,
    /// First version.
    pub since: &'static str,
}

const fn command(name: &'static str, since: &'static str) -> Command {
    Command { name, since }
}

/// Sorted by name; those that 4.0 has are left out.
pub const COMMANDS: [Command; 65] = [
    command("BITFIELD_RO", "6.0.0"),
    command("BLMOVE", "6.2.0"),
    command("BLMPOP", "7.0.0"),
    command("BZMPOP", "7.0.0"),
    command("BZPOPMAX", "5.0.0"),
    command("BZPOPMIN", "5.0.0"),
    command("COPY", "6.2.0"),
    command("EVALSHA_RO", "7.0.0"),
    command("EVAL_RO", "7.0.0"),
    command("EXPIRETIME", "7.0.0"),
    command("FCALL", "7.0.0"),
    command("FCALL_RO", "7.0.0"),
    command("GEOSEARCH", "6.2.0"),
    command("GEOSEARCHSTORE", "6.2.0"),
    command("GETDEL", "6.2.0"),
    command("GETEX", "6.2.0"),
    command("HEXPIRE", "7.4.0"),
    command("HEXPIREAT", "7.4.0"),
    command("HEXPIRETIME", "7.4.0"),
    command("HGETDEL", "8.0.0"),
    command("HGETEX", "8.0.0"),
    command("HPERSIST", "7.4.0"),
    command("HPEXPIRE", "7.4.0"),
    command("HPEXPIREAT", "7.4.0"),
    command("HPTTL", "7.4.0"),
    command("HRANDFIELD", "6.2.0"),
    command("HSETEX", "8.0.0"),
    command("HTTL", "7.4.0"),
    command("LCS", "7.0.0"),
    command("LMOVE", "6.2.0"),
    command("LMPOP", "7.0.0"),
    command("LPOS", "6.0.6"),
    command("PEXPIRETIME", "7.0.0"),
    command("SINTERCARD", "7.0.0"),
    command("SMISMEMBER", "6.2.0"),
    command("SORT_RO", "7.0.0"),
    command("SPUBLISH", "7.0.0"),
    command("SSUBSCRIBE", "7.0.0"),
    command("SUNSUBSCRIBE", "7.0.0"),
    command("WAITAOF", "7.2.0"),
    command("XACK", "5.0.0"),
    command("XADD", "5.0.0"),
    command("XAUTOCLAIM", "6.2.0"),
    command("XCLAIM", "5.0.0"),
    command("XDEL", "5.0.0"),
    command("XGROUP", "5.0.0"),
    command("XINFO", "5.0.0"),
    command("XLEN", "5.0.0"),
    command("XPENDING", "5.0.0"),
    command("XRANGE", "5.0.0"),
    command("XREAD", "5.0.0"),
    command("XREADGROUP", "5.0.0"),
    command("XREVRANGE", "5.0.0"),
    command("XTRIM", "5.0.0"),
    command("ZDIFF", "6.2.0"),
    command("ZDIFFSTORE", "6.2.0"),
    command("ZINTER", "6.2.0"),
    command("ZINTERCARD", "7.0.0"),
    command("ZMPOP", "7.0.0"),
    command("ZMSCORE", "6.2.0"),
    command("ZPOPMAX", "5.0.0"),
    command("ZPOPMIN", "5.0.0"),
    command("ZRANDMEMBER", "6.2.0"),
    command("ZRANGESTORE", "6.2.0"),
    command("ZUNION", "6.2.0"),
];

/// Names that other things have too: only as a text in a call they are commands.
const COMMON: [&str; 1] = ["COPY"];

/// The commands that a source uses, with their lines: as a method of a client (`getdel`, `getDel`, `GetDel`), or as a text in
/// the call of a script (`redis.call('GETDEL'`).
pub(super) fn used(text: &str) -> Vec<(&'static Command, u32)> {
    // Where nothing speaks of Redis, the same names are other methods.
    if !text.to_ascii_lowercase().contains("redis") {
        return Vec::new();
    }
    let mut found: Vec<(&'static Command, u32)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let methods = line.split('.').skip(1).filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
            let (name, after) = rest.split_at_checked(end)?;
            after.starts_with(['(', ' ']).then(|| name.to_ascii_uppercase())
        });
        let texts = line.split(['"', '\'', '`']).skip(1).step_by(2);
        let calls = texts
            .filter(|text| text.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            .map(str::to_owned);
        let lua = ["redis.call(", "redis.pcall("]
            .iter()
            .flat_map(|call| line.split(call).skip(1));
        let lua = lua.filter_map(|rest| rest.trim_start_matches(['"', '\'']).split(['"', '\'']).next());
        let methods = methods.filter(|name| !COMMON.contains(&name.as_str()));
        for name in methods.chain(calls).chain(lua.map(str::to_ascii_uppercase)) {
            let known = COMMANDS.iter().find(|command| command.name == name);
            if let Some(command) = known.filter(|command| !found.iter().any(|(other, _)| other == command)) {
                found.push((command, number));
            }
        }
    }
    found
}
