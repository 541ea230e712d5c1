//! `global.json` and project files of .NET.
//!
//! Sources: [global.json](https://learn.microsoft.com/en-us/dotnet/core/tools/global-json#rollforward),
//! [target frameworks](https://learn.microsoft.com/en-us/dotnet/standard/frameworks); an older SDK ends with NETSDK1045.

use parity_core::version::RangeSyntax;
use serde_json::Value;

use super::declaration::{Declaration, Malformed, Parsed, numbered};

/// `sdk.version`, and how far `sdk.rollForward` lets it go. Comments are allowed there: a file with some tells nothing.
pub(super) fn global_json(text: &str) -> Parsed {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(_) if text.contains("//") || text.contains("/*") => return Ok(Vec::new()),
        Err(error) => {
            return Err(Malformed {
                line: u32::try_from(error.line()).ok(),
                message: "not JSON".to_owned(),
            });
        }
    };
    let member = |name: &str| document.pointer(&format!("/sdk/{name}")).and_then(Value::as_str);
    let Some(version) = member("version") else {
        return Ok(Vec::new());
    };
    let numbers: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    let Some([major, minor, patch]) = numbers.and_then(|numbers| <[u32; 3]>::try_from(numbers).ok()) else {
        return Ok(Vec::new());
    };
    let until = match member("rollForward").unwrap_or("latestPatch") {
        "disable" => return Ok(vec![sdk(&format!("={version}"), 1)]),
        "patch" | "latestPatch" => format!(" <{major}.{minor}.{}", patch / 100 * 100 + 100),
        "feature" | "latestFeature" => format!(" <{major}.{}.0", minor + 1),
        "minor" | "latestMinor" => format!(" <{}.0.0", major + 1),
        _ => String::new(),
    };
    let line = numbered(text).find(|(_, line)| line.contains(version));
    Ok(vec![sdk(
        &format!(">={version}{until}"),
        line.map_or(1, |(number, _)| number),
    )])
}

/// The newest of `TargetFramework` and `TargetFrameworks` that is a version of .NET: the oldest SDK that builds it.
pub(super) fn project(text: &str) -> Parsed {
    let mut newest: Option<(u32, u32)> = None;
    for (number, line) in numbered(text) {
        let Some((_, rest)) = line.split_once("<TargetFramework") else {
            continue;
        };
        let value = rest.split_once('>').map_or("", |(_, value)| value);
        for framework in value.split(['<', ';']) {
            let version = framework
                .trim()
                .strip_prefix("net")
                .and_then(|rest| rest.split_once('.'));
            let major = version
                .and_then(|(major, _)| major.parse::<u32>().ok())
                .filter(|major| *major >= 5);
            newest = newest.max(major.map(|major| (major, number)));
        }
    }
    Ok(newest
        .map(|(major, number)| sdk(&format!(">={major}"), number))
        .into_iter()
        .collect())
}

fn sdk(range: &str, line: u32) -> Declaration {
    Declaration::range("dotnet-sdk", RangeSyntax::Npm, range, line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::What;

    fn told(parsed: Parsed) -> Vec<String> {
        let range = |declaration: Declaration| match declaration.what {
            What::Range(_, range) => range,
            _ => String::new(),
        };
        parsed.unwrap_or_default().into_iter().map(range).collect()
    }

    #[test]
    fn the_sdk_that_is_asked_for() {
        let global = |policy: &str| {
            told(global_json(&format!(
                "{{\"sdk\":{{\"version\":\"8.0.102\"{policy}}}}}"
            )))
        };
        assert_eq!(global(""), [">=8.0.102 <8.0.200"]);
        assert_eq!(global(",\"rollForward\":\"latestFeature\""), [">=8.0.102 <8.1.0"]);
        assert_eq!(global(",\"rollForward\":\"latestMajor\""), [">=8.0.102"]);
        assert_eq!(
            told(project(
                "<TargetFrameworks>netstandard2.0;net6.0;net8.0</TargetFrameworks>"
            )),
            [">=8"]
        );
        assert_eq!(told(project("<TargetFramework>net48</TargetFramework>")), [""; 0]);
    }
}
