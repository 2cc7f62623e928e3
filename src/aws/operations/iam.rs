//! The account's ECS service-linked role, and what the caller's policies allow.

use crate::aws::{On, Service, When};

const IAM: Service = Service { name: "iam", sdk: "IAM", iam: "iam", cli: "iam" };

/// ECS's role in its path.
const ECS_ROLE: &str = "role/aws-service-role/ecs.amazonaws.com/*";

operations! {
    use aws_sdk_iam;
    // The tasks may have roles that exist, with names of their own.
    GET_ROLE = IAM.reads("GetRole").on(On::Any(&["role/*"]));
    // Not in policies: only classes ask, and do without where they may not.
    LIST_ACCOUNT_ALIASES = IAM.reads("ListAccountAliases").on(On::Free);
    SIMULATE_PRINCIPAL_POLICY =
        IAM.reads("SimulatePrincipalPolicy").on(On::Any(&["role/*", "user/*"]));
    CREATE_SERVICE_LINKED_ROLE = IAM
        .writes("CreateServiceLinkedRole")
        .on(On::Any(&[ECS_ROLE]))
        .when(When::Is("iam:AWSServiceName", "ecs.amazonaws.com"));
}
