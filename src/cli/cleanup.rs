//! `mysfits cleanup`: removes a part of the lab, and checks that it is gone.

use super::{
    command_line::this_command, confirm, expires, help::Example, settings::Settings,
    workspace::Session,
};
use crate::{
    error::{Exit, Result},
    lab::Scope,
    operate::{Beside, Bill, Cleaned, Cleanup},
    report::{LastLook, Removal, Screen},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run(
        "mysfits cleanup part-4 --local --dry-run",
        "What would be removed with part 4, and why",
    ),
    Example::run("mysfits cleanup all --keep table", "All but the table; asks first"),
    Example::run("mysfits cleanup --expired", "All labs whose time is over"),
];

/// Tear it down
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Also remove existing resources that have the lab's names but not its tag
    #[arg(long)]
    adopt: bool,
    /// Keep these resources or sections, such as `bucket,table`, and what they need
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    keep: Vec<String>,
    /// Remove all labs of the account whose time is over, as `deploy --expires` has tagged them: made for a nightly job with `--yes`
    #[arg(long, hide_short_help = true, conflicts_with_all = ["adopt", "keep"])]
    expired: bool,
    /// Only show what would be removed
    #[arg(long)]
    pub(super) dry_run: bool,
}

pub(super) async fn run(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    if args.expired {
        return expires::cleanup(settings, scope, args).await;
    }
    let session = Session::open(settings, args.adopt).await?;
    of(&session, settings, scope, args).await
}

/// Removes a part of the lab of a session.
///
/// # Errors
/// When the user interrupted, or did not confirm.
pub(super) async fn of(
    session: &Session,
    settings: &Settings,
    scope: Scope,
    args: &Args,
) -> Result<Exit> {
    let Session { workspace, screen, .. } = session;
    let cleanup = session.reading(Cleanup::plan(workspace, scope, &args.keep)).await?;
    if args.dry_run {
        screen.result(&Removal(cleanup.survey()));
        return Ok(cleanup.survey().looked());
    }
    screen.before(&Removal(cleanup.survey()));
    if cleanup.removes() {
        confirm::removal(session, cleanup.survey()).await?;
    }
    let cleaned = cleanup.run(workspace, Beside::OtherLabs).await?;
    for end in &cleaned.runs {
        screen.end(end, &this_command());
    }
    show(&cleaned, settings, screen);
    Ok(cleaned.exit())
}

fn show(cleaned: &Cleaned, settings: &Settings, screen: &Screen) {
    let Some(leftovers) = &cleaned.leftovers else {
        say_what_it_costs(screen, &cleaned.bill);
        return;
    };
    screen.result(&LastLook { leftovers, commands: &settings.commands() });
    if let Some(error) = leftovers.error() {
        screen.error(&error);
    }
}

fn say_what_it_costs(screen: &Screen, bill: &Bill) {
    let most = bill.seen() + bill.unknown;
    if most > 0.0 {
        screen.say(&format!("what is still there costs up to ${most:.2} a day on AWS"));
    }
}
