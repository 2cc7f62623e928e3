//! Service-linked roles: one per account for each service that needs one, in words that AWS fixes.

use serde_json::{Value, json};

use super::{
    errors, roles,
    state::{Account, Named, Role, new_id, now},
};
use crate::{params::Params, place::Place, random, service::AwsError};

/// The services of the lab that have one, and its name.
const ROLES: [(&str, &str); 3] = [
    ("ecs.amazonaws.com", "AWSServiceRoleForECS"),
    ("elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"),
    ("ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway"),
];

pub(super) fn create(
    account: &mut Account,
    place: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let service = params.required("AWSServiceName")?;
    if params.text("CustomSuffix").is_some() {
        return Err(errors::invalid_input("Custom suffix is not allowed for this service."));
    }
    let name = name_of(service).ok_or_else(|| {
        errors::invalid_input(format!("The service principal {service} is not valid."))
    })?;
    if !ensure(account, service) {
        return Err(errors::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different \
             suffix."
        )));
    }
    let role = roles::find(account, name)?;
    Ok(json!({ "Role": roles::described(role, &place.account) }))
}

/// Creates a service's role if it is missing. Returns whether it was just created.
pub(super) fn ensure(account: &mut Account, service: &str) -> bool {
    let Some(name) = name_of(service) else { return false };
    if account.roles.contains_key(name) {
        return false;
    }
    account.roles.insert(name.to_owned(), role(name, service));
    true
}

/// The deletion begins, and is over when its status is requested: nothing here uses the role.
pub(super) fn delete(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let name = params.required("RoleName")?;
    let role = roles::find(account, name)?;
    let Some(service) = &role.linked_to else {
        return Err(errors::invalid_input(format!("{name} is not a service-linked role.")));
    };
    let task = format!("task/aws-service-role/{service}/{name}/{}", random::id());
    account.roles.remove(name);
    Ok(json!({ "DeletionTaskId": task }))
}

pub(super) fn deletion_status(_: &Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let task = params.required("DeletionTaskId")?;
    if !task.starts_with("task/aws-service-role/") {
        return Err(errors::no_entity(format!("The deletion task {task} cannot be found.")));
    }
    Ok(json!({ "Status": "SUCCEEDED" }))
}

pub(super) fn name_of(service: &str) -> Option<&'static str> {
    ROLES.iter().find(|(of, _)| *of == service).map(|(_, name)| *name)
}

fn role(name: &str, service: &str) -> Role {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": "sts:AssumeRole",
        }],
    });
    Role {
        name: name.to_owned(),
        path: format!("/aws-service-role/{service}/"),
        id: new_id("AROA"),
        created: now(),
        trust: trust.to_string(),
        description: None,
        max_session: 3600,
        boundary: None,
        tags: Named::new(),
        inline: Named::new(),
        attached: Named::new(),
        linked_to: Some(service.to_owned()),
        of_template: Vec::new(),
    }
}
