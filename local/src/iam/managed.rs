//! The ARNs of policies, and which policies AWS has itself.

use crate::{
    params::Params,
    protocol::{constraint, form::invalid},
    service::AwsError,
};

/// What the ARN of each of AWS's own policies begins with.
const OF_AWS: &str = "arn:aws:iam::aws:policy/";
/// AWS's own policies as of 2026-09-30, each with its path. What they allow is not known here.
const PATHS: &str = include_str!("managed.txt");
/// The length of the shortest ARN.
const SHORTEST: usize = 20;

/// Returns the name of a policy of AWS's own; `None` if there is no such policy.
pub(super) fn name(path: &str) -> Option<&'static str> {
    let path = PATHS.lines().find(|known| *known == path)?;
    path.rsplit('/').next()
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

    #[test]
    fn a_policy_of_aws_is_found_by_its_path() {
        let task = "service-role/AmazonECSTaskExecutionRolePolicy";
        assert_eq!(name(task), Some("AmazonECSTaskExecutionRolePolicy"));
        assert_eq!(name("ReadOnlyAccess"), Some("ReadOnlyAccess"));
        for other in ["", "AmazonECSTaskExecutionRolePolicy", "ReadOnlyAcess", "service-role/"] {
            assert_eq!(name(other), None, "{other}");
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
