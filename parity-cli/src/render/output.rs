//! Where results go: standard output, or files that are whole or absent.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstream::StripStream;

use crate::args::{Color, Format, Global, Output};
use crate::error::CliError;

/// Writes a result in every format that was asked for.
pub(crate) fn deliver(
    global: &Global,
    text: impl Fn() -> String,
    json: impl Fn() -> String,
) -> Result<(), CliError> {
    let mut outputs = global.format.clone();
    if outputs.is_empty() {
        outputs.push(Output {
            format: Format::Text,
            file: None,
        });
    }
    for output in outputs {
        let body = match output.format {
            Format::Text => text(),
            Format::Json => json(),
        };
        match output.file.as_ref().or(global.output.as_ref()) {
            Some(path) if path.as_os_str() != "-" => write_whole(path, strip(&body).as_bytes())?,
            _ => print(&body, global.color)?,
        }
    }
    Ok(())
}

/// Prints to standard output. A reader that went away is no error.
pub(crate) fn print(text: &str, color: Color) -> Result<(), CliError> {
    let coloured = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
                && io::stdout().is_terminal()
        }
    };
    let body = if coloured { text.to_owned() } else { strip(text) };
    let mut stdout = io::stdout().lock();
    match stdout.write_all(body.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CliError::Output(format!("standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Prints to standard error; there is nobody left to tell when that fails.
pub(crate) fn tell(text: &str, color: Color) {
    let coloured = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
                && io::stderr().is_terminal()
        }
    };
    let body = if coloured { text.to_owned() } else { strip(text) };
    let _ = io::stderr().lock().write_all(body.as_bytes());
}

fn strip(text: &str) -> String {
    let mut stream = StripStream::new(Vec::new());
    let _ = stream.write_all(text.as_bytes());
    String::from_utf8_lossy(&stream.into_inner()).into_owned()
}

/// Writes a file that is whole or not there: a temporary file beside it, synchronised, then renamed.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let failed = |error: io::Error| CliError::Output(format!("{}: {error}", path.display()));
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".parity-")
        .tempfile_in(directory)
        .map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    readable(file.as_file()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    // Only then is the new name on the disk.
    std::fs::File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(failed)
}

#[cfg(unix)]
fn readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// A document for programs.
pub(crate) fn document(value: &impl serde::Serialize) -> String {
    // Texts, numbers and lists only: nothing here can fail to serialise.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
