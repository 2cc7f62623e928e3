//! Account settings: stored and shown; the local cloud always uses the long ARNs.

use serde_json::{Value, json};

use super::Ecs;
use crate::{place::Place, protocol::input::Input, service::AwsError};

pub(super) fn put(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (name, value) = (input.needed("name")?, input.needed("value")?);
    ecs.change(place, |region| {
        region.settings.insert(name.to_owned(), value.to_owned());
        Ok(json!({ "setting": shown(place, name, value) }))
    })
}

pub(super) fn list(ecs: &Ecs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let wanted = Input(input).text("name");
    ecs.look(place, |region| {
        let settings = region.settings.iter();
        let found = settings.filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name));
        let found: Vec<Value> = found.map(|(name, value)| shown(place, name, value)).collect();
        json!({ "settings": found })
    })
}

fn shown(place: &Place, name: &str, value: &str) -> Value {
    let principal = format!("arn:aws:iam::{}:root", place.account);
    json!({ "name": name, "value": value, "principalArn": principal, "type": "user" })
}
