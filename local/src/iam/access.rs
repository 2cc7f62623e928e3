//! The permissions that IAM's operations need.

use super::service_linked;
use crate::{
    authorize::{
        Access, Inputs,
        Need::{self, By, If, Other, Own, With},
    },
    provision::Handlers,
};

const ROLE: &str = "role/{RoleName}";

pub(super) const ACCESS: &[Access] = &[
    (
        &["CreateRole"],
        &[
            Own("role{Path:/}{RoleName}"),
            If("Tags", "iam:TagRole", "role{Path:/}{RoleName}"),
            With("iam:PermissionsBoundary", "PermissionsBoundary"),
        ],
    ),
    (&["AttachRolePolicy", "DetachRolePolicy"], &[Own(ROLE), With("iam:PolicyARN", "PolicyArn")]),
    (
        &[
            "DeleteRole",
            "DeleteRolePolicy",
            "DeleteServiceLinkedRole",
            "GetRole",
            "GetRolePolicy",
            "ListAttachedRolePolicies",
            "ListInstanceProfilesForRole",
            "ListRolePolicies",
            "ListRoleTags",
            "PutRolePolicy",
            "TagRole",
            "UntagRole",
            "UpdateAssumeRolePolicy",
            "UpdateRole",
            "UpdateRoleDescription",
        ],
        &[Own(ROLE)],
    ),
    (&["CreateServiceLinkedRole"], &[By(linked), With("iam:AWSServiceName", "AWSServiceName")]),
    (&["GetServiceLinkedRoleDeletionStatus"], &[By(deleted)]),
    (
        &["CreatePolicy"],
        &[
            Own("policy{Path:/}{PolicyName}"),
            If("Tags", "iam:TagPolicy", "policy{Path:/}{PolicyName}"),
        ],
    ),
    (&["DeletePolicy", "GetPolicy", "GetPolicyVersion"], &[Own("{PolicyArn}")]),
    (&["SimulatePrincipalPolicy"], &[Own("{PolicySourceArn}")]),
    (&["GetUser"], &[Own("user/{UserName:student}")]),
    (
        &[
            "CreateAccountAlias",
            "DeleteAccountAlias",
            "ListAccountAliases",
            "ListPolicies",
            "ListRoles",
        ],
        &[Own("*")],
    ),
];

/// Returns the service-linked role of the service that a call names.
fn linked(inputs: &Inputs<'_>) -> Vec<(Option<String>, String)> {
    let service = inputs.all("AWSServiceName").pop().unwrap_or_default();
    let name = service_linked::name_of(&service).unwrap_or("*");
    let account = &inputs.place.account;
    vec![(None, format!("arn:aws:iam::{account}:role/aws-service-role/{service}/{name}"))]
}

/// Returns the role of a deletion: its task is named after it.
fn deleted(inputs: &Inputs<'_>) -> Vec<(Option<String>, String)> {
    let task = inputs.all("DeletionTaskId").pop().unwrap_or_default();
    let role = task.strip_prefix("task/").and_then(|role| role.rsplit_once('/'));
    let role = role.map_or("*", |(role, _)| role);
    vec![(None, format!("arn:aws:iam::{}:role/{role}", inputs.place.account))]
}

const NEW_ROLE: &str = "role{Path:/}{RoleName}";
const OLD_ROLE: &str = "role/{id}";
const ATTACH: Need = If("ManagedPolicyArns", "iam:AttachRolePolicy", "role/{RoleName}");

/// What the handlers of resource types need. The names that they generate are given to them.
pub(super) const HANDLERS: &[Handlers] = &[
    Handlers {
        kind: "AWS::IAM::Role",
        create: &[
            Other("iam:CreateRole", NEW_ROLE),
            If("Policies", "iam:PutRolePolicy", "role/{RoleName}"),
            ATTACH,
            If("Tags", "iam:TagRole", NEW_ROLE),
            Other("iam:GetRole", "role/{RoleName}"),
        ],
        update: &[
            Other("iam:UpdateRole", OLD_ROLE),
            Other("iam:UpdateAssumeRolePolicy", OLD_ROLE),
            If("Policies", "iam:PutRolePolicy", OLD_ROLE),
            If("ManagedPolicyArns", "iam:AttachRolePolicy", OLD_ROLE),
            If("Tags", "iam:TagRole", OLD_ROLE),
        ],
        delete: &[
            Other("iam:GetRole", OLD_ROLE),
            If("Policies", "iam:DeleteRolePolicy", OLD_ROLE),
            If("ManagedPolicyArns", "iam:DetachRolePolicy", OLD_ROLE),
            Other("iam:DeleteRole", OLD_ROLE),
        ],
    },
    Handlers {
        kind: "AWS::IAM::Policy",
        create: &[Other("iam:PutRolePolicy", "role/{Roles}")],
        update: &[],
        delete: &[Other("iam:DeleteRolePolicy", "role/{Roles}")],
    },
    Handlers {
        kind: "AWS::IAM::ManagedPolicy",
        create: &[
            Other("iam:CreatePolicy", "policy{Path:/}{ManagedPolicyName}"),
            Other("iam:AttachRolePolicy", "role/{Roles}"),
        ],
        update: &[],
        delete: &[Other("iam:DetachRolePolicy", "role/{Roles}"), Other("iam:DeletePolicy", "{id}")],
    },
];

#[cfg(test)]
mod tests {
    use super::{super::Iam, *};
    use crate::provision::Provider as _;

    #[test]
    fn every_type_has_handlers() {
        let folder = crate::test_folder::Folder::new("handlers");
        let iam = Iam::open(&folder, None).unwrap();
        let declared = |kind: &&&str| HANDLERS.iter().any(|handlers| handlers.kind == **kind);
        assert_eq!(iam.types().iter().find(|kind| !declared(kind)), None);
    }
}
