//! `UpdateService` and `DeleteService`.

use serde_json::{Value, json};

use super::{
    Ecs, arns, clusters, create,
    errors::{invalid, no_service, not_active},
    shown,
    state::{Deployment, Region, Service, Status, service_key},
};
use crate::{place::Place, protocol::input::Input, service::AwsError, times};

pub(super) fn update(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = arns::name(input.needed("service")?);
    create::check_platform(input)?;
    let vpc = match input.value("networkConfiguration") {
        Value::Null => None,
        _ => Some(create::vpc_of(ecs, place, input)?),
    };
    let balancers = match input.value("loadBalancers") {
        Value::Null => None,
        _ => Some(create::load_balancers(ecs, place, input)?),
    };
    ecs.change(place, |region| {
        let key = service_key(clusters::active(region, input)?, name);
        let mut service = active(region, &key)?.clone();
        let before =
            (service.definition.clone(), service.vpc.clone(), service.load_balancers.clone());
        if let Some(reference) = input.text("taskDefinition") {
            service.definition = region.active_definition(place, reference)?.0;
        }
        if let Some(vpc) = vpc {
            service.vpc = vpc;
        }
        if let Some(balancers) = balancers {
            service.load_balancers = balancers;
        }
        let (_, _, definition) = region.definition(&service.definition)?;
        create::check_load_balancers(&definition.value, &service.load_balancers)?;
        adjust(&mut service, input)?;
        let after =
            (service.definition.clone(), service.vpc.clone(), service.load_balancers.clone());
        if before != after || input.flag("forceNewDeployment") {
            let fresh = Deployment::new(&service.definition, &service.vpc, times::now());
            service.deployments.insert(0, fresh);
            service.steady = false;
        }
        let answer = json!({ "service": shown::service(place, region, &service) });
        region.services.insert(key, service);
        Ok(answer)
    })
}

/// Applies the settings that need no new deployment.
fn adjust(service: &mut Service, input: Input<'_>) -> Result<(), AwsError> {
    if let Some(desired) = create::desired(input)? {
        service.steady &= service.desired == desired;
        service.desired = desired;
    }
    service.rules = create::rules(input.part("deploymentConfiguration"), &service.rules)?;
    service.grace_seconds = input.number("healthCheckGracePeriodSeconds").or(service.grace_seconds);
    if let Some(propagate) = input.text("propagateTags") {
        propagate.clone_into(&mut service.propagate_tags);
    }
    service.shown.extend(shown::kept(input));
    Ok(())
}

fn active<'a>(region: &'a Region, key: &str) -> Result<&'a Service, AwsError> {
    let service = region.services.get(key).ok_or_else(no_service)?;
    if service.status == Status::Active { Ok(service) } else { Err(not_active()) }
}

pub(super) fn delete(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = arns::name(input.needed("service")?);
    ecs.change(place, |region| {
        let key = service_key(clusters::active(region, input)?, name);
        let service = region.services.get_mut(&key).ok_or_else(no_service)?;
        if service.status == Status::Inactive {
            return Err(no_service());
        }
        if service.desired > 0 && !input.flag("force") {
            return Err(invalid("The service cannot be stopped while it is scaled above 0."));
        }
        service.status = Status::Draining;
        service.desired = 0;
        let service = service.clone();
        Ok(json!({ "service": shown::service(place, region, &service) }))
    })
}
