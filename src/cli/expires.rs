//! When labs may go: `--expires` tags them, and `cleanup --expired` removes those whose time is over.

use super::{cleanup, settings::Settings, workspace::Session};
use crate::{
    destination::no_time,
    error::{Code, Error, Exit, Result},
    lab::{Lifetime, Scope, check_lab_name, lab_flag, parts::Part},
    operate::{FoundLab, Labs},
    report::regions_not_looked_at,
};

/// The flag `--expires`.
#[derive(Debug, clap::Args)]
pub(super) struct ExpiresFlag {
    /// Tag the lab with the time, so long from now, after which `cleanup --expired` removes it: `8h`, `2d` [default: unchanged]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    expires: Option<Lifetime>,
}

impl ExpiresFlag {
    /// Returns the settings with this lifetime.
    pub(super) fn add_to(&self, settings: &Settings) -> Settings {
        settings.with_lifetime(self.expires)
    }
}

/// Removes all labs of the account that have expired, one after the other, each as `cleanup` does. A
/// region that could not be looked at may have some: the exit code says so.
///
/// # Errors
/// When AWS did not say the time, the user interrupted, or did not confirm.
pub(super) async fn cleanup(
    settings: &Settings,
    scope: Scope,
    args: &cleanup::Args,
) -> Result<Exit> {
    if scope != Scope::Part(Part::All) {
        let message = "`--expired` removes whole labs, and not parts of them";
        return Err(Error::new(Code::CommandLine, message).hint("`mysfits cleanup --expired`"));
    }
    let session = Session::open(settings, false).await?;
    let labs = session.reading(Labs::look(&session.workspace)).await?;
    let now = session.workspace.destination.now().ok_or_else(no_time)?;
    let is_over = |lab: &&FoundLab| lab.expires.is_some_and(|expires| expires.is_past(now));
    let expired: Vec<&FoundLab> = labs.found.iter().filter(is_over).collect();
    if expired.is_empty() {
        session.screen.say("no lab has expired");
    }
    let mut exit = Exit::Done;
    for lab in expired {
        exit = match one(&session, settings, lab, args).await {
            Ok(Exit::Interrupted) => return Ok(Exit::Interrupted),
            Ok(Exit::Done) => exit,
            Ok(_) => Exit::Partly,
            // The user wants no more, or is not there.
            Err(error)
                if matches!(error.code, Code::Interrupted | Code::Declined | Code::NoTerminal) =>
            {
                return Err(error);
            }
            // What fails for one lab stops no other.
            Err(error) => {
                session.screen.error(&error);
                Exit::Partly
            }
        };
    }
    if let Some(clause) = regions_not_looked_at(&labs.not_looked_at) {
        session.screen.say(&clause);
        exit = Exit::Partly;
    }
    Ok(exit)
}

async fn one(
    session: &Session,
    settings: &Settings,
    lab: &FoundLab,
    args: &cleanup::Args,
) -> Result<Exit> {
    let until = lab.expires.map(|expires| expires.to_string()).unwrap_or_default();
    let name = format!("lab `{}` in {}", lab.name, lab.region);
    session.screen.say(&format!("{name} was needed until {until}"));
    if lab_flag(&lab.name).is_some_and(|name| check_lab_name(name).is_err()) {
        session.screen.say("`--lab` does not accept its name: remove it in the AWS console");
        return Ok(Exit::Partly);
    }
    let settings = settings.of_found(lab);
    let of_lab = session.of(&settings).await?;
    if !session.reading(of_lab.workspace.has_expired()).await? {
        session.screen.say(&format!("{name} is still needed, as its resources say; it stays"));
        return Ok(Exit::Done);
    }
    cleanup::of(&of_lab, &settings, Scope::Part(Part::All), args).await
}
