//! The operations on pools.

use serde_json::{Value, json};

use super::{
    Cognito,
    errors::{Outcome, invalid, unfit},
    names, secret, settings,
    state::Pool,
};
use crate::{
    place::Place,
    protocol::{constraint, input::Input, page::page},
    times::{self, epoch_seconds},
};

/// How many pools or clients a page has at most.
const LARGEST_PAGE: u64 = 60;

/// Creates a pool. A second one of the same name is another pool, as on AWS.
pub(super) fn create(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let name = names::named(input, "PoolName", "poolName")?;
    let settings = settings::created(input)?;
    let pool = Pool::new(name, settings, settings::tags(input.value("UserPoolTags"))?.into_map());
    let id = format!("{}_{}", place.region, secret::pool_part()?);
    let answer = json!({ "UserPool": described(place, &id, &pool) });
    cognito.pools.of(place)?.change(|pools| pools.insert(id, pool))?;
    Ok(answer)
}

pub(super) fn describe(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let id = Input(input).needed("UserPoolId")?;
    cognito.pool(place, id, |pool| json!({ "UserPool": described(place, id, pool) }))
}

pub(super) fn list(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let limit = limit(input)?.ok_or_else(|| invalid(constraint::missing("maxResults")))?;
    let pools = cognito.pools.of(place)?;
    pools.read(|pools| {
        let (found, next) = page(pools, |(id, _)| (*id).clone(), input.text("NextToken"), limit);
        let listed: Vec<Value> = found
            .into_iter()
            .map(|(id, pool)| {
                json!({
                    "Id": id,
                    "Name": pool.name,
                    "LambdaConfig": pool.settings["LambdaConfig"],
                    "LastModifiedDate": epoch_seconds(pool.modified),
                    "CreationDate": epoch_seconds(pool.created),
                })
            })
            .collect();
        Ok(with_token(json!({ "UserPools": listed }), next))
    })
}

pub(super) fn update(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    // Tags, too, are removed when an update does not name them.
    let tags = settings::tags(input.value("UserPoolTags"))?.into_map();
    let name = input.text("PoolName");
    name.map_or(Ok(()), |name| names::check(name, "poolName"))?;
    cognito.change_pool(place, input.needed("UserPoolId")?, |pool| {
        pool.settings = settings::updated(input, &pool.settings)?;
        pool.tags = tags;
        pool.name = name.unwrap_or(&pool.name).to_owned();
        pool.modified = times::now();
        Ok(json!({}))
    })
}

pub(super) fn delete(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let id = Input(input).needed("UserPoolId")?;
    cognito.pools.of(place)?.try_change(|pools| {
        let pool = pools.get(id).ok_or_else(|| super::errors::no_pool(id))?;
        if pool.is_protected() {
            return Err(invalid(
                "The user pool cannot be deleted because deletion protection is activated. \
                 Deletion protection must be inactivated first.",
            ));
        }
        if pool.domain.is_some() {
            return Err(invalid(
                "User pool cannot be deleted. It has a domain configured that should be deleted \
                 first.",
            ));
        }
        pools.remove(id);
        Ok(())
    })??;
    cognito.keys.remove(id);
    Ok(json!({}))
}

fn described(place: &Place, id: &str, pool: &Pool) -> Value {
    let mut described = json!({
        "Id": id,
        "Name": pool.name,
        "Arn": names::arn(place, id),
        "CreationDate": epoch_seconds(pool.created),
        "LastModifiedDate": epoch_seconds(pool.modified),
        "EstimatedNumberOfUsers": pool.users.len(),
        "UserPoolTags": pool.tags,
    });
    if let Some(domain) = &pool.domain {
        described["Domain"] = json!(domain);
    }
    for (name, value) in &pool.settings {
        described[name] = value.clone();
    }
    described
}

/// Returns the requested page size.
pub(super) fn limit(input: Input<'_>) -> Outcome<Option<usize>> {
    let Some(limit) = input.value("MaxResults").as_i64() else { return Ok(None) };
    if limit < 1 {
        return Err(unfit(
            &limit.to_string(),
            "maxResults",
            "have value greater than or equal to 1",
        ));
    }
    match usize::try_from(limit) {
        Ok(size) if limit.unsigned_abs() <= LARGEST_PAGE => Ok(Some(size)),
        _ => Err(unfit(&limit.to_string(), "maxResults", "have value less than or equal to 60")),
    }
}

/// Returns a page with the token of the next one.
pub(super) fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        answer["NextToken"] = token.into();
    }
    answer
}
