//! Roles: created, read, changed and deleted.

use serde_json::{Value, json};

use super::{
    documents, errors,
    state::{Account, Named, Role, iso, new_id, now},
};
use crate::{
    params::Params,
    place::{AccountId, Place},
    protocol::{constraint, form::invalid, page::page},
    service::AwsError,
    tags::GivenTags,
};

/// How long sessions last at most by default, in seconds.
const SESSION: u32 = 3600;
/// How many entries a page has by default.
const PAGE: u32 = 100;

/// What a new role consists of.
#[derive(Clone, Debug, Default)]
pub(super) struct NewRole {
    pub(super) name: String,
    pub(super) path: Option<String>,
    pub(super) trust: String,
    pub(super) description: Option<String>,
    pub(super) max_session: Option<u32>,
    pub(super) boundary: Option<String>,
    pub(super) tags: Named,
}

pub(super) fn create(
    account: &mut Account,
    place: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let given = |name| params.text(name).map(str::to_owned);
    let new = NewRole {
        name: params.required("RoleName")?.to_owned(),
        path: given("Path"),
        trust: params.required("AssumeRolePolicyDocument")?.to_owned(),
        description: given("Description"),
        max_session: params.checked_number("MaxSessionDuration")?,
        boundary: given("PermissionsBoundary"),
        tags: given_tags(params)?.into_map(),
    };
    let role = add(account, new)?;
    Ok(json!({ "Role": described(role, &place.account) }))
}

/// Adds a role to an account.
pub(super) fn add(account: &mut Account, new: NewRole) -> Result<&Role, AwsError> {
    check_name(&new.name, 64, "roleName")?;
    documents::check_trust(&new.trust)?;
    if account.roles.contains_key(&new.name) {
        return Err(errors::role_exists(&new.name));
    }
    let path = new.path.unwrap_or_else(|| "/".to_owned());
    if !(path.starts_with('/') && path.ends_with('/')) {
        return Err(invalid(
            "The specified value for path is invalid. It must begin and end with /",
        ));
    }
    let max_session = new.max_session.unwrap_or(SESSION);
    if !(3600..=43200).contains(&max_session) {
        return Err(invalid("MaxSessionDuration must be from 3600 to 43200."));
    }
    let role = Role {
        name: new.name.clone(),
        path,
        id: new_id("AROA"),
        created: now(),
        trust: new.trust,
        description: new.description,
        max_session,
        boundary: new.boundary,
        tags: new.tags,
        inline: Named::new(),
        attached: Named::new(),
        linked_to: None,
        of_template: Vec::new(),
    };
    Ok(account.roles.entry(new.name).or_insert(role))
}

pub(super) fn get(account: &Account, place: &Place, params: &Params) -> Result<Value, AwsError> {
    let role = find(account, params.required("RoleName")?)?;
    Ok(json!({ "Role": described(role, &place.account) }))
}

pub(super) fn list(account: &Account, place: &Place, params: &Params) -> Result<Value, AwsError> {
    let prefix = params.text("PathPrefix").unwrap_or("/");
    let roles = account.roles.iter().filter(|(_, role)| role.path.starts_with(prefix));
    let roles = roles.map(|(name, role)| {
        let mut role = described(role, &place.account);
        // AWS leaves them out of the list.
        if let Value::Object(fields) = &mut role {
            fields.remove("Tags");
            fields.remove("PermissionsBoundary");
        }
        (name.clone(), role)
    });
    paged(params, "Roles", roles)
}

pub(super) fn delete(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let name = params.required("RoleName")?;
    let role = changeable(account, name, "DeleteRole")?;
    if !role.attached.is_empty() {
        return Err(errors::conflict("Cannot delete entity, must detach all policies first."));
    }
    if !role.inline.is_empty() {
        return Err(errors::conflict("Cannot delete entity, must delete policies first."));
    }
    account.roles.remove(name);
    Ok(Value::Null)
}

pub(super) fn update(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let description = params.text("Description").map(str::to_owned);
    let max_session = params.checked_number("MaxSessionDuration")?;
    let role = changeable(account, params.required("RoleName")?, "UpdateRole")?;
    role.description = description.or_else(|| role.description.take());
    role.max_session = max_session.unwrap_or(role.max_session);
    Ok(json!({}))
}

pub(super) fn update_trust(
    account: &mut Account,
    _: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let trust = params.required("PolicyDocument")?;
    documents::check_trust(trust)?;
    let role = changeable(account, params.required("RoleName")?, "UpdateAssumeRolePolicy")?;
    trust.clone_into(&mut role.trust);
    Ok(Value::Null)
}

pub(super) fn tag(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let role = changeable(account, params.required("RoleName")?, "TagRole")?;
    given_tags(params)?.add_to(&mut role.tags).map_err(|why| errors::tags(&why))?;
    Ok(Value::Null)
}

pub(super) fn untag(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let role = changeable(account, params.required("RoleName")?, "UntagRole")?;
    let keys = params.list("TagKeys");
    role.tags.retain(|key, _| !keys.contains(key));
    Ok(Value::Null)
}

pub(super) fn list_tags(account: &Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let role = find(account, params.required("RoleName")?)?;
    let tags = role.tags.keys().cloned().zip(tags(&role.tags));
    paged(params, "Tags", tags)
}

pub(super) fn find<'a>(account: &'a Account, name: &str) -> Result<&'a Role, AwsError> {
    account.roles.get(name).ok_or_else(|| errors::no_role(name))
}

/// Returns a role that users may change.
pub(super) fn changeable<'a>(
    account: &'a mut Account,
    name: &str,
    action: &str,
) -> Result<&'a mut Role, AwsError> {
    let role = account.roles.get_mut(name).ok_or_else(|| errors::no_role(name))?;
    if role.linked_to.is_some() {
        return Err(errors::unmodifiable(action, name));
    }
    Ok(role)
}

/// Describes a role as the answers show it.
pub(super) fn described(role: &Role, account: &AccountId) -> Value {
    json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn(account),
        "CreateDate": iso(role.created),
        "AssumeRolePolicyDocument": encoded(&role.trust),
        "Description": role.description,
        "MaxSessionDuration": role.max_session,
        "PermissionsBoundary": role.boundary.as_ref().map(|arn| json!({
            "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn
        })),
        "Tags": (!role.tags.is_empty()).then(|| tags(&role.tags)),
        "RoleLastUsed": {},
    })
}

/// Returns the tags that a call gives.
pub(super) fn given_tags(params: &Params) -> Result<GivenTags, AwsError> {
    GivenTags::new(params.tag_pairs("Tags")).map_err(|why| errors::tags(&why))
}

/// Returns tags as the answers show them.
pub(super) fn tags(tags: &Named) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// IAM percent-encodes the policy documents in its answers.
pub(super) fn encoded(document: &str) -> String {
    percent_encoding::utf8_percent_encode(document, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Returns a page of a list, in IAM's words. The entries are in the order of their keys.
pub(super) fn paged(
    params: &Params,
    name: &str,
    entries: impl IntoIterator<Item = (String, Value)>,
) -> Result<Value, AwsError> {
    let size = params.checked_number("MaxItems")?.unwrap_or(PAGE).clamp(1, 1000);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let (page, marker) = page(entries, |(key, _)| key.clone(), params.text("Marker"), size);
    let list: Vec<Value> = page.into_iter().map(|(_, shown)| shown).collect();
    Ok(json!({ name: list, "IsTruncated": marker.is_some(), "Marker": marker }))
}

/// Refuses names with other characters than IAM's.
pub(super) fn check_name(name: &str, longest: usize, field: &str) -> Result<(), AwsError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    if !name.is_empty() && name.len() <= longest && name.chars().all(fits) {
        return Ok(());
    }
    let pattern = format!("[\\w+=,.@-]{{1,{longest}}}");
    Err(invalid(constraint::unlike(name, field, &pattern)))
}
