//! `*.runtimeconfig.json` of .NET programs.
//!
//! Sources: <https://learn.microsoft.com/en-us/dotnet/core/runtime-config/>,
//! <https://learn.microsoft.com/en-us/dotnet/core/versions/selection#framework-dependent-apps-roll-forward>.

use serde_json::Value;

/// Shared frameworks that a program needs, each with the versions it accepts as a range of npm. A program that brings its own needs none.
///
/// # Errors
/// Not JSON.
///
/// ```
/// use parity_probes::dependencies::runtime_config;
/// let text = br#"{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "6.0.0"}}}"#;
/// assert_eq!(runtime_config(text)?, [("Microsoft.NETCore.App".to_owned(), ">=6.0.0 <7.0.0".to_owned())]);
/// # Ok::<(), String>(())
/// ```
pub fn runtime_config(bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let options = value.get("runtimeOptions").unwrap_or(&Value::Null);
    let one = options.get("framework").into_iter();
    let several = options.get("frameworks").and_then(Value::as_array);
    let roll_forward = options
        .get("rollForward")
        .and_then(Value::as_str)
        .unwrap_or("Minor");
    let needs = one.chain(several.into_iter().flatten()).filter_map(|framework| {
        let name = framework.get("name")?.as_str()?;
        let version = framework.get("version")?.as_str()?;
        Some((name.to_owned(), range(version, roll_forward)?))
    });
    Ok(needs.collect())
}

/// The versions that a program accepts in the place of this one.
fn range(version: &str, roll_forward: &str) -> Option<String> {
    let mut numbers = version
        .split(['.', '-'])
        .map_while(|number| number.parse::<u64>().ok());
    let (major, minor) = (numbers.next()?, numbers.next()?);
    let (next_major, next_minor) = (major.checked_add(1)?, minor.checked_add(1)?);
    Some(match roll_forward.to_ascii_lowercase().as_str() {
        "major" | "latestmajor" => format!(">={version}"),
        "latestpatch" => format!(">={version} <{major}.{next_minor}.0"),
        "disable" => version.to_owned(),
        _ => format!(">={version} <{next_major}.0.0"),
    })
}

/// A package that works on Windows alone since 7.0, and that a project of a `*.deps.json` asks for by itself: its name and version. What others
/// bring along is often never called. Programs that are published for Windows are passed over
/// (<https://learn.microsoft.com/en-us/dotnet/core/compatibility/core-libraries/7.0/system-drawing>).
#[cfg(feature = "collect")]
pub(super) fn windows_only(bytes: &[u8]) -> Option<String> {
    const PACKAGE: &str = "System.Drawing.Common";
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let target = value.pointer("/runtimeTarget/name")?.as_str()?;
    if target.contains("/win") {
        return None;
    }
    let libraries = value.get("libraries")?;
    let projects = value.get("targets")?.get(target)?.as_object()?.iter();
    let mut asked = projects
        .filter(|(name, _)| {
            let kind = libraries
                .get(name.as_str())
                .and_then(|library| library.get("type"));
            kind.and_then(Value::as_str) == Some("project")
        })
        .filter_map(|(_, project)| project.get("dependencies")?.get(PACKAGE)?.as_str());
    let version = asked.find(|version| {
        let major = version
            .split('.')
            .next()
            .and_then(|major| major.parse::<u32>().ok());
        major.is_some_and(|major| major >= 7)
    })?;
    Some(format!("{PACKAGE} {version}"))
}

/// Whether a program does without the rules of languages, or brings an ICU of its own
/// (<https://learn.microsoft.com/en-us/dotnet/core/extensions/globalization-icu>).
#[cfg(feature = "collect")]
pub(super) fn is_invariant(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let properties = value.pointer("/runtimeOptions/configProperties");
    properties.is_some_and(|properties| {
        properties.get("System.Globalization.Invariant") == Some(&Value::Bool(true))
            || properties.get("System.Globalization.AppLocalIcu").is_some()
    })
}

/// Whether a program runs with a .NET that finds OpenSSL 1.0 and 1.1 only: those before 6
/// (<https://learn.microsoft.com/en-us/dotnet/core/compatibility/cryptography/6.0/openssl-versions-linux>), its own or one of the host that it
/// does not accept a newer one in place of.
#[cfg(feature = "collect")]
pub(super) fn is_before_openssl_3(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let options = value.get("runtimeOptions").unwrap_or(&Value::Null);
    let rolls_over = options.get("rollForward").and_then(Value::as_str);
    if rolls_over.is_some_and(|policy| policy.to_ascii_lowercase().ends_with("major")) {
        return false;
    }
    let lists = ["frameworks", "includedFrameworks"].map(|name| options.get(name).and_then(Value::as_array));
    let several = lists.into_iter().flatten().flatten();
    let majors = options
        .get("framework")
        .into_iter()
        .chain(several)
        .filter_map(|framework| {
            let version = framework.get("version")?.as_str()?;
            version.split('.').next()?.parse::<u32>().ok()
        });
    majors.max().is_some_and(|major| major < 6)
}

#[cfg(test)]
#[cfg(feature = "collect")]
mod tests {
    use super::*;

    #[test]
    fn packages_for_windows_alone() {
        let deps = r#"{"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},"targets":{".NETCoreApp,Version=v8.0":{
            "App/1.0.0":{"dependencies":{"System.Drawing.Common":"8.0.1"}},
            "System.Drawing.Common/8.0.1":{"dependencies":{"Microsoft.Win32.SystemEvents":"8.0.0"}}}},
            "libraries":{"App/1.0.0":{"type":"project"},"System.Drawing.Common/8.0.1":{"type":"package"}}}"#;
        let told = |text: &str| windows_only(text.as_bytes());
        assert_eq!(told(deps).as_deref(), Some("System.Drawing.Common 8.0.1"));
        for harmless in [
            deps.replace("8.0.1", "5.0.3"),
            deps.replace("\"project\"", "\"package\""),
            deps.replace(".NETCoreApp,Version=v8.0", ".NETCoreApp,Version=v8.0/win-x64"),
            deps.replace("System.Drawing.Common", "SkiaSharp"),
            "{".to_owned(),
        ] {
            assert_eq!(told(&harmless), None, "{harmless}");
        }
    }
}
