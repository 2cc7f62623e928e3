//! Every placeholder of the lab. A file that uses another name is an error.

use super::Placeholder;

/// The AWS account, twelve digits.
pub(crate) const ACCOUNT_ID: Placeholder = Placeholder::new("REPLACE_ME_ACCOUNT_ID");
/// The region, such as `eu-west-1`.
pub(crate) const REGION: Placeholder = Placeholder::new("REPLACE_ME_REGION");
/// The name of the bucket that serves the site.
pub(crate) const BUCKET_NAME: Placeholder = Placeholder::new("REPLACE_ME_BUCKET_NAME");
/// The address of the site.
pub(crate) const SITE_URL: Placeholder = Placeholder::new("REPLACE_ME_SITE_URL");
/// The name of the table.
pub(crate) const TABLE_NAME: Placeholder = Placeholder::new("REPLACE_ME_TABLE_NAME");
/// The lab's network.
pub(crate) const VPC_ID: Placeholder = Placeholder::new("REPLACE_ME_VPC_ID");
/// The public subnet in the first zone.
pub(crate) const PUBLIC_SUBNET_ONE: Placeholder = Placeholder::new("REPLACE_ME_PUBLIC_SUBNET_ONE");
/// The public subnet in the second zone.
pub(crate) const PUBLIC_SUBNET_TWO: Placeholder = Placeholder::new("REPLACE_ME_PUBLIC_SUBNET_TWO");
/// The private subnet in the first zone.
pub(crate) const PRIVATE_SUBNET_ONE: Placeholder =
    Placeholder::new("REPLACE_ME_PRIVATE_SUBNET_ONE");
/// The private subnet in the second zone.
pub(crate) const PRIVATE_SUBNET_TWO: Placeholder =
    Placeholder::new("REPLACE_ME_PRIVATE_SUBNET_TWO");
/// The subnet in the first zone in which tasks run: private or, in the economy topology, public.
pub(crate) const TASK_SUBNET_ONE: Placeholder = Placeholder::new("REPLACE_ME_TASK_SUBNET_ONE");
/// The subnet in the second zone in which tasks run.
pub(crate) const TASK_SUBNET_TWO: Placeholder = Placeholder::new("REPLACE_ME_TASK_SUBNET_TWO");
/// Whether tasks get a public address: `ENABLED` or `DISABLED`.
pub(crate) const ASSIGN_PUBLIC_IP: Placeholder = Placeholder::new("REPLACE_ME_ASSIGN_PUBLIC_IP");
/// The security group of the tasks.
pub(crate) const SECURITY_GROUP_ID: Placeholder = Placeholder::new("REPLACE_ME_SECURITY_GROUP_ID");
/// The role with which ECS starts a task (the execution role).
pub(crate) const ECS_SERVICE_ROLE_ARN: Placeholder =
    Placeholder::new("REPLACE_ME_ECS_SERVICE_ROLE_ARN");
/// The role that a task itself has.
pub(crate) const ECS_TASK_ROLE_ARN: Placeholder = Placeholder::new("REPLACE_ME_ECS_TASK_ROLE_ARN");
/// The address of the image repository.
pub(crate) const REPOSITORY_URI: Placeholder = Placeholder::new("REPLACE_ME_REPOSITORY_URI");
/// The image that tasks run, by its digest.
pub(crate) const IMAGE_TAG_USED_IN_ECR_PUSH: Placeholder =
    Placeholder::new("REPLACE_ME_IMAGE_TAG_USED_IN_ECR_PUSH");
/// What the image was built for: `X86_64` or `ARM64`.
pub(crate) const CPU_ARCHITECTURE: Placeholder = Placeholder::new("REPLACE_ME_CPU_ARCHITECTURE");
/// The log group that tasks write to.
pub(crate) const LOG_GROUP_NAME: Placeholder = Placeholder::new("REPLACE_ME_LOG_GROUP_NAME");
/// The cluster that tasks run in.
pub(crate) const CLUSTER_NAME: Placeholder = Placeholder::new("REPLACE_ME_CLUSTER_NAME");
/// The revision of the task definition that the service runs.
pub(crate) const TASK_DEFINITION_ARN: Placeholder =
    Placeholder::new("REPLACE_ME_TASK_DEFINITION_ARN");
/// The load balancer.
pub(crate) const NLB_ARN: Placeholder = Placeholder::new("REPLACE_ME_NLB_ARN");
/// The DNS name of the load balancer.
pub(crate) const NLB_DNS: Placeholder = Placeholder::new("REPLACE_ME_NLB_DNS");
/// The target group of the tasks.
pub(crate) const NLB_TARGET_GROUP_ARN: Placeholder =
    Placeholder::new("REPLACE_ME_NLB_TARGET_GROUP_ARN");
/// The address at which the backend answers, through the load balancer.
pub(crate) const SERVICE_URL: Placeholder = Placeholder::new("REPLACE_ME_SERVICE_URL");
/// The user pool. The lab's text asks for it as a bare `REPLACE_ME`; its API definition has this name.
pub(crate) const USER_POOL_ID: Placeholder = Placeholder::new("REPLACE_ME_COGNITO_USER_POOL_ID");
/// The user pool's client: what the page calls itself when it talks to Cognito.
pub(crate) const USER_POOL_CLIENT_ID: Placeholder =
    Placeholder::new("REPLACE_ME_COGNITO_USER_POOL_CLIENT_ID");
/// Who issues the tokens of the user pool; its keys are found below this address.
pub(crate) const USER_POOL_ISSUER: Placeholder = Placeholder::new("REPLACE_ME_COGNITO_ISSUER");
/// The address at which the page talks to Cognito.
pub(crate) const COGNITO_URL: Placeholder = Placeholder::new("REPLACE_ME_COGNITO_URL");
/// The VPC link, through which the API reaches the load balancer.
pub(crate) const VPC_LINK_ID: Placeholder = Placeholder::new("REPLACE_ME_VPC_LINK_ID");
/// The REST API.
pub(crate) const API_ID: Placeholder = Placeholder::new("REPLACE_ME_API_ID");
/// The address of the API's stage, without a slash at its end.
pub(crate) const API_URL: Placeholder = Placeholder::new("REPLACE_ME_API_URL");

/// Known before any resource is there.
pub(crate) const GIVEN: [Placeholder; 2] = [ACCOUNT_ID, REGION];

/// All of them.
pub(crate) const ALL: [Placeholder; 33] = [
    ACCOUNT_ID,
    REGION,
    BUCKET_NAME,
    SITE_URL,
    TABLE_NAME,
    VPC_ID,
    PUBLIC_SUBNET_ONE,
    PUBLIC_SUBNET_TWO,
    PRIVATE_SUBNET_ONE,
    PRIVATE_SUBNET_TWO,
    TASK_SUBNET_ONE,
    TASK_SUBNET_TWO,
    ASSIGN_PUBLIC_IP,
    SECURITY_GROUP_ID,
    ECS_SERVICE_ROLE_ARN,
    ECS_TASK_ROLE_ARN,
    REPOSITORY_URI,
    IMAGE_TAG_USED_IN_ECR_PUSH,
    CPU_ARCHITECTURE,
    LOG_GROUP_NAME,
    CLUSTER_NAME,
    TASK_DEFINITION_ARN,
    NLB_ARN,
    NLB_DNS,
    NLB_TARGET_GROUP_ARN,
    SERVICE_URL,
    USER_POOL_ID,
    USER_POOL_CLIENT_ID,
    USER_POOL_ISSUER,
    COGNITO_URL,
    VPC_LINK_ID,
    API_ID,
    API_URL,
];

/// The placeholder of this name.
pub(crate) fn named(name: &str) -> Option<Placeholder> {
    ALL.into_iter().find(|placeholder| placeholder.name() == name)
}
