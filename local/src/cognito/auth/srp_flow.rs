//! Signing in by proving the password without sending it, as Amazon's own libraries do.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use num_bigint::BigUint;
use serde_json::{Value, json};

use super::{granted, incorrect, parameter, timestamp};
use crate::{
    cognito::{
        Cognito,
        auth_context::AuthContext,
        errors::{Outcome, invalid},
        passwords::{Verifier, hexadecimal},
        srp::Exchange,
        users::known,
    },
    protocol::input::Input,
    times,
};

/// The largest public value of a client, in hexadecimal digits.
const LONGEST: usize = 2 * 3072 / 4;

pub(super) fn begin(
    cognito: &Cognito,
    context: &AuthContext,
    parameters: Input<'_>,
) -> Outcome<Value> {
    let (login, public) = (parameter(parameters, "USERNAME")?, parameter(parameters, "SRP_A")?);
    context.check_secret(login, parameters.text("SECRET_HASH"))?;
    let public = Some(public).filter(|public| public.len() <= LONGEST);
    let public = public.and_then(|public| BigUint::parse_bytes(public.as_bytes(), 16));
    let public = public.ok_or_else(|| invalid("SRP_A is not a hexadecimal number"))?;
    let pool = &context.pool;
    let found = cognito.users(pool, |users| {
        users.find(&pool.rules, login).map(|user| (user.name.clone(), user.password.clone()))
    })?;
    let (user, verifier) = match found {
        Some((name, Some(verifier))) => (Some(name), verifier),
        _ if context.client.hides_users() => (None, cognito.pretended(context, login)),
        Some(_) => return Err(incorrect()),
        None => return Err(granted::unknown(context)),
    };
    let exchange = Exchange::begin(public, &verifier.number())?
        .ok_or_else(|| invalid("SRP_A mod N must not be 0"))?;
    let name = user.as_deref().unwrap_or(login).to_owned();
    let server = hexadecimal(&exchange.public);
    let block = cognito.challenges.begin(&context.client_id, user, Some(exchange))?;
    Ok(json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": {
            "SALT": verifier.salt,
            "SECRET_BLOCK": block,
            "SRP_B": server,
            "USERNAME": name,
            "USER_ID_FOR_SRP": name,
        },
    }))
}

impl Cognito {
    /// Returns a decoy for the password of an unknown user. It has the same salt every time, as a
    /// real one does.
    fn pretended(&self, context: &AuthContext, login: &str) -> Verifier {
        Verifier::pretended(context.pool.name(login), &self.decoy)
    }
}

/// Finishes a sign-in. Clients need not send a session: their block contains everything.
pub(super) fn finish(
    cognito: &Cognito,
    context: &AuthContext,
    responses: Input<'_>,
) -> Outcome<Value> {
    let login = parameter(responses, "USERNAME")?;
    let block = parameter(responses, "PASSWORD_CLAIM_SECRET_BLOCK")?;
    let signature = parameter(responses, "PASSWORD_CLAIM_SIGNATURE")?;
    let time = parameter(responses, "TIMESTAMP")?;
    timestamp::check(time, times::now())?;
    context.check_secret(login, responses.text("SECRET_HASH"))?;
    let waiting = cognito.challenges.take(&context.client_id, block).ok_or_else(incorrect)?;
    let (Some(name), Some(exchange)) = (waiting.user, waiting.exchange) else {
        return Err(incorrect());
    };
    let bytes = |text: &str| STANDARD.decode(text).map_err(|_| incorrect());
    let (block, signature) = (bytes(block)?, bytes(signature)?);
    let entry = cognito.attempt(&context.pool, |users| {
        let user = known(users.find_mut(&context.pool.rules, &name))?;
        let now = times::now();
        user.failures.check(now)?;
        let proves = |kept: &Verifier| {
            exchange.proves(&kept.number(), context.pool.name(&name), &block, time, &signature)
        };
        let right = user.password.as_ref().is_some_and(proves);
        user.proven(right, now)?;
        cognito.enter(context, user)
    })?;
    cognito.grant(context, entry)
}
