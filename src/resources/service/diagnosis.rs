//! Explains why a service does not become stable: why its newest deployment's tasks ended, the last
//! lines of the last one, and one hint.

use aws_sdk_ecs::types::{Deployment, Service, ServiceEvent, Task};
use aws_sdk_elasticloadbalancingv2::types::{TargetHealthDescription, TargetHealthStateEnum};

use super::{
    causes::{Cause, causes, failed},
    hints::hint,
    stability::primary,
    tasks::stopped_tasks,
};
use crate::{
    aws::{call, operations::elb},
    error::{Error, Evidence},
    lab::Names,
    resources::log_group::streams::{Logs, id_of},
};

/// How many log lines of the last failed task are shown.
const LINES: usize = 10;

/// Where to find all lines of a task that has ended.
const ALL_OF_IT: &str = "`mysfits logs --previous` shows all of it";

/// What the diagnosis requires.
pub(super) struct Diagnosis<'a> {
    ecs: &'a aws_sdk_ecs::Client,
    elb: &'a aws_sdk_elasticloadbalancingv2::Client,
    logs: &'a aws_sdk_cloudwatchlogs::Client,
    names: &'a Names,
    target_group: Option<&'a str>,
}

impl<'a> Diagnosis<'a> {
    /// Creates the diagnosis of a lab's service, whose target group may be unknown.
    pub(super) fn with(
        (ecs, elb, logs): (
            &'a aws_sdk_ecs::Client,
            &'a aws_sdk_elasticloadbalancingv2::Client,
            &'a aws_sdk_cloudwatchlogs::Client,
        ),
        names: &'a Names,
        target_group: Option<&'a str>,
    ) -> Self {
        Self { ecs, elb, logs, names, target_group }
    }

    /// Adds all findings to the error. What cannot be determined is left out: the original error is
    /// reported in any case.
    pub(super) async fn of(&self, service: &Service, error: Error) -> Error {
        let deployment = primary(service);
        let stopped = stopped_tasks(self.ecs, self.names).await.unwrap_or_default();
        let tasks = failed(stopped, deployment.and_then(Deployment::id));
        let causes = causes(&tasks);
        let lines = self.last_lines(tasks.first()).await;
        let mut error = explained(error, service, &causes, &lines);
        // Where tasks have ended, that is the cause, and their targets are about to go.
        if causes.is_empty() {
            error.evidence.extend(self.targets().await);
        }
        error
    }

    /// Returns what the load balancer says of the targets that are not healthy.
    async fn targets(&self) -> Vec<Evidence> {
        let Some(group) = self.target_group else { return Vec::new() };
        let describe = self.elb.describe_target_health().target_group_arn(group);
        let Ok(answer) = call(&elb::DESCRIBE_TARGET_HEALTH, describe.send()).await else {
            return Vec::new();
        };
        answer.target_health_descriptions().iter().filter_map(unhealthy).collect()
    }

    /// Returns the last lines of a task.
    async fn last_lines(&self, task: Option<&Task>) -> Vec<String> {
        let Some(id) = task.and_then(Task::task_arn).and_then(id_of) else { return Vec::new() };
        let logs = Logs { client: self.logs, group: &self.names.log_group };
        logs.last(&id, LINES).await.unwrap_or_default()
    }
}

/// Returns why a target gets no requests, in the words of the load balancer; `None` for one that does.
fn unhealthy(target: &TargetHealthDescription) -> Option<Evidence> {
    let health = target.target_health()?;
    let state = health.state().filter(|state| **state != TargetHealthStateEnum::Healthy)?;
    let reason = health.reason().map(|reason| format!(", {reason}")).unwrap_or_default();
    let words = health.description().map(|words| format!(": {words}")).unwrap_or_default();
    let target = target.target().and_then(|it| it.id()).unwrap_or("a target");
    Some(Evidence { source: "target", text: format!("{target} is {state}{reason}{words}") })
}

/// Adds the causes to the error, newest first, and the hint that fits the newest.
fn explained(mut error: Error, service: &Service, causes: &[Cause], lines: &[String]) -> Error {
    let mut evidence = Vec::new();
    let see = |source, text: String| Evidence { source, text };
    let mut causes = causes.iter();
    let newest = causes.next();
    match newest {
        Some(newest) if newest.exit_code.is_some() => {
            error.message = format!("the backend does not stay up: {}", newest.in_words());
        }
        Some(newest) => evidence.push(see("task", newest.in_words())),
        None => evidence.extend(newest_event(service).map(|text| see("ECS", text.to_owned()))),
    }
    evidence.extend(causes.map(|cause| see("task", cause.in_words())));
    evidence.extend(lines.iter().map(|line| see("log", line.clone())));
    // ECS's reason takes precedence over the backend's lines.
    let said = newest.map(|it| it.reason.as_str()).or_else(|| newest_event(service));
    let hint = said.and_then(hint).or_else(|| lines.iter().find_map(|line| hint(line)));
    let hint = hint.or_else(|| newest.map(|_| ALL_OF_IT));
    let error = error.shown_by(evidence);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Returns ECS's last event of the service since its newest deployment began.
fn newest_event(service: &Service) -> Option<&str> {
    let begun = primary(service).and_then(|it| it.created_at());
    let newest = service.events().first().filter(|event| event.created_at() >= begun);
    newest.and_then(ServiceEvent::message)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::{primitives::DateTime, types::ServiceEvent};

    use super::*;
    use crate::error::Code;

    #[test]
    fn a_target_that_is_not_healthy_says_why() {
        use aws_sdk_elasticloadbalancingv2::types::{
            TargetDescription, TargetHealth, TargetHealthReasonEnum,
        };
        let target = |state, reason| {
            let health = TargetHealth::builder().state(state).set_reason(reason);
            let health = health.description("Health checks failed").build();
            let target = TargetDescription::builder().id("10.0.2.7").build();
            TargetHealthDescription::builder().target(target).target_health(health).build()
        };
        let failed = TargetHealthReasonEnum::FailedHealthChecks;
        let text = unhealthy(&target(TargetHealthStateEnum::Unhealthy, Some(failed))).unwrap().text;
        assert_eq!(text, "10.0.2.7 is unhealthy, Target.FailedHealthChecks: Health checks failed");
        assert_eq!(unhealthy(&target(TargetHealthStateEnum::Healthy, None)), None);
    }

    fn cause(reason: &str, exit_code: Option<i32>, tasks: usize) -> Cause {
        Cause { reason: reason.to_owned(), exit_code, tasks }
    }

    fn failed() -> Error {
        Error::new(Code::Failed, "its deployment has failed: tasks failed to start")
    }

    fn texts(error: &Error) -> Vec<String> {
        error.evidence.iter().map(|it| format!("{}: {}", it.source, it.text)).collect()
    }

    #[test]
    fn the_newest_cause_is_the_message_and_chooses_the_hint() {
        let causes =
            [cause("Essential", Some(3), 3), cause("CannotPullContainerError: x", None, 1)];
        let service = Service::builder().build();
        let error = explained(failed(), &service, &causes, &["panic: no hat".to_owned()]);
        assert_eq!(error.message, "the backend does not stay up: 3 tasks ended with exit code 3");
        assert_eq!(
            texts(&error),
            ["task: 1 task stopped: CannotPullContainerError: x", "log: panic: no hat"]
        );
        assert_eq!(error.advice(), ALL_OF_IT);
    }

    #[test]
    fn what_ecs_stopped_is_told_beside_the_state_of_the_deployment() {
        let causes = [cause("CannotPullContainerError: x not found", None, 2)];
        let error = explained(failed(), &Service::builder().build(), &causes, &[]);
        assert_eq!(error.message, failed().message);
        assert_eq!(texts(&error), ["task: 2 tasks stopped: CannotPullContainerError: x not found"]);
        assert!(error.advice().contains("`mysfits fargate deploy`"), "{}", error.advice());
    }

    #[test]
    fn where_no_task_came_up_ecs_says_why_unless_that_is_an_old_story() {
        let event = ServiceEvent::builder()
            .created_at(DateTime::from_secs(5))
            .message("was unable to place a task: exec format error")
            .build();
        let begun = |seconds| {
            let deployment = Deployment::builder()
                .status("PRIMARY")
                .created_at(DateTime::from_secs(seconds))
                .build();
            let service = Service::builder().deployments(deployment).events(event.clone()).build();
            explained(failed(), &service, &[], &[])
        };
        let error = begun(4);
        assert_eq!(texts(&error), ["ECS: was unable to place a task: exec format error"]);
        assert!(error.advice().contains("processor"), "{}", error.advice());
        assert_eq!(begun(6), failed());
    }
}
