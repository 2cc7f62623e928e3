//! The resources of permission policies: `*`, or ARNs with the parts that IAM looks at.

use serde_json::Value;

use super::{
    errors::malformed,
    grammar::{legacy, texts},
};
use crate::service::AwsError;

const PARTITIONS: [&str; 7] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-eusc"];

/// What resources of IAM begin with.
const OF_IAM: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// Refuses a statement that is about nothing.
pub(super) fn check(statement: &Value) -> Result<(), AwsError> {
    let resources = texts(statement.get("Resource").or(statement.get("NotResource")));
    if resources.is_empty() {
        return Err(malformed("Policy statement must contain resources."));
    }
    resources.into_iter().filter(|resource| *resource != "*").try_for_each(check_one)
}

fn check_one(resource: &str) -> Result<(), AwsError> {
    let Some(rest) = resource.strip_prefix("arn:") else {
        return Err(malformed(format!("Resource {resource} must be in ARN format or \"*\".")));
    };
    let (partition, rest) =
        rest.split_once(':').map_or((rest, None), |(one, rest)| (one, Some(rest)));
    if partition != "*" && !PARTITIONS.contains(&partition) {
        return Err(malformed(format!(
            "Partition \"{partition}\" is not valid for resource \"{resource}\"."
        )));
    }
    let Some(rest) = rest else {
        let message = "Resource vendor must be fully qualified and cannot contain regexes.";
        return Err(malformed(message));
    };
    let mut parts = rest.splitn(4, ':');
    let (vendor, region) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Some(id) = parts.nth(1).filter(|_| !vendor.is_empty()) else {
        // `arn:aws:s3::bucket` lacks a colon; an ARN cut off after its vendor stands for more.
        return if vendor.is_empty() || rest.contains("::") { Err(legacy()) } else { Ok(()) };
    };
    match vendor {
        "s3" if !region.is_empty() && !id.starts_with("accesspoint/") => {
            Err(malformed(format!("Resource {resource} can not contain region information.")))
        }
        "iam" if !region.is_empty() => {
            Err(malformed(format!("IAM resource {resource} cannot contain region information.")))
        }
        "iam" if !is_of_iam(id) => Err(malformed(format!(
            "IAM resource path must either be \"*\" or start with {}.",
            OF_IAM.join(", ")
        ))),
        _ => Ok(()),
    }
}

/// Returns whether an id is one of IAM's: a wildcard may stand for how it begins.
fn is_of_iam(id: &str) -> bool {
    let start = id.split('/').next().unwrap_or_default();
    start.contains(['*', '?', '$']) || OF_IAM.iter().any(|known| id.starts_with(known))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(resource: &str) -> String {
        check(&json!({ "Resource": resource }))
            .map_or_else(|error| error.message, |()| "good".into())
    }

    #[test]
    fn resources_are_arns() {
        for good in [
            "*",
            "arn:aws:s3:::bucket/*",
            "arn:aws:s3:eu-west-1:000000000000:accesspoint/a",
            "arn:*:dynamodb:*:*:table/x",
            "arn:aws:logs:*:*:*",
            "arn:aws:iam::000000000000:ro*",
            "arn:aws:s3:*",
        ] {
            assert_eq!(outcome(good), "good", "{good}");
        }
        for bad in ["arn:aws:s3::bucket", "arn:aws:::bucket", "arn:aws::x"] {
            assert_eq!(outcome(bad), "The policy failed legacy parsing", "{bad}");
        }
        assert!(outcome("foo:aws:s3:::b").contains("must be in ARN format"));
    }
}
