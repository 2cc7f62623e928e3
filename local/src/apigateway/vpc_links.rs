//! VPC links: how APIs reach a network load balancer. A link takes time to settle, holds its load
//! balancer as long as it exists, and is held by the stages that use it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiGateway,
    errors::{Outcome, bad, limit, no},
    ids, mapping,
    model::{Definition, Integration, Texts},
    patches,
    request::Request,
    state::{CREATING_VPC_LINK, Region, VpcLink},
    tags,
};
use crate::{clock::Moment, place::Place, ports::DELETING_VPC_LINK};

/// AWS's quota of links in a region.
const MOST: usize = 20;

const INACTIVE: &str = "NLB is not in active state. If you recently created this NLB, please wait \
                        for it to become active and try again..";
const TAKEN: &str = "NLB is already associated with another VPC Endpoint Service";

pub(super) const VPC_LINK: &str = "VPC_LINK";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NewLink {
    name: String,
    description: Option<String>,
    target_arns: Vec<String>,
    tags: Texts,
}

/// Names are not unique: repeating the call creates another link.
pub(super) fn create(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let new: NewLink = request.read()?;
    if new.name.is_empty() {
        return Err(bad("Vpc link name must not be empty"));
    }
    let [target] = &new.target_arns[..] else {
        return Err(bad("A vpc link must have exactly one target ARN"));
    };
    let is_active = load_balancer(gateway, place, target)?;
    let tags = tags::checked(new.tags)?;
    let id = ids::of_part();
    let answer = gateway.change(place, |region| {
        let others = || region.links.values();
        if others().count() >= MOST {
            return Err(limit("Maximum number of Vpc links for this account has been reached"));
        }
        let is_taken = others().any(|link| link.target == *target && link.failure.is_none());
        let failure = match (is_active, is_taken) {
            (false, _) => Some(INACTIVE),
            (true, true) => Some(TAKEN),
            (true, false) => None,
        };
        let moment = gateway.clock.moment();
        let link = VpcLink {
            id: id.clone(),
            name: new.name,
            description: new.description,
            target: target.clone(),
            tags,
            settled_at: moment.due(CREATING_VPC_LINK),
            failure: failure.map(str::to_owned),
            gone_at: None,
        };
        let mut answer = shown(&link, &moment);
        // However fast the local cloud is, a link is never available at once.
        answer["status"] = "PENDING".into();
        region.links.insert(id.clone(), link);
        Ok(answer)
    })?;
    if let Err(error) = gateway.balancers.hold(place, target, &id) {
        // Another call has deleted the load balancer meanwhile.
        gateway.change(place, |region| Ok(region.links.remove(&id)))?;
        return Err(error);
    }
    Ok(answer)
}

/// Returns whether the load balancer of this ARN is active.
fn load_balancer(gateway: &ApiGateway, place: &Place, arn: &str) -> Outcome<bool> {
    let ours = format!(
        "arn:aws:elasticloadbalancing:{}:{}:loadbalancer/net/",
        place.region, place.account
    );
    let active =
        if arn.starts_with(&ours) { gateway.balancers.is_active(place, arn) } else { None };
    active.ok_or_else(|| {
        bad(format!("'{arn}' is not the ARN of a network load balancer of this account and region"))
    })
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let link = region.links.get(request.named("link")).ok_or_else(no_link)?;
        Ok(shown(link, &gateway.clock.moment()))
    })
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let moment = gateway.clock.moment();
        let shown = region.links.iter().map(|(id, link)| (id.clone(), shown(link, &moment)));
        request.page(shown.collect())
    })
}

pub(super) fn update(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let patches = patches::of(request)?;
    gateway.change(place, |region| {
        let link = region.links.get_mut(request.named("link")).ok_or_else(no_link)?;
        for patch in &patches {
            match (patch.names()[0].as_str(), patch.value()) {
                ("name", Some(name)) if !name.is_empty() => name.clone_into(&mut link.name),
                ("description", value) => link.description = value.map(str::to_owned),
                _ => return Err(patch.refused(&["/name", "/description"])),
            }
        }
        Ok(shown(link, &gateway.clock.moment()))
    })
}

/// It still exists, and holds its load balancer, until it is gone.
pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let id = request.named("link");
    let gone_at = gateway.clock.moment().due(DELETING_VPC_LINK);
    let (target, gone_at) = gateway.change(place, |region| {
        let users = users(region, id);
        if !users.is_empty() {
            return Err(bad(format!(
                "Cannot delete vpc link. Vpc link '{id}', is referenced in [{}] in format of \
                 [RESTApiId:Method:Resource:Stage].",
                users.join(", ")
            )));
        }
        let link = region.links.get_mut(id).ok_or_else(no_link)?;
        Ok((link.target.clone(), *link.gone_at.get_or_insert(gone_at)))
    })?;
    gateway.balancers.release_at(place, &target, id, gone_at)?;
    Ok(Value::Null)
}

/// Returns the methods of deployed stages that use a link, as AWS names them.
fn users(region: &Region, link: &str) -> Vec<String> {
    let mut users = Vec::new();
    for (api, stage) in
        region.apis.values().flat_map(|api| api.stages.values().map(move |s| (api, s)))
    {
        let Some(deployment) = api.deployments.get(&stage.deployment) else { continue };
        for (resource, method) in deployment.definition.methods() {
            let integration = method.method_integration.as_ref();
            if integration.and_then(|known| of(known, &stage.variables)).as_deref() == Some(link) {
                let (method, stage) = (&method.http_method, &stage.name);
                users.push(format!("{}:{method}:{}:{stage}", api.id, resource.id));
            }
        }
    }
    users
}

/// Returns the link that an integration goes through in a stage with these variables.
pub(super) fn of(integration: &Integration, variables: &Texts) -> Option<String> {
    let goes = integration.connection_type.as_deref() == Some(VPC_LINK);
    let id = integration.connection_id.as_deref().filter(|_| goes)?;
    Some(mapping::with_stage_variables(id, variables))
}

/// Refuses to deploy what uses a link that is missing, being deleted or failed. AWS waits for one
/// that is pending; here the stage answers once it is available.
pub(super) fn check_deployed(
    region: &Region,
    definition: &Definition,
    variables: &Texts,
    moment: &Moment,
) -> Outcome<()> {
    for (_, method) in definition.methods() {
        let integration = method.method_integration.as_ref();
        let Some(id) = integration.and_then(|known| of(known, variables)) else { continue };
        match region.links.get(&id).map(|link| link.status(moment)) {
            Some("PENDING" | "AVAILABLE") => {}
            // A stage may get its variable later.
            None if id.is_empty() => {}
            Some(status) => return Err(bad(format!("Vpc link '{id}' is in status {status}"))),
            None => return Err(bad(format!("Vpc link '{id}' does not exist"))),
        }
    }
    Ok(())
}

fn shown(link: &VpcLink, moment: &Moment) -> Value {
    let status = link.status(moment);
    let mut shown = json!({
        "id": link.id, "name": link.name, "targetArns": [link.target], "status": status,
        "tags": link.tags,
    });
    let message = match status {
        "PENDING" => Some("Your vpc link is being created."),
        "AVAILABLE" => Some("Your vpc link is ready for use."),
        "DELETING" => Some("Your vpc link is being deleted."),
        _ => link.failure.as_deref(),
    };
    shown["statusMessage"] = json!(message);
    if let Some(description) = &link.description {
        shown["description"] = json!(description);
    }
    shown
}

fn no_link() -> crate::service::AwsError {
    no("Vpc Link")
}
