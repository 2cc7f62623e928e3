//! The list of IAM's actions.

use serde_json::{Value, json};

use super::{
    policies, roles, service_linked,
    state::{Account, iso},
};
use crate::{protocol::form::Form, service::AwsError};

/// What an action does: look at an account or change it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Look(fn(&Form, &Account) -> Result<Value, AwsError>),
    Change(fn(&Form, &mut Account) -> Result<Value, AwsError>),
}

const ACTIONS: [(&str, Deed); 27] = [
    ("AttachRolePolicy", Deed::Change(policies::attach)),
    ("CreatePolicy", Deed::Change(policies::create)),
    ("CreateRole", Deed::Change(roles::create)),
    ("CreateServiceLinkedRole", Deed::Change(service_linked::create)),
    ("DeletePolicy", Deed::Change(policies::delete)),
    ("DeleteRole", Deed::Change(roles::delete)),
    ("DeleteRolePolicy", Deed::Change(policies::delete_inline)),
    ("DeleteServiceLinkedRole", Deed::Change(service_linked::delete)),
    ("DetachRolePolicy", Deed::Change(policies::detach)),
    ("GetPolicy", Deed::Look(policies::get)),
    ("GetPolicyVersion", Deed::Look(policies::get_version)),
    ("GetRole", Deed::Look(roles::get)),
    ("GetRolePolicy", Deed::Look(policies::get_inline)),
    ("GetServiceLinkedRoleDeletionStatus", Deed::Look(service_linked::deletion_status)),
    ("GetUser", Deed::Look(get_user)),
    ("ListAttachedRolePolicies", Deed::Look(policies::list_attached)),
    ("ListInstanceProfilesForRole", Deed::Look(list_instance_profiles)),
    ("ListPolicies", Deed::Look(policies::list)),
    ("ListRolePolicies", Deed::Look(policies::list_inline)),
    ("ListRoleTags", Deed::Look(roles::list_tags)),
    ("ListRoles", Deed::Look(roles::list)),
    ("PutRolePolicy", Deed::Change(policies::put_inline)),
    ("TagRole", Deed::Change(roles::tag)),
    ("UntagRole", Deed::Change(roles::untag)),
    ("UpdateAssumeRolePolicy", Deed::Change(roles::update_trust)),
    ("UpdateRole", Deed::Change(roles::update)),
    ("UpdateRoleDescription", Deed::Change(roles::update)),
];

/// The action of this name.
pub(super) fn find(name: &str) -> Option<(&'static str, Deed)> {
    ACTIONS.into_iter().find(|(action, _)| *action == name)
}

/// The one user, as STS names it.
fn get_user(form: &Form, _: &Account) -> Result<Value, AwsError> {
    let name = form.text("UserName").unwrap_or("student");
    if name != "student" {
        let message = format!("The user with name {name} cannot be found.");
        return Err(super::errors::no_entity(message));
    }
    Ok(json!({ "User": {
        "Path": "/",
        "UserName": name,
        "UserId": "AIDALOCALCLOUDSTUDENT",
        "Arn": format!("arn:aws:iam::{}:user/{name}", form.place.account),
        "CreateDate": iso(0),
    } }))
}

/// The local cloud has no instance profiles; deleting a role by hand begins with this question.
fn list_instance_profiles(form: &Form, account: &Account) -> Result<Value, AwsError> {
    roles::find(account, form.required("RoleName")?)?;
    roles::paged(form, "InstanceProfiles", Vec::new())
}
