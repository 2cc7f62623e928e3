//! All placeholders of the lab. A file with any other name is an error.

use super::Placeholder;

/// Defines the constants, and the list of all of them. A row is the constant and the name in the
/// files.
macro_rules! placeholders {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub(crate) const $constant: Placeholder = Placeholder::new($name);)*

        /// All of them.
        pub(crate) const ALL: &[Placeholder] = &[$($constant),*];
    };
}

placeholders! {
    /// The AWS account, twelve digits.
    ACCOUNT_ID = "REPLACE_ME_ACCOUNT_ID";
    /// The region, such as `eu-west-1`.
    REGION = "REPLACE_ME_REGION";
    /// The name of the bucket that serves the site.
    BUCKET_NAME = "REPLACE_ME_BUCKET_NAME";
    /// The address of the site.
    SITE_URL = "REPLACE_ME_SITE_URL";
    /// The word in the site that shows whose it is, if a course gave one.
    NONCE = "REPLACE_ME_NONCE";
    /// The name of the table.
    TABLE_NAME = "REPLACE_ME_TABLE_NAME";
    /// The name of the table of the likes.
    LIKES_TABLE_NAME = "REPLACE_ME_LIKES_TABLE_NAME";
    /// The lab's network.
    VPC_ID = "REPLACE_ME_VPC_ID";
    /// The public subnet in the first zone.
    PUBLIC_SUBNET_ONE = "REPLACE_ME_PUBLIC_SUBNET_ONE";
    /// The public subnet in the second zone.
    PUBLIC_SUBNET_TWO = "REPLACE_ME_PUBLIC_SUBNET_TWO";
    /// The private subnet in the first zone.
    PRIVATE_SUBNET_ONE = "REPLACE_ME_PRIVATE_SUBNET_ONE";
    /// The private subnet in the second zone.
    PRIVATE_SUBNET_TWO = "REPLACE_ME_PRIVATE_SUBNET_TWO";
    /// The subnet in the first zone in which tasks run: private, or public in the economy topology.
    TASK_SUBNET_ONE = "REPLACE_ME_TASK_SUBNET_ONE";
    /// The subnet in the second zone in which tasks run.
    TASK_SUBNET_TWO = "REPLACE_ME_TASK_SUBNET_TWO";
    /// Whether tasks get a public address: `ENABLED` or `DISABLED`.
    ASSIGN_PUBLIC_IP = "REPLACE_ME_ASSIGN_PUBLIC_IP";
    /// The security group of the tasks.
    SECURITY_GROUP_ID = "REPLACE_ME_SECURITY_GROUP_ID";
    /// The role with which ECS starts a task (the execution role).
    ECS_SERVICE_ROLE_ARN = "REPLACE_ME_ECS_SERVICE_ROLE_ARN";
    /// The role of the task itself.
    ECS_TASK_ROLE_ARN = "REPLACE_ME_ECS_TASK_ROLE_ARN";
    /// The address of the image repository.
    REPOSITORY_URI = "REPLACE_ME_REPOSITORY_URI";
    /// The image of the tasks, by its digest.
    IMAGE_TAG_USED_IN_ECR_PUSH = "REPLACE_ME_IMAGE_TAG_USED_IN_ECR_PUSH";
    /// The image's architecture: `X86_64` or `ARM64`.
    CPU_ARCHITECTURE = "REPLACE_ME_CPU_ARCHITECTURE";
    /// The log group that tasks write to.
    LOG_GROUP_NAME = "REPLACE_ME_LOG_GROUP_NAME";
    /// The cluster that tasks run in.
    CLUSTER_NAME = "REPLACE_ME_CLUSTER_NAME";
    /// The revision of the task definition that the service runs.
    TASK_DEFINITION_ARN = "REPLACE_ME_TASK_DEFINITION_ARN";
    /// The load balancer.
    NLB_ARN = "REPLACE_ME_NLB_ARN";
    /// The DNS name of the load balancer.
    NLB_DNS = "REPLACE_ME_NLB_DNS";
    /// The target group of the tasks.
    NLB_TARGET_GROUP_ARN = "REPLACE_ME_NLB_TARGET_GROUP_ARN";
    /// The address of the backend, through the load balancer.
    SERVICE_URL = "REPLACE_ME_SERVICE_URL";
    /// The user pool. In the lab's text it is a bare `REPLACE_ME`; its API definition has this
    /// name.
    USER_POOL_ID = "REPLACE_ME_COGNITO_USER_POOL_ID";
    /// The user pool's client: the id that the page sends to Cognito.
    USER_POOL_CLIENT_ID = "REPLACE_ME_COGNITO_USER_POOL_CLIENT_ID";
    /// The issuer of the user pool's tokens; its keys are below this address.
    USER_POOL_ISSUER = "REPLACE_ME_COGNITO_ISSUER";
    /// The address under which the page reaches Cognito.
    COGNITO_URL = "REPLACE_ME_COGNITO_URL";
    /// The VPC link, through which the API reaches the load balancer.
    VPC_LINK_ID = "REPLACE_ME_VPC_LINK_ID";
    /// The REST API.
    API_ID = "REPLACE_ME_API_ID";
    /// The address of the API's stage, without a trailing slash.
    API_URL = "REPLACE_ME_API_URL";
}

/// Known before any resource exists.
pub(crate) const GIVEN: [Placeholder; 2] = [ACCOUNT_ID, REGION];

/// Returns the placeholder with this name.
pub(crate) fn named(name: &str) -> Option<Placeholder> {
    ALL.iter().copied().find(|placeholder| placeholder.name() == name)
}
