//! Evaluates a stack's events: the first failure, and the resource in progress.

use aws_sdk_cloudformation::{
    Client,
    types::{ResourceStatus, StackEvent},
};

use crate::{
    aws::{call, operations::cloudformation as op},
    error::Result,
};

/// The reasons that CloudFormation gives for resources that it cancels because another one failed.
const ECHOES: [&str; 2] = ["Resource creation cancelled", "Resource update cancelled"];

/// The reason if no failure event has one.
const SILENT: &str = "its events give no reason";

/// Returns the earliest failure since the start of the stack's latest operation. That one is the
/// cause, and later ones follow from it.
///
/// # Errors
/// When AWS returns an error.
pub(super) async fn first_failure(cloudformation: &Client, stack: &str) -> Result<String> {
    let events = all(cloudformation, stack).await?;
    Ok(cause(&events).unwrap_or_else(|| SILENT.to_owned()))
}

/// Returns the earliest failure of an update that was rolled back; `None` if the events show a
/// newer operation, which the stack's status does not show yet.
///
/// # Errors
/// When AWS returns an error.
pub(super) async fn of_rollback(cloudformation: &Client, stack: &str) -> Result<Option<String>> {
    let events = all(cloudformation, stack).await?;
    Ok(is_over(&events).then(|| cause(&events).unwrap_or_else(|| SILENT.to_owned())))
}

/// Returns the resource that has been in progress longest, as text; `None` if there is none.
///
/// # Errors
/// When AWS returns an error.
pub(super) async fn in_progress(cloudformation: &Client, stack: &str) -> Result<Option<String>> {
    let list = cloudformation.describe_stack_resources().stack_name(stack);
    let resources = call(&op::DESCRIBE_STACK_RESOURCES, list.send()).await?;
    let oldest = resources
        .stack_resources()
        .iter()
        .filter(|it| {
            it.resource_status().is_some_and(|status| status.as_str().ends_with("_IN_PROGRESS"))
        })
        .min_by_key(|it| it.timestamp().map(aws_sdk_cloudformation::primitives::DateTime::secs));
    Ok(oldest.and_then(|it| it.logical_resource_id()).map(|name| format!("`{name}`")))
}

/// Returns all events, newest first.
async fn all(cloudformation: &Client, stack: &str) -> Result<Vec<StackEvent>> {
    let mut events = Vec::new();
    let mut list = cloudformation.describe_stack_events().stack_name(stack);
    loop {
        let page = call(&op::DESCRIBE_STACK_EVENTS, list.clone().send()).await?;
        events.extend(page.stack_events.unwrap_or_default());
        let Some(next) = page.next_token else { return Ok(events) };
        list = list.next_token(next);
    }
}

fn cause(newest_first: &[StackEvent]) -> Option<String> {
    let failed = |event: &&StackEvent| {
        let failed = matches!(
            event.resource_status(),
            Some(
                ResourceStatus::CreateFailed
                    | ResourceStatus::UpdateFailed
                    | ResourceStatus::DeleteFailed
            )
        );
        let reason = event.resource_status_reason().unwrap_or_default();
        failed && !ECHOES.iter().any(|echo| reason.starts_with(echo))
    };
    // Failures of an earlier update or deletion are irrelevant.
    let begun = newest_first.iter().position(begins).unwrap_or(newest_first.len());
    let first = newest_first[..begun].iter().rev().find(failed)?;
    let name = first.logical_resource_id().unwrap_or_default();
    let kind = first.resource_type().unwrap_or_default();
    let reason = first.resource_status_reason().unwrap_or("no reason given");
    Some(format!("`{name}` ({kind}): {reason}"))
}

/// Returns whether the newest event of the stack as a whole is the end of a rollback of an update.
fn is_over(newest_first: &[StackEvent]) -> bool {
    let newest = newest_first.iter().find(|event| is_of_stack(event));
    let status = newest.and_then(|event| event.resource_status());
    status == Some(&ResourceStatus::UpdateRollbackComplete)
}

/// Returns whether an event starts the creation, update or deletion of the stack as a whole.
fn begins(event: &StackEvent) -> bool {
    is_of_stack(event)
        && matches!(
            event.resource_status(),
            Some(
                ResourceStatus::CreateInProgress
                    | ResourceStatus::UpdateInProgress
                    | ResourceStatus::DeleteInProgress
            )
        )
}

/// Returns whether an event is about the stack as a whole.
fn is_of_stack(event: &StackEvent) -> bool {
    event.resource_type() == Some("AWS::CloudFormation::Stack")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, status: ResourceStatus, reason: &str) -> StackEvent {
        StackEvent::builder()
            .logical_resource_id(name)
            .resource_type("AWS::EC2::EIP")
            .resource_status(status)
            .resource_status_reason(reason)
            .build()
    }

    #[test]
    fn the_cause_is_the_earliest_failure_that_is_no_echo() {
        let newest_first = [
            event("TheStack", ResourceStatus::RollbackInProgress, "failed to create: [One, Two]"),
            event("Two", ResourceStatus::CreateFailed, "a later failure"),
            event("One", ResourceStatus::CreateFailed, "The maximum number of addresses"),
            event("Three", ResourceStatus::CreateFailed, "Resource creation cancelled"),
            event("One", ResourceStatus::CreateInProgress, ""),
        ];
        assert_eq!(
            cause(&newest_first).as_deref(),
            Some("`One` (AWS::EC2::EIP): The maximum number of addresses")
        );
        assert_eq!(cause(&newest_first[4..]), None);
    }

    fn of_stack(status: ResourceStatus) -> StackEvent {
        let event = StackEvent::builder().resource_type("AWS::CloudFormation::Stack");
        event.resource_status(status).build()
    }

    #[test]
    fn a_rollback_is_over_until_something_else_begins() {
        let newest_first = [
            event("One", ResourceStatus::CreateInProgress, ""),
            of_stack(ResourceStatus::UpdateInProgress),
            event("One", ResourceStatus::DeleteComplete, ""),
            of_stack(ResourceStatus::UpdateRollbackComplete),
        ];
        assert!(!is_over(&newest_first) && is_over(&newest_first[2..]));
    }

    #[test]
    fn what_failed_an_earlier_time_is_another_story() {
        let begun = of_stack(ResourceStatus::DeleteInProgress);
        let newest_first = [
            event("Subnet", ResourceStatus::DeleteFailed, "it has dependencies"),
            begun,
            event("Role", ResourceStatus::UpdateFailed, "last month"),
        ];
        assert_eq!(
            cause(&newest_first).as_deref(),
            Some("`Subnet` (AWS::EC2::EIP): it has dependencies")
        );
        assert_eq!(cause(&newest_first[1..]), None);
    }
}
