//! `CreateService`, with all that AWS refuses.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::{
    Ecs, clusters, containers,
    errors::{client, error, invalid},
    shown,
    state::{Deployment, LoadBalancer, Region, Rules, Service, Status, Vpc, service_key},
    tags,
};
use crate::{place::Place, protocol::input::Input, service::AwsError, times};

pub(super) fn create(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("serviceName")?;
    check_name(name)?;
    check_platform(input)?;
    if input.text("launchType").is_some() && !input.list("capacityProviderStrategy").is_empty() {
        return Err(invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. \
             Remove one and try again.",
        ));
    }
    ecs.look(place, |region| clusters::active(region, input).map(|_| ()))??;
    ecs.neighbours.roles.ensure_service_linked_role(&place.account, super::PRINCIPAL);
    let vpc = vpc_of(ecs, place, input)?;
    let load_balancers = load_balancers(ecs, place, input)?;
    let tags = tags::of(input)?;
    ecs.change(place, |region| {
        let cluster = clusters::active(region, input)?;
        let key = service_key(cluster, name);
        if let Some(same) = already_there(region, &key, input.text("clientToken"))? {
            return Ok(json!({ "service": shown::service(place, region, same) }));
        }
        let (definition, known) =
            region.active_definition(place, input.needed("taskDefinition")?)?;
        check_load_balancers(&known.value, &load_balancers)?;
        let now = times::now();
        let service = Service {
            name: name.to_owned(),
            cluster: cluster.to_owned(),
            status: Status::Active,
            desired: desired(input)?.unwrap_or(0),
            deployments: vec![Deployment::new(&definition, &vpc, now)],
            definition,
            vpc,
            load_balancers,
            rules: rules(input.part("deploymentConfiguration"), &AWS_RULES)?,
            grace_seconds: input.number("healthCheckGracePeriodSeconds"),
            shown: shown::kept(input),
            propagate_tags: input.text("propagateTags").unwrap_or("NONE").to_owned(),
            tags,
            created: now,
            client_token: input.text("clientToken").map(str::to_owned),
            last_completed: None,
            events: VecDeque::new(),
            steady: false,
        };
        // The tasks of an older service of this name are not this one's.
        region.tasks.values_mut().for_each(|task| {
            if task.cluster == cluster && task.service.as_deref() == Some(name) {
                task.noted = true;
            }
        });
        let mut answer = shown::service(place, region, &service);
        answer["tags"] = tags::shown(&service.tags);
        region.services.insert(key, service);
        Ok(json!({ "service": answer }))
    })
}

fn check_name(name: &str) -> Result<(), AwsError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.len() <= 255 && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(invalid("Service name contains invalid characters."))
}

/// Answers a call that is repeated with its token with what the first one created.
fn already_there<'a>(
    region: &'a Region,
    key: &str,
    token: Option<&str>,
) -> Result<Option<&'a Service>, AwsError> {
    match region.services.get(key) {
        Some(service) if service.status == Status::Active => {
            if token.is_some() && service.client_token.as_deref() == token {
                return Ok(Some(service));
            }
            Err(invalid("Creation of service was not idempotent."))
        }
        Some(service) if service.status == Status::Draining => {
            Err(invalid("Unable to Start a service that is still Draining."))
        }
        _ => Ok(None),
    }
}

/// Refuses a version of Fargate that there is not.
pub(super) fn check_platform(input: Input<'_>) -> Result<(), AwsError> {
    match input.text("platformVersion") {
        None | Some("LATEST" | "1.4.0" | "1.3.0") => Ok(()),
        Some(_) => Err(error("PlatformUnknownException", "The specified platform does not exist.")),
    }
}

/// Returns how many tasks a call wants.
pub(super) fn desired(input: Input<'_>) -> Result<Option<usize>, AwsError> {
    let value = input.value("desiredCount");
    if value.is_null() {
        return Ok(None);
    }
    let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
    match count.filter(|count| *count <= 5000) {
        Some(count) => Ok(Some(count)),
        None => Err(invalid("desiredCount must be from 0 to 5000.")),
    }
}

/// AWS's defaults.
const AWS_RULES: Rules =
    Rules { min_percent: 100, max_percent: 200, breaker: false, rollback: false };

/// Returns the rules in a call; those not given stay as they were.
pub(super) fn rules(configuration: Input<'_>, before: &Rules) -> Result<Rules, AwsError> {
    let percent = |name: &str, before: usize| {
        configuration.number(name).map_or(Ok(before), |percent| {
            usize::try_from(percent).map_err(|_| invalid("A percentage is too large."))
        })
    };
    let breaker = configuration.part("deploymentCircuitBreaker");
    let said = !breaker.0.is_null();
    let rules = Rules {
        min_percent: percent("minimumHealthyPercent", before.min_percent)?,
        max_percent: percent("maximumPercent", before.max_percent)?,
        breaker: if said { breaker.flag("enable") } else { before.breaker },
        rollback: if said { breaker.flag("rollback") } else { before.rollback },
    };
    if rules.max_percent < 100 || rules.max_percent <= rules.min_percent && rules.max_percent == 100
    {
        return Err(invalid(
            "deploymentConfiguration.maximumPercent must be at least 100 and greater than \
             minimumHealthyPercent.",
        ));
    }
    Ok(rules)
}

/// Returns the subnets and security groups of a call, which must exist.
pub(super) fn vpc_of(ecs: &Ecs, place: &Place, input: Input<'_>) -> Result<Vpc, AwsError> {
    let network = input.part("networkConfiguration").part("awsvpcConfiguration");
    if network.0.is_null() {
        return Err(invalid(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        ));
    }
    let owned = |name| network.texts(name).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let vpc = Vpc {
        subnets: owned("subnets"),
        groups: owned("securityGroups"),
        public: network.text("assignPublicIp") == Some("ENABLED"),
    };
    if vpc.subnets.is_empty() {
        return Err(invalid("subnets can not be empty."));
    }
    for subnet in &vpc.subnets {
        if ecs.neighbours.network.subnet(place, subnet).is_none() {
            return Err(invalid(&format!(
                "Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' \
                 does not exist (ErrorCode: InvalidSubnetID.NotFound)"
            )));
        }
    }
    for group in &vpc.groups {
        if !ecs.neighbours.network.group_exists(place, group) {
            return Err(invalid(&format!(
                "Error retrieving security group information for [{group}]: The security group \
                 '{group}' does not exist (ErrorCode: InvalidGroup.NotFound)"
            )));
        }
    }
    Ok(vpc)
}

/// Returns the target groups of a call, which a listener must use.
pub(super) fn load_balancers(
    ecs: &Ecs,
    place: &Place,
    input: Input<'_>,
) -> Result<Vec<LoadBalancer>, AwsError> {
    let mut balancers = Vec::new();
    for balancer in input.parts("loadBalancers") {
        let arn = balancer.needed("targetGroupArn")?;
        match ecs.neighbours.targets.target_group(place, arn) {
            Some(true) => {}
            Some(false) => {
                return Err(invalid(&format!(
                    "The target group with targetGroupArn {arn} does not have an associated load \
                     balancer."
                )));
            }
            None => {
                return Err(invalid(&format!(
                    "Unable to find target group with targetGroupArn {arn}."
                )));
            }
        }
        let port = balancer.number("containerPort").and_then(|port| u16::try_from(port).ok());
        balancers.push(LoadBalancer {
            target_group: arn.to_owned(),
            container: balancer.needed("containerName")?.to_owned(),
            port: port.ok_or_else(|| invalid("containerPort is not valid."))?,
        });
    }
    Ok(balancers)
}

/// Checks that the containers behind the target groups are in the task definition.
pub(super) fn check_load_balancers(
    definition: &Value,
    balancers: &[LoadBalancer],
) -> Result<(), AwsError> {
    for LoadBalancer { container, port, .. } in balancers {
        match containers::has_port(definition, container, *port) {
            Some(true) => {}
            Some(false) => {
                return Err(invalid(&format!(
                    "The container {container} did not have a container port {port} defined."
                )));
            }
            None => {
                return Err(invalid(&format!(
                    "The container {container} does not exist in the task definition."
                )));
            }
        }
    }
    let fits = definition["networkMode"] == "awsvpc";
    if fits {
        Ok(())
    } else {
        Err(client("The local cloud runs tasks with network mode 'awsvpc'."))
    }
}
