//! What a resource receives while work on it is in progress: the report, the number of attempts,
//! the interrupt, and tolerance for eventual consistency.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Event, Id, Interrupt, Report, Wait};
use crate::{
    aws::{Failure, Operation, Sent, call},
    lab::{LabId, Owner},
};

/// The context of the work on a resource.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The lab.
    pub(crate) lab: &'a LabId,
    /// The listener.
    pub(crate) report: &'a dyn Report,
    /// Whether the user asked to stop.
    pub(crate) interrupt: &'a Interrupt,
    /// Whether existing resources without a lab's tag are taken over.
    pub(crate) adopts: bool,
}

impl Context<'_> {
    /// Returns whether a resource of this owner may be changed.
    pub(crate) fn may_change(&self, owner: &Owner) -> bool {
        owner.is_ours_or_taken_over(self.adopts)
    }

    /// Reports an event.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        self.report.event(self.lab, event);
    }
}

/// The work on one resource.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    id: Id,
    context: &'a Context<'a>,
    attempt: u32,
    existed: &'a AtomicBool,
}

impl<'a> Step<'a> {
    pub(super) fn new(id: Id, context: &'a Context<'a>, existed: &'a AtomicBool) -> Self {
        Self { id, context, attempt: 0, existed }
    }

    /// Records that AWS answered the creation with this "it exists already". It may not have been
    /// created by this run, so its state is not attributed to eventual consistency; unless an earlier
    /// attempt of the same call may have created it.
    pub(crate) fn it_existed(&self, failure: &Failure) {
        if !failure.may_have_worked {
            self.existed.store(true, Ordering::Relaxed);
        }
    }

    /// Returns the result of a creation, in which these error codes mean that it exists already.
    ///
    /// # Errors
    /// When AWS returned any other error.
    pub(crate) fn created<T>(
        &self,
        sent: Result<T, Failure>,
        exists: &[&str],
    ) -> Result<(), Failure> {
        match sent {
            Err(failure) if failure.is_any(exists) => {
                self.it_existed(&failure);
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    /// Returns whether AWS said that it exists already.
    pub(super) fn existed(&self) -> bool {
        self.existed.load(Ordering::Relaxed)
    }

    /// Returns this step with another attempt number.
    pub(super) fn at(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// Returns how many attempts this run has made before.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns whether a resource of this owner may be changed.
    pub(crate) fn may_change(&self, owner: &Owner) -> bool {
        self.context.may_change(owner)
    }

    /// Reports what is being done now: "writing the bucket policy".
    pub(crate) fn status(&self, text: impl Into<String>) {
        self.context.tell(&Event::Status { id: self.id, text: text.into() });
    }

    /// Reports something that should stay: a warning, a decision.
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.context.tell(&Event::Note { id: self.id, text: text.into() });
    }

    /// Returns a wait of at most this long, which ends when the user asks to stop.
    pub(crate) fn wait(&self, longest: Duration) -> Wait<'a> {
        Wait::new(self.context.interrupt, longest)
    }

    /// Returns whether the user asked to stop; long work should then end early.
    pub(crate) fn interrupted(&self) -> bool {
        self.context.interrupt.asked()
    }

    /// Makes a call, and retries it while AWS returns a transient error.
    pub(crate) async fn settled<T, E, F>(
        &self,
        operation: &'static Operation,
        send: impl Fn() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Sent<T, E>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.settled_unless(operation, |_| false, send).await
    }

    /// The same, but the caller excludes failures that it knows to be permanent.
    pub(crate) async fn settled_unless<T, E, F>(
        &self,
        operation: &'static Operation,
        stays: impl Fn(&Failure) -> bool,
        send: impl Fn() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Sent<T, E>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let mut wait = None;
        loop {
            let failure = match call(operation, send()).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let passes = failure.passes().filter(|_| !stays(&failure));
            let Some(longest) = passes else { return Err(failure) };
            self.status(format!("waiting: {operation}: {}", failure.message));
            // The deadline or an interrupt ends the wait; AWS's own error is then the more useful
            // one.
            let wait = wait.get_or_insert_with(|| self.wait(longest));
            if wait.pause(operation.name).await.is_err() {
                return Err(failure);
            }
        }
    }
}
