//! Patience with what AWS shows late.

use std::time::Duration;

use crate::{
    engine::{Step, Wait},
    error::{Code, Result},
};

/// How long AWS may take to show what this run has created, with its tags, or removed. Reads of several
/// services are eventually consistent; usually it is seconds.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html>
const LATE: Duration = Duration::from_mins(2);

/// Patience with what AWS shows late of what this run has created or removed.
pub(super) struct Late<'a> {
    step: Step<'a>,
    wait: Option<Wait<'a>>,
}

impl<'a> Late<'a> {
    pub(super) fn new(step: Step<'a>) -> Self {
        Self { step, wait: None }
    }

    /// Waits a little, and returns whether there was still time for that.
    ///
    /// # Errors
    /// When the user asked to stop.
    pub(super) async fn pause(&mut self, title: &str) -> Result<bool> {
        let Self { step, wait } = self;
        step.status("waiting: AWS does not show the change yet");
        match wait.get_or_insert_with(|| step.wait(LATE)).pause(title).await {
            Err(error) if error.code == Code::Interrupted => Err(error),
            paused => Ok(paused.is_ok()),
        }
    }

    /// What was late is shown: the next time begins anew.
    pub(super) fn is_over(&mut self) {
        self.wait = None;
    }
}
