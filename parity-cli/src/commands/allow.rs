//! `parity allow`: approve what `parity.toml` reaches outside of its directory, by meaning, on this machine.

use crate::args::Allow;
use crate::error::{CliError, Exit, Mark};
use crate::render::complaint::marked;
use crate::render::output;
use crate::render::page::{Look, Page};
use crate::session::{Project, Session};
use crate::trust::approval::Approval;
use crate::trust::reach::{self, Reach, Text};
use crate::trust::state::State;
use crate::trust::{self, changes};

pub(crate) fn run(session: &Session, arguments: &Allow) -> Result<Exit, CliError> {
    if arguments.list {
        return list(session);
    }
    let Some(project) = session.project()? else {
        return Err(CliError::usage_help(
            "there is no parity.toml here",
            "parity init writes one",
        ));
    };
    let reach = Reach::of(&project);
    if arguments.print {
        let mut page = Page::default();
        marked(&mut page, &kept(&reach.texts()));
        output::tell(&page.finish(), session.global.color);
        output::emit(&format!("{}\n", reach.digest()))?;
        return Ok(Exit::Clear);
    }
    if arguments.revoke {
        let state = State::outside(&project.directory)?;
        let message = match Approval::revoke(&state, &project)? {
            true => format!("{}: no longer approved", project.file.display()),
            false => format!("{}: was not approved", project.file.display()),
        };
        session.tell(&message);
        return Ok(Exit::Clear);
    }
    approve(session, &project, &reach)
}

fn approve(session: &Session, project: &Project, reach: &Reach) -> Result<Exit, CliError> {
    let file = project.file.display();
    let mut page = Page::default();
    let before = Approval::load(&State::outside(&project.directory)?, project)?;
    let changes = changes(reach, before.as_ref());
    trust::approve(project, session.now)?;
    trust::lock::forget(project)?;
    let kept: Vec<(Mark, String)> = kept(&reach.texts())
        .into_iter()
        .filter(|(_, line)| !changes.iter().any(|(_, new)| new == line))
        .collect();
    marked(&mut page, &kept);
    marked(&mut page, &changes);
    let what = match reach.items().is_empty() {
        true => format!(": {file}, which reaches nothing outside of its directory"),
        false => format!(": what {file} reaches outside of its directory"),
    };
    page.put(Look::Good, "approved")
        .say(&what)
        .say("; and that programs of this machine are run to observe it (`parity plan` shows them)")
        .end();
    output::print_as_is(&page.finish(), session.global.color)?;
    Ok(Exit::Clear)
}

/// Everything that this user approved.
fn list(session: &Session) -> Result<Exit, CliError> {
    let mut page = Page::default();
    for approval in Approval::all(&State::of_user()?)? {
        page.put(Look::Strong, &approval.config)
            .put(Look::Dim, &format!("  approved {}", approval.approved_at))
            .end();
        marked(&mut page, &kept(&approval.reach));
    }
    output::print_as_is(&page.finish(), session.global.color)?;
    Ok(Exit::Clear)
}

/// The list without a comparison.
fn kept(texts: &[Text]) -> Vec<(Mark, String)> {
    texts.iter().map(|text| (Mark::Kept, reach::line(text))).collect()
}
