//! Why the tasks of a deployment ended.

use aws_sdk_ecs::{
    primitives::DateTime,
    types::{Container, Task, TaskStopCode},
};

/// The reason that ECS gives when it stops a surplus task: no failure.
const NO_FAILURE: &str = "Scaling activity initiated by";

/// Why some tasks ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cause {
    /// ECS's reason.
    pub(super) reason: String,
    /// The exit code, if the backend ended by itself.
    pub(super) exit_code: Option<i32>,
    /// The number of tasks.
    pub(super) tasks: usize,
}

impl Cause {
    /// Returns it as text: "3 tasks ended with exit code 3".
    pub(super) fn in_words(&self) -> String {
        let Self { reason, exit_code, tasks } = self;
        let tasks = if *tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") };
        match exit_code {
            Some(code) => format!("{tasks} ended with exit code {code}"),
            None => format!("{tasks} stopped: {reason}"),
        }
    }
}

/// Returns the failed tasks of a deployment, newest first.
pub(super) fn failed(mut tasks: Vec<Task>, deployment: Option<&str>) -> Vec<Task> {
    tasks.retain(|task| {
        let reason = task.stopped_reason().unwrap_or_default();
        task.started_by() == deployment && !reason.starts_with(NO_FAILURE)
    });
    // A task that never started has no stop time.
    let ended = |task: &Task| {
        task.stopped_at().or(task.stopping_at()).or(task.created_at()).map(DateTime::as_nanos)
    };
    tasks.sort_by_key(|task| std::cmp::Reverse(ended(task)));
    tasks
}

/// Returns the distinct causes of these tasks, in their order.
pub(super) fn causes(tasks: &[Task]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for task in tasks {
        let (reason, exit_code) = (reason(task), own_exit_code(task));
        let same = |cause: &&mut Cause| cause.reason == reason && cause.exit_code == exit_code;
        match causes.iter_mut().find(same) {
            Some(cause) => cause.tasks += 1,
            None => causes.push(Cause { reason, exit_code, tasks: 1 }),
        }
    }
    causes
}

/// Returns the exit code of a backend that ended by itself. A task stopped by ECS has one too,
/// which shows only how it was stopped.
fn own_exit_code(task: &Task) -> Option<i32> {
    let by_itself = task.stop_code() == Some(&TaskStopCode::EssentialContainerExited);
    task.containers().iter().find_map(Container::exit_code).filter(|_| by_itself)
}

/// Returns the reason of the task and those of its containers, which are often the same.
fn reason(task: &Task) -> String {
    let own = task.stopped_reason().unwrap_or("no reason given");
    let mut reasons = vec![own];
    for reason in task.containers().iter().filter_map(|container| container.reason()) {
        if !reasons.iter().any(|known| known.contains(reason)) {
            reasons.push(reason);
        }
    }
    reasons.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(deployment: &str, ended: i64, reason: &str) -> Task {
        Task::builder()
            .started_by(deployment)
            .stopped_at(DateTime::from_secs(ended))
            .stopped_reason(reason)
            .build()
    }

    fn crashed(ended: i64, code: i32) -> Task {
        let container = Container::builder().exit_code(code).build();
        Task::builder()
            .started_by("new")
            .stopped_at(DateTime::from_secs(ended))
            .stop_code(TaskStopCode::EssentialContainerExited)
            .stopped_reason("Essential container in task exited")
            .containers(container)
            .build()
    }

    #[test]
    fn only_the_failed_tasks_of_the_deployment_count_and_the_newest_comes_first() {
        let tasks = vec![
            crashed(5, 1),
            task("old", 9, "CannotPullContainerError: not found"),
            task("new", 8, "Scaling activity initiated by (deployment ecs-svc/1)"),
            crashed(7, 3),
            crashed(6, 3),
        ];
        let causes = causes(&failed(tasks, Some("new")));
        let words: Vec<_> = causes.iter().map(Cause::in_words).collect();
        assert_eq!(words, ["2 tasks ended with exit code 3", "1 task ended with exit code 1"]);
    }

    #[test]
    fn a_reason_that_is_said_twice_is_one() {
        let same = "CannotPullContainerError: not found";
        let container = Container::builder().reason(same).build();
        let task = Task::builder().stopped_reason(same).containers(container).build();
        assert_eq!(causes(&[task])[0].in_words(), format!("1 task stopped: {same}"));
    }

    #[test]
    fn the_exit_code_of_a_task_that_ecs_stopped_is_no_cause() {
        let container = Container::builder().exit_code(137).build();
        let reason = "Task failed ELB health checks in (target-group arn)";
        let task = Task::builder()
            .stop_code(TaskStopCode::ServiceSchedulerInitiated)
            .stopped_reason(reason)
            .containers(container)
            .build();
        assert_eq!(causes(&[task])[0].in_words(), format!("1 task stopped: {reason}"));
    }
}
