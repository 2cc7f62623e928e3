//! The service: keeps one task of the backend running behind the load balancer. It is ready when
//! ECS considers it stable, a target is healthy, and the backend responds.

mod by_hand;
mod causes;
mod checks;
mod definition;
mod diagnosis;
mod hints;
mod stability;
pub(crate) mod tasks;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecs::{
    Client,
    types::{Service as Description, ServiceField, Tag},
};
use aws_sdk_elasticloadbalancingv2::types::TargetHealthStateEnum;

use self::{definition::Definition, diagnosis::Diagnosis};
use super::{
    Choices,
    reached::{answered, not_reached},
    words::{found, time, unless_any},
};
use crate::{
    aws::{
        call,
        operations::{ecs as op, elb, logs},
    },
    destination::{Destination, Lazy},
    engine::{About, Billed, ByHand, Id, Presence, Purpose, Resource, Seen, Setting, Step},
    error::{Error, Result},
    http::Network,
    lab::{
        ArnPattern, LAB_TAG, Names, Owner, Topology, Values,
        files::SERVICE_DEFINITION,
        placeholders::{
            ASSIGN_PUBLIC_IP, NLB_DNS, NLB_TARGET_GROUP_ARN, SERVICE_URL, TASK_DEFINITION_ARN,
        },
        prices::{Item, Price},
    },
};

/// The service.
pub(super) struct Service {
    about: About,
    ecs: Lazy<Client>,
    elb: Lazy<aws_sdk_elasticloadbalancingv2::Client>,
    logs: Lazy<aws_sdk_cloudwatchlogs::Client>,
    network: Network,
    names: Names,
    topology: Option<Topology>,
}

impl Service {
    /// Creates the service resource of a lab.
    pub(super) fn new(destination: &Destination, names: &Names, choices: &Choices) -> Self {
        let name = format!("{}/{}", names.cluster, names.service);
        Self {
            about: About {
                id: Id("service"),
                title: format!("ECS service `{}`", names.service),
                why: "The service keeps a task running and tells the load balancer where it is.",
                produces: vec![SERVICE_URL],
                templates: &[&SERVICE_DEFINITION],
                needs: vec![NLB_DNS],
                // ECS rejects a target group without a listener.
                after: vec![
                    Id("listener"),
                    Id("log-group"),
                    Id("service-linked-role"),
                    Id("mysfits"),
                ],
                arn: Some(ArnPattern::new(&names.lab, "ecs", "service/{name}", &name)),
                parts: vec![ArnPattern::new(&names.lab, "ecs", "task/{name}/*", &names.cluster)],
                operations: &[
                    &op::DESCRIBE_SERVICES,
                    &op::LIST_TASKS,
                    &op::DESCRIBE_TASKS,
                    &op::TAG_RESOURCE,
                    &op::CREATE_SERVICE,
                    &op::UPDATE_SERVICE,
                    &op::DELETE_SERVICE,
                    &elb::DESCRIBE_TARGET_HEALTH,
                    &logs::DESCRIBE_LOG_STREAMS,
                    &logs::GET_LOG_EVENTS,
                ],
                prices: task(choices.topology_when_new()),
                deadline: Duration::from_mins(20),
                checks: &checks::CHECKS,
                ..About::default()
            },
            ecs: destination.client(),
            elb: destination.client(),
            logs: destination.client(),
            network: destination.network().clone(),
            names: names.clone(),
            topology: choices.topology,
        }
    }

    /// Returns the service; a deleted one is shown as `INACTIVE` for a while.
    async fn describe(&self) -> Result<Option<Description>> {
        let describe = self
            .ecs
            .describe_services()
            .cluster(&self.names.cluster)
            .services(&self.names.service)
            .include(ServiceField::Tags);
        let answer = call(&op::DESCRIBE_SERVICES, describe.send()).await;
        let answer = found(answer, &["ClusterNotFoundException"])?;
        let service = answer.and_then(|it| it.services).and_then(|all| all.into_iter().next());
        Ok(service.filter(|service| service.status() != Some("INACTIVE")))
    }

    /// Returns what is billed for the existing tasks and for the one that the lab wants. In some
    /// networks each has a public address; `None` if the network is unknown.
    fn billed(&self, service: Option<&Description>, known: &Values) -> Option<Billed> {
        let is_public = known.get(ASSIGN_PUBLIC_IP)? == "ENABLED";
        let standing = if is_public { Topology::Economy } else { Topology::Classic };
        let wanted = task(self.topology.unwrap_or(standing));
        let tasks = service.map_or(0, |service| service.running_count() + service.pending_count());
        let now = (0..tasks).flat_map(|_| task(standing)).collect();
        let since = time(service.and_then(Description::created_at));
        Some(Billed { now, wanted, since })
    }

    fn owner(&self, service: &Description) -> Owner {
        let tag = service.tags().iter().find(|tag| tag.key() == Some(LAB_TAG));
        Owner::of(tag.and_then(Tag::value), &self.names.lab.name)
    }

    fn lab_tag(&self) -> Tag {
        Tag::builder().key(LAB_TAG).value(&self.names.lab.name).build()
    }

    async fn a_target_is_healthy(&self, group: &str) -> Result<bool> {
        let describe = self.elb.describe_target_health().target_group_arn(group);
        let answer = call(&elb::DESCRIBE_TARGET_HEALTH, describe.send()).await?;
        Ok(answer.target_health_descriptions().iter().any(|target| {
            let state = target.target_health().and_then(|health| health.state());
            state == Some(&TargetHealthStateEnum::Healthy)
        }))
    }

    /// Returns what is still missing in AWS's eyes until it is ready, as text.
    async fn missing(&self, service: &Description, known: &Values) -> Result<Option<String>> {
        if let Some(state) = stability::unstable(service) {
            return Ok(Some(state));
        }
        let group = known.need(NLB_TARGET_GROUP_ARN)?;
        let missing = "the load balancer has not found the task healthy yet";
        Ok((!self.a_target_is_healthy(group).await?).then(|| missing.to_owned()))
    }

    /// Returns whether a correctly configured service works.
    async fn presence(&self, service: &Description, known: &Values) -> Result<Presence> {
        if let Some(why) = stability::failure(service) {
            return Ok(Presence::Broken { why });
        }
        if let Some(status) = self.missing(service, known).await? {
            return Ok(Presence::Waiting { status });
        }
        let Some(url) = url(known) else {
            let status = format!("where the backend answers is unknown without {NLB_DNS}");
            return Ok(Presence::Waiting { status });
        };
        Ok(match self.network.ask("GET", &url).await {
            Ok(answer) if answer.status == 200 => Presence::There,
            Ok(answer) => answered("the backend", &answer),
            Err(error) => not_reached("the backend", &error),
        })
    }

    async fn create(&self, definition: &Definition, step: &Step<'_>) -> Result<()> {
        step.status("creating the service");
        let request = definition.create(self.ecs.create_service())?.tags(self.lab_tag());
        match step.settled(&op::CREATE_SERVICE, || request.clone().send()).await {
            // The response to an earlier attempt was lost, or somebody else runs the same command.
            Err(failure) if failure.message.contains("not idempotent") => Ok(()),
            Err(failure) => Err(hints::explained(failure)),
            Ok(_) => Ok(()),
        }
    }

    async fn update(&self, definition: &Definition, again: bool, step: &Step<'_>) -> Result<()> {
        step.status("rolling the service out");
        let request = definition.update(self.ecs.update_service())?.force_new_deployment(again);
        let updated = step.settled(&op::UPDATE_SERVICE, || request.clone().send()).await;
        updated.map(|_| ()).map_err(hints::explained)
    }
}

#[async_trait]
impl Resource for Service {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
        let service = self.describe().await?;
        let billed = self.billed(service.as_ref(), known);
        let Some(service) = service else { return Ok(Seen { billed, ..Seen::absent() }) };
        let owner = self.owner(&service);
        let values = url(known).map(|url| Values::of([(SERVICE_URL, &url)])).unwrap_or_default();
        if service.status() != Some("ACTIVE") {
            let status = service.status().unwrap_or("of unknown state");
            return Ok(Seen { values, billed, ..Seen::settling(owner, status) });
        }
        let mut settings = vec![Setting::tag(&self.names.lab.name, &owner)];
        settings.extend(self::settings(&service, known, &self.names)?);
        let seen = Seen { billed, ..Seen::there(owner, values, settings) };
        // Differences are updated first, and a service that is being deleted need not respond.
        if seen.drifted() || purpose == Purpose::Cleanup {
            return Ok(seen);
        }
        Ok(Seen { presence: self.presence(&service, known).await?, ..seen })
    }

    /// Services are deleted with their cluster.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let definition = Definition::of(known, &self.names)?;
        let Some(service) = self.describe().await? else {
            return self.create(&definition, step).await;
        };
        if seen.owner != Owner::Ours {
            let arn = service.service_arn().unwrap_or_default();
            let tag = self.ecs.tag_resource().resource_arn(arn).tags(self.lab_tag());
            call(&op::TAG_RESOURCE, tag.send()).await?;
        }
        // With the same definition, only a forced deployment is a new attempt.
        let again = matches!(seen.presence, Presence::Broken { .. });
        self.update(&definition, again, step).await
    }

    async fn diagnose(&self, known: &Values, error: Error) -> Error {
        let Ok(Some(service)) = self.describe().await else { return error };
        let clients = (&*self.ecs, &*self.elb, &*self.logs);
        let diagnosis = Diagnosis::with(clients, &self.names, known.get(NLB_TARGET_GROUP_ARN));
        diagnosis.of(&service, error).await
    }

    /// Its settings do not say whether its tasks run.
    async fn behind(&self, known: &Values) -> Result<Option<Presence>> {
        match self.describe().await? {
            Some(service) if known.get(NLB_TARGET_GROUP_ARN).is_some() => {
                self.presence(&service, known).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        const GONE: [&str; 3] =
            ["ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"];
        step.status("stopping the tasks");
        let deleted = step
            .settled(&op::DELETE_SERVICE, || {
                let delete = self.ecs.delete_service().cluster(&self.names.cluster);
                delete.service(&self.names.service).force(true).send()
            })
            .await;
        unless_any(deleted, &GONE)
    }
}

/// Returns what is billed for the one task: a quarter of a processor, half a gigabyte, and in the
/// economy topology a public address.
fn task(topology: Topology) -> Vec<Price> {
    let mut prices =
        vec![Price::of(0.25, Item::FargateProcessor), Price::of(0.5, Item::FargateMemory)];
    if topology == Topology::Economy {
        prices.push(Price::of(1.0, Item::PublicAddress));
    }
    prices
}

/// Returns the address of the backend; `None` if that of the load balancer is unknown.
fn url(known: &Values) -> Option<String> {
    known.get(NLB_DNS).map(|dns| format!("http://{dns}"))
}

/// Returns the settings of an existing service.
fn settings(service: &Description, known: &Values, names: &Names) -> Result<Vec<Setting>> {
    let revision = service.task_definition();
    // A task definition that differs has no ARN until it is registered. The rest can still be
    // compared, so the definition is filled in with the current revision.
    let mut known = known.clone();
    let task_definition = if let Some(expected) = known.get(TASK_DEFINITION_ARN) {
        Setting::maybe("taskDefinition", expected, revision)
    } else {
        known.extend(&Values::of([(TASK_DEFINITION_ARN, revision.unwrap_or_default())]));
        Setting::uncompared("taskDefinition", TASK_DEFINITION_ARN)
    };
    let mut settings = vec![task_definition];
    match SERVICE_DEFINITION.missing(&known)? {
        Some(missing) => settings.push(Setting::uncompared(SERVICE_DEFINITION.path, missing)),
        None => settings.extend(Definition::of(&known, names)?.settings(service)),
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::{
        definition::tests::{known, names, service},
        *,
    };
    use crate::lab::Value;

    fn differs(known: &Values) -> Vec<String> {
        let settings = settings(&service("one"), known, &names()).unwrap();
        settings.iter().filter(|it| it.differs()).map(Setting::in_words).collect()
    }

    #[test]
    fn another_revision_of_the_task_definition_differs() {
        let revision = |arn| known().with(&Values::of([(TASK_DEFINITION_ARN, arn)]));
        assert_eq!(differs(&revision("one")), Vec::<String>::new());
        assert_eq!(differs(&revision("two")), ["taskDefinition is one, expected two"]);
    }

    #[test]
    fn without_the_revision_the_rest_is_compared() {
        let differing = Value::Unknown("`task-definition` differs".to_owned());
        let known = known().with(&Values::all(&[TASK_DEFINITION_ARN], &differing));
        assert_eq!(
            differs(&known),
            ["REPLACE_ME_TASK_DEFINITION_ARN in taskDefinition is not known yet, expected a value"]
        );
        assert_eq!(settings(&service("one"), &known, &names()).unwrap().len(), 6);
        let nothing = differs(&Values::default());
        assert!(nothing.len() == 2 && nothing[1].contains(SERVICE_DEFINITION.path));
    }
}
