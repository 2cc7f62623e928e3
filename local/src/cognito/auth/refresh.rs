//! New tokens for a refresh token.

use serde_json::Value;

use super::{granted::Entry, parameter};
use crate::{
    cognito::{
        Cognito,
        auth_context::AuthContext,
        errors::{Outcome, not_authorized},
        sessions::Session,
        users::User,
    },
    protocol::input::Input,
    times,
};

pub(super) fn refresh(
    cognito: &Cognito,
    context: &AuthContext,
    parameters: Input<'_>,
) -> Outcome<Value> {
    let token = parameter(parameters, "REFRESH_TOKEN")?;
    let claims = cognito.users(&context.pool, |users| {
        let found = users.of_refresh_token(token);
        let (user, session) = found
            .filter(|(_, session)| session.client == context.client_id)
            .ok_or_else(|| not_authorized("Invalid Refresh Token"))?;
        check_secret(context, user, parameters.text("SECRET_HASH"))?;
        check(user, session)?;
        cognito.claims(context, user, session)
    })??;
    cognito.grant(context, Entry::Tokens { claims, refresh: None })
}

/// Clients hash the name that they know, which may be the user's address.
fn check_secret(context: &AuthContext, user: &User, hash: Option<&str>) -> Outcome<()> {
    let names = [user.attribute("email"), user.attribute("sub")];
    let mut names = names.into_iter().flatten();
    match context.check_secret(&user.name, hash) {
        Err(_) if names.any(|name| context.check_secret(name, hash).is_ok()) => Ok(()),
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
