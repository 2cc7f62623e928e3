//! The errors, in AWS's words.

use http::StatusCode;

use crate::service::AwsError;

fn error(code: &str, message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

pub(super) fn not_in_use() -> AwsError {
    let message = "Your account is not a member of an organization.";
    error("AWSOrganizationsNotInUseException", message)
}

/// To an account that is not the management account. AWS does not say that this is why.
pub(super) fn not_manager() -> AwsError {
    error("AccessDeniedException", "You don't have permissions to access this resource.")
}

pub(super) fn already_in_organization() -> AwsError {
    let message = "The AWS account is already a member of an organization.";
    error("AlreadyInOrganizationException", message)
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    error("InvalidInputException", message)
}

pub(super) fn unlike() -> AwsError {
    invalid("You provided a value that does not match the required pattern.")
}

pub(super) fn violated(message: &str) -> AwsError {
    error("ConstraintViolationException", message)
}

pub(super) fn no_account() -> AwsError {
    error("AccountNotFoundException", "You specified an account that doesn't exist.")
}

pub(super) fn already_closed() -> AwsError {
    error("AccountAlreadyClosedException", "The provided account is already closed.")
}

pub(super) fn no_creation() -> AwsError {
    let message = "You specified a create account status that doesn't exist.";
    error("CreateAccountStatusNotFoundException", message)
}

pub(super) fn no_parent() -> AwsError {
    error("ParentNotFoundException", "You specified parent that doesn't exist.")
}

pub(super) fn no_child() -> AwsError {
    error("ChildNotFoundException", "You specified a child that doesn't exist.")
}

pub(super) fn no_source() -> AwsError {
    error("SourceParentNotFoundException", "You specified a source parent that doesn't exist.")
}

pub(super) fn no_target() -> AwsError {
    let message = "You specified a destination parent that doesn't exist.";
    error("DestinationParentNotFoundException", message)
}

pub(super) fn there_already() -> AwsError {
    let message = "The account is already in the destination parent.";
    error("DuplicateAccountException", message)
}

pub(super) fn unit_exists() -> AwsError {
    let message = "An OU with the same name already exists.";
    error("DuplicateOrganizationalUnitException", message)
}
