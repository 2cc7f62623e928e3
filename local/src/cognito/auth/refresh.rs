//! New tokens for a refresh token.

use serde_json::Value;

use super::{granted::Entry, parameter};
use crate::{
    cognito::{
        Cognito,
        doors::Door,
        errors::{Outcome, not_authorized},
        sessions::Session,
        users::User,
    },
    protocol::input::Input,
    times,
};

pub(super) fn refresh(cognito: &Cognito, door: &Door, parameters: Input<'_>) -> Outcome<Value> {
    let token = parameter(parameters, "REFRESH_TOKEN")?;
    let claims = cognito.users(&door.pool, |users| {
        let found = users.of_refresh_token(token);
        let (user, session) = found
            .filter(|(_, session)| session.client == door.client_id)
            .ok_or_else(|| not_authorized("Invalid Refresh Token"))?;
        check_secret(door, user, parameters.text("SECRET_HASH"))?;
        check(user, session)?;
        cognito.claims(door, user, session)
    })??;
    cognito.grant(door, Entry::Tokens { claims, refresh: None })
}

/// Clients hash the name that they know, which may be the user's address.
fn check_secret(door: &Door, user: &User, hash: Option<&str>) -> Outcome<()> {
    let names = [user.attribute("email"), user.attribute("sub")];
    let mut names = names.into_iter().flatten();
    match door.check_secret(&user.name, hash) {
        Err(_) if names.any(|name| door.check_secret(name, hash).is_ok()) => Ok(()),
        checked => checked,
    }
}

fn check(user: &User, session: &Session) -> Outcome<()> {
    if !user.enabled {
        return Err(not_authorized("User is disabled."));
    }
    if session.revoked {
        return Err(not_authorized("Refresh Token has been revoked"));
    }
    if session.ends <= times::now() {
        return Err(not_authorized("Refresh Token has expired"));
    }
    Ok(())
}
