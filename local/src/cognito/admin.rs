//! What owners do with the users of their pools.

use serde_json::{Value, json};

use super::{
    Cognito,
    attributes::{self, Attributes},
    auth_context::Found,
    errors::{Outcome, bad, invalid},
    limits, mail_templates,
    passwords::Verifier,
    secret, sign_up,
    users::{Status, User, known},
};
use crate::{place::Place, protocol::input::Input, times};

const DAY: std::time::Duration = std::time::Duration::from_hours(24);

pub(super) fn get(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let (pool, login) = (pool(cognito, place, input)?, limits::user_name(input)?);
    cognito.users(&pool, |users| {
        Ok(known(users.find(&pool.rules, login))?.described("UserAttributes"))
    })?
}

pub(super) fn create(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let (pool, login) = (pool(cognito, place, input)?, limits::user_name(input)?);
    let action = input.text("MessageAction");
    let password = match input.text("TemporaryPassword") {
        Some(password) => password.to_owned(),
        None => secret::temporary_password()?,
    };
    pool.rules.policy.check(&password)?;
    let attributes = attributes::of(input)?;
    let user = cognito.change_users(&pool, |users| {
        let other = users.find(&pool.rules, login);
        let mut user = if action == Some("RESEND") {
            invited(known(other)?)?
        } else {
            check_free(&pool, other)?;
            let user = sign_up::new_user(&pool.rules, login, attributes)?;
            let (given, force) = (&user.attributes, input.flag("ForceAliasCreation"));
            sign_up::claim_given(&pool.rules, users, &user.name, given, force)?;
            user
        };
        let lasts = DAY * u32::try_from(pool.rules.temporary_days).unwrap_or(7);
        user.status = Status::ForceChangePassword;
        user.password = Some(Verifier::of(pool.name(&user.name), &password)?);
        user.temporary_until = Some(times::after(times::now(), lasts));
        users.insert(&pool.rules, user.clone());
        Ok(user)
    })?;
    let email = user.attribute("email").filter(|_| action != Some("SUPPRESS"));
    if let Some(email) = email {
        let letter = mail_templates::invitation(&pool.rules, email, login, &password);
        cognito.mail.send(&pool.place, &pool.id, letter)?;
    }
    Ok(json!({ "User": user.described("Attributes") }))
}

/// Only users who have never signed in are invited again.
fn invited(user: &User) -> Outcome<User> {
    if user.status == Status::ForceChangePassword {
        return Ok(user.clone());
    }
    Err(bad("UnsupportedUserStateException", "Resend not possible."))
}

fn check_free(pool: &Found, other: Option<&User>) -> Outcome<()> {
    let message = match other {
        None => return Ok(()),
        Some(_) if pool.rules.by_email => "An account with the given email already exists.",
        Some(_) => "User account already exists",
    };
    Err(bad("UsernameExistsException", message))
}

pub(super) fn confirm(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    change(cognito, place, input, |_, user| {
        sign_up::check_unconfirmed(user)?;
        // Nobody has shown that the address is theirs.
        user.status = Status::Confirmed;
        Ok(())
    })
}

pub(super) fn set_password(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let password = Input(input).needed("Password")?;
    let permanent = Input(input).flag("Permanent");
    change(cognito, place, input, |pool, user| {
        pool.rules.policy.check(password)?;
        user.password = Some(Verifier::of(pool.name(&user.name), password)?);
        user.failures.clear();
        let lasts = DAY * u32::try_from(pool.rules.temporary_days).unwrap_or(7);
        user.temporary_until = (!permanent).then(|| times::after(times::now(), lasts));
        user.status = if permanent { Status::Confirmed } else { Status::ForceChangePassword };
        Ok(())
    })
}

pub(super) fn update(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let changes: Attributes = attributes::of(input)?;
    let (pool, login) = (pool(cognito, place, input)?, limits::user_name(input)?);
    cognito.change_users(&pool, |users| {
        let name = known(users.find(&pool.rules, login))?.name.clone();
        attributes::check(&pool.rules, &changes)?;
        attributes::check_mutable(&pool.rules, &changes)?;
        sign_up::claim_given(&pool.rules, users, &name, &changes, false)?;
        let user = known(users.find_mut(&pool.rules, &name))?;
        if changes.contains_key("email") && !changes.contains_key("email_verified") {
            user.attributes.insert("email_verified".to_owned(), "false".to_owned());
        }
        user.attributes.extend(changes);
        user.modified = times::now();
        Ok(json!({}))
    })
}

pub(super) fn disable(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    change(cognito, place, input, |_, user| {
        user.enabled = false;
        user.sign_out_everywhere();
        Ok(())
    })
}

pub(super) fn enable(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    change(cognito, place, input, |_, user| {
        user.enabled = true;
        Ok(())
    })
}

pub(super) fn sign_out(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    change(cognito, place, input, |_, user| {
        user.sign_out_everywhere();
        Ok(())
    })
}

pub(super) fn delete(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let (pool, login) = (pool(cognito, place, input)?, limits::user_name(input)?);
    cognito.change_users(&pool, |users| {
        let name = known(users.find(&pool.rules, login))?.name.clone();
        users.remove(&pool.rules, &name);
        Ok(json!({}))
    })
}

fn pool(cognito: &Cognito, place: &Place, input: Input<'_>) -> Outcome<Found> {
    cognito.found(place, input.needed("UserPoolId")?)
}

/// Changes the user that the input names.
fn change(
    cognito: &Cognito,
    place: &Place,
    input: &Value,
    change: impl FnOnce(&Found, &mut User) -> Outcome<()>,
) -> Outcome<Value> {
    let input = Input(input);
    let (pool, login) = (pool(cognito, place, input)?, limits::user_name(input)?);
    cognito.change_users(&pool, |users| {
        let user = known(users.find_mut(&pool.rules, login))?;
        change(&pool, user)?;
        user.modified = times::now();
        Ok(json!({}))
    })
}

/// Lists the users of a pool that match the filter, in pages.
pub(super) fn list(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let pool = pool(cognito, place, input)?;
    let filter = super::filter::Filter::parse(input.text("Filter").unwrap_or_default())?;
    let limit = input.number("Limit").unwrap_or(60);
    let limit = usize::try_from(limit).ok().filter(|limit| *limit <= 60);
    let limit = limit.ok_or_else(|| invalid("Limit must be at most 60."))?;
    let wanted = input.texts("AttributesToGet");
    cognito.users(&pool, |users| {
        let found = users.iter().filter(|user| filter.takes(user));
        let token = input.text("PaginationToken");
        let (found, next) =
            crate::protocol::page::page(found, |user| user.name.clone(), token, limit);
        let described = |user: &User| {
            let mut user = user.clone();
            user.attributes.retain(|name, _| wanted.is_empty() || wanted.contains(&name.as_str()));
            user.described("Attributes")
        };
        let mut answer = json!({ "Users": found.into_iter().map(described).collect::<Vec<_>>() });
        if let Some(next) = next {
            answer["PaginationToken"] = next.into();
        }
        answer
    })
}
