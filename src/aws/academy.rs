//! The denials of an AWS Academy Learner Lab. They are known by the names of its policies, which
//! AWS's messages contain, wherever they arrive: in an answer, or in an event of a stack.

use crate::error::Code;

/// The policy that denies everything once the session has ended, except `GetCallerIdentity`.
const ENDED: &str = "voc-cancel-cred";
/// The policies that deny what the lab does not permit: `Pvoclabs1`, `Pvoclabs2`.
const NOT_PERMITTED: &str = "Pvoclabs";

/// Returns the kind of denial that a text of AWS is about, if it is one of a Learner Lab.
pub(crate) fn denial(text: &str) -> Option<Code> {
    if text.contains(ENDED) {
        return Some(Code::SessionEnded);
    }
    text.contains(NOT_PERMITTED).then_some(Code::LearnerLab)
}

/// Returns what to do instead of what such a denial is about; `None`: what the kind says.
pub(crate) fn advice(text: &str) -> Option<&'static str> {
    if denial(text) != Some(Code::LearnerLab) {
        return None;
    }
    let roles = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"];
    let about = |actions: &[&str]| actions.iter().any(|action| text.contains(action));
    match text {
        _ if about(&roles) => {
            Some("add `--roles existing`: the tasks then have the lab's own role, `LabRole`")
        }
        _ if about(&["/vpclinks", "ec2:CreateVpcEndpointServiceConfiguration"]) => {
            Some(Code::NoVpcLink.entry().hint)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(action: &str, policy: &str) -> String {
        format!(
            "User: arn:aws:sts::123456789012:assumed-role/voclabs/user1=Ana is not authorized to \
             perform: {action} with an explicit deny in an identity-based policy: \
             arn:aws:iam::123456789012:policy/{policy}"
        )
    }

    #[test]
    fn a_denial_is_known_by_its_policy() {
        assert_eq!(denial(&denied("s3:ListBucket", "voc-cancel-cred")), Some(Code::SessionEnded));
        assert_eq!(denial(&denied("iam:CreateRole", "Pvoclabs2")), Some(Code::LearnerLab));
        // The role of every student is called so; that alone means nothing.
        assert_eq!(denial(&denied("iam:CreateRole", "Other")), None);
    }

    #[test]
    fn what_to_do_instead_depends_on_what_is_denied() {
        let advice = |action: &str| advice(&denied(action, "Pvoclabs1"));
        assert!(advice("iam:CreateRole").unwrap().contains("`--roles existing`"));
        assert!(
            advice("apigateway:POST on resource: arn:aws:apigateway:us-east-1::/vpclinks")
                .unwrap()
                .contains("`--integration internet`")
        );
        assert_eq!(advice("cloudfront:CreateDistribution"), None);
        assert_eq!(super::advice(&denied("iam:CreateRole", "voc-cancel-cred")), None);
    }
}
