//! `mysfits deploy`: deploys a part of the lab.

use super::{
    command_line::{cleanup_command, this_command},
    confirm,
    expires::ExpiresFlag,
    help::Example,
    nonce::NonceFlag,
    settings::Settings,
    workspace::Session,
};
use crate::{
    error::{Exit, Result},
    lab::Scope,
    operate::{self, Survey, addresses},
    report::{Next, Plan},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run(
        "mysfits deploy part-2 --local",
        "Parts 1 and 2, in the local cloud on this machine",
    ),
    Example::run(
        "mysfits deploy all --topology economy",
        "The whole lab on AWS, without NAT gateways; asks first",
    ),
];

/// Deploy it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take over existing resources that have the lab's names but not its tag
    #[arg(long)]
    adopt: bool,
    #[command(flatten)]
    nonce: NonceFlag,
    #[command(flatten)]
    expires: ExpiresFlag,
    /// Start nothing more after the first failure
    #[arg(long)]
    fail_fast: bool,
}

pub(super) async fn run(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    let settings = args.expires.add_to(&args.nonce.add_to(settings, scope)?);
    let mut session = Session::open(&settings, args.adopt).await?;
    session.workspace.fails_fast = args.fail_fast;
    let Session { workspace, screen, .. } = &session;
    // No confirmation for what cannot work.
    for unknown in session.reading(operate::check_input(workspace, scope)).await? {
        screen.say(&unknown);
    }
    session.reading(operate::preflight(workspace, scope)).await?;
    if workspace.destination.costs_money() {
        let survey = session.reading(Survey::of(workspace, scope)).await?;
        if survey.changes() {
            screen.before(&Plan(&survey));
            let typical = workspace.deploy_takes(&survey);
            screen.say_duration(typical);
            let left = workspace.destination.credentials.left();
            if let Some(left) = left.filter(|left| *left < typical) {
                screen.say_credentials_end(left, typical);
            }
            confirm::deployment(&session, &survey).await?;
        }
    }
    let end = operate::deploy(workspace, scope).await?;
    let next = Next {
        again: &this_command(),
        cleanup: &cleanup_command(),
        is_local: workspace.destination.is_local(),
        learner_lab: workspace.learner_lab(),
    };
    screen.deployed(&end, &addresses(&end.known), &next);
    Ok(end.failed().unwrap_or(Exit::Done))
}
