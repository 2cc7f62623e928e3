//! The ARNs of policies, and what is known of AWS's own ones.

use super::errors;
use crate::{
    params::Params,
    protocol::{constraint, form::invalid},
    service::AwsError,
};

/// What the ARN of each of AWS's own policies begins with.
const OF_AWS: &str = "arn:aws:iam::aws:policy/";
/// The folder of the policies that only services can give to their own roles.
const OF_SERVICES: &str = "aws-service-role/";
/// The length of the shortest ARN.
const SHORTEST: usize = 20;
/// The length of the longest name of a policy.
const LONGEST_NAME: usize = 128;
/// How many characters a mistyped name has more, fewer or other than the right one.
const SLIPS: usize = 2;

/// The policies of AWS's own that labs use, each with its path. AWS has over a thousand and adds
/// some every week, so these serve to recognize mistakes and are no list of what exists.
const KNOWN: &[&str] = &[
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "job-function/ViewOnlyAccess",
    "job-function/SystemAdministrator",
    "job-function/NetworkAdministrator",
    "job-function/DatabaseAdministrator",
    "job-function/Billing",
    "AmazonEC2FullAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonVPCFullAccess",
    "AmazonVPCReadOnlyAccess",
    "ElasticLoadBalancingFullAccess",
    "ElasticLoadBalancingReadOnly",
    "AmazonECS_FullAccess",
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "service-role/AmazonEC2ContainerServiceforEC2Role",
    "service-role/AmazonEC2ContainerServiceRole",
    "service-role/AmazonEC2ContainerServiceAutoscaleRole",
    "AmazonEC2ContainerRegistryFullAccess",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonDynamoDBFullAccess",
    "AmazonDynamoDBReadOnlyAccess",
    "AmazonCognitoPowerUser",
    "AmazonCognitoReadOnly",
    "AmazonAPIGatewayAdministrator",
    "AmazonAPIGatewayInvokeFullAccess",
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    "AWSCloudFormationFullAccess",
    "AWSCloudFormationReadOnlyAccess",
    "CloudWatchFullAccess",
    "CloudWatchReadOnlyAccess",
    "CloudWatchLogsFullAccess",
    "CloudWatchLogsReadOnlyAccess",
    "CloudWatchAgentServerPolicy",
    "AmazonSSMManagedInstanceCore",
    "AWSLambda_FullAccess",
    "AWSLambda_ReadOnlyAccess",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "CloudFrontFullAccess",
    "AmazonSQSFullAccess",
    "AmazonSNSFullAccess",
    "AmazonRDSFullAccess",
    "SecretsManagerReadWrite",
];

/// Returns the name of a policy of AWS's own that can be attached to a role.
///
/// # Errors
/// `NoSuchEntity` when its path is certainly none: no path at all, or nearly that of a known policy.
/// `PolicyNotAttachable` when it is for service-linked roles only.
pub(super) fn attachable<'a>(arn: &'a str, path: &'a str) -> Result<&'a str, AwsError> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if path.starts_with(OF_SERVICES) {
        return Err(errors::for_services_only());
    }
    if KNOWN.contains(&path) {
        return Ok(name);
    }
    let mistaken = KNOWN.iter().any(|known| {
        let right = known.rsplit('/').next().unwrap_or_default();
        right == name || is_slip(right, name)
    });
    if mistaken || !is_path(path) { Err(errors::no_policy(arn)) } else { Ok(name) }
}

/// Returns whether a path has folders and a name of the characters that IAM allows.
fn is_path(path: &str) -> bool {
    path.split('/').all(|part| {
        (1..=LONGEST_NAME).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
    })
}

/// Returns whether a name is another one mistyped. Other capitals and digits are another service or
/// version, not a mistake: `AmazonSQSFullAccess` is as near to `AmazonS3FullAccess` as any slip.
fn is_slip(right: &str, typed: &str) -> bool {
    let marks = |name: &str| name.replace(|letter: char| !is_mark(letter), "");
    let alike = right.eq_ignore_ascii_case(typed) || marks(right) == marks(typed);
    alike && right.len().abs_diff(typed.len()) <= SLIPS && edits(right, typed) <= SLIPS
}

fn is_mark(letter: char) -> bool {
    letter.is_ascii_uppercase() || letter.is_ascii_digit()
}

/// Returns how many characters must be added, removed or replaced to make one text of the other:
/// the Levenshtein distance.
pub(super) fn edits(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (before, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], before + 1);
        for (at, other) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Returns the path of a policy, if its ARN is that of one of AWS's own.
pub(super) fn path(arn: &str) -> Option<&str> {
    arn.strip_prefix(OF_AWS)
}

/// Returns the policy that a call names.
///
/// # Errors
/// `ValidationError` when it is missing or no ARN.
pub(super) fn given(params: &Params) -> Result<&str, AwsError> {
    let arn = params.required("PolicyArn")?;
    check(arn)?;
    Ok(arn)
}

/// Refuses what is no ARN.
pub(super) fn check(arn: &str) -> Result<(), AwsError> {
    if arn.len() < SHORTEST {
        let rule = format!("have length greater than or equal to {SHORTEST}");
        return Err(invalid(constraint::unmet(arn, "policyArn", &rule)));
    }
    if arn.starts_with("arn:") && arn.splitn(6, ':').count() == 6 {
        return Ok(());
    }
    Err(invalid("Invalid ARN:  Could not be parsed!"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_path(path: &str) -> Result<&str, String> {
        attachable("ARN", path).map_err(|error| error.code)
    }

    #[test]
    fn known_policies_are_there() {
        assert_eq!(KNOWN.iter().find(|path| of_path(path).is_err()), None);
        let task = "service-role/AmazonECSTaskExecutionRolePolicy";
        assert_eq!(of_path(task), Ok("AmazonECSTaskExecutionRolePolicy"));
    }

    #[test]
    fn near_misses_of_known_policies_are_none() {
        for path in [
            "AmazonECSTaskExecutionRolePolicy",
            "job-function/AmazonECSTaskExecutionRolePolicy",
            "service-role/ReadOnlyAccess",
            "service-role/AmazonECSTaskExecutionRolePolicys",
            "service-role/AmazonECSTaskExecutonRolPolicy",
            "service-role/AWSLambdaBasicExecutlonRole",
            "AmazonECSFullAccess",
            "AmazonS3ReadonlyAccess",
            "AdministratorAcess",
        ] {
            assert_eq!(of_path(path), Err("NoSuchEntity".to_owned()), "{path}");
        }
        let error = attachable("ARN", "AdministratorAcess").unwrap_err();
        assert_eq!(error.message, "Policy ARN does not exist or is not attachable.");
    }

    #[test]
    fn other_policies_may_be_new() {
        let name = "AmazonECSInfrastructureRolePolicyForVolumes";
        assert_eq!(of_path(&format!("service-role/{name}")), Ok(name));
        for path in ["AmazonMQFullAccess", "CloudWatchFullAccessV2", "AdministratorsAccesses"] {
            assert_eq!(of_path(path), Ok(path));
        }
        for path in ["", "service-role/", "/ReadOnly", "a//b", "no spaces", &"x".repeat(129)] {
            assert_eq!(of_path(path), Err("NoSuchEntity".to_owned()), "{path}");
        }
    }

    #[test]
    fn service_linked_roles_have_policies_of_their_own() {
        let path = "aws-service-role/AmazonECSServiceRolePolicy";
        assert_eq!(of_path(path), Err("PolicyNotAttachable".to_owned()));
    }

    #[test]
    fn edits_are_counted() {
        for (from, to, count) in
            [("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "bd", 2), ("ab", "ba", 2)]
        {
            assert_eq!((edits(from, to), edits(to, from)), (count, count), "{from} {to}");
        }
    }

    #[test]
    fn an_arn_has_six_parts() {
        assert_eq!(check("arn:aws:iam::111111111111:policy/a"), Ok(()));
        assert!(check("short").unwrap_err().message.contains("equal to 20"));
        for other in ["AmazonECSTaskExecutionRolePolicy", "arn:aws:iam::policy/ReadOnly"] {
            assert_eq!(check(other).unwrap_err().message, "Invalid ARN:  Could not be parsed!");
        }
    }
}
