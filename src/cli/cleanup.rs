//! `mysfits cleanup`: takes a part of the lab down, and looks whether it is gone.

use super::{command_line::this_command, confirm, settings::Settings, workspace::Session};
use crate::{
    aws::Access,
    error::{Exit, Result},
    lab::Scope,
    operate::Cleanup,
    report::{Removal, Screen},
};

/// Take it down
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Also remove what exists under the lab's names without the lab's tag
    #[arg(long)]
    adopt: bool,
}

pub(super) async fn run(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    let session = Session::open(settings, Access::Write, args.adopt).await?;
    let Session { workspace, screen, .. } = &session;
    let cleanup = Cleanup::plan(workspace, scope).await?;
    screen.before(&Removal(cleanup.survey()));
    if cleanup.removes(workspace) {
        confirm::type_account(&session).await?;
    }
    let cleaned = cleanup.run(workspace).await?;
    for end in &cleaned.runs {
        screen.end(end, &this_command());
    }
    say_what_it_costs(screen, cleaned.dollars_per_day);
    if let Some(exit) = cleaned.failed() {
        return Ok(exit);
    }
    let Some(leftovers) = &cleaned.leftovers else { return Ok(Exit::Done) };
    screen.result(leftovers);
    let Some(error) = leftovers.error() else { return Ok(Exit::Done) };
    screen.error(&error);
    Ok(error.code.entry().exit)
}

fn say_what_it_costs(screen: &Screen, dollars_per_day: f64) {
    if dollars_per_day > 0.0 {
        screen.say(&format!("what is still there costs up to ${dollars_per_day:.2} a day on AWS"));
    }
}
