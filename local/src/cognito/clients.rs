//! The operations on the clients of pools.

use serde_json::{Value, json};

use super::{
    Cognito, client_settings,
    errors::{Outcome, no_client},
    names,
    pools::{limit, with_token},
    secret,
    state::Client,
};
use crate::{
    place::Place,
    protocol::{input::Input, page::page},
    times::{self, epoch_seconds},
};

const LARGEST_PAGE: usize = 60;

/// Creates a client. Like pools, several clients may have the same name.
pub(super) fn create(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let pool_id = input.needed("UserPoolId")?;
    let id = secret::client_id()?;
    let secret = input.flag("GenerateSecret").then(secret::client_secret).transpose()?;
    let now = times::now();
    let client = Client {
        name: names::named(input, "ClientName", "clientName")?.to_owned(),
        created: now,
        modified: now,
        secret,
        settings: client_settings::of(input)?,
    };
    let answer = json!({ "UserPoolClient": described(pool_id, &id, &client) });
    cognito.change_pool(place, pool_id, |pool| {
        pool.clients.insert(id, client);
        Ok(answer)
    })
}

pub(super) fn describe(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let (pool_id, id) = (input.needed("UserPoolId")?, input.needed("ClientId")?);
    cognito.pool(place, pool_id, |pool| {
        let client = pool.clients.get(id).ok_or_else(|| no_client(id))?;
        Ok(json!({ "UserPoolClient": described(pool_id, id, client) }))
    })?
}

pub(super) fn list(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let pool_id = input.needed("UserPoolId")?;
    let limit = limit(input)?.unwrap_or(LARGEST_PAGE);
    cognito.pool(place, pool_id, |pool| {
        let token = input.text("NextToken");
        let (found, next) = page(&pool.clients, |(id, _)| (*id).clone(), token, limit);
        let listed: Vec<Value> = found
            .into_iter()
            .map(|(id, client)| {
                json!({ "ClientId": id, "UserPoolId": pool_id, "ClientName": client.name })
            })
            .collect();
        with_token(json!({ "UserPoolClients": listed }), next)
    })
}

pub(super) fn update(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let (pool_id, id) = (input.needed("UserPoolId")?, input.needed("ClientId")?);
    let settings = client_settings::of(input)?;
    let name = input.text("ClientName");
    name.map_or(Ok(()), |name| names::check(name, "clientName"))?;
    cognito.change_pool(place, pool_id, |pool| {
        let client = pool.clients.get_mut(id).ok_or_else(|| no_client(id))?;
        client.settings = settings;
        client.name = name.unwrap_or(&client.name).to_owned();
        client.modified = times::now();
        Ok(json!({ "UserPoolClient": described(pool_id, id, client) }))
    })
}

pub(super) fn delete(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let id = input.needed("ClientId")?;
    cognito.change_pool(place, input.needed("UserPoolId")?, |pool| {
        pool.clients.remove(id).ok_or_else(|| no_client(id))?;
        Ok(json!({}))
    })
}

fn described(pool_id: &str, id: &str, client: &Client) -> Value {
    let mut described = json!({
        "UserPoolId": pool_id,
        "ClientName": client.name,
        "ClientId": id,
        "CreationDate": epoch_seconds(client.created),
        "LastModifiedDate": epoch_seconds(client.modified),
    });
    if let Some(secret) = &client.secret {
        described["ClientSecret"] = json!(secret);
    }
    for (name, value) in &client.settings {
        described[name] = value.clone();
    }
    described
}
