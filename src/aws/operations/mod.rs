//! Every operation that this program calls, by service.

use super::Operation;

/// Defines the constants of a service's operations, the list of them, and how a client of the
/// service's SDK is made, unless that takes settings of its own. A service without an SDK declares how
/// its requests are written instead.
macro_rules! operations {
    (use signed $api:expr; $($operations:tt)*) => {
        /// Makes this service's calls.
        #[derive(Clone, Debug)]
        pub(crate) struct Client(pub(crate) $crate::aws::Signed);

        impl $crate::aws::Client for Client {
            fn guarded(config: &aws_config::SdkConfig, guard: $crate::aws::Guard) -> Self {
                Self($crate::aws::Signed::new(&$api, config, guard))
            }
        }
        operations! { $($operations)* }
    };
    (use $sdk:ident; $($operations:tt)*) => {
        impl $crate::aws::Client for $sdk::Client {
            fn guarded(config: &aws_config::SdkConfig, guard: $crate::aws::Guard) -> Self {
                let config = $sdk::config::Builder::from(config).interceptor(guard);
                Self::from_conf(config.build())
            }
        }
        operations! { $($operations)* }
    };
    ($($name:ident = $operation:expr;)*) => {
        $(pub(crate) const $name: $crate::aws::Operation = $operation;)*
        /// All of them.
        pub(super) const ALL: &[&$crate::aws::Operation] = &[$(&$name),*];
    };
}

/// Defines the modules of the services, and the list of all their operations.
macro_rules! services {
    ($($service:ident)*) => {
        $(pub(crate) mod $service;)*
        /// All operations of all services.
        const ALL: &[&[&Operation]] = &[$($service::ALL),*];
    };
}

services! {
    apigateway cloudformation cognito dynamodb ec2 ecr ecs elb freetier iam logs organizations quotas s3
    s3control sso sts tagging
}

/// Returns every operation that this program may call.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    ALL.iter().copied().flatten().copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_operation_is_there_once() {
        let names: BTreeSet<_> = all().map(ToString::to_string).collect();
        assert_eq!(names.len(), all().count());
        assert!(names.len() > 100, "only {} operations", names.len());
    }

    #[test]
    fn an_operation_has_its_name_in_the_aws_cli() {
        assert_eq!(dynamodb::CREATE_TABLE.cli_name(), "create-table");
        assert_eq!(s3::LIST_OBJECTS.cli_name(), "list-objects-v2");
        assert_eq!(apigateway::GET_REST_APIS.cli_name(), "get-rest-apis");
        let quota = all().find(|it| it.name == "GetAWSDefaultServiceQuota").unwrap();
        assert_eq!(quota.cli_name(), "get-aws-default-service-quota");
    }

    #[test]
    fn an_operation_has_an_iam_action() {
        assert_eq!(s3::LIST_OBJECTS.iam_action(), "s3:ListBucket");
        assert_eq!(elb::ADD_TAGS.iam_action(), "elasticloadbalancing:AddTags");
    }
}
