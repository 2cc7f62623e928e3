//! What signed-in users can do.

use serde_json::{Value, json};

use super::{
    Cognito, attributes,
    codes::Purpose,
    delivery,
    errors::{Outcome, bad, invalid, not_authorized},
    sign_up::claim_alias,
    tokens::Token,
    users::{User, known},
};
use crate::{protocol::input::Input, times};

pub(super) fn get_user(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let bearer = cognito.bearer(Input(input))?;
    let pool = &bearer.context.pool;
    cognito.users(pool, |users| {
        let user = known(users.find(&pool.rules, &bearer.user))?;
        Ok(json!({ "Username": user.name, "UserAttributes": user.listed() }))
    })?
}

pub(super) fn sign_out(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let bearer = cognito.bearer(Input(input))?;
    let pool = &bearer.context.pool;
    cognito.change_users(pool, |users| {
        known(users.find_mut(&pool.rules, &bearer.user))?.sign_out_everywhere();
        Ok(json!({}))
    })
}

pub(super) fn delete(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let bearer = cognito.bearer(Input(input))?;
    let pool = &bearer.context.pool;
    cognito.change_users(pool, |users| {
        users.remove(&pool.rules, &bearer.user);
        Ok(json!({}))
    })
}

/// Revokes a refresh token and the access tokens issued with it.
pub(super) fn revoke(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.context(input)?;
    let token = input.needed("Token")?;
    if context.client.secret.as_deref() != input.text("ClientSecret") {
        return Err(bad("UnauthorizedException", "The client secret is not the client's."));
    }
    if !context.client.revokes() {
        let message = "Token revocation is not enabled for the client.";
        return Err(bad("UnsupportedOperationException", message));
    }
    if Token::parse(token).is_some() {
        return Err(bad("UnsupportedTokenTypeException", "Only refresh tokens can be revoked."));
    }
    cognito.change_users(&context.pool, |users| {
        // A string that is not a token counts as revoked (RFC 7009).
        let Some(session) = users.session_mut(token) else { return Ok(json!({})) };
        if session.client != context.client_id {
            return Err(bad("UnauthorizedException", "The token is not one of the client's."));
        }
        session.revoked = true;
        Ok(json!({}))
    })
}

pub(super) fn update(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let bearer = cognito.bearer(input)?;
    let (pool, client) = (&bearer.context.pool, &bearer.context.client);
    let mut changes = attributes::of(input)?;
    attributes::check_writable(client, &changes)?;
    attributes::check(&pool.rules, &changes)?;
    attributes::check_mutable(&pool.rules, &changes)?;
    let email = changes.get("email").cloned();
    let sent = cognito.change_users(pool, |users| {
        if let Some(email) = &email {
            claim_alias(&pool.rules, users, &bearer.user, email, false)?;
        }
        let user = known(users.find_mut(&pool.rules, &bearer.user))?;
        let email = email.filter(|email| user.attribute("email") != Some(email));
        if email.is_some() {
            if pool.rules.verifies_before_change {
                changes.remove("email");
                user.pending_email.clone_from(&email);
            } else {
                changes.insert("email_verified".to_owned(), "false".to_owned());
            }
        }
        user.attributes.extend(changes);
        user.modified = times::now();
        let Some(email) = email.filter(|_| pool.rules.verifies_email) else { return Ok(None) };
        Ok(Some((user.codes(Purpose::Email).issue(times::now())?, email)))
    })?;
    let Some((code, email)) = sent else { return Ok(json!({ "CodeDeliveryDetailsList": [] })) };
    cognito.send_code(pool, Purpose::Email, &email, &code)?;
    Ok(json!({ "CodeDeliveryDetailsList": [delivery::details("email", &email)] }))
}

/// Sends another code for a changed address.
pub(super) fn send_code(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let bearer = cognito.bearer(input)?;
    check_email(input)?;
    let pool = &bearer.context.pool;
    let (code, email) = cognito.change_users(pool, |users| {
        let user = known(users.find_mut(&pool.rules, &bearer.user))?;
        let email = user.pending_email.as_deref().or(user.attribute("email"));
        let email = email.ok_or_else(|| invalid("User does not have an email."))?.to_owned();
        Ok((user.codes(Purpose::Email).issue(times::now())?, email))
    })?;
    cognito.send_code(pool, Purpose::Email, &email, &code)?;
    Ok(json!({ "CodeDeliveryDetails": delivery::details("email", &email) }))
}

/// Verifies a changed address with its code.
pub(super) fn verify(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let bearer = cognito.bearer(input)?;
    check_email(input)?;
    let code = input.needed("Code")?;
    let pool = &bearer.context.pool;
    cognito.attempt(pool, |users| {
        let user: &mut User = known(users.find_mut(&pool.rules, &bearer.user))?;
        user.codes(Purpose::Email).check(Purpose::Email, code, times::now())?;
        // While the code was under way, somebody else may have taken the address.
        let email = user.pending_email.as_ref().or(user.attributes.get("email")).cloned();
        if let Some(email) = email {
            claim_alias(&pool.rules, users, &bearer.user, &email, false)?;
        }
        let user: &mut User = known(users.find_mut(&pool.rules, &bearer.user))?;
        if let Some(email) = user.pending_email.take() {
            user.attributes.insert("email".to_owned(), email);
        }
        user.verify_email();
        user.modified = times::now();
        Ok(json!({}))
    })
}

fn check_email(input: Input<'_>) -> Outcome<()> {
    match input.needed("AttributeName")? {
        "email" => Ok(()),
        _ => Err(not_authorized("The local cloud verifies e-mail addresses only.")),
    }
}
