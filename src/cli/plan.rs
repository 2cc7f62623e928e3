//! `mysfits plan`: what `deploy` would do, why, and what it costs.

use super::{help::Example, nonce::NonceFlag, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    lab::Scope,
    operate::Survey,
    report::Plan,
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits plan part-3", "What parts 1 to 3 still need, and what they cost"),
    Example::run(
        "mysfits plan all --local --exit-code",
        "For scripts: exits with 4 if there is something to do",
    ),
];

/// Show what `deploy` would do
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Exit with code 4 if there are changes
    #[arg(long)]
    exit_code: bool,
    /// Treat existing resources that have the lab's names but not its tag as the lab's
    #[arg(long)]
    adopt: bool,
    #[command(flatten)]
    nonce: NonceFlag,
}

pub(super) async fn run(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    let session = Session::open(&args.nonce.add_to(settings, scope)?, args.adopt).await?;
    let survey = session.reading(Survey::of(&session.workspace, scope)).await?;
    session.screen.result(&Plan(&survey));
    session.screen.say_duration(session.workspace.deploy_takes(&survey));
    let looked = survey.looked();
    let changes = args.exit_code && looked == Exit::Done && survey.changes();
    Ok(if changes { Exit::Changes } else { looked })
}
