//! `mysfits status`: what is deployed.

use super::{
    help::Example,
    settings::Settings,
    watch::{Ended, Watcher, pace},
    workspace::Session,
};
use crate::{
    error::{Exit, Result},
    lab::Scope,
    operate::Survey,
    report::{Status, StatusWatch},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run(
        "mysfits status --local",
        "What is deployed in the local cloud, and its addresses",
    ),
    Example::run("mysfits status part-2 --output json", "Parts 1 and 2, for a program"),
];

/// Show what is deployed
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Look again and again, and show what changes; `c` shows only that, and `q` quits
    #[arg(long, short)]
    watch: bool,
}

pub(super) async fn run(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    let session = Session::open(settings, false).await?;
    let look = async || Survey::of(&session.workspace, scope).await;
    if args.watch {
        let watcher = Watcher {
            screen: &session.screen,
            interrupt: &session.interrupt,
            between: pace(session.workspace.destination.is_local()),
        };
        let mut view = StatusWatch::default();
        return Ok(match watcher.watch(&mut view, look).await? {
            Ended::Quit => view.looked(),
            Ended::Interrupted => Exit::Interrupted,
        });
    }
    let survey = session.reading(look()).await?;
    session.screen.result(&Status(&survey));
    Ok(survey.looked())
}
