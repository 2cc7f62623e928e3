//! The challenge for users whom an administrator created: a password of their own.

use serde_json::Value;

use super::parameter;
use crate::{
    cognito::{
        Cognito,
        attributes::{self, Attributes},
        auth_context::AuthContext,
        errors::{Outcome, not_authorized},
        passwords::Verifier,
        users::{Status, known},
    },
    protocol::input::Input,
    times,
};

/// The prefix of attribute names in the answers.
const ATTRIBUTE: &str = "userAttributes.";

pub(super) fn finish(
    cognito: &Cognito,
    context: &AuthContext,
    session: &str,
    responses: Input<'_>,
) -> Outcome<Value> {
    let (login, password) =
        (parameter(responses, "USERNAME")?, parameter(responses, "NEW_PASSWORD")?);
    context.check_secret(login, responses.text("SECRET_HASH"))?;
    let pool = &context.pool;
    pool.rules.policy.check(password)?;
    let changes = attributes(responses);
    attributes::check_writable(&context.client, &changes)?;
    attributes::check(&pool.rules, &changes)?;
    let waiting = cognito.challenges.take(&context.client_id, session);
    let name = waiting.filter(|waiting| waiting.exchange.is_none()).and_then(|one| one.user);
    let name = name.ok_or_else(|| not_authorized("Invalid session for the user."))?;
    let entry = cognito.change_users(pool, |users| {
        let user = known(users.find_mut(&pool.rules, &name))?;
        user.password = Some(Verifier::of(pool.name(&name), password)?);
        user.attributes.extend(changes);
        user.status = Status::Confirmed;
        user.temporary_until = None;
        user.modified = times::now();
        cognito.enter(context, user)
    })?;
    cognito.grant(context, entry)
}

fn attributes(responses: Input<'_>) -> Attributes {
    let all = responses.0.as_object().into_iter().flatten();
    let of = |(name, value): (&String, &Value)| {
        Some((name.strip_prefix(ATTRIBUTE)?.to_owned(), value.as_str()?.to_owned()))
    };
    all.filter_map(of).collect()
}
