//! The tasks of the service.

use aws_sdk_ecs::{
    Client,
    types::{DesiredStatus, Task},
};

use crate::{
    aws::{call, operations::ecs as op},
    destination::Destination,
    error::{Code, Error, Result},
    lab::Names,
    resources::log_group::streams::id_of,
};

/// Returns the id of the task that runs in the service now; the newest one during a replacement.
///
/// # Errors
/// When there is no service.
pub(crate) async fn current_task(
    destination: &Destination,
    names: &Names,
) -> Result<Option<String>> {
    let list = destination
        .client::<Client>()
        .list_tasks()
        .cluster(&names.cluster)
        .service_name(&names.service);
    let answer = match call(&op::LIST_TASKS, list.send()).await {
        Err(failure)
            if failure.is_any(&["ClusterNotFoundException", "ServiceNotFoundException"]) =>
        {
            let message = format!("there is no service `{}`", names.service);
            return Err(
                Error::new(Code::NoTask, message).hint("`mysfits deploy part-3` creates it")
            );
        }
        other => other?,
    };
    Ok(answer.task_arns().first().and_then(|arn| id_of(arn)))
}

/// Returns the tasks of the service that have stopped. ECS shows them for an hour.
///
/// # Errors
/// When an ECS call fails.
pub(super) async fn stopped_tasks(ecs: &Client, names: &Names) -> Result<Vec<Task>> {
    let list = ecs
        .list_tasks()
        .cluster(&names.cluster)
        .service_name(&names.service)
        .desired_status(DesiredStatus::Stopped);
    let arns = call(&op::LIST_TASKS, list.send()).await?.task_arns.unwrap_or_default();
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let describe = ecs.describe_tasks().cluster(&names.cluster).set_tasks(Some(arns));
    Ok(call(&op::DESCRIBE_TASKS, describe.send()).await?.tasks.unwrap_or_default())
}
