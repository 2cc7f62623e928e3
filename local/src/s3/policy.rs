//! The bucket policy as a document: read, and refused where AWS refuses it. What it allows is
//! decided in `access.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::errors::{MALFORMED_POLICY, Outcome, S3Error};
use crate::authorize::{Effect, OneOrMany, Patterns};

const LARGEST: usize = 20 * 1024;

/// A policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Policy {
    version: Option<String>,
    #[serde(rename = "Id")]
    _id: Option<String>,
    pub(super) statement: OneOrMany<Statement>,
}

/// One statement. Exactly one of each pair (`Action`, `NotAction`) is there in a valid policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Statement {
    #[serde(rename = "Sid")]
    _sid: Option<String>,
    pub(super) effect: Effect,
    pub(super) principal: Option<Principal>,
    pub(super) not_principal: Option<Principal>,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    #[serde(default)]
    pub(super) condition: BTreeMap<String, BTreeMap<String, Value>>,
}

/// Whom a statement is about.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Principal {
    /// `"*"`.
    Everyone(String),
    /// `{"AWS": …}` and other kinds.
    Named(BTreeMap<String, OneOrMany<String>>),
}

fn malformed(message: impl Into<String>) -> S3Error {
    S3Error::saying(MALFORMED_POLICY, message)
}

impl Policy {
    /// Reads the policy of this bucket, refusing what AWS would.
    pub(super) fn read(text: &str, bucket: &str) -> Outcome<Self> {
        if text.len() > LARGEST {
            let message = format!("Policy exceeds the maximum allowed document size of {LARGEST}");
            return Err(malformed(message));
        }
        let json: Value = serde_json::from_str(text).map_err(|_| MALFORMED_POLICY)?;
        if !json.is_object() {
            return Err(MALFORMED_POLICY.into());
        }
        let policy: Self = serde_json::from_value(json)
            .map_err(|error| malformed(format!("Policy has invalid syntax: {error}")))?;
        policy.check(bucket)?;
        Ok(policy)
    }

    fn check(&self, bucket: &str) -> Outcome<()> {
        let version = self.version.as_deref().unwrap_or("2008-10-17");
        if !["2012-10-17", "2008-10-17"].contains(&version) {
            return Err(malformed("The policy must contain a valid version string"));
        }
        if self.statement.all().is_empty() {
            return Err(malformed("Could not parse the policy: Statement is empty!"));
        }
        self.statement.all().iter().try_for_each(|statement| statement.check(bucket))
    }
}

impl Statement {
    /// Returns the patterns of its actions.
    pub(super) fn actions(&self) -> Patterns<'_> {
        (self.action.as_ref(), self.not_action.as_ref())
    }

    /// Returns the patterns of its resources.
    pub(super) fn resources(&self) -> Patterns<'_> {
        (self.resource.as_ref(), self.not_resource.as_ref())
    }

    fn check(&self, bucket: &str) -> Outcome<()> {
        self.principals_are_valid()?;
        let actions = either("Action", self.actions())?;
        let resources = either("Resource", self.resources())?;
        if !actions.iter().all(|action| action == "*" || is_s3_action(action)) {
            return Err(malformed("Policy has invalid action"));
        }
        if !resources.iter().all(|resource| is_of_bucket(resource, bucket)) {
            return Err(malformed("Policy has invalid resource"));
        }
        let plain = self.action.is_some() && self.resource.is_some();
        if plain && !actions.iter().all(|action| applies(action, resources)) {
            let message = "Action does not apply to any resource(s) in statement";
            return Err(malformed(message));
        }
        Ok(())
    }

    fn principals_are_valid(&self) -> Outcome<()> {
        let principal = match (&self.principal, &self.not_principal) {
            (Some(principal), None) | (None, Some(principal)) => principal,
            (None, None) => return Err(malformed("Missing required field Principal")),
            (Some(_), Some(_)) => {
                return Err(malformed("Statement has both Principal and NotPrincipal"));
            }
        };
        let valid = match principal {
            Principal::Everyone(text) => text == "*",
            Principal::Named(kinds) => kinds.iter().all(|(kind, names)| match kind.as_str() {
                "AWS" => names.all().iter().all(|name| is_aws_principal(name)),
                "Service" | "Federated" | "CanonicalUser" => true,
                _ => false,
            }),
        };
        if valid { Ok(()) } else { Err(malformed("Invalid principal in policy")) }
    }
}

fn either<'a>(name: &str, (plain, not): Patterns<'a>) -> Outcome<&'a [String]> {
    match (plain, not) {
        (Some(values), None) | (None, Some(values)) if !values.all().is_empty() => Ok(values.all()),
        (Some(_), Some(_)) => Err(malformed(format!("Statement has both {name} and Not{name}"))),
        _ => Err(malformed(format!("Missing required field {name}"))),
    }
}

fn is_s3_action(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else { return false };
    service.eq_ignore_ascii_case("s3")
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'?'))
}

/// Returns whether an ARN is of the bucket or of objects in it.
fn is_of_bucket(arn: &str, bucket: &str) -> bool {
    let Some(path) = arn.strip_prefix("arn:aws:s3:::") else { return false };
    path == bucket || path.strip_prefix(bucket).is_some_and(|rest| rest.starts_with(['/', '*']))
}

/// Returns whether an action can be done to one of these resources: S3 refuses `s3:GetObject` on
/// the bucket itself, the most common slip in a website's policy.
fn applies(action: &str, resources: &[String]) -> bool {
    if action.contains(['*', '?']) {
        return true;
    }
    let of_objects = is_object_action(action);
    resources
        .iter()
        .any(|arn| arn.ends_with('*') && !arn.contains('/') || arn.contains('/') == of_objects)
}

fn is_object_action(action: &str) -> bool {
    const STARTS: [&str; 7] = [
        "getobject",
        "putobject",
        "deleteobject",
        "restoreobject",
        "replicateobject",
        "abortmultipartupload",
        "listmultipartuploadparts",
    ];
    let name = action.split_once(':').map_or(action, |(_, name)| name).to_ascii_lowercase();
    STARTS.iter().any(|start| name.starts_with(start))
}

/// Returns whether this is `*`, an account, or an ARN of IAM or STS.
fn is_aws_principal(name: &str) -> bool {
    name == "*" || account_of_principal(name).is_some()
}

/// Returns the account a principal belongs to.
pub(super) fn account_of_principal(name: &str) -> Option<&str> {
    let account = match *name.split(':').collect::<Vec<_>>() {
        [account] | ["arn", "aws", "iam" | "sts", "", account, _] => Some(account),
        _ => None,
    };
    account.filter(|account| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(statement: &str) -> String {
        let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":{statement}}}");
        Policy::read(&text, "site").map(|_| ()).map_or_else(|e| e.error.message, |()| "ok".into())
    }

    fn of(action: &str, resource: &str) -> String {
        let statement = format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"{action}","Resource":"{resource}"}}"#
        );
        refusal(&statement)
    }

    #[test]
    fn the_policy_of_a_website_is_valid() {
        assert_eq!(of("s3:GetObject", "arn:aws:s3:::site/*"), "ok");
    }

    #[test]
    fn json_comes_first() {
        let error = Policy::read("not json", "site").unwrap_err();
        assert_eq!(error.error.code, "MalformedPolicy");
        assert!(Policy::read("[]", "site").is_err());
    }

    #[test]
    fn resources_are_of_the_bucket() {
        for resource in ["*", "arn:aws:s3:::other/*", "arn:aws:s3:::sites/*", "site/*"] {
            assert_eq!(of("s3:GetObject", resource), "Policy has invalid resource", "{resource}");
        }
    }

    #[test]
    fn actions_fit_their_resources() {
        let misfit = "Action does not apply to any resource(s) in statement";
        assert_eq!(of("s3:GetObject", "arn:aws:s3:::site"), misfit);
        assert_eq!(of("s3:ListBucket", "arn:aws:s3:::site/*"), misfit);
        assert_eq!(of("s3:ListBucket", "arn:aws:s3:::site"), "ok");
        assert_eq!(of("s3:*", "arn:aws:s3:::site"), "ok");
        assert_eq!(of("s3:GetObject", "arn:aws:s3:::site*"), "ok");
        assert_eq!(of("ec2:RunInstances", "arn:aws:s3:::site"), "Policy has invalid action");
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let no_principal = r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::site"}"#;
        assert_eq!(refusal(no_principal), "Missing required field Principal");
        let unknown = r#"{"Effect":"Allow","Principal":"*","Actions":"s3:*"}"#;
        assert!(refusal(unknown).contains("Actions"));
        let stranger = r#"{"Effect":"Allow","Principal":{"AWS":"bob"},"Action":"s3:*","Resource":"arn:aws:s3:::site"}"#;
        assert_eq!(refusal(stranger), "Invalid principal in policy");
    }

    #[test]
    fn the_account_of_a_principal() {
        assert_eq!(account_of_principal("111111111111"), Some("111111111111"));
        let root = "arn:aws:iam::111111111111:root";
        assert_eq!(account_of_principal(root), Some("111111111111"));
        assert_eq!(account_of_principal("bob"), None);
    }
}
