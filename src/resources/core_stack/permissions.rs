//! What CloudFormation calls in the caller's name for the types of the lab's template: what the
//! handlers of these types declare, as far as the template uses it. `tests/python/test_iam_policy.py`
//! compares the list with theirs.

use crate::aws::{Also, On, When};

/// The length of the longest logical name of a role in the template.
pub(super) const LONGEST_ROLE: usize = "EcsServiceRole".len();

/// What the template makes of the network, as EC2's ARNs name it.
const NETWORK: On = On::Any(&[
    "vpc/*",
    "subnet/*",
    "internet-gateway/*",
    "route-table/*",
    "elastic-ip/*",
    "natgateway/*",
    "vpc-endpoint/*",
    "security-group/*",
    "security-group-rule/*",
]);

const ROLES: On = On::Type("role/");

/// Everything, whether a stack is created, updated or deleted.
pub(super) const IN_THE_CALLERS_NAME: &[Also] = &[
    // `Fn::GetAZs`.
    looks("ec2:DescribeAvailabilityZones"),
    looks("ec2:DescribeAccountAttributes"),
    looks("ec2:DescribeAddresses"),
    looks("ec2:DescribeInstances"),
    looks("ec2:DescribeInternetGateways"),
    looks("ec2:DescribeNatGateways"),
    looks("ec2:DescribeNetworkAcls"),
    looks("ec2:DescribeNetworkInterfaces"),
    looks("ec2:DescribeRouteTables"),
    looks("ec2:DescribeSecurityGroups"),
    looks("ec2:DescribeSubnets"),
    looks("ec2:DescribeVpcEncryptionControls"),
    looks("ec2:DescribeVpcEndpoints"),
    looks("ec2:DescribeVpcs"),
    looks("ec2:DescribeVpnGateways"),
    makes("ec2:DescribeVpcAttribute"),
    makes("ec2:CreateTags"),
    makes("ec2:CreateVpc"),
    makes("ec2:ModifyVpcAttribute"),
    makes("ec2:CreateSubnet"),
    makes("ec2:ModifySubnetAttribute"),
    makes("ec2:CreateInternetGateway"),
    makes("ec2:CreateRouteTable"),
    makes("ec2:AllocateAddress"),
    makes("ec2:CreateNatGateway"),
    makes("ec2:CreateVpcEndpoint"),
    makes("ec2:CreateSecurityGroup"),
    makes("ec2:AuthorizeSecurityGroupEgress"),
    makes("ec2:AuthorizeSecurityGroupIngress"),
    makes("ec2:RevokeSecurityGroupEgress"),
    makes("ec2:RevokeSecurityGroupIngress"),
    makes("ec2:UpdateSecurityGroupRuleDescriptionsEgress"),
    makes("ec2:UpdateSecurityGroupRuleDescriptionsIngress"),
    of_the_stack("ec2:AttachInternetGateway"),
    of_the_stack("ec2:AssociateRouteTable"),
    of_the_stack("ec2:ReplaceRouteTableAssociation"),
    of_the_stack("ec2:CreateRoute"),
    of_the_stack("ec2:ReplaceRoute"),
    of_the_stack("ec2:ModifyVpcEndpoint"),
    of_the_stack("ec2:DeleteTags"),
    of_the_stack("ec2:DeleteVpc"),
    of_the_stack("ec2:DeleteSubnet"),
    of_the_stack("ec2:DetachInternetGateway"),
    of_the_stack("ec2:DeleteInternetGateway"),
    of_the_stack("ec2:DisassociateRouteTable"),
    of_the_stack("ec2:DeleteRouteTable"),
    of_the_stack("ec2:DeleteRoute"),
    of_the_stack("ec2:ReleaseAddress"),
    of_the_stack("ec2:DeleteNatGateway"),
    of_the_stack("ec2:DeleteVpcEndpoints"),
    of_the_stack("ec2:DeleteSecurityGroup"),
    of_roles("iam:GetRole"),
    of_roles("iam:GetRolePolicy"),
    of_roles("iam:ListAttachedRolePolicies"),
    of_roles("iam:ListRolePolicies"),
    of_roles("iam:CreateRole"),
    of_roles("iam:UpdateRole"),
    of_roles("iam:UpdateRoleDescription"),
    of_roles("iam:UpdateAssumeRolePolicy"),
    of_roles("iam:PutRolePolicy"),
    of_roles("iam:DeleteRolePolicy"),
    of_roles("iam:DeleteRole"),
    of_roles("iam:TagRole"),
    of_roles("iam:UntagRole"),
];

const fn looks(action: &'static str) -> Also {
    Also::on(action, On::All)
}

/// What is being created may have no tags yet.
const fn makes(action: &'static str) -> Also {
    Also::on(action, NETWORK)
}

/// What exists must be the stack's: EC2 chooses the ids, so that ARNs do not say whose it is.
const fn of_the_stack(action: &'static str) -> Also {
    makes(action).when(When::OfTheStack)
}

const fn of_roles(action: &'static str) -> Also {
    Also::on(action, ROLES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::lab::files::CORE_STACK;

    #[test]
    fn each_action_is_there_once() {
        let actions: BTreeSet<_> = IN_THE_CALLERS_NAME.iter().map(|also| also.action).collect();
        assert_eq!(actions.len(), IN_THE_CALLERS_NAME.len());
    }

    #[test]
    fn the_longest_role_is_the_templates() {
        let lines: Vec<_> = CORE_STACK.lines().collect();
        let roles = lines.windows(2).filter(|pair| pair[1].trim() == "Type: AWS::IAM::Role");
        let longest = roles.map(|pair| pair[0].trim().trim_end_matches(':').len()).max();
        assert_eq!(longest, Some(LONGEST_ROLE));
    }
}
