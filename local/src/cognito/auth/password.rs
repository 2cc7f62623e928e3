//! Signing in with the password itself.

use serde_json::Value;

use super::{granted, parameter};
use crate::{
    cognito::{Cognito, auth_context::AuthContext, errors::Outcome},
    protocol::input::Input,
    times,
};

pub(super) fn sign_in(
    cognito: &Cognito,
    context: &AuthContext,
    parameters: Input<'_>,
) -> Outcome<Value> {
    let (login, password) =
        (parameter(parameters, "USERNAME")?, parameter(parameters, "PASSWORD")?);
    context.check_secret(login, parameters.text("SECRET_HASH"))?;
    let entry = cognito.attempt(&context.pool, |users| {
        let user = granted::user(context, users, login)?;
        let name = user.name.clone();
        user.check_password(context.pool.name(&name), password, times::now())?;
        cognito.enter(context, user)
    })?;
    cognito.grant(context, entry)
}
