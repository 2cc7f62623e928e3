//! The alias of an account: the name in the address at which its users sign in.

use serde_json::{Value, json};

use super::{errors::no_entity, state::Account};
use crate::{
    params::Params,
    place::Place,
    protocol::{constraint, form::invalid},
    service::AwsError,
};

/// Gives the account an alias, in place of the one that it had.
pub(super) fn create(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let alias = params.required("AccountAlias")?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_fine = (3..=63).contains(&alias.len())
        && alias.chars().all(fits)
        && !alias.starts_with('-')
        && !alias.ends_with('-')
        && !alias.contains("--");
    if !is_fine {
        let pattern = "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$";
        return Err(invalid(constraint::unlike(alias, "accountAlias", pattern)));
    }
    account.alias = Some(alias.to_owned());
    Ok(Value::Null)
}

pub(super) fn delete(account: &mut Account, _: &Place, params: &Params) -> Result<Value, AwsError> {
    let alias = params.required("AccountAlias")?;
    if account.alias.as_deref() != Some(alias) {
        return Err(no_entity(format!("The account alias {alias} does not exist.")));
    }
    account.alias = None;
    Ok(Value::Null)
}

#[expect(clippy::unnecessary_wraps, reason = "one of the operations, of which others can fail")]
pub(super) fn list(account: &Account, _: &Place, _: &Params) -> Result<Value, AwsError> {
    Ok(json!({ "AccountAliases": account.alias.iter().collect::<Vec<_>>(), "IsTruncated": false }))
}
