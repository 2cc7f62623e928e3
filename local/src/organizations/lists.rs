//! The lists, all of them in pages.

use serde_json::{Value, json};

use super::{Organizations, accounts, errors, state::Organization};
use crate::{
    place::Place,
    protocol::{operations::Output, page::page},
    service::AwsError,
};

/// The most entries of a page, and how many there are by default.
const PAGE: u64 = 20;

/// `ListAccounts`.
pub(super) fn accounts(service: &Organizations, place: &Place, input: &Value) -> Output {
    service.managed(place, |organization| {
        paged(input, "Accounts", shown_accounts(organization, |_| true))
    })
}

/// `ListAccountsForParent`: those in it itself, and not in the units below.
pub(super) fn accounts_of_parent(service: &Organizations, place: &Place, input: &Value) -> Output {
    service.managed(place, |organization| {
        let parent = parent(organization, input)?;
        paged(input, "Accounts", shown_accounts(organization, |it| it == parent))
    })
}

/// `ListOrganizationalUnitsForParent`.
pub(super) fn units_of_parent(service: &Organizations, place: &Place, input: &Value) -> Output {
    service.managed(place, |organization| {
        let parent = parent(organization, input)?;
        let units = organization.units.iter().filter(|(_, unit)| unit.parent == parent);
        let units = units.map(|(id, unit)| organization.shown_unit(id, unit)).collect();
        paged(input, "OrganizationalUnits", units)
    })
}

/// `ListParents`: where an account or a unit is.
pub(super) fn parents(service: &Organizations, place: &Place, input: &Value) -> Output {
    let child = input["ChildId"].as_str().unwrap_or_default();
    service.managed(place, |organization| {
        let account = accounts::account(child).and_then(|id| organization.accounts.get(&id));
        let unit = || organization.units.get(child).map(|unit| &unit.parent);
        let parent = account.map(|account| &account.parent).or_else(unit);
        let parent = parent.ok_or_else(errors::no_child)?;
        let kind = if *parent == organization.root { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
        paged(input, "Parents", vec![json!({ "Id": parent, "Type": kind })])
    })
}

/// `ListRoots`. There is one.
pub(super) fn roots(service: &Organizations, place: &Place, input: &Value) -> Output {
    service.managed(place, |organization| paged(input, "Roots", vec![organization.shown_root()]))
}

fn shown_accounts(organization: &Organization, is_in: impl Fn(&str) -> bool) -> Vec<Value> {
    let accounts = organization.accounts.iter().filter(|(_, account)| is_in(&account.parent));
    accounts.map(|(id, account)| organization.shown_account(id, account)).collect()
}

/// Returns the parent that an input names.
pub(super) fn parent<'a>(
    organization: &Organization,
    input: &'a Value,
) -> Result<&'a str, AwsError> {
    let id = input["ParentId"].as_str().unwrap_or_default();
    let is_id = (id.starts_with("r-") || id.starts_with("ou-")) && id.len() <= 100;
    if organization.is_parent(id) {
        return Ok(id);
    }
    Err(if is_id { errors::no_parent() } else { errors::unlike() })
}

/// Returns a page of entries, which are in the order of their ids.
fn paged(input: &Value, name: &str, entries: Vec<Value>) -> Output {
    let limit = match &input["MaxResults"] {
        Value::Null => PAGE,
        given => given
            .as_u64()
            .filter(|limit| (1..=PAGE).contains(limit))
            .ok_or_else(|| errors::invalid(format!("MaxResults must be from 1 to {PAGE}.")))?,
    };
    let id = |entry: &Value| entry["Id"].as_str().unwrap_or_default().to_owned();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (entries, next) = page(entries, id, input["NextToken"].as_str(), limit);
    Ok(json!({ name: entries, "NextToken": next }))
}
