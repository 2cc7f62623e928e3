//! The desired definition of the API: `templates/api-swagger.json`, filled in.

use std::borrow::Cow;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{
    error::{Code, Error, Result},
    lab::{Integration, Names, Template, Values, files::API},
};

/// The authorization type of a method whose authorizer is a Cognito user pool.
pub(super) const USER_POOLS: &str = "COGNITO_USER_POOLS";
/// The authorization type of a method that anyone may call.
pub(super) const OPEN: &str = "NONE";

/// The type of a connection to a public address.
pub(super) const INTERNET: &str = "INTERNET";
/// The field of an operation that holds its integration.
const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// The name of the API, as in the file.
const TITLE: &str = "\"title\": \"MysfitsApi\"";

/// The definition.
pub(in crate::resources) struct Definition {
    /// The text that API Gateway imports: the file as students get it, filled in.
    text: String,
    content: Value,
}

/// One method of the definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Method<'a> {
    /// Such as `/mysfits/{mysfitId}`.
    pub(super) path: &'a str,
    /// Such as `GET`.
    pub(super) verb: String,
    /// Its authorization type.
    pub(super) authorization: &'static str,
    /// Its integration, as in the definition.
    integration: &'a Value,
}

impl Definition {
    /// Creates the definition with these values, and this way to the load balancer.
    ///
    /// # Errors
    /// When not all of them are known, or the template is invalid JSON: a bug in this program.
    pub(in crate::resources) fn of(
        known: &Values,
        names: &Names,
        integration: Integration,
    ) -> Result<Self> {
        let file = text(names, integration);
        let text = Template { text: &file, ..API }.render(known)?;
        let content = serde_json::from_str(&text)
            .map_err(|error| Error::new(Code::Lab, format!("{}: {error}", API.path)))?;
        Ok(Self { text, content })
    }

    /// Returns the text that API Gateway imports.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns a short fingerprint, which is the same for equal definitions. Deployments carry it,
    /// because API Gateway does not show what they were made from. By hand it is made from the file,
    /// with `sha256sum`.
    pub(in crate::resources) fn fingerprint(&self) -> String {
        let digest = hex::encode(Sha256::digest(&self.text));
        format!("definition {}", &digest[..16])
    }

    /// Returns all methods.
    pub(super) fn methods(&self) -> impl Iterator<Item = Method<'_>> {
        members(&self.content["paths"]).flat_map(|(path, item)| {
            let verbs = members(item).filter(|(_, it)| it.get("responses").is_some());
            verbs.map(move |(verb, operation)| Method {
                path,
                verb: verb.to_ascii_uppercase(),
                authorization: if operation.get("security").is_some() { USER_POOLS } else { OPEN },
                integration: &operation[INTEGRATION],
            })
        })
    }

    /// Returns the ARNs of the user pools whose tokens the authorizers accept.
    pub(super) fn user_pools(&self) -> Vec<&str> {
        members(&self.content["securityDefinitions"])
            .filter_map(|(_, it)| it["x-amazon-apigateway-authorizer"]["providerARNs"].as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// Returns the gateway responses, which are API Gateway's own errors, such as `DEFAULT_4XX`,
    /// and their headers.
    pub(super) fn gateway_responses(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        members(&self.content["x-amazon-apigateway-gateway-responses"])
            .filter_map(|(kind, it)| Some((kind, it["responseParameters"].as_object()?)))
    }
}

impl Method<'_> {
    /// Returns a field of its integration, such as `uri`.
    pub(super) fn integration(&self, name: &str) -> Option<&str> {
        self.integration[name].as_str()
    }
}

/// Returns the file of a lab, with its placeholders: the lab's template with the name of its API,
/// which API Gateway takes from there, and this way to the load balancer. The addresses are the same
/// on both.
pub(super) fn text(names: &Names, integration: Integration) -> Cow<'static, str> {
    let text = API.text.replace(TITLE, &format!("\"title\": \"{}\"", names.api));
    if integration == Integration::VpcLink {
        return text.into();
    }
    let lines = text.lines().filter(|line| !line.contains("\"connectionId\""));
    let lines = lines.map(|line| line.replace("\"VPC_LINK\"", &format!("\"{INTERNET}\"")) + "\n");
    lines.collect::<String>().into()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::lab::{
        AccountId, Region,
        placeholders::{ACCOUNT_ID, NLB_DNS, REGION, USER_POOL_ID},
    };

    pub(in crate::resources::rest_api) fn definition(balancer: &str) -> Definition {
        with(balancer, Integration::VpcLink)
    }

    pub(in crate::resources::rest_api) fn with(
        balancer: &str,
        integration: Integration,
    ) -> Definition {
        let region = Region::new("eu-west-1").unwrap();
        let names = Names::new(&AccountId::new("123456789012"), &region, None, None);
        let known = Values::of([
            (ACCOUNT_ID, "123456789012"),
            (REGION, "eu-west-1"),
            (USER_POOL_ID, "eu-west-1_AbCdEfGhI"),
            (NLB_DNS, balancer),
        ]);
        Definition::of(&known, &names, integration).unwrap()
    }

    #[test]
    fn six_paths_and_only_the_three_that_change_something_have_an_authorizer() {
        let definition = definition("nlb.example");
        let methods: Vec<Method<'_>> = definition.methods().collect();
        assert_eq!(methods.len(), 12);
        let authorized = methods.iter().filter(|it| it.authorization == USER_POOLS);
        let authorized: Vec<_> = authorized.map(|it| (it.verb.as_str(), it.path)).collect();
        assert_eq!(
            authorized,
            [
                ("POST", "/mysfits/{mysfitId}/adopt"),
                ("POST", "/mysfits/{mysfitId}/give-back"),
                ("POST", "/mysfits/{mysfitId}/like"),
            ]
        );
        assert!(methods.iter().any(|it| it.integration("uri") == Some("http://nlb.example/")));
        assert_eq!(
            definition.user_pools(),
            ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"]
        );
        let kinds: Vec<_> = definition.gateway_responses().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["DEFAULT_4XX", "DEFAULT_5XX"]);
    }

    /// The backend logs this id, and the page shows it.
    #[test]
    fn every_request_to_the_backend_carries_its_id() {
        let definition = definition("nlb.example");
        for method in definition.methods().filter(|it| it.integration("type") == Some("http_proxy"))
        {
            let id =
                &method.integration["requestParameters"]["integration.request.header.X-Request-Id"];
            assert_eq!(id, "context.requestId", "{} {}", method.verb, method.path);
        }
        for (kind, headers) in definition.gateway_responses() {
            let exposed = &headers["gatewayresponse.header.Access-Control-Expose-Headers"];
            assert_eq!(exposed, "'x-amzn-RequestId,x-amz-apigw-id'", "{kind}");
        }
    }

    #[test]
    fn over_the_internet_only_the_connection_differs() {
        let (linked, public) =
            (with("nlb.example", Integration::VpcLink), with("nlb.example", Integration::Internet));
        for (linked, public) in linked.methods().zip(public.methods()) {
            for same in ["type", "uri", "httpMethod"] {
                assert_eq!(linked.integration(same), public.integration(same));
            }
            assert_eq!(linked.authorization, public.authorization);
            let is_proxy = public.integration("type") == Some("http_proxy");
            assert_eq!(linked.integration("connectionId").is_some(), is_proxy);
            assert_eq!(public.integration("connectionId"), None);
            assert_eq!(public.integration("connectionType"), is_proxy.then_some(INTERNET));
        }
        assert_ne!(linked.fingerprint(), public.fingerprint());
    }

    #[test]
    fn the_fingerprint_changes_with_the_definition() {
        assert_eq!(definition("a").fingerprint(), definition("a").fingerprint());
        assert_ne!(definition("a").fingerprint(), definition("b").fingerprint());
    }
}
