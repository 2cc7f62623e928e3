//! `mysfits doctor`: whether the lab can be deployed here.

use super::{help::Example, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    operate::Diagnosis,
    report::Doctor,
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits doctor", "Before the first deployment"),
    Example::run("mysfits doctor --redact", "To be shown to others: without names and account ids"),
];

/// Look whether the lab can be deployed
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Leave out account ids, ARNs, user names, IP addresses and key ids
    #[arg(long)]
    redact: bool,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    let session = Session::open_unsaid(settings, false).await?;
    let diagnosis = session.reading(Diagnosis::of(&session.workspace)).await?;
    session.screen.result(&Doctor { diagnosis: &diagnosis, redacts: args.redact });
    Ok(diagnosis.exit())
}
