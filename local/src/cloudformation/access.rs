//! The permissions that CloudFormation's own operations need. What it calls in the name of who
//! changes a stack, the services of its resources declare.

use crate::authorize::{
    Access,
    Need::{If, Own, Pass},
};

const STACK: &str = "stack/{StackName}/*";
const SELF: &str = "cloudformation.amazonaws.com";

pub(super) const ACCESS: &[Access] = &[
    (
        &["CreateStack", "UpdateStack", "CreateChangeSet"],
        &[Own(STACK), If("Tags", "cloudformation:TagResource", STACK), Pass("RoleARN", SELF)],
    ),
    (&["DeleteStack"], &[Own(STACK), Pass("RoleARN", SELF)]),
    (
        &[
            "DeleteChangeSet",
            "DescribeChangeSet",
            "DescribeStackEvents",
            "DescribeStackResource",
            "DescribeStackResources",
            "DescribeStacks",
            "ExecuteChangeSet",
            "GetTemplate",
            "GetTemplateSummary",
            "ListChangeSets",
            "ListStackResources",
            "UpdateTerminationProtection",
        ],
        &[Own(STACK)],
    ),
    (&["ListExports", "ListImports", "ListStacks", "ValidateTemplate"], &[Own("*")]),
];
