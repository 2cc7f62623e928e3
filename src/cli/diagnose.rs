//! `mysfits diagnose`: what is wrong with the lab, explained without deploying.

use super::{command_line::target_flags, help::Example, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    lab::Scope,
    operate::Troubles,
    report::TroubleList,
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits diagnose --local", "Why the last deployment did not end well"),
    Example::run("mysfits diagnose part-3 --output json", "Parts 1 to 3, for a program"),
];

pub(super) async fn run(settings: &Settings, scope: Scope) -> Result<Exit> {
    // What was typed by hand carries no tag, and its values are needed to look behind it.
    let session = Session::open(settings, true).await?;
    let troubles = session.reading(Troubles::of(&session.workspace, scope)).await?;
    session.screen.result(&TroubleList { troubles: &troubles, flags: &target_flags() });
    Ok(troubles.exit())
}
