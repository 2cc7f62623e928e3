//! What the stack produces: its outputs or, if a template created by hand lacks one, values derived
//! from its resources and its other outputs.

use aws_sdk_cloudformation::types::{ResourceStatus, Stack, StackResource};

use crate::lab::{AccountId, Placeholder, Values, placeholders as ph};

/// The replacement for an output that a template created by hand lacks.
#[derive(Clone, Copy)]
enum Instead {
    /// The id of the resource with this logical id.
    Resource(&'static str),
    /// The ARN of the role with this logical id.
    Role(&'static str),
    /// Another value of the stack.
    Value(Placeholder),
    /// A fixed value.
    Fixed(&'static str),
}

/// The values that the stack produces, by output name. A value comes after those it refers to.
const OUTPUTS: [(&str, Placeholder, Instead); 11] = [
    ("VPCId", ph::VPC_ID, Instead::Resource("VPC")),
    ("PublicSubnetOne", ph::PUBLIC_SUBNET_ONE, Instead::Resource("PublicSubnetOne")),
    ("PublicSubnetTwo", ph::PUBLIC_SUBNET_TWO, Instead::Resource("PublicSubnetTwo")),
    ("PrivateSubnetOne", ph::PRIVATE_SUBNET_ONE, Instead::Resource("PrivateSubnetOne")),
    ("PrivateSubnetTwo", ph::PRIVATE_SUBNET_TWO, Instead::Resource("PrivateSubnetTwo")),
    // The original lab has neither these outputs nor separate subnets for tasks.
    ("TaskSubnetOne", ph::TASK_SUBNET_ONE, Instead::Value(ph::PRIVATE_SUBNET_ONE)),
    ("TaskSubnetTwo", ph::TASK_SUBNET_TWO, Instead::Value(ph::PRIVATE_SUBNET_TWO)),
    ("AssignPublicIp", ph::ASSIGN_PUBLIC_IP, Instead::Fixed("DISABLED")),
    (
        "FargateContainerSecurityGroup",
        ph::SECURITY_GROUP_ID,
        Instead::Resource("FargateContainerSecurityGroup"),
    ),
    ("EcsServiceRole", ph::ECS_SERVICE_ROLE_ARN, Instead::Role("EcsServiceRole")),
    ("ECSTaskRole", ph::ECS_TASK_ROLE_ARN, Instead::Role("ECSTaskRole")),
];

/// Returns the values that the stack produces.
pub(super) fn produced() -> Vec<Placeholder> {
    OUTPUTS.map(|(_, placeholder, _)| placeholder).to_vec()
}

/// Returns the values of the outputs that a stack has.
pub(super) fn values(stack: &Stack) -> Values {
    let mut values = Values::default();
    for (name, placeholder, _) in OUTPUTS {
        if let Some(value) = output(stack, name) {
            values.extend(&Values::of([(placeholder, value)]));
        }
    }
    values
}

/// Returns the id of the VPC among the resources of a stack, as long as it is there.
pub(super) fn vpc(resources: &[StackResource]) -> Option<&str> {
    let is_there = |resource: &&StackResource| {
        resource.resource_type() == Some("AWS::EC2::VPC")
            && resource.resource_status() != Some(&ResourceStatus::DeleteComplete)
    };
    resources.iter().find(is_there)?.physical_resource_id().filter(|id| !id.is_empty())
}

/// Returns the values of a stack created by hand, as far as they can be derived.
pub(super) fn values_by_hand(
    stack: &Stack,
    resources: &[StackResource],
    account: &AccountId,
) -> Values {
    let id = |logical: &str| {
        let mut resources = resources.iter();
        let found = resources.find(|resource| resource.logical_resource_id() == Some(logical))?;
        found.physical_resource_id().map(str::to_owned)
    };
    let mut values = values(stack);
    for (_, placeholder, instead) in OUTPUTS {
        if values.get(placeholder).is_some() {
            continue;
        }
        let value = match instead {
            Instead::Resource(logical) => id(logical),
            Instead::Role(logical) => {
                id(logical).map(|name| format!("arn:aws:iam::{account}:role/{name}"))
            }
            Instead::Value(other) => values.get(other).map(str::to_owned),
            Instead::Fixed(value) => Some(value.to_owned()),
        };
        if let Some(value) = value {
            values.extend(&Values::of([(placeholder, &value)]));
        }
    }
    values
}

/// Returns the name of the first output without a value.
pub(super) fn missing(values: &Values) -> Option<&'static str> {
    let mut outputs = OUTPUTS.into_iter();
    outputs.find(|(_, placeholder, _)| values.get(*placeholder).is_none()).map(|(name, ..)| name)
}

/// Returns an output of a stack, if it exists.
fn output<'s>(stack: &'s Stack, name: &str) -> Option<&'s str> {
    let output = stack.outputs().iter().find(|output| output.output_key() == Some(name))?;
    output.output_value()
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::Output;

    use super::*;

    fn stack(outputs: &[(&str, &str)]) -> Stack {
        let build = |(key, value): &(&str, &str)| {
            Output::builder().output_key(*key).output_value(*value).build()
        };
        Stack::builder().set_outputs(Some(outputs.iter().map(build).collect())).build()
    }

    fn resource((logical, physical): (&str, &str)) -> StackResource {
        let resource = StackResource::builder().logical_resource_id(logical);
        resource.physical_resource_id(physical).build()
    }

    #[test]
    fn the_outputs_that_are_there_are_given() {
        let values = values(&stack(&[("VPCId", "vpc-1")]));
        assert_eq!(values, Values::of([(ph::VPC_ID, "vpc-1")]));
        assert_eq!(missing(&values), Some("PublicSubnetOne"));
    }

    #[test]
    fn what_a_stack_typed_by_hand_lacks_is_told_by_the_rest_of_it() {
        let stack = stack(&[("VPCId", "vpc-1"), ("PrivateSubnetOne", "subnet-3")]);
        let resources = [
            ("VPC", "vpc-other"),
            ("PublicSubnetOne", "subnet-1"),
            ("PublicSubnetTwo", "subnet-2"),
            ("PrivateSubnetTwo", "subnet-4"),
            ("FargateContainerSecurityGroup", "sg-1"),
            ("EcsServiceRole", "stack-EcsServiceRole-1"),
        ];
        let resources = resources.map(resource);
        let values = values_by_hand(&stack, &resources, &AccountId::new("123456789012"));
        assert_eq!(values.get(ph::VPC_ID), Some("vpc-1"));
        assert_eq!(values.get(ph::TASK_SUBNET_ONE), Some("subnet-3"));
        assert_eq!(values.get(ph::TASK_SUBNET_TWO), Some("subnet-4"));
        assert_eq!(values.get(ph::ASSIGN_PUBLIC_IP), Some("DISABLED"));
        let role = "arn:aws:iam::123456789012:role/stack-EcsServiceRole-1";
        assert_eq!(values.get(ph::ECS_SERVICE_ROLE_ARN), Some(role));
        // A missing task role is reported.
        assert_eq!(missing(&values), Some("ECSTaskRole"));
    }
}
