//! `mysfits labs`: every lab of the account.

use super::{help::Example, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    operate::Labs,
    report::LabList,
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] =
    &[Example::run("mysfits labs", "Of every region that the account uses")];

pub(super) async fn run(settings: &Settings) -> Result<Exit> {
    let session = Session::open(settings, false).await?;
    let labs = session.reading(Labs::look(&session.workspace)).await?;
    let destination = session.workspace.destination.to_string();
    session.screen.result(&LabList { destination, labs: &labs, commands: &settings.commands() });
    Ok(Exit::Done)
}
