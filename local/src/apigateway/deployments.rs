//! Deployments: an API as it is now, kept for its stages.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiGateway, apis,
    errors::{Outcome, bad, no},
    ids,
    model::{Definition, Texts},
    request::Request,
    stages,
    state::Deployment,
    vpc_links,
};
use crate::{place::Place, service::AwsError};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NewDeployment {
    stage_name: Option<String>,
    stage_description: Option<String>,
    description: Option<String>,
    variables: Texts,
    canary_settings: Option<Value>,
}

/// Also creates the stage, or points an existing one at this deployment.
pub(super) fn create(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let new: NewDeployment = request.read()?;
    if new.canary_settings.is_some() {
        return Err(stages::no_canary());
    }
    gateway.change(place, |region| {
        let api = apis::of(region, place, request)?;
        check(&api.definition)?;
        let moment = gateway.clock.moment();
        let now = moment.now;
        let deployment = Deployment {
            id: ids::of_part(),
            description: new.description,
            created: now,
            definition: api.definition.clone(),
        };
        let stage = match new.stage_name {
            None => None,
            Some(name) => {
                let mut stage = match api.stages.get(&name) {
                    Some(known) => known.clone(),
                    None => stages::begin(name, now)?,
                };
                stage.deployment.clone_from(&deployment.id);
                stage.description = new.stage_description.or(stage.description);
                stage.updated = now;
                stage.variables.extend(stages::checked(new.variables)?);
                Some(stage)
            }
        };
        let variables = stage.as_ref().map(|stage| &stage.variables);
        let none = Texts::new();
        let variables = variables.unwrap_or(&none);
        vpc_links::check_deployed(region, &deployment.definition, variables, &moment)?;
        let api = apis::of_mut(region, place, request)?;
        let answer = shown(&deployment, false);
        api.deployments.insert(deployment.id.clone(), deployment);
        api.stages.extend(stage.map(|stage| (stage.name.clone(), stage)));
        Ok(answer)
    })
}

/// Refuses to deploy a definition that does nothing.
fn check(definition: &Definition) -> Outcome<()> {
    if definition.methods().next().is_none() {
        return Err(bad("The REST API doesn't contain any methods"));
    }
    if definition.methods().any(|(_, method)| method.method_integration.is_none()) {
        return Err(bad("No integration defined for method"));
    }
    Ok(())
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let with_summary = request.queries("embed").any(|embed| embed == "apisummary");
    gateway.look(place, |region| {
        let deployments = &apis::of(region, place, request)?.deployments;
        let found = deployments.get(request.named("deployment"));
        found.map(|deployment| shown(deployment, with_summary)).ok_or_else(none)
    })
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let deployments = &apis::of(region, place, request)?.deployments;
        request.page(deployments.iter().map(|(id, one)| (id.clone(), shown(one, false))).collect())
    })
}

pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let id = request.named("deployment");
    gateway.change(place, |region| {
        let api = apis::of_mut(region, place, request)?;
        if !api.deployments.contains_key(id) {
            return Err(none());
        }
        if api.stages.values().any(|stage| stage.deployment == id) {
            return Err(bad("Active stages pointing to this deployment must be moved or deleted"));
        }
        api.deployments.remove(id);
        Ok(Value::Null)
    })
}

fn shown(deployment: &Deployment, with_summary: bool) -> Value {
    let mut shown = json!({ "id": deployment.id, "createdDate": deployment.created / 1000 });
    if let Some(description) = &deployment.description {
        shown["description"] = json!(description);
    }
    if with_summary {
        let mut summary: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
        for (resource, method) in deployment.definition.methods() {
            let snapshot = json!({
                "authorizationType": method.authorization_type,
                "apiKeyRequired": method.api_key_required,
            });
            summary.entry(&resource.path).or_default().insert(&method.http_method, snapshot);
        }
        shown["apiSummary"] = json!(summary);
    }
    shown
}

fn none() -> AwsError {
    no("Deployment")
}
