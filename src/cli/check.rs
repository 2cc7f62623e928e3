//! `mysfits check`: whether the lab is right, as a student and a grader see it.

use std::sync::Arc;

use super::{
    check_report::{Planned, ReportFlags},
    help::Example,
    interrupt,
    settings::Settings,
    watch::{Ended, Watcher, pace},
    workspace::{Session, unless_interrupted},
};
use crate::{
    error::{Exit, Result},
    http::Network,
    lab::Scope,
    operate::{CheckedLab, check_lab, check_site},
    report::{CheckList, CheckWatch, Screen},
};

/// The examples in the help.
pub(super) const EXAMPLES: &[Example] = &[
    Example::run("mysfits check part-3 --local", "What is right and what is not, with hints"),
    Example::run("mysfits check all --report html", "The same as a page in `check.html`"),
    Example::parsed(
        "mysfits check --url http://mysfits.example --nonce a7",
        "From outside, without credentials",
        "the address is that of a student's site",
    ),
];

/// Check whether the lab is right, without changing anything
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Check from outside only, without credentials
    ///
    /// It begins at the address of the site, and continues with what that names.
    #[arg(long, value_name = "SITE")]
    url: Option<String>,
    /// The site must hold this text, as `nonce` in its `config.js` or as an object `nonce.txt`
    #[arg(long, value_name = "TEXT", requires = "url", hide_short_help = true)]
    nonce: Option<String>,
    /// The id of the API, if it was made by hand under another name
    #[arg(long, value_name = "ID", conflicts_with = "url", hide_short_help = true)]
    api: Option<String>,
    #[command(flatten)]
    report: ReportFlags,
    /// Check again and again, and show what to work on next
    ///
    /// `n` shows the next, `h` its hint, `l` all, and `q` quits.
    #[arg(long, short, conflicts_with = "report")]
    watch: bool,
}

pub(super) async fn run(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    let report = args.report.planned()?;
    match &args.url {
        Some(url) => from_outside(settings, scope, args, url, report).await,
        None => in_account(settings, scope, args, report).await,
    }
}

async fn in_account(
    settings: &Settings,
    scope: Scope,
    args: &Args,
    report: Option<Planned>,
) -> Result<Exit> {
    let settings = settings.with_api(args.api.as_deref());
    // What students make by hand carries no tag.
    let session = Session::open(&settings, true).await?;
    let watcher = Watcher {
        screen: &session.screen,
        interrupt: &session.interrupt,
        between: pace(session.workspace.destination.is_local()),
    };
    let look = async || check_lab(&session.workspace, scope).await;
    check(watcher, args.watch, report, look).await
}

/// No session is opened: who grades has no credentials for the account, and must not need any.
async fn from_outside(
    settings: &Settings,
    scope: Scope,
    args: &Args,
    url: &str,
    report: Option<Planned>,
) -> Result<Exit> {
    let screen = Arc::new(Screen::new(settings.screen));
    let interrupt = interrupt::watch(screen.clone());
    let network = Network::open(&settings.destination.network).await?;
    let watcher = Watcher { screen: &screen, interrupt: &interrupt, between: pace(false) };
    let look = async || check_site(&network, url, scope, args.nonce.as_deref()).await;
    check(watcher, args.watch, report, look).await
}

/// Checks once or again and again, shows the result, and returns the exit code.
async fn check(
    watcher: Watcher<'_>,
    again: bool,
    report: Option<Planned>,
    look: impl AsyncFn() -> Result<CheckedLab>,
) -> Result<Exit> {
    let Watcher { screen, interrupt, .. } = watcher;
    if again {
        let mut view = CheckWatch::default();
        return Ok(match watcher.watch(&mut view, look).await? {
            Ended::Quit => view.checked().map_or(Exit::Interrupted, CheckedLab::exit),
            Ended::Interrupted => Exit::Interrupted,
        });
    }
    let checked = unless_interrupted(screen, interrupt, look()).await?;
    screen.result(&CheckList(&checked));
    match report {
        Some(report) => report.write(&checked, screen),
        None => Ok(checked.exit()),
    }
}
