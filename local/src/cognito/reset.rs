//! New passwords: for users who forgot the old one, or just want another.

use serde_json::{Value, json};

use super::{
    Cognito,
    codes::{self, Purpose},
    delivery,
    errors::{Outcome, invalid, not_authorized},
    limits,
    passwords::Verifier,
    rules::Rules,
    sign_up::no_combination,
    users::{Status, User, known},
};
use crate::{protocol::input::Input, times};

pub(super) fn forgot(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.context(input)?;
    let login = limits::user_name(input)?;
    context.check_secret(login, input.text("SecretHash"))?;
    let rules = &context.pool.rules;
    let sent = cognito.change_users(&context.pool, |users| {
        let Some(user) = users.find_mut(rules, login) else { return Ok(None) };
        match recovery_email(rules, user) {
            Ok(email) => Ok(Some((user.codes(Purpose::Reset).issue(times::now())?, email))),
            // Nothing is revealed about users who cannot be reached either.
            Err(_) if context.client.hides_users() => Ok(None),
            Err(error) => Err(error),
        }
    })?;
    let details = match sent {
        Some((code, email)) => {
            cognito.send_code(&context.pool, Purpose::Reset, &email, &code)?;
            delivery::details("email", &email)
        }
        None if context.client.hides_users() => delivery::pretended(login),
        None => return Err(no_combination()),
    };
    Ok(json!({ "CodeDeliveryDetails": details }))
}

/// Returns where a user gets a code for a new password.
fn recovery_email(rules: &Rules, user: &User) -> Outcome<String> {
    if !user.enabled {
        return Err(not_authorized("User is disabled."));
    }
    if rules.only_admins_recover {
        return Err(not_authorized("Contact administrator to reset password."));
    }
    if user.status == Status::ForceChangePassword {
        return Err(not_authorized("User password cannot be reset in the current state."));
    }
    let email = user.verified_email().map(str::to_owned);
    email.ok_or_else(|| {
        invalid(
            "Cannot reset password for the user as there is no registered/verified email or \
             phone_number",
        )
    })
}

pub(super) fn confirm_forgot(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.context(input)?;
    let (login, code) = (limits::user_name(input)?, input.needed("ConfirmationCode")?);
    context.check_secret(login, input.text("SecretHash"))?;
    let password = input.needed("Password")?;
    let rules = &context.pool.rules;
    rules.policy.check(password)?;
    let hidden = || if context.client.hides_users() { codes::mismatch() } else { no_combination() };
    cognito.attempt(&context.pool, |users| {
        let user = users.find_mut(rules, login).ok_or_else(hidden)?;
        user.codes(Purpose::Reset).check(Purpose::Reset, code, times::now())?;
        user.password = Some(Verifier::of(context.pool.name(&user.name), password)?);
        // The code reached the user's address, which proves that it is theirs.
        user.status = Status::Confirmed;
        user.failures.clear();
        user.modified = times::now();
        Ok(json!({}))
    })
}

pub(super) fn change(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let bearer = cognito.bearer(input)?;
    let proposed = input.needed("ProposedPassword")?;
    let previous = input.needed("PreviousPassword")?;
    let pool = &bearer.context.pool;
    pool.rules.policy.check(proposed)?;
    cognito.attempt(pool, |users| {
        let user = known(users.find_mut(&pool.rules, &bearer.user))?;
        user.check_password(pool.name(&bearer.user), previous, times::now())?;
        user.password = Some(Verifier::of(pool.name(&bearer.user), proposed)?);
        user.modified = times::now();
        Ok(json!({}))
    })
}
