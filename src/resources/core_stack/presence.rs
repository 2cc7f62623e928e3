//! Whether the stack is usable, with the reason of AWS's.

use aws_sdk_cloudformation::types::{Stack, StackStatus};

use super::{CoreStack, events, standing::Standing};
use crate::{engine::Presence, error::Result};

impl CoreStack {
    /// Returns whether the stack is usable, and if not, why.
    pub(super) async fn presence(&self, stack: &Stack) -> Result<Presence> {
        let id = stack.stack_id().unwrap_or(&self.name);
        let status = stack.stack_status().map_or("of unknown state", StackStatus::as_str);
        Ok(match Standing::of(stack.stack_status()) {
            Standing::Whole => Presence::There,
            Standing::Gone => Presence::Absent,
            Standing::Ruined => {
                let why = events::first_failure(&self.cloudformation, id).await?;
                Presence::Broken { why: format!("the stack is {status}: {why}") }
            }
            Standing::InReview => {
                Presence::Waiting { status: format!("{status}: execute or delete its change set") }
            }
            Standing::Moving => {
                let now = events::in_progress(&self.cloudformation, id).await?;
                let now = now.map(|now| format!(", now {now}")).unwrap_or_default();
                Presence::Settling { status: format!("{status}{now}") }
            }
        })
    }

    /// Returns the presence of a stack whose last update was rolled back and which still differs.
    /// The time of the update is part of it: a second rollback for the same reason is another
    /// failure.
    pub(super) async fn rolled_back(&self, stack: &Stack) -> Result<Presence> {
        let id = stack.stack_id().unwrap_or(&self.name);
        let time = stack.last_updated_time().map(ToString::to_string).unwrap_or_default();
        Ok(match events::of_rollback(&self.cloudformation, id).await? {
            Some(cause) => {
                Presence::Broken { why: format!("the update of {time} was rolled back: {cause}") }
            }
            None => Presence::Settling { status: "about to be updated".to_owned() },
        })
    }
}
