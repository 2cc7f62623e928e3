//! ARNs. The engine uses one account and one region of its own; outside it, the caller's are used.

use dynoxide::DynoxideError;
use serde_json::Value;

use crate::place::Place;

/// How the engine begins its ARNs.
const ENGINE: &str = "arn:aws:dynamodb:dynoxide:000000000000:";
const ENGINE_KEYS: &str = "arn:aws:kms:dynoxide:000000000000:";
/// The host of the service, as the engine would call it.
pub(super) const ENGINE_HOST: &str = "dynamodb.dynoxide.amazonaws.com";
const ENGINE_USER: &str = "arn:aws:iam::000000000000:root";

/// The inputs that are ARNs.
const INPUTS: [&str; 3] = ["ResourceArn", "StreamArn", "ExclusiveStartStreamArn"];

/// How ARNs of one account and region begin.
#[derive(Debug)]
pub(super) struct Arns {
    tables: String,
    keys: String,
    user: String,
    host: String,
}

impl Arns {
    pub(super) fn new(place: &Place) -> Self {
        let Place { account, region } = place;
        Self {
            tables: format!("arn:aws:dynamodb:{region}:{account}:"),
            keys: format!("arn:aws:kms:{region}:{account}:"),
            user: format!("arn:aws:iam::{account}:user/student"),
            host: format!("dynamodb.{region}.amazonaws.com"),
        }
    }

    /// Puts the engine's ARNs into a request.
    ///
    /// # Errors
    /// When an ARN is of another account or region.
    pub(super) fn inward(&self, operation: &str, input: &mut Value) -> Result<(), DynoxideError> {
        for name in INPUTS {
            let Some(Value::String(arn)) = input.get_mut(name) else { continue };
            if let Some(resource) = arn.strip_prefix(&self.tables) {
                *arn = format!("{ENGINE}{resource}");
            } else if arn.starts_with("arn:aws:dynamodb:") {
                return Err(DynoxideError::AccessDeniedException(format!(
                    "User: {} is not authorized to perform: dynamodb:{operation} on resource: {arn}",
                    self.user
                )));
            }
        }
        Ok(())
    }

    /// Puts the caller's ARNs into an answer.
    pub(super) fn outward(&self, body: &str) -> String {
        body.replace(ENGINE, &self.tables)
            .replace(ENGINE_KEYS, &self.keys)
            .replace(ENGINE_USER, &self.user)
            .replace(ENGINE_HOST, &self.host)
    }

    /// Returns the ARN of a table.
    pub(super) fn table(&self, name: &str) -> String {
        format!("{}table/{name}", self.tables)
    }

    /// Returns the ARN of a table, for the engine.
    pub(super) fn engine_table(name: &str) -> String {
        format!("{ENGINE}table/{name}")
    }
}

/// Returns the table in the ARN of a table, index or stream.
pub(super) fn table_of(arn: &str) -> Option<&str> {
    arn.split_once(":table/")?.1.split('/').next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arns() -> Arns {
        Arns::new(&Place::named("123456789012", "eu-west-1"))
    }

    #[test]
    fn own_arns_go_in_and_come_out() {
        let own = arns().table("MysfitsTable");
        let mut input = json!({ "ResourceArn": own });
        arns().inward("TagResource", &mut input).unwrap();
        assert_eq!(input["ResourceArn"], Arns::engine_table("MysfitsTable"));
        assert_eq!(arns().outward(input["ResourceArn"].as_str().unwrap()), own);
        assert_eq!(table_of(&own), Some("MysfitsTable"));
    }

    #[test]
    fn the_arns_of_others_are_denied() {
        for other in ["eu-west-1:000000000000", "us-east-1:123456789012", "dynoxide:000000000000"] {
            let mut input = json!({ "ResourceArn": format!("arn:aws:dynamodb:{other}:table/T") });
            let error = arns().inward("TagResource", &mut input).unwrap_err();
            assert!(matches!(error, DynoxideError::AccessDeniedException(_)), "{other}");
        }
    }
}
