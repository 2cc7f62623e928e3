//! Policies: inline ones, customer managed ones, and what is attached to roles. AWS's own managed
//! policies exist by their ARN only (see [`managed`]).

use serde_json::{Value, json};

use super::{
    documents, errors, managed, roles,
    state::{Account, Named, Policy, iso, new_id, now},
};
use crate::{
    params::Params,
    place::{AccountId, Place},
    service::AwsError,
};

pub(super) fn put_inline(
    account: &mut Account,
    _: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let (name, document) = (params.required("PolicyName")?, params.required("PolicyDocument")?);
    roles::check_name(name, 128, "policyName")?;
    let role = roles::changeable(account, params.required("RoleName")?, "PutRolePolicy")?;
    documents::check_inline(role, name, document)?;
    role.inline.insert(name.to_owned(), document.to_owned());
    Ok(Value::Null)
}

pub(super) fn get_inline(account: &Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let name = params.required("PolicyName")?;
    let role = roles::find(account, params.required("RoleName")?)?;
    let document = role.inline.get(name).ok_or_else(|| errors::no_inline_policy(name))?;
    Ok(json!({
        "RoleName": role.name, "PolicyName": name, "PolicyDocument": roles::encoded(document)
    }))
}

pub(super) fn list_inline(
    account: &Account,
    _: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let role = roles::find(account, params.required("RoleName")?)?;
    let names = role.inline.keys().map(|name| (name.clone(), json!(name)));
    roles::paged(params, "PolicyNames", names)
}

pub(super) fn delete_inline(
    account: &mut Account,
    _: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let name = params.required("PolicyName")?;
    let role = roles::changeable(account, params.required("RoleName")?, "DeleteRolePolicy")?;
    role.inline.remove(name).ok_or_else(|| errors::no_inline_policy(name))?;
    Ok(Value::Null)
}

pub(super) fn attach(
    account: &mut Account,
    place: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let (role, arn) = (params.required("RoleName")?, managed::given(params)?);
    let policy = name_of(account, &place.account, arn)?;
    let role = roles::changeable(account, role, "AttachRolePolicy")?;
    role.attached.insert(arn.to_owned(), policy);
    Ok(Value::Null)
}

pub(super) fn detach(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let arn = managed::given(params)?;
    let role = roles::changeable(account, params.required("RoleName")?, "DetachRolePolicy")?;
    role.attached
        .remove(arn)
        .ok_or_else(|| errors::no_entity(format!("Policy {arn} was not found.")))?;
    Ok(Value::Null)
}

pub(super) fn list_attached(
    account: &Account,
    _: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let role = roles::find(account, params.required("RoleName")?)?;
    let policies = role
        .attached
        .iter()
        .map(|(arn, name)| (arn.clone(), json!({ "PolicyName": name, "PolicyArn": arn })));
    roles::paged(params, "AttachedPolicies", policies)
}

pub(super) fn create(
    account: &mut Account,
    place: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let new = Policy {
        name: params.required("PolicyName")?.to_owned(),
        path: params.text("Path").unwrap_or("/").to_owned(),
        id: new_id("ANPA"),
        created: now(),
        description: params.text("Description").map(str::to_owned),
        document: params.required("PolicyDocument")?.to_owned(),
        tags: roles::given_tags(params)?.into_map(),
    };
    let policy = add(account, new)?.clone();
    Ok(json!({ "Policy": described(&policy, account, &place.account) }))
}

/// Adds a customer managed policy to an account.
pub(super) fn add(account: &mut Account, new: Policy) -> Result<&Policy, AwsError> {
    roles::check_name(&new.name, 128, "policyName")?;
    documents::check_managed(&new.document)?;
    if account.policies.contains_key(&new.name) {
        return Err(errors::policy_exists(&new.name));
    }
    Ok(account.policies.entry(new.name.clone()).or_insert(new))
}

pub(super) fn get(account: &Account, place: &Place, params: &Params) -> Result<Value, AwsError> {
    let arn = managed::given(params)?;
    let policy = find(account, &place.account, arn).ok_or_else(|| errors::no_policy(arn))?;
    Ok(json!({ "Policy": described(policy, account, &place.account) }))
}

pub(super) fn get_version(
    account: &Account,
    place: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let arn = managed::given(params)?;
    let policy = find(account, &place.account, arn).ok_or_else(|| errors::no_policy(arn))?;
    Ok(json!({ "PolicyVersion": {
        "Document": roles::encoded(&policy.document),
        "VersionId": "v1",
        "IsDefaultVersion": true,
        "CreateDate": iso(policy.created),
    } }))
}

pub(super) fn list(account: &Account, place: &Place, params: &Params) -> Result<Value, AwsError> {
    let policies = account.policies.iter();
    let policies =
        policies.map(|(name, policy)| (name.clone(), described(policy, account, &place.account)));
    roles::paged(params, "Policies", policies)
}

pub(super) fn delete(
    account: &mut Account,
    place: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let arn = managed::given(params)?;
    let policy = find(account, &place.account, arn).ok_or_else(|| errors::no_policy(arn))?;
    let name = policy.name.clone();
    if attachments(account, arn) > 0 {
        return Err(errors::conflict("Cannot delete a policy attached to entities."));
    }
    account.policies.remove(&name);
    Ok(Value::Null)
}

/// Returns the name of a policy that can be attached.
pub(super) fn name_of(account: &Account, id: &AccountId, arn: &str) -> Result<String, AwsError> {
    managed::check(arn)?;
    if let Some(path) = managed::path(arn) {
        return managed::attachable(arn, path).map(str::to_owned);
    }
    let policy = find(account, id, arn).ok_or_else(|| errors::no_policy(arn))?;
    Ok(policy.name.clone())
}

pub(super) fn find<'a>(account: &'a Account, id: &AccountId, arn: &str) -> Option<&'a Policy> {
    account.policies.values().find(|policy| policy.arn(id) == arn)
}

fn attachments(account: &Account, arn: &str) -> usize {
    account.roles.values().filter(|role| role.attached.contains_key(arn)).count()
}

fn described(policy: &Policy, account: &Account, id: &AccountId) -> Value {
    let arn = policy.arn(id);
    json!({
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "AttachmentCount": attachments(account, &arn),
        "Arn": arn,
        "Path": policy.path,
        "DefaultVersionId": "v1",
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": true,
        "Description": policy.description,
        "CreateDate": iso(policy.created),
        "UpdateDate": iso(policy.created),
        "Tags": (!policy.tags.is_empty()).then(|| roles::tags(&policy.tags)),
    })
}

/// Creates a customer managed policy of this name and document.
pub(super) fn new(name: String, path: Option<String>, document: String) -> Policy {
    Policy {
        name,
        path: path.unwrap_or_else(|| "/".to_owned()),
        id: new_id("ANPA"),
        created: now(),
        description: None,
        document,
        tags: Named::new(),
    }
}
