//! `mysfits check`: whether the lab is right, as a student and a grader see it.

use std::sync::Arc;

use super::{interrupt, settings::Settings, workspace::Session};
use crate::{
    error::{Exit, Result},
    http::Network,
    lab::Scope,
    operate::{CheckedLab, check_lab, check_site},
    report::{CheckList, Screen},
};

/// Check whether the lab is right, without changing anything
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Check from outside only, beginning at the address of this site; needs no credentials
    #[arg(long, value_name = "SITE")]
    url: Option<String>,
    /// The site must hold this text, as `nonce` in its `config.js` or as an object `nonce.txt`
    #[arg(long, value_name = "TEXT", requires = "url")]
    nonce: Option<String>,
    /// The id of the API, if it was made by hand under another name
    #[arg(long, value_name = "ID", conflicts_with = "url")]
    api: Option<String>,
}

pub(super) async fn run(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    match &args.url {
        Some(url) => from_outside(settings, scope, url, args.nonce.as_deref()).await,
        None => in_account(settings, scope, args).await,
    }
}

async fn in_account(settings: &Settings, scope: Scope, args: &Args) -> Result<Exit> {
    let settings = settings.with_api(args.api.as_deref());
    // What students make by hand carries no tag.
    let session = Session::open(&settings, true).await?;
    let checked = session.reading(check_lab(&session.workspace, scope)).await?;
    Ok(show(&session.screen, &checked))
}

/// No session is opened: who grades has no credentials for the account, and must not need any.
async fn from_outside(
    settings: &Settings,
    scope: Scope,
    url: &str,
    nonce: Option<&str>,
) -> Result<Exit> {
    let screen = Arc::new(Screen::new(settings.screen));
    let interrupt = interrupt::watch(screen.clone());
    let network = Network::open(&settings.destination.network).await?;
    let checking = check_site(&network, url, scope, nonce);
    let checked = super::workspace::unless_interrupted(&screen, &interrupt, checking).await?;
    Ok(show(&screen, &checked))
}

/// Shows the result, and returns the exit code.
fn show(screen: &Screen, checked: &CheckedLab) -> Exit {
    screen.result(&CheckList(checked));
    checked.exit()
}
