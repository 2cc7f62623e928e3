//! The operations on tasks, and how a task begins in the state.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Ecs, arns,
    begin::NO_CAPACITY,
    clusters, containers,
    create::{check_platform, vpc_of},
    errors::{client, error, invalid, no_service},
    paging::{limit, listed},
    shown,
    state::{
        Container, Deployment, Phase, Region, Service, StopCode, Tags, Task, Vpc, service_key,
    },
    tags,
};
use crate::{place::Place, protocol::input::Input, random, service::AwsError, times};

/// How many tasks one call may run.
const MOST: u64 = 10;

/// What a task consists of.
pub(super) struct NewTask<'a> {
    pub(super) cluster: &'a str,
    pub(super) definition: &'a str,
    pub(super) vpc: &'a Vpc,
    pub(super) service: Option<(&'a Service, &'a Deployment)>,
    pub(super) group: String,
    pub(super) started_by: Option<String>,
    pub(super) overrides: Value,
    pub(super) tags: Tags,
    pub(super) shown: BTreeMap<String, Value>,
}

/// Creates a task at its beginning.
pub(super) fn new_task(region: &Region, new: NewTask<'_>) -> Result<Task, AwsError> {
    let (_, _, definition) = region.definition(new.definition)?;
    let container = |wanted: containers::Wanted| Container {
        name: wanted.name,
        image: wanted.image,
        digest: None,
        essential: wanted.essential,
        phase: Phase::Pending,
        exit_code: None,
        reason: None,
        port: None,
    };
    let containers = containers::of(&definition.value, &new.overrides);
    Ok(Task {
        id: random::id(),
        cluster: new.cluster.to_owned(),
        definition: new.definition.to_owned(),
        service: new.service.map(|(service, _)| service.name.clone()),
        deployment: new.service.map(|(_, deployment)| deployment.id.clone()),
        group: new.group,
        started_by: new.started_by,
        phase: Phase::Provisioning,
        to_stop: false,
        stop_code: None,
        reason: None,
        vpc: new.vpc.clone(),
        interface: None,
        load_balancers: new
            .service
            .map(|(service, _)| service.load_balancers.clone())
            .unwrap_or_default(),
        containers: containers.into_iter().map(container).collect(),
        overrides: new.overrides,
        shown: new.shown,
        tags: new.tags,
        times: BTreeMap::from([("createdAt".to_owned(), times::now())]),
        noted: false,
    })
}

pub(super) fn run(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let count = input.number("count").unwrap_or(1);
    if !(1..=MOST).contains(&count) {
        return Err(invalid("count must be from 1 to 10."));
    }
    check_platform(input)?;
    let vpc = vpc_of(ecs, place, input)?;
    if ecs.open_subnets(place, &vpc).is_empty() {
        return Err(client(NO_CAPACITY));
    }
    let tags = tags::of(input)?;
    let started = ecs.change(place, |region| {
        let cluster = clusters::active(region, input)?;
        let (definition, _) = region.active_definition(place, input.needed("taskDefinition")?)?;
        let family = arns::family(&definition).0.to_owned();
        let mut tasks = Vec::new();
        for _ in 0..count {
            let group = input.text("group").map(str::to_owned);
            let task = new_task(
                region,
                NewTask {
                    cluster,
                    definition: &definition,
                    vpc: &vpc,
                    service: None,
                    group: group.unwrap_or_else(|| format!("family:{family}")),
                    started_by: input.text("startedBy").map(str::to_owned),
                    overrides: input.value("overrides").clone(),
                    tags: tags.clone(),
                    shown: shown::kept(input),
                },
            )?;
            region.tasks.insert(task.id.clone(), task.clone());
            tasks.push(task);
        }
        Ok(tasks)
    })?;
    for task in &started {
        ecs.bring_to_life(place, &task.id);
    }
    let tasks: Vec<Value> = ecs.look(place, |region| {
        started.iter().map(|one| shown::task(place, region, one)).collect()
    })?;
    Ok(json!({ "tasks": tasks, "failures": [] }))
}

pub(super) fn stop(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let id = arns::name(input.needed("task")?);
    let reason = input.text("reason").unwrap_or("Task stopped by user");
    let answer = ecs.change(place, |region| {
        let cluster = clusters::active(region, input)?;
        let task = region.tasks.get_mut(id).filter(|task| task.cluster == cluster);
        let task = task.ok_or_else(|| invalid("The referenced task was not found."))?;
        if !task.to_stop {
            task.to_stop = true;
            task.stop_code = Some(StopCode::UserInitiated);
            task.reason = Some(reason.to_owned());
        }
        let task = task.clone();
        Ok(json!({ "task": shown::task(place, region, &task) }))
    })?;
    ecs.order_stop(id);
    Ok(answer)
}

pub(super) fn describe(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let wanted = input.texts("tasks");
    if wanted.is_empty() {
        return Err(invalid("Tasks cannot be empty."));
    }
    let with_tags = input.texts("include").contains(&"TAGS");
    ecs.look(place, |region| {
        let cluster = clusters::active(region, input)?;
        let (mut tasks, mut failures) = (Vec::new(), Vec::new());
        for id in wanted.into_iter().map(arns::name) {
            match region.tasks.get(id).filter(|task| task.cluster == cluster) {
                Some(task) => {
                    let mut shown = shown::task(place, region, task);
                    shown["tags"] = if with_tags { tags::shown(&task.tags) } else { json!([]) };
                    tasks.push(shown);
                }
                None => failures.push(json!({
                    "arn": arns::task(place, cluster, id),
                    "reason": "MISSING",
                })),
            }
        }
        Ok(json!({ "tasks": tasks, "failures": failures }))
    })?
}

pub(super) fn list(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let service = input.text("serviceName").map(arns::name);
    let stopped = input.text("desiredStatus") == Some("STOPPED");
    let limit = limit(input);
    ecs.look(place, |region| {
        let cluster = clusters::active(region, input)?;
        if let Some(name) = service
            && !region.services.contains_key(&service_key(cluster, name))
        {
            return Err(no_service());
        }
        let is =
            |known: Option<&str>, field| input.text(field).is_none_or(|one| known == Some(one));
        let found = region.tasks.values().filter(|task| {
            task.cluster == cluster
                && task.to_stop == stopped
                && service.is_none_or(|name| task.service.as_deref() == Some(name))
                && is(Some(arns::family(&task.definition).0), "family")
                && is(task.started_by.as_deref(), "startedBy")
                && is(Some("FARGATE"), "launchType")
        });
        let arns = found.map(|task| arns::task(place, cluster, &task.id)).collect();
        Ok(listed("taskArns", arns, input, limit))
    })?
}

pub(super) fn execute_command(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    ecs.look(place, |region| clusters::active(region, Input(input)).map(|_| ()))??;
    Err(match Input(input).text("task") {
        Some(_) => error(
            "TargetNotConnectedException",
            "The local cloud has no execute command: its tasks are processes of this machine.",
        ),
        None => client("Task identifier is empty."),
    })
}
