//! Names and ARNs of groups and streams.

use http::StatusCode;

use crate::{
    place::Place,
    protocol::{
        constraint,
        input::{Input, invalid},
    },
    service::AwsError,
};

const LONGEST: usize = 512;

/// Returns the ARN of a group, without the `:*` that means its streams.
pub(super) fn arn(place: &Place, group: &str) -> String {
    format!("arn:aws:logs:{}:{}:log-group:{group}", place.region, place.account)
}

/// Returns the group that a call names, by `logGroupName` or by `logGroupIdentifier`, a name or an
/// ARN.
pub(super) fn group(input: Input<'_>) -> Result<&str, AwsError> {
    let Some(identifier) = input.text("logGroupIdentifier") else {
        return input.needed("logGroupName");
    };
    // So the ARN of a group's streams, which ends with `:*`, is none of the group.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_#+=/:,.@-".contains(c);
    if identifier.is_empty() || !identifier.chars().all(is_plain) {
        return Err(unfit(identifier, "logGroupIdentifier", r"[\w#+=/:,.@-]*"));
    }
    Ok(in_arn(identifier).unwrap_or(identifier))
}

/// Returns the name in a group's ARN, with or without `:*`.
pub(super) fn in_arn(arn: &str) -> Option<&str> {
    let name = arn.strip_prefix("arn:aws:logs:")?.split_once(":log-group:")?.1;
    Some(name.strip_suffix(":*").unwrap_or(name))
}

/// Refuses what cannot be a group's name.
pub(super) fn check_group(name: &str) -> Result<(), AwsError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_/#".contains(c);
    if name.len() <= LONGEST && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(unfit(name, "logGroupName", r"[\.\-_/#A-Za-z0-9]+"))
}

/// Refuses what cannot be a stream's name.
pub(super) fn check_stream(name: &str) -> Result<(), AwsError> {
    if name.len() <= LONGEST && !name.contains([':', '*']) {
        return Ok(());
    }
    Err(unfit(name, "logStreamName", "[^:*]*"))
}

fn unfit(name: &str, field: &str, pattern: &str) -> AwsError {
    invalid(&constraint::unlike(name, field, pattern))
}

/// Returns the error for a resource ARN that is not a group's.
pub(super) fn unfit_arn(arn: &str) -> AwsError {
    let message = format!("The ARN '{arn}' is not valid for this operation.");
    AwsError::new(StatusCode::BAD_REQUEST, "ValidationException", message)
}
