//! Authorizers: who may call a method. The local cloud supports Cognito user pools.

use serde_json::{Value, json};

use super::{
    ApiGateway, apis,
    errors::{Outcome, bad, conflict, no},
    ids,
    methods::COGNITO,
    model::Authorizer,
    request::Request,
};
use crate::{place::Place, service::AwsError};

const AUTH_TYPE: &str = "cognito_user_pools";
const SOURCE: &str = "method.request.header.";

pub(super) fn create(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let new = Authorizer { id: ids::of_part(), ..request.read()? };
    let authorizer = checked(new)?;
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        if definition.authorizers.values().any(|known| known.name == authorizer.name) {
            let name = &authorizer.name;
            return Err(conflict(format!("Authorizer with name '{name}' already exists")));
        }
        let answer = json!(authorizer);
        definition.authorizers.insert(authorizer.id.clone(), authorizer);
        Ok(answer)
    })
}

/// Fills in an authorizer's AWS defaults, and refuses one that could not be consulted.
pub(super) fn checked(mut authorizer: Authorizer) -> Outcome<Authorizer> {
    let Authorizer { name, kind, provider_arns, .. } = &authorizer;
    if name.is_empty() {
        return Err(bad("Authorizer name must not be empty"));
    }
    if kind != COGNITO {
        return Err(bad(format!(
            "The local cloud has no authorizers of the type '{kind}': use {COGNITO}"
        )));
    }
    let is_pool =
        |arn: &String| arn.starts_with("arn:aws:cognito-idp:") && arn.contains(":userpool/");
    if provider_arns.is_empty() || !provider_arns.iter().all(is_pool) {
        return Err(bad(format!(
            "Invalid Cognito user pool ARN in the authorizer '{name}': [{}]",
            provider_arns.join(", ")
        )));
    }
    AUTH_TYPE.clone_into(&mut authorizer.auth_type);
    if authorizer.identity_source.is_empty() {
        authorizer.identity_source = format!("{SOURCE}Authorization");
    }
    if header(&authorizer).is_none() {
        let source = &authorizer.identity_source;
        return Err(bad(format!("Invalid identity source specified: '{source}'")));
    }
    Ok(authorizer)
}

/// Returns the header that carries the token.
pub(super) fn header(authorizer: &Authorizer) -> Option<&str> {
    authorizer.identity_source.strip_prefix(SOURCE).filter(|name| !name.is_empty())
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let definition = &apis::of(region, place, request)?.definition;
        let found = definition.authorizers.get(request.named("authorizer"));
        found.map(|authorizer| json!(authorizer)).ok_or_else(none)
    })
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let authorizers = &apis::of(region, place, request)?.definition.authorizers;
        request.page(authorizers.iter().map(|(id, known)| (id.clone(), json!(known))).collect())
    })
}

pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let id = request.named("authorizer");
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        let users = definition.methods().filter(|(_, m)| m.authorizer_id.as_deref() == Some(id));
        let users: Vec<String> = users
            .map(|(resource, method)| format!("{} {}", method.http_method, resource.path))
            .collect();
        if !users.is_empty() {
            return Err(conflict(format!(
                "Cannot delete authorizer '{id}', is referenced in [{}]",
                users.join(", ")
            )));
        }
        definition.authorizers.remove(id).map(|_| Value::Null).ok_or_else(none)
    })
}

fn none() -> AwsError {
    no("Authorizer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_user_pools_are_asked() {
        let pool = "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_a";
        let good = Authorizer {
            name: "pool".to_owned(),
            kind: COGNITO.to_owned(),
            provider_arns: vec![pool.to_owned()],
            ..Authorizer::default()
        };
        let made = checked(good.clone()).unwrap();
        assert_eq!(header(&made), Some("Authorization"));
        assert_eq!(made.auth_type, "cognito_user_pools");
        let problem = |authorizer| checked(authorizer).unwrap_err().message;
        let kind = "TOKEN".to_owned();
        assert!(problem(Authorizer { kind, ..good.clone() }).contains("'TOKEN'"));
        let provider_arns = vec!["arn:aws:s3:::bucket".to_owned()];
        assert!(problem(Authorizer { provider_arns, ..good.clone() }).contains("user pool ARN"));
        let identity_source = "method.request.cookie.a".to_owned();
        assert!(problem(Authorizer { identity_source, ..good }).contains("identity source"));
    }
}
