//! What a user chose, against what another run is doing at the same time.

use aws_sdk_cloudformation::{
    primitives::DateTimeFormat,
    types::{Stack, StackStatus},
};

use super::parameters::{self, Parameters};
use crate::{
    engine::Setting,
    error::{Code, Error, Result},
};

/// Refuses to wait for a stack that another run is changing into something else than was chosen:
/// the two would change it in turns.
///
/// # Errors
/// [`Code::Contradicts`], with what the other run does, and since when.
pub(super) fn check(parameters: &Parameters, stack: &Stack) -> Result<()> {
    let begun = match stack.stack_status() {
        Some(StackStatus::CreateInProgress) => stack.creation_time(),
        Some(StackStatus::UpdateInProgress) => stack.last_updated_time(),
        _ => return Ok(()),
    };
    let settings = parameters.compared(stack);
    let chosen = |it: &&Setting| it.differs() && parameters::is_choice(&it.name);
    let Some(Setting { name, expected, actual }) = settings.iter().find(chosen) else {
        return Ok(());
    };
    let since = begun.and_then(|time| time.fmt(DateTimeFormat::DateTime).ok()).unwrap_or_default();
    let message = format!(
        "the stack is being changed since {since}: {name} becomes {actual}, not {expected}"
    );
    Err(Error::new(Code::Contradicts, message))
}
