//! Mistakes of the user's, each with its line underlined.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::page::{Look, Page, visible};
use crate::error::{CliError, Complaint, Mark};

/// What to tell on standard error, with colours.
pub(crate) fn render(error: &CliError) -> String {
    match error {
        CliError::Usage(complaints) => complaints.iter().map(complaint).collect(),
        CliError::Output(message) => plain(message, None),
        CliError::Internal(message) => {
            let help = "this is a bug in parity; please report it with the command and `parity capture` of the target";
            plain(message, Some(help))
        }
    }
}

fn complaint(complaint: &Complaint) -> String {
    match complaint {
        Complaint::Plain { message, help } => plain(message, help.as_deref()),
        Complaint::Listed { message, lines, help } => {
            let mut page = Page::default();
            title(&mut page, message);
            marked(&mut page, lines);
            advise(&mut page, help.as_deref());
            page.finish()
        }
        Complaint::InFile { path, text, mistake } => {
            // What the renderer shows of the file must not drive the terminal; the lengths stay as they are.
            let safe: String = text
                .chars()
                .map(|c| {
                    if c == '\n' || !c.is_control() {
                        c
                    } else {
                        '\u{fffd}'
                    }
                })
                .collect();
            let same = safe.len() == text.len();
            let (source, span) = if same {
                (safe.as_str(), mistake.span.clone())
            } else {
                ("", 0..0)
            };
            let mut snippet = Snippet::source(source)
                .path(visible(path))
                .annotation(AnnotationKind::Primary.span(span));
            let label = mistake
                .related
                .as_ref()
                .map(|(_, label)| visible(label))
                .unwrap_or_default();
            if let (Some((span, _)), true) = (&mistake.related, same) {
                snippet = snippet.annotation(AnnotationKind::Context.span(span.clone()).label(label));
            }
            let mut group = Level::ERROR
                .primary_title(visible(&mistake.message))
                .element(snippet);
            if let Some(help) = &mistake.help {
                group = group.element(Level::HELP.message(visible(help)));
            }
            format!("{}\n\n", Renderer::styled().render(&[group]))
        }
    }
}

fn plain(message: &str, help: Option<&str>) -> String {
    let mut page = Page::default();
    title(&mut page, message);
    advise(&mut page, help);
    page.finish()
}

fn title(page: &mut Page, message: &str) {
    page.put(Look::Bad, "error")
        .put(Look::Strong, ": ")
        .say(message)
        .end();
}

/// A list, each line with what became of it.
pub(crate) fn marked(page: &mut Page, lines: &[(Mark, String)]) {
    for (mark, line) in lines {
        let (look, sign) = match mark {
            Mark::New => (Look::Good, "+"),
            Mark::Gone => (Look::Bad, "-"),
            Mark::Kept => (Look::Plain, " "),
        };
        page.put(look, &format!("  {sign} {line}")).end();
    }
}

fn advise(page: &mut Page, help: Option<&str>) {
    if let Some(help) = help {
        page.put(Look::Dim, "  help: ").say(help).end();
    }
}
