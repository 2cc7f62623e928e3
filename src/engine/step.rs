//! What a resource is given while it works: where to tell of it, how often it has tried, whether to
//! stop, and patience with what AWS shows late.

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

/// Where a resource works.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The lab that is worked on.
    pub(crate) lab: &'a LabId,
    /// Who is told.
    pub(crate) report: &'a dyn Report,
    /// Whether the user asked to stop.
    pub(crate) interrupt: &'a Interrupt,
    /// Whether what exists without the lab's tag is taken over.
    pub(crate) adopts: bool,
}

impl Context<'_> {
    /// Whether a resource of this owner may be changed.
    pub(crate) fn may_change(&self, owner: &Owner) -> bool {
        *owner == Owner::Ours || self.adopts
    }

    /// Tells of an event.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        self.report.event(self.lab, event);
    }
}

/// One resource at work.
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

    /// Says that AWS answered the creation with "it exists already": whoever created it, it may not
    /// have been this run, so what it is like is not put down to AWS showing it late.
    pub(crate) fn it_existed(&self) {
        self.existed.store(true, Ordering::Relaxed);
    }

    /// What a creation came to, where these codes of AWS say that it exists already.
    ///
    /// # Errors
    /// When AWS said anything else.
    pub(crate) fn created<T>(
        &self,
        sent: Result<T, Failure>,
        exists: &[&str],
    ) -> Result<(), Failure> {
        match sent {
            Err(failure) if failure.is_any(exists) => {
                self.it_existed();
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    /// Whether AWS said so.
    pub(super) fn existed(&self) -> bool {
        self.existed.load(Ordering::Relaxed)
    }

    /// The same at another attempt.
    pub(super) fn at(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// How often this run has acted on the resource before.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether a resource of this owner may be changed.
    pub(crate) fn may_change(&self, owner: &Owner) -> bool {
        self.context.may_change(owner)
    }

    /// Says what is being done now: "writing the bucket policy".
    pub(crate) fn status(&self, text: impl Into<String>) {
        self.context.tell(&Event::Status { id: self.id, text: text.into() });
    }

    /// Says something that should stay: a warning, a choice made.
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.context.tell(&Event::Note { id: self.id, text: text.into() });
    }

    /// A wait of at most this long, which ends when the user asks to stop.
    pub(crate) fn wait(&self, longest: Duration) -> Wait<'a> {
        Wait::new(self.context.interrupt, longest)
    }

    /// Whether the user asked to stop; long work should then end early.
    pub(crate) fn interrupted(&self) -> bool {
        self.context.interrupt.asked()
    }

    /// Makes a call, and again while AWS says one of the things that pass by themselves.
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

    /// The same, where the caller knows better of some failures that they stay.
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
            self.status(format!("waiting: AWS says {} to {operation}", failure.message));
            // The deadline or an interrupt ends the wait; then AWS's own words say more than ours.
            let wait = wait.get_or_insert_with(|| self.wait(longest));
            if wait.pause(operation.name).await.is_err() {
                return Err(failure);
            }
        }
    }
}
