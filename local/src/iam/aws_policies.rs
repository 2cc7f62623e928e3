//! What AWS's own policies allow, of those that labs attach to roles. They are longer on AWS: here
//! is what they allow in the services that the local cloud has. What is not listed allows nothing.

use serde_json::json;

use crate::authorize::Policy;

/// By path: the actions that are allowed on all resources.
const ALLOWED: &[(&str, &[&str])] = &[
    ("AdministratorAccess", &["*"]),
    ("ReadOnlyAccess", READ),
    ("job-function/ViewOnlyAccess", READ),
    ("SecurityAudit", READ),
    ("IAMFullAccess", &["iam:*"]),
    ("IAMReadOnlyAccess", &["iam:Get*", "iam:List*", "iam:Simulate*"]),
    ("AmazonEC2FullAccess", &["ec2:*", "elasticloadbalancing:*", "iam:CreateServiceLinkedRole"]),
    ("AmazonEC2ReadOnlyAccess", &["ec2:Describe*", "elasticloadbalancing:Describe*"]),
    ("AmazonVPCFullAccess", &["ec2:*"]),
    ("AmazonVPCReadOnlyAccess", &["ec2:Describe*"]),
    (
        "ElasticLoadBalancingFullAccess",
        &["elasticloadbalancing:*", "ec2:Describe*", "iam:CreateServiceLinkedRole"],
    ),
    ("ElasticLoadBalancingReadOnly", &["elasticloadbalancing:Describe*"]),
    ("AmazonECS_FullAccess", &["ecs:*", "ec2:Describe*", "elasticloadbalancing:*", "logs:*"]),
    ("service-role/AmazonECSTaskExecutionRolePolicy", EXECUTION),
    ("AmazonEC2ContainerRegistryFullAccess", &["ecr:*", "iam:CreateServiceLinkedRole"]),
    ("AmazonEC2ContainerRegistryPowerUser", PUSH),
    ("AmazonEC2ContainerRegistryReadOnly", PULL),
    (
        "AmazonEC2ContainerRegistryPullOnly",
        &["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    ),
    ("AmazonS3FullAccess", &["s3:*"]),
    ("AmazonS3ReadOnlyAccess", &["s3:Get*", "s3:List*"]),
    ("AmazonDynamoDBFullAccess", &["dynamodb:*"]),
    (
        "AmazonDynamoDBReadOnlyAccess",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:Describe*",
            "dynamodb:GetItem",
            "dynamodb:List*",
            "dynamodb:PartiQLSelect",
            "dynamodb:Query",
            "dynamodb:Scan",
        ],
    ),
    ("AmazonCognitoPowerUser", &["cognito-idp:*"]),
    (
        "AmazonCognitoReadOnly",
        &["cognito-idp:Describe*", "cognito-idp:AdminGet*", "cognito-idp:List*"],
    ),
    ("AmazonAPIGatewayAdministrator", &["apigateway:*"]),
    ("AWSCloudFormationFullAccess", &["cloudformation:*"]),
    (
        "AWSCloudFormationReadOnlyAccess",
        &["cloudformation:Describe*", "cloudformation:Get*", "cloudformation:List*"],
    ),
    ("CloudWatchLogsFullAccess", &["logs:*"]),
    (
        "CloudWatchLogsReadOnlyAccess",
        &["logs:Describe*", "logs:FilterLogEvents", "logs:Get*", "logs:List*"],
    ),
];

/// Actions that read, in all services.
const READ: &[&str] = &[
    "apigateway:GET",
    "cloudformation:Describe*",
    "cloudformation:Get*",
    "cloudformation:List*",
    "cognito-idp:AdminGet*",
    "cognito-idp:Describe*",
    "cognito-idp:List*",
    "dynamodb:BatchGet*",
    "dynamodb:Describe*",
    "dynamodb:Get*",
    "dynamodb:List*",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:Describe*",
    "ecr:BatchCheck*",
    "ecr:BatchGet*",
    "ecr:Describe*",
    "ecr:Get*",
    "ecr:List*",
    "ecs:Describe*",
    "ecs:List*",
    "elasticloadbalancing:Describe*",
    "iam:Get*",
    "iam:List*",
    "iam:Simulate*",
    "logs:Describe*",
    "logs:FilterLogEvents",
    "logs:Get*",
    "logs:List*",
    "s3:Get*",
    "s3:List*",
    "tag:Get*",
];

const PULL: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:Describe*",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecr:GetLifecyclePolicy",
    "ecr:ListImages",
    "ecr:ListTagsForResource",
];

const PUSH: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:Describe*",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecr:GetLifecyclePolicy",
    "ecr:InitiateLayerUpload",
    "ecr:ListImages",
    "ecr:ListTagsForResource",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];

const EXECUTION: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

/// All but the management of users, with what services need of it.
const POWER_USER: &str = "PowerUserAccess";

/// Returns the policy of AWS with this path, if it is known what it allows.
pub(super) fn named(path: &str) -> Option<Policy> {
    let statements = if path == POWER_USER {
        let some = ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles"];
        let others = ["iam:*", "organizations:*", "account:*"];
        json!([
            { "Effect": "Allow", "NotAction": others, "Resource": "*" },
            { "Effect": "Allow", "Action": some, "Resource": "*" },
        ])
    } else {
        let (_, actions) = ALLOWED.iter().find(|(known, _)| *known == path)?;
        json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })
    };
    serde_json::from_value(json!({ "Statement": statements })).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::managed;

    #[test]
    fn all_of_them_exist() {
        for (path, _) in ALLOWED.iter().chain(&[(POWER_USER, [].as_slice())]) {
            assert!(managed::attachable("arn", path).is_ok(), "{path}");
            assert!(named(path).is_some(), "{path}");
        }
        assert!(named("NoSuchPolicy").is_none());
    }
}
