//! `mysfits deploy`: brings a part of the lab up.

use futures::FutureExt;

use super::{
    confirm,
    session::{Run, Session},
    survey::Survey,
};
use crate::{
    engine::{Direction, Doing, Values, bring_up},
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
            confirm::go_on(&session.settings)?;
        }
    }
    let lab = &session.lab;
    let job = |place: usize, known: Values| {
        async move {
            let report = session.screen.report();
            bring_up(lab.resource(place), &known, report, &session.interrupt).await
        }
        .boxed()
    };
    let known = session.target.given();
    let run = Run { doing: Doing::Deploy, direction: Direction::Forward, known };
    let end = session.run(run, &places, job).await;
    session.screen.end(Doing::Deploy, &end, &scope.command("deploy"));
    if let Some(exit) = end.failed() {
        return Ok(exit);
    }
    session.screen.addresses(&addresses(&end.known));
    Ok(Exit::Done)
}
