//! `mysfits plan`: what `deploy` would do, why, and what it costs.

use super::{session::Session, survey::Survey};
use crate::{
    error::{Exit, Result},
    lab::Scope,
};

/// Show what `deploy` would do
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// End with 4 when there is something to do
    #[arg(long)]
    exit_code: bool,
    /// Count what exists under the lab's names without the lab's tag as the lab's
    #[arg(long)]
    pub(super) adopt: bool,
}

pub(super) async fn run(session: &Session, scope: Scope, args: &Args) -> Result<Exit> {
    let survey = Survey::of(session, &session.to_bring_up(scope)).await?;
    session.screen.plan(&survey.rows, &session.target.to_string());
    Ok(if args.exit_code && survey.changes() { Exit::Changes } else { Exit::Done })
}
