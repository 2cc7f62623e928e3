//! The service: keeps one task of the backend running behind the load balancer. It is ready when
//! ECS says that it is stable, a target is healthy, and the backend answers.

mod definition;
mod diagnosis;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecs::{
    Client,
    types::{Deployment, DeploymentRolloutState, Service as Description, ServiceField, Tag},
};
use aws_sdk_elasticloadbalancingv2::types::TargetHealthStateEnum;

use self::definition::Definition;
use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    http,
    lab::{
        LAB_TAG, Names, files,
        placeholders::{CLUSTER_NAME, NLB_DNS, NLB_TARGET_GROUP_ARN, SERVICE_URL},
        prices,
    },
    resources::ownership,
    settings::Topology,
    target::Target,
};

/// The service.
pub(super) struct Service {
    about: About,
    ecs: Client,
    elb: aws_sdk_elasticloadbalancingv2::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    names: Names,
    adopt: bool,
}

impl Service {
    pub(super) fn new(
        target: &Target,
        names: &Names,
        topology: Topology,
        adopt: bool,
    ) -> Result<Self> {
        let mut consumes = files::SERVICE_DEFINITION.placeholders()?;
        consumes.push(NLB_DNS);
        Ok(Self {
            about: About {
                id: Id("service"),
                title: format!("ECS service `{}`", names.service),
                why: "The service keeps a task running and tells the load balancer where it is.",
                produces: vec![SERVICE_URL],
                consumes,
                // ECS refuses a target group that no listener uses.
                after: vec![
                    Id("listener"),
                    Id("log-group"),
                    Id("service-linked-role"),
                    Id("mysfits"),
                ],
                ours: ownership::by_tag(&names.lab),
                dollars_per_hour: prices::task(topology),
                deadline: Duration::from_mins(20),
                ..About::default()
            },
            ecs: target.ecs(),
            elb: target.elb(),
            logs: target.logs(),
            names: names.clone(),
            adopt,
        })
    }

    /// The service as it should be; `None` when not all of its values are known yet.
    fn wanted(&self, known: &Values) -> Result<Option<Definition>> {
        if self.about.consumes.iter().any(|placeholder| known.get(*placeholder).is_none()) {
            return Ok(None);
        }
        let text = files::SERVICE_DEFINITION.render(known)?;
        let mut definition: Definition = serde_json::from_str(&text).map_err(|error| {
            Error::new(Code::Lab, format!("{}: {error}", files::SERVICE_DEFINITION.path))
        })?;
        definition.service_name.clone_from(&self.names.service);
        Ok(Some(definition))
    }

    /// The service; one that was deleted is shown as `INACTIVE` for a while.
    async fn describe(&self) -> Result<Option<Description>> {
        let describe = self
            .ecs
            .describe_services()
            .cluster(&self.names.cluster)
            .services(&self.names.service)
            .include(ServiceField::Tags);
        let answer = match call("ecs DescribeServices", describe.send()).await {
            Err(failure) if failure.is("ClusterNotFoundException") => return Ok(None),
            other => other?,
        };
        let service = answer.services.and_then(|all| all.into_iter().next());
        Ok(service.filter(|service| service.status() != Some("INACTIVE")))
    }

    async fn a_target_is_healthy(&self, group: &str) -> Result<bool> {
        let describe = self.elb.describe_target_health().target_group_arn(group);
        let answer = call("elb DescribeTargetHealth", describe.send()).await?;
        Ok(answer.target_health_descriptions().iter().any(|target| {
            let state = target.target_health().and_then(|health| health.state());
            state == Some(&TargetHealthStateEnum::Healthy)
        }))
    }

    /// What is still missing until it is ready, in words; `None` when nothing is.
    async fn missing(&self, service: &Description, known: &Values) -> Result<Option<String>> {
        if let Some(state) = unstable(service) {
            return Ok(Some(state));
        }
        let group = known.get(NLB_TARGET_GROUP_ARN).unwrap_or_default();
        if !self.a_target_is_healthy(group).await? {
            return Ok(Some("the load balancer has not found the task healthy yet".to_owned()));
        }
        match http::get(&url(known)).await {
            Ok(200) => Ok(None),
            Ok(status) => Ok(Some(format!("the backend answers with status {status}"))),
            Err(error) => Ok(Some(format!("the backend does not answer yet ({error})"))),
        }
    }

    async fn create(&self, wanted: &Definition, step: &Step<'_>) -> Result<()> {
        step.status("creating the service");
        let tag = Tag::builder().key(LAB_TAG).value(&self.names.lab).build();
        let request = wanted.create(self.ecs.create_service())?.tags(tag);
        let created = settled(step, "ecs CreateService", || request.clone().send()).await;
        match created {
            // The answer to an earlier try was lost, or somebody else runs the same command.
            Err(failure) if failure.message.contains("not idempotent") => Ok(()),
            Err(failure) => Err(diagnosis::explained(failure)),
            Ok(_) => Ok(()),
        }
    }

    async fn update(&self, wanted: &Definition, again: bool, step: &Step<'_>) -> Result<()> {
        step.status("rolling the service out");
        let request = wanted.update(self.ecs.update_service())?.force_new_deployment(again);
        let updated = settled(step, "ecs UpdateService", || request.clone().send()).await;
        updated.map(|_| ()).map_err(diagnosis::explained)
    }
}

#[async_trait]
impl Resource for Service {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some(service) = self.describe().await? else { return Ok(Seen::Absent) };
        if service.status() != Some("ACTIVE") {
            let status = service.status().unwrap_or("of unknown state");
            return Ok(Seen::Settling { status: status.to_owned() });
        }
        let tag = service.tags().iter().find(|tag| tag.key() == Some(LAB_TAG));
        let mut differences =
            match ownership::differences(tag.and_then(Tag::value), &self.names.lab, self.adopt) {
                Ok(differences) => differences,
                Err(foreign) => return Ok(foreign),
            };
        let Some(wanted) = self.wanted(known)? else {
            differences.push("what it is made of is not all there".to_owned());
            return Ok(Seen::Drifted { values: Values::default(), differences });
        };
        differences.extend(wanted.differs_from(&service));
        let url = url(known);
        let values = Values::of([(SERVICE_URL, &url)]);
        if !differences.is_empty() {
            return Ok(Seen::Drifted { values, differences });
        }
        if let Some(failed) = primary(&service).filter(|it| failed(it)) {
            let why = failed.rollout_state_reason().unwrap_or("no reason given");
            return Ok(Seen::Broken { why: format!("its deployment has failed: {why}") });
        }
        Ok(match self.missing(&service, known).await? {
            Some(status) => Seen::Waiting { status },
            None => Seen::Ready(values),
        })
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let Some(wanted) = self.wanted(known)? else {
            let message = format!("not all values of {} are known", files::SERVICE_DEFINITION.path);
            return Err(Error::new(Code::Lab, message));
        };
        let Some(service) = self.describe().await? else { return self.create(&wanted, step).await };
        if self.adopt {
            let arn = service.service_arn().unwrap_or_default();
            let tag = Tag::builder().key(LAB_TAG).value(&self.names.lab).build();
            call("ecs TagResource", self.ecs.tag_resource().resource_arn(arn).tags(tag).send())
                .await?;
        }
        // The same definition again is a new try only when it is forced.
        self.update(&wanted, matches!(seen, Seen::Broken { .. }), step).await
    }

    async fn diagnose(&self, known: &Values, step: &Step) {
        if let Ok(Some(service)) = self.describe().await {
            let cluster = known.get(CLUSTER_NAME).unwrap_or(&self.names.cluster);
            diagnosis::Diagnosis { ecs: &self.ecs, logs: &self.logs, names: &self.names, cluster }
                .tell(&service, step)
                .await;
        }
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("stopping the tasks");
        let deleted = settled(step, "ecs DeleteService", || {
            let delete = self.ecs.delete_service().cluster(&self.names.cluster);
            delete.service(&self.names.service).force(true).send()
        })
        .await;
        match deleted {
            Err(failure)
                if failure.is_any(&[
                    "ServiceNotFoundException",
                    "ServiceNotActiveException",
                    "ClusterNotFoundException",
                ]) =>
            {
                Ok(())
            }
            other => Ok(other.map(|_| ())?),
        }
    }
}

/// The address at which the backend answers.
fn url(known: &Values) -> String {
    format!("http://{}", known.get(NLB_DNS).unwrap_or_default())
}

/// The newest deployment.
fn primary(service: &Description) -> Option<&Deployment> {
    service.deployments().iter().find(|deployment| deployment.status() == Some("PRIMARY"))
}

fn failed(deployment: &Deployment) -> bool {
    deployment.rollout_state() == Some(&DeploymentRolloutState::Failed)
}

/// Why ECS does not call it stable: one deployment, with as many tasks as are wanted. `None` when it
/// is.
fn unstable(service: &Description) -> Option<String> {
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

/// What ECS says when it finds no place for a task, such as a quota of the account: it then goes on
/// trying for ever, and no task tells of it.
fn unplaced(service: &Description) -> Option<&str> {
    let newest = service.events().first()?.message()?;
    newest.contains("unable to place a task").then_some(newest)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::ServiceEvent;

    use super::*;

    fn service(running: i32, deployments: Vec<Deployment>) -> Description {
        Description::builder()
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
    fn a_task_that_finds_no_place_is_told_in_the_words_of_ecs() {
        let says = |text: &str| ServiceEvent::builder().message(text).build();
        let quota = "(service s) was unable to place a task. Reason: You've reached the limit on \
                     the number of vCPUs you can run concurrently.";
        let mut waiting = service(0, Vec::new());
        waiting.events = Some(vec![says(quota), says("(service s) has started 1 tasks")]);
        assert!(unstable(&waiting).is_some_and(|text| text.ends_with(quota)));
        // Once it has found one, that is no news any more.
        waiting.events = Some(vec![says("(service s) has started 1 tasks"), says(quota)]);
        assert_eq!(unstable(&waiting).as_deref(), Some("0 of 1 tasks running"));
    }
}
