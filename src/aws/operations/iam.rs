//! The account's ECS service-linked role, and what the caller's policies allow.

use crate::aws::{On, Service};

const IAM: Service = Service { name: "iam", sdk: "IAM", iam: "iam", cli: "iam" };

operations! {
    use aws_sdk_iam;
    GET_ROLE = IAM.reads("GetRole").on(On::All);
    SIMULATE_PRINCIPAL_POLICY = IAM.reads("SimulatePrincipalPolicy").on(On::All);
    CREATE_SERVICE_LINKED_ROLE = IAM.writes("CreateServiceLinkedRole").on(On::All);
}
