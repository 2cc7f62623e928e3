//! Whether an API that stands is what the definition says.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types::{Authorizer, GatewayResponse, Method as Standing, Resource};
use serde_json::Value;

use super::definition::{Definition, Method};

/// What stands: all that the definition describes.
#[derive(Debug, Default)]
pub(super) struct Api {
    pub(super) resources: Vec<Resource>,
    pub(super) authorizers: Vec<Authorizer>,
    pub(super) gateway_responses: Vec<GatewayResponse>,
}

/// What differs, each in a few words.
pub(super) fn differences(wanted: &Definition, api: &Api) -> Vec<String> {
    let mut standing = methods(&api.resources);
    let mut differences = Vec::new();
    for method in wanted.methods() {
        match standing.remove(&name(&method.verb, method.path)) {
            None => differences.push(format!("{} is missing", name(&method.verb, method.path))),
            Some(other) => differences.extend(differs(&method, other)),
        }
    }
    differences.extend(standing.into_keys().map(|name| format!("{name} is not the lab's")));
    if !same_pools(wanted, &api.authorizers) {
        differences.push("its guard is not the lab's user pool".to_owned());
    }
    if !same_headers(wanted, &api.gateway_responses) {
        differences.push("its errors do not tell browsers that pages may read them".to_owned());
    }
    differences
}

/// What people call a method.
fn name(verb: &str, path: &str) -> String {
    format!("`{verb} {path}`")
}

/// The methods that stand, by name.
fn methods(resources: &[Resource]) -> BTreeMap<String, &Standing> {
    let mut found = BTreeMap::new();
    for resource in resources {
        let path = resource.path().unwrap_or_default();
        let methods = resource.resource_methods().into_iter().flatten();
        found.extend(methods.map(|(verb, method)| (name(verb, path), method)));
    }
    found
}

fn differs(wanted: &Method<'_>, other: &Standing) -> Option<String> {
    let name = name(&wanted.verb, wanted.path);
    if other.authorization_type() != Some(wanted.authorization) {
        return Some(format!("{name} is not guarded as it should be"));
    }
    let integration = other.method_integration()?;
    let kind = integration.r#type().map(|kind| kind.as_str().to_ascii_lowercase());
    let parts = [
        ("type", kind.as_deref()),
        ("uri", integration.uri()),
        ("connectionId", integration.connection_id()),
        ("httpMethod", integration.http_method()),
    ];
    let leads_elsewhere = parts.into_iter().any(|(part, standing)| {
        wanted.integration(part).is_some_and(|wanted| Some(wanted) != standing)
    });
    leads_elsewhere.then(|| format!("{name} leads elsewhere"))
}

fn same_pools(wanted: &Definition, authorizers: &[Authorizer]) -> bool {
    let standing = authorizers.iter().flat_map(Authorizer::provider_arns).map(String::as_str);
    standing.eq(wanted.user_pools())
}

fn same_headers(wanted: &Definition, standing: &[GatewayResponse]) -> bool {
    wanted.gateway_responses().all(|(kind, headers)| {
        let response = standing
            .iter()
            .find(|it| it.response_type().is_some_and(|other| other.as_str() == kind));
        let has = |name: &String, value: &Value| {
            let parameters = response.and_then(|it| it.response_parameters());
            parameters.and_then(|it| it.get(name)).map(String::as_str) == value.as_str()
        };
        headers.iter().all(|(name, value)| has(name, value))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use aws_sdk_apigateway::types::{GatewayResponseType, Integration, IntegrationType};

    use super::*;
    use crate::resources::rest_api::definition::tests::definition;

    /// An API as API Gateway shows it after it has imported the definition.
    fn imported(wanted: &Definition) -> Api {
        let mut paths: HashMap<&str, HashMap<String, Standing>> = HashMap::new();
        for method in wanted.methods() {
            let kind = method.integration("type").unwrap().to_ascii_uppercase();
            let text = |part| method.integration(part).map(str::to_owned);
            let integration = Integration::builder()
                .r#type(IntegrationType::from(kind.as_str()))
                .set_uri(text("uri"))
                .set_connection_id(text("connectionId"))
                .set_http_method(text("httpMethod"))
                .build();
            let standing = Standing::builder()
                .authorization_type(method.authorization)
                .method_integration(integration);
            paths.entry(method.path).or_default().insert(method.verb.clone(), standing.build());
        }
        let resources = paths.into_iter().map(|(path, methods)| {
            Resource::builder().path(path).set_resource_methods(Some(methods)).build()
        });
        let responses = wanted.gateway_responses().map(|(kind, headers)| {
            let headers = headers
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
            GatewayResponse::builder()
                .response_type(GatewayResponseType::from(kind))
                .set_response_parameters(Some(headers.collect()))
                .build()
        });
        let pools = wanted.user_pools().into_iter().map(str::to_owned).collect();
        Api {
            resources: resources.collect(),
            authorizers: vec![Authorizer::builder().set_provider_arns(Some(pools)).build()],
            gateway_responses: responses.collect(),
        }
    }

    #[test]
    fn what_was_imported_does_not_differ() {
        let wanted = definition("nlb.example");
        assert_eq!(differences(&wanted, &imported(&wanted)), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let wanted = definition("nlb.example");
        let mut api = imported(&wanted);
        api.authorizers.clear();
        api.gateway_responses.clear();
        let like = |it: &&mut Resource| it.path() == Some("/mysfits/{mysfitId}/like");
        let like = api.resources.iter_mut().find(like).unwrap();
        let methods = like.resource_methods.as_mut().unwrap();
        methods.get_mut("POST").unwrap().authorization_type = Some("NONE".to_owned());
        let options = methods.remove("OPTIONS").unwrap();
        methods.insert("PUT".to_owned(), options);
        assert_eq!(
            differences(&wanted, &api),
            [
                "`OPTIONS /mysfits/{mysfitId}/like` is missing",
                "`POST /mysfits/{mysfitId}/like` is not guarded as it should be",
                "`PUT /mysfits/{mysfitId}/like` is not the lab's",
                "its guard is not the lab's user pool",
                "its errors do not tell browsers that pages may read them",
            ]
        );
        let moved = differences(&wanted, &imported(&definition("other.example")));
        assert!(moved.contains(&"`GET /mysfits` leads elsewhere".to_owned()), "{moved:?}");
    }
}
