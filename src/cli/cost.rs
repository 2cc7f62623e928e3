//! `mysfits cost`: what the labs of the account cost.

use super::{settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    operate::Costs,
    report::CostTable,
};

pub(super) async fn run(settings: &Settings) -> Result<Exit> {
    let session = Session::open(settings, false).await?;
    let costs = session.reading(Costs::look(&session.workspace)).await?;
    session.screen.result(&CostTable(&costs));
    Ok(costs.looked())
}
