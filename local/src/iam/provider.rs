//! IAM's resources in templates.

use std::{collections::BTreeMap, time::Duration};

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Iam,
    access::HANDLERS,
    documents, errors,
    operations::USER,
    policies,
    roles::{self, NewRole},
    state::{Account, Named, Role, SharedInline},
};
use crate::{
    authorize::Needed,
    pace::typical,
    place::AccountId,
    provision::{self, Act, Created, Provider, Scope},
    random,
    service::AwsError,
};

const ROLE: &str = "AWS::IAM::Role";
const POLICY: &str = "AWS::IAM::Policy";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

/// What AWS typically takes for one.
const TYPICAL: Duration = typical("AWS::IAM::* CREATING");

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RoleProperties {
    role_name: Option<String>,
    path: Option<String>,
    assume_role_policy_document: Value,
    description: Option<String>,
    max_session_duration: Option<Value>,
    permissions_boundary: Option<String>,
    managed_policy_arns: Vec<String>,
    policies: Vec<InlinePolicy>,
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InlinePolicy {
    policy_name: String,
    policy_document: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct PolicyProperties {
    policy_name: String,
    managed_policy_name: Option<String>,
    path: Option<String>,
    description: Option<String>,
    policy_document: Value,
    roles: Vec<String>,
    users: Vec<String>,
    groups: Vec<String>,
}

impl Provider for Iam {
    fn types(&self) -> &'static [&'static str] {
        &[ROLE, POLICY, MANAGED_POLICY]
    }

    /// What is not named gets a name, which is not the one that it will have: that is random too.
    fn needs(
        &self,
        scope: &Scope,
        kind: &str,
        act: Act,
        physical_id: Option<&str>,
        properties: &Value,
    ) -> Vec<Needed> {
        let mut properties = properties.clone();
        for name in ["RoleName", "ManagedPolicyName"] {
            if let Some(Value::Null) = properties.get(name).or(Some(&Value::Null)) {
                let generated = physical_id.map_or_else(|| generated_name(scope), str::to_owned);
                properties[name] = json!(generated);
            }
        }
        provision::needed(HANDLERS, kind, act, scope, physical_id, &properties)
    }

    fn create(&self, scope: &Scope, kind: &str, properties: &Value) -> Result<Created, AwsError> {
        self.change_account(&scope.place.account, |account| {
            if let Some(created) = account.of_stacks.by(scope) {
                return Ok(created.clone());
            }
            let created = match kind {
                ROLE => create_role(scope, account, &read(properties)?),
                POLICY => create_policy(scope, account, &read(properties)?),
                _ => create_managed_policy(scope, account, read(properties)?),
            }?;
            account.of_stacks.note(scope, &created);
            Ok(created)
        })
    }

    fn created_before(&self, scope: &Scope, _kind: &str) -> Option<String> {
        self.look_at(&scope.place.account, |account| {
            account.of_stacks.by(scope).map(|created| created.physical_id.clone())
        })
    }

    fn update(
        &self,
        scope: &Scope,
        kind: &str,
        physical_id: &str,
        properties: &Value,
    ) -> Option<Result<Created, AwsError>> {
        if kind != ROLE {
            return None;
        }
        let properties: RoleProperties = match read(properties) {
            Ok(properties) => properties,
            Err(error) => return Some(Err(error)),
        };
        let is_same_role = self.look_at(&scope.place.account, |account| {
            account.roles.get(physical_id).is_some_and(|role| {
                properties.role_name.as_ref().is_none_or(|name| name == physical_id)
                    && properties.path.as_deref().unwrap_or("/") == role.path
            })
        });
        is_same_role.then(|| {
            self.change_account(&scope.place.account, |account| {
                update_role(scope, account, physical_id, &properties)
            })
        })
    }

    fn delete(&self, scope: &Scope, kind: &str, physical_id: &str) -> Result<(), AwsError> {
        self.change_account(&scope.place.account, |account| {
            match kind {
                ROLE => delete_role(account, physical_id)?,
                POLICY => delete_policy(account, physical_id),
                _ => delete_managed_policy(account, &scope.place.account, physical_id),
            }
            account.of_stacks.forget(physical_id);
            Ok(())
        })
    }
}

fn create_role(
    scope: &Scope,
    account: &mut Account,
    properties: &RoleProperties,
) -> Result<Created, AwsError> {
    let name = properties.role_name.clone().unwrap_or_else(|| generated_name(scope));
    let new = NewRole {
        name: name.clone(),
        path: properties.path.clone(),
        trust: properties.assume_role_policy_document.to_string(),
        ..NewRole::default()
    };
    roles::add(account, new)?;
    update_role(scope, account, &name, properties)
}

/// Gives a role all that can change without a new role.
fn update_role(
    scope: &Scope,
    account: &mut Account,
    name: &str,
    properties: &RoleProperties,
) -> Result<Created, AwsError> {
    let trust = properties.assume_role_policy_document.to_string();
    documents::check_trust(&trust)?;
    let mut inline = Named::new();
    for policy in &properties.policies {
        inline.insert(policy.policy_name.clone(), policy.policy_document.to_string());
    }
    let mut attached = Named::new();
    for arn in &properties.managed_policy_arns {
        attached.insert(arn.clone(), policies::name_of(account, &scope.place.account, arn)?);
    }
    let role = roles::changeable(account, name, "UpdateRole")?;
    role.trust = trust;
    role.description.clone_from(&properties.description);
    role.max_session = max_session(properties)?;
    role.boundary.clone_from(&properties.permissions_boundary);
    role.tags.clone_from(&scope.tags);
    let own_tags = properties.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone()));
    role.tags.extend(own_tags);
    let old = std::mem::take(&mut role.of_template);
    role.inline.retain(|name, _| !old.contains(name));
    role.attached.retain(|arn, _| !old.contains(arn));
    role.of_template = inline.keys().chain(attached.keys()).cloned().collect();
    for (name, document) in inline {
        documents::check_inline(role, &name, &document)?;
        role.inline.insert(name, document);
    }
    role.attached.extend(attached);
    Ok(created_role(role, &scope.place.account))
}

/// In a template a number may be a text: parameters are.
fn max_session(properties: &RoleProperties) -> Result<u32, AwsError> {
    let number = match &properties.max_session_duration {
        None => Some(3600),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64().and_then(|seconds| u32::try_from(seconds).ok()),
    };
    number
        .filter(|seconds| (3600..=43200).contains(seconds))
        .ok_or_else(|| invalid("MaxSessionDuration must be from 3600 to 43200."))
}

fn created_role(role: &Role, account: &AccountId) -> Created {
    let attributes = BTreeMap::from([
        ("Arn".to_owned(), json!(role.arn(account))),
        ("RoleId".to_owned(), json!(role.id)),
    ]);
    Created { physical_id: role.name.clone(), attributes, typical: TYPICAL }
}

fn delete_role(account: &mut Account, name: &str) -> Result<(), AwsError> {
    let Some(role) = account.roles.get(name) else { return Ok(()) };
    let foreign = |id: &&String| !role.of_template.contains(id);
    if role.attached.keys().any(|arn| foreign(&arn)) {
        return Err(errors::conflict("Cannot delete entity, must detach all policies first."));
    }
    if role.inline.keys().any(|name| foreign(&name)) {
        return Err(errors::conflict("Cannot delete entity, must delete policies first."));
    }
    account.roles.remove(name);
    Ok(())
}

fn create_policy(
    scope: &Scope,
    account: &mut Account,
    properties: &PolicyProperties,
) -> Result<Created, AwsError> {
    let document = properties.policy_document.to_string();
    roles::check_name(&properties.policy_name, 128, "policyName")?;
    only_roles(properties)?;
    if properties.roles.is_empty() {
        return Err(invalid("At least one of [Groups,Roles,Users] must be non-empty."));
    }
    for name in &properties.roles {
        let role = roles::changeable(account, name, "PutRolePolicy")?;
        documents::check_inline(role, &properties.policy_name, &document)?;
        role.inline.insert(properties.policy_name.clone(), document.clone());
    }
    let physical_id = generated_name(scope);
    let name = properties.policy_name.clone();
    let shared = SharedInline { name, roles: properties.roles.clone() };
    account.shared_inline.insert(physical_id.clone(), shared);
    Ok(Created { physical_id, attributes: BTreeMap::new(), typical: TYPICAL })
}

/// Refuses users and groups: only roles have policies here.
fn only_roles(properties: &PolicyProperties) -> Result<(), AwsError> {
    match (properties.users.first(), properties.groups.first()) {
        (None, None) => Ok(()),
        (_, Some(group)) => Err(errors::no_group(group)),
        (Some(user), _) if user == USER => {
            Err(invalid("The local cloud keeps no policies of users."))
        }
        (Some(user), _) => Err(errors::no_user(user)),
    }
}

fn delete_policy(account: &mut Account, physical_id: &str) {
    let shared = account.shared_inline.remove(physical_id).unwrap_or_default();
    for name in &shared.roles {
        if let Some(role) = account.roles.get_mut(name) {
            role.inline.remove(&shared.name);
        }
    }
}

fn create_managed_policy(
    scope: &Scope,
    account: &mut Account,
    properties: PolicyProperties,
) -> Result<Created, AwsError> {
    only_roles(&properties)?;
    let name = properties.managed_policy_name.unwrap_or_else(|| generated_name(scope));
    let document = properties.policy_document.to_string();
    let mut policy = policies::new(name.clone(), properties.path, document);
    policy.description = properties.description;
    let arn = policies::add(account, policy)?.arn(&scope.place.account);
    for role in &properties.roles {
        let role = roles::changeable(account, role, "AttachRolePolicy")?;
        role.attached.insert(arn.clone(), name.clone());
    }
    let attributes = BTreeMap::from([("PolicyArn".to_owned(), json!(arn))]);
    Ok(Created { physical_id: arn, attributes, typical: TYPICAL })
}

/// What the template attached is detached with the policy.
fn delete_managed_policy(account: &mut Account, id: &AccountId, arn: &str) {
    let Some(name) = policies::find(account, id, arn).map(|policy| policy.name.clone()) else {
        return;
    };
    for role in account.roles.values_mut() {
        role.attached.remove(arn);
    }
    account.policies.remove(&name);
}

fn read<'a, T: Deserialize<'a>>(properties: &'a Value) -> Result<T, AwsError> {
    T::deserialize(properties).map_err(|error| invalid(&error.to_string()))
}

fn invalid(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "ValidationError", message)
}

/// Generates a name as CloudFormation does. A role's name has at most 64 characters.
fn generated_name(scope: &Scope) -> String {
    let short = |name: &str| name.chars().take(24).collect::<String>();
    let random = random::id().to_ascii_uppercase();
    let random = random.get(..12).unwrap_or_default();
    format!("{}-{}-{random}", short(&scope.stack_name), short(&scope.logical_id))
}
