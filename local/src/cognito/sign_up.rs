//! Signing up: a new user, its code, its confirmation.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Cognito,
    attributes::{self, Attributes},
    auth_context::{AuthContext, Found},
    codes::{self, Purpose},
    delivery,
    errors::{Outcome, bad, invalid, not_authorized},
    limits,
    lockout::Failures,
    passwords::Verifier,
    rules::Rules,
    secret,
    users::{Status, User, Users},
};
use crate::{protocol::input::Input, service::AwsError, times};

pub(super) fn sign_up(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.context(input)?;
    let name = limits::user_name(input)?;
    context.check_secret(name, input.text("SecretHash"))?;
    let AuthContext { pool, client, .. } = &context;
    if pool.rules.only_admins_sign_up {
        return Err(not_authorized("SignUp is not permitted for this user pool"));
    }
    let attributes = attributes::of(input)?;
    attributes::check_writable(client, &attributes)?;
    let mut user = new_user(&pool.rules, name, attributes)?;
    let password = input.needed("Password")?;
    pool.rules.policy.check(password)?;
    user.password = Some(Verifier::of(pool.name(&user.name), password)?);
    let mut answer = json!({ "UserConfirmed": false, "UserSub": user.sub() });
    let sent = cognito.change_users(pool, |users| {
        check_free(&pool.rules, users, name)?;
        let email = user.attribute("email").filter(|_| pool.rules.verifies_email);
        let sent = match email.map(str::to_owned) {
            Some(email) => Some((user.codes(Purpose::SignUp).issue(times::now())?, email)),
            None => None,
        };
        users.insert(&pool.rules, user);
        Ok(sent)
    })?;
    if let Some((code, email)) = sent {
        answer["CodeDeliveryDetails"] = delivery::details("email", &email);
        cognito.send_code(pool, Purpose::SignUp, &email, &code)?;
    }
    Ok(answer)
}

/// Creates a user of this name, or with this address and a generated name, without a password yet.
pub(super) fn new_user(rules: &Rules, login: &str, mut attributes: Attributes) -> Outcome<User> {
    let sub = secret::uuid()?;
    let mut name = login.to_owned();
    if rules.by_email {
        if !attributes::is_email(login) {
            return Err(invalid("Username should be an email."));
        }
        name.clone_from(&sub);
        attributes.insert("email".to_owned(), login.to_owned());
    } else if rules.email_alias && attributes::is_email(login) {
        return Err(invalid(
            "Username cannot be of email format, since user pool is configured for email alias.",
        ));
    }
    attributes::check(rules, &attributes)?;
    attributes::check_required(rules, &attributes)?;
    attributes.insert("sub".to_owned(), sub);
    let now = times::now();
    Ok(User {
        name,
        status: Status::Unconfirmed,
        enabled: true,
        created: now,
        modified: now,
        attributes,
        pending_email: None,
        password: None,
        temporary_until: None,
        codes: BTreeMap::new(),
        failures: Failures::default(),
        sessions: Vec::new(),
    })
}

/// Refuses a name that is taken.
pub(super) fn check_free(rules: &Rules, users: &Users, login: &str) -> Outcome<()> {
    if users.find(rules, login).is_none() {
        return Ok(());
    }
    let message = if rules.by_email {
        "An account with the given email already exists."
    } else {
        "User already exists"
    };
    Err(bad("UsernameExistsException", message))
}

pub(super) fn confirm(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.context(input)?;
    let (login, code) = (limits::user_name(input)?, input.needed("ConfirmationCode")?);
    context.check_secret(login, input.text("SecretHash"))?;
    let rules = &context.pool.rules;
    let hidden = || if context.client.hides_users() { codes::expired() } else { no_combination() };
    cognito.attempt(&context.pool, |users| {
        let user = users.find_mut(rules, login).ok_or_else(hidden)?;
        check_unconfirmed(user)?;
        user.codes(Purpose::SignUp).check(Purpose::SignUp, code, times::now())?;
        let email = user.attribute("email").map(str::to_owned);
        let email = email.filter(|_| rules.verifies_email);
        let name = user.name.clone();
        if let Some(email) = email {
            claim_alias(rules, users, &name, &email, input.flag("ForceAliasCreation"))?;
        }
        if let Some(user) = users.find_mut(rules, &name) {
            confirmed(rules, user);
        }
        Ok(json!({}))
    })
}

/// Only one user signs in with an address; the others can be forced to give it up.
pub(super) fn claim_alias(
    rules: &Rules,
    users: &mut Users,
    name: &str,
    email: &str,
    force: bool,
) -> Outcome<()> {
    let same = |user: &&mut User| {
        let taken = if rules.by_email { user.attribute("email") } else { user.verified_email() };
        (rules.by_email || rules.email_alias)
            && user.name != name
            && taken.map(|other| rules.compared(other)) == Some(rules.compared(email))
    };
    match users.iter_mut().find(same) {
        None => Ok(()),
        Some(other) if force => {
            other.attributes.insert("email_verified".to_owned(), "false".to_owned());
            Ok(())
        }
        Some(_) => Err(bad("AliasExistsException", "An account with the email already exists.")),
    }
}

/// Refuses another user's address among the attributes that the pool's owner gives a user. One that
/// only stands for a name does so where it is verified.
pub(super) fn claim_given(
    rules: &Rules,
    users: &mut Users,
    name: &str,
    attributes: &Attributes,
    force: bool,
) -> Outcome<()> {
    let is_verified = attributes.get("email_verified").is_some_and(|value| value == "true");
    match attributes.get("email") {
        Some(email) if rules.by_email || is_verified => {
            claim_alias(rules, users, name, email, force)
        }
        _ => Ok(()),
    }
}

fn confirmed(rules: &Rules, user: &mut User) {
    user.status = Status::Confirmed;
    user.modified = times::now();
    if rules.verifies_email && user.attribute("email").is_some() {
        user.verify_email();
    }
}

/// Refuses users who cannot be confirmed.
pub(super) fn check_unconfirmed(user: &User) -> Outcome<()> {
    if user.status == Status::Unconfirmed {
        return Ok(());
    }
    let status = user.status.as_str();
    Err(not_authorized(format!("User cannot be confirmed. Current status is {status}")))
}

pub(super) fn resend(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.context(input)?;
    let login = limits::user_name(input)?;
    context.check_secret(login, input.text("SecretHash"))?;
    let Found { rules, .. } = &context.pool;
    let sent = cognito.change_users(&context.pool, |users| {
        let Some(user) = users.find_mut(rules, login) else { return Ok(None) };
        if user.status != Status::Unconfirmed {
            return Err(invalid("User is already confirmed."));
        }
        let email = user.attribute("email").filter(|_| rules.verifies_email);
        let email = email
            .map(str::to_owned)
            .ok_or_else(|| invalid("Cannot resend codes. Auto verification not turned on."))?;
        let code = user.codes(Purpose::SignUp).issue(times::now())?;
        Ok(Some((email, code)))
    })?;
    let details = match sent {
        Some((email, code)) => {
            cognito.send_code(&context.pool, Purpose::SignUp, &email, &code)?;
            delivery::details("email", &email)
        }
        None if context.client.hides_users() => delivery::pretended(login),
        None => return Err(no_combination()),
    };
    Ok(json!({ "CodeDeliveryDetails": details }))
}

/// Returns the error for an unknown name in operations on codes.
pub(super) fn no_combination() -> AwsError {
    bad("UserNotFoundException", "Username/client id combination not found.")
}
