//! `mysfits status`: what is there.

use super::{session::Session, survey::Survey};
use crate::{
    error::{Exit, Result},
    lab::Scope,
    report::addresses,
};

/// Show what is there
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) async fn run(session: &Session, scope: Scope) -> Result<Exit> {
    let survey = Survey::of(session, &session.to_bring_up(scope)).await?;
    session.screen.status(&survey.rows, &session.target.to_string(), &addresses(&survey.known));
    Ok(Exit::Done)
}
