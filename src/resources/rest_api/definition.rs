//! The desired definition of the API: `templates/api-swagger.json`, filled in.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{
    error::{Code, Error, Result},
    lab::{Names, Values, files::API},
};

/// The authorization type of a method whose authorizer is a Cognito user pool.
pub(super) const USER_POOLS: &str = "COGNITO_USER_POOLS";
/// The authorization type of a method that anyone may call.
pub(super) const OPEN: &str = "NONE";

/// The definition.
pub(in crate::resources) struct Definition(Value);

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
    /// Creates the definition with these values.
    ///
    /// # Errors
    /// When not all of them are known, or the template is invalid JSON: a bug in this program.
    pub(in crate::resources) fn of(known: &Values, names: &Names) -> Result<Self> {
        let text = API.render(known)?;
        let mut definition: Value = serde_json::from_str(&text)
            .map_err(|error| Error::new(Code::Lab, format!("{}: {error}", API.path)))?;
        // API Gateway uses this as the name of the API.
        definition["info"]["title"] = names.api.as_str().into();
        Ok(Self(definition))
    }

    /// Returns the text that API Gateway imports.
    pub(super) fn text(&self) -> String {
        self.0.to_string()
    }

    /// Returns a short fingerprint, which is the same for equal definitions. Deployments carry it,
    /// because API Gateway does not show what they were made from.
    pub(in crate::resources) fn fingerprint(&self) -> String {
        let digest = hex::encode(Sha256::digest(self.text()));
        format!("definition {}", &digest[..16])
    }

    /// Returns all methods.
    pub(super) fn methods(&self) -> impl Iterator<Item = Method<'_>> {
        members(&self.0["paths"]).flat_map(|(path, item)| {
            let verbs = members(item).filter(|(_, it)| it.get("responses").is_some());
            verbs.map(move |(verb, operation)| Method {
                path,
                verb: verb.to_ascii_uppercase(),
                authorization: if operation.get("security").is_some() { USER_POOLS } else { OPEN },
                integration: &operation["x-amazon-apigateway-integration"],
            })
        })
    }

    /// Returns the ARNs of the user pools whose tokens the authorizers accept.
    pub(super) fn user_pools(&self) -> Vec<&str> {
        members(&self.0["securityDefinitions"])
            .filter_map(|(_, it)| it["x-amazon-apigateway-authorizer"]["providerARNs"].as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// Returns the gateway responses, which are API Gateway's own errors, such as `DEFAULT_4XX`,
    /// and their headers.
    pub(super) fn gateway_responses(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        members(&self.0["x-amazon-apigateway-gateway-responses"])
            .filter_map(|(kind, it)| Some((kind, it["responseParameters"].as_object()?)))
    }
}

impl Method<'_> {
    /// Returns a field of its integration, such as `uri`.
    pub(super) fn integration(&self, name: &str) -> Option<&str> {
        self.integration[name].as_str()
    }
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
        let region = Region::new("eu-west-1").unwrap();
        let names = Names::new(&AccountId::new("123456789012"), &region, None, None);
        let known = Values::of([
            (ACCOUNT_ID, "123456789012"),
            (REGION, "eu-west-1"),
            (USER_POOL_ID, "eu-west-1_AbCdEfGhI"),
            (NLB_DNS, balancer),
        ]);
        Definition::of(&known, &names).unwrap()
    }

    #[test]
    fn five_paths_and_only_the_two_that_change_something_have_an_authorizer() {
        let definition = definition("nlb.example");
        let methods: Vec<Method<'_>> = definition.methods().collect();
        assert_eq!(methods.len(), 10);
        let authorized = methods.iter().filter(|it| it.authorization == USER_POOLS);
        let authorized: Vec<_> = authorized.map(|it| (it.verb.as_str(), it.path)).collect();
        assert_eq!(
            authorized,
            [("POST", "/mysfits/{mysfitId}/adopt"), ("POST", "/mysfits/{mysfitId}/like")]
        );
        assert!(methods.iter().any(|it| it.integration("uri") == Some("http://nlb.example/")));
        assert_eq!(
            definition.user_pools(),
            ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"]
        );
        let kinds: Vec<_> = definition.gateway_responses().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["DEFAULT_4XX", "DEFAULT_5XX"]);
    }

    #[test]
    fn the_fingerprint_changes_with_the_definition() {
        assert_eq!(definition("a").fingerprint(), definition("a").fingerprint());
        assert_ne!(definition("a").fingerprint(), definition("b").fingerprint());
    }
}
