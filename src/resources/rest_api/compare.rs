//! Compares an existing API with the definition.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types::{
    Authorizer, ConnectionType, GatewayResponse, Integration, IntegrationType, Method as Standing,
    Resource,
};
use serde_json::{Map, Value};

use super::definition::{Definition, INTERNET, Method};
use crate::engine::Setting;

/// The value for an existing method.
const DEFINED: &str = "defined";
/// The value for a missing method.
const NOT_DEFINED: &str = "not defined";

/// The existing counterpart of the definition.
#[derive(Debug, Default)]
pub(super) struct Api {
    pub(super) resources: Vec<Resource>,
    pub(super) authorizers: Vec<Authorizer>,
    pub(super) gateway_responses: Vec<GatewayResponse>,
}

/// Returns the settings of an API.
pub(super) fn settings(expected: &Definition, api: &Api) -> Vec<Setting> {
    let mut standing = methods(&api.resources);
    let mut settings = Vec::new();
    for method in expected.methods() {
        let name = name(&method.verb, method.path);
        match standing.remove(&name) {
            None => settings.push(Setting::new(name, DEFINED, NOT_DEFINED)),
            Some(other) => settings.extend(of_method(&name, &method, other)),
        }
    }
    settings.extend(standing.into_keys().map(|name| Setting::new(name, NOT_DEFINED, DEFINED)));
    settings.push(authorizer(expected, &api.authorizers));
    for (kind, headers) in expected.gateway_responses() {
        settings.extend(of_gateway_response(kind, headers, &api.gateway_responses));
    }
    settings
}

/// Returns the display name of a method.
fn name(verb: &str, path: &str) -> String {
    format!("{verb} {path}")
}

/// Returns the existing methods, by name.
fn methods(resources: &[Resource]) -> BTreeMap<String, &Standing> {
    let mut found = BTreeMap::new();
    for resource in resources {
        let path = resource.path().unwrap_or_default();
        let methods = resource.resource_methods().into_iter().flatten();
        found.extend(methods.map(|(verb, method)| (name(verb, path), method)));
    }
    found
}

/// Returns the settings of a method: its authorization, and those of its integration that the
/// definition sets.
fn of_method(name: &str, expected: &Method<'_>, actual: &Standing) -> Vec<Setting> {
    let authorization = Setting::maybe(
        format!("{name} authorizationType"),
        expected.authorization,
        actual.authorization_type(),
    );
    let integration = actual.method_integration();
    // The definition has the type in lowercase, API Gateway in uppercase.
    let kind = expected.integration("type").map(str::to_ascii_uppercase);
    let fields = [
        (
            "type",
            kind.as_deref(),
            integration.and_then(Integration::r#type).map(IntegrationType::as_str),
        ),
        ("uri", expected.integration("uri"), integration.and_then(Integration::uri)),
        (
            "connectionId",
            expected.integration("connectionId"),
            integration.and_then(Integration::connection_id),
        ),
        (
            "connectionType",
            // Otherwise the id of the connection differs.
            expected.integration("connectionType").filter(|it| *it == INTERNET),
            integration.and_then(Integration::connection_type).map(ConnectionType::as_str),
        ),
        (
            "httpMethod",
            expected.integration("httpMethod"),
            integration.and_then(Integration::http_method),
        ),
    ];
    let of_integration = fields.into_iter().filter_map(|(field, expected, actual)| {
        Some(Setting::maybe(format!("{name} integration.{field}"), expected?, actual))
    });
    [authorization].into_iter().chain(of_integration).collect()
}

/// Returns the setting of the user pools whose tokens the authorizers accept.
fn authorizer(expected: &Definition, authorizers: &[Authorizer]) -> Setting {
    let arns: Vec<_> =
        authorizers.iter().flat_map(Authorizer::provider_arns).map(String::as_str).collect();
    let actual = Some(arns.join(", ")).filter(|arns| !arns.is_empty());
    Setting::maybe("authorizer.providerARNs", expected.user_pools().join(", "), actual)
}

/// Returns the settings of a gateway response: its headers.
fn of_gateway_response(
    kind: &str,
    headers: &Map<String, Value>,
    standing: &[GatewayResponse],
) -> Vec<Setting> {
    let is_kind = |it: &&GatewayResponse| it.response_type().is_some_and(|it| it.as_str() == kind);
    let actual = standing.iter().find(is_kind).and_then(GatewayResponse::response_parameters);
    let setting = |(parameter, expected): (&String, &Value)| {
        Setting::maybe(
            format!("gatewayResponse {kind} responseParameters.{parameter}"),
            expected.as_str().unwrap_or_default(),
            actual.and_then(|it| it.get(parameter)),
        )
    };
    headers.iter().map(setting).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use aws_sdk_apigateway::types::GatewayResponseType;

    use super::*;
    use crate::{
        lab,
        resources::rest_api::definition::tests::{definition, with},
    };

    /// Returns an API as API Gateway shows it after importing the definition.
    fn imported(expected: &Definition) -> Api {
        let mut paths: HashMap<&str, HashMap<String, Standing>> = HashMap::new();
        for method in expected.methods() {
            let kind = method.integration("type").unwrap().to_ascii_uppercase();
            let text = |part| method.integration(part).map(str::to_owned);
            let integration = Integration::builder()
                .r#type(IntegrationType::from(kind.as_str()))
                .set_uri(text("uri"))
                .set_connection_id(text("connectionId"))
                .set_connection_type(text("connectionType").map(|it| it.as_str().into()))
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
        let responses = expected.gateway_responses().map(|(kind, headers)| {
            let headers = headers
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
            GatewayResponse::builder()
                .response_type(GatewayResponseType::from(kind))
                .set_response_parameters(Some(headers.collect()))
                .build()
        });
        let pools = expected.user_pools().into_iter().map(str::to_owned).collect();
        Api {
            resources: resources.collect(),
            authorizers: vec![Authorizer::builder().set_provider_arns(Some(pools)).build()],
            gateway_responses: responses.collect(),
        }
    }

    fn differences(expected: &Definition, api: &Api) -> Vec<String> {
        settings(expected, api).iter().filter(|it| it.differs()).map(Setting::in_words).collect()
    }

    #[test]
    fn what_was_imported_does_not_differ() {
        let expected = definition("nlb.example");
        assert_eq!(differences(&expected, &imported(&expected)), Vec::<String>::new());
    }

    #[test]
    fn another_way_to_the_load_balancer_differs_in_both_directions() {
        let (linked, public) = (
            with("nlb.example", lab::Integration::VpcLink),
            with("nlb.example", lab::Integration::Internet),
        );
        let to_public = differences(&public, &imported(&linked));
        let kind = "GET /mysfits integration.connectionType is VPC_LINK, expected INTERNET";
        assert!(to_public.len() == 6 && to_public.contains(&kind.to_owned()), "{to_public:?}");
        let to_linked = differences(&linked, &imported(&public));
        let id = "GET /mysfits integration.connectionId is not set, expected \
                  ${stageVariables.vpcLinkId}";
        assert!(to_linked.len() == 6 && to_linked.contains(&id.to_owned()), "{to_linked:?}");
    }

    #[test]
    fn each_method_that_differs_is_named() {
        let expected = definition("nlb.example");
        let mut api = imported(&expected);
        let like = |it: &&mut Resource| it.path() == Some("/mysfits/{mysfitId}/like");
        let like = api.resources.iter_mut().find(like).unwrap();
        let methods = like.resource_methods.as_mut().unwrap();
        methods.get_mut("POST").unwrap().authorization_type = Some("NONE".to_owned());
        let options = methods.remove("OPTIONS").unwrap();
        methods.insert("PUT".to_owned(), options);
        assert_eq!(
            differences(&expected, &api),
            [
                "OPTIONS /mysfits/{mysfitId}/like is not defined, expected defined",
                "POST /mysfits/{mysfitId}/like authorizationType is NONE, expected \
                 COGNITO_USER_POOLS",
                "PUT /mysfits/{mysfitId}/like is defined, expected not defined",
            ]
        );
    }

    #[test]
    fn a_missing_authorizer_and_missing_headers_are_named() {
        let expected = definition("nlb.example");
        let mut api = imported(&expected);
        api.authorizers.clear();
        api.gateway_responses.clear();
        let differences = differences(&expected, &api);
        // Four headers in each of two gateway responses.
        assert_eq!(differences.len(), 1 + 2 * 4);
        assert_eq!(
            differences[0],
            "authorizer.providerARNs is not set, expected \
             arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
        );
        let origin = "gatewayResponse DEFAULT_4XX responseParameters.\
                      gatewayresponse.header.Access-Control-Allow-Origin is not set, expected '*'";
        assert!(differences.contains(&origin.to_owned()), "{differences:?}");
    }

    #[test]
    fn an_integration_that_leads_elsewhere_is_named_with_both_addresses() {
        let expected = definition("nlb.example");
        let moved = differences(&expected, &imported(&definition("other.example")));
        let mysfits = "GET /mysfits integration.uri is http://other.example/mysfits, expected \
                       http://nlb.example/mysfits";
        assert!(moved.contains(&mysfits.to_owned()), "{moved:?}");
        let mut api = imported(&expected);
        let methods = api.resources.iter_mut().filter_map(|it| it.resource_methods.as_mut());
        methods.flat_map(HashMap::values_mut).for_each(|it| it.method_integration = None);
        let without = "GET /mysfits integration.type is not set, expected HTTP_PROXY";
        assert!(differences(&expected, &api).contains(&without.to_owned()));
    }
}
