//! `mysfits status`: what is deployed.

use super::{settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    lab::Scope,
    operate::Survey,
    report::Status,
};

pub(super) async fn run(settings: &Settings, scope: Scope) -> Result<Exit> {
    let session = Session::open(settings, false).await?;
    let survey = session.reading(Survey::of(&session.workspace, scope)).await?;
    session.screen.result(&Status(&survey));
    Ok(survey.looked())
}
