//! The definition of the API as it should be: `templates/api-swagger.json`, filled in.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{
    engine::Values,
    error::{Code, Error, Result},
    lab::{Names, files::API},
};

/// What API Gateway calls a method that a Cognito user pool guards.
pub(super) const GUARDED: &str = "COGNITO_USER_POOLS";
/// And one that is open to everybody.
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
    /// Who may call it.
    pub(super) authorization: &'static str,
    /// Where it leads, in the words of the definition.
    integration: &'a Value,
}

impl Definition {
    /// The definition with these values; `None` when not all of them are known yet.
    ///
    /// # Errors
    /// When the template is no JSON: a mistake in this program.
    pub(in crate::resources) fn of(known: &Values, names: &Names) -> Result<Option<Self>> {
        if API.placeholders()?.iter().any(|placeholder| known.get(*placeholder).is_none()) {
            return Ok(None);
        }
        let text = API.render(known)?;
        let mut definition: Value = serde_json::from_str(&text)
            .map_err(|error| Error::new(Code::Lab, format!("{}: {error}", API.path)))?;
        // API Gateway takes the name of the API from here.
        definition["info"]["title"] = names.api.as_str().into();
        Ok(Some(Self(definition)))
    }

    /// The text that API Gateway imports.
    pub(super) fn text(&self) -> String {
        self.0.to_string()
    }

    /// A short mark that is the same for the same definition. Deployments carry it, because API
    /// Gateway does not say of what they were made.
    pub(in crate::resources) fn mark(&self) -> String {
        let digest = hex::encode(Sha256::digest(self.text()));
        format!("definition {}", &digest[..16])
    }

    /// All methods.
    pub(super) fn methods(&self) -> impl Iterator<Item = Method<'_>> {
        members(&self.0["paths"]).flat_map(|(path, item)| {
            let verbs = members(item).filter(|(_, it)| it.get("responses").is_some());
            verbs.map(move |(verb, operation)| Method {
                path,
                verb: verb.to_ascii_uppercase(),
                authorization: if operation.get("security").is_some() { GUARDED } else { OPEN },
                integration: &operation["x-amazon-apigateway-integration"],
            })
        })
    }

    /// The user pools whose tokens are taken.
    pub(super) fn user_pools(&self) -> Vec<&str> {
        members(&self.0["securityDefinitions"])
            .filter_map(|(_, it)| it["x-amazon-apigateway-authorizer"]["providerARNs"].as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The errors of API Gateway itself that get headers of their own, such as `DEFAULT_4XX`.
    pub(super) fn gateway_responses(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        members(&self.0["x-amazon-apigateway-gateway-responses"])
            .filter_map(|(kind, it)| Some((kind, it["responseParameters"].as_object()?)))
    }
}

impl Method<'_> {
    /// A part of its integration, such as `uri`.
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
    use crate::{
        lab::placeholders::{ACCOUNT_ID, NLB_DNS, REGION, USER_POOL_ID},
        target::{AccountId, Region},
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
        assert!(Definition::of(&Values::default(), &names).unwrap().is_none());
        Definition::of(&known, &names).unwrap().unwrap()
    }

    #[test]
    fn five_paths_and_only_the_two_that_change_something_are_guarded() {
        let definition = definition("nlb.example");
        let methods: Vec<Method<'_>> = definition.methods().collect();
        assert_eq!(methods.len(), 10);
        let guarded = methods.iter().filter(|method| method.authorization == GUARDED);
        let guarded: Vec<_> = guarded.map(|it| (it.verb.as_str(), it.path)).collect();
        assert_eq!(
            guarded,
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
    fn the_mark_changes_with_the_definition() {
        assert_eq!(definition("a").mark(), definition("a").mark());
        assert_ne!(definition("a").mark(), definition("b").mark());
    }
}
