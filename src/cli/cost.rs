//! `mysfits cost`: what the labs of the account cost.

use super::{help::Example, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    operate::Costs,
    report::CostTable,
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits cost", "What costs anything, and since when"),
    Example::run("mysfits cost --output json", "The same for a program"),
];

pub(super) async fn run(settings: &Settings) -> Result<Exit> {
    let session = Session::open(settings, false).await?;
    let costs = session.reading(Costs::look(&session.workspace)).await?;
    session.screen.result(&CostTable(&costs));
    Ok(costs.looked())
}
