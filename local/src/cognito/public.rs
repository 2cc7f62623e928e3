//! The operations that nobody signs: visitors and their browsers call them.

use http::request::Parts;
use serde_json::Value;

use super::{Cognito, DIALECT, account, auth, errors::Outcome, reset, sign_up};
use crate::service;

/// What an operation does: the service, the input; the output.
pub(super) type Run = fn(&Cognito, &Value) -> Outcome<Value>;

/// An operation that is not signed.
struct Operation {
    name: &'static str,
    /// Whether it changes what visitors have. A sign-in is no change.
    mutating: bool,
    run: Run,
}

const fn change(name: &'static str, run: Run) -> Operation {
    Operation { name, mutating: true, run }
}

const fn look(name: &'static str, run: Run) -> Operation {
    Operation { name, mutating: false, run }
}

static OPERATIONS: [Operation; 15] = [
    change("SignUp", sign_up::sign_up),
    change("ConfirmSignUp", sign_up::confirm),
    change("ResendConfirmationCode", sign_up::resend),
    change("ForgotPassword", reset::forgot),
    change("ConfirmForgotPassword", reset::confirm_forgot),
    change("ChangePassword", reset::change),
    look("InitiateAuth", auth::initiate),
    look("RespondToAuthChallenge", auth::respond),
    look("GetUser", account::get_user),
    change("GlobalSignOut", account::sign_out),
    change("RevokeToken", account::revoke),
    change("DeleteUser", account::delete),
    change("UpdateUserAttributes", account::update),
    change("GetUserAttributeVerificationCode", account::send_code),
    change("VerifyUserAttribute", account::verify),
];

/// The operation of this name, as the request log and the fault rules see it.
pub(super) fn named(name: &str) -> Option<service::Operation> {
    let found = find(name)?;
    Some(service::Operation { name: found.name.to_owned(), mutating: found.mutating })
}

/// What an operation of this name does.
pub(super) fn run(name: &str) -> Option<Run> {
    find(name).map(|found| found.run)
}

fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// Whether a request is for such an operation.
pub(crate) fn is_public(parts: &Parts) -> bool {
    DIALECT.named_in(&parts.headers).is_some_and(|name| find(name).is_some())
}
