//! The claims of tokens, as AWS writes them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    attributes,
    client_settings::{ACCESS, ID},
    errors::Outcome,
    secret,
    sessions::Session,
    state::Client,
    users::User,
};
use crate::{ports::TokenUse, times::Millis};

/// Attributes that are not strings in a token.
const FLAGS: [&str; 2] = ["email_verified", "phone_number_verified"];

/// The claims of both tokens of a user.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) id: Value,
    pub(super) access: Value,
    /// For how many seconds the access token is valid.
    pub(super) lasts: u64,
}

impl Claims {
    pub(super) fn of(
        user: &User,
        session: &Session,
        client: &Client,
        issuer: &str,
        now: Millis,
    ) -> Outcome<Self> {
        let common = |token_use: TokenUse, lasts: Duration| -> Outcome<Value> {
            let mut claims = json!({
                "sub": user.sub(),
                "iss": issuer,
                "event_id": session.id,
                "token_use": token_use.as_str(),
                "auth_time": session.began / 1000,
                "iat": now / 1000,
                "exp": now / 1000 + lasts.as_secs(),
                "jti": secret::uuid()?,
            });
            // Tokens of clients without revocation lack this claim.
            if client.revokes() {
                claims["origin_jti"] = json!(session.origin);
            }
            Ok(claims)
        };
        let mut id = common(TokenUse::Id, client.lifetime(ID))?;
        let told = user.attributes.iter().filter(|(name, _)| attributes::is_readable(client, name));
        for (name, value) in told {
            id[name] = claim(name, value);
        }
        id["cognito:username"] = json!(user.name);
        id["aud"] = json!(session.client);
        let mut access = common(TokenUse::Access, client.lifetime(ACCESS))?;
        access["username"] = json!(user.name);
        access["client_id"] = json!(session.client);
        access["scope"] = json!("aws.cognito.signin.user.admin");
        Ok(Self { id, access, lasts: client.lifetime(ACCESS).as_secs() })
    }
}

fn claim(name: &str, value: &str) -> Value {
    match name {
        name if FLAGS.contains(&name) => json!(value == "true"),
        "address" => json!({ "formatted": value }),
        "updated_at" => value.parse::<u64>().map_or_else(|_| json!(value), |time| json!(time)),
        _ => json!(value),
    }
}
