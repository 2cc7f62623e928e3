//! Determines whether ECS considers the service stable, and if not, why.

use aws_sdk_ecs::types::{Deployment, DeploymentRolloutState, Service};

/// Returns the newest deployment.
pub(super) fn primary(service: &Service) -> Option<&Deployment> {
    service.deployments().iter().find(|deployment| deployment.status() == Some("PRIMARY"))
}

/// Returns why the newest deployment has failed; `None` if it has not.
pub(super) fn failure(service: &Service) -> Option<String> {
    let failed = |it: &&Deployment| it.rollout_state() == Some(&DeploymentRolloutState::Failed);
    let reason = primary(service).filter(failed)?.rollout_state_reason();
    Some(format!("its deployment has failed: {}", reason.unwrap_or("no reason given")))
}

/// Returns why ECS does not consider it stable: that requires a single deployment, with the desired
/// number of tasks. `None` if it is stable.
pub(super) fn unstable(service: &Service) -> Option<String> {
    let (running, wanted) = (service.running_count(), service.desired_count());
    let deployments = service.deployments().len();
    let completed = primary(service).is_none_or(|it| {
        it.rollout_state().is_none_or(|state| *state == DeploymentRolloutState::Completed)
    });
    if running == wanted && deployments == 1 && completed {
        return None;
    }
    let crashed = primary(service).map_or(0, Deployment::failed_tasks);
    let mut words = vec![format!("{running} of {wanted} tasks running")];
    if deployments > 1 {
        words.push("an older deployment is being replaced".to_owned());
    }
    if crashed > 0 {
        words.push(format!("{crashed} have failed"));
    }
    words.extend(unplaced(service).map(str::to_owned));
    Some(words.join(", "))
}

/// Returns ECS's event when it cannot place a task, for instance because of a quota of the account:
/// it then retries forever, and no task shows it.
fn unplaced(service: &Service) -> Option<&str> {
    let newest = service.events().first()?.message()?;
    newest.contains("unable to place a task").then_some(newest)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::ServiceEvent;

    use super::*;

    fn service(running: i32, deployments: Vec<Deployment>) -> Service {
        Service::builder()
            .running_count(running)
            .desired_count(1)
            .set_deployments(Some(deployments))
            .build()
    }

    fn deployment(status: &str, state: DeploymentRolloutState, failed: i32) -> Deployment {
        Deployment::builder().status(status).rollout_state(state).failed_tasks(failed).build()
    }

    #[test]
    fn stable_is_one_completed_deployment_with_all_tasks() {
        use DeploymentRolloutState::{Completed, InProgress};
        let done = || deployment("PRIMARY", Completed, 0);
        assert_eq!(unstable(&service(1, vec![done()])), None);
        assert_eq!(unstable(&service(0, vec![done()])).as_deref(), Some("0 of 1 tasks running"));
        let crashing = deployment("PRIMARY", InProgress, 2);
        assert_eq!(
            unstable(&service(0, vec![crashing])).as_deref(),
            Some("0 of 1 tasks running, 2 have failed")
        );
        let rolling =
            vec![deployment("PRIMARY", InProgress, 0), deployment("ACTIVE", Completed, 0)];
        assert!(
            unstable(&service(1, rolling)).is_some_and(|text| text.contains("older deployment"))
        );
    }

    #[test]
    fn a_deployment_that_has_failed_says_why() {
        use DeploymentRolloutState::{Completed, Failed};
        assert_eq!(failure(&service(1, vec![deployment("PRIMARY", Completed, 0)])), None);
        let crashed = service(0, vec![deployment("PRIMARY", Failed, 3)]);
        let why = "its deployment has failed: no reason given";
        assert_eq!(failure(&crashed).as_deref(), Some(why));
    }

    #[test]
    fn a_task_that_finds_no_place_is_told_in_the_words_of_ecs() {
        let says = |text: &str| ServiceEvent::builder().message(text).build();
        let quota = "(service s) was unable to place a task. Reason: You've reached the limit on \
                     the number of vCPUs you can run concurrently.";
        let mut waiting = service(0, Vec::new());
        waiting.events = Some(vec![says(quota), says("(service s) has started 1 tasks")]);
        assert!(unstable(&waiting).is_some_and(|text| text.ends_with(quota)));
        // Once a task has been placed, that no longer matters.
        waiting.events = Some(vec![says("(service s) has started 1 tasks"), says(quota)]);
        assert_eq!(unstable(&waiting).as_deref(), Some("0 of 1 tasks running"));
    }
}
