//! Signing in: the flows, and the answers to their challenges.

mod challenges;
mod granted;
mod new_password;
mod password;
mod refresh;
mod srp_flow;
mod timestamp;

use serde_json::Value;

pub(super) use challenges::Challenges;

use super::{
    Cognito,
    auth_context::AuthContext,
    errors::{Outcome, invalid},
};
use crate::{place::Place, protocol::input::Input, service::AwsError};

pub(super) fn initiate(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.context(input)?;
    let parameters = input.part("AuthParameters");
    match input.needed("AuthFlow")? {
        flow @ "USER_PASSWORD_AUTH" => {
            allowed(&context, flow, "USER_PASSWORD_AUTH flow not enabled for this client")?;
            password::sign_in(cognito, &context, parameters)
        }
        "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => {
            Err(invalid("Initiate Auth method not supported."))
        }
        flow => common(cognito, &context, flow, parameters),
    }
}

pub(super) fn initiate_as_owner(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    let context = cognito.owners_context(place, input)?;
    let parameters = input.part("AuthParameters");
    match input.needed("AuthFlow")? {
        "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => {
            allowed(&context, "ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client")?;
            password::sign_in(cognito, &context, parameters)
        }
        "USER_PASSWORD_AUTH" => Err(invalid("Initiate Auth method not supported.")),
        flow => common(cognito, &context, flow, parameters),
    }
}

/// Runs the flows that are the same for visitors and owners.
fn common(
    cognito: &Cognito,
    context: &AuthContext,
    flow: &str,
    parameters: Input<'_>,
) -> Outcome<Value> {
    match flow {
        "USER_SRP_AUTH" => {
            allowed(context, flow, "USER_SRP_AUTH is not enabled for the client.")?;
            srp_flow::begin(cognito, context, parameters)
        }
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            allowed(context, "REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client")?;
            refresh::refresh(cognito, context, parameters)
        }
        "CUSTOM_AUTH" => {
            Err(invalid("Custom auth lambda trigger is not configured for the user pool."))
        }
        flow => Err(invalid(format!("The local cloud does not have the flow '{flow}'."))),
    }
}

fn allowed(context: &AuthContext, flow: &str, refusal: &str) -> Outcome<()> {
    if context.client.allows(flow) { Ok(()) } else { Err(invalid(refusal)) }
}

pub(super) fn respond(cognito: &Cognito, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    answer_challenge(cognito, &cognito.context(input)?, input)
}

pub(super) fn respond_as_owner(cognito: &Cognito, place: &Place, input: &Value) -> Outcome<Value> {
    let input = Input(input);
    answer_challenge(cognito, &cognito.owners_context(place, input)?, input)
}

fn answer_challenge(cognito: &Cognito, context: &AuthContext, input: Input<'_>) -> Outcome<Value> {
    let responses = input.part("ChallengeResponses");
    match input.needed("ChallengeName")? {
        "PASSWORD_VERIFIER" => srp_flow::finish(cognito, context, responses),
        "NEW_PASSWORD_REQUIRED" => {
            new_password::finish(cognito, context, input.needed("Session")?, responses)
        }
        name => Err(invalid(format!("The local cloud does not have the challenge '{name}'."))),
    }
}

/// Returns a parameter of a flow.
fn parameter<'a>(parameters: Input<'a>, name: &str) -> Outcome<&'a str> {
    let text = parameters.text(name).filter(|text| !text.is_empty());
    text.ok_or_else(|| invalid(format!("Missing required parameter {name}")))
}

/// Returns the error for callers who cannot prove who they are.
pub(super) fn incorrect() -> AwsError {
    super::errors::not_authorized("Incorrect username or password.")
}
