//! Where results go: standard output, or files that are whole or absent.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::StripStream;

use super::page::is_plain;
use super::wrap::wrap;
use crate::args::{Color, Format, Global};
use crate::error::{CliError, Complaint};

/// Temporary files begin so.
const TEMPORARY: &str = ".parity-";

/// No write takes as long: a temporary file of this age is left over from a run that was killed.
const LEFT_OVER: Duration = Duration::from_secs(60);

/// Where a report goes: a file, or standard output.
pub(crate) type Place<'a> = Option<&'a Path>;

/// The reports that were asked for, each with its place.
fn outputs(global: &Global) -> Vec<(Format, Place<'_>)> {
    let mut asked: Vec<(Format, Place<'_>)> = global
        .format
        .iter()
        .map(|output| (output.format, output.file.as_deref()))
        .collect();
    if asked.is_empty() {
        asked.push((Format::Text, None));
    }
    let is_file = |path: &&Path| path.as_os_str() != "-";
    asked
        .into_iter()
        .map(|(format, file)| (format, file.or(global.output.as_deref()).filter(is_file)))
        .collect()
}

/// What is wrong with the reports that were asked for: two for one place would overwrite each other, and not every command
/// has every format.
pub(crate) fn check_formats(global: &Global, known: &[Format]) -> Result<(), CliError> {
    let outputs = outputs(global);
    let mut complaints = Vec::new();
    for (at, (format, place)) in outputs.iter().enumerate() {
        if !known.contains(format) {
            complaints.push(Complaint::Plain {
                message: format!("this command has no report in the format {}", format.word()),
                help: Some(format!("write {}", Format::list(known))),
            });
        }
        if outputs.iter().take(at).any(|(_, earlier)| earlier == place) {
            let place = place.map_or("standard output".to_owned(), |path| path.display().to_string());
            complaints.push(Complaint::Plain {
                message: format!("two reports would go to {place}"),
                help: Some("give each its own file: --format text --format json=report.json".into()),
            });
        }
    }
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(CliError::Usage(complaints)),
    }
}

/// Writes a result in every format that was asked for; the first that could not be written is the error. Text comes with
/// colours, which are taken away where nobody wants them.
pub(crate) fn deliver(global: &Global, report: impl Fn(Format, Place<'_>) -> String) -> Result<(), CliError> {
    let written = outputs(global).into_iter().map(|(format, place)| {
        let report = report(format, place);
        match (format, place) {
            (_, Some(path)) => write_report(format, path, &report),
            (Format::Text, None) => print(&report, global.color),
            (_, None) => emit(&report),
        }
    });
    // All are tried, whatever became of the one before.
    written.collect::<Vec<_>>().into_iter().collect()
}

/// The same, for files only: what is kept of a run that was interrupted.
pub(crate) fn keep(global: &Global, report: impl Fn(Format, Place<'_>) -> String) -> Result<(), CliError> {
    outputs(global).into_iter().try_for_each(|(format, place)| {
        place.map_or(Ok(()), |path| write_report(format, path, &report(format, place)))
    })
}

fn write_report(format: Format, path: &Path, report: &str) -> Result<(), CliError> {
    match format {
        Format::Text => write_whole(path, strip(report).as_bytes()),
        _ => write_whole(path, report.as_bytes()),
    }
}

/// Prints for people: coloured and wrapped where a terminal shows it.
pub(crate) fn print(text: &str, color: Color) -> Result<(), CliError> {
    let text = match width() {
        Some(columns) => &wrap(text, columns),
        None => text,
    };
    print_as_is(text, color)
}

/// Prints for people, every line as it is.
pub(crate) fn print_as_is(text: &str, color: Color) -> Result<(), CliError> {
    if is_coloured(color, &io::stdout()) {
        emit(text)
    } else {
        emit(&strip(text))
    }
}

/// Prints a document. A reader that went away is no error.
pub(crate) fn emit(text: &str) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CliError::Output(format!("standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Prints to standard error; there is nobody left to tell when that fails.
pub(crate) fn tell(text: &str, color: Color) {
    let body = if is_coloured(color, &io::stderr()) {
        text.to_owned()
    } else {
        strip(text)
    };
    let _ = io::stderr().lock().write_all(body.as_bytes());
}

fn is_coloured(color: Color, stream: &impl anstream::stream::RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            stream.is_terminal() && anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
        }
    }
}

/// The columns of the terminal, where there is one or `COLUMNS` tells them.
fn width() -> Option<usize> {
    let told = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    told.or_else(seen).filter(|columns| *columns > 0)
}

fn strip(text: &str) -> String {
    let mut stream = StripStream::new(Vec::new());
    let _ = stream.write_all(text.as_bytes());
    String::from_utf8_lossy(&stream.into_inner()).into_owned()
}

/// A JSON document in which no character is left that drives a terminal: all of them stand in strings.
pub(crate) fn escaped(document: &str) -> String {
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        if c == '\n' || is_plain(c) {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// Writes a file that is whole or not there: a temporary file beside it, synchronised, then renamed. What is no regular
/// file (a device, a pipe) is written as it is; a link stays one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let failed = |error: io::Error| CliError::Output(format!("{}: {error}", path.display()));
    let mut mode = None;
    let path = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        Ok(metadata) if !metadata.is_file() => {
            let mut device = OpenOptions::new().write(true).open(path).map_err(failed)?;
            return device.write_all(bytes).map_err(failed);
        }
        Ok(metadata) => {
            mode = Some(metadata.permissions());
            &fs::canonicalize(path).map_err(failed)?
        }
        Err(_) => path,
    };
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    left_over(directory)
        .iter()
        .for_each(|path| drop(fs::remove_file(path)));
    let mut file = tempfile::Builder::new()
        .prefix(TEMPORARY)
        .suffix(".tmp")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(directory)
        .map_err(failed)?;
    // Who may read it does not change with what is in it.
    if let Some(mode) = mode {
        file.as_file().set_permissions(mode).map_err(failed)?;
    }
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    // Only then is the new name on the disk.
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(failed)
}

/// Temporary files of runs that were killed.
fn left_over(directory: &Path) -> Vec<PathBuf> {
    let is_ours = |name: &str| name.starts_with(TEMPORARY) && name.ends_with(".tmp");
    let is_old = |entry: &fs::DirEntry| {
        let written = entry
            .metadata()
            .ok()
            .filter(fs::Metadata::is_file)?
            .modified()
            .ok()?;
        Some(written.elapsed().ok()? > LEFT_OVER)
    };
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(is_ours) && is_old(entry) == Some(true))
        .map(|entry| entry.path())
        .collect()
}

/// A document for programs, in which nothing drives a terminal.
pub(crate) fn document(value: &impl serde::Serialize) -> String {
    // Texts, numbers and lists only: nothing here can fail to serialise.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    escaped(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_escaped_in_documents() {
        let value = "a\u{1b}\u{9b}31m\u{7f}\u{202e}\u{e0001}é";
        let document = document(&value);
        assert_eq!(document, "\"a\\u001b\\u009b31m\\u007f\\u202e\\udb40\\udc01é\"\n");
        assert_eq!(serde_json::from_str::<String>(&document).unwrap(), value);
    }

    #[test]
    fn what_is_left_over_is_cleared() {
        let directory = tempfile::tempdir().unwrap();
        let old = directory.path().join(".parity-abc.tmp");
        let file = File::create(&old).unwrap();
        let before = std::time::SystemTime::now() - LEFT_OVER * 2;
        file.set_modified(before).unwrap();
        write_whole(&directory.path().join("x"), b"x").unwrap();
        assert!(!old.exists());
    }
}
