//! Signing in with the password itself.

use serde_json::Value;

use super::{granted, parameter};
use crate::{
    cognito::{Cognito, doors::Door, errors::Outcome},
    protocol::input::Input,
    times,
};

pub(super) fn sign_in(cognito: &Cognito, door: &Door, parameters: Input<'_>) -> Outcome<Value> {
    let (login, password) =
        (parameter(parameters, "USERNAME")?, parameter(parameters, "PASSWORD")?);
    door.check_secret(login, parameters.text("SECRET_HASH"))?;
    let entry = cognito.attempt(&door.pool, |users| {
        let user = granted::user(door, users, login)?;
        let name = user.name.clone();
        user.check_password(door.pool.name(&name), password, times::now())?;
        cognito.enter(door, user)
    })?;
    cognito.grant(door, entry)
}
