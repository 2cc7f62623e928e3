//! Whether a lab may go: what its resources say, and AWS's clock.

use super::{Survey, Workspace};
use crate::{
    destination::no_time,
    engine::{Presence, Reason},
    error::{Code, Error, Result},
    lab::{Expiry, Scope, parts::Part},
};

impl Workspace {
    /// Returns whether the time of the lab is over. AWS's index of tags follows with a delay and may
    /// show a time that was moved since, so the resources themselves are looked at.
    ///
    /// # Errors
    /// When AWS did not say the time, something could not be looked at, or the user interrupted.
    pub(crate) async fn has_expired(&self) -> Result<bool> {
        let now = self.destination.now().ok_or_else(no_time)?;
        let survey = Survey::of(self, Scope::Part(Part::All)).await?;
        Ok(expires(&survey)?.is_some_and(|expires| expires.is_past(now)))
    }
}

/// Returns the latest time on what is the lab's; `None` if there is none.
///
/// # Errors
/// When something could not be looked at: a later time may be on it.
fn expires(survey: &Survey) -> Result<Option<Expiry>> {
    for row in &survey.rows {
        if let Presence::Unknown(why) = &row.seen.presence
            && why.reason != Reason::Dependency
        {
            let message = format!(
                "`{}` could not be looked at, and may say that the lab is still needed: {}",
                row.about.id, why.words
            );
            return Err(Error::new(Code::Left, message)
                .hint("run the same command again with credentials that may look"));
        }
    }
    let own = survey.rows.iter().filter(|row| row.seen.is_ours());
    Ok(own.filter_map(|row| row.seen.expires).max())
}
