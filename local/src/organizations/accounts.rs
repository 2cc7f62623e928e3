//! Accounts: created, closed, moved, described.

use serde_json::{Value, json};

use super::{
    Organizations, errors,
    state::{Account, Creation, Organization, some},
};
use crate::{
    place::{AccountId, Place},
    protocol::operations::Output,
    service::AwsError,
    times::{epoch_seconds, now},
};

/// The role that the manager gets in a new account, unless it wants another name.
const ROLE: &str = "OrganizationAccountAccessRole";

/// `CreateAccount`. On AWS it takes minutes, and whether it could be created is asked for later. Here
/// the first answer says it.
pub(super) fn create(service: &Organizations, place: &Place, input: &Value) -> Output {
    let email =
        text(input, "Email", 6, 64)?.ok_or_else(|| errors::invalid("Email is required."))?;
    let name = text(input, "AccountName", 1, 50)?;
    let name = name.ok_or_else(|| errors::invalid("AccountName is required."))?;
    if !email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
        return Err(errors::unlike());
    }
    let role = text(input, "RoleName", 1, 64)?.unwrap_or(ROLE);
    let (request, creation) =
        service.manage(place, |organization| Ok(created(organization, email, name)))?;
    if let Ok(account) = &creation.outcome {
        service.administrators.let_in(account, role, &place.account)?;
    }
    Ok(shown(&request, &creation))
}

/// Returns what became of an account that was to be created.
fn shown(request: &str, creation: &Creation) -> Value {
    let Creation { name, requested, outcome } = creation;
    let time = epoch_seconds(*requested);
    json!({ "CreateAccountStatus": {
        "Id": request,
        "AccountName": name,
        "State": if outcome.is_ok() { "SUCCEEDED" } else { "FAILED" },
        "RequestedTimestamp": time,
        "CompletedTimestamp": time,
        "AccountId": outcome.as_ref().ok(),
        "FailureReason": outcome.as_ref().err(),
    }})
}

fn created(organization: &mut Organization, email: &str, name: &str) -> (String, Creation) {
    let requested = now();
    let is_taken = organization.accounts.values().any(|it| it.email.eq_ignore_ascii_case(email));
    let outcome = if is_taken {
        Err("EMAIL_ALREADY_EXISTS".to_owned())
    } else {
        let account = Account {
            name: name.to_owned(),
            email: email.to_owned(),
            joined: requested,
            was_created: true,
            is_closed: false,
            parent: organization.root.clone(),
        };
        let id = organization.new_account_id();
        organization.accounts.insert(id.clone(), account);
        Ok(id)
    };
    let request = format!("car-{}", some(32));
    let creation = Creation { name: name.to_owned(), requested, outcome };
    organization.creations.insert(request.clone(), creation.clone());
    (request, creation)
}

/// `DescribeCreateAccountStatus`.
pub(super) fn creation(service: &Organizations, place: &Place, input: &Value) -> Output {
    let id = input["CreateAccountRequestId"].as_str().unwrap_or_default();
    service.managed(place, |organization| {
        let creation = organization.creations.get(id).ok_or_else(errors::no_creation)?;
        Ok(shown(id, creation))
    })
}

/// `DescribeAccount`.
pub(super) fn describe(service: &Organizations, place: &Place, input: &Value) -> Output {
    let id = account_id(input)?;
    service.managed(place, |organization| {
        let account = organization.accounts.get(&id).ok_or_else(errors::no_account)?;
        Ok(json!({ "Account": organization.shown_account(&id, account) }))
    })
}

/// `CloseAccount`. For 90 days it stays in the lists, suspended.
pub(super) fn close(service: &Organizations, place: &Place, input: &Value) -> Output {
    let id = account_id(input)?;
    service.manage(place, |organization| {
        if id == organization.manager {
            return Err(errors::violated("You can't close the management account."));
        }
        let account = organization.accounts.get_mut(&id).ok_or_else(errors::no_account)?;
        if account.is_closed {
            return Err(errors::already_closed());
        }
        account.is_closed = true;
        Ok(Value::Null)
    })
}

/// `MoveAccount`.
pub(super) fn move_to(service: &Organizations, place: &Place, input: &Value) -> Output {
    let id = account_id(input)?;
    let parent = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    let (source, target) = (parent("SourceParentId"), parent("DestinationParentId"));
    service.manage(place, |organization| {
        if !organization.is_parent(&target) {
            return Err(errors::no_target());
        }
        let account = organization.accounts.get_mut(&id).ok_or_else(errors::no_account)?;
        if account.parent != source {
            return Err(errors::no_source());
        }
        if source == target {
            return Err(errors::there_already());
        }
        account.parent = target;
        Ok(Value::Null)
    })
}

/// Reads the account in an input.
pub(super) fn account_id(input: &Value) -> Result<AccountId, AwsError> {
    let text = input["AccountId"].as_str().unwrap_or_default();
    account(text).ok_or_else(errors::unlike)
}

/// Returns the account that a text is.
pub(super) fn account(text: &str) -> Option<AccountId> {
    let id = AccountId::named(text);
    (id.as_str() == text).then_some(id)
}

/// Reads a text of some length.
pub(super) fn text<'a>(
    input: &'a Value,
    name: &str,
    shortest: usize,
    longest: usize,
) -> Result<Option<&'a str>, AwsError> {
    let Some(text) = input[name].as_str() else { return Ok(None) };
    match text.chars().count() {
        count if count < shortest => Err(errors::invalid(format!("{name} is too short."))),
        count if count > longest => Err(errors::invalid(format!("{name} is too long."))),
        _ => Ok(Some(text)),
    }
}
