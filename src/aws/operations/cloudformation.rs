//! The core stack.

use crate::aws::{Also, Service};

const CLOUDFORMATION: Service = Service {
    name: "cloudformation",
    sdk: "CloudFormation",
    iam: "cloudformation",
    cli: "cloudformation",
};

const TAGGED: Also = Also::new("cloudformation:TagResource");

operations! {
    use aws_sdk_cloudformation;
    DESCRIBE_STACKS = CLOUDFORMATION.reads("DescribeStacks");
    DESCRIBE_STACK_EVENTS = CLOUDFORMATION.reads("DescribeStackEvents");
    DESCRIBE_STACK_RESOURCES = CLOUDFORMATION.reads("DescribeStackResources");
    LIST_STACK_RESOURCES = CLOUDFORMATION.reads("ListStackResources");
    GET_TEMPLATE = CLOUDFORMATION.reads("GetTemplate");
    CREATE_STACK = CLOUDFORMATION.writes("CreateStack").also(&[TAGGED]);
    UPDATE_STACK = CLOUDFORMATION.writes("UpdateStack").also(&[TAGGED]);
    DELETE_STACK = CLOUDFORMATION.writes("DeleteStack");
}
