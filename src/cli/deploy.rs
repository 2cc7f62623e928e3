//! `mysfits deploy`: brings a part of the lab up.

use super::{confirm, session::Session, survey::Survey};
use crate::{
    engine::Doing,
    error::{Exit, Result},
    lab::Scope,
    report::addresses,
};

/// Bring a part of the lab up
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take over what exists under the lab's names without the lab's tag
    #[arg(long)]
    pub(super) adopt: bool,
}

pub(super) async fn run(session: &Session, scope: Scope) -> Result<Exit> {
    let places = session.to_bring_up(scope);
    if session.target.costs_money() {
        let survey = Survey::of(session, &places).await?;
        if survey.changes() {
            session.screen.plan_before(&survey.rows, &session.target.to_string());
            confirm::go_on(session).await?;
        }
    }
    let end = session.bring_up(&places).await?;
    session.screen.end(Doing::Deploy, &end, &Session::again());
    if let Some(exit) = end.failed() {
        return Ok(exit);
    }
    session.screen.addresses(&addresses(&end.known));
    Ok(Exit::Done)
}
