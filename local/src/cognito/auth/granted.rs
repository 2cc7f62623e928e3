//! The result of a successful sign-in: tokens, or the demand for a new password.

use serde_json::{Map, Value, json};

use super::incorrect;
use crate::{
    cognito::{
        Cognito,
        auth_context::AuthContext,
        claims::Claims,
        client_settings::REFRESH,
        errors::{Outcome, bad, not_authorized},
        sessions::Session,
        srp::Name,
        tokens,
        users::{Status, User, Users, no_user},
    },
    ports::TokenUse,
    service::AwsError,
    times::{self, Millis},
};

/// How a user who has proven the password signs in.
#[derive(Debug)]
pub(super) enum Entry {
    Tokens {
        claims: Claims,
        /// None where there was one before.
        refresh: Option<String>,
    },
    NewPassword {
        user: User,
    },
}

impl User {
    /// Refuses a wrong password, which is counted.
    pub(in crate::cognito) fn check_password(
        &mut self,
        name: Name<'_>,
        password: &str,
        now: Millis,
    ) -> Outcome<()> {
        self.failures.check(now)?;
        let fits = self.password.as_ref().is_some_and(|kept| kept.fits(name, password));
        self.proven(fits, now)
    }

    /// Counts whether the password was right.
    pub(super) fn proven(&mut self, right: bool, now: Millis) -> Outcome<()> {
        if right {
            self.failures.clear();
            return Ok(());
        }
        self.failures.add(now);
        Err(incorrect())
    }

    /// Refuses users who may not sign in although the password is right.
    fn check_status(&self, now: Millis) -> Outcome<()> {
        let is_over = self.temporary_until.is_some_and(|end| end <= now);
        match self.status {
            _ if !self.enabled => Err(not_authorized("User is disabled.")),
            Status::Unconfirmed => Err(bad("UserNotConfirmedException", "User is not confirmed.")),
            Status::ForceChangePassword if is_over => Err(not_authorized(
                "Temporary password has expired and must be reset by an administrator.",
            )),
            Status::ForceChangePassword | Status::Confirmed => Ok(()),
        }
    }
}

/// Returns the user with this login.
pub(super) fn user<'a>(
    context: &AuthContext,
    users: &'a mut Users,
    login: &str,
) -> Outcome<&'a mut User> {
    users.find_mut(&context.pool.rules, login).ok_or_else(|| unknown(context))
}

/// Returns the error for an unknown name; a client's setting can make it reveal nothing.
pub(super) fn unknown(context: &AuthContext) -> AwsError {
    if context.client.hides_users() { incorrect() } else { no_user() }
}

impl Cognito {
    /// Signs in a user who has proven the password.
    pub(super) fn enter(&self, context: &AuthContext, user: &mut User) -> Outcome<Entry> {
        let now = times::now();
        user.check_status(now)?;
        if user.status == Status::ForceChangePassword {
            return Ok(Entry::NewPassword { user: user.clone() });
        }
        let (session, refresh) =
            Session::begin(&context.client_id, context.client.lifetime(REFRESH))?;
        let claims = self.claims(context, user, &session)?;
        user.add_session(session);
        Ok(Entry::Tokens { claims, refresh: Some(refresh) })
    }

    pub(super) fn claims(
        &self,
        context: &AuthContext,
        user: &User,
        session: &Session,
    ) -> Outcome<Claims> {
        let issuer = self.issuer(&context.pool.id);
        Claims::of(user, session, &context.client, &issuer, times::now())
    }

    /// Returns the answer to a sign-in. Not built while the users are locked: creating a pool's
    /// first keys takes time.
    pub(super) fn grant(&self, context: &AuthContext, entry: Entry) -> Outcome<Value> {
        match entry {
            Entry::Tokens { claims, refresh } => self.tokens(context, &claims, refresh),
            Entry::NewPassword { user } => self.demand_password(context, &user),
        }
    }

    fn tokens(
        &self,
        context: &AuthContext,
        claims: &Claims,
        refresh: Option<String>,
    ) -> Outcome<Value> {
        let keys = self.keys.of(&context.pool.id)?;
        let mut result = json!({
            "AccessToken": tokens::signed(keys.key(TokenUse::Access), &claims.access)?,
            "ExpiresIn": claims.lasts,
            "IdToken": tokens::signed(keys.key(TokenUse::Id), &claims.id)?,
            "TokenType": "Bearer",
        });
        if let Some(refresh) = refresh {
            result["RefreshToken"] = refresh.into();
        }
        Ok(json!({ "ChallengeParameters": {}, "AuthenticationResult": result }))
    }

    fn demand_password(&self, context: &AuthContext, user: &User) -> Outcome<Value> {
        let session = self.challenges.begin(&context.client_id, Some(user.name.clone()), None)?;
        let told = user.attributes.iter().filter(|(name, _)| *name != "sub");
        let told: Map<String, Value> =
            told.map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        Ok(json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": session,
            "ChallengeParameters": {
                "USER_ID_FOR_SRP": user.name,
                "requiredAttributes": "[]",
                "userAttributes": Value::from(told).to_string(),
            },
        }))
    }
}
