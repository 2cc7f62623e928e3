//! The tags of pools.

use serde_json::{Value, json};

use super::{
    Cognito,
    errors::{Outcome, invalid},
    names, settings,
};
use crate::{place::Place, protocol::input::Input};

pub(super) fn tag(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let tags = settings::tags(&input["Tags"])?;
    cognito.change_pool(place, by_arn(place, input)?, |pool| {
        tags.add_to(&mut pool.tags).map_err(|why| invalid(why.to_string()))?;
        Ok(json!({}))
    })
}

pub(super) fn untag(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let keys = Input(input).texts("TagKeys");
    cognito.change_pool(place, by_arn(place, input)?, |pool| {
        pool.tags.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(json!({}))
    })
}

pub(super) fn list(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    cognito.pool(place, by_arn(place, input)?, |pool| json!({ "Tags": pool.tags }))
}

fn by_arn<'a>(place: &Place, input: &'a Value) -> Outcome<&'a str> {
    let arn = Input(input).needed("ResourceArn")?;
    match names::in_arn(arn) {
        Some((owner, pool)) if owner == *place => Ok(pool),
        _ => Err(invalid(format!("Invalid ARN: {arn}"))),
    }
}
