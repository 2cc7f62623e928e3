//! The operations, as a table.

use serde_json::{Value, json};

use super::{
    aliases, policies, roles, service_linked, simulate,
    state::{Account, iso},
};
use crate::{
    params::Params,
    place::Place,
    protocol::{
        operations::Operation,
        stateful::{OnState, change, look},
    },
    service::{AwsError, Summary},
};

/// What the service does and what it refuses.
pub(super) const SUMMARY: Summary = Summary {
    title: "IAM",
    real: "Roles, inline and managed policies, and service-linked roles, with their dependencies. \
           ECS asks whether a role trusts it. The policies of a role decide what its sessions may \
           do, and `SimulatePrincipalPolicy` says so beforehand. Of AWS's own policies, those that \
           labs use allow what they do on AWS. Kept only: the alias of the account, which others \
           may have too.",
    refused: "Users other than `student`, groups, access keys, instance profiles, further versions \
              of policies, and names that are nearly those of AWS's own policies.",
};

pub(super) const OPERATIONS: &[Operation<OnState<Account, Place>>] = &[
    change("AttachRolePolicy", policies::attach),
    change("CreateAccountAlias", aliases::create),
    change("CreatePolicy", policies::create),
    change("CreateRole", roles::create),
    change("CreateServiceLinkedRole", service_linked::create),
    change("DeleteAccountAlias", aliases::delete),
    change("DeletePolicy", policies::delete),
    change("DeleteRole", roles::delete),
    change("DeleteRolePolicy", policies::delete_inline),
    change("DeleteServiceLinkedRole", service_linked::delete),
    change("DetachRolePolicy", policies::detach),
    look("GetPolicy", policies::get),
    look("GetPolicyVersion", policies::get_version),
    look("GetRole", roles::get),
    look("GetRolePolicy", policies::get_inline),
    look("GetServiceLinkedRoleDeletionStatus", service_linked::deletion_status),
    look("GetUser", get_user),
    look("ListAccountAliases", aliases::list),
    look("ListAttachedRolePolicies", policies::list_attached),
    look("ListInstanceProfilesForRole", list_instance_profiles),
    look("ListPolicies", policies::list),
    look("ListRolePolicies", policies::list_inline),
    look("ListRoleTags", roles::list_tags),
    look("ListRoles", roles::list),
    change("PutRolePolicy", policies::put_inline),
    look("SimulatePrincipalPolicy", simulate::simulate),
    change("TagRole", roles::tag),
    change("UntagRole", roles::untag),
    change("UpdateAssumeRolePolicy", roles::update_trust),
    change("UpdateRole", roles::update),
    change("UpdateRoleDescription", roles::update),
];

/// The name of the one user.
pub(super) const USER: &str = "student";

/// Returns the one user, as STS names it.
fn get_user(_: &Account, place: &Place, params: &Params) -> Result<Value, AwsError> {
    let name = params.text("UserName").unwrap_or(USER);
    if name != USER {
        return Err(super::errors::no_user(name));
    }
    Ok(json!({ "User": {
        "Path": "/",
        "UserName": name,
        "UserId": "AIDALOCALCLOUDSTUDENT",
        "Arn": format!("arn:aws:iam::{}:user/{name}", place.account),
        "CreateDate": iso(0),
    } }))
}

/// The local cloud has no instance profiles; deleting a role by hand begins with this call.
fn list_instance_profiles(
    account: &Account,
    _: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    roles::find(account, params.required("RoleName")?)?;
    roles::paged(params, "InstanceProfiles", Vec::new())
}
