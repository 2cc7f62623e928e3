//! The domains of pools: only their names. There are no pages behind them; the lab has its own.

use serde_json::{Value, json};

use super::{
    Cognito,
    errors::{Outcome, invalid},
    names,
};
use crate::{place::Place, protocol::input::Input};

pub(super) fn create(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let domain = input.needed("Domain")?;
    names::check_domain(domain)?;
    if owner(cognito, domain).is_some() {
        return Err(invalid("Domain already associated with another user pool."));
    }
    cognito.change_pool(place, input.needed("UserPoolId")?, |pool| {
        if pool.domain.is_some() {
            return Err(invalid("User pool already has a domain configured."));
        }
        pool.domain = Some(domain.to_owned());
        Ok(json!({}))
    })
}

/// Describes a domain. An unused one is not an error on AWS, but an empty description.
#[expect(clippy::unnecessary_wraps, reason = "operations can fail, all but a few")]
pub(super) fn describe(cognito: &Cognito, _place: &Place, input: &Value) -> Outcome<Value> {
    let domain = Input(input).text("Domain").unwrap_or_default();
    let described = owner(cognito, domain).map(|(Place { account, .. }, pool)| {
        json!({
            "UserPoolId": pool,
            "AWSAccountId": account,
            "Domain": domain,
            "Status": "ACTIVE",
            "CustomDomainConfig": {},
            "ManagedLoginVersion": 1,
        })
    });
    Ok(json!({ "DomainDescription": described.unwrap_or_else(|| json!({})) }))
}

pub(super) fn delete(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let domain = input.needed("Domain")?;
    cognito.change_pool(place, input.needed("UserPoolId")?, |pool| {
        if pool.domain.as_deref() != Some(domain) {
            return Err(invalid("No such domain or user pool exists."));
        }
        pool.domain = None;
        Ok(json!({}))
    })
}

/// Returns the pool of a domain. Domains are shared by all accounts and regions.
fn owner(cognito: &Cognito, domain: &str) -> Option<(Place, String)> {
    cognito.pools.all().into_iter().find_map(|(place, pools)| {
        let pool = pools.read(|pools| {
            let owner = pools.iter().find(|(_, pool)| pool.domain.as_deref() == Some(domain));
            owner.map(|(id, _)| id.clone())
        });
        Some((place, pool?))
    })
}
