//! Methods of resources, and the responses that they declare.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiGateway, apis, declared,
    errors::{Outcome, bad, conflict, no, not_found},
    model::{Definition, Method, MethodResponse},
    request::Request,
};
use crate::{place::Place, service::AwsError};

/// What a method names besides what is kept of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Validator {
    request_validator_id: Option<String>,
}

/// The methods that a resource can have; `ANY` stands for those that it does not have.
pub(super) const METHODS: [&str; 8] =
    ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

pub(super) const COGNITO: &str = "COGNITO_USER_POOLS";
const AUTHORIZATIONS: [&str; 3] = ["NONE", "AWS_IAM", COGNITO];

pub(super) fn put(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let name = request.named("method").to_ascii_uppercase();
    // Responses and an integration are put by separate calls.
    let mut method = Method {
        http_method: name.clone(),
        method_responses: [].into(),
        method_integration: None,
        ..request.read()?
    };
    method.authorization_type.make_ascii_uppercase();
    let Validator { request_validator_id: validator } = request.read()?;
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        check(&method, definition)?;
        declared::check_method(&method, validator.as_deref(), definition)?;
        let resource = request.named("resource");
        let resource = definition.resources.get_mut(resource).ok_or_else(|| no("Resource"))?;
        if resource.resource_methods.contains_key(&name) {
            return Err(conflict("Method already exists for this resource"));
        }
        let answer = json!(method);
        resource.resource_methods.insert(name, method);
        Ok(answer)
    })
}

/// Refuses a method that could not be called.
pub(super) fn check(method: &Method, definition: &Definition) -> Outcome<()> {
    if !METHODS.contains(&method.http_method.as_str()) {
        return Err(bad("Invalid HttpMethod specified. Valid options are \
                        GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"));
    }
    let kind = method.authorization_type.as_str();
    if !AUTHORIZATIONS.contains(&kind) {
        return Err(bad(format!(
            "Invalid authorization type specified: '{kind}'. The local cloud has {}",
            AUTHORIZATIONS.join(", ")
        )));
    }
    let authorizer = method.authorizer_id.as_ref();
    if kind == COGNITO && authorizer.is_none_or(|id| !definition.authorizers.contains_key(id)) {
        return Err(bad(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or \
             COGNITO_USER_POOLS requires a valid authorizer.",
        ));
    }
    Ok(())
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let definition = &apis::of(region, place, request)?.definition;
        let resource = super::resources::of(definition, request)?;
        let name = request.named("method").to_ascii_uppercase();
        resource.resource_methods.get(&name).map(|method| json!(method)).ok_or_else(none)
    })
}

pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        let resource = request.named("resource");
        let resource = definition.resources.get_mut(resource).ok_or_else(|| no("Resource"))?;
        let name = request.named("method").to_ascii_uppercase();
        resource.resource_methods.remove(&name).map(|_| Value::Null).ok_or_else(none)
    })
}

pub(super) fn put_response(
    gateway: &ApiGateway,
    place: &Place,
    request: &Request,
) -> Outcome<Value> {
    let status = status(request)?;
    let response = MethodResponse { status_code: status.clone(), ..request.read()? };
    gateway.look(place, |region| {
        declared::check_response(&response, &apis::of(region, place, request)?.definition)
    })?;
    change(gateway, place, request, |method| {
        if method.method_responses.contains_key(&status) {
            return Err(conflict("Response already exists for this resource"));
        }
        let answer = json!(response);
        method.method_responses.insert(status, response);
        Ok(answer)
    })
}

/// Changes the method that a call names.
pub(super) fn change<R>(
    gateway: &ApiGateway,
    place: &Place,
    request: &Request,
    change: impl FnOnce(&mut Method) -> Outcome<R>,
) -> Outcome<R> {
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        let resource = request.named("resource");
        let resource = definition.resources.get_mut(resource).ok_or_else(|| no("Resource"))?;
        let name = request.named("method").to_ascii_uppercase();
        change(resource.resource_methods.get_mut(&name).ok_or_else(none)?)
    })
}

/// Returns the status code in a call's path.
pub(super) fn status(request: &Request) -> Outcome<String> {
    let status = request.named("status");
    if status.len() == 3 && status.parse::<u16>().is_ok_and(|code| (100..600).contains(&code)) {
        return Ok(status.to_owned());
    }
    Err(bad("Invalid Response status code specified"))
}

fn none() -> AwsError {
    not_found("Invalid Method identifier specified")
}
