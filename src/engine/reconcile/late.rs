//! Tolerance for eventual consistency.

use std::time::Duration;

use crate::{
    engine::{Step, Wait},
    error::{Code, Result},
};

/// How long AWS may take to show, with its tags, what this run has created or removed. Reads of
/// several services are eventually consistent; usually it is seconds.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html>
const LATE: Duration = Duration::from_mins(2);

/// Waits while AWS does not yet show what this run has created or removed.
pub(super) struct Late<'a> {
    step: Step<'a>,
    wait: Option<Wait<'a>>,
}

impl<'a> Late<'a> {
    pub(super) fn new(step: Step<'a>) -> Self {
        Self { step, wait: None }
    }

    /// Pauses, and returns whether there was still time to do so.
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

    /// Resets the deadline once AWS shows the change.
    pub(super) fn is_over(&mut self) {
        self.wait = None;
    }
}
